//! Documents that lie, break off or explode. Whatever comes, reading ends, and never in health that nobody
//! stated.

use contracts::Status;
use providers::adapters;
use serde_json::{Value, json};

use crate::samples::{sample, try_read};

/// What the bytes come to under an adapter; what cannot be read counts as unknown.
fn overall(adapter: &str, body: &[u8]) -> Status {
    try_read(adapter, body).map_or(Status::Unknown, |reading| reading.overall)
}

/// All but the one that takes any answer for one.
fn every_adapter_refuses(body: &[u8]) {
    for adapter in adapters::names().filter(|name| *name != "http") {
        let error = try_read(adapter, body).unwrap_err().to_string();
        assert!(error.len() > 10 && !error.ends_with('.'), "{error}");
    }
    assert!(adapters::detect(body).is_none());
}

#[test]
fn what_is_no_status_document_is_refused() {
    every_adapter_refuses(b"");
    every_adapter_refuses(b" \r\n\t ");
    every_adapter_refuses(b"\xef\xbb\xbf");
    every_adapter_refuses(b"null");
    every_adapter_refuses(b"true");
    every_adapter_refuses(b"17");
    every_adapter_refuses(b"\"operational\"");
    every_adapter_refuses(b"operational");
    every_adapter_refuses(b"{}");
    every_adapter_refuses(b"[[]]");
    every_adapter_refuses(b"{\"status\": \"none\"");
    every_adapter_refuses(b"<!doctype html><title>Checking your browser</title>");
    every_adapter_refuses(b"<?xml version=\"1.0\"?><rss></rss>");
    every_adapter_refuses(b"\x1f\x8b\x08\x00gzip");
    every_adapter_refuses(b"\xff\xfe\"\x00\"\x00");
    every_adapter_refuses(b"<rss><channel></channel></rss>");
    every_adapter_refuses(b"<rss><channel><item/></channel></rss>");
    every_adapter_refuses(b"<feed><entry/></feed>");
    every_adapter_refuses("[".repeat(100_000).as_bytes());
    every_adapter_refuses("{\"page\":".repeat(100_000).as_bytes());
    every_adapter_refuses(format!("{}{}", "[".repeat(1000), "]".repeat(1000)).as_bytes());
    assert!(try_read("statuspage", b"[]").is_err());
}

/// A document of each hosted family on which something is wrong.
const HOSTED: [(&str, &str); 22] = [
    ("incidentio", "incidentio/proxy.json"),
    ("incidentio", "incidentio/widget.json"),
    ("instatus", "instatus/summary.json"),
    ("instatus", "instatus/components-flat.json"),
    ("instatus", "instatus/components-tree.json"),
    ("betterstack", "betterstack/degraded.json"),
    ("statusio", "statusio/disruption.json"),
    ("statuspal", "statuspal/nested.json"),
    ("cachet", "cachet/components.json"),
    ("cachet", "cachet/v3-components.json"),
    ("uptime-kuma", "uptime-kuma/page.json"),
    ("uptime-kuma", "uptime-kuma/heartbeat.json"),
    ("gatus", "gatus/statuses.json"),
    ("upptime", "upptime/summary.json"),
    ("uptimerobot", "uptimerobot/monitors.json"),
    ("sorry", "sorry/components.json"),
    ("slack", "slack/current.json"),
    ("heroku", "heroku/v4.json"),
    ("heroku", "heroku/v3.json"),
    ("salesforce", "salesforce/instances.json"),
    ("apple", "apple/events.json"),
    ("cstate", "cstate/index.json"),
];

#[test]
fn cut_short_anywhere_it_is_refused() {
    let own = [
        ("statuspage", "demo/nimbus/1-operational.json"),
        ("statuspage", "statuspage/repeated-names.json"),
        ("gcp", "gcp/history.json"),
        ("aws", "aws/currentevents.json"),
        ("aws", "aws/all.rss"),
        ("rss", "rss/statuspage-history.atom"),
        ("rss", "rss/incidentio.rss"),
        ("azure", "azure/feed-open.xml"),
        ("azure-devops", "azure-devops/degraded.json"),
        ("microsoft365", "microsoft365/posts-trouble.json"),
        ("microsoft365", "microsoft365/feed-trouble.xml"),
        ("oci", "oci/components_v2.json"),
        ("oci", "oci/status.json"),
        ("oci", "oci/incident-summary.rss"),
        ("ibm", "ibm/open.json"),
        ("statusiq", "statusiq/trouble.xml"),
        ("statusiq", "statusiq/summary.json"),
        ("zscaler", "zscaler/two-services.json"),
        ("concur", "concur/services.json"),
        ("concur", "concur/incidents.json"),
        ("concur", "concur/banner.json"),
        ("meta", "meta/orgs.json"),
        ("hund", "hund/feed.atom"),
    ];
    for (adapter, file) in own.into_iter().chain(HOSTED) {
        let whole = sample(file);
        for length in 0..whole.len() {
            assert!(try_read(adapter, &whole[..length]).is_err(), "{file} cut at {length}");
        }
    }
}

