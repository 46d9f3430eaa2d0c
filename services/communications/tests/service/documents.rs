//! The feed and the Statuspage documents, as their readers get them.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use http::header;
use kit_testkit::{Engine, TestReply, both};
use serde_json::{Value, json};

use crate::stage::Stage;

fn keys(value: &Value) -> BTreeSet<&str> {
    value.as_object().map(|object| object.keys().map(String::as_str).collect()).unwrap_or_default()
}

async fn troubled(engine: Engine) -> Stage {
    let stage = Stage::new(engine);
    stage.component("website", "", "operational").await;
    stage.component("shop", "Selling", "partial_outage").await;
    stage.component("cart", "Selling", "unknown").await;
    stage.incident("INC-AAAAAA", 3, "open", &["shop", "gone"]).await;
    stage.sees("/api/v2/summary.json", |all| all["incidents"].as_array().unwrap().len() == 1).await;
    stage.announce("INC-AAAAAA", "identified", "It is <the> bank.").await;
    stage.sees("/api/v2/summary.json", |all| all["components"].as_array().unwrap().len() == 4).await;
    stage
}

#[tokio::test(flavor = "multi_thread")]
async fn the_summary_is_what_readers_of_statuspage_expect() {
    for engine in both() {
        let stage = troubled(engine).await;
        let all = stage.see("/api/v2/summary.json").await;
        assert_eq!(all["page"]["url"], "http://test");
        assert_eq!(all["page"]["updated_at"], "2026-11-21T12:00:00.000Z");
        assert_eq!(all["status"], json!({ "indicator": "major", "description": "Partial System Outage" }));
        let words: Vec<&Value> = all["components"].as_array().unwrap().iter().map(|one| &one["status"]).collect();
        assert_eq!(words, ["operational", "partial_outage", "degraded_performance", "partial_outage"], "{engine:?}");
        let incident = &all["incidents"][0];
        assert_eq!((&incident["status"], &incident["impact"]), (&json!("identified"), &json!("minor")));
        assert_eq!(incident["incident_updates"][0]["body"], "It is <the> bank.");
        assert_eq!(incident["components"][0]["name"], "SHOP");
        assert_eq!(incident["components"].as_array().unwrap().len(), 1);
        assert_eq!(incident["shortlink"], "http://test/incidents/INC-AAAAAA");
        let ids: BTreeSet<&str> =
            all["components"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
        assert!(ids.len() == 4 && ids.iter().all(|id| id.len() == 12));

        for (path, parts) in [
            ("status.json", &["page", "status"][..]),
            ("components.json", &["page", "components"]),
            ("incidents.json", &["page", "incidents"]),
            ("incidents/unresolved.json", &["page", "incidents"]),
            ("scheduled-maintenances.json", &["page", "scheduled_maintenances"]),
            ("scheduled-maintenances/upcoming.json", &["page", "scheduled_maintenances"]),
            ("scheduled-maintenances/active.json", &["page", "scheduled_maintenances"]),
        ] {
            let document = stage.see(&format!("/api/v2/{path}")).await;
            let order: Vec<&String> = document.as_object().unwrap().keys().collect();
            assert_eq!(order, parts, "{path}");
            for part in parts {
                assert_eq!(document[part], all[part], "{path} {part}");
            }
        }
        stage.incident("INC-AAAAAA", 3, "resolved", &["shop"]).await;
        stage.sees("/api/v2/incidents/unresolved.json", |all| all["incidents"] == json!([])).await;
        let over = stage.see("/api/v2/incidents.json").await["incidents"][0].clone();
        assert_eq!((&over["status"], &over["incident_updates"][0]["status"]), (&json!("resolved"), &json!("resolved")));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_site_may_read_it_and_nobody_reads_it_twice() {
    let stage = troubled(Engine::Sqlite).await;
    for path in ["/api/v2/summary.json", "/feed.atom", "/feed"] {
        let ask = async |name: &'static str, value: &str| {
            let request = http::Request::builder().uri(path).header("host", "test").header(name, value);
            TestReply::read(stage.app.answer(request.body(String::new().into()).unwrap()).await).await
        };
        let first = ask("origin", "https://elsewhere.example").await;
        assert_eq!((first.status, first.header("access-control-allow-origin")), (200, "*"), "{path}");
        let again = ask(header::IF_NONE_MATCH.as_str(), first.header("etag")).await;
        assert_eq!((again.status, again.text.as_str()), (304, ""), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn silence_of_the_incidents_service_is_not_taken_for_health() {
    for engine in both() {
        let stage = Stage::new(engine);
        let empty = stage.see("/api/v2/status.json").await;
        let nothing_known = empty["status"]["description"] == "Status Unknown";
        let well_known = empty["status"]["description"] == "All Systems Operational";
        assert!(nothing_known || well_known, "before the first answer nothing is known: {empty}");
        stage.component("website", "", "operational").await;
        let well = |all: &Value| all["status"]["indicator"] == "none" && all["components"] != json!([]);
        stage.sees("/api/v2/summary.json", well).await;
        stage.silence(true);
        stage.world.clock.advance(Duration::from_secs(299));
        assert!(well(&stage.see("/api/v2/summary.json").await), "what was said a moment ago still holds");
        stage.world.clock.advance(Duration::from_secs(1));
        let unknown = stage.sees("/api/v2/summary.json", |all| all["status"]["description"] == "Status Unknown").await;
        assert_eq!(unknown["status"]["indicator"], "minor", "{engine:?}");
        assert_eq!(unknown["components"][0]["status"], "degraded_performance");
        assert_eq!(unknown["page"]["updated_at"], "2026-11-21T12:00:00.000Z", "as old as the last word");
        stage.silence(false);
        stage.sees("/api/v2/summary.json", well).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_feed_has_what_was_told_the_latest_first() {
    for engine in both() {
        let stage = troubled(engine).await;
        stage.world.clock.advance(Duration::from_secs(60));
        stage.announce("INC-AAAAAA", "resolved", "Over.").await;
        let feed = stage.app.anonymous().get("/feed.atom").await;
        assert_eq!(feed.header("content-type"), "application/atom+xml; charset=utf-8");
        let place = |text: &str| feed.text.find(text).unwrap_or_else(|| panic!("{text}: {}", feed.text));
        assert!(place("Over.") < place("It is &lt;the&gt; bank."));
        assert!(place("<updated>2026-11-21T12:01:00Z</updated>") < place("<entry>"));
        assert_eq!(feed.text, stage.app.anonymous().get("/feed").await.text);
        let ids: BTreeSet<&str> = feed.text.lines().filter(|line| line.starts_with("<id>urn:uuid:")).collect();
        assert_eq!(ids.len(), 3, "{engine:?}");
    }
}

/// The recordings of real pages, on machines that have them.
#[expect(clippy::disallowed_methods, reason = "tests have no settings; what they need of the machine is said so")]
fn recordings() -> Option<PathBuf> {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/fixtures");
    let named = std::env::var("POLYSTATUS_FIXTURES").ok().filter(|value| !value.is_empty());
    let folder = named.map_or_else(beside, PathBuf::from).join("providers/statuspage");
    folder.is_dir().then_some(folder)
}

#[tokio::test(flavor = "multi_thread")]
async fn our_documents_have_the_keys_of_real_ones() {
    let stage = troubled(Engine::Sqlite).await;
    let ours = stage.see("/api/v2/summary.json").await;
    let parts = |all: &Value| {
        let first = |list: &Value| list.get(0).cloned().unwrap_or_default();
        let incident = first(&all["incidents"]);
        let plain = all["components"].as_array().into_iter().flatten().find(|one| one["group"] == false);
        let group = all["components"].as_array().into_iter().flatten().find(|one| one["group"] == true);
        [
            all.clone(),
            all["page"].clone(),
            all["status"].clone(),
            plain.cloned().unwrap_or_default(),
            group.cloned().unwrap_or_default(),
            incident.clone(),
            first(&incident["incident_updates"]),
        ]
    };
    let own = parts(&ours);
    let mut read = 0;
    for file in recordings().into_iter().flat_map(|folder| std::fs::read_dir(folder).unwrap()) {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        let Ok(real) = serde_json::from_str::<Value>(&text) else { continue };
        if real.get("status").is_none() {
            continue;
        }
        read += 1;
        for (real, own) in parts(&real).iter().zip(&own).filter(|(real, _)| real.is_object()) {
            let missing: Vec<&str> = keys(real).difference(&keys(own)).copied().collect();
            // Newer pages have it, older ones not; nobody says what for.
            assert!(missing.iter().all(|key| *key == "reminder_intervals"), "{missing:?}");
        }
    }
    println!("{read} recordings of Statuspage pages have no key that ours lacks");
    let strange: Vec<&str> =
        keys(&own[5]).into_iter().filter(|key| ["started_at", "page_id"].contains(key)).collect();
    assert_eq!(strange.len(), 2);
}
