//! The console over real HTTP: with a session's cookie, for those whose role allows it, and never on the word of
//! another site.

use http::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE, COOKIE, LOCATION, ORIGIN, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Client, Response};
use serde_json::json;

use crate::common::{ADMIN, PASSWORD, Place, Program};

/// Somebody with a browser.
struct Browser {
    client: Client,
    url: String,
    cookie: String,
}

impl Browser {
    fn new(program: &Program) -> Self {
        // Only fails when it was done before, and then it is done.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder().no_proxy().redirect(Policy::none()).build().unwrap();
        Self { client, url: program.url.clone(), cookie: String::new() }
    }

    async fn logged_in(program: &Program, who: &str) -> Self {
        let mut browser = Self::new(program);
        let form = [("email", who), ("password", PASSWORD), ("next", "/console")];
        let reply = browser.send("/login", &form).await;
        assert_eq!((reply.status().as_u16(), header(&reply, LOCATION)), (303, "/console".to_owned()));
        browser.cookie = header(&reply, SET_COOKIE).split(';').next().unwrap().to_owned();
        browser
    }

    async fn get(&self, path: &str) -> Response {
        let request = self.client.get(format!("{}{path}", self.url)).header(ACCEPT, "text/html");
        request.header(COOKIE, &self.cookie).send().await.unwrap()
    }

    /// The page at that address.
    async fn see(&self, path: &str) -> String {
        let reply = self.get(path).await;
        assert_eq!(reply.status(), 200, "{path}");
        assert_eq!(header(&reply, CACHE_CONTROL), "no-store", "{path}");
        reply.text().await.unwrap()
    }

    /// Sends a form as a page of ours does.
    async fn send(&self, path: &str, form: &[(&str, &str)]) -> Response {
        self.send_from(&self.url, path, form).await
    }

    /// Sends a form as a page of that site does.
    async fn send_from(&self, origin: &str, path: &str, form: &[(&str, &str)]) -> Response {
        let request = self.client.post(format!("{}{path}", self.url)).header(ACCEPT, "text/html");
        let request = request.header(COOKIE, &self.cookie).header(ORIGIN, origin);
        let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        let mut body = form_urlencoded::Serializer::new(String::new());
        request.body(body.extend_pairs(form).finish()).send().await.unwrap()
    }

    /// Sends a form with the proof that stands on the page at the same address.
    async fn fill_in(&self, path: &str, form: &[(&str, &str)]) -> Response {
        let page = self.see(path).await;
        let proof = proof(&page);
        let form: Vec<_> = form.iter().copied().chain([("csrf_token", proof)]).collect();
        self.send(path, &form).await
    }
}

fn header(reply: &Response, name: http::HeaderName) -> String {
    reply.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}

