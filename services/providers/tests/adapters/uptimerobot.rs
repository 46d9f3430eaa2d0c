//! The traps of UptimeRobot, one test each.

use contracts::Status;
use serde_json::{Value, json};

use crate::samples::{listed, read, read_value, refusal, seen_as};

fn monitors(words: &[&str], counts: Value) -> Value {
    let monitors: Vec<Value> = words
        .iter()
        .enumerate()
        .map(|(n, word)| json!({"monitorId": n, "name": format!("M{n}"), "statusClass": word}))
        .collect();
    json!({"status": "ok", "psp": {"perPage": 30, "totalMonitors": 40, "monitors": monitors}, "statistics": {"counts": counts}})
}

#[test]
fn colours_are_states_and_a_paused_monitor_is_left_out() {
    let reading = read("uptimerobot", "uptimerobot/monitors.json");
    assert_eq!(
        listed(&reading),
        [
            ("", "site", Status::Operational),
            ("", "api", Status::MajorOutage),
            ("", "mail", Status::DegradedPerformance),
        ]
    );
    assert_eq!((reading.overall, reading.non_operational_components), (Status::PartialOutage, 2));
}

#[test]
fn what_is_down_on_a_later_page_counts() {
    let overall = |words: &[&str], counts: Value| read_value("uptimerobot", &monitors(words, counts)).overall;
    assert_eq!(overall(&["success"], json!({"up": 38, "down": 2, "paused": 0})), Status::PartialOutage);
    assert_eq!(overall(&["success"], json!({"up": 40, "down": 0, "paused": 0})), Status::Operational);
    assert_eq!(overall(&["danger"], json!({"up": 0, "down": 40, "paused": 0})), Status::MajorOutage);
    assert_eq!(overall(&["danger", "success"], json!(null)), Status::PartialOutage);
    assert_eq!(overall(&["danger"], json!(null)), Status::MajorOutage);
}

#[test]
fn nothing_watched_and_odd_words_are_unknown() {
    let overall =
        |words: &[&str]| read_value("uptimerobot", &monitors(words, json!({"up": 1, "down": 0}))).overall;
    assert_eq!(overall(&["black"]), Status::Unknown);
    assert_eq!(overall(&["success", "violet"]), Status::Unknown);
    assert_eq!(overall(&[]), Status::Unknown);
}

#[test]
fn the_newer_shape_lists_them_in_data() {
    let document = json!({"data": [{"id": 5, "friendlyName": "Site", "statusClass": "danger"}], "statistics": {"counts": {"up": 0, "down": 1}}});
    let reading = read_value("uptimerobot", &document);
    assert_eq!((reading.components[0].key.as_str(), reading.overall), ("site", Status::MajorOutage));
    assert_eq!(providers::adapters::detect(document.to_string().as_bytes()).unwrap().name(), "uptimerobot");
}

#[test]
fn a_page_of_one_monitor_has_it_by_itself() {
    let document = json!({"monitor": {"monitorId": 5, "name": "Site", "statusClass": "warning"},
                          "statistics": {"counts": {"up": 1, "down": 0, "paused": 0}}});
    let reading = read_value("uptimerobot", &document);
    assert_eq!(listed(&reading), [("", "site", Status::DegradedPerformance)]);
    assert_eq!(providers::adapters::detect(document.to_string().as_bytes()).unwrap().name(), "uptimerobot");
}

#[test]
fn other_shapes_are_refused() {
    assert_eq!(seen_as("uptimerobot/monitors.json"), Some("uptimerobot"));
    let failed = refusal("uptimerobot", r#"{"status": "fail", "message": "Page is not found"}"#);
    assert_eq!(failed, "the provider answers with an error: Page is not found");
    assert!(
        refusal("uptimerobot", r#"{"status": "fail", "psp": {"monitors": []}}"#).contains("not in order")
    );
    assert!(refusal("uptimerobot", r#"{"psp": {}}"#).contains("`psp.monitors`"));
}
