//! Incidents that are not over: the newest word whole, the rest of the timeline folded.
//! Severity numbers and the team's notes and names stay inside.

use std::cmp::Reverse;

use contracts::Status;
use contracts::communications::Announcement;
use contracts::incidents::{EntryType, Incident, TimelineEntry};
use kit_base::Timestamp;

use super::anchors::Anchors;
use super::scene::{Scene, incident_href};
use crate::when::Moment;
use crate::{text, words};

/// Entries in the fold at most; a watcher that flaps may write hundreds.
const OTHERS: usize = 30;

/// One incident that is not over.
#[derive(Clone, Debug)]
pub struct OpenIncident {
    /// The id of its element.
    pub id: String,
    /// What is wrong.
    pub title: String,
    /// The address of its page.
    pub href: String,
    /// It is the only one and the verdict says its title already, so that the eye need not read it twice.
    pub is_headline: bool,
    /// How much it harms, as a state; none once the harm has stopped.
    pub status: Option<Status>,
    /// Where it is in its life.
    pub word: &'static str,
    /// When it began.
    pub began: Moment,
    /// When the harm stopped.
    pub mitigated: Option<Moment>,
    /// The public components it names, in one line.
    pub affects: String,
    /// The newest thing that a person said, or else the newest there is.
    pub newest: Option<Entry>,
    /// The id of the fold.
    pub others_id: String,
    /// What the fold holds, newest first.
    pub others: Vec<Entry>,
    /// Entries that even the fold leaves out.
    pub left_out: usize,
}

/// One entry of a timeline.
#[derive(Clone, Debug)]
pub struct Entry {
    /// When.
    pub at: Moment,
    /// What it is.
    pub word: &'static str,
    /// A person said it.
    pub is_said: bool,
    /// What it says.
    pub text: String,
    /// Where the evidence can be seen.
    pub link: Option<String>,
}

/// The incidents of the scene, worst first.
pub(super) fn open(scene: &Scene, headline: &str, anchors: &mut Anchors) -> Vec<OpenIncident> {
    let mut told: Vec<OpenIncident> = scene.incidents.iter().map(|one| tell(scene, one, anchors)).collect();
    if let [only] = told.as_mut_slice() {
        only.is_headline = only.title == headline;
    }
    told
}

pub(super) fn tell(scene: &Scene, incident: &Incident, anchors: &mut Anchors) -> OpenIncident {
    let mut entries = told(scene, incident);
    let newest = entries.iter().position(|entry| entry.is_said).or((!entries.is_empty()).then_some(0));
    let newest = newest.map(|place| entries.remove(place)).or_else(|| summary(scene, incident));
    OpenIncident {
        id: anchors.make("incident", &incident.id),
        title: scene.title(incident),
        href: incident_href(&incident.id),
        is_headline: false,
        status: scene.goes_on(incident).then(|| scene.impact(incident)),
        word: if scene.recovers(incident) { words::RECOVERING } else { words::life(incident.status) },
        began: scene.moment(incident.started_at),
        mitigated: incident.mitigated_at.map(|at| scene.moment(at)),
        affects: scene.affected_names(incident),
        newest,
        others_id: anchors.make("others", &incident.id),
        left_out: entries.len().saturating_sub(OTHERS),
        others: entries.into_iter().take(OTHERS).collect(),
    }
}

/// All that the public may read of an incident, newest first: its timeline and what was announced, each once.
pub(super) fn told(scene: &Scene, incident: &Incident) -> Vec<Entry> {
    let timeline = public_entries(incident).into_iter();
    let mut told: Vec<(Timestamp, Entry)> = timeline.map(|one| (one.at, entry(scene, one))).collect();
    for one in scene.snapshot.announcements.iter().filter(|one| one.incident_id == incident.id) {
        let announced = announcement(scene, one);
        // What is announced comes into the timeline too, a moment later.
        let same = |(_, known): &&mut (Timestamp, Entry)| known.is_said && known.text == announced.text;
        match told.iter_mut().find(same) {
            Some((_, known)) => known.word = announced.word,
            None => told.push((one.ts, announced)),
        }
    }
    told.sort_by_key(|(at, _)| Reverse(*at));
    told.into_iter().map(|(_, entry)| entry).collect()
}

fn announcement(scene: &Scene, one: &Announcement) -> Entry {
    Entry {
        at: scene.moment(one.ts),
        word: words::public_state(one.state),
        is_said: true,
        text: text::prose(&one.message, text::PROSE),
        link: None,
    }
}

/// What the public may read of a timeline, newest first.
pub(super) fn public_entries(incident: &Incident) -> Vec<&TimelineEntry> {
    let mut entries: Vec<&TimelineEntry> = incident.timeline.iter().collect();
    entries.retain(|entry| entry.entry_type != EntryType::Note);
    entries.sort_by_key(|entry| entry.at);
    entries.reverse();
    entries
}

/// A person said it, so it stands before what the machine noted.
pub(super) fn is_said(entry: &TimelineEntry) -> bool {
    matches!(entry.entry_type, EntryType::Update | EntryType::Mitigation | EntryType::Resolution)
}

pub(super) fn entry(scene: &Scene, entry: &TimelineEntry) -> Entry {
    Entry {
        at: scene.moment(entry.at),
        word: words::entry(entry.entry_type),
        is_said: is_said(entry),
        text: text::prose(&entry.message, text::PROSE),
        link: entry.evidence_url.as_deref().and_then(text::link),
    }
}

/// Before anything was said there may be a summary.
fn summary(scene: &Scene, incident: &Incident) -> Option<Entry> {
    let text = text::prose(&incident.summary, text::PROSE);
    let at = scene.moment(incident.started_at);
    (!text.is_empty()).then(|| Entry {
        at,
        word: words::entry(EntryType::Update),
        is_said: true,
        text,
        link: None,
    })
}
