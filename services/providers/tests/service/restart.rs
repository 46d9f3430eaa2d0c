//! A service that is stopped and started again on the same data goes on where it was.

use contracts::signals::SignalRaised;
use kit_base::Event;
use kit_testkit::{TestWorld, both};
use serde_json::Value;

use crate::documents::{storage_down, well};
use crate::feed::{Answer, Feed};
use crate::stage::Stage;

#[tokio::test(flavor = "multi_thread")]
async fn reading_status_and_stale_mark_outlive_the_process() {
    for engine in both() {
        let good = Answer::document(storage_down()).with("ETag", "\"1\"");
        let (stage, feed) = (Stage::new(engine), Feed::start(good.clone()).await);
        stage.watch("Nimbus", &feed).await;
        stage.becomes("nimbus", "partial_outage").await;
        stage.later(&feed, Answer::status("500 Internal Server Error", ""));
        let stale = stage.becomes("nimbus", "unknown").await;
        stage.told().await;

        let stage = stage.restarted();
        assert_eq!(stage.see("nimbus").await, stale, "{engine:?}");
        stage.later(&feed, good);
        let again = stage.becomes("nimbus", "partial_outage").await;
        assert_eq!((&again["stale_since"], &again["last_good"]), (&Value::Null, &stale["last_good"]));
        assert_eq!(feed.asked().last().unwrap().header("if-none-match"), "\"1\"", "{engine:?}");
        let told = stage.told().await;
        assert_eq!(told, ["watch nimbus seen dns,storage", "nimbus partial_outage"], "no signal twice");

        stage.later(&feed, Answer::document(well()));
        stage.becomes("nimbus", "operational").await;
        assert_eq!(stage.told().await[..2], ["nimbus:* is well", "nimbus:storage is well"], "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn news_that_nobody_took_comes_again_after_the_restart() {
    for engine in both() {
        let world = TestWorld::new(engine);
        let mut ear = world.context.bus.join("listener", &[SignalRaised::NAME]);
        let (stage, feed) = (Stage::living(world), Feed::start(Answer::document(storage_down())).await);
        stage.watch("Nimbus", &feed).await;
        let taken = ear.next().await.unwrap();
        let first = taken.event.clone();
        // The process ends before the listener has said that it is done.
        let stage = stage.restarted();
        drop(taken);
        let mut ids = Vec::new();
        while ids.len() < 2 {
            let delivery = ear.next().await.unwrap();
            if !ids.contains(&delivery.event.id) {
                ids.push(delivery.event.id.clone());
            }
            delivery.done();
        }
        assert_eq!(ids[0], first.id, "{engine:?}: the same event, which the listener knows by its id");
        drop(stage);
    }
}
