//! What the others are told, and how often: once for each change, and never for nothing.

use contracts::Level;
use contracts::signals::{SignalRaised, WatchChanged};
use kit_base::Role;
use kit_testkit::{Engine, both};
use serde_json::json;

use crate::documents::{page, storage_down, well};
use crate::feed::{Answer, Feed};
use crate::stage::{A_WHILE, Stage};

const STAR: &str = "nimbus:* is partial_outage: Nimbus: Storage is on fire";
const STORAGE: &str = "nimbus:storage is major_outage: Nimbus: Storage is on fire";

#[tokio::test(flavor = "multi_thread")]
async fn trouble_is_told_when_it_comes_and_when_it_goes() {
    for engine in both() {
        let (stage, feed) = (Stage::new(engine), Feed::start(Answer::document(well())).await);
        stage.watch("Nimbus", &feed).await;
        stage.becomes("nimbus", "operational").await;
        let begun = ["nimbus unknown", "watch nimbus seen dns,storage", "nimbus operational"];
        assert_eq!(stage.told().await, begun, "{engine:?}");

        stage.later(&feed, Answer::document(storage_down()));
        stage.becomes("nimbus", "partial_outage").await;
        assert_eq!(stage.told().await, [STAR, STORAGE, "nimbus partial_outage"], "{engine:?}");
        for _ in 0..3 {
            stage.world.clock.advance(A_WHILE);
            stage.is_read_now("nimbus").await;
        }
        assert!(stage.told().await.is_empty(), "nothing has changed");

        let eased = page("minor", &[("DNS", "operational"), ("Storage", "degraded_performance")]);
        stage.later(&feed, Answer::document(eased));
        stage.becomes("nimbus", "degraded_performance").await;
        let eased = [
            "nimbus:* is degraded_performance: Nimbus: degraded performance",
            "nimbus:storage is degraded_performance: Nimbus Storage: degraded performance",
            "nimbus degraded_performance",
        ];
        assert_eq!(stage.told().await, eased, "{engine:?}");

        stage.later(&feed, Answer::document(well()));
        stage.becomes("nimbus", "operational").await;
        assert_eq!(stage.told().await, ["nimbus:* is well", "nimbus:storage is well", "nimbus operational"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signal_says_who_how_bad_and_where_to_look() {
    let (stage, feed) = (Stage::still(Engine::Sqlite), Feed::start(Answer::document(storage_down())).await);
    stage.watch("Nimbus", &feed).await;
    stage.refresh("nimbus").await;
    let signals = stage.events().await.into_iter().filter_map(|event| event.open::<SignalRaised>());
    let signals: Vec<_> = signals.map(|signal| signal.unwrap().0).collect();
    let [whole, storage] = signals.as_slice() else { panic!("{signals:?}") };
    assert_eq!((whole.key.as_str(), whole.level), ("nimbus:*", Level::PartialOutage));
    assert_eq!((storage.source.as_str(), storage.key.as_str()), ("csp", "nimbus:storage"));
    assert_eq!((storage.component.as_str(), storage.level), ("nimbus:storage", Level::MajorOutage));
    assert_eq!(storage.evidence_url.as_deref(), Some("https://stspg.example/i1"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_watch_is_lost_once_and_regained_once() {
    for engine in both() {
        let (stage, feed) = (Stage::still(engine), Feed::start(Answer::document(well())).await);
        stage.watch("Nimbus", &feed).await;
        stage.refresh("nimbus").await;
        stage.told().await;
        stage.world.clock.advance(A_WHILE);
        let lost_at = stage.world.clock.now();
        feed.answers(Answer::document("<html><title>Back soon</title></html>"));
        stage.refresh("nimbus").await;
        let events = stage.events().await;
        assert_eq!(events.len(), 2, "{events:?}");
        let watch = events[0].open::<WatchChanged>().unwrap().unwrap();
        assert_eq!((watch.lost_since, watch.covers.map(|keys| keys.len())), (Some(lost_at), Some(2)));
        assert_eq!(watch.reason.as_deref(), Some("an HTML page came instead of JSON: \"Back soon\""));
        assert_eq!((watch.source.as_str(), watch.name.as_str()), ("csp", "Nimbus"));

        feed.answers(Answer::status("502 Bad Gateway", ""));
        stage.world.clock.advance(A_WHILE);
        stage.refresh("nimbus").await;
        assert!(stage.told().await.is_empty(), "another reason for the same blindness is no news");
        feed.answers(Answer::document(well()));
        stage.refresh("nimbus").await;
        let regained = ["watch nimbus seen dns,storage", "nimbus operational"];
        assert_eq!(stage.told().await, regained, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_that_was_never_read_was_never_watched() {
    let (stage, feed) =
        (Stage::still(Engine::Sqlite), Feed::start(Answer::status("404 Not Found", "")).await);
    stage.watch("Nimbus", &feed).await;
    stage.refresh("nimbus").await;
    stage.refresh("nimbus").await;
    feed.answers(Answer::document(well()));
    stage.refresh("nimbus").await;
    let told = stage.told().await;
    assert_eq!(
        told,
        ["nimbus unknown", "nimbus unknown", "watch nimbus seen dns,storage", "nimbus operational"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_covered_changes_with_the_page() {
    let (stage, feed) = (Stage::still(Engine::Sqlite), Feed::start(Answer::document(well())).await);
    stage.watch("Nimbus", &feed).await;
    stage.refresh("nimbus").await;
    stage.told().await;
    feed.answers(Answer::document(page("none", &[("DNS", "operational"), ("Mail", "operational")])));
    stage.refresh("nimbus").await;
    assert_eq!(stage.told().await, ["watch nimbus seen dns,mail", "nimbus operational"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_provider_takes_its_signals_and_its_watch_along() {
    for engine in both() {
        let (stage, feed) = (Stage::still(engine), Feed::start(Answer::document(storage_down())).await);
        stage.watch("Nimbus", &feed).await;
        stage.refresh("nimbus").await;
        // While its feed cannot be read its signals stand, and even then they go with it.
        feed.answers(Answer::status("500 Internal Server Error", ""));
        stage.refresh("nimbus").await;
        stage.app.role(Role::Manager).delete("/api/v1/csp/providers/nimbus").await;
        let told = stage.told().await;
        let end = ["nimbus:* is well", "nimbus:storage is well", "watch nimbus ended *", "nimbus unknown"];
        assert_eq!(told[told.len() - 4..], end, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_name_reaches_the_others() {
    for engine in both() {
        let (stage, feed) = (Stage::still(engine), Feed::start(Answer::document(storage_down())).await);
        stage.watch("Nimbus", &feed).await;
        stage.refresh("nimbus").await;
        stage.told().await;
        let body = json!({ "name": "Cumulus", "feed_url": feed.url(), "type": "statuspage" });
        stage.app.role(Role::Manager).put("/api/v1/csp/providers/nimbus", body).await;
        let told = stage.told().await;
        assert_eq!(told, ["watch nimbus seen dns,storage", "nimbus partial_outage"], "{engine:?}");
        stage.refresh("nimbus").await;
        let last = "nimbus:storage is major_outage: Cumulus: Storage is on fire";
        assert_eq!(stage.told().await[1], last, "the titles of its signals too");
    }
}
