//! A storm of reports becomes a signal, and its end does too.

use std::time::Duration;

use kit_testkit::{Engine, both};
use serde_json::json;

use crate::stage::Stage;

#[tokio::test(flavor = "multi_thread")]
async fn a_storm_is_told_with_the_report_that_makes_it_one_and_as_it_grows() {
    for engine in both() {
        let mut stage = Stage::living(engine);
        stage.storm("shop", 0..5).await;
        assert_eq!(stage.history("shop").await["level"], json!(null), "{engine:?}: five are none");
        for _ in 0..50 {
            stage.report("shop", 0).await;
        }
        assert_eq!(stage.history("shop").await["level"], json!(null), "{engine:?}: nor is one who is loud");
        stage.storm("shop", 5..6).await;
        let history = stage.history("shop").await;
        assert_eq!((&history["level"], &history["recent"]), (&json!("degraded_performance"), &json!(6)));
        assert_eq!(history["since"], "2026-11-21T12:00:00Z");
        stage.storm("shop", 6..40).await;
        let levels = [(6, "degraded_performance"), (12, "partial_outage"), (30, "major_outage")];
        for (count, level) in levels {
            let title = format!("{count} problem reports in 15 minutes, where hardly any are usual");
            assert_eq!(stage.signal().await, format!("shop {level}: {title}"), "{engine:?}");
        }
        let now = "2026-11-21T12:00:00Z";
        let changes: Vec<_> = levels.iter().map(|(_, level)| json!({ "at": now, "level": level })).collect();
        assert_eq!(stage.history("shop").await["changes"], json!(changes), "{engine:?}");
        assert_eq!(stage.history("login").await["level"], json!(null));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_level_outlives_the_process_and_is_cleared_when_reports_have_been_few_for_long_enough() {
    for engine in both() {
        let mut stage = Stage::living(engine);
        stage.storm("shop", 0..8).await;
        assert!(stage.signal().await.starts_with("shop degraded_performance"), "{engine:?}");
        // A quarter later few of them are left, and the wait begins.
        stage = stage.restarted_after(Duration::from_secs(29 * 60));
        let waits = stage.history_when("shop", |shop| shop["recent"] == 1).await;
        assert_eq!(
            (&waits["level"], &waits["since"]),
            (&json!("degraded_performance"), &json!("2026-11-21T12:00:00Z"))
        );
        stage.waiting_since_now("shop").await;
        stage.later(14);
        // More reports begin the wait anew.
        stage.storm("shop", 20..24).await;
        assert!(!stage.is_waiting("shop").await, "{engine:?}");
        stage.later(31);
        stage.waiting_since_now("shop").await;
        stage.later(14);
        assert_eq!(stage.history("shop").await["level"], "degraded_performance", "{engine:?}");
        stage.later(1);
        let clear = stage.history_when("shop", |shop| shop["level"].is_null()).await;
        assert_eq!(stage.signal().await, "shop cleared", "{engine:?}");
        assert_eq!(
            (&clear["since"], &clear["changes"][1]["level"]),
            (&json!("2026-11-21T13:29:00Z"), &json!(null))
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_storm_across_the_end_of_a_quarter_is_one_storm() {
    for engine in both() {
        let mut stage = Stage::living(engine);
        stage.later(14);
        stage.storm("shop", 0..4).await;
        stage.later(2);
        stage.storm("shop", 4..7).await;
        assert!(
            stage.signal().await.starts_with("shop degraded_performance: 7 problem reports"),
            "{engine:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_told_that_counts_have_changed_and_not_for_each_report() {
    let mut stage = Stage::living(Engine::Sqlite);
    stage.storm("shop", 0..5).await;
    stage.storm("login", 0..1).await;
    let mut told = Vec::new();
    while !["login changed", "shop changed"].iter().all(|one| told.iter().any(|told| told == one)) {
        told.push(stage.told().await);
    }
    let of_shop = told.iter().filter(|told| *told == "shop changed").count();
    assert!((1..=2).contains(&of_shop), "{told:?}");
}
