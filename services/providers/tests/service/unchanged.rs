//! What says what it said before costs neither a write nor a reading of the document.

use std::time::Duration;

use kit_testkit::{Engine, both};
use serde_json::json;

use crate::documents::{storage_down, well};
use crate::feed::{Answer, Feed};
use crate::stage::Stage;

/// A mark in the store that any write of the poller would take away.
async fn mark(stage: &Stage) {
    let marked = stage.db.write(|tx| {
        tx.execute("UPDATE providers SET read_at = 7", kit_store::params![])?;
        Ok::<_, kit_store::StoreError>(())
    });
    marked.await.unwrap();
}

async fn is_marked(stage: &Stage) -> bool {
    let read_at = stage.db.read(|tx| {
        tx.query_one("SELECT read_at FROM providers", kit_store::params![], |row| row.get::<i64>("read_at"))
    });
    read_at.await.unwrap() == 7
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_equal_bytes_nor_another_dress_nor_a_failure_again_is_written_down() {
    for engine in both() {
        let (stage, feed) = (Stage::still(engine), Feed::start(Answer::document(well())).await);
        stage.watch("Nimbus", &feed).await;
        assert_eq!(stage.refreshed("nimbus").await.0, "changed");
        mark(&stage).await;
        assert_eq!(stage.refreshed("nimbus").await, ("unchanged".to_owned(), "operational".to_owned()));
        assert!(is_marked(&stage).await, "{engine:?}: the same bytes");
        assert_eq!(stage.see("nimbus").await["read_at"], json!(stage.world.clock.now().to_string()));

        // The page's own clock ticks in every document; that is no news.
        let mut dressed = well();
        dressed["page"]["updated_at"] = json!("2026-11-21T12:00:01Z");
        feed.answers(Answer::document(dressed).with("ETag", "\"2\""));
        assert_eq!(stage.refreshed("nimbus").await.0, "unchanged");
        assert_eq!(stage.refreshed("nimbus").await.0, "unchanged");
        assert!(is_marked(&stage).await, "{engine:?}: the same reading");
        assert_eq!(feed.asked()[3].header("if-none-match"), "\"2\"", "but its mark is sent back");

        feed.answers(Answer::status("500 Oh", ""));
        assert_eq!(stage.refreshed("nimbus").await.0, "failed");
        assert!(!is_marked(&stage).await, "{engine:?}: the first failure is news");
        mark(&stage).await;
        assert_eq!(stage.refreshed("nimbus").await.0, "failed");
        assert!(is_marked(&stage).await, "{engine:?}: the second is none");
        assert_eq!(stage.see("nimbus").await["failures"], 2);

        feed.answers(Answer::document(storage_down()));
        assert_eq!(stage.refreshed("nimbus").await, ("changed".to_owned(), "partial_outage".to_owned()));
        assert!(!is_marked(&stage).await);
    }
}

/// An old copy of an empty feed is no health, also when not a byte of it has changed.
#[tokio::test(flavor = "multi_thread")]
async fn what_grows_old_is_read_again_although_it_has_not_changed() {
    let built = "Sat, 21 Nov 2026 11:59:00 Z";
    let empty = format!(
        "<rss version=\"2.0\"><channel><title>Azure Status</title>\
         <link>https://status.azure.com/status/</link><lastBuildDate>{built}</lastBuildDate></channel></rss>"
    );
    let good = Answer::document(empty).with("ETag", "\"1\"");
    let (stage, feed) = (Stage::still(Engine::Sqlite), Feed::start(good).await);
    stage.add(json!({ "name": "Azure", "feed_url": feed.url(), "type": "azure" })).await;
    assert_eq!(stage.refreshed("azure").await, ("changed".to_owned(), "operational".to_owned()));
    assert_eq!(stage.refreshed("azure").await.0, "unchanged");
    assert_eq!(feed.asked()[1].header("if-none-match"), "\"1\"");
    stage.world.clock.advance(Duration::from_hours(48));
    assert_eq!(stage.refreshed("azure").await, ("failed".to_owned(), "unknown".to_owned()));
    let trouble = stage.see("azure").await["trouble"].clone();
    assert!(trouble.as_str().unwrap().starts_with("the feed is out of date"), "{trouble}");
}

#[tokio::test(flavor = "multi_thread")]
async fn while_something_is_wrong_it_is_asked_more_often() {
    let (stage, feed) = (Stage::still(Engine::Sqlite), Feed::start(Answer::document(storage_down())).await);
    stage.watch("Nimbus", &feed).await;
    stage.refresh("nimbus").await;
    let soon = stage.next_poll("nimbus").await;
    feed.answers(Answer::document(well()));
    stage.refresh("nimbus").await;
    let later = stage.next_poll("nimbus").await;
    assert!((27.0..=33.0).contains(&soon) && (54.0..=66.0).contains(&later), "{soon} and {later}");
}
