//! The traps of Apple's pages, one test each.

use contracts::Status;
use serde_json::{Value, json};

use crate::samples::{listed, read, read_at, read_value, refusal, sample, seen_as, span, times, try_read};

#[test]
fn services_are_as_the_events_that_go_on() {
    let reading = read("apple", "apple/events.json");
    assert_eq!(
        listed(&reading),
        [
            ("", "shop", Status::MajorOutage),
            ("", "songs", Status::MajorOutage),
            ("", "maps", Status::DegradedPerformance),
            ("", "post", Status::Operational),
        ]
    );
    assert_eq!((reading.overall, reading.non_operational_components), (Status::MajorOutage, 3));
}

#[test]
fn an_event_under_several_services_is_one() {
    let reading = read("apple", "apple/events.json");
    let open: Vec<_> =
        reading.incidents.iter().map(|i| (i.id.as_str(), i.components.len(), i.impact)).collect();
    assert_eq!(open, [("11", 2, Status::MajorOutage), ("13", 1, Status::DegradedPerformance)]);
    let incident = &reading.incidents[0];
    assert_eq!((incident.title.as_str(), incident.state.as_str()), ("People cannot buy.", "ongoing"));
    assert_eq!(incident.message, "People cannot buy.\nSome users are affected");
    assert_eq!(times(incident)[0], "2026-11-20T08:00:00Z");
}

#[test]
fn what_is_to_come_is_a_maintenance() {
    let reading = read("apple", "apple/events.json");
    assert_eq!(reading.scheduled_or_active_maintenances, 1);
    assert_eq!(reading.maintenances[0].state, "scheduled");
    assert_eq!(span(&reading.maintenances[0]), ["2026-11-27T08:00:00Z", "2026-11-27T09:00:00Z"]);
    let mut document: Value = serde_json::from_slice(&sample("apple/events.json")).unwrap();
    document["services"][1]["events"] = json!([{"messageId": "12", "statusType": "Maintenance", "eventStatus": "ongoing", "epochStartDate": 1}]);
    let reading = read_value("apple", &document);
    assert_eq!(
        (reading.maintenances[0].state.as_str(), reading.maintenances[0].components[0].as_str()),
        ("in_progress", "songs")
    );
}

#[test]
fn an_event_without_a_word_is_over_once_its_end_has_come() {
    let mut document: Value = serde_json::from_slice(&sample("apple/events.json")).unwrap();
    document["services"] = json!([{"serviceName": "Shop", "events": [
        {"messageId": "1", "statusType": "Outage", "epochStartDate": 1795161600000_i64, "epochEndDate": 1795165200000_i64}]}]);
    let body = document.to_string();
    let adapter = providers::adapters::named("apple").unwrap();
    let overall = |moment: &str| {
        let fetched_at = kit_base::Timestamp::parse(moment);
        let document =
            providers::adapters::Document { body: body.as_bytes(), fetched_at, ..Default::default() };
        adapter.told(&document).unwrap().reading().overall
    };
    assert_eq!(overall("2026-11-20T08:30:00Z"), Status::MajorOutage);
    assert_eq!(overall("2026-11-20T09:30:00Z"), Status::Operational);
    assert_eq!(read_at("apple", "apple/events.json", "2027-01-01T00:00:00Z").open_incidents, 2);
}

#[test]
fn words_that_nobody_knows_are_no_health() {
    let overall = |kind: &str, status: &str| {
        let event = json!({"messageId": "1", "statusType": kind, "eventStatus": status});
        read_value("apple", &json!({"services": [{"serviceName": "Shop", "events": [event]}]})).overall
    };
    assert_eq!(overall("Oddity", "ongoing"), Status::Unknown);
    assert_eq!(overall("Outage", "odd"), Status::MajorOutage);
    assert_eq!(overall("Outage", "completed"), Status::Operational);
}

#[test]
fn it_may_be_wrapped_into_a_call() {
    let plain = sample("apple/events.json");
    let wrapped = [b"jsonCallback(".as_slice(), &plain, b");\n"].concat();
    assert_eq!(try_read("apple", &wrapped), try_read("apple", &plain));
    assert!(refusal("apple", "jsonCallback({\"services\":").len() > 10);
    assert!(refusal("apple", "({})").len() > 10);
}

#[test]
fn other_shapes_are_refused() {
    assert_eq!(seen_as("apple/events.json"), Some("apple"));
    assert!(refusal("apple", r#"{"services": []}"#).contains("has none"));
    assert!(refusal("apple", r#"{"services": [{"name": "Shop"}]}"#).contains("has none"));
}
