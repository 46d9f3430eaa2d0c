//! A look at a feed: its documents are asked for, and what they tell becomes a reading, or a reason why there is none.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use contracts::providers::Reading;
use kit_base::Timestamp;

use crate::adapters::{self, Adapter, Document, Told};
use crate::detect;
use crate::doubt;
use crate::fetch::{Fetched, Fetcher, Got};
use crate::schedule::{Feed, Known, Look, host};

/// How long a page that has changed its form is not looked for anew.
const SEARCH_AGAIN: Duration = Duration::from_hours(6);

/// How long the bytes of a family that ages stand for what they told.
const READ_AGAIN: Duration = Duration::from_mins(10);

/// What a look at a feed gave.
#[derive(Clone, Debug)]
pub(crate) enum Outcome {
    /// It says what it said before.
    Same,
    /// It says this; the digest is to know it again by.
    Read { reading: Box<Reading>, digest: u64 },
    /// It cannot be read; the reason is for people.
    Failed { reason: String },
}

/// The same, with what to remember.
pub(crate) struct Seen {
    pub documents: Vec<Known>,
    pub outcome: Outcome,
    pub retry_after: Option<Duration>,
    /// What whoever looks after the provider should know.
    pub notice: Option<String>,
    /// When its page was last looked for on another platform.
    pub searched_at: Option<Timestamp>,
}

/// Why there is no reading.
struct Fault {
    reason: String,
    retry_after: Option<Duration>,
    /// The document is of another form than it should be.
    is_other_form: bool,
}

/// Looks at the feed once.
pub(crate) async fn at(fetcher: &Fetcher, look: &Look, now: Timestamp) -> Seen {
    let feed = look.feed.as_ref();
    let mut notice = None;
    let read = documents(fetcher, look, now, &mut notice).await;
    let mut seen = Seen {
        documents: Vec::new(),
        outcome: Outcome::Same,
        retry_after: None,
        notice,
        searched_at: look.sight.searched_at,
    };
    match read {
        Ok((documents, None)) => {
            seen.documents = documents;
            seen.notice = seen.notice.or_else(|| look.sight.notice.clone());
        }
        Ok((documents, Some(reading))) => {
            let digest = digest(&serde_json::to_vec(&reading).unwrap_or_default());
            seen.documents = documents;
            seen.outcome = Outcome::Read { reading: Box::new(reading), digest };
        }
        Err(fault) => {
            seen.notice = look.sight.notice.clone();
            if fault.is_other_form && look.sight.searched_at.is_none_or(|at| at.plus(SEARCH_AGAIN) <= now) {
                seen.searched_at = Some(now);
                seen.notice = moved(fetcher, feed).await.or(seen.notice);
            }
            (seen.outcome, seen.retry_after) = (Outcome::Failed { reason: fault.reason }, fault.retry_after);
        }
    }
    seen
}

