//! Heads that two readers could understand differently: refused, and nothing after them is taken for a request.

use axum::Router;
use axum::extract::Extension;
use axum::routing::{get as on_get, post};
use kit_web::Peer;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::common::{Served, rest, serve, soon};

const AFTER: &str = "GET /after HTTP/1.1\r\nhost: test\r\n\r\n";

async fn server() -> Served {
    let routes = Router::new()
        .route("/echo", post(|body: String| async move { format!("<{body}>") }))
        .route("/things", on_get(|| async { "a thing" }))
        .route("/after", on_get(|| async { "what came after" }))
        .route(
            "/host",
            on_get(|headers: http::HeaderMap| async move { headers["host"].to_str().unwrap().to_owned() }),
        )
        .route(
            "/peer",
            on_get(|Extension(peer): Extension<Peer>| async move {
                format!("{} {}", peer.address.ip(), peer.tls)
            }),
        );
    serve(routes).await
}

/// Refused with 400, and the connection ends before the next request.
async fn is_refused(server: &Served, head: &str, body: &str) {
    let came = server.raw_reply(format!("{head}\r\n\r\n{body}{AFTER}").as_bytes()).await;
    assert!(came.starts_with("HTTP/1.1 400 "), "{head:?}: {came}");
    assert!(came.contains("connection: close\r\n"), "{head:?}: {came}");
    assert!(!came.contains("what came after"), "{head:?}: {came}");
    assert_eq!(came.matches("HTTP/1.1 ").count(), 1, "{head:?}: {came}");
}

#[tokio::test]
async fn two_lengths_of_one_body_are_refused() {
    let server = server().await;
    let chunked = "5\r\nhello\r\n0\r\n\r\n";
    for (lengths, body) in [
        ("content-length: 5\r\ntransfer-encoding: chunked", chunked),
        ("transfer-encoding: chunked\r\ncontent-length: 5", chunked),
        ("Transfer-Encoding: chunked\r\nx: y\r\nContent-Length: 0", chunked),
        ("transfer-encoding: chunked\r\ncontent-length: nonsense", chunked),
        ("content-length: 5\r\ncontent-length: 6", "hello"),
        ("content-length: 5, 6", "hello"),
        ("content-length: 5, 5", "hello"),
        ("content-length: +5", "hello"),
        ("content-length: -5", "hello"),
        ("content-length: 0x5", "hello"),
        ("content-length: 99999999999999999999999", "hello"),
        ("content-length:", "hello"),
    ] {
        is_refused(&server, &format!("POST /echo HTTP/1.1\r\nhost: test\r\n{lengths}"), body).await;
    }
}

#[tokio::test]
async fn transfer_codings_that_are_not_known_are_refused() {
    let server = server().await;
    for coding in [
        "transfer-encoding: gzip, chunked",
        "transfer-encoding: gzip",
        "transfer-encoding: identity",
        "transfer-encoding: chunked, identity",
        "transfer-encoding: chunked, chunked",
        "transfer-encoding: xchunked",
        "transfer-encoding: \"chunked\"",
        "transfer-encoding: chunked\r\ntransfer-encoding: identity",
        "transfer-encoding: identity\r\ntransfer-encoding: chunked",
        "transfer-encoding: chunked\r\ntransfer-encoding: chunked",
        "transfer-encoding:\x0bchunked",
        "transfer-encoding:",
    ] {
        let head = format!("POST /echo HTTP/1.1\r\nhost: test\r\n{coding}");
        is_refused(&server, &head, "5\r\nhello\r\n0\r\n\r\n").await;
    }
    is_refused(&server, "POST /echo HTTP/1.0\r\ntransfer-encoding: chunked", "5\r\nhello\r\n0\r\n\r\n").await;
}

#[tokio::test]
async fn heads_that_are_not_well_formed_are_refused() {
    let server = server().await;
    for line in [
        "x: one\r\n two",
        "x: one\r\n\ttwo",
        " x: one",
        "x : one",
        "x\t: one",
        "content-length : 0",
        "x: one\rtwo",
        "x: one\0two",
        "x\0y: one",
        "x(y): one",
        ": one",
        "no colon",
    ] {
        is_refused(&server, &format!("GET /things HTTP/1.1\r\nhost: test\r\n{line}"), "").await;
    }
    for line in [
        "GET  /things HTTP/1.1",
        "GET /things  HTTP/1.1",
        "GET /things HTTP/1.2",
        "GET /a b HTTP/1.1",
        "GET\t/things HTTP/1.1",
    ] {
        is_refused(&server, &format!("{line}\r\nhost: test"), "").await;
    }
}

