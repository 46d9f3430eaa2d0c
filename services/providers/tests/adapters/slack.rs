//! The traps of Slack's page, one test each.

use contracts::Status;
use contracts::providers::Part;
use serde_json::json;

use crate::samples::{listed, read, read_value, refusal, seen_as, times};

#[test]
fn the_type_decides_and_services_take_the_worst() {
    let reading = read("slack", "slack/current.json");
    assert_eq!(
        listed(&reading),
        [
            ("", "messaging", Status::MajorOutage),
            ("", "search", Status::MajorOutage),
            ("", "files", Status::DegradedPerformance),
            ("", "calls", Status::Operational),
        ]
    );
    assert_eq!((reading.overall, reading.non_operational_components), (Status::MajorOutage, 3));
    assert_eq!((reading.open_incidents, reading.scheduled_or_active_maintenances), (3, 1));
    assert_eq!(reading.maintenances[0].components, ["canvases"]);
    assert!(reading.names_only_trouble);
}

#[test]
fn notes_come_oldest_first() {
    let reading = read("slack", "slack/current.json");
    let incident = &reading.incidents[0];
    let written: Vec<&str> = incident.updates.iter().map(|update| update.body.as_str()).collect();
    assert_eq!(written, ["It is found.", "We are looking."]);
    assert_eq!(times(incident), ["2026-11-20T08:00:00Z", "2026-11-20T08:40:00Z"]);
    assert_eq!((incident.id.as_str(), incident.state.as_str()), ("41", "active"));
}

#[test]
fn all_is_well_whatever_the_dates_say() {
    let ok = json!({"status": "ok", "date_created": "2020-01-01T00:00:00-08:00", "active_incidents": []});
    let reading = read_value("slack", &ok);
    assert_eq!((reading.overall, reading.not_told.len()), (Status::Operational, 0));
}

#[test]
fn something_that_is_not_named_is_not_well() {
    let overall = |word: &str| read_value("slack", &json!({"status": word, "active_incidents": []})).overall;
    assert_eq!(overall("active"), Status::Unknown);
    assert_eq!(overall("green"), Status::Unknown);
    let odd = json!({"status": "active", "active_incidents": [{"id": 1, "type": "mystery", "status": "active", "services": ["Files"]}]});
    assert_eq!(read_value("slack", &odd).overall, Status::Unknown);
    let notice = json!({"status": "active", "active_incidents": [{"id": 1, "type": "notice", "status": "active", "services": ["Files"]}]});
    assert_eq!(read_value("slack", &notice).overall, Status::Operational);
}

#[test]
fn a_history_says_nothing_of_what_it_does_not_name() {
    let entry = |status: &str| json!([{"id": 1, "title": "T", "type": "incident", "status": status, "services": ["Files"], "notes": []}]);
    let open = read_value("slack", &entry("active"));
    assert_eq!((open.overall, open.open_incidents), (Status::DegradedPerformance, 1));
    for over in ["resolved", "completed", "cancelled"] {
        let reading = read_value("slack", &entry(over));
        assert_eq!((reading.overall, reading.open_incidents), (Status::Unknown, 0), "{over}");
    }
    assert!(open.not_told.contains(&Part::Overall));
}

#[test]
fn other_shapes_are_refused() {
    assert_eq!(seen_as("slack/current.json"), Some("slack"));
    assert!(refusal("slack", r#"{"status": "ok"}"#).contains("`active_incidents`"));
    assert!(refusal("slack", "[]").contains("this does not"));
    assert!(refusal("slack", r#"{"status": "ok", "active_incidents": {}}"#).contains("unexpected shape"));
}
