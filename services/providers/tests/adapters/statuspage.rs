//! The traps of the Statuspage family, one test each.

use contracts::Status;
use serde_json::{Value, json};

use crate::samples::{read, sample, state, try_read};

fn read_value(document: &Value) -> contracts::providers::Reading {
    try_read("statuspage", document.to_string().as_bytes()).unwrap()
}

/// A page with a verdict, one component and one open incident, as a base for variations.
fn page(indicator: &str, component: &str, impact: &str) -> Value {
    json!({
        "page": {"id": "p", "url": "https://status.p.example"},
        "status": {"indicator": indicator, "description": ""},
        "components": [{"id": "a", "name": "API", "status": component}],
        "incidents": [{"id": "i1", "name": "Trouble", "status": "investigating", "impact": impact}],
    })
}

#[test]
fn groups_are_headings_and_not_counted() {
    let reading = read("statuspage", "demo/nimbus/3-outage.json");
    assert_eq!(reading.components.len(), 12);
    assert_eq!(reading.non_operational_components, 3);
    let placed: Vec<(Option<&str>, &str)> =
        reading.components.iter().map(|c| (c.group.as_deref(), c.name.as_str())).collect();
    assert_eq!(
        placed[1..4],
        [
            (None, "Management API"),
            (Some("Compute"), "Virtual Machines"),
            (Some("Compute"), "Managed Kubernetes")
        ]
    );
    assert_eq!(placed.last(), Some(&(None, "Billing")));
}

#[test]
fn a_group_without_members_is_a_heading_too() {
    let mut document = page("none", "operational", "none");
    document["components"][0] = json!({"id": "g", "name": "Empty", "status": "major_outage", "group": true});
    let reading = read_value(&document);
    assert_eq!((reading.components.len(), reading.non_operational_components), (0, 0));
}

#[test]
fn each_indicator_has_its_state() {
    let overall = |word| read_value(&json!({"page": {}, "status": {"indicator": word}})).overall;
    assert_eq!(overall("none"), Status::Operational);
    assert_eq!(overall("minor"), Status::DegradedPerformance);
    assert_eq!(overall("major"), Status::PartialOutage);
    assert_eq!(overall("critical"), Status::MajorOutage);
    assert_eq!(overall("maintenance"), Status::UnderMaintenance);
    for unheard in ["apocalyptic", "None", "operational", ""] {
        assert_eq!(overall(unheard), Status::Unknown, "{unheard}");
    }
}

#[test]
fn the_verdict_stands_above_what_is_listed() {
    assert_eq!(read_value(&page("major", "major_outage", "critical")).overall, Status::PartialOutage);
    assert_eq!(read_value(&page("critical", "operational", "none")).overall, Status::MajorOutage);
}

#[test]
fn an_open_incident_of_real_impact_contradicts_none() {
    for impact in ["minor", "major", "critical"] {
        assert_eq!(
            read_value(&page("none", "operational", impact)).overall,
            Status::DegradedPerformance,
            "{impact}"
        );
    }
    assert_eq!(read_value(&page("none", "operational", "none")).overall, Status::Operational);
}

#[test]
fn a_word_we_do_not_know_is_never_health() {
    let reading = read("statuspage", "statuspage/unknown-word.json");
    assert_eq!(reading.overall, Status::Unknown);
    assert_eq!(state(&reading, "dns"), Status::Unknown);
    // It is not known to be down either.
    assert_eq!(reading.non_operational_components, 0);

    assert_eq!(read_value(&page("none", "operational", "moderate")).overall, Status::Unknown);
    assert_eq!(read_value(&page("odd", "operational", "none")).overall, Status::Unknown);
    // Something worse is known.
    assert_eq!(read_value(&page("odd", "partial_outage", "none")).overall, Status::PartialOutage);
    assert_eq!(read_value(&page("odd", "operational", "critical")).overall, Status::MajorOutage);
    assert_eq!(read_value(&page("minor", "odd", "odd")).overall, Status::DegradedPerformance);
}