#[tokio::test]
async fn a_request_of_http_1_1_names_one_host() {
    let server = server().await;
    is_refused(&server, "GET /things HTTP/1.1\r\nx: y", "").await;
    is_refused(&server, "GET /things HTTP/1.1\r\nhost: one\r\nhost: two", "").await;
    is_refused(&server, "GET /things HTTP/1.1\r\nhost: one\r\nhost: one", "").await;
}

#[tokio::test]
async fn http_1_0_is_served_and_means_who_was_called() {
    let server = server().await;
    let came = server.raw_reply(b"GET /host HTTP/1.0\r\n\r\n").await;
    assert!(came.starts_with("HTTP/1.0 200 "), "{came}");
    assert!(came.ends_with(&format!("\r\n\r\n{}", server.address)), "{came}");
    let came = server.raw_reply(b"GET /host HTTP/1.0\r\nhost: example.org\r\n\r\n").await;
    assert!(came.ends_with("\r\n\r\nexample.org"), "{came}");
}

#[tokio::test]
async fn every_request_has_its_peer() {
    let came = server().await.raw_reply(b"GET /peer HTTP/1.0\r\n\r\n").await;
    assert!(came.ends_with("\r\n\r\n127.0.0.1 false"), "{came}");
}

/// Bodies may say what they like, one after the other on one connection.
#[tokio::test]
async fn a_body_that_looks_like_a_head_is_a_body() {
    let server = server().await;
    let first = "\r\ncontent-length: 5\r\n\r\ntransfer-encoding: chunked\r\n\r\n";
    let chunk = "content-length: 5";
    let sent = format!(
        "POST /echo HTTP/1.1\r\nhost: test\r\ncontent-length: {}\r\n\r\n{first}\
         POST /echo HTTP/1.1\r\nhost: test\r\ncontent-length: 2\r\ncontent-length: 2\r\n\r\nok\
         POST /echo HTTP/1.1\r\nhost: test\r\ntransfer-encoding: Chunked\r\n\r\n{:x}; an=extension\r\n{chunk}\r\n0\r\na: b\r\n\r\n\
         GET /after HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n",
        first.len(),
        chunk.len()
    );
    let came = server.raw_reply(sent.as_bytes()).await;
    assert!(came.contains(&format!("<{first}>")) && came.contains("<ok>"), "{came}");
    assert!(came.contains("<content-length: 5>") && came.ends_with("what came after"), "{came}");
}

#[tokio::test]
async fn chunks_that_are_not_well_formed_end_the_connection() {
    let server = server().await;
    for chunks in [
        "5\nhello\r\n0\r\n\r\n",
        "x\r\nhello\r\n0\r\n\r\n",
        "5\r\nhelloXX0\r\n\r\n",
        "ffffffffffffffffff\r\nhello\r\n0\r\n\r\n",
        "-5\r\nhello\r\n0\r\n\r\n",
        "5 \rhello\r\n0\r\n\r\n",
    ] {
        let head = "POST /echo HTTP/1.1\r\nhost: test\r\ntransfer-encoding: chunked\r\n\r\n";
        let came = server.raw_reply(format!("{head}{chunks}{AFTER}").as_bytes()).await;
        assert!(!came.contains("HTTP/1.1 2") && !came.contains("what came after"), "{chunks:?}: {came}");
    }
}

#[tokio::test]
async fn too_many_headers_are_too_large() {
    let server = server().await;
    let with = |count: usize| {
        let more: String = (0..count - 2).map(|n| format!("x-{n}: 1\r\n")).collect();
        format!("GET /things HTTP/1.1\r\nhost: test\r\nconnection: close\r\n{more}\r\n")
    };
    let came = server.raw_reply(with(100).as_bytes()).await;
    assert!(came.starts_with("HTTP/1.1 200 "), "{came}");
    let came = server.raw_reply(with(101).as_bytes()).await;
    assert!(came.starts_with("HTTP/1.1 431 "), "{came}");
}

