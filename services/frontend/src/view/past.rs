//! What was resolved in the last two weeks, by the day it ended. Days without incidents are not listed: quiet stays quiet.

use std::cmp::Reverse;
use std::time::Duration;

use contracts::incidents::{Incident, IncidentStatus};
use kit_base::Timestamp;

use super::anchors::Anchors;
use super::incidents::{Entry, entry, is_said, public_entries};
use super::scene::{Scene, incident_href};
use crate::when::{Date, Moment, span};
use crate::words;

const ONE_DAY: Duration = Duration::from_secs(24 * 60 * 60);
const TWO_WEEKS: Duration = Duration::from_secs(14 * 24 * 60 * 60);

/// The last two weeks.
#[derive(Clone, Debug)]
pub struct Past {
    /// The first day that is covered: "7 November".
    pub first_day: String,
    /// The days on which an incident ended, newest first.
    pub days: Vec<Day>,
}

/// One day.
#[derive(Clone, Debug)]
pub struct Day {
    /// `2026-11-20`.
    pub iso: String,
    /// "Today", "Yesterday", "19 November".
    pub name: String,
    /// What ended on it, newest first.
    pub incidents: Vec<PastIncident>,
}

/// One incident that is over.
#[derive(Clone, Debug)]
pub struct PastIncident {
    /// The id of its element.
    pub id: String,
    /// What was wrong.
    pub title: String,
    /// The address of its page.
    pub href: String,
    /// When it was over.
    pub resolved: Moment,
    /// How long it took.
    pub lasted: String,
    /// The public components it named, in one line.
    pub affected: String,
    /// The last thing that was said about it.
    pub last_word: Option<Entry>,
    /// The id of the fold that holds it.
    pub fold_id: String,
}

/// The incidents that were resolved in the last two weeks.
pub(super) fn past(scene: &Scene, anchors: &mut Anchors) -> Past {
    let first = scene.now.minus(TWO_WEEKS);
    let mut over: Vec<(Timestamp, &Incident)> = scene.snapshot.incidents.iter().filter_map(ended).collect();
    over.retain(|(end, incident)| *end >= first && scene.concerns_public(incident));
    over.sort_by_key(|(end, _)| Reverse(*end));
    let mut days: Vec<Day> = Vec::new();
    for (end, incident) in over {
        let iso = Date::of(end).iso();
        let told = one(scene, incident, end, anchors);
        match days.last_mut().filter(|day| day.iso == iso) {
            Some(day) => day.incidents.push(told),
            None => days.push(Day { name: day_name(end, scene.now), iso, incidents: vec![told] }),
        }
    }
    Past { first_day: Date::of(first).long(), days }
}

/// An incident that is over, and when it was.
pub(super) fn ended(incident: &Incident) -> Option<(Timestamp, &Incident)> {
    let end = incident.resolved_at.or(incident.mitigated_at).unwrap_or(incident.started_at);
    (incident.status == IncidentStatus::Resolved).then_some((end, incident))
}

pub(super) fn day_name(at: Timestamp, now: Timestamp) -> String {
    match Date::of(at) {
        day if day == Date::of(now) => words::TODAY.to_owned(),
        day if day == Date::of(now.minus(ONE_DAY)) => words::YESTERDAY.to_owned(),
        day => day.long(),
    }
}

/// One of them; its moment stands under a heading that names the day.
pub(super) fn one(scene: &Scene, incident: &Incident, end: Timestamp, anchors: &mut Anchors) -> PastIncident {
    let last = public_entries(incident).into_iter().find(|entry| is_said(entry));
    PastIncident {
        id: anchors.make("incident", &incident.id),
        title: scene.title(incident),
        href: incident_href(&incident.id),
        resolved: Moment::on_its_day(end, scene.now),
        lasted: span(end.since(incident.started_at)),
        affected: scene.affected_names(incident),
        last_word: last.map(|last| entry(scene, last)),
        fold_id: anchors.make("fold", &incident.id),
    }
}
