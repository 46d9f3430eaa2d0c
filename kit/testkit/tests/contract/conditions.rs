//! Conditional requests: who has it already gets nothing, and who means something else changes nothing.

use http::Request;
use kit_base::Role;
use kit_testkit::{Engine, TestApp, TestReply, TestWorld};
use serde_json::json;

use crate::things::start;

async fn ask(
    app: &TestApp,
    method: &str,
    token: Option<&str>,
    header: (&str, &str),
    body: &str,
) -> TestReply {
    let mut request = Request::builder().method(method).uri("/api/things/1/").header("host", "test");
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let request = request.header(header.0, header.1).header("content-type", "application/json");
    TestReply::read(app.answer(request.body(body.to_owned().into()).unwrap()).await).await
}

#[tokio::test]
async fn who_has_it_gets_an_empty_304_in_every_form_of_the_tag() {
    let world = TestWorld::new(Engine::Sqlite);
    let (app, things) = start(&world, Engine::Sqlite);
    things.put(1, "a").await;
    let etag = app.anonymous().get("/api/things/1/").await.header("etag").to_owned();
    let bare = etag.trim_matches('"').to_owned();
    assert_eq!(bare.len(), 32);
    for known in [etag.clone(), bare.clone(), format!("W/{etag}"), format!("\"x\", {etag}"), "*".to_owned()] {
        for method in ["GET", "HEAD"] {
            let reply = ask(&app, method, None, ("if-none-match", &known), "").await;
            assert_eq!((reply.status, reply.text.as_str()), (304, ""), "{method} {known}");
            assert_eq!(reply.header("etag"), etag);
            assert_eq!(reply.header("allow"), "GET, PUT, HEAD, OPTIONS");
            assert_eq!(reply.header("vary"), "Accept, Cookie");
        }
    }
    assert_eq!(things.runs(), 1, "a 304 needs no handler");
    assert_eq!(ask(&app, "GET", None, ("if-none-match", "\"other\""), "").await.status, 200);
    let other = ask(&app, "GET", None, ("if-match", "\"other\""), "").await;
    assert_eq!((other.status, other.text.as_str(), other.header("etag")), (412, "", etag.as_str()));
    assert_eq!(ask(&app, "GET", None, ("if-match", &etag), "").await.status, 200);
    things.put(1, "b").await;
    assert_eq!(ask(&app, "GET", None, ("if-none-match", &etag), "").await.status, 200);
}

#[tokio::test]
async fn a_change_is_made_to_what_the_caller_means_or_not_at_all() {
    let world = TestWorld::new(Engine::Sqlite);
    let (app, things) = start(&world, Engine::Sqlite);
    things.put(1, "a").await;
    let member = Some("role:member");
    let name = async || app.anonymous().get("/api/things/1").await.json["name"].clone();
    let etag = app.role(Role::Member).get("/api/things/1/").await.header("etag").to_owned();

    let stale = ask(&app, "PUT", member, ("if-match", "\"stale\""), r#"{"name": "b"}"#).await;
    assert_eq!((stale.status, stale.text.as_str(), stale.header("etag")), (412, "", etag.as_str()));
    let known = ask(&app, "PUT", member, ("if-none-match", &etag), r#"{"name": "b"}"#).await;
    assert_eq!((known.status, name().await), (412, json!("a")));

    let good = ask(&app, "PUT", member, ("if-match", &etag), r#"{"name": "b"}"#).await;
    assert_eq!((good.status, name().await), (200, json!("b")));
    let now = app.role(Role::Member).get("/api/things/1/").await.header("etag").to_owned();
    assert_eq!(good.header("etag"), now, "a change answers with the tag of the new state");
    assert_eq!(ask(&app, "PUT", member, ("if-match", &etag), r#"{"name": "c"}"#).await.status, 412);
    assert_eq!(ask(&app, "PUT", member, ("if-none-match", "\"x\""), r#"{"name": "c"}"#).await.status, 200);
}

/// Of many who mean the same state, one gets through.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_changes_to_one_state_one_is_made() {
    let world = TestWorld::new(Engine::Sqlite);
    let (app, things) = start(&world, Engine::Sqlite);
    things.put(1, "a").await;
    let etag = app.role(Role::Member).get("/api/things/1/").await.header("etag").to_owned();
    let names: Vec<String> = (0..20).map(|n| format!("{{\"name\": \"{n}\"}}")).collect();
    let tries = names.iter().map(|body| ask(&app, "PUT", Some("role:member"), ("if-match", &etag), body));
    let statuses: Vec<u16> =
        futures_util::future::join_all(tries).await.into_iter().map(|reply| reply.status).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 412).count(), 19, "{statuses:?}");
}
