//! The traps of Better Stack, one test each.

use contracts::Status;
use serde_json::{Value, json};

use crate::samples::{listed, read, read_at, read_value, refusal, sample, seen_as, span, times};

fn degraded() -> Value {
    serde_json::from_slice(&sample("betterstack/degraded.json")).unwrap()
}

#[test]
fn what_nobody_monitors_is_left_out() {
    let reading = read("betterstack", "betterstack/degraded.json");
    assert_eq!(
        listed(&reading),
        [
            ("First", "backups", Status::UnderMaintenance),
            ("First", "api", Status::Operational),
            ("Second", "sites", Status::DegradedPerformance),
        ]
    );
    assert_eq!((reading.overall, reading.non_operational_components), (Status::DegradedPerformance, 2));
}

#[test]
fn a_report_without_an_end_is_over_when_its_state_says_so() {
    let reading = read("betterstack", "betterstack/degraded.json");
    let open: Vec<&str> = reading.incidents.iter().map(|i| i.title.as_str()).collect();
    assert_eq!(open, ["Sites are slow"]);
    let mut document = degraded();
    document["included"][6]["attributes"]["ends_at"] = json!("2026-11-20T08:10:00Z");
    assert_eq!(read_value("betterstack", &document).open_incidents, 1);
    document["included"][6]["attributes"]["aggregate_state"] = json!("resolved");
    assert_eq!(read_value("betterstack", &document).open_incidents, 0);
}

#[test]
fn updates_are_found_by_texts_and_numbers_and_may_be_missing() {
    let incident = &read("betterstack", "betterstack/degraded.json").incidents[0];
    let written: Vec<&str> = incident.updates.iter().map(|update| update.body.as_str()).collect();
    assert_eq!(written, ["It is the cache.", "We are looking."]);
    assert_eq!(incident.message, "It is the cache.");
    assert_eq!(times(incident), ["2026-11-20T08:00:00Z", "2026-11-20T08:45:00Z"]);
    assert_eq!(
        (incident.impact, &incident.components[0]),
        (Status::DegradedPerformance, &"sites".to_owned())
    );
}

#[test]
fn a_maintenance_goes_on_by_the_clock() {
    let states = |reading: &contracts::providers::Reading| {
        let works = reading.maintenances.iter().map(|m| format!("{} {}", m.title, m.state));
        works.collect::<Vec<_>>()
    };
    let reading = read("betterstack", "betterstack/degraded.json");
    assert_eq!(states(&reading), ["Backups move in_progress", "New sites scheduled"]);
    assert_eq!(span(&reading.maintenances[0]), ["2026-11-20T08:00:00Z", "2026-11-20T12:00:00Z"]);
    let later = read_at("betterstack", "betterstack/degraded.json", "2026-11-30T09:00:00Z");
    assert_eq!(states(&later), ["New sites in_progress"]);
}

#[test]
fn each_state_of_the_page_has_its_meaning() {
    let overall = |word: &str| {
        let page =
            json!({"data": {"id": "1", "type": "status_page", "attributes": {"aggregate_state": word}}});
        read_value("betterstack", &page).overall
    };
    assert_eq!(overall("operational"), Status::Operational);
    assert_eq!(overall("degraded"), Status::DegradedPerformance);
    assert_eq!(overall("downtime"), Status::MajorOutage);
    assert_eq!(overall("maintenance"), Status::UnderMaintenance);
    assert_eq!(overall("Operational"), Status::Unknown);
}

#[test]
fn a_page_for_people_or_of_another_kind_is_refused() {
    assert_eq!(seen_as("betterstack/degraded.json"), Some("betterstack"));
    assert!(refusal("betterstack", "<!DOCTYPE html><html><title>Status</title>").starts_with("an HTML page"));
    assert!(refusal("betterstack", r#"{"data": {"type": "monitor"}}"#).contains("`status_page`"));
    assert!(refusal("betterstack", r#"{"data": []}"#).contains("unexpected shape"));
    let mut document = degraded();
    document["included"] = json!({});
    assert!(refusal("betterstack", &document.to_string()).contains("unexpected shape"));
}
