//! When a feed is asked again: in its interval while it is well, ever more rarely while it fails, and never
//! sooner than its server wants.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use kit_base::{Clock, TimeSource, Timestamp};
use kit_store::{StoreError, params};
use kit_testkit::{Engine, TestWorld, both, test_ids};

use crate::documents::{storage_down, well};
use crate::feed::{Answer, Feed};
use crate::stage::{A_WHILE, Stage, setting, until};

const MINUTE: f64 = 60.0;

/// Has the feed read this many times, and tells the wait after each.
async fn waits(stage: &Stage, times: usize) -> Vec<f64> {
    let mut waits = Vec::new();
    for _ in 0..times {
        stage.refresh("nimbus").await;
        waits.push(stage.next_poll("nimbus").await);
    }
    waits
}

fn is_about(wait: f64, expected: f64) -> bool {
    (expected * 0.9..=expected * 1.1).contains(&wait)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_good_feed_is_asked_in_its_interval_give_or_take_a_tenth() {
    let (stage, feed) = (Stage::still(Engine::Sqlite), Feed::start(Answer::document(well())).await);
    stage.watch("Nimbus", &feed).await;
    let waits = waits(&stage, 40).await;
    assert!(waits.iter().all(|wait| is_about(*wait, MINUTE)), "{waits:?}");
    let (least, most) =
        (waits.iter().copied().fold(f64::MAX, f64::min), waits.iter().copied().fold(0.0, f64::max));
    assert!(least < 57.0 && most > 63.0, "the tenth is used: {least} to {most}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failing_feed_is_asked_half_as_often_after_each_failure() {
    for engine in both() {
        let (stage, feed) = (Stage::still(engine), Feed::start(Answer::status("500 Oh", "")).await);
        stage.watch("Nimbus", &feed).await;
        let failing = waits(&stage, 8).await;
        let expected = [1.0, 2.0, 4.0, 8.0, 15.0, 15.0, 15.0, 15.0].map(|minutes| minutes * MINUTE);
        let is_right = failing.iter().zip(expected).all(|(wait, expected)| is_about(*wait, expected));
        assert!(is_right, "{engine:?}: {failing:?}");
        feed.answers(Answer::document(well()));
        assert!(is_about(waits(&stage, 1).await[0], MINUTE), "a success makes up for it");
        feed.answers(Answer::status("500 Oh", ""));
        assert!(is_about(waits(&stage, 1).await[0], MINUTE), "and it begins anew");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_asks_for_time_gets_it() {
    let (stage, feed) = (Stage::still(Engine::Sqlite), Feed::start(Answer::Silence).await);
    stage.watch("Nimbus", &feed).await;
    let busy = |wait: &str| Answer::status("503 Service Unavailable", "").with("Retry-After", wait);
    feed.answers(busy("600"));
    assert_eq!(waits(&stage, 1).await, [600.0]);
    feed.answers(busy("1"));
    assert!(is_about(waits(&stage, 1).await[0], 2.0 * MINUTE), "less than our own patience changes nothing");
    feed.answers(busy("99999999999"));
    assert_eq!(waits(&stage, 1).await, [3600.0], "an hour at most");
    feed.answers(busy("Sat, 21 Nov 2026 13:00:00 GMT"));
    assert!(is_about(waits(&stage, 1).await[0], 8.0 * MINUTE), "a date is as good as nothing");
    feed.answers(Answer::status("429 Too Many Requests", "").with("Retry-After", "1800"));
    assert_eq!(waits(&stage, 1).await, [1800.0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_poller_keeps_to_these_times() {
    let (stage, feed) = (Stage::new(Engine::Sqlite), Feed::start(Answer::status("500 Oh", "")).await);
    let steady = Feed::start(Answer::document(well())).await;
    stage.watch("Nimbus", &feed).await;
    stage.watch("Steady", &steady).await;
    stage.is_read_now("steady").await;
    let mut asked = Vec::new();
    for _ in 0..24 {
        stage.world.clock.advance(A_WHILE);
        stage.is_read_now("steady").await;
        // A look that was under way when the clock was moved may not have seen it: so wait for whoever is
        // due.
        until(async || stage.next_poll("nimbus").await, |wait| *wait > 0.0).await;
        asked.push(feed.asked().len());
    }
    assert_eq!(steady.asked().len(), 25);
    // 28 minutes: after 1, 3, 7 and 15 minutes, and not yet after 30.
    assert_eq!((asked[0], asked[23]), (2, 5), "{asked:?}");
}

/// A clock that the machine sets right.
struct Wrong(AtomicI64);

impl TimeSource for Wrong {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_put_back_by_a_day_stops_nothing() {
    let clock = Arc::new(Wrong(AtomicI64::new(2_000_000_000_000_000)));
    let mut world = TestWorld::new(Engine::Sqlite);
    world.context.clock = Clock::from_source(clock.clone());
    world.context.ids = test_ids(world.context.clock.clone());
    let (stage, feed) = (Stage::living(world), Feed::start(Answer::document(well())).await);
    stage.watch("Nimbus", &feed).await;
    stage.becomes("nimbus", "operational").await;
    clock.0.fetch_sub(Duration::from_hours(24).as_micros() as i64, Ordering::SeqCst);
    until(async || feed.asked().len(), |times| *times > 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interval_of_ones_own_is_kept() {
    let world = TestWorld::new(Engine::Sqlite).with(&setting("providers.interval"), "1h");
    let stage = Stage::living(world.with(&setting("providers.max_backoff"), "1m"));
    let feed = Feed::start(Answer::document(well())).await;
    stage.watch("Nimbus", &feed).await;
    stage.becomes("nimbus", "operational").await;
    assert!(is_about(stage.next_poll("nimbus").await, 60.0 * MINUTE));
    feed.answers(Answer::status("500 Oh", ""));
    let failing = waits(&stage, 3).await;
    assert!(
        failing.iter().all(|wait| is_about(*wait, 60.0 * MINUTE)),
        "never more often than a good one: {failing:?}"
    );
}

/// What ails is our store; the feed's server is not asked more often because of it, and other feeds not less.
#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_written_down_is_not_asked_for_again_and_again() {
    for engine in both() {
        let (stage, feed) = (Stage::new(engine), Feed::start(Answer::document(well())).await);
        let steady = Feed::start(Answer::document(well())).await;
        stage.watch("Nimbus", &feed).await;
        stage.watch("Steady", &steady).await;
        stage.becomes("nimbus", "operational").await;
        stage.becomes("steady", "operational").await;
        let broken =
            stage.db.write(|tx| -> Result<u64, StoreError> { tx.execute("DROP TABLE events", params![]) });
        broken.await.unwrap();
        feed.answers(Answer::document(storage_down()));
        for _ in 0..4 {
            stage.world.clock.advance(A_WHILE);
            stage.is_read_now("steady").await;
            until(async || feed.asked().len(), |times| *times >= 2).await;
        }
        let (ailing, well) = (feed.asked().len(), steady.asked().len());
        assert!(well == 5 && ailing <= well, "{engine:?}: {ailing} and {well}");
        assert_eq!(stage.refresh("nimbus").await.status, 500, "a person is told");
    }
}