/// Calls `check` with the document in which one value at a time is replaced by one of another kind.
fn with_each_value_replaced(document: &Value, check: &mut dyn FnMut(&str, &Value)) {
    let replacements = [
        json!(null),
        json!(true),
        json!(-5),
        json!(1e300),
        json!("x"),
        json!(""),
        json!([]),
        json!({}),
        json!([[]]),
    ];
    for path in paths(document, String::new()) {
        for replacement in &replacements {
            let mut changed = document.clone();
            *changed.pointer_mut(&path).unwrap() = replacement.clone();
            check(&path, &changed);
        }
    }
}

fn paths(value: &Value, path: String) -> Vec<String> {
    let below: Vec<String> = match value {
        Value::Object(fields) => {
            fields.iter().flat_map(|(name, v)| paths(v, format!("{path}/{name}"))).collect()
        }
        Value::Array(entries) => {
            entries.iter().enumerate().flat_map(|(place, v)| paths(v, format!("{path}/{place}"))).collect()
        }
        _ => Vec::new(),
    };
    [vec![path], below].concat()
}

/// What may be replaced without a trace: a list of what is named only while it is in trouble, by an empty one, and the
/// failure of a check by its success.
fn is_silence(file: &str, path: &str, value: &Value) -> bool {
    let is_list = ["/ongoing_incidents", "/in_progress_maintenances"].contains(&path);
    let is_success = file == "gatus/statuses.json" && *value == json!(true);
    file == "incidentio/widget.json" && is_list || is_success
}

#[test]
fn no_single_wrong_value_makes_a_hosted_page_healthy() {
    let mut healthy = Vec::new();
    for (adapter, file) in HOSTED {
        let whole = sample(file);
        assert!(!matches!(overall(adapter, &whole), Status::Operational | Status::Unknown), "{file}");
        let document: Value = serde_json::from_slice(&whole).unwrap();
        with_each_value_replaced(&document, &mut |path, changed| {
            let is_health = overall(adapter, changed.to_string().as_bytes()) == Status::Operational;
            let value = changed.pointer(path).unwrap();
            if is_health && !is_silence(file, path, value) {
                healthy.push(format!("{file}: {path}: {value}"));
            }
        });
    }
    assert!(healthy.is_empty(), "{healthy:#?}");
}

#[test]
fn no_single_wrong_value_turns_an_outage_into_health() {
    for (adapter, file) in [
        ("statuspage", "demo/nimbus/3-outage.json"),
        ("statuspage", "demo/nimbus/4-recovering.json"),
        ("gcp", "demo/stratus/2-outage.json"),
        ("aws", "aws/currentevents.json"),
        ("azure-devops", "azure-devops/degraded.json"),
        ("microsoft365", "microsoft365/posts-trouble.json"),
        ("oci", "oci/components_v2.json"),
        ("oci", "oci/status.json"),
        ("ibm", "ibm/open.json"),
        ("statusiq", "statusiq/summary.json"),
        ("zscaler", "zscaler/two-services.json"),
        ("concur", "concur/services.json"),
        ("concur", "concur/incidents.json"),
        ("concur", "concur/banner.json"),
        ("meta", "meta/orgs.json"),
        ("meta", "meta/outages.json"),
    ] {
        let document: Value = serde_json::from_slice(&sample(file)).unwrap();
        with_each_value_replaced(&document, &mut |path, changed| {
            let is_emptied = ["", "/components", "/incidents", "/statusItems"].contains(&path);
            let is_health = overall(adapter, changed.to_string().as_bytes()) == Status::Operational;
            assert!(!is_health || is_emptied, "{file}: {path} in {changed}");
        });
    }
}

