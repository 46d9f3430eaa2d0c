//! The traps of Heroku's status API, one test each.

use contracts::Status;
use contracts::providers::Part;
use serde_json::json;

use crate::samples::{listed, read, read_at, read_value, refusal, seen_as, span, times};

#[test]
fn systems_have_colours() {
    let reading = read("heroku", "heroku/v4.json");
    assert_eq!(
        listed(&reading),
        [
            ("", "apps", Status::DegradedPerformance),
            ("", "data", Status::Operational),
            ("", "tools", Status::UnderMaintenance),
        ]
    );
    assert_eq!((reading.overall, reading.non_operational_components), (Status::DegradedPerformance, 2));
    let odd = json!({"status": [{"system": "Apps", "status": "mauve"}], "incidents": [], "scheduled": []});
    assert_eq!(read_value("heroku", &odd).overall, Status::Unknown);
}

#[test]
fn the_state_tells_what_is_over_and_not_the_mark() {
    let reading = read("heroku", "heroku/v4.json");
    assert_eq!(reading.open_incidents, 1);
    let incident = &reading.incidents[0];
    assert_eq!((incident.state.as_str(), incident.impact), ("open", Status::DegradedPerformance));
    assert_eq!((incident.components[0].as_str(), incident.message.as_str()), ("apps", "It is found."));
    assert_eq!(times(incident), ["2026-11-20T08:00:00Z", "2026-11-20T08:40:00Z"]);
    assert_eq!(incident.url.as_deref(), Some("https://status.heroku.com/incidents/2900"));
}

#[test]
fn maintenances_stay_listed_for_months() {
    let names = |reading: &contracts::providers::Reading| {
        let works = reading.maintenances.iter().map(|m| format!("{} {}", m.title, m.state));
        works.collect::<Vec<_>>()
    };
    let reading = read("heroku", "heroku/v4.json");
    assert_eq!(names(&reading), ["Now in_progress", "Next week scheduled"]);
    assert_eq!(span(&reading.maintenances[1]), ["2026-11-27T08:00:00Z", "2026-11-27T09:00:00Z"]);
    assert!(names(&read_at("heroku", "heroku/v4.json", "2026-11-28T00:00:00Z")).is_empty());
}

#[test]
fn version_three_has_two_systems_and_marks() {
    let reading = read("heroku", "heroku/v3.json");
    assert_eq!(
        listed(&reading),
        [("", "production", Status::MajorOutage), ("", "development", Status::Operational)]
    );
    assert_eq!((reading.overall, reading.open_incidents), (Status::MajorOutage, 1));
    let incident = &reading.incidents[0];
    assert_eq!((incident.impact, incident.components[0].as_str()), (Status::MajorOutage, "production"));
    assert_eq!(incident.state, "issue");
}

#[test]
fn issues_by_themselves_do_not_say_how_it_is() {
    let issue = |resolved: bool| json!({"id": 1, "title": "T", "resolved": resolved, "status_prod": "green", "status_dev": "yellow", "created_at": "2026-11-20T08:00:00Z"});
    let open = read_value("heroku", &json!([issue(false), issue(true)]));
    assert_eq!((open.overall, open.open_incidents), (Status::DegradedPerformance, 1));
    let over = read_value("heroku", &issue(true));
    assert_eq!((over.overall, over.open_incidents), (Status::Unknown, 0));
    assert_eq!(over.not_told, [Part::Overall, Part::Components, Part::Maintenances]);
}

#[test]
fn other_shapes_are_refused() {
    assert_eq!(seen_as("heroku/v4.json"), Some("heroku"));
    assert_eq!(seen_as("heroku/v3.json"), Some("heroku"));
    assert!(refusal("heroku", r#"{"status": [], "incidents": []}"#).contains("lacks some"));
    assert!(
        refusal("heroku", r#"{"status": {"indicator": "none"}, "incidents": []}"#).contains("lacks some")
    );
    assert!(refusal("heroku", "[]").contains("has none"));
}
