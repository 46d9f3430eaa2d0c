//! The traps of cState, one test each.

use contracts::Status;
use contracts::providers::Part;
use serde_json::json;

use crate::samples::{listed, read, read_value, refusal, seen_as, times};

#[test]
fn systems_have_a_word_each_and_a_notice_is_no_trouble() {
    let reading = read("cstate", "cstate/index.json");
    assert_eq!(
        listed(&reading),
        [
            ("Core", "kettle", Status::MajorOutage),
            ("Core", "stove", Status::MajorOutage),
            ("Core", "table", Status::Operational),
            ("Core", "chair", Status::Operational),
        ]
    );
    assert_eq!((reading.overall, reading.non_operational_components), (Status::MajorOutage, 2));
    assert_eq!(reading.not_told, [Part::Maintenances]);
}

#[test]
fn an_issue_under_several_systems_is_one() {
    let reading = read("cstate", "cstate/index.json");
    let open: Vec<_> =
        reading.incidents.iter().map(|i| (i.id.as_str(), i.components.len(), i.impact)).collect();
    assert_eq!(open, [("kettle.md", 2, Status::MajorOutage), ("paint.md", 1, Status::PartialOutage)]);
    assert_eq!(reading.incidents[0].url.as_deref(), Some("https://heath.example/issues/kettle/"));
}

#[test]
fn times_are_as_go_prints_them() {
    let reading = read("cstate", "cstate/index.json");
    assert_eq!(times(&reading.incidents[0]), ["2026-11-20T08:00:00Z", "2026-11-20T08:30:00Z"]);
    assert_eq!(times(&reading.incidents[1])[0], "2026-11-19T09:00:00Z");
}

#[test]
fn each_word_has_its_state() {
    let overall = |word: &str| {
        read_value("cstate", &json!({"cStateVersion": "5.2", "summaryStatus": word, "systems": []})).overall
    };
    assert_eq!(overall("ok"), Status::Operational);
    assert_eq!(overall("notice"), Status::Operational);
    assert_eq!(overall("disrupted"), Status::PartialOutage);
    assert_eq!(overall("down"), Status::MajorOutage);
    assert_eq!(overall("fine"), Status::Unknown);
}

#[test]
fn other_shapes_are_refused() {
    assert_eq!(seen_as("cstate/index.json"), Some("cstate"));
    assert!(refusal("cstate", r#"{"systems": []}"#).contains("`cStateVersion`"));
    assert!(refusal("cstate", r#"{"cStateVersion": "5", "summaryStatus": "ok"}"#).contains("lacks one"));
}
