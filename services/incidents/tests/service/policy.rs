//! What components make of signals: their own rules, proposals, and signals that come and go.

use std::time::Duration;

use crate::stage::Stage;
use contracts::Level;
use kit_base::Role;
use kit_testkit::{Engine, both};
use serde_json::{Value, json};

fn signal(source: &str, component: &str, level: Level) -> Value {
    json!({ "source": source, "key": component, "component": component, "level": level, "title": format!("{source} sees it") })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_component_believes_the_watchers_that_its_policy_names_when_enough_agree_for_long_enough() {
    for engine in both() {
        let stage = Stage::new(engine);
        let (manager, responder) = (stage.app.role(Role::Manager), stage.app.role(Role::Responder));
        let rules = json!([
            { "level": "degraded_performance", "sources": ["probe"], "then": "status" },
            { "level": "partial_outage", "at_least": 2, "for_seconds": 60, "then": "open" },
        ]);
        let shop = json!({ "slug": "shop", "name": "Shop", "policy": { "rules": rules } });
        assert_eq!(manager.post("/api/v1/components", shop).await.status, 201);

        responder.post("/api/v1/signals", signal("reports", "shop", Level::MajorOutage)).await;
        assert_eq!(
            stage.status("shop").await,
            "operational",
            "visitors alone are not believed on {engine:?}"
        );
        responder.post("/api/v1/signals", signal("probe", "shop", Level::PartialOutage)).await;
        assert_eq!(stage.status("shop").await, "partial_outage");
        assert_eq!(stage.incidents().await.len(), 0, "not for long enough");
        stage.world.clock.advance(Duration::from_secs(60));
        let opened = stage.incident_becomes("open").await;
        assert_eq!(opened["sev"], 1, "both are evidence now: {opened}");
        assert_eq!(stage.status("shop").await, "major_outage", "two agree, so what visitors say counts too");

        let reset = json!({ "name": "Shop", "policy": { "rules": [] } });
        let reset = manager.put("/api/v1/components/shop", reset).await;
        assert_eq!(reset.json["policy"], Value::Null, "no rules are the default ones: {}", reset.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_slow_is_proposed_and_a_person_decides() {
    for engine in both() {
        let stage = Stage::new(engine);
        stage.component("shop", &[]).await;
        stage.component("cart", &["shop"]).await;
        stage.component("mail", &[]).await;
        let responder = stage.app.role(Role::Responder);
        let proposals = async || responder.get("/api/v1/incidents/proposals").await.json["results"].clone();
        responder.post("/api/v1/signals", signal("probe", "shop", Level::DegradedPerformance)).await;
        responder.post("/api/v1/signals", signal("probe", "mail", Level::DegradedPerformance)).await;
        let listed = proposals().await;
        assert_eq!(listed.as_array().map(Vec::len), Some(2), "{engine:?}: {listed}");
        let shop = listed.as_array().unwrap().iter().find(|one| one["cause"] == "shop").unwrap();
        assert_eq!((&shop["sev"], &shop["services"]), (&json!(3), &json!(["shop", "cart"])));

        let dismissed = json!({ "cause": "mail", "decision": "dismiss" });
        let left = responder.post("/api/v1/incidents/proposals", dismissed.clone()).await;
        assert_eq!((left.status, left.json["count"].as_u64()), (200, Some(1)));
        let again = responder.post("/api/v1/incidents/proposals", dismissed).await;
        assert_eq!(again.json["cause"][0], "Nothing is proposed about \"mail\".");
        assert_eq!(stage.status("mail").await, "degraded_performance", "it is slow all the same");

        let open = json!({ "cause": "shop", "decision": "open" });
        let opened = responder.post("/api/v1/incidents/proposals", open).await;
        assert_eq!((opened.status, opened.json["source"].as_str()), (201, Some("probe")), "{}", opened.text);
        assert_eq!(proposals().await, json!([]));

        let mut clear = signal("probe", "mail", Level::DegradedPerformance);
        clear["state"] = json!("cleared");
        responder.post("/api/v1/signals", clear).await;
        responder.post("/api/v1/signals", signal("probe", "mail", Level::DegradedPerformance)).await;
        assert_eq!(proposals().await[0]["cause"], "mail", "what comes back is proposed anew");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signal_that_comes_and_goes_is_held_until_it_has_been_clear_for_a_while() {
    for engine in both() {
        let stage = Stage::new(engine);
        let damping = json!({ "turns": 4, "within_seconds": 300, "calm_seconds": 120 });
        let shop = json!({ "slug": "shop", "name": "Shop", "policy": { "rules": [], "damping": damping } });
        assert_eq!(stage.app.role(Role::Manager).post("/api/v1/components", shop).await.status, 201);
        for n in 0..2 {
            stage.signal("shop", Some(Level::MajorOutage)).await;
            stage.world.clock.advance(Duration::from_secs(10));
            stage.signal("shop", None).await;
            let expected = if n == 0 { "operational" } else { "major_outage" };
            assert_eq!(stage.status("shop").await, expected, "turn {n} on {engine:?}");
            stage.world.clock.advance(Duration::from_secs(10));
        }
        let held = stage.app.role(Role::Viewer).get("/api/v1/signals").await.json;
        assert_eq!(
            (&held["results"][0]["flapping"], &held["results"][0]["state"]),
            (&json!(true), &json!("raised"))
        );
        stage.signal("shop", Some(Level::MajorOutage)).await;
        stage.signal("shop", None).await;
        stage.world.clock.advance(Duration::from_secs(121));
        stage.until("shop", "operational").await;
        let opened = stage.incidents().await;
        assert_eq!(opened.len(), 1, "one incident for all of it: {opened:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_policy_and_a_bad_signal_are_told_by_the_way_to_the_mistake() {
    let stage = Stage::new(Engine::Sqlite);
    let manager = stage.app.role(Role::Manager);
    let rules = json!([{ "level": "down", "at_least": 0, "then": "open" }]);
    let bad = json!({ "slug": "shop", "name": "Shop", "links": [{ "title": "Runbook", "url": "ftp://x" }],
                      "start_date": "2026-02-30", "policy": { "rules": rules } });
    let told = manager.post("/api/v1/components", bad).await;
    let fields: Vec<&String> = told.json.as_object().unwrap().keys().collect();
    let expected = ["links.0.url", "start_date", "policy.rules.0.level", "policy.rules.0.at_least"];
    assert_eq!((told.status, fields), (400, expected.map(str::to_owned).iter().collect::<Vec<_>>()));

    let responder = stage.app.role(Role::Responder);
    let unknown = responder.post("/api/v1/signals", signal("probe", "nothing", Level::MajorOutage)).await;
    assert_eq!(unknown.json["component"][0], "There is no component with the slug nothing.");
    stage.component("shop", &[]).await;
    let mut early = signal("probe", "shop", Level::MajorOutage);
    early["since"] = json!(stage.world.clock.now().plus(Duration::from_secs(120)).to_string());
    assert_eq!(responder.post("/api/v1/signals", early).await.json["since"][0], "It lies in the future.");
    let mut late = signal("probe", "shop", Level::MajorOutage);
    late["expires_at"] = json!(stage.world.clock.now().to_string());
    assert_eq!(responder.post("/api/v1/signals", late).await.status, 400);
    assert_eq!(
        stage.app.role(Role::Viewer).get("/api/v1/signals").await.json["count"],
        0,
        "nothing was kept"
    );
}
