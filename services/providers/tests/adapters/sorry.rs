//! The traps of Sorry, one test each.

use contracts::Status;
use contracts::providers::Part;
use serde_json::json;

use crate::samples::{listed, read, read_together, read_value, refusal, seen_as, span, times};

#[test]
fn the_page_tells_its_state_alone() {
    let reading = read("sorry", "sorry/status.json");
    assert_eq!(reading.overall, Status::DegradedPerformance);
    assert_eq!(reading.not_told, [Part::Components, Part::Incidents, Part::Maintenances]);
    let overall = |word: &str| read_value("sorry", &json!({"page": {"state": word}})).overall;
    assert_eq!(overall("operational"), Status::Operational);
    assert_eq!(overall("under_maintenance"), Status::UnderMaintenance);
    assert_eq!(overall("degraded"), Status::PartialOutage);
    assert_eq!(overall("peculiar"), Status::Unknown);
}

#[test]
fn components_hold_components() {
    let reading = read("sorry", "sorry/components.json");
    assert_eq!(
        listed(&reading),
        [
            ("Crane", "hook", Status::PartialOutage),
            ("Crane", "rope", Status::Operational),
            ("", "office", Status::Operational),
        ]
    );
    assert_eq!((reading.overall, reading.non_operational_components), (Status::PartialOutage, 1));
    let elsewhere =
        json!({"response": [{"id": 1, "name": "Crane", "state": "partially-degraded"}], "meta": {}});
    assert_eq!(read_value("sorry", &elsewhere).overall, Status::DegradedPerformance);
}

#[test]
fn unplanned_notices_are_incidents_and_planned_ones_maintenances() {
    let reading = read("sorry", "sorry/notices.json");
    assert_eq!(reading.open_incidents, 1);
    let incident = &reading.incidents[0];
    assert_eq!((incident.state.as_str(), incident.impact), ("identified", Status::PartialOutage));
    assert_eq!((incident.message.as_str(), incident.updates.len()), ("It is bent.", 2));
    assert_eq!(times(incident), ["2026-11-20T08:00:00Z", "2026-11-20T08:20:00Z"]);
    let works: Vec<_> = reading.maintenances.iter().map(|m| (m.title.as_str(), m.state.as_str())).collect();
    assert_eq!(works, [("New rope", "in_progress"), ("New office", "scheduled")]);
    assert_eq!(span(&reading.maintenances[0]), ["2026-11-20T07:00:00Z", "2026-11-20T10:00:00Z"]);
}

#[test]
fn the_three_documents_are_read_together() {
    let reading =
        read_together("sorry", &["sorry/status.json", "sorry/components.json", "sorry/notices.json"]);
    assert_eq!((reading.overall, reading.components.len()), (Status::DegradedPerformance, 3));
    assert_eq!((reading.incidents[0].components[0].as_str(), reading.not_told.len()), ("hook", 0));
    let beside =
        providers::adapters::named("sorry").unwrap().companions("https://q.example/api/v1/status.json");
    assert_eq!(
        beside,
        [
            "https://q.example/api/v1/components",
            "https://q.example/api/v1/notices?include=components,updates"
        ]
    );
}

#[test]
fn other_shapes_are_refused() {
    for file in ["status", "components", "notices"] {
        assert_eq!(seen_as(&format!("sorry/{file}.json")), Some("sorry"), "{file}");
    }
    assert!(refusal("sorry", r#"{"page": {"id": 1}}"#).contains("`page.state`"));
    assert!(refusal("sorry", r#"{"components": [{"id": 1, "status": "operational"}]}"#).contains("has none"));
}