#[test]
fn no_single_wrong_byte_turns_trouble_into_health() {
    for (adapter, file) in [
        ("statuspage", "statuspage/imitator.json"),
        ("gcp", "gcp/two-open.json"),
        ("gatus", "gatus/statuses.json"),
        ("upptime", "upptime/summary.json"),
        ("uptime-kuma", "uptime-kuma/heartbeat.json"),
        ("sorry", "sorry/components.json"),
        ("heroku", "heroku/v3.json"),
        ("aws", "aws/currentevents.json"),
        ("rss", "rss/incidentio.rss"),
        ("azure", "azure/feed-open.xml"),
        ("azure-devops", "azure-devops/degraded.json"),
        ("microsoft365", "microsoft365/posts-trouble.json"),
        ("microsoft365", "microsoft365/feed-trouble.xml"),
        ("oci", "oci/components_v2.json"),
        ("ibm", "ibm/open.json"),
        ("statusiq", "statusiq/trouble.xml"),
        ("statusiq", "statusiq/summary.json"),
        ("zscaler", "zscaler/two-services.json"),
        ("concur", "concur/services.json"),
        ("meta", "meta/orgs.json"),
    ] {
        let whole = sample(file);
        for place in 0..whole.len() {
            for byte in [b'9', b'"', b' ', 0, 0xff] {
                let mut changed = whole.clone();
                changed[place] = byte;
                assert_ne!(overall(adapter, &changed), Status::Operational, "{file}: {byte} at {place}");
            }
        }
    }
}

#[test]
fn a_wrong_value_where_health_is_stated_is_not_health() {
    let document: Value = serde_json::from_slice(&sample("demo/nimbus/1-operational.json")).unwrap();
    with_each_value_replaced(&document, &mut |path, changed| {
        let states_health =
            path == "/status/indicator" || path.starts_with("/components/") && path.ends_with("/status");
        let is_group = path
            .strip_suffix("/status")
            .is_some_and(|c| document.pointer(&format!("{c}/components")).is_some());
        if states_health && !is_group {
            assert_eq!(
                overall("statuspage", changed.to_string().as_bytes()),
                Status::Unknown,
                "{path} in {changed}"
            );
        }
    });
}

