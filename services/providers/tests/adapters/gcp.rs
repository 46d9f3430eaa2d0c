//! The traps of the Google Cloud and Google Workspace documents, one test each.

use contracts::Status;
use contracts::providers::Reading;
use providers::adapters;
use serde_json::{Value, json};

use crate::samples::{read, sample, state, try_read};

fn read_value(document: &Value) -> Result<Reading, String> {
    try_read("gcp", document.to_string().as_bytes()).map_err(|error| error.to_string())
}

/// One incident as the only entry, with `end` and the status of its newest update.
fn one(end: Value, status: Value) -> Value {
    json!([{
        "id": "x1", "begin": "2026-11-21T10:00:00+00:00", "end": end, "external_desc": "It is down.",
        "most_recent_update": {"when": "2026-11-21T10:05:00+00:00", "status": status, "text": "…"},
        "status_impact": "SERVICE_OUTAGE", "affected_products": [{"title": "Queues", "id": "q"}],
    }])
}

#[test]
fn an_empty_list_is_health_and_nothing_else_empty_is() {
    let reading = read_value(&json!([])).unwrap();
    assert_eq!((reading.overall, reading.names_only_trouble), (Status::Operational, true));
    for other in ["{}", "null", "\"\"", "0", ""] {
        assert!(try_read("gcp", other.as_bytes()).is_err(), "{other}");
    }
}

#[test]
fn the_newest_update_tells_and_not_the_peak() {
    let overall = |status: &str| read_value(&one(Value::Null, json!(status))).unwrap().overall;
    assert_eq!(overall("SERVICE_INFORMATION"), Status::Operational);
    assert_eq!(overall("SERVICE_DISRUPTION"), Status::PartialOutage);
    assert_eq!(overall("SERVICE_OUTAGE"), Status::MajorOutage);
    assert_eq!(overall("AVAILABLE"), Status::Operational);
    assert_eq!(overall("SERVICE_ODDITY"), Status::Unknown);

    let reading = read("gcp", "gcp/eased.json");
    assert_eq!((reading.overall, reading.non_operational_components), (Status::PartialOutage, 2));
    assert_eq!(reading.incidents[0].state, "service_disruption");
}

#[test]
fn recovered_but_not_closed_is_listed_without_harm() {
    let reading = read("gcp", "gcp/recovered-not-closed.json");
    assert_eq!((reading.overall, reading.open_incidents), (Status::Operational, 1));
    assert_eq!((reading.non_operational_components, reading.incidents[0].impact), (0, Status::Operational));
    assert_eq!(state(&reading, "stratus-volumes"), Status::Operational);
}

#[test]
fn a_notice_is_no_trouble() {
    let reading = read("gcp", "gcp/notice.json");
    assert_eq!((reading.overall, reading.open_incidents), (Status::Operational, 1));
    assert_eq!(reading.incidents[0].state, "service_information");
}

#[test]
fn an_end_closes_and_what_is_no_end_does_not() {
    let open =
        |end: Value| read_value(&one(end, json!("SERVICE_OUTAGE"))).map(|reading| reading.open_incidents);
    assert_eq!(open(Value::Null), Ok(1));
    assert_eq!(open(json!("")), Ok(1));
    assert_eq!(open(json!("2026-11-21T11:00:00+00:00")), Ok(0));
    assert_eq!(open(json!("2026-11-21T11:00:00")), Ok(0));
    for odd in [json!("soon"), json!(0), json!(false), json!([]), json!({})] {
        assert!(open(odd.clone()).unwrap_err().contains("entry 1: the `end`"), "{odd}");
    }
}

#[test]
fn a_product_in_two_incidents_has_the_worst_of_them() {
    let reading = read("google-workspace", "gcp/two-open.json");
    assert_eq!((reading.overall, reading.open_incidents), (Status::MajorOutage, 2));
    let states: Vec<(&str, Status)> = reading.components.iter().map(|c| (c.key.as_str(), c.status)).collect();
    assert_eq!(states, [("stratus-queues", Status::MajorOutage), ("stratus-compute", Status::MajorOutage)]);
    assert_eq!(
        reading.incidents[0].url.as_deref(),
        Some("https://www.google.com/appsstatus/dashboard/incidents/Bb2SecondOpen2")
    );
}

