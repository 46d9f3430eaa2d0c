//! The order in which a request is looked at, and what its refusals say: one table for all of it.

use http::Request;
use kit_testkit::{Engine, TestApp, TestReply, TestWorld};

use crate::things::start;

struct Asked<'a> {
    method: &'a str,
    path: &'a str,
    token: Option<&'a str>,
    accept: &'a str,
    body: Option<(&'a str, &'a str)>,
}

/// Method, path, token, `Accept`, body with its type, and the status that is told.
type Row = (
    &'static str,
    &'static str,
    Option<&'static str>,
    &'static str,
    Option<(&'static str, &'static str)>,
    u16,
);

async fn ask(app: &TestApp, asked: &Asked<'_>) -> TestReply {
    let mut request = Request::builder().method(asked.method).uri(asked.path).header("host", "test");
    if let Some(token) = asked.token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    if !asked.accept.is_empty() {
        request = request.header("accept", asked.accept);
    }
    let (kind, body) = asked.body.unwrap_or_default();
    if !kind.is_empty() {
        request = request.header("content-type", kind);
    }
    TestReply::read(app.answer(request.body(body.to_owned().into()).unwrap()).await).await
}

#[tokio::test]
async fn what_comes_first_is_told_first() {
    let world = TestWorld::new(Engine::Sqlite);
    let (app, things) = start(&world, Engine::Sqlite);
    things.put(1, "a").await;
    let json = Some(("application/json", "{"));
    let text = Some(("text/plain", "name=a"));
    let (member, viewer) = (Some("role:member"), Some("role:viewer"));
    let table: &[Row] = &[
        ("GET", "/api/nothing", None, "", None, 404),
        ("GET", "/api/things", None, "image/png", None, 406),
        ("POST", "/api/other", None, "image/png", None, 406),
        ("GET", "/api/things?format=yaml", None, "", None, 404),
        ("POST", "/api/other", None, "", None, 401),
        ("GET", "/api/other", None, "", None, 401),
        ("POST", "/api/other", member, "", None, 403),
        ("GET", "/api/other", member, "", None, 403),
        ("GET", "/api/other", Some("role:admin"), "", None, 405),
        ("PATCH", "/api/things/1", None, "", None, 405),
        ("DELETE", "/api/things", None, "", None, 405),
        ("PUT", "/api/things/1", None, "", json, 401),
        ("PUT", "/api/things/2", member, "", json, 404),
        ("PUT", "/api/things/1", viewer, "", json, 403),
        ("PUT", "/api/things/1", member, "", json, 400),
        ("PUT", "/api/things/1", member, "", text, 415),
        ("PUT", "/api/things/1", member, "", Some(("application/json", "{}")), 400),
        ("POST", "/api/other", Some("role:manager"), "", None, 204),
    ];
    for (method, path, token, accept, body, expected) in table.iter().copied() {
        let reply = ask(&app, &Asked { method, path, token, accept, body }).await;
        assert_eq!(reply.status, expected, "{method} {path} {token:?} {accept} {body:?}: {}", reply.text);
        if path.starts_with("/api/things") || path == "/api/other" {
            assert!(reply.header("allow").ends_with("OPTIONS"), "{method} {path}");
            assert!(reply.header("vary").starts_with("Accept"), "{method} {path}");
        }
        if expected == 401 {
            assert_eq!(reply.header("www-authenticate"), "Bearer realm=\"api\"");
        }
    }
    let refused =
        ask(&app, &Asked { method: "POST", path: "/api/other", token: Some("x"), accept: "", body: None });
    let challenge = refused.await.header("www-authenticate").to_owned();
    assert!(challenge.contains("error=\"invalid_token\""), "{challenge}");
}

