//! Incidents with what was told about them.

use contracts::communications::{Announcement, PublicState};
use contracts::incidents::IncidentStatus;
use kit_base::Timestamp;

use super::wire::{Component, Incident, IncidentUpdate};
use super::{id, moment};
use crate::store::documents::KnownIncident;

/// What Statuspage says where nobody has said anything.
const OVER: &str = "This incident has been resolved.";

/// The incident with its updates, the latest first.
pub(super) fn incident(known: &KnownIncident, components: &[Component], page_id: &str, base: &str) -> Incident {
    let incident = &known.incident;
    let incident_id = id(&incident.id);
    let told = known.announcements.first().map(|latest| latest.state);
    let first_watched = known.announcements.iter().rev().find(|told| told.state == PublicState::Monitoring);
    let named = |component: &&Component| {
        incident.services.iter().any(|slug| component.id == id(&format!("component {slug}")))
    };
    Incident {
        name: incident.title.clone(),
        status: state(incident.status, told).as_str(),
        created_at: moment(incident.started_at),
        updated_at: moment(moments(known).into_iter().max().unwrap_or(incident.started_at)),
        monitoring_at: first_watched.map(|told| told.ts).or(incident.mitigated_at).map(moment),
        resolved_at: incident.resolved_at.map(moment),
        impact: impact(incident.sev),
        shortlink: format!("{base}/incidents/{}", incident.id),
        started_at: moment(incident.started_at),
        page_id: page_id.to_owned(),
        incident_updates: updates(known, &incident_id),
        components: components.iter().filter(named).cloned().collect(),
        id: incident_id,
    }
}

/// The moments at which something was told or happened.
pub(super) fn moments(known: &KnownIncident) -> Vec<Timestamp> {
    let incident = &known.incident;
    let told = known.announcements.iter().map(|told| told.ts);
    told.chain([incident.started_at]).chain(incident.mitigated_at).chain(incident.resolved_at).collect()
}

/// Where it is, as it was told last; but what is over is over, and what goes on is not told to be over.
fn state(status: IncidentStatus, told: Option<PublicState>) -> PublicState {
    match (status, told) {
        (IncidentStatus::Resolved, _) => PublicState::Resolved,
        (IncidentStatus::Mitigated, _) | (_, Some(PublicState::Resolved)) => PublicState::Monitoring,
        (IncidentStatus::Open, told) => told.unwrap_or(PublicState::Investigating),
    }
}

/// Statuspage's word for a severity.
pub(super) fn impact(sev: i64) -> &'static str {
    match sev {
        ..=1 => "critical",
        2 => "major",
        3 => "minor",
        _ => "none",
    }
}

/// What was told. Where nobody has told anything, its title is; and where nobody has told that it is over, that it is.
fn updates(known: &KnownIncident, incident_id: &str) -> Vec<IncidentUpdate> {
    let incident = &known.incident;
    let mut updates: Vec<IncidentUpdate> = known
        .announcements
        .iter()
        .map(|Announcement { id, ts, message, state, .. }| update(id, *state, message, *ts, incident_id))
        .collect();
    if updates.is_empty() {
        let opening = format!("{} opened", incident.id);
        updates.push(update(&opening, PublicState::Investigating, &incident.title, incident.started_at, incident_id));
    }
    let told_over = known.announcements.first().is_some_and(|told| told.state == PublicState::Resolved);
    if let (Some(at), false) = (incident.resolved_at, told_over) {
        let over = format!("{} resolved", incident.id);
        updates.insert(0, update(&over, PublicState::Resolved, OVER, at, incident_id));
    }
    updates
}

fn update(of: &str, state: PublicState, body: &str, at: Timestamp, incident_id: &str) -> IncidentUpdate {
    IncidentUpdate {
        id: id(of),
        status: state.as_str(),
        body: body.to_owned(),
        incident_id: incident_id.to_owned(),
        created_at: moment(at),
        updated_at: moment(at),
        display_at: moment(at),
        affected_components: None,
        deliver_notifications: true,
        custom_tweet: None,
        tweet_id: None,
    }
}
