//! Connections: how many there may be, how slow they may be, how much they may say before they are understood.

use std::time::Duration;

use axum::Router;
use axum::routing::get as on_get;
use http::HeaderMap;
use kit_web::ServerConfig;
use tokio::io::AsyncWriteExt;

use crate::common::{ask_http2, get, patient, request, rest, serve, serve_with, soon};

fn routes() -> Router {
    Router::new().route("/things", on_get(|| async { "a thing" }))
}

#[tokio::test]
async fn a_client_that_does_not_come_to_the_point_is_cut_off() {
    let config = ServerConfig { header_timeout: Duration::from_millis(100), ..patient() };
    let server = serve_with(routes(), config).await;
    let beginnings: [&[u8]; 4] =
        [b"", b"GET /things HT", b"PRI * HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0"];
    for beginning in beginnings {
        let mut stream = server.raw().await;
        stream.write_all(beginning).await.unwrap();
        let came = rest(&mut stream).await;
        assert!(!came.contains("200 OK"), "{beginning:?}: {came}");
    }
    assert_eq!(server.get("/things").await.status, 200);
}

#[tokio::test]
async fn a_second_request_must_come_to_the_point_as_well() {
    let config = ServerConfig { header_timeout: Duration::from_millis(100), ..patient() };
    let server = serve_with(routes(), config).await;
    for second in ["", "GET /things HT"] {
        let sent = format!("GET /things HTTP/1.1\r\nhost: test\r\n\r\n{second}");
        let came = server.raw_reply(sent.as_bytes()).await;
        assert!(came.ends_with("\r\n\r\na thing"), "{second:?}: {came}");
    }
}

/// The time for a head is not a time for the whole connection.
#[tokio::test]
async fn a_client_that_came_to_the_point_is_not_cut_off() {
    let slow = on_get(|| async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        "late"
    });
    let config = ServerConfig { header_timeout: Duration::from_millis(100), ..patient() };
    let server = serve_with(routes().route("/slow", slow), config).await;
    assert_eq!(server.get("/slow").await.text, "late");
    assert_eq!(ask_http2(&mut server.connect_http2().await, "/slow").await.text, "late");
}

#[tokio::test]
async fn who_finds_no_room_waits_until_there_is_some() {
    let server = serve_with(routes(), ServerConfig { max_connections: 2, ..patient() }).await;
    let (mut first, mut second) = (server.connect().await, server.connect().await);
    for open in [&mut first, &mut second] {
        assert_eq!(soon(open.send_request(get("/things"))).await.unwrap().status(), 200);
    }
    let mut third = server.connect().await;
    let mut answer = tokio::spawn(async move { third.send_request(get("/things")).await });
    let early = tokio::time::timeout(Duration::from_millis(200), &mut answer).await;
    assert!(early.is_err(), "there are two connections already");
    drop(first);
    assert_eq!(soon(answer).await.unwrap().unwrap().status(), 200);
    assert_eq!(soon(second.send_request(get("/things"))).await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_panic_leaves_the_room_it_took() {
    async fn breaks() -> String {
        panic!("again")
    }
    let config = ServerConfig { max_connections: 1, ..patient() };
    let server = serve_with(routes().route("/breaks", on_get(breaks)), config).await;
    for _ in 0..3 {
        assert_eq!(server.get("/breaks").await.status, 500);
    }
    assert_eq!(server.get("/things").await.status, 200);
}

#[tokio::test]
async fn a_head_that_is_too_long_is_refused() {
    let server = serve(routes()).await;
    let long = "a".repeat(100_000);
    let many: String = (0..200).map(|n| format!("x-{n}: 1\r\n")).collect();
    for head in [
        format!("GET /things HTTP/1.1\r\nhost: test\r\nx-long: {long}\r\n\r\n"),
        format!("GET /{long} HTTP/1.1\r\nhost: test\r\n\r\n"),
        format!("GET /things HTTP/1.1\r\nhost: test\r\n{many}\r\n"),
    ] {
        let came = server.raw_reply(head.as_bytes()).await;
        assert!(came.starts_with("HTTP/1.1 4"), "{:.60}: {came}", head);
    }
    let mut http2 = server.connect_http2().await;
    let mut asked = http::Request::get("http://test/things").body(axum::body::Body::empty()).unwrap();
    *asked.headers_mut() = HeaderMap::from_iter([("x-long".parse().unwrap(), long.parse().unwrap())]);
    assert_eq!(soon(http2.send_request(asked)).await.unwrap().status(), 431);
    assert_eq!(ask_http2(&mut http2, "/things").await.status, 200, "the connection can still be used");
}

#[tokio::test]
async fn http2_needs_no_introduction() {
    let server = serve(routes()).await;
    let mut http2 = server.connect_http2().await;
    let reply = ask_http2(&mut http2, "/things/").await;
    assert_eq!((reply.status, reply.text.as_str()), (200, "a thing"));
    assert_eq!(reply.header("x-content-type-options"), "nosniff");
    let reply = ask_http2(&mut http2, "/nowhere").await;
    assert_eq!((reply.status, reply.text.as_str()), (404, r#"{"detail":"Not found."}"#));
}

#[tokio::test]
async fn one_connection_carries_many_requests() {
    let server = serve(routes()).await;
    let mut connection = server.connect().await;
    for (path, status) in [("/things", 200), ("/nowhere", 404), ("/things", 200)] {
        soon(connection.ready()).await.unwrap();
        let response = soon(connection.send_request(request("GET", path, &[], ""))).await.unwrap();
        assert_eq!(response.status(), status, "{path}");
        drop(http_body_util::BodyExt::collect(response.into_body()).await.unwrap());
    }
}
