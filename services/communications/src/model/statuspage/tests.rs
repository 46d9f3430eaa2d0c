//! Each rule by itself; the documents as a whole are tested over HTTP.

use contracts::communications::{Announcement, PublicState};
use contracts::incidents::{Component, IncidentStatus};

use super::*;
use crate::store::copies::IncidentCopy;
use crate::store::documents::KnownIncident;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(seconds * 1_000_000 + 407_000)
}

fn component(slug: &str, group: &str, status: Status) -> KnownComponent {
    let component = Component {
        slug: slug.to_owned(),
        name: slug.to_uppercase(),
        group: group.to_owned(),
        status,
        since: at(1),
        ..Component::default()
    };
    KnownComponent { component, first_seen: at(1), changed_at: at(2) }
}

fn incident(sev: i64, status: IncidentStatus, told: &[PublicState]) -> KnownIncident {
    let over = status == IncidentStatus::Resolved;
    let copy = IncidentCopy {
        id: "INC-AAAA".to_owned(),
        title: "Broken".to_owned(),
        sev,
        status,
        summary: String::new(),
        services: vec!["shop".to_owned()],
        started_at: at(10),
        mitigated_at: None,
        resolved_at: over.then(|| at(90)),
    };
    let announcement = |(place, state): (usize, &PublicState)| Announcement {
        id: format!("a{place}"),
        incident_id: "INC-AAAA".to_owned(),
        ts: at(20 + place as i64),
        message: "m".to_owned(),
        state: *state,
    };
    KnownIncident { incident: copy, announcements: told.iter().enumerate().rev().map(announcement).collect() }
}

fn made(components: Vec<KnownComponent>, incidents: Vec<KnownIncident>, stale: bool) -> Documents {
    let snapshot = Snapshot { components, incidents, maintenances: Vec::new(), seen_at: Some(at(5)), stale };
    documents(&snapshot, &Site { name: "Acme", base: "https://status.example.org" })
}

#[test]
fn the_verdict_is_the_worst_there_is_and_never_well_where_something_is_unknown() {
    use Status::*;
    let of = |statuses: &[Status], stale| {
        let all = statuses.iter().map(|status| component("shop", "", *status)).collect();
        let status = made(all, Vec::new(), stale).status;
        (status.indicator, status.description)
    };
    assert_eq!(of(&[Operational, Operational], false), ("none", "All Systems Operational"));
    assert_eq!(of(&[Operational, UnderMaintenance], false), ("maintenance", "Service Under Maintenance"));
    assert_eq!(of(&[UnderMaintenance, DegradedPerformance], false), ("minor", "Partially Degraded Service"));
    assert_eq!(of(&[PartialOutage, Unknown], false), ("major", "Partial System Outage"));
    assert_eq!(of(&[MajorOutage], true), ("critical", "Major Service Outage"));
    for (statuses, stale) in [(&[Operational, Unknown][..], false), (&[Operational], true), (&[], true)] {
        assert_eq!(of(statuses, stale), ("minor", "Status Unknown"), "{statuses:?}");
    }
}

#[test]
fn an_open_incident_counts_even_where_every_component_is_well() {
    let indicator = |sev, status| {
        made(vec![component("shop", "", Status::Operational)], vec![incident(sev, status, &[])], false)
            .status
            .indicator
    };
    assert_eq!(
        [1, 2, 3, 4].map(|sev| indicator(sev, IncidentStatus::Open)),
        ["critical", "major", "minor", "none"]
    );
    assert_eq!(indicator(1, IncidentStatus::Resolved), "none");
}

#[test]
fn what_is_unknown_is_told_as_degraded_and_trouble_stays_what_it_is() {
    for (status, stale, word) in [
        (Status::Operational, false, "operational"),
        (Status::Unknown, false, "degraded_performance"),
        (Status::Operational, true, "degraded_performance"),
        (Status::MajorOutage, true, "major_outage"),
        (Status::UnderMaintenance, true, "under_maintenance"),
    ] {
        let made = made(vec![component("shop", "", status)], Vec::new(), stale);
        assert_eq!(made.components[0].status, word, "{status:?} {stale}");
    }
}

#[test]
fn groups_are_components_that_name_their_own() {
    let all = vec![
        component("alone", "", Status::Operational),
        component("one", "Shop", Status::PartialOutage),
        component("two", "Shop", Status::Operational),
    ];
    let made = made(all, Vec::new(), false).components;
    let names: Vec<&str> = made.iter().map(|component| component.name.as_str()).collect();
    assert_eq!(names, ["ALONE", "Shop", "ONE", "TWO"]);
    let (group, one) = (&made[1], &made[2]);
    assert!(group.group && group.group_id.is_none() && group.status == "partial_outage");
    assert_eq!(group.components.as_deref(), Some(&[one.id.clone(), made[3].id.clone()][..]));
    assert_eq!(one.group_id.as_ref(), Some(&group.id));
    assert!(!one.group && one.components.is_none() && made[0].group_id.is_none());
}

#[test]
fn an_incident_is_where_it_was_told_to_be_unless_that_is_not_so() {
    use IncidentStatus::{Mitigated, Open};
    use PublicState::{Identified, Investigating, Resolved};
    for (status, told, state) in [
        (Open, &[][..], "investigating"),
        (Open, &[Investigating, Identified], "identified"),
        (Open, &[Resolved], "monitoring"),
        (Mitigated, &[Identified], "monitoring"),
        (IncidentStatus::Resolved, &[Identified], "resolved"),
    ] {
        let made = made(Vec::new(), vec![incident(1, status, told)], false);
        assert_eq!(made.incidents[0].status, state, "{status:?} {told:?}");
    }
}

#[test]
fn what_nobody_told_is_told_by_itself() {
    let updates = |status, told: &[PublicState]| -> Vec<(&'static str, String)> {
        let made = made(Vec::new(), vec![incident(1, status, told)], false);
        made.incidents[0].incident_updates.iter().map(|one| (one.status, one.body.clone())).collect()
    };
    let one = |state, body: &str| (state, body.to_owned());
    assert_eq!(updates(IncidentStatus::Open, &[]), [one("investigating", "Broken")]);
    assert_eq!(
        updates(IncidentStatus::Resolved, &[PublicState::Identified]),
        [one("resolved", "This incident has been resolved."), one("identified", "m")]
    );
    assert_eq!(updates(IncidentStatus::Resolved, &[PublicState::Resolved]), [one("resolved", "m")]);
}

#[test]
fn ids_and_moments_have_statuspages_form() {
    assert_eq!(moment(at(1)), "1970-01-01T00:00:01.407Z");
    let made = id("component shop");
    assert!(made.len() == 12 && made.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase()));
    assert_ne!(made, id("component stop"));
}
