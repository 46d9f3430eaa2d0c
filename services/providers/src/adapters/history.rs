//! What a feed of incidents tells of each: a history, in which the newest word about an entry says where it stands.
//! Statuspage, incident.io and their likes write that word in bold type, others at the beginning of the title.

mod places;
mod words;

use std::cmp::Reverse;
use std::collections::HashMap;
use std::time::Duration;

use contracts::Status;
use contracts::providers::{ProviderIncident, ProviderMaintenance, ProviderUpdate};
use kit_base::Timestamp;

use self::places::{bold, in_text, in_title, worst_affected};
pub(super) use self::words::Word;
use self::words::tells_the_end;
use super::feed::{Entry, Feed, without_year};
use super::text;
use super::told::SCHEDULED;

/// After this time silence about an entry says nothing: it may be over without a word.
const FRESH: Duration = Duration::from_secs(24 * 3600);

/// How long ago a maintenance may have been announced that nobody has spoken of since.
const ANNOUNCED: Duration = Duration::from_secs(30 * 24 * 3600);

/// The most older entries about an incident that are read.
const MOST_OLDER: usize = 30;

/// What a feed tells of what is not over.
#[derive(Default)]
pub(super) struct History {
    pub incidents: Vec<ProviderIncident>,
    pub maintenances: Vec<ProviderMaintenance>,
}

/// What is known of one incident.
pub(super) struct Story<'a> {
    /// By which it is known.
    name: &'a str,
    /// The newest entry about it.
    pub entry: &'a Entry,
    began: Option<Timestamp>,
    /// The words about it with the texts that belong to them, newest first.
    said: Vec<Said>,
    /// Somewhere it is called a maintenance.
    is_works: bool,
}

/// A word, and what was written to it.
pub(super) struct Said {
    pub phrase: String,
    pub word: Word,
    pub text: String,
    pub at: Option<Timestamp>,
}

/// Reads all entries, the newest of each id. `keeps_old` is whether those are listed, as unknown, that were spoken of
/// as open, but not lately.
pub(super) fn read(feed: &Feed, fetched_at: Option<Timestamp>, keeps_old: bool) -> History {
    let stories = stories(feed);
    let now = fetched_at.or_else(|| newest_time(feed, &stories));
    let mut history = History::default();
    for story in stories {
        let age = now.zip(story.newest()).map(|(now, newest)| now.since(newest));
        let is_fresh = age.is_some_and(|age| age <= FRESH);
        match story.newest_word() {
            Some(Word::Over) => {}
            Some(Word::Planned) if age.is_some_and(|age| age <= ANNOUNCED) => {
                history.maintenances.push(story.maintenance(SCHEDULED, now));
            }
            Some(Word::Planned) => {}
            _ if story.is_maintenance() && !is_fresh => {}
            _ if story.is_maintenance() => history.maintenances.push(story.maintenance("in_progress", now)),
            Some(Word::Open | Word::Going) if is_fresh => {
                let told = worst_affected(&story.entry.body).unwrap_or(Status::DegradedPerformance);
                history.incidents.push(story.incident(told.worst(Status::DegradedPerformance)));
            }
            Some(Word::Open | Word::Going | Word::Works) if keeps_old => {
                history.incidents.push(story.incident(Status::Unknown));
            }
            // No word says that it is over, but a sentence may.
            _ if !is_fresh || tells_the_end(&story.entry.body) => {}
            Some(Word::Level(status)) => history.incidents.push(story.incident(status)),
            // Something was written, and nobody knows here what it means.
            _ => history.incidents.push(story.incident(Status::Unknown)),
        }
    }
    history
}

/// The newest time in the feed, which stands for now where it is not known when it was got. What is to come does not
/// count: some feeds date it by its beginning.
fn newest_time(feed: &Feed, stories: &[Story<'_>]) -> Option<Timestamp> {
    let past = stories.iter().filter(|story| story.newest_word() != Some(Word::Planned));
    past.filter_map(Story::newest).max().max(feed.built_at)
}

/// What each incident comes to: some feeds have an entry for each, and some one for each thing that was said about it.
pub(super) fn stories(feed: &Feed) -> Vec<Story<'_>> {
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut groups: Vec<(&str, Vec<&Entry>)> = Vec::new();
    for entry in &feed.entries {
        let name = name_of(entry);
        match places.get(name).and_then(|place| groups.get_mut(*place)) {
            Some((_, entries)) => entries.push(entry),
            None => {
                places.insert(name, groups.len());
                groups.push((name, vec![entry]));
            }
        }
    }
    groups.into_iter().filter_map(|(name, entries)| Story::of(name, entries)).collect()
}

/// What entries about the same incident have in common: its address, where it has one of its own.
fn name_of(entry: &Entry) -> &str {
    let own = ["/incident", "/issue", "/maintenance", "/event"];
    if own.iter().any(|part| entry.link.contains(part)) {
        &entry.link
    } else if entry.id.is_empty() {
        &entry.title
    } else {
        &entry.id
    }
}