/// Asks for every document of the feed. The reading is `None` where all are as they were.
async fn documents(
    fetcher: &Fetcher,
    look: &Look,
    now: Timestamp,
    notice: &mut Option<String>,
) -> Result<(Vec<Known>, Option<Reading>), Fault> {
    let feed = look.feed.as_ref();
    let adapter = adapters::named(&feed.feed_type);
    let mut addresses = vec![feed.feed_url.clone()];
    addresses.extend(adapter.map(|adapter| adapter.companions(&feed.feed_url)).unwrap_or_default());
    let is_alone = addresses.len() == 1;
    let (mut known, mut fresh) = (Vec::new(), Vec::new());
    for (place, url) in addresses.into_iter().enumerate() {
        let before = look.sight.documents.iter().find(|known| known.url == url);
        // What ages says something else in time, although not a byte of it changes.
        let is_spent = |known: &Known| known.read_at.is_none_or(|at| at.plus(READ_AGAIN) <= now);
        let ages = adapter.is_none_or(Adapter::ages);
        let before = before.filter(|known| !(ages && is_spent(known))).cloned().unwrap_or_default();
        match fetcher.fetch(&url, &before.validators).await {
            Fetched::NotModified => known.push(before),
            // Not every page has all documents of its family.
            Fetched::Failed { is_absent: true, .. } if place > 0 => {}
            Fetched::Failed { reason, retry_after, .. } => {
                return Err(Fault { reason, retry_after, is_other_form: false });
            }
            Fetched::Document(got) => {
                if place == 0 {
                    *notice = elsewhere(feed, &got);
                }
                let digest = digest(&got.body);
                let is_same = before.digest == Some(digest);
                known.push(Known {
                    url,
                    validators: got.validators.clone(),
                    digest: Some(digest),
                    read_at: if is_same { before.read_at } else { Some(now) },
                    told: before.told,
                });
                if !is_same {
                    fresh.push((known.len() - 1, got));
                }
            }
        }
    }
    let is_all_there = look.sight.documents.len() == known.len();
    if fresh.is_empty() && is_all_there {
        return Ok((known, None));
    }
    // A reader that fails altogether is a fault of ours, and still nobody's trouble but this provider's.
    let feed = feed.clone();
    let read = tokio::task::spawn_blocking(move || read(&feed, known, fresh, is_alone, now)).await;
    read.unwrap_or_else(|_| Err(fault("the feed could not be read: our reader failed".to_owned(), false)))
}

/// Reads what has come anew, and puts it together with what was told before.
fn read(
    feed: &Feed,
    mut known: Vec<Known>,
    fresh: Vec<(usize, Got)>,
    is_alone: bool,
    now: Timestamp,
) -> Result<(Vec<Known>, Option<Reading>), Fault> {
    for (place, got) in fresh {
        let told = told(&feed.feed_type, &got, now)?;
        if let Some(known) = known.get_mut(place) {
            known.told = Some(told);
        }
    }
    let told = Told::join(known.iter_mut().filter_map(|known| {
        // A feed of one document is read anew whenever it changes.
        if is_alone { known.told.take() } else { known.told.clone() }
    }));
    let reading = told.within(&feed.regions).reading();
    let reading = doubt::refuse_empty(reading).map_err(|reason| fault(reason, false))?;
    Ok((known, Some(reading)))
}

fn told(feed_type: &str, got: &Got, now: Timestamp) -> Result<Told, Fault> {
    let document =
        Document { body: &got.body, content_type: got.content_type.as_deref(), fetched_at: Some(now) };
    if feed_type == "json" {
        let adapter =
            adapters::detect(&got.body).ok_or_else(|| fault(adapters::undetected(&got.body), true))?;
        return adapter.told(&document).map_err(|error| fault(error.to_string(), false));
    }
    let adapter = adapters::named(feed_type)
        .ok_or_else(|| fault(format!("there is no adapter of the name {feed_type}"), false))?;
    adapter.told(&document).map_err(|error| {
        let other = adapters::detect(&got.body).filter(|other| other.name() != feed_type);
        match other {
            Some(other) => fault(format!("the document is one of {} now: {error}", other.title()), true),
            None => fault(error.to_string(), error.is_other_form()),
        }
    })
}

fn fault(reason: String, is_other_form: bool) -> Fault {
    Fault { reason, retry_after: None, is_other_form }
}

/// Providers move between hosts; an address that only redirects may be gone tomorrow.
fn elsewhere(feed: &Feed, got: &Got) -> Option<String> {
    let (asked, answered) = (host(&feed.feed_url), host(&got.url));
    (asked != answered).then(|| format!("The feed redirects: {answered} answers for {asked}."))
}

/// Where the page is found on another platform.
async fn moved(fetcher: &Fetcher, feed: &Feed) -> Option<String> {
    let page = feed.page_url.as_deref()?;
    let found = detect::find(fetcher, page).await.ok()?;
    let is_other = found.feed_type != feed.feed_type || found.feed_url != feed.feed_url;
    is_other.then(|| {
        format!(
            "The page has moved to {}: read it as {} from {}.",
            found.family, found.feed_type, found.feed_url
        )
    })
}

fn digest(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    hasher.finish()
}