#[test]
fn a_component_without_a_state_is_unknown() {
    let mut document = page("none", "operational", "none");
    document["components"][0].as_object_mut().unwrap().remove("status");
    let reading = read_value(&document);
    assert_eq!((reading.overall, state(&reading, "api")), (Status::Unknown, Status::Unknown));
}

#[test]
fn without_a_verdict_the_worst_that_is_listed_decides() {
    let reading = read("statuspage", "statuspage/components-only.json");
    assert_eq!((reading.overall, reading.non_operational_components), (Status::PartialOutage, 2));

    let mut document = page("none", "operational", "major");
    document["status"] = Value::Null;
    assert_eq!(read_value(&document).overall, Status::PartialOutage);
    document["incidents"] = json!([]);
    assert_eq!(read_value(&document).overall, Status::Operational);
    document["components"] = json!([]);
    assert_eq!(read_value(&document).overall, Status::Unknown);
}

#[test]
fn a_history_says_nothing_of_now() {
    let reading = read("statuspage", "statuspage/history.json");
    assert_eq!((reading.overall, reading.open_incidents), (Status::Unknown, 0));
    // Unless something in it is still open: that is known.
    let reading = read("statuspage", "statuspage/unresolved.json");
    assert_eq!((reading.overall, reading.open_incidents), (Status::PartialOutage, 1));
    assert_eq!(reading.incidents[0].components, ["load-balancers"]);
}

#[test]
fn a_verdict_alone_is_enough() {
    assert_eq!(read("statuspage", "statuspage/verdict-only.json").overall, Status::Operational);
    let reading = read("statuspage", "statuspage/no-components.json");
    assert_eq!((reading.overall, reading.components.len()), (Status::Operational, 0));
}

#[test]
fn what_is_resolved_may_stay_in_the_list() {
    let reading = read("statuspage", "statuspage/resolved-left-in.json");
    assert_eq!((reading.open_incidents, reading.incidents.len()), (0, 0));
    assert_eq!(reading.overall, Status::DegradedPerformance);
}

#[test]
fn an_unknown_state_of_an_incident_is_over_only_with_an_end() {
    let mut document = page("none", "operational", "minor");
    document["incidents"][0]["status"] = json!("false_alarm");
    assert_eq!(read_value(&document).open_incidents, 1);
    document["incidents"][0]["resolved_at"] = json!("2026-11-21T10:00:00Z");
    assert_eq!(read_value(&document).open_incidents, 0);
    document["incidents"][0]["status"] = json!("monitoring");
    assert_eq!(read_value(&document).open_incidents, 1);
}

#[test]
fn a_word_that_ends_it_needs_no_time() {
    let mut document = page("none", "operational", "critical");
    for word in ["resolved", "postmortem", "completed"] {
        document["incidents"][0]["status"] = json!(word);
        document["scheduled_maintenances"] = document["incidents"].clone();
        let reading = read_value(&document);
        assert_eq!((reading.open_incidents, reading.scheduled_or_active_maintenances), (0, 0), "{word}");
        assert_eq!(reading.overall, Status::Operational);
    }
}

#[test]
fn maintenances_are_listed_until_completed_next_first() {
    let reading = read("statuspage", "statuspage/maintenances.json");
    assert_eq!(reading.overall, Status::UnderMaintenance);
    assert_eq!(reading.scheduled_or_active_maintenances, 3);
    let states: Vec<&str> = reading.maintenances.iter().map(|m| m.state.as_str()).collect();
    assert_eq!(states, ["verifying", "in_progress", "scheduled"]);
    assert_eq!((reading.non_operational_components, reading.open_incidents), (1, 0));
    assert_eq!(state(&reading, "vpn-gateway"), Status::UnderMaintenance);
}

#[test]
fn names_that_repeat_get_their_group() {
    let reading = read("statuspage", "statuspage/repeated-names.json");
    let keys: Vec<&str> = reading.components.iter().map(|c| c.key.as_str()).collect();
    assert_eq!(keys[..4], ["europe-west-api", "europe-west-web-app", "europe-west-webhooks", "us-east-api"]);
    assert_eq!(keys.last(), Some(&"documentation"));
    assert_eq!(reading.incidents[0].components, ["us-east-api"]);
    // Offsets are resolved and markup is gone.
    assert_eq!(reading.incidents[0].started_at.unwrap().to_string(), "2026-11-21T03:20:00Z");
    assert_eq!(
        reading.incidents[0].message,
        "About one request in five fails in US East.\nOther regions are not affected."
    );
}

