//! Events between processes: in order, none missing, once in effect, through a speaker that is away and a feed that is
//! lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use kit_base::{Event, Transport, TransportError};
use kit_bus::{Bus, Consumer, Feed, MemoryBus, Place, overhear, relay};
use kit_store::Db;
use kit_testkit::{TestStore, both};
use tokio_util::sync::CancellationToken;

use crate::delivery::{Said, TABLES, heard, hearing, say, wait_for};

/// The other process, as if over a network that can be cut.
struct Wire {
    feed: Feed,
    cut: AtomicBool,
}

#[async_trait]
impl Transport for Wire {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        if self.cut.load(Ordering::SeqCst) {
            return Err(TransportError::TimedOut("speaker".to_owned()));
        }
        let query = request.uri().query().unwrap_or_default();
        let value = |name: &str| query.split('&').find_map(|part| part.strip_prefix(&format!("{name}=")));
        let place = value("after").map_or(Place::Now, |after| Place::After(after.parse().unwrap()));
        let names: Vec<String> =
            value("names").unwrap().split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect();
        // A short wait, so that a wire that was cut is noticed soon.
        let served = self.feed.serve(place, &names, Duration::from_millis(50)).await.unwrap();
        Ok(Response::new(serde_json::to_vec(&served).unwrap().into()))
    }
}

/// A service that speaks, with its feed at the end of a wire.
fn speaker(db: &Db, stop: &CancellationToken) -> Arc<Wire> {
    let feed = Feed::new(db.clone());
    let wire = Arc::new(Wire { feed: feed.clone(), cut: AtomicBool::new(false) });
    let (db, stop) = (db.clone(), stop.clone());
    tokio::spawn(async move { relay(db, &MemoryBus::default(), Some(&feed), stop).await });
    wire
}

fn listen(db: &Db, wire: &Arc<Wire>, stop: &CancellationToken) {
    let consumer = Consumer::join(&MemoryBus::default(), "me", &[Said::NAME], db.clone(), hearing());
    tokio::spawn(consumer.puller("speaker", wire.clone()).run(stop.clone()));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_told_elsewhere_is_heard_in_order_and_once_even_after_a_pause() {
    for engine in both() {
        let stores = [TestStore::new(engine), TestStore::new(engine)];
        let [there, here] = stores.each_ref().map(|store| store.open(TABLES));
        let stop = CancellationToken::new();
        let wire = speaker(&there, &stop);
        say(&there, "before anybody listens").await;
        let first = CancellationToken::new();
        listen(&here, &wire, &first);
        assert_eq!(wait_for(&here, 1).await, ["before anybody listens"], "{engine:?}");
        wire.cut.store(true, Ordering::SeqCst);
        let words: Vec<String> = (0..300).map(|n| format!("word {n}")).collect();
        for word in &words {
            say(&there, word).await;
        }
        // At most what was on its way when the wire was cut.
        assert!(heard(&here).await.len() < 301, "{engine:?}");
        wire.cut.store(false, Ordering::SeqCst);
        assert_eq!(wait_for(&here, 301).await[1..], words, "{engine:?}");
        // Whoever starts anew goes on from where it was.
        first.cancel();
        listen(&here, &wire, &stop);
        say(&there, "the last").await;
        assert_eq!(wait_for(&here, 302).await.last().unwrap(), "the last", "{engine:?}");
        assert_eq!(heard(&here).await.len(), 302, "{engine:?}: nothing twice");
        stop.cancel();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_that_was_lost_is_heard_from_its_new_beginning() {
    for engine in both() {
        let stores = [TestStore::new(engine), TestStore::new(engine), TestStore::new(engine)];
        let [lost, fresh, here] = stores.each_ref().map(|store| store.open(TABLES));
        let (before, stop) = (CancellationToken::new(), CancellationToken::new());
        for word in ["a", "b", "c"] {
            say(&lost, word).await;
        }
        listen(&here, &speaker(&lost, &before), &before);
        wait_for(&here, 3).await;
        before.cancel();
        say(&fresh, "d").await;
        listen(&here, &speaker(&fresh, &stop), &stop);
        assert_eq!(wait_for(&here, 4).await, ["a", "b", "c", "d"], "{engine:?}");
        stop.cancel();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_only_listens_hears_what_comes_from_now_on() {
    let store = TestStore::new(kit_testkit::Engine::Sqlite);
    let there = store.open(TABLES);
    let stop = CancellationToken::new();
    let wire = speaker(&there, &stop);
    say(&there, "long ago").await;
    let caught_up = async {
        while wire.feed.serve(Place::Now, &[], Duration::ZERO).await.unwrap().upto == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), caught_up).await.expect("the feed is filled");
    let bus: Arc<dyn Bus> = Arc::new(MemoryBus::default());
    let mut listener = bus.listen();
    tokio::spawn(overhear(bus.clone(), "speaker", wire.clone(), stop.clone()));
    // It cannot be seen when it has begun to listen, so it is told until it hears.
    let told = async {
        loop {
            say(&there, "now").await;
            if let Ok(Ok(event)) = tokio::time::timeout(Duration::from_millis(100), listener.recv()).await {
                return event;
            }
        }
    };
    let event = tokio::time::timeout(Duration::from_secs(20), told).await.expect("it hears");
    assert!(event.body.contains("now"), "{}", event.body);
    stop.cancel();
}
