//! The traps of IBM Cloud, one test each.

use contracts::Status;
use serde_json::{Value, json};

use crate::samples::{family, figures, read, sample, state, try_read};

fn document() -> Value {
    serde_json::from_slice(&sample("ibm/open.json")).unwrap()
}

fn read_value(document: &Value) -> Result<contracts::providers::Reading, String> {
    try_read("ibm", document.to_string().as_bytes()).map_err(|error| error.to_string())
}

#[test]
fn only_incidents_and_maintenances_tell_how_it_is() {
    let reading = read("ibm", "ibm/open.json");
    assert_eq!(figures(&reading), (Status::MajorOutage, 4, 2, 1));
    assert_eq!(family(&sample("ibm/open.json")), Some("ibm"));
    let mut quiet = document();
    quiet["statusItems"].as_array_mut().unwrap().drain(..2);
    assert_eq!(figures(&read_value(&quiet).unwrap()), (Status::Operational, 0, 0, 1));
    assert_eq!(figures(&read_value(&json!({"statusItems": []})).unwrap()), (Status::Operational, 0, 0, 0));
    assert!(read_value(&json!({"items": []})).unwrap_err().contains("`statusItems`"));
}

#[test]
fn a_service_is_told_in_each_region_and_named_with_it() {
    let reading = read("ibm", "ibm/open.json");
    let found: Vec<_> =
        reading.components.iter().map(|c| (c.key.as_str(), c.region.as_deref(), c.status)).collect();
    assert_eq!(
        found,
        [
            ("atlas-servers-at-west", Some("at-west"), Status::MajorOutage),
            ("atlas-servers-at-east", Some("at-east"), Status::MajorOutage),
            ("name-service", None, Status::DegradedPerformance),
            ("mail", None, Status::DegradedPerformance),
        ]
    );
}

#[test]
fn an_incident_is_told_whole() {
    let reading = read("ibm", "ibm/open.json");
    let incident = &reading.incidents[0];
    assert_eq!(
        (incident.title.as_str(), incident.message.as_str()),
        ("Servers do not start", "A power unit failed.")
    );
    assert_eq!((incident.state.as_str(), incident.components.len()), ("confirmed", 2));
    assert_eq!(incident.started_at.unwrap().to_string(), "2026-11-21T09:00:00Z");
    assert_eq!(incident.updated_at.unwrap().to_string(), "2026-11-21T10:00:00Z");
    assert_eq!(
        (reading.incidents[1].title.as_str(), reading.incidents[1].message.as_str()),
        ("Names", "Names")
    );
    let maintenance = &reading.maintenances[0];
    assert_eq!((maintenance.title.as_str(), maintenance.state.as_str()), ("New switches", "scheduled"));
    assert!(maintenance.starts_at < maintenance.ends_at);
}

#[test]
fn what_is_not_plainly_over_is_open() {
    let mut document = document();
    document["statusItems"][0]["state"] = json!("");
    assert_eq!(read_value(&document).unwrap().open_incidents, 2);
    for over in ["resolved", "Closed", "completed", "archived"] {
        document["statusItems"][0]["state"] = json!(over);
        assert_eq!(read_value(&document).unwrap().open_incidents, 1, "{over}");
    }
    document["statusItems"][6] = json!({"type": "meteor", "state": "falling", "id": "M1", "sev": 1});
    let reading = read_value(&document).unwrap();
    assert_eq!((reading.open_incidents, reading.incidents[1].impact), (2, Status::Unknown));
    document["statusItems"][6] = json!({"state": "falling"});
    assert!(read_value(&document).unwrap_err().contains("entry 7"));
}

#[test]
fn severity_is_one_at_the_worst() {
    let overall = |sev: Value| {
        let item = json!({"type": "incident", "state": "open", "id": "a", "sev": sev, "resourceIDs": ["x"], "regions": ["r"]});
        read_value(&json!({"statusItems": [item]})).unwrap().overall
    };
    assert_eq!(overall(json!(1)), Status::MajorOutage);
    assert_eq!(overall(json!("2")), Status::PartialOutage);
    assert_eq!(overall(json!(4)), Status::DegradedPerformance);
    assert_eq!(overall(json!("")), Status::DegradedPerformance);
    assert_eq!(overall(json!("grave")), Status::Unknown);
    assert_eq!(overall(json!(0)), Status::Unknown);
}

#[test]
fn a_huge_incident_is_not_multiplied_out() {
    let names = |what: &str| (0..2000).map(|n| json!(format!("{what}{n}"))).collect::<Vec<_>>();
    let item = json!({"type": "incident", "state": "open", "id": "a", "sev": 1, "resourceIDs": names("s"), "regions": names("r")});
    let reading = read_value(&json!({"statusItems": [item]})).unwrap();
    assert_eq!((reading.components.len(), state(&reading, "s7")), (2000, Status::MajorOutage));
}
