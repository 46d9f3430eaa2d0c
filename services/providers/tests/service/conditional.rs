//! Asking only for what has changed, and packed answers: what good servers do.

use kit_base::Role;
use kit_store::{StoreError, params};
use kit_testkit::{Engine, both};
use serde_json::json;

use crate::documents::{storage_down, well};
use crate::feed::{Answer, Feed};
use crate::gzip::pack;
use crate::stage::{A_WHILE, Stage};

const DATE: &str = "Sat, 21 Nov 2026 11:00:00 GMT";

#[tokio::test(flavor = "multi_thread")]
async fn what_has_not_changed_is_not_sent_again_and_stays_fresh() {
    for engine in both() {
        for (name, value, condition) in
            [("ETag", "W/\"7f\"", "if-none-match"), ("Last-Modified", DATE, "if-modified-since")]
        {
            let good = Answer::document(storage_down()).with(name, value);
            let (stage, feed) = (Stage::new(engine), Feed::start(good).await);
            stage.watch("Nimbus", &feed).await;
            let first = stage.becomes("nimbus", "partial_outage").await;
            stage.told().await;
            stage.world.clock.advance(A_WHILE);
            let second = stage.is_read_now("nimbus").await;
            let asked = feed.asked();
            assert_eq!(
                (asked[0].header(condition), asked[1].header(condition)),
                ("", value.to_lowercase().as_str())
            );
            assert_eq!(
                (&second["status"], &second["since"]),
                (&first["status"], &first["since"]),
                "{engine:?}"
            );
            assert_eq!(second["last_good"], first["last_good"]);
            assert_eq!(stage.refreshed("nimbus").await.0, "unchanged");
            assert!(stage.told().await.is_empty());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn not_changed_is_enough_to_see_again() {
    let good = Answer::document(well()).with("ETag", "\"1\"");
    let (stage, feed) = (Stage::still(Engine::Sqlite), Feed::start(good.clone()).await);
    stage.watch("Nimbus", &feed).await;
    stage.refresh("nimbus").await;
    feed.answers(Answer::status("500 Internal Server Error", ""));
    stage.refresh("nimbus").await;
    feed.answers(good);
    assert_eq!(stage.refreshed("nimbus").await, ("unchanged".to_owned(), "operational".to_owned()));
    assert_eq!(feed.asked()[2].header("if-none-match"), "\"1\"");
    assert_eq!(stage.see("nimbus").await["stale_since"], json!(null));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_newest_mark_is_sent_and_none_to_another_feed() {
    let first = Answer::document(well()).with("ETag", "\"1\"").with("Last-Modified", DATE);
    let (stage, feed) = (Stage::still(Engine::Sqlite), Feed::start(first).await);
    stage.watch("Nimbus", &feed).await;
    stage.refresh("nimbus").await;
    feed.answers(Answer::document(storage_down()).with("ETag", "\"2\""));
    stage.refresh("nimbus").await;
    stage.refresh("nimbus").await;
    let asked = feed.asked();
    assert_eq!((asked[1].header("if-none-match"), asked[2].header("if-none-match")), ("\"1\"", "\"2\""));
    assert_eq!(asked[2].header("if-modified-since"), "", "the new document came without a date");

    // One that says "not modified" to everybody is not believed to mean the document of the feed before it.
    let other = Feed::start(Answer::status("304 Not Modified", "")).await;
    let body = json!({ "name": "Nimbus", "feed_url": other.url(), "type": "statuspage" });
    stage.app.role(Role::Manager).put("/api/v1/csp/providers/nimbus", body).await;
    assert_eq!(stage.refreshed("nimbus").await, ("failed".to_owned(), "unknown".to_owned()));
    assert_eq!(other.asked()[0].header("if-none-match"), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn packed_answers_are_unpacked_and_redirects_followed() {
    let packed =
        Answer::status("200 OK", pack(well().to_string().as_bytes())).with("Content-Encoding", "gzip");
    let (stage, feed) = (Stage::still(Engine::Sqlite), Feed::start(packed).await);
    let door = Feed::start(Answer::status("301 Moved Permanently", "").with("Location", feed.url())).await;
    stage.watch("Nimbus", &door).await;
    assert_eq!(stage.refreshed("nimbus").await, ("changed".to_owned(), "operational".to_owned()));
    let asked = &feed.asked()[0];
    assert!(asked.header("accept-encoding").contains("gzip"));
    assert!(asked.header("user-agent").starts_with("polystatus/"), "{asked:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reading_in_a_form_of_old_is_read_anew_whatever_the_feed_has_not_changed() {
    for engine in both() {
        let (stage, feed) =
            (Stage::still(engine), Feed::start(Answer::document(well()).with("ETag", "\"1\"")).await);
        stage.watch("Nimbus", &feed).await;
        stage.refresh("nimbus").await;
        let aged = stage.db.write(|tx| -> Result<u64, StoreError> {
            tx.execute("UPDATE providers SET reading = '{\"verdict\": 7}'", params![])
        });
        aged.await.unwrap();
        let stage = stage.restarted();
        assert_eq!(
            stage.refreshed("nimbus").await,
            ("changed".to_owned(), "operational".to_owned()),
            "{engine:?}"
        );
        assert_eq!(feed.asked()[1].header("if-none-match"), "");
    }
}
