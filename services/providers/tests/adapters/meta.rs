//! The traps of Meta, one test each.

use contracts::Status;
use contracts::providers::Part;
use serde_json::{Value, json};

use crate::samples::{family, figures, read, sample, state, try_read};

fn read_value(document: &Value) -> Result<contracts::providers::Reading, String> {
    try_read("meta", document.to_string().as_bytes()).map_err(|error| error.to_string())
}

#[test]
fn services_stand_under_their_product() {
    let reading = read("meta", "meta/orgs.json");
    assert_eq!(figures(&reading), (Status::MajorOutage, 2, 0, 0));
    assert_eq!(state(&reading, "quill-api-platform"), Status::Operational);
    assert_eq!(state(&reading, "sign-up"), Status::MajorOutage);
    assert_eq!(state(&reading, "ink-ads-platform"), Status::DegradedPerformance);
    // A sentence that nobody knows.
    assert_eq!(state(&reading, "reports"), Status::Unknown);
    assert_eq!(reading.not_told, [Part::Overall, Part::Incidents, Part::Maintenances]);
    assert_eq!(family(&sample("meta/orgs.json")), Some("meta"));
}

#[test]
fn outages_are_incidents_while_they_are_not_resolved() {
    let reading = read("meta", "meta/outages.json");
    assert_eq!(figures(&reading), (Status::MajorOutage, 0, 1, 0));
    let incident = &reading.incidents[0];
    assert_eq!(
        (incident.id.as_str(), incident.message.as_str(), incident.updates.len()),
        ("9", "We know.", 2)
    );
    assert_eq!(family(&sample("meta/outages.json")), Some("meta"));
}

#[test]
fn sentences_have_their_state() {
    let overall = |sentence: Value| {
        let service = json!({"id": 1, "name": "A", "status": sentence});
        read_value(&json!([{"id": "x", "name": "X", "services": [service]}])).unwrap().overall
    };
    for (sentence, status) in [
        ("No known issues", Status::Operational),
        ("High disruptions", Status::MajorOutage),
        ("Medium disruptions", Status::PartialOutage),
        ("Low disruptions", Status::DegradedPerformance),
        ("Under maintenance", Status::UnderMaintenance),
        ("Not operational", Status::Unknown),
        ("", Status::Unknown),
    ] {
        assert_eq!(overall(json!(sentence)), status, "{sentence}");
    }
    assert_eq!(overall(Value::Null), Status::Unknown);
}

#[test]
fn what_lacks_its_parts_is_refused() {
    for other in [
        json!([]),
        json!([{}]),
        json!([{"id": "x"}]),
        json!([{"id": "x", "services": [{}]}]),
        json!({"orgs": []}),
    ] {
        assert!(read_value(&other).is_err(), "{other}");
    }
}

#[test]
fn its_feeds_are_histories() {
    let feed = "<rss xmlns:atom='a'><channel><title>Quill API Status</title><link>https://metastatus.com/quill-api</link>\
                </channel></rss>";
    assert_eq!(figures(&try_read("meta", feed.as_bytes()).unwrap()), (Status::Unknown, 0, 0, 0));
    assert_eq!(family(feed.as_bytes()), Some("meta"));
    assert!(try_read("meta", feed.replace("metastatus.com", "quill.example").as_bytes()).is_err());
}
