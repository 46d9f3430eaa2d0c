//! Telling the public: what is told, what stays inside, and what happens when the incidents service is silent.

use kit_base::Role;
use kit_testkit::both;
use serde_json::{Value, json};

use crate::stage::Stage;

#[tokio::test(flavor = "multi_thread")]
async fn an_announcement_is_told_and_seen() {
    for engine in both() {
        let stage = Stage::new(engine);
        stage.incident("INC-AAAAAA", 2, "open", &["shop"]).await;
        stage.sees("/api/v1/public/status", |page| page["count"] == 1).await;
        let before = stage.see("/api/v1/public/status").await;
        assert_eq!(before["results"][0]["last_public"], Value::Null);
        stage.announce("INC-AAAAAA", "investigating", "We look into it.").await;
        let told = stage.announce("INC-AAAAAA", "identified", " It is the <b>bank</b>. ").await;
        assert_eq!(told["ts"], "2026-11-21T12:00:00Z");
        assert_eq!(told["message"], "It is the <b>bank</b>.");
        assert_eq!(told["state"], "identified");
        assert_eq!(told["reach"], json!({ "mails": 0, "webhooks": 0 }));
        let page = stage.see("/api/v1/public/status").await;
        let last = json!({ "ts": told["ts"], "message": told["message"], "state": "identified" });
        let shown = json!({ "id": "INC-AAAAAA", "title": "Trouble with INC-AAAAAA", "sev": 2, "status": "open", "last_public": last });
        assert_eq!(page["results"], json!([shown]), "{engine:?}");
        let all = stage.see("/api/v1/public/announcements?incident_id=INC-AAAAAA").await;
        let states: Vec<&Value> = all["results"].as_array().unwrap().iter().map(|told| &told["state"]).collect();
        assert_eq!(states, ["identified", "investigating"]);
        assert_eq!(stage.see("/api/v1/public/announcements?incident_id=INC-BBBBBB").await["count"], 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_told_by_field() {
    for engine in both() {
        let stage = Stage::new(engine);
        stage.incident("INC-AAAAAA", 2, "open", &[]).await;
        let responder = stage.app.role(Role::Responder);
        let good = json!({ "incident_id": "INC-AAAAAA", "message": "m", "state": "resolved" });
        let long = "x".repeat(5001);
        for (field, value) in [
            ("incident_id", json!(null)),
            ("incident_id", json!("")),
            ("incident_id", json!("INC-ZZZZZZ")),
            ("incident_id", json!("../components")),
            ("incident_id", json!("x?status=open")),
            ("incident_id", json!(["INC-AAAAAA"])),
            ("message", json!("  ")),
            ("message", json!(long)),
            ("message", json!({ "a": 1 })),
            ("message", json!("a\u{0}b")),
            ("state", json!("open")),
            ("state", json!("Resolved")),
            ("state", json!(1)),
            ("state", json!(null)),
        ] {
            let mut body = good.clone();
            body[field] = value.clone();
            let reply = responder.post("/api/v1/public/announce", body).await;
            assert_eq!(reply.status, 400, "{field} {value}: {}", reply.text);
            assert_eq!(reply.json.as_object().unwrap().keys().collect::<Vec<_>>(), [field], "{}", reply.text);
        }
        assert_eq!(responder.post("/api/v1/public/announce", json!([])).await.status, 400);
        assert_eq!(stage.see("/api/v1/public/announcements").await["count"], 0);
        assert_eq!(responder.post("/api/v1/public/announce", good).await.status, 201);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_incident_that_was_not_heard_of_is_asked_for() {
    for engine in both() {
        let stage = Stage::new(engine);
        stage.shown("INC-AAAAAA", 1, "open", &[]);
        stage.announce("INC-AAAAAA", "investigating", "m").await;
        let page = stage.see("/api/v1/public/status").await;
        assert_eq!(page["results"][0]["last_public"]["message"], "m");
        stage.silence(true);
        let announce = async |id: &str| {
            let body = json!({ "incident_id": id, "message": "n", "state": "resolved" });
            stage.app.role(Role::Responder).post("/api/v1/public/announce", body).await
        };
        assert_eq!(announce("INC-AAAAAA").await.status, 201, "what is known is enough");
        let nobody_knows = announce("INC-BBBBBB").await;
        assert_eq!(nobody_knows.status, 503, "{}", nobody_knows.text);
        assert!(!nobody_knows.header("retry-after").is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_becomes_internal_is_seen_no_longer() {
    for engine in both() {
        let stage = Stage::new(engine);
        stage.incident("INC-AAAAAA", 1, "open", &["shop"]).await;
        stage.announce("INC-AAAAAA", "investigating", "secret after all").await;
        assert!(stage.app.anonymous().get("/feed").await.text.contains("secret after all"));
        stage.hide("INC-AAAAAA").await;
        stage.sees("/api/v1/public/status", |page| page["count"] == 0).await;
        for path in ["/api/v1/public/announcements", "/feed", "/api/v2/incidents.json", "/api/v2/summary.json"] {
            let reply = stage.app.anonymous().get(path).await;
            assert!(reply.status == 200 && !reply.text.contains("secret"), "{path}: {}", reply.text);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn banners_are_shown_from_one_moment_to_another() {
    for engine in both() {
        let stage = Stage::new(engine);
        let manager = stage.app.role(Role::Manager);
        let soon = json!({ "text": "We move.", "level": "warning", "starts_at": "2026-11-21T13:00:00Z",
            "ends_at": "2026-11-21T14:00:00+00:00", "link": "https://example.org/" });
        let banner = manager.post("/api/v1/banners", soon).await;
        assert_eq!(banner.status, 201, "{}", banner.text);
        let path = format!("/api/v1/banners/{}", banner.json["id"].as_str().unwrap());
        let shown = async || stage.see("/api/v1/banners/current").await["count"].clone();
        assert_eq!(shown().await, 0);
        stage.world.clock.advance(std::time::Duration::from_secs(3600));
        assert_eq!(shown().await, 1, "{engine:?}");
        let now = json!({ "text": "We have moved." });
        assert_eq!(manager.put(&path, now).await.json["ends_at"], Value::Null);
        stage.world.clock.advance(std::time::Duration::from_secs(3600));
        let current = stage.see("/api/v1/banners/current").await;
        assert_eq!(current["results"][0]["text"], "We have moved.");
        assert_eq!(current["results"][0]["level"], "info");
        assert_eq!(manager.delete(&path).await.status, 204);
        assert_eq!((shown().await, manager.get(&path).await.status), (json!(0), 404));
        for (field, bad) in [
            ("text", json!({ "text": "" })),
            ("level", json!({ "text": "a", "level": "loud" })),
            ("link", json!({ "text": "a", "link": "javascript:alert(1)" })),
            ("starts_at", json!({ "text": "a", "starts_at": "soon" })),
            ("ends_at", json!({ "text": "a", "starts_at": "2026-11-21T13:00:00Z", "ends_at": "2026-11-21T13:00:00Z" })),
        ] {
            let reply = manager.post("/api/v1/banners", bad).await;
            assert_eq!(reply.status, 400);
            assert!(reply.json[field].is_array(), "{field}: {}", reply.text);
        }
    }
}
