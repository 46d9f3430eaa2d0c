//! The traps of Gatus, one test each.

use contracts::Status;
use serde_json::json;

use crate::samples::{listed, read, read_value, refusal, seen_as};

#[test]
fn the_last_result_decides() {
    let reading = read("gatus", "gatus/statuses.json");
    assert_eq!(listed(&reading), [("core", "front", Status::MajorOutage), ("", "back", Status::Operational)]);
    assert_eq!((reading.overall, reading.non_operational_components), (Status::PartialOutage, 1));
    assert_eq!(reading.components[0].id, "core_front");
}

#[test]
fn when_everything_is_down_it_is_all_of_it() {
    let down = json!([{"name": "a", "key": "_a", "results": [{"success": false}]}]);
    assert_eq!(read_value("gatus", &down).overall, Status::MajorOutage);
}

#[test]
fn an_endpoint_without_results_is_not_well() {
    for results in
        [json!([]), json!([{}]), json!([{"success": "yes"}]), json!([{"success": true}, {"success": null}])]
    {
        let document = json!([{"name": "a", "key": "_a", "results": results}]);
        assert_eq!(read_value("gatus", &document).overall, Status::Unknown, "{results}");
    }
}

#[test]
fn the_same_name_in_two_groups_has_two_keys() {
    let document = json!([
        {"name": "web", "group": "eu", "key": "eu_web", "results": [{"success": true}]},
        {"name": "web", "group": "us", "key": "us_web", "results": [{"success": true}]}]);
    let keys: Vec<String> = read_value("gatus", &document).components.into_iter().map(|c| c.key).collect();
    assert_eq!(keys, ["eu-web", "us-web"]);
}

#[test]
fn a_list_of_nothing_or_of_something_else_is_refused() {
    assert_eq!(seen_as("gatus/statuses.json"), Some("gatus"));
    assert!(refusal("gatus", "[]").contains("lists none"));
    assert!(refusal("gatus", r#"[{"name": "a", "slug": "a", "status": "up"}]"#).contains("something else"));
    assert!(refusal("gatus", r#"[{"name": "a", "results": {}}]"#).contains("unexpected shape"));
    assert_eq!(refusal("gatus", "Unauthorized"), "plain text came instead of JSON: \"Unauthorized\"");
}
