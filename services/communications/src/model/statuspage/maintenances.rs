//! Maintenances as Statuspage has them: each time that one comes is one of its scheduled maintenances.

use contracts::maintenances::{MaintenanceState, Occurrence};
use kit_base::Timestamp;

use super::wire::{Component, Incident, IncidentUpdate, ScheduledMaintenance};
use super::{id, moment};
use crate::model::notice::{Kind, Notice};
use crate::store::maintenances::KnownMaintenance;

/// What Statuspage says where nobody has said anything.
const OVER: &str = "The scheduled maintenance has been completed.";

/// Every time of the maintenance that is known, each with its updates, the latest first.
pub(super) fn times(
    known: &KnownMaintenance,
    components: &[Component],
    page_id: &str,
    base: &str,
) -> Vec<(Occurrence, ScheduledMaintenance)> {
    let maintenance = &known.maintenance;
    let named: Vec<Component> = components
        .iter()
        .filter(|component| {
            maintenance.components.iter().any(|slug| component.id == id(&format!("component {slug}")))
        })
        .cloned()
        .collect();
    let all = [&maintenance.occurrence].into_iter().chain(&maintenance.upcoming).chain(&maintenance.past);
    all.map(|occurrence| {
        let one = time(known, occurrence, page_id, base);
        let incident = Incident { components: named.clone(), ..one };
        let (scheduled_for, scheduled_until) = (moment(occurrence.starts_at), moment(occurrence.ends_at));
        (occurrence.clone(), ScheduledMaintenance { incident, scheduled_for, scheduled_until })
    })
    .collect()
}

fn time(known: &KnownMaintenance, occurrence: &Occurrence, page_id: &str, base: &str) -> Incident {
    let maintenance = &known.maintenance;
    let own_id = id(&format!("{} {}", maintenance.id, occurrence.starts_at));
    let updates = updates(known, occurrence, &own_id);
    let changed_at = updates.first().map_or_else(|| moment(known.first_seen), |last| last.created_at.clone());
    Incident {
        name: maintenance.title.clone(),
        status: occurrence.state.as_str(),
        created_at: moment(maintenance.created_at),
        updated_at: changed_at,
        monitoring_at: None,
        resolved_at: occurrence.ended_at.map(moment),
        impact: "maintenance",
        shortlink: format!("{base}/maintenances/{}", maintenance.id),
        started_at: moment(occurrence.began_at.unwrap_or(occurrence.starts_at)),
        page_id: page_id.to_owned(),
        incident_updates: updates,
        components: Vec::new(),
        id: own_id,
    }
}

/// What was told of this time. Where nobody was told that it comes, its description says it; where nobody was told that it is
/// over, that it is.
fn updates(known: &KnownMaintenance, occurrence: &Occurrence, own_id: &str) -> Vec<IncidentUpdate> {
    let maintenance = &known.maintenance;
    let about = known.notices.iter().filter(|told| told.notice.starts_at == occurrence.starts_at);
    let mut updates: Vec<IncidentUpdate> = about
        .map(|told| {
            let Notice { kind, at, .. } = &told.notice;
            update(&told.id, kind.state(), &told.notice.text(), *at, own_id)
        })
        .collect();
    let told = |kind: Kind| {
        let mut about = known.notices.iter().filter(|told| told.notice.starts_at == occurrence.starts_at);
        about.any(|told| told.notice.kind == kind)
    };
    if let Some(at) = occurrence.ended_at.filter(|_| !told(Kind::Ended)) {
        updates.insert(0, update(&format!("{own_id} over"), MaintenanceState::Completed, OVER, at, own_id));
    }
    if !told(Kind::Scheduled) && !told(Kind::Starting) {
        let text = match maintenance.description.is_empty() {
            true => &maintenance.title,
            false => &maintenance.description,
        };
        let planned = format!("{own_id} planned");
        updates.push(update(&planned, MaintenanceState::Scheduled, text, maintenance.created_at, own_id));
    }
    updates
}

fn update(of: &str, state: MaintenanceState, body: &str, at: Timestamp, own_id: &str) -> IncidentUpdate {
    IncidentUpdate {
        id: id(of),
        status: state.as_str(),
        body: body.to_owned(),
        incident_id: own_id.to_owned(),
        created_at: moment(at),
        updated_at: moment(at),
        display_at: moment(at),
        affected_components: None,
        deliver_notifications: true,
        custom_tweet: None,
        tweet_id: None,
    }
}
