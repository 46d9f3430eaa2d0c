//! The life of an incident: opened by people or by signals, worked on, ended, and found again.

use std::time::Duration;

use crate::stage::Stage;
use contracts::Level;
use kit_base::Role;
use kit_testkit::{Engine, both};
use serde_json::{Value, json};

const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread")]
async fn people_open_lead_and_close_an_incident() {
    for engine in both() {
        let stage = Stage::new(engine);
        stage.component("shop", &[]).await;
        let responder = stage.app.role(Role::Responder);
        let opened = stage
            .open(
                json!({ "title": "Payments fail", "sev": 2, "services": ["shop"], "summary": "Since noon" }),
            )
            .await;
        let id = opened["id"].as_str().unwrap();
        assert!(id.len() == 12 && id.starts_with("INC-"), "{id}");
        assert_eq!((opened["status"].as_str(), opened["source"].as_str()), (Some("open"), Some("manual")));

        let path = |what: &str| format!("/api/v1/incidents/{id}/{what}");
        let led = responder.post(&path("assign"), json!({ "commander": "ada" })).await;
        assert_eq!((led.status, led.json["commander"].as_str()), (200, Some("ada")));
        for (kind, message) in
            [("update", "We see it."), ("note", "Ask Bob about the cache."), ("mitigation", "Rolled back.")]
        {
            let told = responder.post(&path("timeline"), json!({ "type": kind, "message": message })).await;
            assert_eq!(told.status, 200, "{}", told.text);
        }
        stage.world.clock.advance(MINUTE);
        let mitigated = responder.post(&path("status"), json!({ "status": "mitigated" })).await;
        assert_eq!(mitigated.json["mitigated_at"], stage.world.clock.now().to_string());
        let resolved = responder.post(&path("status"), json!({ "status": "resolved" })).await;
        assert_eq!(resolved.json["resolved_at"], stage.world.clock.now().to_string());
        let learned =
            json!({ "what_happened": "It broke", "root_cause": "A cache", "action_items": ["Test it"] });
        let learned = responder.post(&path("postmortem"), learned).await;
        assert_eq!(learned.json["postmortem"]["action_items"], json!(["Test it"]));
        assert_eq!(learned.json["followers"], json!(["ada", "test-responder"]), "who leads, and who wrote");

        let seen = stage.app.anonymous().get(&format!("/api/v1/incidents/{id}/")).await.json;
        let messages: Vec<&str> = seen["timeline"]
            .as_array()
            .unwrap()
            .iter()
            .map(|entry| entry["message"].as_str().unwrap())
            .collect();
        assert!(
            messages.contains(&"We see it.") && !messages.contains(&"Ask Bob about the cache."),
            "{messages:?}"
        );
        assert_eq!((&seen["commander"], &seen["followers"]), (&Value::Null, &json!([])));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_is_narrowed_and_paged() {
    for engine in both() {
        let stage = Stage::new(engine);
        stage.component("s0", &[]).await;
        stage.component("s1", &[]).await;
        for n in 0..12 {
            stage.open(json!({ "title": format!("Incident {n} 100%"), "sev": n % 4 + 1, "services": [format!("s{}", n % 2)] })).await;
            stage.world.clock.advance(MINUTE);
        }
        let anyone = stage.app.anonymous();
        let count =
            async |query: &str| anyone.get(&format!("/api/v1/incidents?{query}")).await.json["count"].clone();
        assert_eq!(count("").await, 12, "{engine:?}");
        assert_eq!(count("status=open&sev=1").await, 3);
        assert_eq!(count("service=s1").await, 6);
        assert_eq!(count("q=INCIDENT+11").await, 1);
        assert_eq!(count("status=resolved").await, 0);
        let page = anyone.get("/api/v1/incidents?page=2&page_size=5&sev=").await.json;
        assert_eq!(page["results"][0]["title"], "Incident 6 100%", "newest first");
        assert_eq!(page["next"], "http://test/api/v1/incidents?page=3&page_size=5&sev=");
        assert_eq!(anyone.get("/api/v1/incidents?page=9").await.json["detail"], "Invalid page.");
        assert_eq!(anyone.get("/api/v1/incidents?sev=9&status=x").await.status, 400);
        assert_eq!(anyone.get("/api/v1/incidents/INC-NOPE").await.json["detail"], "Not found.");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_incident_whose_signal_stands_does_not_end_by_itself() {
    let stage = Stage::new(Engine::Sqlite);
    stage.watch(None, false).await;
    stage.component("ci", &["github:actions"]).await;
    stage.signal("github:actions", Some(Level::MajorOutage)).await;
    let opened = stage.incident_becomes("open").await;
    let path = format!("/api/v1/incidents/{}/status", opened["id"].as_str().unwrap());
    stage.app.role(Role::Responder).post(&path, json!({ "status": "mitigated" })).await;
    stage.component("shop", &[]).await;
    stage.world.clock.advance(61 * MINUTE);
    // Something else that is due shows that the timer has looked.
    let until = stage.world.clock.now().to_string();
    let set = json!({ "status": "major_outage", "note": "Drill", "until": until });
    stage.app.role(Role::Responder).post("/api/v1/components/shop/override", set).await;
    let lifted = async {
        while stage.status("shop").await != "operational" {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), lifted).await.expect("the timer looks");
    assert_eq!(stage.incident_becomes("mitigated").await["resolved_at"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_incident_is_told_field_by_field() {
    let stage = Stage::new(Engine::Sqlite);
    let reply = stage
        .app
        .role(Role::Responder)
        .post("/api/v1/incidents", json!({ "sev": 5, "source": "moon" }))
        .await;
    let fields: Vec<&String> = reply.json.as_object().unwrap().keys().collect();
    assert_eq!((reply.status, fields), (400, ["title", "sev", "source"].map(str::to_owned).iter().collect()));
}

/// The main story: a provider with many parts fails, one incident is opened for all of them, and silence ends it.
#[tokio::test(flavor = "multi_thread")]
async fn one_provider_outage_is_one_incident_from_first_signal_to_silence() {
    for engine in both() {
        let stage = Stage::new(engine);
        stage.watch(None, false).await;
        stage.component("ci", &["github:actions"]).await;
        stage.component("site", &["github:pages"]).await;
        stage.component("far", &["ci"]).await;

        stage.signal("github:pages", Some(Level::DegradedPerformance)).await;
        stage.signal("github:unrelated", Some(Level::MajorOutage)).await;
        stage.world.clock.advance(10 * MINUTE);
        assert_eq!(
            stage.incidents().await,
            Vec::<Value>::new(),
            "slow is for people; what we do not use is no matter"
        );
        stage.signal("github:actions", Some(Level::PartialOutage)).await;
        assert_eq!(stage.incidents().await, Vec::<Value>::new(), "not yet: it may pass");
        stage.world.clock.advance(2 * MINUTE);
        let opened = stage.incident_becomes("open").await;
        assert_eq!(opened["source"], "csp");
        assert_eq!(
            (&opened["sev"], &opened["title"]),
            (&json!(2), &json!("github:actions is in trouble")),
            "{engine:?}"
        );
        assert_eq!(opened["services"], json!(["ci", "far", "site"]), "the slow part of the same cause joins");

        stage.signal("github:actions", Some(Level::MajorOutage)).await;
        assert_eq!(stage.incident_becomes("open").await["sev"], 1, "it got worse");
        stage.signal("github:actions", None).await;
        stage.signal("github:pages", None).await;
        assert_eq!(stage.status("ci").await, "operational", "the page follows the feed at once");
        stage.world.clock.advance(5 * MINUTE);
        stage.incident_becomes("mitigated").await;

        stage.signal("github:actions", Some(Level::PartialOutage)).await;
        stage.incident_becomes("open").await;
        stage.signal("github:actions", None).await;
        stage.world.clock.advance(5 * MINUTE);
        stage.incident_becomes("mitigated").await;
        stage.world.clock.advance(60 * MINUTE);
        let ended = stage.incident_becomes("resolved").await;
        let messages: Vec<&str> = ended["timeline"]
            .as_array()
            .unwrap()
            .iter()
            .map(|entry| entry["message"].as_str().unwrap())
            .collect();
        assert!(messages.contains(&"The trouble is back."), "{messages:?}");
        assert_eq!(messages.last(), Some(&"It has not come back: resolved."));

        stage.signal("github:actions", Some(Level::MajorOutage)).await;
        assert_eq!(stage.incidents().await.len(), 2, "a new outage is a new incident, at once");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signal_told_again_is_the_same_signal_and_expires_when_it_is_not() {
    for engine in both() {
        let stage = Stage::new(engine);
        stage.component("shop", &[]).await;
        let responder = stage.app.role(Role::Responder);
        let until = stage.world.clock.now().plus(MINUTE).to_string();
        let signal = json!({ "source": "probe", "key": "shop-http", "component": "shop", "level": "major_outage",
                             "title": "Shop does not answer", "expires_at": until });
        assert_eq!(responder.post("/api/v1/signals", signal.clone()).await.status, 201, "{engine:?}");
        let mut renewed = signal;
        renewed["expires_at"] = stage.world.clock.now().plus(2 * MINUTE).to_string().into();
        let again = responder.post("/api/v1/signals", renewed).await;
        assert_eq!(again.status, 200);
        let opened = stage.incident_becomes("open").await;
        assert_eq!(again.json["incident"], opened["id"]);
        let signals =
            opened["timeline"].as_array().unwrap().iter().filter(|entry| entry["type"] == "signal").count();
        assert_eq!(signals, 1, "told twice, written once");
        assert_eq!(stage.status("shop").await, "major_outage");
        stage.world.clock.advance(2 * MINUTE);
        stage.world.clock.advance(5 * MINUTE);
        let cleared = async {
            while stage.status("shop").await != "operational" {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), cleared).await.expect("the signal expires");
        let active = stage.app.role(Role::Viewer).get("/api/v1/signals?active=true").await;
        assert_eq!(active.json["count"], 0);
    }
}
