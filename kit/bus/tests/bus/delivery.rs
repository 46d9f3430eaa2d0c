//! Events reach every group, in order, once in effect, and survive a handler that fails and a process that ends.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kit_base::Event;
use kit_bus::{Bus, Consumer, Handler, MemoryBus, relay};
use kit_store::{Db, Migration, StoreError, outbox, params};
use kit_testkit::{Engine, TestStore, both};
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

pub const TABLES: &[Migration] =
    &[Migration { name: "0001_heard", sql: "CREATE TABLE heard (n IDENTITY_KEY, what TEXT NOT NULL);" }];

#[derive(Serialize, Deserialize)]
pub struct Said {
    pub what: String,
}

impl Event for Said {
    const NAME: &'static str = "thing.said";

    fn subject(&self) -> &str {
        "it"
    }
}

pub async fn say(db: &Db, what: &str) {
    let what = what.to_owned();
    db.write(move |tx| tx.emit(&Said { what: what.clone() })).await.unwrap();
}

pub fn hearing() -> Handler {
    Arc::new(|tx, event| {
        let said: Said = event.open().unwrap().unwrap();
        tx.execute("INSERT INTO heard (what) VALUES ($1)", params![said.what]).map(drop)
    })
}

pub async fn heard(db: &Db) -> Vec<String> {
    db.read(|tx| -> Result<_, StoreError> {
        tx.query("SELECT what FROM heard ORDER BY n", params![], |row| row.get("what"))
    })
    .await
    .unwrap()
}

pub async fn wait_for(db: &Db, count: usize) -> Vec<String> {
    tokio::time::timeout(Duration::from_secs(20), async {
        loop {
            let heard = heard(db).await;
            if heard.len() >= count {
                return heard;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await
    .expect("the events arrive")
}

#[tokio::test(flavor = "multi_thread")]
async fn events_reach_every_group_in_order_and_leave_the_outbox() {
    for engine in both() {
        let stores = [TestStore::new(engine), TestStore::new(engine), TestStore::new(engine)];
        let [speaker, one, two] = stores.each_ref().map(|store| store.open(TABLES));
        let bus = Arc::new(MemoryBus::default());
        let (stop, ears) = (CancellationToken::new(), CancellationToken::new());
        for (name, db) in [("one", &one), ("two", &two)] {
            let consumer = Consumer::join(bus.as_ref(), name, &[Said::NAME], db.clone(), hearing());
            tokio::spawn(consumer.run(ears.clone()));
        }
        let mut listener = bus.listen();
        let (db, carrier, stopped) = (speaker.clone(), bus.clone(), stop.clone());
        let relay = tokio::spawn(async move { relay(db, carrier.as_ref(), None, stopped).await });
        let words: Vec<String> = (0..30).map(|n| format!("word {n}")).collect();
        for word in &words {
            say(&speaker, word).await;
        }
        assert_eq!(wait_for(&one, 30).await, words, "{engine:?}");
        assert_eq!(wait_for(&two, 30).await, words, "{engine:?}");
        assert_eq!(listener.recv().await.unwrap().name, Said::NAME);
        stop.cancel();
        relay.await.unwrap();
        ears.cancel();
        assert!(speaker.read(|tx| outbox::waiting(tx, 10)).await.unwrap().is_empty(), "{engine:?}");
    }
}

/// A handler that fails now and then, and at the end for ever: what it wrote before failing is undone, the event comes
/// again, and one that can never be handled is put aside instead of holding up the others.
#[tokio::test(flavor = "multi_thread")]
async fn a_failing_handler_gets_the_event_again_and_a_hopeless_event_is_put_aside() {
    let (speaker_store, store) = (TestStore::new(Engine::Sqlite), TestStore::new(Engine::Sqlite));
    let (speaker, db) = (speaker_store.open(TABLES), store.open(TABLES));
    let bus = Arc::new(MemoryBus::default());
    let stop = CancellationToken::new();
    let tries = Arc::new(AtomicU32::new(0));
    let counted = tries.clone();
    let handler: Handler = Arc::new(move |tx, event| {
        hearing()(tx, event)?;
        let hopeless = event.body.contains("hopeless");
        if hopeless || counted.fetch_add(1, Ordering::SeqCst) == 0 { Err(StoreError::NoRow) } else { Ok(()) }
    });
    let consumer = Consumer::join(bus.as_ref(), "me", &[Said::NAME], db.clone(), handler);
    tokio::spawn(consumer.run(stop.clone()));
    let (from, carrier, stopped) = (speaker.clone(), bus.clone(), stop.clone());
    tokio::spawn(async move { relay(from, carrier.as_ref(), None, stopped).await });
    for word in ["a", "hopeless", "b"] {
        say(&speaker, word).await;
    }
    assert_eq!(wait_for(&db, 2).await, ["a", "b"]);
    let parked: Vec<String> =
        db.read(|tx| tx.query("SELECT body FROM parked", params![], |row| row.get("body"))).await.unwrap();
    assert_eq!(parked.len(), 1);
    stop.cancel();
}

/// The publisher dies after the consumer has handled the event and before the outbox knows: the event comes a second
/// time and changes nothing.
#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_comes_twice_takes_effect_once() {
    let (speaker_store, store) = (TestStore::new(Engine::Sqlite), TestStore::new(Engine::Sqlite));
    let (speaker, db) = (speaker_store.open(TABLES), store.open(TABLES));
    let bus = Arc::new(MemoryBus::default());
    let stop = CancellationToken::new();
    let consumer = Consumer::join(bus.as_ref(), "me", &[Said::NAME], db.clone(), hearing());
    tokio::spawn(consumer.run(stop.clone()));
    say(&speaker, "once").await;
    let waiting = Mutex::new(speaker.read(|tx| outbox::waiting(tx, 10)).await.unwrap());
    let (_, event) = waiting.lock().unwrap()[0].clone();
    bus.publish(event.clone()).await.unwrap();
    bus.publish(event).await.unwrap();
    assert_eq!(heard(&db).await, ["once"]);
    stop.cancel();
}
