//! The traps of Instatus, one test each.

use contracts::Status;
use contracts::providers::Part;
use serde_json::json;

use crate::samples::{listed, read, read_together, read_value, refusal, seen_as, span, times};

#[test]
fn a_list_that_is_left_out_of_the_summary_is_empty() {
    let reading = read_value("instatus", &json!({"page": {"name": "T", "status": "UP"}}));
    assert_eq!((reading.overall, reading.open_incidents), (Status::Operational, 0));
    assert_eq!(reading.not_told, [Part::Components]);
}

#[test]
fn how_bad_it_is_the_incidents_say() {
    let reading = read("instatus", "instatus/summary.json");
    assert_eq!((reading.overall, reading.open_incidents), (Status::MajorOutage, 1));
    let nothing_else = read_value("instatus", &json!({"page": {"status": "HASISSUES"}}));
    assert_eq!(nothing_else.overall, Status::DegradedPerformance);
    let works = read_value("instatus", &json!({"page": {"status": "UNDERMAINTENANCE"}}));
    assert_eq!(works.overall, Status::UnderMaintenance);
    let odd = read_value("instatus", &json!({"page": {"status": "SOSO"}}));
    assert_eq!(odd.overall, Status::Unknown);
}

#[test]
fn an_incident_has_its_words_in_capitals() {
    let incident = &read("instatus", "instatus/summary.json").incidents[0];
    assert_eq!((incident.state.as_str(), incident.impact), ("identified", Status::MajorOutage));
    assert_eq!(times(incident), ["2026-11-20T08:00:00Z", "2026-11-20T08:30:00Z"]);
    assert_eq!(incident.url.as_deref(), Some("https://status.tinker.example/clq1"));
}

#[test]
fn a_maintenance_has_minutes_and_no_end() {
    let reading = read("instatus", "instatus/summary.json");
    let works: Vec<_> = reading.maintenances.iter().map(|m| (m.title.as_str(), m.state.as_str())).collect();
    assert_eq!(works, [("New roof", "in_progress"), ("Moving house", "scheduled")]);
    assert_eq!(span(&reading.maintenances[0]), ["2026-11-20T02:00:00Z", "2026-11-20T12:00:00Z"]);
    assert_eq!(span(&reading.maintenances[1]), ["2026-11-25T02:00:00Z", "2026-11-25T03:30:00Z"]);
    for odd in [json!(-5), json!("long"), json!(1e300), json!(99_999_999_999_u64), json!(null)] {
        let document = json!({"page": {"status": "UP"}, "activeMaintenances": [
            {"id": "m", "status": "INPROGRESS", "start": "2026-11-20T02:00:00Z", "duration": odd}]});
        assert_eq!(read_value("instatus", &document).maintenances[0].ends_at, None, "{odd}");
    }
}

#[test]
fn groups_stand_as_rows_of_their_own_in_a_flat_list() {
    let reading = read("instatus", "instatus/components-flat.json");
    assert_eq!(
        listed(&reading),
        [
            ("Core", "api", Status::Operational),
            ("Core", "uploads", Status::PartialOutage),
            ("", "site", Status::UnderMaintenance),
        ]
    );
    assert_eq!((reading.overall, reading.non_operational_components), (Status::PartialOutage, 2));
    assert_eq!(reading.not_told, [Part::Overall, Part::Incidents, Part::Maintenances]);
}

#[test]
fn groups_hold_their_members_in_a_tree() {
    let reading = read("instatus", "instatus/components-tree.json");
    assert_eq!(
        listed(&reading),
        [
            ("Core", "api", Status::MajorOutage),
            ("Core", "uploads", Status::Operational),
            ("", "site", Status::Operational),
        ]
    );
    assert_eq!(reading.overall, Status::MajorOutage);
}

#[test]
fn the_summary_and_the_components_are_read_together() {
    let reading = read_together("instatus", &["instatus/summary.json", "instatus/components-flat.json"]);
    assert_eq!(
        (reading.overall, reading.components.len(), reading.open_incidents),
        (Status::MajorOutage, 3, 1)
    );
    assert!(reading.not_told.is_empty());
    let adapter = providers::adapters::named("instatus").unwrap();
    assert_eq!(
        adapter.companions("https://t.example/summary.json"),
        ["https://t.example/v3/components.json"]
    );
    assert_eq!(
        adapter.companions("https://t.example/v3/summary.json"),
        ["https://t.example/v3/components.json"]
    );
    assert!(adapter.companions("https://t.example/v3/components.json").is_empty());
}

#[test]
fn words_of_another_family_are_no_health() {
    let reading =
        read_value("instatus", &json!({"components": [{"id": "a", "name": "A", "status": "operational"}]}));
    assert_eq!(reading.overall, Status::Unknown);
    assert!(refusal("instatus", r#"{"page": {"id": "p"}}"#).contains("`page.status`"));
    assert!(refusal("instatus", r#"{"components": []}"#).contains("has some"));
    for file in ["instatus/summary.json", "instatus/components-flat.json", "instatus/components-tree.json"] {
        assert_eq!(seen_as(file), Some("instatus"), "{file}");
    }
}
