//! Errors take the form that the caller asked for: Django REST framework's JSON, RFC 9457, or a page.

use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use kit_base::{FieldErrors, Problem};
use kit_testkit::RoleTokens;
use kit_web::{Built, Failure, Reply};

use crate::common::{Served, request, serve_to};

async fn refuses() -> Reply<()> {
    let mut fields = FieldErrors::from([("title".to_owned(), vec!["This field is required.".to_owned()])]);
    fields.insert("sev".to_owned(), vec!["A valid integer is required.".to_owned()]);
    Err(Problem::invalid(fields).into())
}

async fn busy() -> Reply<()> {
    Err(Failure::from(Problem { retry_after: Some(7), ..Problem::new(503, "Not now.") }))
}

async fn server() -> Served {
    let thing = get(|| async { "a thing" }).delete(|| async {});
    let router =
        Router::new().route("/things", thing).route("/refuses", get(refuses)).route("/busy", get(busy));
    let routes = [("GET", "/things"), ("DELETE", "/things"), ("GET", "/refuses"), ("GET", "/busy")];
    serve_to(Built::plain(router, &routes), Arc::new(RoleTokens)).await
}

#[tokio::test]
async fn what_is_not_there_is_told_in_json() {
    let server = server().await;
    for (path, accept) in [("/nowhere", "*/*"), ("/nowhere", "application/json")] {
        let reply = server.send(request("GET", path, &[("accept", accept)], "")).await;
        assert_eq!(
            (reply.status, reply.header("content-type")),
            (404, "application/json"),
            "{path} {accept}"
        );
        assert_eq!(reply.text, r#"{"detail":"Not found."}"#, "{path} {accept}");
    }
}

#[tokio::test]
async fn a_browser_gets_a_page() {
    let server = server().await;
    let accept = [("accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")];
    let reply = server.send(request("GET", "/nowhere", &accept, "")).await;
    assert_eq!((reply.status, reply.header("content-type")), (404, "text/html; charset=utf-8"));
    assert_eq!(reply.text, "<h1>404</h1><p>Not found.</p>");
}

/// The handler's own answer is empty and says so; the page that takes its place has another length, and a style to load.
#[tokio::test]
async fn a_page_about_a_handlers_error_is_whole() {
    let server = server().await;
    for (path, status, said) in
        [("/refuses", 400, "Some fields cannot be accepted."), ("/busy", 503, "Not now.")]
    {
        let reply = server.send(request("GET", path, &[("accept", "text/html")], "")).await;
        let page = format!("<h1>{status}</h1><p>{said}</p>");
        assert_eq!((reply.status, reply.text.as_str()), (status, page.as_str()), "{path}");
        assert_eq!(reply.header("content-length"), page.len().to_string(), "{path}");
        assert_eq!(reply.header("content-security-policy"), kit_web::html::CONTENT_SECURITY_POLICY, "{path}");
    }
}

#[tokio::test]
async fn problem_details_are_given_when_asked_for() {
    let server = server().await;
    let accept = [("accept", "application/problem+json")];
    let reply = server.send(request("GET", "/api/nowhere", &accept, "")).await;
    assert_eq!((reply.status, reply.header("content-type")), (404, "application/problem+json"));
    let expected = serde_json::json!(
        {"type": "about:blank", "title": "Not Found", "status": 404, "detail": "Not found."}
    );
    assert_eq!(reply.json, expected);

    let reply = server.send(request("GET", "/refuses", &accept, "")).await;
    let expected = serde_json::json!({
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": "Some fields cannot be accepted.",
        "errors": {"sev": ["A valid integer is required."], "title": ["This field is required."]},
    });
    assert_eq!((reply.status, reply.json), (400, expected));
}

#[tokio::test]
async fn fields_at_fault_are_the_whole_answer_otherwise() {
    let reply = server().await.get("/refuses").await;
    let expected = r#"{"title":["This field is required."],"sev":["A valid integer is required."]}"#;
    assert_eq!((reply.status, reply.text.as_str()), (400, expected));
}

#[tokio::test]
async fn a_problem_says_when_to_come_back() {
    let reply = server().await.get("/busy").await;
    assert_eq!((reply.status, reply.header("retry-after")), (503, "7"));
}

#[tokio::test]
async fn a_method_that_is_not_there_is_named_beside_those_that_are() {
    let server = server().await;
    for (method, path) in [("PUT", "/things"), ("POST", "/things/"), ("PUT", "/things/?a=1")] {
        let reply = server.send(request(method, path, &[], "")).await;
        assert_eq!(reply.status, 405, "{method} {path}");
        let mut allowed: Vec<&str> = reply.header("allow").split(',').map(str::trim).collect();
        allowed.sort_unstable();
        assert_eq!(allowed, ["DELETE", "GET", "HEAD", "OPTIONS"], "{method} {path}");
        assert_eq!(reply.json["detail"], format!("Method \"{method}\" not allowed."), "{path}");
    }
}
