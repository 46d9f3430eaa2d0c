//! The derived status as a table: what is known of a component, and what follows.

use crate::stage::Stage;
use contracts::Level::{self, DegradedPerformance, MajorOutage, PartialOutage};
use kit_base::Role;
use kit_testkit::{Engine, both};
use serde_json::json;

/// What is known: a status set by hand, the severity of an incident that a person opened, whether it is worked on, a
/// signal about itself, a signal about what it needs of a provider, a signal about what it needs of ours, and whether the
/// provider is read. Then the status, and where its first reason comes from.
type Row<'a> =
    (Option<&'a str>, Option<i64>, bool, Option<Level>, Option<Level>, Option<Level>, bool, &'a str, &'a str);

const TABLE: &[Row<'_>] = &[
    (None, None, false, None, None, None, true, "operational", ""),
    // Each by itself.
    (Some("partial_outage"), None, false, None, None, None, true, "partial_outage", "override"),
    (None, Some(1), false, None, None, None, true, "major_outage", "incident"),
    (None, Some(2), false, None, None, None, true, "partial_outage", "incident"),
    (None, Some(3), false, None, None, None, true, "degraded_performance", "incident"),
    (None, Some(4), false, None, None, None, true, "operational", ""),
    (None, None, true, None, None, None, true, "under_maintenance", "maintenance"),
    (None, None, false, Some(MajorOutage), None, None, true, "major_outage", "csp"),
    (None, None, false, None, Some(PartialOutage), None, true, "partial_outage", "csp"),
    (None, None, false, None, None, Some(DegradedPerformance), true, "degraded_performance", "dependency"),
    (None, None, false, None, None, None, false, "unknown", "watch"),
    // The worst of several, whichever it is.
    (
        Some("degraded_performance"),
        Some(2),
        false,
        None,
        None,
        Some(MajorOutage),
        true,
        "major_outage",
        "dependency",
    ),
    (Some("major_outage"), Some(3), false, Some(PartialOutage), None, None, true, "major_outage", "override"),
    (
        None,
        Some(1),
        false,
        Some(DegradedPerformance),
        Some(PartialOutage),
        None,
        true,
        "major_outage",
        "incident",
    ),
    // By hand it can only get worse.
    (Some("operational"), None, false, Some(PartialOutage), None, None, true, "partial_outage", "csp"),
    // While it is worked on, what is signalled about itself waits; what it needs and what people say count.
    (None, None, true, Some(MajorOutage), None, None, true, "under_maintenance", "maintenance"),
    (None, None, true, Some(MajorOutage), Some(PartialOutage), None, true, "partial_outage", "csp"),
    (None, Some(1), true, None, None, None, true, "major_outage", "incident"),
    (Some("partial_outage"), None, true, None, None, None, true, "partial_outage", "override"),
    // What nobody can tell is worse than well and better than anything that is known.
    (None, None, true, None, None, None, false, "under_maintenance", "maintenance"),
    (None, None, false, Some(DegradedPerformance), None, None, false, "degraded_performance", "csp"),
    (Some("operational"), None, false, None, None, None, false, "unknown", "watch"),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_status_follows_from_what_is_known() {
    for engine in both() {
        for (number, row) in TABLE.iter().enumerate() {
            let (status, source) = (row.7, row.8);
            let shop = known(engine, row).await;
            let first = shop["because"][0]["source"].as_str().unwrap_or_default();
            assert_eq!(
                (shop["status"].as_str(), first),
                (Some(status), source),
                "row {number} on {engine:?}: {shop}"
            );
        }
    }
}

/// A shop that needs a component of ours and one of a provider, and of which this is known.
async fn known(engine: Engine, row: &Row<'_>) -> serde_json::Value {
    let (by_hand, sev, worked_on, own, foreign, ours, is_read, ..) = *row;
    let stage = Stage::new(engine);
    let responder = stage.app.role(Role::Responder);
    if is_read {
        stage.watch(None, false).await;
    }
    stage.component("database", &[]).await;
    stage.component("shop", &["database", "github:actions"]).await;
    if worked_on {
        let now = stage.world.clock.now();
        let end = now.plus(std::time::Duration::from_secs(3600)).to_string();
        let window =
            json!({ "title": "Move", "components": ["shop"], "starts_at": now.to_string(), "ends_at": end });
        let planned = responder.post("/api/v1/maintenances", window).await;
        assert_eq!(planned.status, 201, "{}", planned.text);
        stage.until_reason("shop", "maintenance").await;
    }
    for (component, level) in [("shop", own), ("github:actions", foreign), ("database", ours)] {
        if level.is_some() {
            stage.signal(component, level).await;
        }
    }
    if let Some(sev) = sev {
        stage.open(json!({ "title": "Said by a person", "sev": sev, "services": ["shop"] })).await;
    }
    if let Some(status) = by_hand {
        let set = json!({ "status": status, "note": "Said by hand" });
        assert_eq!(responder.post("/api/v1/components/shop/override", set).await.status, 200);
    }
    stage.see("shop").await
}
