//! The traps of Upptime, one test each.

use contracts::Status;
use serde_json::json;

use crate::samples::{listed, read, read_value, refusal, seen_as};

#[test]
fn each_site_has_a_word() {
    let reading = read("upptime", "upptime/summary.json");
    assert_eq!(
        listed(&reading),
        [("", "site", Status::MajorOutage), ("", "api", Status::DegradedPerformance)]
    );
    assert_eq!((reading.overall, reading.non_operational_components), (Status::PartialOutage, 2));
}

#[test]
fn all_down_is_a_major_outage_and_an_odd_word_is_unknown() {
    let overall = |word: &str| {
        read_value("upptime", &json!([{"name": "A", "slug": "a", "status": word, "uptime": "1%"}])).overall
    };
    assert_eq!(overall("up"), Status::Operational);
    assert_eq!(overall("down"), Status::MajorOutage);
    assert_eq!(overall("UP"), Status::Unknown);
    let silent = json!([{"name": "A", "slug": "a", "uptime": "1%"}]);
    assert_eq!(read_value("upptime", &silent).overall, Status::Unknown);
}

#[test]
fn a_list_of_nothing_or_of_something_else_is_refused() {
    assert_eq!(seen_as("upptime/summary.json"), Some("upptime"));
    assert!(refusal("upptime", "[]").contains("lists none"));
    assert!(
        refusal("upptime", r#"[{"slug": "a", "status": "up"}, {"name": "b"}]"#).contains("something else")
    );
}
