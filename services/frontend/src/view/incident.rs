//! One incident by itself: what the public may read of it from its beginning to what was learned.

use contracts::Status;
use contracts::incidents::{Incident, IncidentStatus, Postmortem};
use kit_base::Timestamp;

use super::frame::Frame;
use super::incidents::{Entry, told};
use super::neighbours::Neighbour;
use super::scene::Scene;
use super::verdict::{Warning, size, verdict, warning};
use crate::snapshot::{Service, Snapshot};
use crate::when::{Moment, span};
use crate::{text, words};

/// Entries at most; a watcher that flaps may write thousands.
const ENTRIES: usize = 200;
/// Letters of a part of a postmortem at most, as many as the API takes.
const LESSON: usize = 50_000;

/// The page of an incident.
#[derive(Clone, Debug)]
pub struct IncidentView {
    /// What stands around it.
    pub frame: Frame,
    /// Its id.
    pub id: String,
    /// What is wrong.
    pub title: String,
    /// The class of the title's size.
    pub size: &'static str,
    /// How much it harms, as a state; none once the harm has stopped.
    pub status: Option<Status>,
    /// Where it is in its life.
    pub word: &'static str,
    /// When it began.
    pub began: Moment,
    /// When the harm stopped.
    pub mitigated: Option<Moment>,
    /// When it was over, and how long it took.
    pub resolved: Option<(Moment, String)>,
    /// The public components it names.
    pub affected: Vec<Neighbour>,
    /// What is known, or empty.
    pub summary: String,
    /// What happened, newest first.
    pub entries: Vec<Entry>,
    /// Entries that are left out.
    pub left_out: usize,
    /// What was learned.
    pub learned: Option<Learned>,
    /// When the page last knew.
    pub checked: Moment,
    /// What did not answer.
    pub missing: Vec<Warning>,
}

/// A postmortem.
#[derive(Clone, Debug)]
pub struct Learned {
    /// What happened, as seen from outside.
    pub what: String,
    /// Why.
    pub why: String,
    /// What will be done.
    pub actions: Vec<String>,
}

/// The page of this incident at `now`; none where it concerns the team alone.
pub fn incident_view(
    snapshot: &Snapshot,
    incident: &Incident,
    now: Timestamp,
    site: &str,
) -> Option<IncidentView> {
    let scene = Scene::new(snapshot, now);
    if !scene.concerns_public(incident) {
        return None;
    }
    let status = scene.goes_on(incident).then(|| scene.impact(incident));
    let word = if scene.recovers(incident) { words::RECOVERING } else { words::life(incident.status) };
    let (title, overall) = (scene.title(incident), verdict(&scene).status);
    let entries = told(&scene, incident);
    let end = incident.resolved_at.filter(|_| incident.status == IncidentStatus::Resolved);
    Some(IncidentView {
        frame: Frame::new(site, None, status.unwrap_or(overall), overall, &format!("{word}: {title}")),
        id: text::line(&incident.id, 40),
        size: size(&title),
        title,
        status,
        word,
        began: scene.moment(incident.started_at),
        mitigated: incident.mitigated_at.map(|at| scene.moment(at)),
        resolved: end.map(|end| (scene.moment(end), span(end.since(incident.started_at)))),
        affected: scene.affected(incident).map(Neighbour::of_component).collect(),
        summary: text::prose(&incident.summary, text::PROSE),
        left_out: entries.len().saturating_sub(ENTRIES),
        entries: entries.into_iter().take(ENTRIES).collect(),
        learned: incident.postmortem.as_ref().map(learned),
        checked: scene.moment(snapshot.taken_at),
        missing: [Service::Incidents, Service::Communications]
            .into_iter()
            .filter_map(|what| warning(&scene, what))
            .collect(),
    })
}

fn learned(postmortem: &Postmortem) -> Learned {
    let actions = postmortem.action_items.iter().map(|action| text::prose(action, text::PROSE));
    Learned {
        what: text::prose(&postmortem.what_happened, LESSON),
        why: text::prose(&postmortem.root_cause, LESSON),
        actions: actions.filter(|action| !action.is_empty()).collect(),
    }
}
