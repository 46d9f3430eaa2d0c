//! Components: what they depend on, how they are and why, and who sees them.

use crate::stage::Stage;
use contracts::Level;
use kit_base::Role;
use kit_testkit::{both, prepare_all};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_status_follows_what_the_component_needs_and_says_why() {
    for engine in both() {
        let stage = Stage::new(engine);
        stage.component("ci", &["github:actions"]).await;
        stage.component("releases", &["ci"]).await;
        assert_eq!(stage.status("ci").await, "unknown", "nobody has read github yet");
        assert_eq!(stage.status("releases").await, "unknown");

        stage.watch(Some(&["actions", "pages"]), false).await;
        assert_eq!(stage.status("ci").await, "operational");
        assert_eq!(stage.see("ci").await["because"], json!([]));

        stage.signal("github:actions", Some(Level::PartialOutage)).await;
        let (ci, releases) = (stage.see("ci").await, stage.see("releases").await);
        assert_eq!(ci["status"], "partial_outage", "{engine:?}");
        assert_eq!(ci["because"][0]["source"], "csp");
        assert_eq!(ci["because"][0]["component"], "github:actions");
        assert_eq!(ci["because"][0]["evidence_url"], "https://status.example.org/1");
        assert_eq!(releases["status"], "partial_outage");
        assert_eq!(releases["because"][0]["source"], "dependency");
        assert_eq!(releases["because"][0]["title"], "CI: github:actions is in trouble");

        stage.signal("github:actions", None).await;
        assert_eq!((stage.status("ci").await, stage.status("releases").await).1, "operational");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_out_of_sight_is_remarked_and_what_was_never_seen_is_unknown() {
    for engine in both() {
        let stage = Stage::new(engine);
        stage.watch(Some(&["actions"]), false).await;
        stage.component("ci", &["github:actions"]).await;
        stage.component("typo", &["github:actoins"]).await;
        assert_eq!(stage.status("ci").await, "operational");
        let typo = stage.see("typo").await;
        assert_eq!(
            (typo["status"].as_str(), typo["because"][0]["title"].as_str()),
            (Some("unknown"), Some("GitHub names no component actoins"))
        );

        stage.watch(Some(&["actions"]), true).await;
        let ci = stage.see("ci").await;
        assert_eq!(ci["status"], "operational", "a feed that breaks does not turn our page");
        assert_eq!(ci["because"][0]["level"], "unknown");
        assert_eq!(ci["because"][0]["title"], "GitHub: no reading (the feed is HTML)");

        stage.watch(Some(&["actions"]), false).await;
        assert_eq!(stage.see("ci").await["because"], json!([]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_status_is_the_worst_of_signals_incidents_and_a_hand() {
    for engine in both() {
        let stage = Stage::new(engine);
        stage.component("shop", &[]).await;
        let responder = stage.app.role(Role::Responder);
        let set = json!({ "status": "under_maintenance", "note": "New database" });
        let reply = responder.post("/api/v1/components/shop/override", set).await;
        assert_eq!(reply.json["status"], "under_maintenance", "{engine:?}: {}", reply.text);

        let opened = stage.open(json!({ "title": "Shop is slow", "sev": 3, "services": ["shop"] })).await;
        let shop = stage.see("shop").await;
        assert_eq!(shop["status"], "degraded_performance");
        let sources: Vec<&str> = shop["because"]
            .as_array()
            .unwrap()
            .iter()
            .map(|reason| reason["source"].as_str().unwrap())
            .collect();
        assert_eq!(sources, ["incident", "override"]);

        stage.signal("shop", Some(Level::MajorOutage)).await;
        assert_eq!(stage.status("shop").await, "major_outage");
        stage.signal("shop", None).await;
        let path = format!("/api/v1/incidents/{}/status", opened["id"].as_str().unwrap());
        responder.post(&path, json!({ "status": "resolved" })).await;
        assert_eq!(stage.status("shop").await, "under_maintenance");
        responder.delete("/api/v1/components/shop/override").await;
        assert_eq!(stage.status("shop").await, "operational");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_override_ends_by_itself() {
    let stage = Stage::new(kit_testkit::Engine::Sqlite);
    stage.component("shop", &[]).await;
    let until = stage.world.clock.now().plus(std::time::Duration::from_secs(60));
    let set = json!({ "status": "major_outage", "note": "Drill", "until": until.to_string() });
    stage.app.role(Role::Responder).post("/api/v1/components/shop/override", set).await;
    assert_eq!(stage.status("shop").await, "major_outage");
    stage.world.clock.advance(std::time::Duration::from_secs(61));
    let lifted = async {
        while stage.status("shop").await != "operational" {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), lifted).await.expect("the override ends");
}

#[tokio::test(flavor = "multi_thread")]
async fn dependencies_must_exist_and_may_not_go_in_a_circle() {
    for engine in both() {
        let stage = Stage::new(engine);
        stage.component("a", &[]).await;
        stage.component("b", &["a"]).await;
        stage.component("c", &["b", "github:pages"]).await;
        let manager = stage.app.role(Role::Manager);
        let circle = manager.put("/api/v1/components/a", json!({ "name": "A", "depends_on": ["c"] })).await;
        assert_eq!(circle.status, 400);
        assert_eq!(circle.json["depends_on"][0], "The dependencies would go in a circle: a → c → b → a.");
        let missing = manager.put("/api/v1/components/a", json!({ "name": "A", "depends_on": ["x"] })).await;
        assert_eq!(missing.json["depends_on"][0], "There is no component with the slug x.");
        let needed = manager.delete("/api/v1/components/a").await;
        assert_eq!(
            (needed.status, needed.json["detail"].as_str().unwrap().contains("b depends on it")),
            (409, true)
        );
        assert_eq!(manager.delete("/api/v1/components/c").await.status, 204);
        assert_eq!(manager.delete("/api/v1/components/c").await.status, 404);
        let unchanged = stage.see("a").await;
        assert_eq!(unchanged["depends_on"], json!([]), "a refused change leaves no trace on {engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_public_sees_public_components_in_the_order_of_the_page() {
    for engine in both() {
        let stage = Stage::new(engine);
        let manager = stage.app.role(Role::Manager);
        for (slug, group, position, visibility) in [
            ("z", "One", 1, "public"),
            ("y", "One", 0, "public"),
            ("x", "Two", 0, "public"),
            ("i", "One", 0, "internal"),
        ] {
            let body = json!({ "slug": slug, "name": slug, "group": group, "position": position, "visibility": visibility });
            assert_eq!(manager.post("/api/v1/components", body).await.status, 201);
        }
        let slugs = |reply: kit_testkit::TestReply| -> Vec<String> {
            let all = reply.json["results"].as_array().unwrap().clone();
            all.iter().map(|component| component["slug"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(
            slugs(stage.app.anonymous().get("/api/v1/components").await),
            ["y", "z", "x"],
            "{engine:?}"
        );
        assert_eq!(slugs(manager.get("/api/v1/components/").await), ["i", "y", "z", "x"], "{engine:?}");
        assert_eq!(stage.app.anonymous().get("/api/v1/components/i").await.status, 404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_public_does_not_learn_of_internal_components_from_those_that_need_them() {
    for engine in both() {
        let stage = Stage::new(engine);
        let manager = stage.app.role(Role::Manager);
        let vault = json!({ "slug": "vault", "name": "Secret vault", "visibility": "internal" });
        assert_eq!(manager.post("/api/v1/components", vault).await.status, 201);
        stage.component("shop", &["vault"]).await;
        stage.component("far", &["shop"]).await;
        stage.signal("vault", Some(Level::MajorOutage)).await;
        for slug in ["shop", "far"] {
            let seen = stage.see(slug).await;
            assert_eq!(seen["status"], "major_outage", "{engine:?}");
            let (text, list) = (seen.to_string(), stage.app.anonymous().get("/api/v1/components").await.text);
            assert!(
                !text.to_lowercase().contains("vault") && !list.to_lowercase().contains("vault"),
                "{text}"
            );
            assert!(!text.contains("status.example.org"), "{text}");
        }
        let team = manager.get("/api/v1/components/shop").await.json;
        assert_eq!(
            (&team["depends_on"], &team["because"][0]["component"]),
            (&json!(["vault"]), &json!("vault"))
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_body_is_told_field_by_field() {
    let stage = Stage::new(kit_testkit::Engine::Sqlite);
    let manager = stage.app.role(Role::Manager);
    let bad = json!({ "slug": "No Good", "position": "x", "depends_on": ["a b"], "visibility": "secret" });
    let reply = manager.post("/api/v1/components", bad).await;
    let fields: Vec<&String> = reply.json.as_object().unwrap().keys().collect();
    assert_eq!(
        (reply.status, fields),
        (400, ["slug", "name", "position", "visibility", "depends_on"].map(str::to_owned).iter().collect())
    );
    stage.component("a", &[]).await;
    let again = manager.post("/api/v1/components", json!({ "slug": "a", "name": "A" })).await;
    assert_eq!(again.json["slug"][0], "A component with the slug a already exists.");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_keeps_out_whom_its_rule_keeps_out() {
    let stage = Stage::new(kit_testkit::Engine::Sqlite);
    assert_eq!(stage.app.check_rules().await, 57);
}

#[test]
fn every_statement_prepares_on_both() {
    assert!(prepare_all(env!("CARGO_MANIFEST_DIR"), incidents::MIGRATIONS) > 40);
}
