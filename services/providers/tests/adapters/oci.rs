//! The traps of Oracle Cloud, one test each.

use contracts::Status;
use providers::adapters::{self, Document, Told};
use serde_json::{Value, json};

use crate::samples::{family, figures, read, sample, state, try_read};

fn told(file: &str) -> Told {
    let body = sample(file);
    adapters::named("oci").unwrap().told(&Document { body: &body, ..Document::default() }).unwrap()
}

#[test]
fn a_service_is_as_bad_as_in_its_worst_region() {
    let reading = read("oci", "oci/components_v2.json");
    assert_eq!(figures(&reading), (Status::MajorOutage, 2, 0, 0));
    assert_eq!(reading.components.len(), 3);
    assert_eq!(state(&reading, "compute"), Status::MajorOutage);
    assert_eq!(state(&reading, "object-storage"), Status::PartialOutage);
    assert_eq!(state(&reading, "vault"), Status::Operational);
    assert_eq!(family(&sample("oci/components_v2.json")), Some("oci"));
}

#[test]
fn the_verdict_is_a_document_of_its_own() {
    assert_eq!(figures(&read("oci", "oci/status.json")), (Status::PartialOutage, 0, 0, 0));
    let verdict = |word: Value| {
        let document = json!({"page": {"name": "OCI"}, "status": {"indicator": word}});
        try_read("oci", document.to_string().as_bytes()).unwrap().overall
    };
    assert_eq!(verdict(json!("none")), Status::Operational);
    assert_eq!(verdict(json!("critical")), Status::MajorOutage);
    assert_eq!(verdict(json!("fine")), Status::Unknown);
    assert_eq!(verdict(json!(0)), Status::Unknown);
}

#[test]
fn the_feed_tells_what_is_open() {
    let reading = read("oci", "oci/incident-summary.rss");
    assert_eq!(figures(&reading), (Status::DegradedPerformance, 0, 1, 0));
    assert_eq!(reading.incidents[0].title, "Object Storage | Atlantis West | ab12");
    assert_eq!(
        (reading.incidents[0].state.as_str(), reading.incidents[0].message.as_str()),
        ("identified", "A disk is full.")
    );
    assert_eq!(family(&sample("oci/incident-summary.rss")), Some("oci"));
}

#[test]
fn the_three_documents_become_one() {
    let parts = ["oci/components_v2.json", "oci/status.json", "oci/incident-summary.rss"].map(told);
    assert_eq!(figures(&Told::join(parts).reading()), (Status::PartialOutage, 2, 1, 0));
    let base = "https://ocistatus.oraclecloud.com/api/v2";
    let beside = adapters::named("oci").unwrap().companions(&format!("{base}/components_v2.json"));
    assert_eq!(beside, [format!("{base}/status.json"), format!("{base}/incident-summary.rss")]);
}

#[test]
fn words_that_nobody_knows_are_unknown() {
    let mut document: Value = serde_json::from_slice(&sample("oci/components_v2.json")).unwrap();
    document["regionHealthReports"][1] =
        json!({"serviceHealthReports": [{"serviceName": "Vault", "serviceStatus": "Odd"}]});
    let read = |document: &Value| try_read("oci", document.to_string().as_bytes());
    assert_eq!(state(&read(&document).unwrap(), "vault"), Status::Unknown);
    document["regionHealthReports"][0]["serviceHealthReports"][0]["serviceName"] = json!("");
    assert!(read(&document).is_err());
    assert!(read(&json!({"regions": []})).is_err());
    assert_eq!(read(&json!({"regionHealthReports": []})).unwrap().overall, Status::Unknown);
}
