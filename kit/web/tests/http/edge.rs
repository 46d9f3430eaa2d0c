//! What the edge does with every request: ids, headers, deadlines, panics, addresses.

use std::collections::HashSet;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use axum::{body::Body, extract::RawQuery};
use kit_testkit::TestReply;
use kit_web::ServerConfig;

use crate::common::{patient, request, serve, serve_with};

async fn page() -> impl axum::response::IntoResponse {
    ([("content-security-policy", "default-src 'self'"), ("content-type", "text/html")], "<p>hello")
}

async fn breaks() -> String {
    panic!("the secret of the handler")
}

fn routes() -> Router {
    Router::new()
        .route("/things", get(|RawQuery(query): RawQuery| async move { query.unwrap_or_default() }))
        .route("/page", get(page))
        .route("/same", get(|| async { http::StatusCode::NOT_MODIFIED }))
        .route("/breaks", get(breaks))
        .route("/hangs", get(std::future::pending::<String>))
}

#[tokio::test]
async fn every_answer_has_an_id_of_its_own_and_the_headers_of_safety() {
    let server = serve(routes()).await;
    let mut ids = HashSet::new();
    for path in ["/things", "/things", "/page", "/nowhere", "/breaks", "/things?q=%00"] {
        let reply = server.get(path).await;
        assert_eq!(reply.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(reply.header("referrer-policy"), "same-origin", "{path}");
        let policy = match path {
            "/page" => "default-src 'self'",
            _ => "default-src 'none'; frame-ancestors 'none'",
        };
        assert_eq!(reply.header("content-security-policy"), policy, "{path}");
        let id = reply.header("x-request-id").to_owned();
        assert!(id.len() > 17 && ids.insert(id), "{path}: {:?}", reply.headers);
    }
}

/// A browser takes the headers of a 304 over to the page that it has, and a policy for what is no page would strip it bare.
#[tokio::test]
async fn an_answer_that_nothing_changed_brings_no_policy_of_its_own() {
    let reply = serve(routes()).await.get("/same").await;
    assert_eq!((reply.status, reply.header("x-content-type-options")), (304, "nosniff"));
    assert_eq!(reply.header("content-security-policy"), "");
}

#[tokio::test]
async fn a_caller_cannot_choose_the_id_of_a_request() {
    let server = serve(routes()).await;
    let reply = server.send(request("GET", "/things", &[("x-request-id", "mine")], "")).await;
    assert_ne!(reply.header("x-request-id"), "mine");
}

#[tokio::test]
async fn a_panic_is_a_500_without_its_text_and_the_server_goes_on() {
    let server = serve(routes()).await;
    for accept in ["*/*", "text/html", "application/problem+json"] {
        let reply = server.send(request("GET", "/breaks", &[("accept", accept)], "")).await;
        assert_eq!(reply.status, 500, "{accept}");
        assert!(
            !reply.text.contains("secret") && reply.text.contains("Something went wrong"),
            "{}",
            reply.text
        );
    }
    assert_eq!(server.get("/things").await.status, 200);
}

#[tokio::test]
async fn a_handler_that_takes_too_long_is_given_up() {
    let config = ServerConfig { deadline: Duration::from_millis(50), ..patient() };
    let server = serve_with(routes(), config).await;
    let reply = server.get("/hangs").await;
    assert_eq!((reply.status, reply.header("retry-after")), (503, "5"), "{}", reply.text);
    assert!(reply.json["detail"].as_str().unwrap().contains("took too long"), "{}", reply.text);
    assert_eq!(server.get("/things").await.status, 200);
}

#[tokio::test]
async fn a_final_slash_is_optional_and_the_query_stays() {
    let server = serve(routes()).await;
    for path in ["/things", "/things/", "/things///"] {
        let reply = server.get(&format!("{path}?a=1&b=/")).await;
        assert_eq!((reply.status, reply.text.as_str()), (200, "a=1&b=/"), "{path}");
    }
    assert_eq!(server.get("//").await.status, 404);
}

#[tokio::test]
async fn null_characters_are_refused_before_anybody_could_store_them() {
    let server = serve(routes()).await;
    for path in ["/things/%00", "/things?q=a%00b", "/%00/"] {
        let reply = server.get(path).await;
        assert_eq!(reply.status, 400, "{path}");
        assert_eq!(reply.json["detail"], "The address contains a null character.", "{path}");
    }
    assert_eq!(server.get("/things?q=%2500").await.text, "q=%2500", "this one is only text");
}

#[tokio::test]
async fn head_has_the_headers_of_get_and_no_body() {
    let server = serve(routes()).await;
    for (path, status, length) in [("/page", "200", Some("content-length: 8\r\n")), ("/nowhere", "404", None)]
    {
        let sent = format!("HEAD {path} HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n");
        let came = server.raw_reply(sent.as_bytes()).await;
        assert!(came.starts_with(&format!("HTTP/1.1 {status} ")), "{path}: {came}");
        let (head, body) = came.split_once("\r\n\r\n").unwrap();
        assert_eq!(body, "", "{path}");
        assert!(format!("{head}\r\n").contains(length.unwrap_or("content-type: application/json")), "{head}");
        assert!(head.contains("x-request-id: "), "{head}");
        let within = server.edge.answer(request("HEAD", path, &[], "")).await;
        assert_eq!(
            TestReply::read(within).await.text,
            "",
            "{path} within the process, where no socket drops it"
        );
    }
}

/// What the network may bring: none of it is a fault of ours, and none of it ends the server.
#[tokio::test]
async fn no_strange_request_is_answered_with_a_fault() {
    let server = serve(routes()).await;
    let requests = [
        "CONNECT example.org:443 HTTP/1.1\r\nhost: example.org:443\r\nconnection: close\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n",
        "GET http://elsewhere/things/ HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n",
        "GET /things HTTP/1.0\r\n\r\n",
        "GET /things\u{e9}%ff%zz?%gg=%f HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n",
        "BREW /things HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n",
        "POST /things HTTP/1.1\r\nhost: test\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        "GET /things HTTP/1.1\r\nhost: test\r\ncontent-length: -1\r\n\r\n",
        "\0\u{1}\u{2}nonsense\r\n\r\n",
    ];
    for sent in requests {
        let came = server.raw_reply(sent.as_bytes()).await;
        let status = came.get(9..10).unwrap_or("-");
        assert!("24-".contains(status), "{sent:?} was answered with {came}");
    }
    let reply = server.send(request("OPTIONS", "/things", &[], "")).await;
    assert_eq!(reply.status, 204);
    let reply = server.send(http::Request::builder().uri("/things").body(Body::empty()).unwrap()).await;
    assert_eq!(reply.status, 400, "a request of HTTP/1.1 names its host");
}
