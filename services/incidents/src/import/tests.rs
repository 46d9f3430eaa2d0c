//! Exports of each tool in little, and the histories that they are.

use contracts::incidents::{EntryType, PastIncident};
use serde_json::{Value, json};

use super::*;

fn reading(tool: Tool, document: Value) -> Reading {
    read(tool, &[("file.json".to_owned(), document)]).unwrap()
}

fn times(incident: &PastIncident) -> (String, Option<String>, Option<String>) {
    let text = |at: Option<kit_base::Timestamp>| at.map(|at| at.to_string());
    (incident.started_at.to_string(), text(incident.mitigated_at), text(incident.resolved_at))
}

#[test]
fn statuspage_gives_components_with_groups_and_incidents_with_updates() {
    let component = |id: &str, name: &str, group: Value| json!({ "id": id, "name": name, "status": "operational", "group_id": group, "group": false, "start_date": "2024-05-01" });
    let update = |id: &str, status: &str, body: &str, at: &str| json!({ "id": id, "status": status, "body": body, "created_at": at, "display_at": at });
    let incident = json!({
        "id": "i1", "name": "API errors", "status": "postmortem", "impact": "major", "created_at": "2024-06-01T10:05:00.000-07:00",
        "started_at": "2024-06-01T10:00:00.000-07:00", "monitoring_at": "2024-06-01T10:30:00.000-07:00",
        "resolved_at": "2024-06-01T11:00:00.000-07:00", "components": [component("c1", "API", json!("g"))],
        "incident_updates": [
            update("u2", "resolved", "<p>It is over &amp; well.</p>", "2024-06-01T11:00:00.000-07:00"),
            update("u1", "investigating", "", "2024-06-01T10:05:00.000-07:00"),
        ],
    });
    let planned = json!({ "id": "m", "name": "Move", "status": "completed", "impact": "maintenance", "created_at": "2024-06-01T10:05:00Z" });
    let group = json!({ "id": "g", "name": "Europe", "status": "operational", "group": true });
    let Reading { history, passed_over } = reading(
        Tool::Statuspage,
        json!({ "components": [group, component("c1", "API", json!("g")), component("c2", "API", json!(null))],
                "incidents": [incident, planned] }),
    );
    let slugs: Vec<(&str, &str)> =
        history.components.iter().map(|one| (one.slug.as_str(), one.group.as_str())).collect();
    assert_eq!(slugs, [("api", "Europe"), ("api-c2", "")], "two of one name are told apart");
    let one = &history.incidents[0];
    assert_eq!(
        (history.incidents.len(), one.sev, one.services.as_slice()),
        (1, 2, ["api".to_owned()].as_slice())
    );
    let expected = ("2024-06-01T17:00:00Z", "2024-06-01T17:30:00Z", "2024-06-01T18:00:00Z");
    assert_eq!(times(one), (expected.0.to_owned(), Some(expected.1.to_owned()), Some(expected.2.to_owned())));
    let told: Vec<(&str, EntryType)> =
        one.updates.iter().map(|one| (one.message.as_str(), one.entry_type)).collect();
    assert_eq!(told, [("investigating", EntryType::Update), ("It is over & well.", EntryType::Resolution)]);
    assert_eq!(passed_over, ["m: Move: it is a maintenance"]);
}

