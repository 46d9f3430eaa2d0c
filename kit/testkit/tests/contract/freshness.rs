//! Ready answers: made once, never for another, and never after what was acknowledged has changed them.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use kit_base::Role;
use kit_testkit::{Engine, TestReply, TestWorld, both};

use crate::things::start;

#[tokio::test]
async fn an_answer_is_made_once_until_what_it_was_made_from_changes() {
    for engine in both() {
        let world = TestWorld::new(engine);
        let (app, things) = start(&world, engine);
        things.put(1, "a").await;
        let first = app.anonymous().get("/api/things/").await;
        let again = app.anonymous().get("/api/things/").await;
        assert_eq!((first.text.as_str(), things.runs()), (again.text.as_str(), 1), "{engine:?}");
        assert_eq!(first.header("etag"), again.header("etag"));
        app.role(Role::Manager).send("POST", "/api/other", None).await;
        app.anonymous().get("/api/things/").await;
        assert_eq!(things.runs(), 1, "{engine:?}: another table is no reason");
        things.put(2, "b").await;
        let after = app.anonymous().get("/api/things/").await;
        assert_eq!((&after.json["count"], things.runs()), (&2.into(), 2), "{engine:?}");
        assert_ne!(after.header("etag"), first.header("etag"));
        // Nothing changes, but what other nodes write is not heard here, and nothing is kept for ever.
        world.clock.advance(Duration::from_secs(31));
        app.anonymous().get("/api/things/").await;
        assert_eq!(things.runs(), 3, "{engine:?}");
    }
}

#[tokio::test]
async fn what_other_nodes_may_write_is_kept_for_a_second_at_most() {
    let world = TestWorld::new(Engine::Postgres);
    let (app, things) = start(&world, Engine::Postgres);
    app.anonymous().get("/api/things").await;
    world.clock.advance(Duration::from_millis(999));
    app.anonymous().get("/api/things").await;
    assert_eq!(things.runs(), 1);
    world.clock.advance(Duration::from_millis(1));
    app.anonymous().get("/api/things").await;
    assert_eq!(things.runs(), 2);
}

#[tokio::test]
async fn nobody_gets_what_was_made_for_another() {
    let world = TestWorld::new(Engine::Sqlite);
    let (app, things) = start(&world, Engine::Sqlite);
    things.put(1, "a").await;
    let mut tags = Vec::new();
    for round in 1..=2 {
        for role in [None, Some(Role::Member), Some(Role::Viewer), Some(Role::Admin)] {
            let caller = role.map_or_else(|| app.anonymous(), |role| app.role(role));
            let reply = caller.get("/api/things/1/").await;
            let name = role.map(|role| format!("Test {}", role.as_str()));
            assert_eq!(reply.json["seen_by"].as_str(), name.as_deref(), "round {round}");
            assert_eq!(reply.header("vary"), if role.is_some() { "Accept" } else { "Accept, Cookie" });
            tags.push(reply.header("etag").to_owned());
        }
        assert_eq!(things.runs(), 4, "round {round}");
    }
    tags.sort();
    tags.dedup();
    assert_eq!(tags.len(), 4, "each has a tag of their own");
    let stranger = app.token("nobody's").get("/api/things/1/").await;
    assert_eq!(
        (stranger.status, stranger.json["seen_by"].as_str()),
        (200, None),
        "an unknown token is nobody"
    );
}

/// Writers count up; each reader must see at least what was acknowledged before it asked.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_was_acknowledged_is_in_the_next_read() {
    for engine in both() {
        let world = TestWorld::new(engine);
        let (app, things) = start(&world, engine);
        things.put(1, "0").await;
        let acknowledged = Arc::new(AtomicI64::new(0));
        let (writer, last) = (things.clone(), acknowledged.clone());
        let writing = tokio::spawn(async move {
            for n in 1..=300 {
                writer.put(1, &n.to_string()).await;
                last.store(n, Ordering::SeqCst);
            }
        });
        let read = async || {
            let mut reads = 0;
            while acknowledged.load(Ordering::SeqCst) < 300 {
                let least = acknowledged.load(Ordering::SeqCst);
                let reply: TestReply = app.anonymous().get("/api/things/1").await;
                let seen: i64 = reply.json["name"].as_str().unwrap().parse().unwrap();
                assert!(seen >= least, "{engine:?}: {seen} was read after {least} was acknowledged");
                reads += 1;
                tokio::task::yield_now().await;
            }
            reads
        };
        let (a, b, c, d) = tokio::join!(read(), read(), read(), read());
        writing.await.unwrap();
        assert!(a + b + c + d > 0);
        assert_eq!(app.anonymous().get("/api/things/1").await.json["name"], "300");
    }
}
