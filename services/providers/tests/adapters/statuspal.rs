//! The traps of StatusPal, one test each.

use contracts::Status;
use serde_json::{Value, json};

use crate::samples::{listed, read, read_at, read_value, refusal, sample, seen_as, span, times};

fn page(kind: Value) -> Value {
    json!({"services": [{"id": 1, "name": "A", "children": [], "current_incident_type": null}],
           "status_page": {"subdomain": "a", "current_incident_type": kind},
           "incidents": [], "maintenances": [], "upcoming_maintenances": []})
}

#[test]
fn services_hold_services() {
    let reading = read("statuspal", "statuspal/nested.json");
    assert_eq!(
        listed(&reading),
        [
            ("Zurich", "compute", Status::PartialOutage),
            ("Storage", "blocks", Status::UnderMaintenance),
            ("Storage", "objects", Status::Operational),
            ("", "portal", Status::Operational),
        ]
    );
    assert_eq!((reading.overall, reading.non_operational_components), (Status::PartialOutage, 2));
}

#[test]
fn null_is_health_and_absence_is_not() {
    let overall = |kind: Value| read_value("statuspal", &page(kind)).overall;
    assert_eq!(overall(json!(null)), Status::Operational);
    assert_eq!(overall(json!("info")), Status::Operational);
    assert_eq!(overall(json!("performance")), Status::DegradedPerformance);
    assert_eq!(overall(json!("minor")), Status::PartialOutage);
    assert_eq!(overall(json!("major")), Status::MajorOutage);
    assert_eq!(overall(json!("scheduled")), Status::UnderMaintenance);
    assert_eq!(overall(json!("emergency-maintenance")), Status::UnderMaintenance);
    assert_eq!(overall(json!("")), Status::Unknown);
    let mut document = page(json!(null));
    document["status_page"].as_object_mut().unwrap().remove("current_incident_type");
    assert_eq!(read_value("statuspal", &document).overall, Status::Unknown);
    let mut document = page(json!(null));
    document["services"][0].as_object_mut().unwrap().remove("current_incident_type");
    assert_eq!(read_value("statuspal", &document).overall, Status::Unknown);
}

#[test]
fn an_incident_names_the_service_above_beside_its_own() {
    let reading = read("statuspal", "statuspal/nested.json");
    let open: Vec<_> = reading.incidents.iter().map(|i| (i.id.as_str(), i.impact)).collect();
    assert_eq!(open, [("900", Status::PartialOutage), ("901", Status::Operational)]);
    assert_eq!(reading.incidents[0].components, ["compute"]);
    // Alone it means all that it holds.
    assert_eq!(reading.maintenances[1].components, ["blocks", "objects"]);
}

#[test]
fn times_are_in_utc_and_the_newest_text_comes_first() {
    let incident = &read("statuspal", "statuspal/nested.json").incidents[0];
    assert_eq!(times(incident), ["2026-11-20T08:00:00Z", "2026-11-20T08:40:00Z"]);
    assert_eq!((incident.state.as_str(), incident.message.as_str()), ("monitoring", "A fix is out."));
    assert_eq!(incident.url.as_deref(), Some("https://alpen.example/incidents/900"));
}

#[test]
fn an_end_is_over_only_once_it_has_come() {
    assert_eq!(read_at("statuspal", "statuspal/nested.json", "2026-11-18T08:30:00Z").open_incidents, 3);
    assert_eq!(read_at("statuspal", "statuspal/nested.json", "2026-11-18T09:30:00Z").open_incidents, 2);
    let mut document: Value = serde_json::from_slice(&sample("statuspal/nested.json")).unwrap();
    document["incidents"][0]["updates"][0]["type"] = json!("resolved");
    assert_eq!(read_value("statuspal", &document).open_incidents, 1);
}

#[test]
fn maintenances_that_go_on_and_that_come() {
    let reading = read("statuspal", "statuspal/nested.json");
    let works: Vec<&str> = reading.maintenances.iter().map(|m| m.state.as_str()).collect();
    assert_eq!(works, ["in_progress", "scheduled"]);
    assert_eq!(span(&reading.maintenances[1]), ["2026-11-27T06:00:00Z", "2026-11-27T07:00:00Z"]);
}

#[test]
fn works_that_have_an_end_go_on_until_then() {
    let mut document: Value = serde_json::from_slice(&sample("statuspal/nested.json")).unwrap();
    document["maintenances"][0]["ends_at"] = json!("2026-11-20T18:00:00");
    assert_eq!(read_value("statuspal", &document).scheduled_or_active_maintenances, 2);
    document["maintenances"][0]["ends_at"] = json!("2026-11-20T08:00:00");
    assert_eq!(read_value("statuspal", &document).scheduled_or_active_maintenances, 1);
}

#[test]
fn an_empty_child_is_none() {
    let mut document = page(json!("major"));
    document["services"][0] =
        json!({"id": 1, "name": "A", "children": [{}], "current_incident_type": "major"});
    let reading = read_value("statuspal", &document);
    assert_eq!(listed(&reading), [("", "a", Status::MajorOutage)]);
}

#[test]
fn other_shapes_are_refused() {
    assert_eq!(seen_as("statuspal/nested.json"), Some("statuspal"));
    assert!(
        refusal("statuspal", r#"{"status_page": {"current_incident_type": null}}"#).contains("`services`")
    );
    assert!(refusal("statuspal", r#"{"services": []}"#).contains("`status_page`"));
}
