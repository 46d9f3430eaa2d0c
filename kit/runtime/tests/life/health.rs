//! What the process says of itself: that it lives, whether it can work, and whose store is at fault if not.

use std::sync::Arc;

use axum::Router;
use axum::routing::get as on_get;
use kit_bus::MemoryBus;
use kit_runtime::{Health, Service};
use kit_store::{Db, Place, StoreError, params};
use kit_testkit::{Engine, TestStore, both};
use kit_web::{Built, Edge};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Notify;

use crate::common::{Process, edge, get, service, soon};

fn edge_of(health: &Health) -> Arc<Edge> {
    edge(health.routes())
}

/// What an operator can do to a store while it is in use.
async fn ruin(store: &TestStore, db: &Db) {
    match store.place() {
        Place::Server { url, schema } => {
            let (url, schema) = (url.clone(), schema.clone());
            tokio::task::spawn_blocking(move || Db::drop_schemas(&url, &schema)).await.unwrap().unwrap();
        }
        Place::File(_) => {
            let dropped =
                db.write(|tx| -> Result<u64, StoreError> { tx.execute("DROP TABLE migrations", params![]) });
            dropped.await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_process_whose_stores_answer_is_ready() {
    let stores = both().map(TestStore::new);
    let [one, two] = stores.each_ref().map(|store| store.open(&[]));
    let edge = edge_of(&Health::new(vec![("incidents", one), ("identity", two)]));
    for path in ["/healthz", "/readyz"] {
        let reply = get(&edge, path).await;
        let expected = json!({"status": "ok", "version": kit_base::VERSION, "built": kit_base::BUILT, "services": ["incidents", "identity"]});
        assert_eq!((reply.status, reply.json), (200, expected), "{path}");
    }
}

#[tokio::test]
async fn a_store_that_is_gone_is_named_and_the_process_lives_on() {
    for engine in both() {
        let (good, bad) = (TestStore::new(Engine::Sqlite), TestStore::new(engine));
        let db = bad.open(&[]);
        let edge = edge_of(&Health::new(vec![("incidents", good.open(&[])), ("identity", db.clone())]));
        assert_eq!(get(&edge, "/readyz").await.status, 200, "{engine:?}");
        ruin(&bad, &db).await;
        let reply = get(&edge, "/readyz").await;
        assert_eq!(reply.status, 503, "{engine:?}: {}", reply.text);
        assert_eq!(reply.json["detail"], "The store of identity does not answer.", "{engine:?}");
        assert_ne!(reply.header("retry-after"), "", "{engine:?}");
        assert_eq!(get(&edge, "/healthz").await.status, 200, "{engine:?}");
    }
}

#[tokio::test]
async fn over_the_network_it_is_the_same() {
    let store = TestStore::new(Engine::Sqlite);
    let kept = Service { db: Some(store.open(&[])), ..service("incidents") };
    let process = Process::start(vec![kept], Built::default(), Arc::new(MemoryBus::default())).await;
    let mut stream = soon(TcpStream::connect(process.address)).await.unwrap();
    stream.write_all(b"GET /readyz HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n").await.unwrap();
    let mut reply = String::new();
    soon(stream.read_to_string(&mut reply)).await.unwrap();
    assert!(reply.starts_with("HTTP/1.1 200 "), "{reply}");
    let (_, body) = reply.split_once("\r\n\r\n").unwrap();
    let mut body: serde_json::Value = serde_json::from_str(body).unwrap();
    let about = body.as_object_mut().unwrap();
    // The moment of the build stands there in an image only.
    assert!(about.remove("built").is_some_and(|built| built.is_string()), "{reply}");
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(body, serde_json::json!({ "status": "ok", "version": version, "services": ["incidents"] }));
    process.end().await;
}

/// As long as a last request is at work, the process lives and says that no more should come.
#[tokio::test]
async fn a_process_that_stops_is_alive_and_not_ready() {
    let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (tell, wait) = (begun.clone(), go_on.clone());
    let slow = on_get(async move || {
        tell.notify_one();
        wait.notified().await;
        "done"
    });
    let routes = Built::plain(Router::new().route("/slow", slow), &[("GET", "/slow")]);
    let process = Process::start(vec![service("quiet")], routes, Arc::new(MemoryBus::default())).await;
    assert_eq!(process.get("/readyz").await.status, 200);
    let mut stream = soon(TcpStream::connect(process.address)).await.unwrap();
    stream.write_all(b"GET /slow HTTP/1.1\r\nhost: test\r\n\r\n").await.unwrap();
    soon(begun.notified()).await;

    process.stop.cancel();
    let stopping = soon(async {
        loop {
            let reply = process.get("/readyz").await;
            if reply.status != 200 {
                return reply;
            }
            tokio::task::yield_now().await;
        }
    });
    let reply = stopping.await;
    assert_eq!((reply.status, &reply.json["detail"]), (503, &"This process is stopping.".into()));
    assert_eq!(process.get("/healthz").await.status, 200);
    assert!(!process.running.is_finished());
    go_on.notify_one();
    let mut last = String::new();
    soon(stream.read_to_string(&mut last)).await.unwrap();
    assert!(last.ends_with("\r\n\r\ndone"), "{last}");
    process.end().await;
}
