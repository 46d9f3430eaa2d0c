//! The traps of Zscaler, one test each.

use contracts::Status;
use serde_json::{Value, json};

use crate::samples::{family, figures, read, sample, state, try_read};

fn document() -> Value {
    serde_json::from_slice(&sample("zscaler/two-services.json")).unwrap()
}

fn read_value(document: &Value) -> Result<contracts::providers::Reading, String> {
    try_read("zscaler", document.to_string().as_bytes()).map_err(|error| error.to_string())
}

#[test]
fn events_tell_and_not_the_status_of_a_service() {
    let reading = read("zscaler", "zscaler/two-services.json");
    assert_eq!(figures(&reading), (Status::DegradedPerformance, 2, 1, 0));
    assert_eq!(state(&reading, "admin-desk"), Status::DegradedPerformance);
    assert_eq!(state(&reading, "gate"), Status::DegradedPerformance);
    assert_eq!(state(&reading, "lamp"), Status::Operational);
    assert_eq!(family(&sample("zscaler/two-services.json")), Some("zscaler"));
}

#[test]
fn one_event_under_several_services_is_one() {
    let reading = read("zscaler", "zscaler/two-services.json");
    let incident = &reading.incidents[0];
    assert_eq!((incident.id.as_str(), incident.components.len()), ("31", 2));
    assert_eq!((incident.title.as_str(), incident.state.as_str()), ("Login & more fail", "in progress"));
    let bodies: Vec<&str> = incident.updates.iter().map(|update| update.body.as_str()).collect();
    assert_eq!(bodies, ["A fix is tested.", "We know the cause."]);
    assert_eq!(incident.message, "A fix is tested.");
    assert_eq!(incident.started_at.unwrap().to_string(), "2026-11-21T08:00:00Z");
    assert_eq!(incident.updated_at.unwrap().to_string(), "2026-11-21T09:30:00Z");
    assert_eq!(incident.url.as_deref(), Some("https://trust.zscaler.com/posts/31"));
}

#[test]
fn the_legend_says_what_counts() {
    let with = |tid: Value, status: &str| {
        let mut document = document();
        let event =
            json!({"id": "40", "title": "T", "severityTid": tid, "status": status, "alias": "/posts/40"});
        document["data"]["category"][0]["subCategory"] =
            json!([{"tid": "3", "name": "Lamp", "status": true, "category_status": [event]}]);
        figures(&read_value(&document).unwrap())
    };
    assert_eq!(with(json!("20"), "In Progress"), (Status::MajorOutage, 1, 1, 0));
    assert_eq!(with(json!(19), "In Progress"), (Status::DegradedPerformance, 1, 1, 0));
    assert_eq!(with(json!("20"), "Resolved"), (Status::Operational, 0, 0, 0));
    // The page hides it.
    assert_eq!(with(json!("17"), "In Progress"), (Status::Operational, 0, 0, 0));
    assert_eq!(with(json!("999"), "In Progress"), (Status::Unknown, 0, 1, 0));
    assert_eq!(with(Value::Null, "In Progress"), (Status::Unknown, 0, 1, 0));
}

#[test]
fn a_list_may_be_written_as_an_object_or_as_nothing() {
    let mut document = document();
    let service = &mut document["data"]["category"][0]["subCategory"][0];
    service["category_status"] = json!({"3": service["category_status"][0]});
    service["issues"] = Value::Null;
    assert_eq!(figures(&read_value(&document).unwrap()), (Status::DegradedPerformance, 2, 1, 0));
}

#[test]
fn what_lacks_its_parts_is_refused() {
    for other in [
        json!({}),
        json!({"data": {}}),
        json!({"data": {"severity": []}}),
        json!({"data": {"severity": [], "category": [{"subCategory": [{}]}]}}),
        json!({"data": {"severity": [], "category": [{"subCategory": [{"tid": 1, "name": "A", "category_status": 5}]}]}}),
        json!({"data": {"severity": [], "category": [{"subCategory": [{"tid": 1, "name": "A", "issues": [5]}]}]}}),
    ] {
        assert!(read_value(&other).is_err(), "{other}");
    }
    assert_eq!(
        read_value(&json!({"data": {"severity": [], "category": []}})).unwrap().overall,
        Status::Unknown
    );
}
