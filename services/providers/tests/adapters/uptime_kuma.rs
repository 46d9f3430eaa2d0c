//! The traps of Uptime Kuma, one test each.

use contracts::Status;
use contracts::providers::Part;
use serde_json::json;

use crate::samples::{listed, read, read_together, read_value, refusal, seen_as, span, state, times};

#[test]
fn the_last_beat_decides() {
    let reading = read("uptime-kuma", "uptime-kuma/heartbeat.json");
    let states: Vec<Status> = reading.components.iter().map(|c| c.status).collect();
    assert_eq!(states, [Status::MajorOutage, Status::UnderMaintenance, Status::Operational]);
    // One monitor that is down is not all of it.
    assert_eq!((reading.overall, reading.non_operational_components), (Status::PartialOutage, 2));
    assert_eq!(reading.not_told, [Part::Overall, Part::Incidents, Part::Maintenances]);
}

#[test]
fn each_beat_has_its_state() {
    let of = |beats: serde_json::Value| {
        let reading = read_value("uptime-kuma", &json!({"heartbeatList": {"1": beats}, "uptimeList": {}}));
        (reading.components[0].status, reading.overall)
    };
    assert_eq!(of(json!([{"status": 0}])), (Status::MajorOutage, Status::MajorOutage));
    assert_eq!(of(json!([{"status": "1"}])).0, Status::Operational);
    assert_eq!(of(json!([{"status": 2}])).0, Status::DegradedPerformance);
    assert_eq!(of(json!([{"status": 3}])).0, Status::UnderMaintenance);
    for odd in [json!([]), json!([{}]), json!([{"status": 4}]), json!([{"status": true}])] {
        assert_eq!(of(odd.clone()), (Status::Unknown, Status::Unknown), "{odd}");
    }
}

#[test]
fn the_page_names_what_the_beats_tell_of() {
    for files in [["page", "heartbeat"], ["heartbeat", "page"]] {
        let files = files.map(|file| format!("uptime-kuma/{file}.json"));
        let reading = read_together("uptime-kuma", &[&files[0], &files[1]]);
        let mut components = listed(&reading);
        components.sort_by_key(|(_, key, _)| *key);
        assert_eq!(
            components,
            [
                ("Outside", "gate", Status::UnderMaintenance),
                ("Inside", "stones", Status::Operational),
                ("Outside", "wheel", Status::MajorOutage),
            ]
        );
        assert_eq!((reading.overall, reading.open_incidents), (Status::PartialOutage, 1));
        assert_eq!(reading.not_told, [Part::Overall]);
    }
}

#[test]
fn the_page_alone_does_not_say_what_is_up() {
    let reading = read("uptime-kuma", "uptime-kuma/page.json");
    assert_eq!(state(&reading, "wheel"), Status::Unknown);
    assert!(reading.not_told.contains(&Part::Components));
    let quiet = json!({"incident": null, "publicGroupList": [{"monitorList": [{"id": 1, "name": "A"}]}], "maintenanceList": []});
    assert_eq!(read_value("uptime-kuma", &quiet).overall, Status::Unknown);
}

#[test]
fn an_incident_is_a_note_with_a_colour() {
    let incident = &read("uptime-kuma", "uptime-kuma/page.json").incidents[0];
    assert_eq!((incident.impact, incident.state.as_str()), (Status::DegradedPerformance, "pinned"));
    assert_eq!(
        (incident.title.as_str(), incident.message.as_str()),
        ("The wheel is stuck", "We are oiling it.")
    );
    assert_eq!(times(incident), ["2026-11-20T08:00:00Z", "2026-11-20T08:30:00Z"]);
    // Version 2 has a list, in which some are no longer shown.
    let reading = read("uptime-kuma", "uptime-kuma/page-v2.json");
    assert_eq!((reading.open_incidents, reading.incidents[0].impact), (1, Status::Operational));
}

#[test]
fn maintenances_are_in_the_time_of_their_place() {
    let reading = read("uptime-kuma", "uptime-kuma/page.json");
    let works: Vec<_> = reading.maintenances.iter().map(|m| (m.title.as_str(), m.state.as_str())).collect();
    assert_eq!(works, [("Gate is painted", "in_progress"), ("New stones", "scheduled")]);
    assert_eq!(span(&reading.maintenances[0]), ["2026-11-20T08:00:00Z", "2026-11-20T10:00:00Z"]);
}

#[test]
fn each_document_knows_the_other() {
    let beside = |url: &str| providers::adapters::named("uptime-kuma").unwrap().companions(url);
    let (page, beats) =
        ("https://m.example/api/status-page/mill", "https://m.example/api/status-page/heartbeat/mill");
    assert_eq!(beside(page), [beats]);
    assert_eq!(beside(beats), [page]);
    assert!(beside("https://m.example/status/mill").is_empty());
}

#[test]
fn other_shapes_are_refused() {
    assert_eq!(seen_as("uptime-kuma/page.json"), Some("uptime-kuma"));
    assert_eq!(seen_as("uptime-kuma/heartbeat.json"), Some("uptime-kuma"));
    let gone = refusal("uptime-kuma", r#"{"ok": false, "msg": "Status Page Not Found"}"#);
    assert_eq!(gone, "the provider answers with an error: Status Page Not Found");
    assert!(refusal("uptime-kuma", r#"{"config": {}}"#).contains("`publicGroupList`"));
    assert!(refusal("uptime-kuma", r#"{"heartbeatList": []}"#).contains("unexpected shape"));
}