#[tokio::test]
async fn a_head_of_more_than_64_kib_is_too_large() {
    let server = server().await;
    let with = |length: usize| {
        format!(
            "GET /things HTTP/1.1\r\nhost: test\r\nconnection: close\r\nx: {}\r\n\r\n",
            "a".repeat(length)
        )
    };
    let came = server.raw_reply(with(60 << 10).as_bytes()).await;
    assert!(came.starts_with("HTTP/1.1 200 "), "{came}");
    let came = server.raw_reply(with(65 << 10).as_bytes()).await;
    assert!(came.starts_with("HTTP/1.1 431 "), "{came}");
}

#[tokio::test]
async fn an_address_in_absolute_form_is_found() {
    let came = server()
        .await
        .raw_reply(b"GET http://other/things HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n")
        .await;
    assert!(came.starts_with("HTTP/1.1 200 ") && came.ends_with("a thing"), "{came}");
}

#[tokio::test]
async fn odd_requests_are_answered_and_the_server_lives() {
    let server = server().await;
    for (head, status) in [
        ("CONNECT other:443 HTTP/1.1\r\nhost: other:443", "4"),
        ("OPTIONS * HTTP/1.1\r\nhost: test", "4"),
        ("TRACE /things HTTP/1.1\r\nhost: test", "405 "),
        ("BREW /things HTTP/1.1\r\nhost: test", "405 "),
        ("GET http:///things HTTP/1.1\r\nhost: test", "4"),
        ("GET things HTTP/1.1\r\nhost: test", "4"),
    ] {
        let came = server.raw_reply(format!("{head}\r\nconnection: close\r\n\r\n").as_bytes()).await;
        assert!(came.starts_with(&format!("HTTP/1.1 {status}")), "{head:?}: {came}");
    }
    assert_eq!(server.get("/things").await.status, 200);
}

#[tokio::test]
async fn wishes_to_speak_something_else_are_ignored() {
    let server = server().await;
    for wish in [
        "connection: upgrade\r\nupgrade: websocket",
        "connection: upgrade, http2-settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABkAAQAAP__",
    ] {
        let mut stream = server.raw().await;
        stream
            .write_all(format!("GET /things HTTP/1.1\r\nhost: test\r\n{wish}\r\n\r\n").as_bytes())
            .await
            .unwrap();
        stream.write_all(b"GET /after HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n").await.unwrap();
        let came = rest(&mut stream).await;
        assert!(came.starts_with("HTTP/1.1 200 ") && came.ends_with("what came after"), "{wish:?}: {came}");
    }
}

#[tokio::test]
async fn who_asks_whether_to_go_on_is_told_to() {
    let server = server().await;
    let mut stream = server.raw().await;
    let head = "POST /echo HTTP/1.1\r\nhost: test\r\nexpect: 100-continue\r\ncontent-length: 5\r\nconnection: close\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut told = [0; 25];
    soon(stream.read_exact(&mut told)).await.unwrap();
    assert_eq!(&told, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(b"hello").await.unwrap();
    let came = rest(&mut stream).await;
    assert!(came.starts_with("HTTP/1.1 200 ") && came.ends_with("<hello>"), "{came}");
}

/// One HTTP/2 frame.
fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// CVE-2023-44487: requests that are taken back as soon as they are made.
#[tokio::test]
async fn who_takes_back_every_request_is_sent_away() {
    const GOAWAY: u8 = 7;
    const ENHANCE_YOUR_CALM: u32 = 11;
    let server = server().await;
    let mut stream = server.raw().await;
    let mut sent = [b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(), frame(4, 0, 0, &[])].concat();
    for id in (1..2_000).step_by(2) {
        // :method GET, :scheme http, :path / from the static table; :authority "a" in letters.
        sent.extend(frame(1, 5, id, &[0x82, 0x86, 0x84, 0x01, 1, b'a']));
        sent.extend(frame(3, 0, id, &8_u32.to_be_bytes()));
    }
    let _ = stream.write_all(&sent).await;
    let mut reason = None;
    while reason.is_none() {
        let mut head = [0; 9];
        soon(stream.read_exact(&mut head)).await.expect("it says why before it goes");
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        let mut payload = vec![0; usize::try_from(length).unwrap()];
        soon(stream.read_exact(&mut payload)).await.unwrap();
        if head[3] == GOAWAY {
            reason = Some(u32::from_be_bytes(payload[4..8].try_into().unwrap()));
        }
    }
    assert_eq!(reason, Some(ENHANCE_YOUR_CALM));
    assert_eq!(server.get("/things").await.status, 200);
}
