//! The traps of Cachet, one test each.

use contracts::Status;
use contracts::providers::Part;
use serde_json::json;

use crate::samples::{listed, read, read_together, read_value, refusal, seen_as, span, times};

#[test]
fn components_have_numbers_that_may_be_texts() {
    let reading = read("cachet", "cachet/components.json");
    assert_eq!(
        listed(&reading),
        [
            ("", "api", Status::DegradedPerformance),
            ("", "site", Status::Operational),
            ("", "mail", Status::MajorOutage)
        ]
    );
    assert_eq!((reading.overall, reading.non_operational_components), (Status::MajorOutage, 2));
    assert_eq!(reading.not_told, [Part::Overall, Part::Incidents, Part::Maintenances]);
}

#[test]
fn a_number_that_nobody_knows_is_no_health() {
    for odd in [json!(0), json!(5), json!(7), json!("x"), json!(null), json!(1.5)] {
        let document = json!({"meta": {"pagination": {}}, "data": [{"id": 1, "name": "A", "status": odd, "group_id": 0, "enabled": true}]});
        let overall = crate::samples::try_read("cachet", document.to_string().as_bytes())
            .map_or(Status::Unknown, |r| r.overall);
        assert_eq!(overall, Status::Unknown, "{odd}");
    }
}

#[test]
fn an_incident_keeps_the_state_that_it_began_with() {
    let reading = read("cachet", "cachet/incidents.json");
    let open: Vec<&str> = reading.incidents.iter().map(|i| i.id.as_str()).collect();
    assert_eq!(open, ["12"]);
    let incident = &reading.incidents[0];
    assert_eq!((incident.state.as_str(), incident.impact), ("identified", Status::DegradedPerformance));
    assert_eq!(times(incident), ["2026-11-20T08:00:00Z", "2026-11-20T08:30:00Z"]);
    let written: Vec<&str> = incident.updates.iter().map(|update| update.body.as_str()).collect();
    assert_eq!(written, ["It is the disk.", "We are looking."]);
    assert_eq!(incident.url.as_deref(), Some("https://status.barn.example/incidents/12"));
}

#[test]
fn a_maintenance_is_over_only_when_its_state_says_so() {
    let reading = read("cachet", "cachet/schedules.json");
    let works: Vec<_> = reading.maintenances.iter().map(|m| (m.title.as_str(), m.state.as_str())).collect();
    assert_eq!(works, [("Roof", "in_progress"), ("Disks", "scheduled")]);
    assert_eq!(span(&reading.maintenances[1]), ["2026-11-25T02:00:00Z", "2026-11-25T04:00:00Z"]);
}

#[test]
fn groups_give_components_their_headings() {
    let groups = json!({"meta": {"pagination": {"total": 1}}, "data": [
        {"id": 7, "name": "Core", "order": 1, "collapsed": 0, "created_at": "2026-11-01 10:00:00",
         "enabled_components": [{"id": 1, "name": "API", "status": 1}, {"id": 4, "name": "Mail", "status": "3"}]}]});
    let alone = read_value("cachet", &groups);
    assert_eq!(
        listed(&alone),
        [("Core", "api", Status::Operational), ("Core", "mail", Status::PartialOutage)]
    );
    assert_eq!(providers::adapters::detect(groups.to_string().as_bytes()).unwrap().name(), "cachet");
    let adapter = providers::adapters::named("cachet").unwrap();
    let told =
        |body: &[u8]| adapter.told(&providers::adapters::Document { body, ..Default::default() }).unwrap();
    let components = crate::samples::sample("cachet/components.json");
    let groups = groups.to_string();
    let reading = providers::adapters::Told::join([told(&components), told(groups.as_bytes())]).reading();
    let headings: Vec<Option<&str>> = reading.components.iter().map(|c| c.group.as_deref()).collect();
    assert_eq!(headings, [Some("Core"), None, Some("Core")]);
}

#[test]
fn the_documents_are_read_together() {
    let files = ["cachet/components.json", "cachet/incidents.json", "cachet/schedules.json"];
    let reading = read_together("cachet", &files);
    assert_eq!((reading.open_incidents, reading.scheduled_or_active_maintenances), (1, 2));
    assert_eq!(
        (&reading.incidents[0].components[0], &reading.maintenances[0].components[0]),
        (&"mail".to_owned(), &"mail".to_owned())
    );
    let adapter = providers::adapters::named("cachet").unwrap();
    let beside = adapter.companions("https://barn.example/api/v1/components?per_page=100");
    assert_eq!(beside[0], "https://barn.example/api/v1/incidents?sort=id&order=desc&per_page=50");
    assert_eq!(beside[2], "https://barn.example/api/v1/components/groups");
    assert!(adapter.companions("https://barn.example/api/v1/incidents").is_empty());
}

#[test]
fn version_three_has_attributes_and_more_states() {
    let reading = read("cachet", "cachet/v3-components.json");
    assert_eq!(
        listed(&reading),
        [
            ("Core", "api", Status::UnderMaintenance),
            ("", "mail", Status::MajorOutage),
            ("", "site", Status::Unknown)
        ]
    );
    let reading = read_together("cachet", &["cachet/v3-components.json", "cachet/v3-incidents.json"]);
    assert_eq!(reading.open_incidents, 1);
    let incident = &reading.incidents[0];
    assert_eq!((incident.state.as_str(), incident.message.as_str()), ("watching", "It drains."));
    assert_eq!(
        (times(incident)[0].as_str(), &incident.components[0]),
        ("2026-11-20T08:00:00Z", &"mail".to_owned())
    );
}

#[test]
fn the_status_has_other_words_in_each_version() {
    let overall = |status: serde_json::Value| read_value("cachet", &json!({"data": status})).overall;
    assert_eq!(overall(json!({"status": "success", "message": "All is well"})), Status::Operational);
    assert_eq!(overall(json!({"status": "danger", "message": "It is not"})), Status::MajorOutage);
    let third =
        |word: &str| json!({"id": "status", "type": "status", "attributes": {"status": word, "label": ""}});
    assert_eq!(overall(third("operational")), Status::Operational);
    assert_eq!(overall(third("partial_outage")), Status::PartialOutage);
    assert_eq!(overall(third("under_maintenance")), Status::UnderMaintenance);
    assert_eq!(overall(third("fine")), Status::Unknown);
}

#[test]
fn an_empty_list_tells_nothing() {
    let reading = read_value("cachet", &json!({"meta": {"pagination": {"total": 0}}, "data": []}));
    assert_eq!((reading.overall, reading.not_told.len()), (Status::Unknown, 4));
    assert!(refusal("cachet", r#"{"data": []}"#).contains("on which page"));
    assert!(refusal("cachet", r#"{"data": [{"id": 1}]}"#).contains("none of them"));
    for file in ["components", "incidents", "schedules", "v3-components", "v3-incidents"] {
        assert_eq!(seen_as(&format!("cachet/{file}.json")), Some("cachet"), "{file}");
    }
}
