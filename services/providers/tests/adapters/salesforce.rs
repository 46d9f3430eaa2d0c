//! The traps of Salesforce's status API, one test each.

use contracts::Status;
use contracts::providers::Part;
use serde_json::{Value, json};

use crate::samples::{listed, read, read_at, read_value, refusal, sample, seen_as, span, times};

#[test]
fn only_production_in_use_counts() {
    let reading = read("salesforce", "salesforce/instances.json");
    assert_eq!(
        listed(&reading),
        [("APAC", "cane1", Status::MajorOutage), ("EMEA", "reed2", Status::Operational)]
    );
    assert_eq!((reading.overall, reading.non_operational_components), (Status::MajorOutage, 1));
}

#[test]
fn each_word_has_its_state() {
    let overall = |word: &str| {
        read_value(
            "salesforce",
            &json!({"key": "A1", "environment": "production", "status": word, "Incidents": []}),
        )
        .overall
    };
    assert_eq!(overall("OK"), Status::Operational);
    assert_eq!(overall("INFORMATIONAL_CORE"), Status::Operational);
    assert_eq!(overall("MAINTENANCE_CORE"), Status::UnderMaintenance);
    assert_eq!(overall("MINOR_INCIDENT_NONCORE"), Status::DegradedPerformance);
    assert_eq!(overall("MAJOR_INCIDENT_NONCORE"), Status::PartialOutage);
    assert_eq!(overall("MAJOR_INCIDENT_CORE"), Status::MajorOutage);
    assert_eq!(overall("ok"), Status::Unknown);
}

#[test]
fn an_incident_is_open_while_something_of_it_has_no_end() {
    let reading = read("salesforce", "salesforce/instances.json");
    assert_eq!(reading.open_incidents, 1);
    let incident = &reading.incidents[0];
    assert_eq!((incident.id.as_str(), incident.title.as_str()), ("1201", "Service disruption"));
    assert_eq!((incident.state.as_str(), incident.impact), ("causeIdentified", Status::MajorOutage));
    assert_eq!(
        (&incident.components, incident.message.as_str()),
        (&vec!["cane1".to_owned()], "It is *found*.")
    );
    assert_eq!(times(incident), ["2026-11-20T07:55:00Z", "2026-11-20T08:30:00Z"]);
    assert_eq!(incident.url.as_deref(), Some("https://status.salesforce.com/incidents/1201"));
}

#[test]
fn an_incident_of_several_instances_is_one() {
    let mut document: Value = serde_json::from_slice(&sample("salesforce/instances.json")).unwrap();
    document[1]["Incidents"] = json!([document[0]["Incidents"][0].clone()]);
    let reading = read_value("salesforce", &document);
    assert_eq!((reading.open_incidents, reading.incidents[0].components.len()), (1, 2));
}

#[test]
fn maintenances_end_by_the_clock() {
    let reading = read("salesforce", "salesforce/instances.json");
    let works: Vec<_> = reading.maintenances.iter().map(|m| (m.title.as_str(), m.state.as_str())).collect();
    assert_eq!(works, [("Winter release", "scheduled")]);
    assert_eq!(span(&reading.maintenances[0]), ["2026-11-28T08:00:00Z", "2026-11-28T09:00:00Z"]);
    let during = read_at("salesforce", "salesforce/instances.json", "2026-11-28T08:30:00Z");
    assert_eq!(during.maintenances[0].state, "in_progress");
    let by_itself = json!([{"id": 1, "name": "W", "plannedStartTime": "2026-11-28T08:00:00Z", "plannedEndTime": "2026-11-28T09:00:00Z",
                            "createdAt": "2026-11-01T08:00:00Z", "instanceKeys": ["A1"], "MaintenanceImpacts": []}]);
    let reading = read_value("salesforce", &by_itself);
    assert_eq!((reading.scheduled_or_active_maintenances, reading.open_incidents), (1, 0));
    assert!(reading.not_told.contains(&Part::Incidents));
}

#[test]
fn incidents_by_themselves_name_instances() {
    let reading = read("salesforce", "salesforce/incidents-active.json");
    assert_eq!((reading.overall, reading.open_incidents), (Status::DegradedPerformance, 1));
    assert_eq!(reading.incidents[0].components, ["reed2", "reed4"]);
    // An empty list does not say of what it is one.
    let empty = read_value("salesforce", &json!([]));
    assert_eq!((empty.overall, empty.not_told.len()), (Status::Unknown, 4));
}

#[test]
fn other_shapes_are_refused() {
    assert_eq!(seen_as("salesforce/instances.json"), Some("salesforce"));
    assert_eq!(seen_as("salesforce/incidents-active.json"), Some("salesforce"));
    assert!(refusal("salesforce", r#"{"key": "Tableau", "Instances": []}"#).contains("has none of them"));
    assert!(refusal("salesforce", r#"[{"id": 1}]"#).contains("`instanceKeys`"));
    let beside = providers::adapters::named("salesforce")
        .unwrap()
        .companions("https://a.example/v1/instances?products=Heroku");
    assert_eq!(beside, ["https://a.example/v1/maintenances?product=Heroku"]);
}