fn proof(page: &str) -> &str {
    page.split("name=\"csrf_token\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap()
}

async fn started() -> (Place, Program) {
    let place = Place::new();
    let program = place.serve().start().await;
    let api = program.api().administrator().await;
    for role in ["member", "viewer", "responder"] {
        let email = format!("{role}@example.org");
        let new = json!({ "name": role, "email": email, "role": role, "password": PASSWORD });
        api.create("/api/v1/users", new).await;
    }
    (place, program)
}

#[tokio::test]
async fn an_incident_is_led_with_forms_alone() {
    let (_place, program) = started().await;
    let browser = Browser::logged_in(&program, "responder@example.org").await;
    assert!(browser.see("/console").await.contains("Nothing is wrong"));

    let new = [("act", "open"), ("title", "Payments <b>fail"), ("sev", "2"), ("summary", "At our bank.")];
    let refused = browser.fill_in("/console/new/incident", &new[..2]).await;
    assert_eq!(refused.status(), 400);
    let again = refused.text().await.unwrap();
    assert!(again.contains("Choose how bad it is.") && again.contains("Payments &#60;b&#62;fail"), "{again}");

    let opened = browser.fill_in("/console/new/incident", &new).await;
    let room = header(&opened, LOCATION);
    let room = room.strip_suffix("?done=opened").unwrap();
    let page = browser.see(&format!("{room}?done=opened")).await;
    assert!(page.contains("The incident is open.") && page.contains("Major (2)"), "{page}");

    let note = [("act", "write"), ("type", "note"), ("message", "The bank\r\nconfirms it.")];
    assert_eq!(browser.fill_in(room, &note).await.status(), 303);
    assert_eq!(browser.fill_in(room, &[("act", "resolved")]).await.status(), 303);
    let api = program.api().administrator().await;
    let incident = api.see(&room.replace("/console", "/api/v1")).await;
    assert_eq!(incident["status"], "resolved");
    let written = incident["timeline"].as_array().unwrap();
    assert!(written.iter().any(|entry| entry["message"] == "The bank\nconfirms it."), "{written:?}");
    let who = written.iter().find(|entry| entry["type"] == "note").unwrap()["author"].as_str().unwrap();
    let user = api.see(&format!("/api/v1/users/{who}")).await;
    assert_eq!(user["email"], "responder@example.org", "it was done by whoever looks, not by the console");
    program.stop().await;
}

#[tokio::test]
async fn every_form_proves_that_it_is_ours() {
    let (_place, program) = started().await;
    let browser = Browser::logged_in(&program, ADMIN).await;
    let page = browser.see("/console/new/component").await;
    let good = [("slug", "shop"), ("name", "Shop"), ("csrf_token", proof(&page))];
    for (origin, form) in [
        ("https://evil.example", &good[..]),
        (browser.url.as_str(), &good[..2]),
        (browser.url.as_str(), &[("slug", "shop"), ("name", "Shop"), ("csrf_token", "0")]),
    ] {
        let refused = browser.send_from(origin, "/console/new/component", form).await;
        assert_eq!(refused.status(), 403, "{origin}");
    }
    let other = Browser::logged_in(&program, ADMIN).await;
    assert_eq!(other.send("/console/new/component", &good).await.status(), 403, "of another session");
    assert_eq!(program.api().see("/api/v1/components").await["count"], 0);
    assert_eq!(browser.send("/console/new/component", &good).await.status(), 303);
    assert_eq!(program.api().see("/api/v1/components").await["count"], 1);
    program.stop().await;
}

#[tokio::test]
async fn nobody_does_more_than_their_role_allows() {
    let (_place, program) = started().await;
    let stranger = Browser::new(&program);
    for path in ["/console", "/console/incidents?status=open", "/console/people"] {
        let reply = stranger.get(path).await;
        let next = path.replace('/', "%2F").replace('?', "%3F").replace('=', "%3D");
        assert_eq!((reply.status().as_u16(), header(&reply, LOCATION)), (303, format!("/login?next={next}")));
    }
    let reply = stranger.send("/console/new/incident", &[("title", "x")]).await;
    let to_login = (303, "/login?next=%2Fconsole%2Fnew%2Fincident".to_owned());
    assert_eq!((reply.status().as_u16(), header(&reply, LOCATION)), to_login);

    let member = Browser::logged_in(&program, "member@example.org").await;
    let refused = member.get("/console").await;
    assert_eq!(refused.status(), 403);
    assert!(refused.text().await.unwrap().contains("<h1"), "it is a page");

    let viewer = Browser::logged_in(&program, "viewer@example.org").await;
    let page = viewer.see("/console/incidents").await;
    assert!(!page.contains("Open an incident"), "what one may not do is not offered");
    for path in
        ["/console/new/incident", "/console/new/component", "/console/new/person", "/console/applications"]
    {
        assert_eq!(viewer.get(path).await.status(), 403, "{path}");
    }
    let good = [("title", "x"), ("sev", "1"), ("csrf_token", proof(&page))];
    assert_eq!(viewer.send("/console/new/incident", &good).await.status(), 403);
    assert_eq!(program.api().see("/api/v1/incidents").await["count"], 0);
    program.stop().await;
}

#[tokio::test]
async fn what_is_not_there_is_said_so() {
    let (_place, program) = started().await;
    let browser = Browser::logged_in(&program, ADMIN).await;
    for path in
        ["/console/incidents/INC-00000000", "/console/components/x", "/console/people/x", "/console/x"]
    {
        assert_eq!(browser.get(path).await.status(), 404, "{path}");
    }
    let first =
        browser.fill_in("/console/new/component", &[("act", "component"), ("slug", "a"), ("name", "A")]);
    assert_eq!(first.await.status(), 303);
    let second = [("act", "component"), ("slug", "b"), ("name", "B"), ("depends_on", "a")];
    assert_eq!(browser.fill_in("/console/new/component", &second).await.status(), 303);
    let kept = browser.fill_in("/console/components/a/delete", &[("act", "delete")]).await;
    assert_eq!(kept.status(), 409);
    let words = kept.text().await.unwrap();
    assert!(words.contains("b depends on it") && words.contains("Nothing was changed"), "{words}");
    let told = browser.see("/console?done=%3Cscript%3E").await;
    assert!(!told.contains("said-done"), "an address tells only what we have words for");
    program.stop().await;
}
