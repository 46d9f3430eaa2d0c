//! What the flags service tells of kill switches, in the timeline of the incident that pulled them.

use crate::stage::Stage;
use contracts::flags::FlagSwitched;
use kit_base::Role;
use kit_testkit::both;
use serde_json::{Value, json};

fn switched(incident: &str, action: &str, component: &str) -> FlagSwitched {
    FlagSwitched {
        flag_set: "default".to_owned(),
        key: "checkout-v2".to_owned(),
        incident_id: incident.to_owned(),
        action: action.to_owned(),
        variant: None,
        component: Some(component.to_owned()),
        reason: format!("component {component}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_switch_stands_in_the_timeline_without_what_is_internal() {
    for engine in both() {
        let stage = Stage::new(engine);
        stage.component("shop", &[]).await;
        let hidden = json!({ "slug": "cache", "name": "Cache", "visibility": "internal" });
        assert_eq!(stage.app.role(Role::Manager).post("/api/v1/components", hidden).await.status, 201);
        let opened = stage.open(json!({ "title": "It burns", "sev": 1, "services": ["shop"] })).await;
        let id = opened["id"].as_str().unwrap();
        stage.say(&switched(id, "disabled", "shop")).await;
        stage.say(&switched(id, "disabled", "cache")).await;
        stage
            .say(&FlagSwitched { variant: Some("off".to_owned()), ..switched(id, "disabled", "shop") })
            .await;
        stage.say(&switched(id, "restored", "shop")).await;
        stage.say(&switched("INC-NONE", "restored", "shop")).await;
        let seen = stage.app.anonymous().get(&format!("/api/v1/incidents/{id}")).await.json;
        let told: Vec<&Value> = seen["timeline"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|entry| entry["type"] == "mitigation")
            .collect();
        let messages: Vec<&str> = told.iter().map(|entry| entry["message"].as_str().unwrap()).collect();
        assert_eq!(
            messages,
            [
                "Flag checkout-v2 disabled by kill switch (component shop).",
                "Flag checkout-v2 disabled by kill switch.",
                "Flag checkout-v2 set to off by kill switch (component shop).",
                "Flag checkout-v2 restored (component shop).",
            ],
            "{engine:?}"
        );
    }
}
