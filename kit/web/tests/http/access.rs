//! Rules: who gets in, what the others are told, and what happens when nobody can be asked.

use std::sync::Arc;

use async_trait::async_trait;
use kit_base::{Authenticator, Caller, Problem, Role};
use kit_testkit::{RoleTokens, TestReply};
use kit_web::{Answer, Built, Class, Member, RouteRule, Routes, Rule, Visitor};
use utoipa_axum::routes;

use crate::common::{Served, request, serve_to};

/// Greets whoever it is.
#[utoipa::path(get, path = "/open", responses((status = 200, body = String)))]
async fn open(Visitor(caller): Visitor) -> Answer<String> {
    Answer::ok(caller.map_or_else(|| "stranger".to_owned(), |caller| caller.user_id))
}

/// Greets managers.
#[utoipa::path(get, path = "/guarded", responses((status = 200, body = String)))]
async fn guarded(Member(caller): Member) -> Answer<String> {
    Answer::ok(caller.user_id)
}

/// Changes something.
#[utoipa::path(post, path = "/guarded", responses((status = 200, body = String)))]
async fn change(Member(caller): Member) -> Answer<String> {
    Answer::ok(caller.user_id)
}

/// A page for managers.
#[utoipa::path(get, path = "/console/{name}", params(("name" = String, Path)),
    responses((status = 200, content_type = "text/html", body = String)))]
async fn page(Member(caller): Member) -> String {
    caller.user_id
}

fn routes() -> Built {
    Routes::new(())
        .add(Rule::Anyone, routes!(open))
        .add(Rule::AtLeast(Role::Manager), routes!(guarded))
        .add(Rule::AtLeast(Role::Admin), routes!(change))
        .build()
}

async fn server() -> Served {
    serve_to(routes(), Arc::new(RoleTokens)).await
}

async fn ask(server: &Served, path: &str, authorization: &str) -> TestReply {
    server.send(request("GET", path, &[("authorization", authorization)], "")).await
}

#[tokio::test]
async fn who_says_nothing_is_asked_who_it_is() {
    let server = server().await;
    let reply = server.get("/guarded").await;
    assert_eq!((reply.status, reply.header("www-authenticate")), (401, "Bearer realm=\"api\""));
    assert_eq!(reply.json["detail"], "Authentication credentials were not provided.");
    for other in ["Basic YTpi", "Bearer", "Bearer ", "role:admin"] {
        let reply = ask(&server, "/guarded", other).await;
        assert_eq!(
            (reply.status, reply.header("www-authenticate")),
            (401, "Bearer realm=\"api\""),
            "{other}"
        );
    }
}

#[tokio::test]
async fn a_token_that_nobody_knows_is_called_invalid() {
    let reply = ask(&server().await, "/guarded", "Bearer made-up").await;
    let challenge =
        "Bearer realm=\"api\",error=\"invalid_token\",error_description=\"The access token is invalid.\"";
    assert_eq!((reply.status, reply.header("www-authenticate")), (401, challenge));
}

#[tokio::test]
async fn a_role_opens_what_is_its_own_and_what_is_below() {
    let server = server().await;
    for (role, status) in [("viewer", 403), ("responder", 403), ("manager", 200), ("admin", 200)] {
        let reply = ask(&server, "/guarded", &format!("bearer  role:{role}")).await;
        assert_eq!(reply.status, status, "{role}");
        match status {
            200 => assert_eq!(reply.json, format!("test-{role}")),
            _ => assert_eq!(reply.json["detail"], "You do not have permission to perform this action."),
        }
    }
}

#[tokio::test]
async fn each_method_of_a_path_has_its_own_rule() {
    let server = server().await;
    let manager = [("authorization", "Bearer role:manager")];
    assert_eq!(server.send(request("POST", "/guarded", &manager, "")).await.status, 403);
    assert_eq!(server.send(request("GET", "/guarded", &manager, "")).await.status, 200);
    assert_eq!(server.send(request("HEAD", "/guarded", &[], "")).await.status, 401);
    // Whoever may not come in is not told what else there is.
    assert_eq!(server.send(request("PUT", "/guarded", &[], "")).await.status, 401);
    let admin = [("authorization", "Bearer role:admin")];
    assert_eq!(server.send(request("PUT", "/guarded", &admin, "")).await.status, 405);
}

#[tokio::test]
async fn an_open_route_serves_everybody_and_knows_whom_it_can() {
    let server = server().await;
    for (authorization, name) in
        [("", "stranger"), ("Bearer made-up", "stranger"), ("Bearer role:viewer", "test-viewer")]
    {
        let reply = ask(&server, "/open", authorization).await;
        assert_eq!((reply.status, reply.json), (200, name.into()), "{authorization}");
    }
}

