//! Every service as a process of its own: they find each other, bear each other's absence, and lose nothing.

use kit_testkit::Engine;
use serde_json::json;

use crate::common::{Cluster, until};

const QUICK: [(&str, &str); 2] =
    [("POLYSTATUS_INCIDENTS__OPEN_AT_MAJOR_AFTER", "0s"), ("POLYSTATUS_PROVIDERS__INTERVAL", "200ms")];

/// Each in turn is killed: the others serve, the page says what is missing, and what was told meanwhile arrives.
#[tokio::test]
async fn one_service_is_killed_and_comes_back_and_nothing_is_lost() {
    let mut cluster = Cluster::new(Engine::Sqlite, &QUICK);
    cluster.start().await;
    let incidents = cluster.administrator("incidents").await;
    incidents.create("/api/v1/components", json!({ "slug": "shop", "name": "Shop" })).await;
    cluster.at("frontend").page_says(&["All systems operational", "Shop"]).await;

    cluster.kill("incidents").await;
    // What the page knows it goes on showing, and says from whom it hears nothing.
    let page = cluster.at("frontend").page_says(&["Shop", "No news of"]).await;
    assert!(!page.contains("All systems operational"), "{page}");
    for service in ["identity", "providers", "communications", "flags", "comments", "reports", "frontend"] {
        cluster.is_ready(service).await;
    }
    cluster.run("incidents").await;
    cluster.at("frontend").page_says(&["All systems operational", "Shop"]).await;

    // Without identity nobody is known: what everybody may see is seen, what needs a name is put off.
    cluster.kill("identity").await;
    assert_eq!(cluster.at("incidents").get("/api/v1/components").await.status, 200);
    until("a token cannot be checked", async || {
        let refused = incidents.post("/api/v1/incidents", json!({ "title": "t", "sev": 1 })).await;
        (refused.status == 503).then_some(())
    })
    .await;
    cluster.run("identity").await;
    incidents
        .create("/api/v1/incidents", json!({ "title": "Too slow", "sev": 3, "services": ["shop"] }))
        .await;
    cluster.at("frontend").page_says(&["Too slow"]).await;

    for (service, said) in cluster.stop().await {
        assert!(!said.contains("ERROR"), "{service}: {said}");
    }
}

/// The key is what services know each other by, so none is made where they run apart.
#[tokio::test]
async fn services_that_run_apart_need_the_same_key_and_known_names() {
    let place = crate::common::Place::new();
    let ended = place.launch(&["serve", "--services", "flags"]).run().await;
    assert_eq!(ended.code, Some(1));
    assert!(
        ended.err.contains("SECRET_KEY is not set: services that run apart must share it"),
        "{}",
        ended.err
    );
    let ended = place.launch(&["serve", "--services", "flog"]).run().await;
    assert!(
        ended.err.contains("there is no service \"flog\"; choose of identity, incidents"),
        "{}",
        ended.err
    );
    let bad = place
        .launch(&["serve", "--services", "flags"])
        .set("SECRET_KEY", crate::common::SECRET_KEY)
        .set("POLYSTATUS_PEERS__IDENTITY", "identity:8080");
    let ended = bad.run().await;
    assert!(ended.err.contains("peers.identity is \"identity:8080\""), "{}", ended.err);
}
