//! What is written last is still heard: by a request that was answered while the process was stopping, and by what a
//! service does by itself.

use std::sync::Arc;

use axum::Router;
use axum::routing::post;
use kit_base::Event;
use kit_bus::{Bus, Consumer, Handler, MemoryBus};
use kit_runtime::{Service, Task};
use kit_store::{Db, Migration, StoreError, outbox, params};
use kit_testkit::{Engine, TestStore, both};
use kit_web::Built;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::common::{Process, service, soon};

const TABLES: &[Migration] =
    &[Migration { name: "0001_heard", sql: "CREATE TABLE heard (n IDENTITY_KEY, what TEXT NOT NULL);" }];

/// So many that they cannot all be heard by chance while the process ends.
const WORDS: i64 = 250;

#[derive(Serialize, Deserialize)]
struct Said {
    what: String,
}

impl Event for Said {
    const NAME: &'static str = "thing.said";

    fn subject(&self) -> &str {
        "it"
    }
}

async fn speak(db: &Db) -> Result<(), StoreError> {
    let words = db.write(|tx| (0..WORDS).try_for_each(|n| tx.emit(&Said { what: n.to_string() })));
    words.await
}

fn listener(bus: &dyn Bus, db: &Db) -> Service {
    let handler: Handler = Arc::new(|tx, event| {
        let said: Said = event.open().unwrap().unwrap();
        tx.execute("INSERT INTO heard (what) VALUES ($1)", params![said.what]).map(drop)
    });
    let consumer = Consumer::join(bus, "listener", &[Said::NAME], db.clone(), handler);
    Service { db: Some(db.clone()), consumers: vec![consumer], ..service("listener") }
}

/// Everything was heard, in order, and nothing is left to say.
async fn check(speaker: &Db, listener: &Db, engine: Engine) {
    let heard: Vec<String> = listener
        .read(|tx| -> Result<_, StoreError> {
            tx.query("SELECT what FROM heard ORDER BY n", params![], |row| row.get("what"))
        })
        .await
        .unwrap();
    assert_eq!(heard, (0..WORDS).map(|n| n.to_string()).collect::<Vec<_>>(), "{engine:?}");
    assert!(speaker.read(|tx| outbox::waiting(tx, 10)).await.unwrap().is_empty(), "{engine:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_last_request_writes_is_heard_before_the_end() {
    for engine in both() {
        let stores = [TestStore::new(engine), TestStore::new(engine)];
        let [from, to] = stores.each_ref().map(|store| store.open(TABLES));
        let (begun, stop, db) = (Arc::new(Notify::new()), CancellationToken::new(), from.clone());
        let (tell, stopping) = (begun.clone(), stop.clone());
        let say = post(async move || {
            tell.notify_one();
            stopping.cancelled().await;
            speak(&db).await.unwrap();
            "said"
        });
        let bus = Arc::new(MemoryBus::default());
        let speaker = Service { db: Some(from.clone()), ..service("speaker") };
        let services = vec![speaker, listener(bus.as_ref(), &to)];
        let process = Process::start(
            services,
            Built::plain(Router::new().route("/say", say), &[("POST", "/say")]),
            bus,
        )
        .await;
        let mut stream = soon(TcpStream::connect(process.address)).await.unwrap();
        stream.write_all(b"POST /say HTTP/1.1\r\nhost: test\r\n\r\n").await.unwrap();
        soon(begun.notified()).await;
        process.stop.cancel();
        stop.cancel();
        let mut reply = String::new();
        soon(stream.read_to_string(&mut reply)).await.unwrap();
        assert!(reply.ends_with("said"), "{reply}");
        soon(process.running).await.unwrap();
        check(&from, &to, engine).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_task_writes_at_its_end_is_heard_before_the_end() {
    for engine in both() {
        let stores = [TestStore::new(engine), TestStore::new(engine)];
        let [from, to] = stores.each_ref().map(|store| store.open(TABLES));
        let db = from.clone();
        let goodbye = Task::new("goodbye", |stop| async move {
            stop.cancelled().await;
            speak(&db).await.unwrap();
        });
        let bus = Arc::new(MemoryBus::default());
        let speaker = Service { db: Some(from.clone()), tasks: vec![goodbye], ..service("speaker") };
        let services = vec![speaker, listener(bus.as_ref(), &to)];
        Process::start(services, Built::default(), bus).await.end().await;
        check(&from, &to, engine).await;
    }
}
