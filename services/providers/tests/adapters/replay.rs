//! A history becomes a story again.

use contracts::Status;
use kit_base::Timestamp;
use providers::replay::{as_of, moments};
use serde_json::Value;

use crate::samples::{sample, try_read};

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

fn then(moment: &str) -> contracts::providers::Reading {
    try_read("gcp", &as_of(&sample("gcp/history.json"), at(moment)).unwrap()).unwrap()
}

#[test]
fn the_moments_tell_before_during_and_after() {
    let moments: Vec<String> = moments(&sample("gcp/history.json")).iter().map(ToString::to_string).collect();
    let readings = moments.iter().map(|moment| then(moment));
    let told: Vec<(Status, usize, usize)> =
        readings.map(|r| (r.overall, r.open_incidents, r.non_operational_components)).collect();
    assert_eq!(
        told,
        [
            (Status::Operational, 0, 0),
            (Status::PartialOutage, 1, 1),
            (Status::Operational, 0, 0),
            (Status::MajorOutage, 1, 2),
            (Status::Operational, 0, 0),
        ]
    );
    assert!(moments.is_sorted());
}

#[test]
fn only_what_was_written_by_then_is_there() {
    // Begun at 14:30, first written about at 14:37:48.
    assert_eq!(then("2026-11-21T14:35:00Z").open_incidents, 0);
    let reading = then("2026-11-21T14:40:00Z");
    assert_eq!((reading.overall, reading.open_incidents), (Status::PartialOutage, 1));
    assert!(reading.incidents[0].message.contains("cannot be reached"));
    assert_eq!(then("2026-11-21T14:50:09Z").overall, Status::MajorOutage);
    assert_eq!(then("2026-11-21T16:00:00Z").overall, Status::PartialOutage);
    assert_eq!(then("2026-11-21T16:58:00Z").open_incidents, 0);

    let then = as_of(&sample("gcp/history.json"), at("2026-11-21T14:40:00Z")).unwrap();
    let then: Value = serde_json::from_slice(&then).unwrap();
    assert_eq!(then[0]["end"], Value::Null);
    assert_eq!(then[0]["updates"].as_array().unwrap().len(), 1);
    assert_eq!(then[0]["most_recent_update"], then[0]["updates"][0]);
    assert_eq!(then[0]["modified"], "2026-11-21T14:37:48+00:00");
    assert_eq!(then[1]["end"], "2026-11-09T10:05:00+00:00");
}

#[test]
fn after_everything_the_document_is_itself() {
    let document = sample("gcp/history.json");
    let later = as_of(&document, at("2027-01-01T00:00:00Z")).unwrap();
    let [later, document] = [later, document].map(|body| serde_json::from_slice::<Value>(&body).unwrap());
    assert_eq!(later, document);
}

#[test]
fn what_is_no_history_has_no_story() {
    for other in [sample("demo/nimbus/3-outage.json"), b"<html>".to_vec(), Vec::new()] {
        assert_eq!(as_of(&other, at("2026-11-21T14:40:00Z")), None);
        assert!(moments(&other).is_empty());
    }
    assert!(moments(b"[]").is_empty());
    assert!(moments(&sample("gcp/notice.json")).is_empty(), "a notice is no story");
}