#[test]
fn cachet_is_read_in_both_of_its_forms() {
    let old = json!({ "data": [
        { "id": 1, "name": "API", "status": 1, "group_id": 0, "description": "" },
        { "id": 7, "name": "Down", "status": 4, "component_id": 1, "component_status": 4, "message": "We look.",
          "occurred_at": "2026-09-12 13:00:03", "updated_at": "2026-09-12 14:00:03",
          "updates": [{ "id": 3, "status": 4, "message": "Over.", "created_at": "2026-09-12 13:45:00" }] },
    ] });
    let new = json!({ "data": [
        { "id": "2", "type": "components", "attributes": { "name": "Web", "status": { "human": "Operational", "value": 1 } } },
        { "id": "9", "type": "incidents", "attributes": { "name": "Slow", "message": "<b>Hm</b>", "status": { "human": "Watching", "value": 3 },
            "occurred": { "human": "now", "string": "2026-09-13 08:00:00" } } },
    ] });
    let documents = [("a".to_owned(), old), ("b".to_owned(), new)];
    let Reading { history, .. } = read(Tool::Cachet, &documents).unwrap();
    assert_eq!(history.components.iter().map(|one| one.slug.as_str()).collect::<Vec<_>>(), ["api", "web"]);
    let [down, slow] = history.incidents.as_slice() else { panic!("{:?}", history.incidents) };
    assert_eq!(
        (down.sev, down.services.as_slice(), down.updates.len()),
        (1, ["api".to_owned()].as_slice(), 2)
    );
    assert_eq!(
        times(down),
        ("2026-09-12T13:00:03Z".to_owned(), None, Some("2026-09-12T13:45:00Z".to_owned()))
    );
    assert_eq!((slow.updates[0].message.as_str(), slow.resolved_at), ("Hm", None));
}

#[test]
fn gatus_events_are_outages_from_turn_to_turn() {
    let event = |kind: &str, at: &str| json!({ "type": kind, "timestamp": at });
    let endpoint = json!({ "name": "Front Page", "group": "core", "key": "core_front-page", "results": [], "events": [
        event("START", "2026-01-01T00:00:00Z"), event("UNHEALTHY", "2026-01-02T00:00:00Z"),
        event("HEALTHY", "2026-01-02T00:10:00Z"), event("UNHEALTHY", "2026-01-03T00:00:00Z"),
    ] });
    let Reading { history, .. } = reading(Tool::Gatus, json!([endpoint]));
    assert_eq!(
        (history.components[0].slug.as_str(), history.components[0].group.as_str()),
        ("front-page", "core")
    );
    let spans: Vec<_> = history.incidents.iter().map(times).collect();
    assert_eq!(
        spans,
        [
            ("2026-01-02T00:00:00Z".to_owned(), None, Some("2026-01-02T00:10:00Z".to_owned())),
            ("2026-01-03T00:00:00Z".to_owned(), None, None),
        ]
    );
    let configured =
        reading(Tool::Gatus, json!({ "endpoints": [{ "name": "Web", "url": "https://example.org" }] }));
    assert_eq!(configured.history.components[0].slug, "web");
}

#[test]
fn upptime_days_and_issues_are_incidents() {
    let site = json!({ "name": "Shop", "slug": "shop", "url": "https://shop.example", "dailyMinutesDown": { "2025-10-21": 17 } });
    let issue = json!({ "number": 12, "title": "🛑 Shop is down", "body": "In abc, Shop was **down**", "labels": [{ "name": "shop" }],
                        "created_at": "2025-10-21T04:00:00Z", "closed_at": "2025-10-21T04:17:00Z" });
    let documents = [("a".to_owned(), json!([site])), ("b".to_owned(), json!([issue]))];
    let Reading { history, .. } = read(Tool::Upptime, &documents).unwrap();
    let spans: Vec<_> =
        history.incidents.iter().map(|one| (one.services.clone(), times(one).2.unwrap())).collect();
    let shop = vec!["shop".to_owned()];
    assert_eq!(
        spans,
        [(shop.clone(), "2025-10-21T00:17:00Z".to_owned()), (shop, "2025-10-21T04:17:00Z".to_owned())]
    );
}

#[test]
fn what_a_tool_does_not_write_is_refused_by_name() {
    for tool in Tool::ALL {
        let error = read(tool, &[("odd.json".to_owned(), json!({ "hello": "world" }))]).unwrap_err();
        assert!(error.starts_with("odd.json is nothing that ") && error.contains(tool.name()), "{error}");
    }
}