#[tokio::test]
async fn errors_come_in_the_form_and_language_that_are_wanted() {
    let world = TestWorld::new(Engine::Sqlite);
    let (app, _) = start(&world, Engine::Sqlite);
    let missing = |accept| Asked { method: "GET", path: "/api/things/9", token: None, accept, body: None };
    let json = ask(&app, &missing("")).await;
    assert_eq!(
        (json.text.as_str(), json.header("content-type")),
        (r#"{"detail":"Not found."}"#, "application/json")
    );
    let xml = ask(&app, &missing("application/xml")).await;
    assert!(xml.text.ends_with("<root><detail>Not found.</detail></root>"), "{}", xml.text);
    assert_eq!(xml.header("content-type"), "application/xml; charset=utf-8");
    let problem = ask(&app, &missing("application/problem+json")).await;
    assert_eq!(problem.header("content-type"), "application/problem+json");
    assert_eq!((&problem.json["status"], &problem.json["title"]), (&404.into(), &"Not Found".into()));
    let page = ask(&app, &missing("text/html")).await;
    assert_eq!((page.status, page.header("content-type")), (404, "text/html; charset=utf-8"));
    let french = Request::builder()
        .uri("/api/things/9")
        .header("host", "test")
        .header("accept-language", "fr-CA, en;q=0.5");
    let french = TestReply::read(app.answer(french.body("".into()).unwrap()).await).await;
    assert_eq!(french.json["detail"], "Pas trouvé.");
    assert_eq!(french.header("vary"), "Accept, Cookie, Accept-Language");
}

#[tokio::test]
async fn values_come_in_every_form_and_lists_have_links() {
    let world = TestWorld::new(Engine::Sqlite);
    let (app, things) = start(&world, Engine::Sqlite);
    for id in 1..=3 {
        things.put(id, "<a>").await;
    }
    let list =
        |accept| Asked { method: "GET", path: "/api/things/?page_size=2", token: None, accept, body: None };
    let json = ask(&app, &list("")).await;
    assert_eq!(json.json["next"], "http://test/api/things/?page=2&page_size=2");
    assert_eq!(json.header("link"), "<http://test/api/things/?page=2&page_size=2>; rel=\"next\"");
    let indented = ask(&app, &list("application/json; indent=2")).await;
    assert!(indented.text.starts_with("{\n  \"count\": 3,\n"), "{}", indented.text);
    let xml = ask(&app, &list("application/xml")).await;
    assert!(
        xml.text.contains("<list-item><id>1</id><name>&lt;a&gt;</name><seen_by></seen_by></list-item>"),
        "{}",
        xml.text
    );
    let tags: std::collections::BTreeSet<&str> =
        [&json, &indented, &xml].map(|reply| reply.header("etag")).into();
    assert_eq!(tags.len(), 3, "each representation has a tag of its own");
    let head = ask(&app, &Asked { method: "HEAD", ..list("") }).await;
    assert_eq!(
        (head.text.as_str(), head.header("content-length")),
        ("", json.text.len().to_string().as_str())
    );
}

/// Compressed forms are made in the background; who waits for none gets the plain one.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_wanted_compressed_comes_compressed_once_it_is_ready() {
    let world = TestWorld::new(Engine::Sqlite);
    let (app, things) = start(&world, Engine::Sqlite);
    for id in 1..=50 {
        things.put(id, &"a thing ".repeat(10)).await;
    }
    let ask = async |coding: &str| {
        let request = Request::builder().uri("/api/things?page_size=50").header("host", "test");
        let request = request.header("accept-encoding", coding).body("".into()).unwrap();
        app.answer(request).await
    };
    let plain = ask("identity").await;
    let etag = plain.headers()["etag"].clone();
    for coding in ["gzip", "br"] {
        let squeezed = loop {
            let response = ask(coding).await;
            if response.headers().contains_key("content-encoding") {
                break response;
            }
            tokio::task::yield_now().await;
        };
        assert_eq!(squeezed.headers()["content-encoding"], coding);
        assert_eq!(squeezed.headers()["vary"], "Accept, Cookie, Accept-Encoding");
        assert_ne!(squeezed.headers()["etag"], etag, "the bytes differ, so the tags do");
        let known = squeezed.headers()["etag"].clone();
        let again = Request::builder()
            .uri("/api/things?page_size=50")
            .header("host", "test")
            .header("if-none-match", known);
        assert_eq!(app.answer(again.body("".into()).unwrap()).await.status(), 304);
    }
    assert_eq!(things.runs(), 1);
}