#[test]
fn an_incident_linked_to_everything_changes_no_component() {
    let reading = read("statuspage", "statuspage/bulk-linked.json");
    assert_eq!(reading.incidents[0].components.len(), 12);
    assert_eq!(reading.non_operational_components, 1);
    assert_eq!(state(&reading, "functions"), Status::DegradedPerformance);
    assert_eq!(state(&reading, "dns"), Status::Operational);
}

#[test]
fn an_imitator_may_leave_out_and_retype_much() {
    let reading = read("statuspage", "statuspage/imitator.json");
    assert_eq!(reading.overall, Status::DegradedPerformance);
    let components: Vec<(&str, &str, Option<&str>)> =
        reading.components.iter().map(|c| (c.id.as_str(), c.key.as_str(), c.group.as_deref())).collect();
    assert_eq!(
        components,
        [("1", "website", None), ("2", "workers", Some("Backend")), ("3", "queues", Some("Backend"))]
    );
    let incident = &reading.incidents[0];
    assert_eq!(incident.components, ["workers", "queues"]);
    assert_eq!((incident.id.as_str(), incident.impact), ("501", Status::PartialOutage));
    assert_eq!(incident.started_at.unwrap().to_string(), "2026-11-21T08:00:00Z");
    assert_eq!(incident.url.as_deref(), Some("https://tinker.example/status/incidents/501"));
}

#[test]
fn incidents_come_newest_first_with_their_newest_text() {
    let mut document = page("minor", "operational", "minor");
    document["incidents"] = json!([
        {"id": "old", "status": "monitoring", "impact": "minor", "started_at": "2026-11-20T10:00:00Z"},
        {"id": "new", "status": "identified", "impact": "minor", "started_at": "2026-11-21T10:00:00+14:00",
         "incident_updates": [
            {"body": "first", "display_at": "2026-11-20T20:05:00Z"},
            {"body": null, "display_at": "2026-11-20T23:00:00Z"},
            {"body": "second", "display_at": "2026-11-20T21:00:00Z"}]},
    ]);
    let reading = read_value(&document);
    let told: Vec<(&str, &str)> =
        reading.incidents.iter().map(|i| (i.id.as_str(), i.message.as_str())).collect();
    assert_eq!(told, [("new", "second"), ("old", "")]);
}

#[test]
fn links_are_only_what_a_browser_opens_harmlessly() {
    let mut document = page("minor", "operational", "minor");
    document["incidents"][0]["shortlink"] = json!("javascript:alert(1)");
    assert_eq!(
        read_value(&document).incidents[0].url.as_deref(),
        Some("https://status.p.example/incidents/i1")
    );
    document["page"]["url"] = json!("javascript:alert(1)");
    assert_eq!(read_value(&document).incidents[0].url, None);
}

#[test]
fn a_page_that_refuses_says_why() {
    let words = |body: &str| try_read("statuspage", body.as_bytes()).unwrap_err().to_string();
    assert_eq!(
        words(r#"{"error": "page is inactive"}"#),
        "the provider answers with an error: page is inactive"
    );
    assert_eq!(words("page is inactive"), "plain text came instead of JSON: \"page is inactive\"");
    assert!(words("{}").starts_with("unexpected shape: a status page has"));
    assert!(words(r#"{"incidents": [], "maintenances": []}"#).starts_with("unexpected shape"));
    assert!(words(r#"{"page": {"status": "UP"}}"#).starts_with("unexpected shape"));
}

#[test]
fn a_byte_order_mark_changes_nothing() {
    let plain = sample("demo/nimbus/3-outage.json");
    let marked = [b"\xef\xbb\xbf".as_slice(), &plain].concat();
    assert_eq!(try_read("statuspage", &marked), try_read("statuspage", &plain));
}
