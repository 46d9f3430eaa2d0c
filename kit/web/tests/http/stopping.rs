//! Stopping: what has begun is finished, nothing new begins, and what would never end is cut.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::routing::get as on_get;
use bytes::Bytes;
use futures_util::stream;
use http::Request;
use http_body_util::BodyExt;
use kit_testkit::TestReply;
use kit_web::ServerConfig;
use tokio::net::TcpStream;
use tokio::sync::{Notify, Semaphore, mpsc};

use crate::common::{Served, get, patient, serve, serve_with, soon};

/// Waits until nobody listens any more.
async fn refused(server: &Served) {
    soon(async {
        while TcpStream::connect(server.address).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_request_that_has_begun_is_finished_and_no_new_one_begins() {
    let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Semaphore::new(0)));
    let (tell, wait) = (begun.clone(), go_on.clone());
    let slow = on_get(async move || {
        tell.notify_one();
        let _ = wait.acquire().await;
        "finished"
    });
    let mut server = serve(Router::new().route("/slow", slow)).await;
    let (mut http1, mut http2) = (server.connect().await, server.connect_http2().await);
    let first = tokio::spawn(async move { http1.send_request(get("/slow")).await });
    soon(begun.notified()).await;
    let asked = Request::get("http://test/slow").body(Body::empty()).unwrap();
    let second = tokio::spawn(async move { http2.send_request(asked).await });
    soon(begun.notified()).await;

    server.stop.cancel();
    refused(&server).await;
    // Whoever does not wait would be gone by then.
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(!server.serving.is_finished(), "it waits for what has begun");
    go_on.add_permits(2);
    for answer in [first, second] {
        let response = soon(answer).await.unwrap().unwrap().map(Body::new);
        assert_eq!(soon(TestReply::read(response)).await.text, "finished");
    }
    soon(&mut server.serving).await.unwrap();
}

#[tokio::test]
async fn connections_that_only_stay_open_do_not_hold_up_the_end() {
    let mut server = serve(Router::new().route("/things", on_get(|| async { "a thing" }))).await;
    let (mut http1, mut http2) = (server.connect().await, server.connect_http2().await);
    let response = soon(http1.send_request(get("/things"))).await.unwrap();
    soon(response.into_body().collect()).await.unwrap();
    let _ = crate::common::ask_http2(&mut http2, "/things").await;
    let silent = server.raw().await;
    server.stop.cancel();
    soon(&mut server.serving).await.unwrap();
    drop(silent);
}

/// An answer that never ends; tells when nobody makes it any more.
fn endless() -> (Router, mpsc::Receiver<Infallible>) {
    let (alive, gone) = mpsc::channel(1);
    let stream = on_get(async move || {
        let alive = alive.clone();
        Body::from_stream(stream::unfold(alive, |alive| async {
            tokio::time::sleep(Duration::from_millis(5)).await;
            Some((Ok::<_, Infallible>(Bytes::from_static(b"more and more ")), alive))
        }))
    });
    (Router::new().route("/endless", stream), gone)
}

#[tokio::test]
async fn what_would_never_end_is_cut_after_the_time_to_drain() {
    for http2 in [false, true] {
        let (routes, mut gone) = endless();
        let config = ServerConfig { drain: Duration::from_millis(100), ..patient() };
        let mut server = serve_with(routes, config).await;
        let mut http1_connection = server.connect().await;
        let mut http2_connection = server.connect_http2().await;
        let asked = Request::get("http://test/endless").body(Body::empty()).unwrap();
        let response = match http2 {
            true => soon(http2_connection.send_request(asked)).await,
            false => soon(http1_connection.send_request(get("/endless"))).await,
        };
        let mut body = response.unwrap().into_body();
        soon(body.frame()).await.unwrap().unwrap();
        server.stop.cancel();
        soon(&mut server.serving).await.unwrap();
        let end = soon(async {
            loop {
                match body.frame().await {
                    Some(Ok(_)) => {}
                    end => return end,
                }
            }
        });
        assert!(matches!(end.await, Some(Err(_))), "cut, not ended (HTTP/2: {http2})");
        // The route itself holds the last sender.
        drop((std::mem::replace(&mut server.edge, crate::common::edge(Router::new(), &patient())), body));
        assert_eq!(soon(gone.recv()).await, None, "the stream is given back (HTTP/2: {http2})");
    }
}
