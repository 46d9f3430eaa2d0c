//! The traps of incident.io's documents, one test each.

use contracts::Status;
use serde_json::{Value, json};

use crate::samples::{listed, read, read_value, refusal, sample, seen_as, span, state, times};

fn proxy() -> Value {
    serde_json::from_slice(&sample("incidentio/proxy.json")).unwrap()
}

#[test]
fn components_stand_in_the_order_of_the_page_and_the_hidden_after_them() {
    let reading = read("incidentio", "incidentio/proxy.json");
    assert_eq!(
        listed(&reading),
        [
            ("", "api", Status::Operational),
            ("Apps", "mail", Status::MajorOutage),
            ("Apps", "search", Status::Operational),
            ("", "inner-queue", Status::UnderMaintenance),
        ]
    );
    assert_eq!((reading.overall, reading.non_operational_components), (Status::MajorOutage, 2));
    assert!(reading.not_told.contains(&contracts::providers::Part::Overall));
}

#[test]
fn what_is_over_is_not_listed_and_a_maintenance_that_goes_on_is_in_progress() {
    let reading = read("incidentio", "incidentio/proxy.json");
    let incidents: Vec<&str> = reading.incidents.iter().map(|i| i.title.as_str()).collect();
    assert_eq!(incidents, ["Mail is not delivered"]);
    let works: Vec<_> = reading.maintenances.iter().map(|m| (m.title.as_str(), m.state.as_str())).collect();
    assert_eq!(works, [("Queue upgrade", "in_progress"), ("New disks", "scheduled")]);
    assert_eq!(span(&reading.maintenances[1]), ["2026-11-25T02:00:00Z", "2026-11-25T04:00:00Z"]);
    assert_eq!(reading.maintenances[1].components, ["search"]);
}

#[test]
fn an_incident_tells_what_is_now_and_its_newest_text() {
    let incident = &read("incidentio", "incidentio/proxy.json").incidents[0];
    assert_eq!((incident.impact, incident.state.as_str()), (Status::MajorOutage, "identified"));
    assert_eq!(times(incident), ["2026-11-20T08:02:00Z", "2026-11-20T08:40:00Z"]);
    assert_eq!(incident.components, ["mail", "api"]);
    assert_eq!(incident.message, "A disk is full.");
    assert_eq!(incident.updates[1].state.as_deref(), Some("investigating"));
    let url = "https://status.fernway.example/incidents/01NC1DENT0000000000000MA1L";
    assert_eq!(incident.url.as_deref(), Some(url));
}

#[test]
fn the_worst_that_was_is_not_how_it_is() {
    let mut document = proxy();
    document["summary"]["affected_components"] = json!([]);
    let incident = &mut document["summary"]["ongoing_incidents"][0];
    incident["status"] = json!("monitoring");
    incident["affected_components"][0]["current_status"] = json!("operational");
    let reading = read_value("incidentio", &document);
    assert_eq!((reading.non_operational_components, reading.open_incidents), (0, 1));
    // It is watched, and no proof of health as long as it is open.
    assert_eq!(reading.incidents[0].impact, Status::DegradedPerformance);
}

#[test]
fn a_word_that_nobody_knows_is_no_health() {
    let mut document = proxy();
    document["summary"]["affected_components"][0]["status"] = json!("melted");
    let reading = read_value("incidentio", &document);
    assert_eq!(state(&reading, "mail"), Status::Unknown);
    document["summary"]["ongoing_incidents"] = json!([]);
    document["summary"]["scheduled_maintenances"] = json!([]);
    document["summary"]["affected_components"][1]["status"] = json!("operational");
    assert_eq!(read_value("incidentio", &document).overall, Status::Unknown);
}

#[test]
fn a_page_of_pages_does_not_know_how_they_are() {
    let page = |item: Value| {
        json!({"summary": {"components": [], "affected_components": [], "ongoing_incidents": [],
                           "structure": {"items": [item]}}})
    };
    let below = json!({"component": "$undefined", "group": "$undefined", "sub_page": {"id": "01EU", "name": "Europe"}});
    let reading = read_value("incidentio", &page(below));
    assert_eq!((reading.overall, state(&reading, "europe")), (Status::Unknown, Status::Unknown));
    // A parent page names components in its structure alone.
    let own = json!({"component": {"component_id": "01A", "name": "App"}, "group": "$undefined", "sub_page": "$undefined"});
    assert_eq!(read_value("incidentio", &page(own)).overall, Status::Operational);
}

#[test]
fn lists_that_are_null_are_empty_and_affected_ones_are_found_in_the_incidents() {
    let mut document = proxy();
    document["summary"]["affected_components"] = Value::Null;
    document["summary"]["scheduled_maintenances"] = Value::Null;
    let reading = read_value("incidentio", &document);
    assert_eq!(state(&reading, "mail"), Status::MajorOutage);
    assert_eq!((state(&reading, "api"), reading.scheduled_or_active_maintenances), (Status::Operational, 0));
}

#[test]
fn the_widget_names_only_what_is_in_trouble() {
    let reading = read("incidentio", "incidentio/widget.json");
    assert_eq!(
        listed(&reading),
        [("Apps", "mail", Status::PartialOutage), ("", "queue", Status::UnderMaintenance)]
    );
    assert!(reading.names_only_trouble);
    assert_eq!(
        (reading.overall, reading.incidents[0].impact),
        (Status::PartialOutage, Status::PartialOutage)
    );
    assert_eq!(reading.incidents[0].message, "It drains.");
    let works: Vec<_> =
        reading.maintenances.iter().map(|m| (m.state.as_str(), m.components[0].as_str())).collect();
    assert_eq!(works, [("in_progress", "queue"), ("scheduled", "search")]);
    assert_eq!(span(&reading.maintenances[0]), ["2026-11-20T08:00:00Z", "2026-11-20T12:00:00Z"]);
    let well = json!({"page_title": "F", "page_url": "https://f.example", "ongoing_incidents": [],
                      "in_progress_maintenances": [], "scheduled_maintenances": []});
    assert_eq!(read_value("incidentio", &well).overall, Status::Operational);
}

#[test]
fn its_imitation_of_statuspage_is_read_as_that() {
    let document = json!({
        "page": {"id": "01PAGE", "url": "https://status.fernway.example/"},
        "status": {"indicator": "minor", "description": "Some trouble"},
        "components": [{"id": "01A", "name": "API", "status": "degraded_performance", "position": 0}],
    });
    let reading = read_value("incidentio", &document);
    assert_eq!((reading.overall, reading.non_operational_components), (Status::DegradedPerformance, 1));
    assert_eq!((reading.open_incidents, reading.scheduled_or_active_maintenances), (0, 0));
}

#[test]
fn other_shapes_are_refused() {
    assert_eq!(seen_as("incidentio/proxy.json"), Some("incidentio"));
    assert_eq!(seen_as("incidentio/widget.json"), Some("incidentio"));
    assert!(refusal("incidentio", r#"{"summary": {"components": []}}"#).contains("`ongoing_incidents`"));
    assert!(refusal("incidentio", r#"{"summary": {"ongoing_incidents": []}}"#).contains("has none"));
}
