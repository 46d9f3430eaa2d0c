//! The story that the demonstration tells, step by step.

use contracts::Status;

use crate::samples::{figures, read, state};

#[test]
fn nimbus_fails_and_recovers() {
    let steps = ["1-operational", "2-degraded", "3-outage", "4-recovering"];
    let readings = steps.map(|step| read("statuspage", &format!("demo/nimbus/{step}.json")));
    assert_eq!(
        readings.each_ref().map(figures),
        [
            (Status::Operational, 0, 0, 0),
            (Status::DegradedPerformance, 1, 1, 0),
            (Status::PartialOutage, 3, 1, 0),
            // The page says that all is well while the incident is still watched.
            (Status::DegradedPerformance, 0, 1, 0),
        ]
    );
    let storage = readings.each_ref().map(|reading| state(reading, "object-storage"));
    assert_eq!(
        storage,
        [Status::Operational, Status::DegradedPerformance, Status::MajorOutage, Status::Operational]
    );
    let [_, _, outage, recovering] = readings;
    assert_eq!(outage.incidents[0].id, recovering.incidents[0].id);
    assert_eq!(outage.incidents[0].components, ["object-storage", "functions", "snapshots"]);
    assert_eq!(outage.incidents[0].impact, Status::MajorOutage);
    assert_eq!(recovering.incidents[0].state, "monitoring");
}

#[test]
fn stratus_loses_power_and_comes_back() {
    let steps = ["1-operational", "2-outage", "3-recovered"];
    let readings = steps.map(|step| read("gcp", &format!("demo/stratus/{step}.json")));
    assert_eq!(
        readings.each_ref().map(figures),
        [(Status::Operational, 0, 0, 0), (Status::MajorOutage, 2, 1, 0), (Status::Operational, 0, 0, 0),]
    );
    assert_eq!(state(&readings[1], "stratus-compute"), Status::MajorOutage);
}

#[test]
fn quill_announces_a_maintenance() {
    let reading = read("statuspage", "demo/quill/1-maintenance.json");
    assert_eq!(figures(&reading), (Status::Operational, 0, 0, 1));
    let maintenance = &reading.maintenances[0];
    assert_eq!((maintenance.state.as_str(), maintenance.title.as_str()), ("scheduled", "Database upgrade"));
    assert_eq!(maintenance.components, ["sync", "public-api"]);
    assert_eq!(maintenance.starts_at.unwrap().to_string(), "2026-11-28T22:00:00Z");
    assert_eq!(maintenance.ends_at.unwrap().to_string(), "2026-11-28T23:00:00Z");
}