#[test]
fn texts_are_plain() {
    let reading = read("gcp", "demo/stratus/2-outage.json");
    let incident = &reading.incidents[0];
    assert_eq!(incident.title, "Power failure in eu-lyon1: virtual machines and volumes are unavailable.");
    assert!(incident.message.starts_with("Summary\nA power failure in one hall"), "{}", incident.message);
    assert_eq!(incident.started_at.unwrap().to_string(), "2026-11-21T14:30:00Z");
    assert_eq!(incident.updated_at.unwrap().to_string(), "2026-11-21T14:50:09Z");
    assert_eq!(incident.components, ["stratus-compute", "stratus-volumes"]);
}

#[test]
fn the_form_before_2021_is_read_too() {
    let reading = read("gcp", "gcp/before-2021.json");
    assert_eq!((reading.overall, reading.open_incidents), (Status::MajorOutage, 1));
    assert_eq!(
        (reading.incidents[0].id.as_str(), reading.incidents[0].message.as_str()),
        ("19009", "We know the cause.")
    );
    assert_eq!(state(&reading, "stratus-network"), Status::MajorOutage);
}

#[test]
fn the_newest_update_was_once_written_with_hyphens() {
    let mut document: Value = serde_json::from_slice(&sample("gcp/before-2021.json")).unwrap();
    document[0]["updates"] = json!([]);
    assert_eq!(read_value(&document).unwrap().incidents[0].message, "We know the cause.");
}

#[test]
fn multiple_products_is_no_product() {
    let mut document = one(Value::Null, json!("SERVICE_OUTAGE"));
    document[0]["affected_products"] = json!([]);
    document[0]["service_name"] = json!("Multiple Products");
    let reading = read_value(&document).unwrap();
    assert_eq!((reading.overall, reading.components.len()), (Status::MajorOutage, 0));
}

#[test]
fn a_shortened_copy_is_read_if_it_says_what_matters() {
    let document =
        json!([{"number": 7, "created": "2026-11-21T10:00:00Z", "status_impact": "SERVICE_DISRUPTION"}]);
    let reading = read_value(&document).unwrap();
    assert_eq!((reading.overall, reading.open_incidents), (Status::PartialOutage, 1));
    assert_eq!(reading.incidents[0].title, "Untitled");
    assert!(read_value(&json!([{"number": 7, "created": "2026-11-21T10:00:00Z"}])).is_err());
}

#[test]
fn without_a_newest_update_the_list_tells_and_then_the_peak() {
    let mut document = one(Value::Null, json!(null));
    document[0]["updates"] = json!([
        {"when": "2026-11-21T10:03:00+00:00", "status": "SERVICE_INFORMATION"},
        {"when": "2026-11-21T10:04:00+00:00", "status": "SERVICE_DISRUPTION"},
    ]);
    assert_eq!(read_value(&document).unwrap().overall, Status::PartialOutage);
    document[0]["updates"] = json!("none");
    assert_eq!(read_value(&document).unwrap().overall, Status::MajorOutage);
    document[0]["status_impact"] = Value::Null;
    assert_eq!(read_value(&document).unwrap().overall, Status::Unknown);
}

#[test]
fn one_entry_of_another_shape_makes_the_whole_unreadable() {
    for odd in
        [json!(null), json!(5), json!({}), json!([]), json!({"id": "a", "begin": "then", "updates": [{}]})]
    {
        let mut document: Value = serde_json::from_slice(&sample("gcp/history.json")).unwrap();
        document.as_array_mut().unwrap().push(odd.clone());
        assert!(read_value(&document).unwrap_err().starts_with("unexpected shape"), "{odd}");
    }
    assert!(read_value(&json!([{"arn": "aws", "date": "1", "status": "3"}])).is_err());
}

#[test]
fn the_two_pages_are_told_apart() {
    let mut document: Value = serde_json::from_slice(&sample("gcp/history.json")).unwrap();
    let found =
        |document: &Value| adapters::detect(document.to_string().as_bytes()).map(|adapter| adapter.name());
    assert_eq!(found(&document), Some("gcp"));
    for incident in document.as_array_mut().unwrap() {
        let incident = incident.as_object_mut().unwrap();
        incident.retain(|field, _| !field.ends_with("_affected_locations"));
    }
    assert_eq!(found(&document), Some("google-workspace"));
    assert_eq!(found(&json!([{"begin": "x"}])), None);
}