/// Where a family states health in a word, another word in its place is not health.
#[test]
fn a_wrong_word_where_health_is_stated_is_not_health_in_any_family() {
    for (adapter, body, word) in [
        ("azure-devops", r#"{"status": {"health": "W"}, "services": []}"#, "healthy"),
        ("microsoft365", r#"[{"ServiceDisplayName": "A", "Status": "W"}]"#, "Operational"),
        ("oci", r#"{"status": {"indicator": "W"}}"#, "none"),
        (
            "oci",
            r#"{"regionHealthReports": [{"serviceHealthReports": [{"serviceName": "A", "serviceStatus": "W"}]}]}"#,
            "NormalPerformance",
        ),
        (
            "statusiq",
            r#"{"data": {"current_status": [{"display_name": "A", "component_status": "W"}]}}"#,
            "1",
        ),
        ("concur", r#"{"data": {"A": {"Current Status": {"status": "W"}}}}"#, "normal"),
        ("meta", r#"[{"id": "a", "services": [{"name": "A", "status": "W"}]}]"#, "No known issues"),
        (
            "statusiq",
            "<rss><channel><title>A</title><description>StatusIQ</description><item><title>A - W</title></item></channel></rss>",
            "Operational",
        ),
        (
            "microsoft365",
            "<rss><channel><title>Microsoft</title><item><title>A</title><status>W</status></item></channel></rss>",
            "Available",
        ),
    ] {
        assert_eq!(overall(adapter, body.replace('W', word).as_bytes()), Status::Operational, "{adapter}");
        for other in ["", "x", "0", "-1", "none of it", "unhealthy and normal", "\u{fffd}"] {
            let changed = body.replace('W', other);
            assert_eq!(overall(adapter, changed.as_bytes()), Status::Unknown, "{adapter}: {changed}");
        }
    }
}

#[test]
fn markup_without_end_is_no_crash() {
    for body in [
        "<rss><channel>".to_owned() + &"<item>".repeat(500_000),
        "<rss><channel><title>".to_owned() + &"&amp;".repeat(500_000),
        "<feed><title>".to_owned() + &"<b>".repeat(500_000),
        "<!DOCTYPE rss [".to_owned() + &"<!ENTITY a \"a\">".repeat(100_000),
        "<!--".to_owned() + &"-".repeat(1_000_000),
        "<rss ".to_owned() + &"a='b' ".repeat(200_000),
    ] {
        every_adapter_refuses(body.as_bytes());
    }
    let entry = format!(
        "<item><title>{}</title><description><![CDATA[{}]]></description></item>",
        "[".repeat(100_000),
        "<b>Resolved</b>".repeat(30_000)
    );
    let body = format!("<rss><channel><title>A</title>{entry}</channel></rss>");
    assert_eq!(overall("rss", body.as_bytes()), Status::Unknown);
}

#[test]
fn numbers_beyond_measure_are_no_crash() {
    for number in ["1e999", "-1e999", "99999999999999999999999999999999999999", "0.000000000000000001"] {
        let body = format!(
            r#"{{"page": {{"id": {number}}}, "status": {{"indicator": {number}}},
                "components": [{{"id": {number}, "name": {number}, "status": {number}, "position": {number}}}]}}"#
        );
        assert_eq!(overall("statuspage", body.as_bytes()), Status::Unknown, "{number}");
    }
}

#[test]
fn an_enormous_page_is_read() {
    let components: Vec<Value> = (0..10_000)
        .map(|n| json!({"id": format!("c{n}"), "name": "Edge", "status": "operational", "group_id": "g", "position": n}))
        .chain([json!({"id": "g", "name": "Edges", "status": "operational", "group": true})])
        .collect();
    let named = components.clone();
    let document = json!({
        "page": {"id": "p"}, "status": {"indicator": "none"}, "components": components,
        "incidents": [{"id": "i", "status": "investigating", "impact": "none", "components": named,
                       "name": "n".repeat(1_000_000),
                       "incident_updates": [{"body": "<p>é&amp;".repeat(100_000)}]}],
    });
    let body = document.to_string();
    let reading = try_read("statuspage", body.as_bytes()).unwrap();
    assert_eq!(reading.components.len(), 10_000);
    assert_eq!(reading.components[9_999].key, "edges-edge-c9999");
    assert_eq!(reading.incidents[0].components.len(), 10_000);
    assert_eq!(reading.incidents[0].title.chars().count(), 300);
    assert_eq!(reading.incidents[0].message.chars().count(), 2000);
}

#[test]
fn many_products_are_read() {
    let products: Vec<Value> =
        (0..50_000).map(|n| json!({"id": n, "title": format!("Product {n}")})).collect();
    let document = json!([{
        "id": "x", "begin": "2026-11-21T10:00:00Z", "external_desc": "All", "affected_products": products,
        "most_recent_update": {"status": "SERVICE_OUTAGE"},
    }]);
    let reading = try_read("gcp", document.to_string().as_bytes()).unwrap();
    assert_eq!(reading.non_operational_components, 50_000);
}

/// Each is made of ten thousand entries that refer to one another; were they looked for one by one, this would not
/// come to an end.
#[test]
fn enormous_documents_of_the_hosted_families_are_read() {
    const MANY: usize = 10_000;
    let each = |make: &dyn Fn(usize) -> Value| (0..MANY).map(make).collect::<Vec<_>>();
    let component = |n: usize| {
        json!({"id": n, "type": "components", "attributes": {"name": format!("C{n}"), "status": {"value": 4}, "enabled": true, "created": {}},
                                      "relationships": {"group": {"data": {"id": n}}}})
    };
    let group =
        |n: usize| json!({"id": n, "type": "componentGroups", "attributes": {"name": format!("G{n}")}});
    let event = json!({"messageId": "1", "statusType": "Outage", "eventStatus": "ongoing", "message": "M"});
    let incident =
        json!({"id": 1, "createdAt": "2026-11-20T08:00:00Z", "IncidentImpacts": [], "instanceKeys": ["a"]});
    let documents = [
        (
            "incidentio",
            json!({"summary": {"components": each(&|n| json!({"id": format!("c{n}"), "name": format!("C{n}")})), "structure": {"items": [{"component": {"component_id": "x", "name": "X"}}]},
                               "affected_components": each(&|n| json!({"component_id": format!("c{n}"), "status": "full_outage"})), "ongoing_incidents": []}}),
        ),
        (
            "statuspal",
            json!({"status_page": {"current_incident_type": "major"},
                   "services": [{"id": "all", "name": "All", "current_incident_type": "major", "children": each(&|n| json!({"id": n, "name": "S", "current_incident_type": "major"}))}],
                   "incidents": (0..100).map(|n| json!({"id": n, "type": "major", "service_ids": ["all", "all"]})).collect::<Vec<_>>()}),
        ),
        (
            "statusio",
            json!({"result": {"status_overall": {"status_code": 500},
                              "status": [{"id": "a", "name": "A", "containers": each(&|n| json!({"id": n, "name": n, "status_code": 500}))}],
                              "incidents": [{"_id": "i", "messages": [], "components_affected": each(&|_| json!({"_id": "a"})), "containers_affected": each(&|n| json!({"_id": n}))}]}}),
        ),
        ("cachet", json!({"data": each(&component), "included": each(&group)})),
        (
            "sorry",
            json!({"components": each(&|n| json!({"id": n, "parent_id": n / 2, "name": "N", "state": "degraded"}))}),
        ),
        ("apple", json!({"services": each(&|n| json!({"serviceName": format!("S{n}"), "events": [event]}))})),
        (
            "salesforce",
            json!(each(
                &|n| json!({"key": format!("K{n}"), "environment": "production", "status": "MAJOR_INCIDENT_CORE", "Incidents": [incident]})
            )),
        ),
        (
            "heroku",
            json!({"status": each(&|n| json!({"system": format!("S{n}"), "status": "red"})), "incidents": [{"id": 1, "title": "T", "systems": each(&|n| json!(format!("S{n}")))}]}),
        ),
    ];
    for (adapter, document) in documents {
        let reading = try_read(adapter, document.to_string().as_bytes()).unwrap();
        assert!(reading.overall.is_trouble(), "{adapter}");
        assert!(reading.non_operational_components >= MANY / 2, "{adapter}");
        assert!(reading.incidents.iter().all(|incident| incident.components.len() <= MANY), "{adapter}");
    }
}

/// Where health is stated in a word or a number, anything else there is not health.
#[test]
fn a_wrong_value_where_a_hosted_page_states_health_is_not_health() {
    let healthy = [
        (
            "instatus",
            json!({"page": {"status": "UP"}, "components": [{"id": "a", "name": "A", "status": "OPERATIONAL"}]}),
            vec!["/page/status", "/components/0/status"],
        ),
        (
            "betterstack",
            json!({"data": {"type": "status_page", "attributes": {"aggregate_state": "operational"}},
                   "included": [{"id": "1", "type": "status_page_resource", "attributes": {"public_name": "A", "status": "operational"}}]}),
            vec![
                "/data/attributes/aggregate_state",
                "/data/attributes",
                "/included/0/attributes/status",
                "/included/0/attributes",
            ],
        ),
        (
            "statusio",
            json!({"result": {"status_overall": {"status_code": 100}, "status": [{"id": "a", "name": "A", "status_code": 100, "containers": [{"id": "b", "status_code": 100}]}]}}),
            vec!["/result/status_overall/status_code", "/result/status/0/containers/0/status_code"],
        ),
        (
            "cachet",
            json!({"data": [{"id": 1, "name": "A", "status": 1, "group_id": 0, "enabled": true, "created_at": "2026-11-20 08:00:00"}]}),
            vec!["/data/0/status"],
        ),
        (
            "uptime-kuma",
            json!({"heartbeatList": {"1": [{"status": 1}]}}),
            vec!["/heartbeatList/1/0/status", "/heartbeatList/1"],
        ),
        ("upptime", json!([{"slug": "a", "name": "A", "status": "up", "uptime": "1%"}]), vec!["/0/status"]),
        (
            "uptimerobot",
            json!({"psp": {"monitors": [{"monitorId": 1, "name": "A", "statusClass": "success"}]}}),
            vec!["/psp/monitors/0/statusClass", "/psp/monitors"],
        ),
        ("sorry", json!({"page": {"state": "operational"}}), vec!["/page/state"]),
        ("slack", json!({"status": "ok", "active_incidents": []}), vec!["/status"]),
        (
            "heroku",
            json!({"status": [{"system": "Apps", "status": "green"}], "incidents": []}),
            vec!["/status/0/status", "/status"],
        ),
        (
            "salesforce",
            json!([{"key": "A", "environment": "production", "status": "OK", "Incidents": []}]),
            vec!["/0/status"],
        ),
        ("apple", json!({"services": [{"serviceName": "A", "events": []}]}), vec!["/services"]),
        (
            "cstate",
            json!({"cStateVersion": "5", "summaryStatus": "ok", "systems": [{"name": "A", "status": "ok", "unresolvedIssues": []}]}),
            vec!["/summaryStatus", "/systems/0/status"],
        ),
    ];
    for (adapter, document, places) in healthy {
        assert_eq!(overall(adapter, document.to_string().as_bytes()), Status::Operational, "{adapter}");
        with_each_value_replaced(&document, &mut |path, changed| {
            if places.contains(&path) {
                assert_eq!(
                    overall(adapter, changed.to_string().as_bytes()),
                    Status::Unknown,
                    "{adapter}: {path} in {changed}"
                );
            }
        });
    }
}
