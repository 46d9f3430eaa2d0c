//! Which components can be reported on: those that the incidents service has and everybody may see.

use contracts::incidents::Visibility;
use kit_testkit::{TestWorld, both};
use serde_json::json;

use crate::stage::Stage;
use crate::town::Town;

#[tokio::test(flavor = "multi_thread")]
async fn only_what_everybody_may_see_can_be_reported_on() {
    for engine in both() {
        let stage = Stage::still(engine);
        stage.town.set("vault", Some(Visibility::Internal));
        let refused = stage.report("vault", 1).await;
        assert_eq!((refused.status, refused.json["component"].is_array()), (400, true), "{engine:?}");
        assert_eq!(stage.app.anonymous().get("/api/v1/reports/vault/history").await.status, 404);
        assert_eq!(stage.report("shop", 1).await.status, 201);
        // What is known needs nobody to be asked.
        stage.town.is_down();
        assert_eq!(stage.report("shop", 2).await.status, 201, "{engine:?}");
        assert_eq!(stage.report("login", 1).await.status, 503, "{engine:?}: nobody can say");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn components_are_known_before_anybody_reports_and_new_ones_soon_after_they_are_added() {
    for engine in both() {
        let stage = Stage::living(engine);
        let known = stage.history_when("shop", |shop| shop["quarters"][95]["baseline"].is_object()).await;
        assert_eq!(known["quarters"].as_array().unwrap().len(), 96, "{engine:?}");
        stage.component_changes("search", Some(Visibility::Public)).await;
        stage.history_when("search", |search| search["quarters"].is_array()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_component_that_is_hidden_or_removed_is_no_longer_in_trouble() {
    for engine in both() {
        for after in [None, Some(Visibility::Internal)] {
            let mut stage = Stage::living(engine);
            stage.storm("shop", 0..6).await;
            assert!(stage.signal().await.starts_with("shop degraded_performance"), "{engine:?}");
            stage.component_changes("shop", after).await;
            assert_eq!(stage.signal().await, "shop cleared", "{engine:?} {after:?}");
            stage.history_when("shop", |shop| shop["detail"] == "Not found.").await;
            assert_eq!(stage.report("shop", 9).await.status, 400);
            stage.component_changes("shop", Some(Visibility::Public)).await;
            let again = stage.history_when("shop", |shop| shop["quarters"].is_array()).await;
            assert_eq!(again["level"], json!(null));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_changed_while_nobody_listened_is_found_at_the_start() {
    for engine in both() {
        let world = TestWorld::new(engine);
        let stage = Stage::of(world, Town::of(&["shop"]));
        stage.history_when("shop", |shop| shop["quarters"].is_array()).await;
        stage.town.set("shop", None);
        stage.town.set("blog", Some(Visibility::Public));
        let stage = stage.restarted_after(std::time::Duration::ZERO);
        stage.history_when("blog", |blog| blog["quarters"].is_array()).await;
        stage.history_when("shop", |shop| shop["detail"] == "Not found.").await;
    }
}
