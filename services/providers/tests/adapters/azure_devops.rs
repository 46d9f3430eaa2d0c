//! The traps of Azure DevOps, one test each.

use contracts::Status;
use contracts::providers::Part;
use serde_json::{Value, json};

use crate::samples::{family, figures, read, sample, state, try_read};

const SAMPLE: &str = "azure-devops/degraded.json";

#[test]
fn each_service_is_told_in_each_geography() {
    let reading = read("azure-devops", SAMPLE);
    assert_eq!(figures(&reading), (Status::DegradedPerformance, 3, 0, 0));
    assert_eq!(state(&reading, "us-boards"), Status::Operational);
    assert_eq!(state(&reading, "eu-boards"), Status::DegradedPerformance);
    assert_eq!(state(&reading, "us-pipelines"), Status::DegradedPerformance);
    assert_eq!(state(&reading, "eu-pipelines"), Status::MajorOutage);
    assert_eq!(reading.components[0].region.as_deref(), Some("US"));
    assert_eq!(reading.not_told, [Part::Incidents, Part::Maintenances]);
    assert_eq!(family(&sample(SAMPLE)), Some("azure-devops"));
}

#[test]
fn words_that_nobody_knows_are_unknown() {
    let mut document: Value = serde_json::from_slice(&sample(SAMPLE)).unwrap();
    document["status"]["health"] = json!("sleepy");
    document["services"][0]["geographies"][0]["health"] = json!("sleepy");
    let reading = try_read("azure-devops", document.to_string().as_bytes()).unwrap();
    assert_eq!((reading.components[0].status, reading.non_operational_components), (Status::Unknown, 3));
    document["services"] = json!([]);
    assert_eq!(try_read("azure-devops", document.to_string().as_bytes()).unwrap().overall, Status::Unknown);
}

#[test]
fn what_lacks_its_parts_is_refused() {
    for other in [
        json!({"status": {"health": "healthy"}}),
        json!({"services": []}),
        json!({"status": {"health": "healthy"}, "services": [{}]}),
        json!({"status": {"health": "healthy"}, "services": [{"id": "Boards"}]}),
        json!({"status": {"health": "healthy"}, "services": {}}),
    ] {
        assert!(try_read("azure-devops", other.to_string().as_bytes()).is_err(), "{other}");
    }
}
