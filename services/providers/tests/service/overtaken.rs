//! Looks that take so long that they are about something else when they end.

use kit_base::Role;
use kit_testkit::both;
use serde_json::{Value, json};

use crate::documents::{storage_down, well};
use crate::feed::{Answer, Feed};
use crate::stage::{Stage, until};

#[tokio::test(flavor = "multi_thread")]
async fn what_another_feed_said_is_not_taken_for_the_new_one() {
    for engine in both() {
        let (answer, leave) = Answer::document(storage_down()).with("ETag", "\"1\"").held();
        let (stage, old) = (Stage::still(engine), Feed::start(answer).await);
        let new = Feed::start(Answer::document(well())).await;
        stage.watch("Nimbus", &old).await;
        let change = async {
            until(async || old.asked().len(), |times| *times == 1).await;
            let body = json!({ "name": "Nimbus", "feed_url": new.url(), "type": "statuspage" });
            stage.app.role(Role::Manager).put("/api/v1/csp/providers/nimbus", body).await;
            leave.add_permits(1);
        };
        tokio::join!(stage.refresh("nimbus"), change);
        assert_eq!(stage.see("nimbus").await["last_good"], Value::Null, "{engine:?}");
        assert_eq!(stage.refreshed("nimbus").await, ("changed".to_owned(), "operational".to_owned()));
        assert_eq!(new.asked()[0].header("if-none-match"), "", "{engine:?}");
        let told = stage.told().await;
        assert!(told.iter().all(|line| !line.contains("outage")), "{told:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_that_is_older_than_a_success_is_no_news() {
    for engine in both() {
        let (answer, leave) = Answer::status("500 Internal Server Error", "").held();
        let (stage, feed) = (Stage::still(engine), Feed::start(answer).await);
        stage.watch("Nimbus", &feed).await;
        let success = async {
            until(async || feed.asked().len(), |times| *times == 1).await;
            feed.answers(Answer::document(well()));
            assert_eq!(stage.refreshed("nimbus").await.0, "changed");
            leave.add_permits(1);
        };
        let (late, ()) = tokio::join!(stage.refresh("nimbus"), success);
        assert_eq!((&late.json["outcome"], &late.json["trouble"]), (&json!("unchanged"), &Value::Null));
        assert_eq!(stage.see("nimbus").await["status"], "operational", "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_comes_of_a_look_at_a_provider_that_is_gone() {
    for engine in both() {
        let (answer, leave) = Answer::document(storage_down()).held();
        let (stage, feed) = (Stage::still(engine), Feed::start(answer).await);
        stage.watch("Nimbus", &feed).await;
        let removal = async {
            until(async || feed.asked().len(), |times| *times == 1).await;
            let removed = stage.app.role(Role::Manager).delete("/api/v1/csp/providers/nimbus").await;
            assert_eq!(removed.status, 204);
            leave.add_permits(1);
        };
        let (late, ()) = tokio::join!(stage.refresh("nimbus"), removal);
        assert_eq!(late.status, 400, "{}", late.text);
        let told = stage.told().await;
        assert_eq!(told, ["nimbus unknown", "watch nimbus ended *", "nimbus unknown"], "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn not_changed_means_nothing_to_one_that_was_never_read() {
    for engine in both() {
        let good = Answer::document(well()).with("ETag", "\"1\"");
        let (stage, feed) = (Stage::still(engine), Feed::start(good.clone()).await);
        stage.watch("Nimbus", &feed).await;
        stage.refresh("nimbus").await;
        let (late, leave) = good.held();
        feed.answers(late);
        let anew = async {
            until(async || feed.asked().len(), |times| *times == 2).await;
            stage.app.role(Role::Manager).delete("/api/v1/csp/providers/nimbus").await;
            stage.watch("Nimbus", &feed).await;
            leave.add_permits(1);
        };
        tokio::join!(stage.refresh("nimbus"), anew);
        assert_eq!(feed.asked()[1].header("if-none-match"), "\"1\"");
        assert_eq!(stage.see("nimbus").await["read_at"], Value::Null, "{engine:?}");
        assert_eq!(stage.next_poll("nimbus").await, 0.0, "it is still to be read");
    }
}