struct Unreachable;

#[async_trait]
impl Authenticator for Unreachable {
    async fn authenticate(&self, _: &str) -> Result<Option<Caller>, Problem> {
        Err(Problem::unavailable("Nobody can be asked who you are."))
    }
}

#[tokio::test]
async fn when_nobody_can_be_asked_only_open_routes_are_served() {
    let server = serve_to(routes(), Arc::new(Unreachable)).await;
    let reply = ask(&server, "/open", "Bearer role:admin").await;
    assert_eq!((reply.status, reply.json), (200, "stranger".into()));
    let reply = ask(&server, "/guarded", "Bearer role:admin").await;
    assert_eq!((reply.status, reply.header("retry-after")), (503, "5"));
    assert_eq!(reply.json["detail"], "Nobody can be asked who you are.");
    assert_eq!(server.get("/guarded").await.status, 401, "without a token there is nobody to ask for");
}

#[test]
fn every_route_is_listed_with_its_rule_and_what_follows_from_it() {
    let built = routes();
    let rule = |method: &str, path: &str, rule| RouteRule {
        method: method.into(),
        path: path.into(),
        rule,
        class: Class::Api,
        scope: None,
        login: None,
        confidential: false,
    };
    let expected = [
        rule("GET", "/open", Rule::Anyone),
        rule("GET", "/guarded", Rule::AtLeast(Role::Manager)),
        rule("POST", "/guarded", Rule::AtLeast(Role::Admin)),
    ];
    assert_eq!(built.rules, expected);
    let api = serde_json::to_value(&built.openapi).unwrap();
    let guarded = &api["paths"]["/guarded"]["get"];
    assert!(guarded["responses"]["401"].is_object() && guarded["responses"]["403"].is_object(), "{guarded}");
    assert_eq!(guarded["security"], serde_json::json!([{"bearer": []}, {"oauth2": ["read"]}]));
    assert_eq!(api["paths"]["/open"]["get"]["responses"]["401"], serde_json::Value::Null);
}

/// What a proxy has passed on came from afar, and without a proxy that is trusted nobody says that it came by https.
#[tokio::test]
async fn nothing_secret_is_taken_over_plain_http() {
    let server = serve_to(routes().confidential(), Arc::new(RoleTokens)).await;
    let afar = ("x-forwarded-for", "203.0.113.9");
    for (method, path, secret, status) in [
        ("GET", "/open", None, 200),
        ("GET", "/open", Some(("authorization", "Bearer role:viewer")), 403),
        ("GET", "/open", Some(("authorization", "Basic YTpi")), 403),
        ("GET", "/open", Some(("x-api-key", "role:viewer")), 403),
        ("GET", "/open", Some(("cookie", "session=role:viewer")), 403),
        ("GET", "/guarded", None, 401),
        ("POST", "/guarded", None, 403),
    ] {
        let lines: Vec<_> = std::iter::once(afar).chain(secret).collect();
        // What is asked again may be answered from what is kept.
        for _ in 0..2 {
            let reply = server.send(request(method, path, &lines, "")).await;
            assert_eq!(reply.status, status, "{method} {path} {secret:?}");
            let refused = reply.text.contains("only be sent over https");
            assert_eq!(refused, status == 403, "{method} {path} {secret:?}: {}", reply.text);
        }
    }
    let near = server.send(request("POST", "/guarded", &[], "")).await;
    assert_eq!(near.status, 401, "on the machine itself nobody listens in");
}

#[tokio::test]
async fn a_browser_that_is_not_logged_in_does_so_first() {
    let pages = Routes::new(()).login_at("/login").add(Rule::AtLeast(Role::Manager), routes!(page)).build();
    let server = serve_to(routes().and(pages), Arc::new(RoleTokens)).await;
    let browser = |path: &'static str, cookie: &'static str| {
        request("GET", path, &[("accept", "text/html,*/*;q=0.8"), ("cookie", cookie)], "")
    };
    for cookie in ["", "session=role:nobody"] {
        let reply = server.send(browser("/console/a?b=c&d=%2F", cookie)).await;
        let next = "/login?next=%2Fconsole%2Fa%3Fb%3Dc%26d%3D%252F";
        assert_eq!((reply.status, reply.header("location")), (303, next), "{cookie}");
        assert_eq!((reply.header("cache-control"), reply.header("www-authenticate")), ("no-store", ""));
    }
    assert_eq!(server.send(browser("/console/a", "session=role:viewer")).await.status, 403);
    assert_eq!(server.send(browser("/console/a", "session=role:manager")).await.status, 200);
    assert_eq!(server.get("/console/a").await.status, 401, "a program is told what it lacks");
    assert_eq!(server.send(browser("/guarded", "")).await.status, 401, "what is no page says so itself");
}
