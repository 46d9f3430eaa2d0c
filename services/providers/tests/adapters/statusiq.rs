//! The traps of StatusIQ, one test each.

use contracts::Status;
use contracts::providers::Part;
use serde_json::{Value, json};

use crate::samples::{family, figures, read, sample, state, text_sample, try_read};

fn read_value(document: &Value) -> Result<contracts::providers::Reading, String> {
    try_read("statusiq", document.to_string().as_bytes()).map_err(|error| error.to_string())
}

#[test]
fn a_title_is_split_at_its_last_dash() {
    let reading = read("statusiq", "statusiq/trouble.xml");
    assert_eq!(figures(&reading), (Status::PartialOutage, 2, 0, 0));
    assert_eq!(state(&reading, "web-app"), Status::PartialOutage);
    assert_eq!(state(&reading, "sync"), Status::UnderMaintenance);
    assert_eq!(state(&reading, "api"), Status::Operational);
    // The guid is that of all; a component without a link has only its name.
    let ids: Vec<&str> = reading.components.iter().map(|c| c.id.as_str()).collect();
    assert_eq!(ids, ["aa", "bb", "API"]);
    assert_eq!(reading.not_told, [Part::Overall, Part::Incidents, Part::Maintenances]);
    assert_eq!(family(&sample("statusiq/trouble.xml")), Some("statusiq"));
}

#[test]
fn words_that_nobody_knows_are_unknown_and_so_is_a_page_without_components() {
    let text = text_sample("statusiq/trouble.xml");
    let odd =
        text.replace("API - Operational", "API").replace("Sync - Under Maintenance", "Sync - Betriebsbereit");
    let reading = try_read("statusiq", odd.as_bytes()).unwrap();
    assert_eq!((state(&reading, "api"), state(&reading, "sync")), (Status::Unknown, Status::Unknown));
    let empty = format!("{}</channel></rss>", &text[..text.find("<item>").unwrap()]);
    assert_eq!(figures(&try_read("statusiq", empty.as_bytes()).unwrap()), (Status::Unknown, 0, 0, 0));
    let nameless = text.replace("API - Operational", "");
    assert!(try_read("statusiq", nameless.as_bytes()).unwrap_err().to_string().contains("is titled with"));
    let other = empty.replace("StatusIQ", "another");
    assert!(
        try_read("statusiq", other.as_bytes()).unwrap_err().to_string().contains("is not one of StatusIQ")
    );
}

#[test]
fn the_summary_has_groups_and_incidents() {
    let reading = read("statusiq", "statusiq/summary.json");
    assert_eq!(figures(&reading), (Status::PartialOutage, 2, 1, 0));
    let groups: Vec<_> = reading.components.iter().map(|c| (c.key.as_str(), c.group.as_deref())).collect();
    assert_eq!(groups, [("web", None), ("sync", Some("Backend")), ("mail", Some("Backend"))]);
    let incident = &reading.incidents[0];
    assert_eq!(
        (incident.title.as_str(), incident.state.as_str(), incident.impact),
        ("Web is slow", "investigating", Status::DegradedPerformance)
    );
    assert_eq!(
        (incident.components.as_slice(), incident.message.as_str()),
        (["web".to_owned()].as_slice(), "We look.")
    );
    assert_eq!(incident.started_at.unwrap().to_string(), "2026-11-21T09:00:00Z");
    assert_eq!(incident.url.as_deref(), Some("https://status.quill.example/#/incidents/i1"));
    assert_eq!(family(&sample("statusiq/summary.json")), Some("statusiq"));
}

#[test]
fn numbers_have_an_order_of_their_own() {
    let overall = |code: Value| {
        let component = json!({"enc_component_id": "a", "display_name": "A", "component_status": code});
        read_value(&json!({"data": {"current_status": [component]}})).unwrap().overall
    };
    let expected = [
        Status::Operational,
        Status::Operational,
        Status::DegradedPerformance,
        Status::UnderMaintenance,
        Status::PartialOutage,
        Status::MajorOutage,
    ];
    for (code, status) in (1..=6).zip(expected) {
        assert_eq!((overall(json!(code)), overall(json!(code.to_string()))), (status, status), "{code}");
    }
    for odd in [json!(0), json!(7), json!(null), json!("fine"), json!(1.5)] {
        assert_eq!(overall(odd.clone()), Status::Unknown, "{odd}");
    }
}

#[test]
fn what_is_no_summary_says_why() {
    assert_eq!(
        read_value(&json!({"code": 1024, "message": "URL not found"})).unwrap_err(),
        "the provider answers with an error: URL not found"
    );
    assert!(
        read_value(&json!({"code": 0, "message": "success", "data": {}}))
            .unwrap_err()
            .contains("`data.current_status`")
    );
    assert!(read_value(&json!({"data": {"current_status": [{}]}})).unwrap_err().contains("`display_name`"));
}