/// What an entry says, newest first.
fn said_in(entry: &Entry) -> Vec<Said> {
    let near = entry.published.or(entry.updated);
    let time = |written: &str| near.and_then(|near| without_year(written, near).into_iter().next());
    let dated = bold(&entry.body).into_iter().map(|(said, written)| Said { at: time(&written), ..said });
    let mut said: Vec<Said> = dated.collect();
    // A log that begins with trouble and ends with its end was written downwards, unless its times say otherwise.
    if let [first, .., last] = said.as_slice() {
        let is_upwards = first.at.zip(last.at).is_some_and(|(first, last)| first > last);
        if last.word == Word::Over && first.word != Word::Over && !is_upwards {
            said.reverse();
        }
    }
    let title = in_title(&entry.title);
    if said.is_empty() || title.as_ref().is_some_and(|said| said.word == Word::Over) {
        let first = title.or_else(|| in_text(&entry.body));
        said.splice(0..0, first.into_iter().map(|first| Said { text: text::body(&entry.body), ..first }));
    }
    if let Some(first) = said.first_mut() {
        first.at = first.at.max(entry.newest());
    }
    if let [_, .., last] = said.as_mut_slice() {
        last.at = last.at.or(entry.published);
    }
    said
}

impl<'a> Story<'a> {
    fn of(name: &'a str, mut entries: Vec<&'a Entry>) -> Option<Self> {
        // Where times do not tell, the first one is newer, as feeds are written that way.
        entries.sort_by_key(|entry| Reverse(entry.newest()));
        let entry = *entries.first()?;
        let mut said = said_in(entry);
        let older = entries.iter().skip(1).take(MOST_OLDER);
        said.extend(older.flat_map(|entry| said_in(entry).into_iter().take(1)));
        let names = std::iter::once(&entry.title).chain(&entry.categories);
        let is_works = names.map(|name| name.to_ascii_lowercase()).any(|name| name.contains("maintenance"))
            || entry.body.to_ascii_lowercase().contains("this is a scheduled event");
        let began = entries.iter().filter_map(|entry| entry.published.or(entry.updated)).min();
        Some(Self { name, entry, began, said, is_works })
    }

    /// When it was last written about. Some feeds date an entry by its beginning and write the rest in its text.
    fn newest(&self) -> Option<Timestamp> {
        self.said.first().and_then(|said| said.at).max(self.entry.newest())
    }

    pub fn newest_word(&self) -> Option<Word> {
        self.said.first().map(|said| said.word)
    }

    /// A maintenance, and not trouble that came with one.
    fn is_maintenance(&self) -> bool {
        let is_called = self.said.iter().any(|said| matches!(said.word, Word::Planned | Word::Works));
        is_called || self.is_works && !matches!(self.newest_word(), Some(Word::Open | Word::Level(_)))
    }

    pub fn incident(&self, impact: Status) -> ProviderIncident {
        let entry = self.entry;
        let first = self.said.first();
        let updates = self.said.iter().map(|said| ProviderUpdate {
            at: said.at,
            state: Some(text::state(&said.phrase)),
            body: said.text.clone(),
        });
        ProviderIncident {
            id: text::line(self.name, 300),
            title: if entry.title.is_empty() { "Untitled".to_owned() } else { entry.title.clone() },
            state: first.map_or_else(|| "unknown".to_owned(), |said| text::state(&said.phrase)),
            impact,
            components: Vec::new(),
            started_at: self.began,
            updated_at: self.newest(),
            message: first.map_or_else(|| text::body(&entry.body), |said| said.text.clone()),
            updates: updates.collect(),
            url: entry.url(),
        }
    }

    /// From when to when, where the text says so: `THIS IS A SCHEDULED EVENT Nov 28, 22:00 - 23:00 UTC`.
    fn announced(&self) -> Vec<Timestamp> {
        let body = text::line(&text::plain(&self.entry.body.replace('<', " <"), 400), 400);
        let when = body.split_once("SCHEDULED EVENT").map(|(_, when)| when);
        when.zip(self.entry.published).map_or_else(Vec::new, |(when, near)| without_year(when, near))
    }

    fn maintenance(&self, state: &str, now: Option<Timestamp>) -> ProviderMaintenance {
        let entry = self.entry;
        let mut announced = self.announced().into_iter();
        // Some feeds date what is to come by its beginning.
        let dated = || entry.published.filter(|at| state != SCHEDULED || Some(*at) > now);
        let starts_at = announced.next().or_else(dated);
        ProviderMaintenance {
            id: text::line(self.name, 300),
            title: entry.title.clone(),
            state: state.to_owned(),
            starts_at,
            ends_at: announced.next(),
            url: entry.url(),
            ..ProviderMaintenance::default()
        }
    }
}
