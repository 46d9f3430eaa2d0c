//! Services in different processes: who proves to be one of ours is let in, and nobody else.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, StatusCode};
use kit_base::{Clock, SecretKey, Settings, Transport, TransportError};
use kit_testkit::RoleTokens;
use kit_web::{Answer, Built, LocalTransport, Routes, Rule, Switchboard, Visitor};
use tokio::net::TcpListener;
use utoipa_axum::routes;

use crate::common::{Served, request, serve_keyed, soon};

const KEY: &str = "the key of the installation, long enough";

/// What services tell each other.
#[utoipa::path(post, path = "/internal/news", responses((status = 200, body = String)))]
async fn news(body: String) -> String {
    body
}

/// Says who asks.
#[utoipa::path(get, path = "/who", responses((status = 200, body = String)))]
async fn who(Visitor(caller): Visitor) -> Answer<String> {
    Answer::ok(caller.map_or_else(|| "stranger".to_owned(), |caller| caller.user_id))
}

fn routes() -> Built {
    Routes::new(()).internal(routes!(news)).add(Rule::Anyone, routes!(who)).build()
}

async fn server() -> Served {
    serve_keyed(routes(), Arc::new(RoleTokens), SecretKey::new(KEY)).await
}

fn board(key: &str, url: &str) -> Switchboard {
    let settings = Settings::default();
    let board = Switchboard::new(
        LocalTransport::default(),
        &settings,
        SecretKey::new(key),
        Clock::system(),
        "frontend",
    );
    let paths = ["/internal/news", "/who"].map(str::to_owned);
    board.unwrap().add("incidents", url, paths).unwrap()
}

fn news_request(body: &'static str) -> Request<Bytes> {
    Request::post("/internal/news").body(Bytes::from_static(body.as_bytes())).unwrap()
}

#[tokio::test]
async fn a_service_that_proves_itself_is_let_in_and_nobody_else() {
    let server = server().await;
    let url = format!("http://{}", server.address);
    let answer = soon(board(KEY, &url).send(news_request("it rains"))).await.unwrap();
    assert_eq!((answer.status(), answer.body().as_ref()), (StatusCode::OK, &b"it rains"[..]));
    // Whoever has another key is told so, and is not taken for a visitor.
    let answer = soon(board("another key", &url).send(news_request("it rains"))).await.unwrap();
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    assert!(String::from_utf8_lossy(answer.body()).contains("key of this installation"), "{answer:?}");
    let who = Request::get("/who").body(Bytes::new()).unwrap();
    let answer = soon(board("another key", &url).send(who)).await.unwrap();
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    // A visitor is a visitor, whatever role it has.
    for authorization in ["", "Bearer role:admin"] {
        let asked = request("POST", "/internal/news", &[("authorization", authorization)], "it rains");
        assert_eq!(server.send(asked).await.status, 403, "{authorization:?}");
    }
    let asked = request("POST", "/internal/news", &[("polystatus-peer", "frontend.1.00")], "it rains");
    assert_eq!(server.send(asked).await.status, 401);
}

#[tokio::test]
async fn whoever_a_service_asks_for_keeps_his_rights() {
    let server = server().await;
    let board = board(KEY, &format!("http://{}", server.address));
    let ask = async |authorization: Option<&str>| {
        let mut asked = Request::get("/who?x=1");
        if let Some(authorization) = authorization {
            asked = asked.header("authorization", authorization);
        }
        let answer = soon(board.send(asked.body(Bytes::new()).unwrap())).await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        String::from_utf8_lossy(answer.body()).into_owned()
    };
    assert_eq!(ask(None).await, "\"stranger\"");
    assert_eq!(ask(Some("Bearer role:viewer")).await, "\"test-viewer\"");
}

#[tokio::test]
async fn a_service_that_is_not_there_or_says_nothing_is_told_from_one_that_refuses() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let silent = format!("http://{}", listener.local_addr().unwrap());
    let mut asked = news_request("");
    asked.extensions_mut().insert(kit_base::Patience(Duration::from_millis(100)));
    let error = soon(board(KEY, &silent).send(asked)).await.unwrap_err();
    assert!(matches!(&error, TransportError::TimedOut(service) if service == "incidents"), "{error}");
    drop(listener);
    let error = soon(board(KEY, &silent).send(news_request(""))).await.unwrap_err();
    assert_eq!(error.to_string(), "incidents cannot be reached: nobody listens there");
}

#[tokio::test]
async fn an_address_of_a_peer_is_scheme_host_and_port() {
    let board = board(KEY, "http://127.0.0.1:1");
    for bad in ["", "127.0.0.1:80", "ftp://a", "http://a/b", "http://u:p@a", "http://a?b", "http://"] {
        let error = board.clone().add("flags", bad, []).err().unwrap();
        assert!(error.contains("peers.flags is") && error.contains("http://10.0.0.7:8080"), "{bad}: {error}");
    }
    assert!(board.add("flags", "https://flags.internal:8443/", []).is_ok());
}
