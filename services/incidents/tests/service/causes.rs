//! One outage of something shared is one incident, whoever saw it first.

use crate::stage::Stage;
use contracts::Level;
use kit_base::Role;
use kit_testkit::{Engine, both};
use serde_json::{Value, json};

/// Components that need the provider, some of them through others.
const DEPENDENTS: usize = 40;

async fn forty(engine: Engine) -> (Stage, Vec<String>) {
    let stage = Stage::new(engine);
    stage.watch(None, false).await;
    let names: Vec<String> = (0..DEPENDENTS).map(|n| format!("c{n:02}")).collect();
    for (n, name) in names.iter().enumerate() {
        // The first half needs the provider itself, the second half needs the first.
        let needed = match n.checked_sub(DEPENDENTS / 2) {
            None => "github:actions".to_owned(),
            Some(first) => format!("c{first:02}"),
        };
        stage.component(name, &[&needed]).await;
    }
    (stage, names)
}

async fn going_on(stage: &Stage) -> Vec<Value> {
    let mut all = stage.incidents().await;
    all.retain(|incident| incident["status"] != "resolved");
    all
}

fn sorted(services: &Value) -> Vec<String> {
    let mut all: Vec<String> =
        services.as_array().unwrap().iter().map(|one| one.as_str().unwrap().to_owned()).collect();
    all.sort();
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn one_outage_of_a_provider_is_one_incident_for_forty_that_need_it() {
    for engine in both() {
        let (stage, names) = forty(engine).await;
        stage.signal("github:actions", Some(Level::MajorOutage)).await;
        for name in &names {
            stage.signal(name, Some(Level::MajorOutage)).await;
        }
        let all = stage.incidents().await;
        assert_eq!(all.len(), 1, "{engine:?}");
        assert_eq!(
            (&all[0]["title"], sorted(&all[0]["services"])),
            (&json!("github:actions is in trouble"), names.clone())
        );
        let lines = all[0]["timeline"].as_array().unwrap();
        let signals = lines.iter().filter(|line| line["type"] == "signal").count();
        assert_eq!(signals, DEPENDENTS + 1, "each signal is evidence once");
        let seen: Vec<&Value> = lines.iter().filter(|line| line["type"] == "status").collect();
        assert_eq!(seen.len(), 1, "what all of them became is told once: {seen:?}");
        assert!(seen[0]["message"].as_str().unwrap().ends_with("and 30 more."), "{}", seen[0]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn incidents_that_turn_out_to_have_one_cause_become_one() {
    for engine in both() {
        let (stage, names) = forty(engine).await;
        for name in &names {
            stage.signal(name, Some(Level::PartialOutage)).await;
        }
        stage.world.clock.advance(std::time::Duration::from_secs(120));
        stage.until_incidents(DEPENDENTS / 2).await;
        assert_eq!(
            going_on(&stage).await.len(),
            DEPENDENTS / 2,
            "what needs a failing one of ours joins it on {engine:?}"
        );
        stage.signal("github:actions", Some(Level::MajorOutage)).await;
        let left = going_on(&stage).await;
        assert_eq!(left.len(), 1, "{engine:?}");
        assert_eq!((sorted(&left[0]["services"]), &left[0]["sev"]), (names.clone(), &json!(1)));
        let merged =
            stage.incidents().await.into_iter().filter(|one| one["merged_into"] == left[0]["id"]).count();
        assert_eq!(merged, DEPENDENTS / 2 - 1);
        for name in names.iter().map(String::as_str).chain(["github:actions"]) {
            stage.signal(name, None).await;
        }
        stage.world.clock.advance(std::time::Duration::from_secs(300));
        stage.until_status(left[0]["id"].as_str().unwrap(), "mitigated").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_for_itself_is_an_incident_of_its_own() {
    for engine in both() {
        let stage = Stage::new(engine);
        stage.component("database", &[]).await;
        stage.component("shop", &["database"]).await;
        stage.component("mail", &[]).await;
        stage.signal("mail", Some(Level::MajorOutage)).await;
        stage.signal("shop", Some(Level::MajorOutage)).await;
        assert_eq!(stage.incidents().await.len(), 2, "{engine:?}");
        stage.world.clock.advance(std::time::Duration::from_secs(2 * 3600));
        stage.signal("database", Some(Level::MajorOutage)).await;
        let all = stage.incidents().await;
        assert_eq!(all.len(), 3, "what began two hours before is of another cause on {engine:?}");
        let responder = stage.app.role(Role::Responder);
        let team = responder.get(&format!("/api/v1/incidents/{}", all[0]["id"].as_str().unwrap())).await.json;
        let evidence =
            team["timeline"].as_array().unwrap().iter().find(|line| line["type"] == "signal").unwrap();
        assert_eq!(evidence["evidence"], json!({ "kind": "signal", "id": "csp/database" }));
    }
}
