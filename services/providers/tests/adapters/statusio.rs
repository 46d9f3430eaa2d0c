//! The traps of Status.io, one test each.

use contracts::Status;
use contracts::providers::Part;
use serde_json::{Value, json};

use crate::samples::{listed, read, read_value, refusal, sample, seen_as, span, times};

fn page(code: Value) -> Value {
    json!({"result": {"status_overall": {"status": "Operational", "status_code": code}, "status": [],
                      "incidents": [], "maintenance": {"active": [], "upcoming": []}}})
}

#[test]
fn codes_count_and_words_do_not() {
    let overall = |code: Value| read_value("statusio", &page(code)).overall;
    assert_eq!(overall(json!(100)), Status::Operational);
    assert_eq!(overall(json!("200")), Status::UnderMaintenance);
    assert_eq!(overall(json!(300)), Status::DegradedPerformance);
    assert_eq!(overall(json!(400)), Status::PartialOutage);
    assert_eq!(overall(json!(500)), Status::MajorOutage);
    assert_eq!(overall(json!(600)), Status::DegradedPerformance);
    for odd in [json!(null), json!(700), json!("Operational"), json!(100.5)] {
        assert_eq!(overall(odd.clone()), Status::Unknown, "{odd}");
    }
}

#[test]
fn a_component_is_in_several_places() {
    let reading = read("statusio", "statusio/disruption.json");
    assert_eq!(
        listed(&reading),
        [
            ("Europe", "europe-registry", Status::MajorOutage),
            ("America", "america-registry", Status::Operational),
            ("Europe", "web", Status::Operational),
            ("", "docs", Status::DegradedPerformance),
        ]
    );
    assert_eq!((reading.overall, reading.non_operational_components), (Status::PartialOutage, 2));
}

#[test]
fn an_incident_names_components_and_places() {
    let reading = read("statusio", "statusio/disruption.json");
    assert_eq!(reading.open_incidents, 1);
    let incident = &reading.incidents[0];
    assert_eq!(incident.components, ["europe-registry", "web"]);
    assert_eq!((incident.state.as_str(), incident.impact), ("identified", Status::MajorOutage));
    assert_eq!((incident.message.as_str(), incident.updates.len()), ("It is the network.", 2));
    assert_eq!(times(incident), ["2026-11-20T08:00:00Z", "2026-11-20T08:30:00Z"]);
}

#[test]
fn a_state_of_four_hundred_is_the_end_too() {
    let mut document: Value = serde_json::from_slice(&sample("statusio/disruption.json")).unwrap();
    document["result"]["incidents"][0]["messages"][0]["state"] = json!("400");
    assert_eq!(read_value("statusio", &document).open_incidents, 0);
}

#[test]
fn maintenances_that_go_on_and_that_come() {
    let reading = read("statusio", "statusio/disruption.json");
    let works: Vec<_> = reading.maintenances.iter().map(|m| (m.state.as_str(), &m.components[0])).collect();
    assert_eq!(works, [("in_progress", &"docs".to_owned()), ("scheduled", &"web".to_owned())]);
    assert_eq!(span(&reading.maintenances[1]), ["2026-11-28T08:00:00Z", "2026-11-28T10:00:00Z"]);
    let mut document = page(json!(100));
    document["result"]["maintenance"] = json!([]);
    assert_eq!(read_value("statusio", &document).not_told, []);
    document["result"].as_object_mut().unwrap().remove("maintenance");
    assert_eq!(read_value("statusio", &document).not_told, [Part::Maintenances]);
}

#[test]
fn lists_may_be_null_and_works_that_nobody_began_are_past() {
    let mut document = page(json!(100));
    document["result"]["maintenance"] = json!({"active": null, "upcoming": null});
    document["result"]["incidents"] = json!(null);
    let reading = read_value("statusio", &document);
    assert_eq!((reading.overall, reading.scheduled_or_active_maintenances), (Status::Operational, 0));
    let works = |end: &str| {
        json!({"_id": "m", "name": "M", "datetime_open": "2026-11-20T08:00:00Z", "datetime_planned_start": "2026-11-01T08:00:00Z",
               "datetime_planned_end": end, "messages": []})
    };
    document["result"]["maintenance"] =
        json!({"active": [], "upcoming": [works("2026-11-01T09:00:00Z"), works("2026-12-01T09:00:00Z")]});
    assert_eq!(read_value("statusio", &document).scheduled_or_active_maintenances, 1);
    document["result"]["maintenance"] = json!({"active": [works("2026-11-01T09:00:00Z")], "upcoming": []});
    assert_eq!(read_value("statusio", &document).scheduled_or_active_maintenances, 1);
}

#[test]
fn a_page_that_is_not_there_says_so() {
    assert_eq!(seen_as("statusio/disruption.json"), Some("statusio"));
    let gone = r#"{"status": {"error": "yes", "message": "Status page not found"}}"#;
    assert_eq!(refusal("statusio", gone), "the provider answers with an error: Status page not found");
    assert!(refusal("statusio", r#"{"result": {"status": []}}"#).contains("`result.status_overall`"));
}
