//! What a feed of incidents tells of each: a history, in which the newest word about an entry says where it stands.
//! Statuspage, incident.io and their likes write that word in bold type, others at the beginning of the title.

mod places;
mod words;

use std::collections::HashMap;
use std::time::Duration;

use contracts::Status;
use contracts::providers::{ProviderIncident, ProviderMaintenance, ProviderUpdate};
use kit_base::Timestamp;

use self::places::{bold, in_text, in_title};
pub(super) use self::words::Word;
use self::words::tells_the_end;
use super::feed::{Entry, Feed, without_year};
use super::text;
use super::told::SCHEDULED;

/// After this time silence about an entry says nothing: it may be over without a word.
const FRESH: Duration = Duration::from_secs(24 * 3600);

/// How long ago a maintenance may have been announced that nobody has spoken of since.
const ANNOUNCED: Duration = Duration::from_secs(30 * 24 * 3600);

/// What a feed tells of what is not over.
#[derive(Default)]
pub(super) struct History {
    pub incidents: Vec<ProviderIncident>,
    pub maintenances: Vec<ProviderMaintenance>,
}

/// What is known of one entry.
pub(super) struct Story<'a> {
    pub entry: &'a Entry,
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
    /// When, as it is written for people.
    time: String,
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
                history.incidents.push(story.incident(Status::DegradedPerformance));
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

/// The entries without their older copies.
pub(super) fn stories(feed: &Feed) -> Vec<Story<'_>> {
    let mut newest: HashMap<&str, usize> = HashMap::new();
    let mut entries: Vec<&Entry> = Vec::new();
    for entry in &feed.entries {
        let name = if entry.id.is_empty() { entry.title.as_str() } else { entry.id.as_str() };
        match newest.get(name).and_then(|place| entries.get_mut(*place)) {
            // Where times do not tell, the first one is newer, as feeds are written that way.
            Some(known) if entry.newest() > known.newest() => *known = entry,
            Some(_) => {}
            None => {
                newest.insert(name, entries.len());
                entries.push(entry);
            }
        }
    }
    entries.into_iter().map(Story::of).collect()
}

impl<'a> Story<'a> {
    fn of(entry: &'a Entry) -> Self {
        let mut said = bold(&entry.body);
        // A log that begins with trouble and ends with its end was written downwards.
        let ends_over = said.last().is_some_and(|said| said.word == Word::Over);
        if ends_over && said.first().is_some_and(|said| said.word != Word::Over) {
            said.reverse();
        }
        let title = in_title(&entry.title);
        if said.is_empty() || title.as_ref().is_some_and(|said| said.word == Word::Over) {
            let first = title.or_else(|| in_text(&entry.body));
            said.splice(0..0, first.into_iter().map(|first| Said { text: text::body(&entry.body), ..first }));
        }
        let names = std::iter::once(&entry.title).chain(&entry.categories);
        let is_works = names.map(|name| name.to_ascii_lowercase()).any(|name| name.contains("maintenance"))
            || entry.body.to_ascii_lowercase().contains("this is a scheduled event");
        Self { entry, said, is_works }
    }

    /// When it was last written about. Some feeds date an entry by its beginning and write the rest in its text.
    fn newest(&self) -> Option<Timestamp> {
        self.time(0).max(self.entry.newest())
    }

    /// The time that is written to a word.
    fn time(&self, place: usize) -> Option<Timestamp> {
        let near = self.entry.published.or(self.entry.updated)?;
        without_year(&self.said.get(place)?.time, near).into_iter().next()
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
        let at = |place: usize| match place {
            0 => self.newest(),
            _ => self.time(place).or_else(|| entry.published.filter(|_| place + 1 == self.said.len())),
        };
        let updates = self.said.iter().enumerate().map(|(place, said)| ProviderUpdate {
            at: at(place),
            state: Some(text::state(&said.phrase)),
            body: said.text.clone(),
        });
        ProviderIncident {
            id: entry.id.clone(),
            title: if entry.title.is_empty() { "Untitled".to_owned() } else { entry.title.clone() },
            state: first.map_or_else(|| "unknown".to_owned(), |said| text::state(&said.phrase)),
            impact,
            components: Vec::new(),
            started_at: entry.published.or(entry.updated),
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
            id: entry.id.clone(),
            title: entry.title.clone(),
            state: state.to_owned(),
            starts_at,
            ends_at: announced.next(),
            url: entry.url(),
            ..ProviderMaintenance::default()
        }
    }
}
