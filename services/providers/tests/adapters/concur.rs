//! The traps of SAP Concur, one test each.

use contracts::Status;
use serde_json::{Value, json};

use crate::samples::{family, figures, read, sample, state, try_read};

fn read_value(document: &Value) -> Result<contracts::providers::Reading, String> {
    try_read("concur", document.to_string().as_bytes()).map_err(|error| error.to_string())
}

#[test]
fn services_tell_how_they_are_even_without_success() {
    let reading = read("concur", "concur/services.json");
    assert_eq!(figures(&reading), (Status::MajorOutage, 2, 1, 0));
    assert_eq!(state(&reading, "bills"), Status::DegradedPerformance);
    assert_eq!(state(&reading, "trips"), Status::MajorOutage);
    assert_eq!(state(&reading, "mobile"), Status::Operational);
    let incident = &reading.incidents[0];
    assert_eq!((incident.id.as_str(), incident.components.len()), ("71", 2));
    assert_eq!((incident.message.as_str(), incident.updates.len()), ("We know.", 2));
    assert_eq!(incident.title, "degradation \u{2013} Bills, Trips \u{2013} AT1");
    assert_eq!(incident.started_at.unwrap().to_string(), "2026-11-21T09:00:00Z");
}

#[test]
fn the_list_of_all_incidents_tells_the_open_ones() {
    let reading = read("concur", "concur/incidents.json");
    assert_eq!(figures(&reading), (Status::MajorOutage, 0, 1, 0));
    assert_eq!(
        (reading.incidents[0].state.as_str(), reading.incidents[0].message.as_str()),
        ("open", "We look.")
    );
    assert!(read_value(&json!({"incidents": [{"data_centers": []}]})).is_err());
    let mut over: Value = serde_json::from_slice(&sample("concur/incidents.json")).unwrap();
    over["incidents"][0]["status"] = json!("RESOLVED");
    assert_eq!(figures(&read_value(&over).unwrap()), (Status::Operational, 0, 0, 0));
    assert_eq!(read_value(&json!({"incidents": []})).unwrap().overall, Status::Unknown);
}

#[test]
fn a_banner_counts_while_it_is_shown() {
    let reading = read("concur", "concur/banner.json");
    assert_eq!(figures(&reading), (Status::DegradedPerformance, 0, 1, 0));
    assert_eq!(reading.incidents[0].title, "Issue Alert: we are looking into it.");
    let banner = |display: Value| {
        read_value(&json!({"data": {"display": display, "text": {}}, "success": true})).unwrap()
    };
    assert_eq!(figures(&banner(json!(false))), (Status::Operational, 0, 0, 0));
    assert_eq!(banner(json!(true)).overall, Status::DegradedPerformance);
    assert_eq!(banner(json!("no")).overall, Status::Unknown);
    assert_eq!(banner(Value::Null).overall, Status::Unknown);
}

#[test]
fn each_document_is_found_by_its_shape() {
    for file in ["concur/services.json", "concur/incidents.json", "concur/banner.json"] {
        assert_eq!(family(&sample(file)), Some("concur"), "{file}");
    }
}

#[test]
fn words_that_nobody_knows_are_unknown_and_other_shapes_are_refused() {
    let service = |status: Value| {
        read_value(&json!({"data": {"Bills": {"Current Status": {"status": status, "incidents": []}}}}))
    };
    assert_eq!(service(json!("normal")).unwrap().overall, Status::Operational);
    assert_eq!(service(json!("sleepy")).unwrap().overall, Status::Unknown);
    assert_eq!(service(json!(1)).unwrap().overall, Status::Unknown);
    for other in [
        json!({}),
        json!({"data": {}}),
        json!({"data": []}),
        json!({"data": {"Bills": 5}}),
        json!({"data": {"Bills": {"Service": "Bills"}}}),
        json!({"data": {"Bills": {"Current Status": {"status": "normal", "incidents": 5}}}}),
    ] {
        assert!(read_value(&other).is_err(), "{other}");
    }
}
