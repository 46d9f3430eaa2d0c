//! Logging in with a browser: the page, the cookie, what a session is good for, and how it ends.

use std::time::Duration;

use axum::body::Body;
use http::Request;
use kit_base::{SecretKey, Timestamp};
use kit_store::{StoreError, Tx, params};
use kit_testkit::{Engine, TestReply, both};
use kit_web::{Peer, csrf};
use serde_json::{Value, json};

use crate::house::{EMAIL, House, PASSWORD};

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

/// A form as a browser sends it.
pub async fn send(house: &House, path: &str, form: &str, headers: &[(&str, &str)], https: bool) -> TestReply {
    let host = if https { "status.example.org" } else { "localhost:8000" };
    let mut request = Request::builder().method("POST").uri(path).header("host", host);
    for (name, value) in [("content-type", "application/x-www-form-urlencoded")].iter().chain(headers) {
        request = request.header(*name, *value);
    }
    let session =
        headers.iter().find(|(name, _)| *name == "cookie").and_then(|(_, value)| value.split_once('='));
    let form = match session {
        Some((_, session)) => {
            request = request.header("sec-fetch-site", "same-origin");
            format!("{form}&csrf_token={}", csrf::token(&house.world.context.secret, session))
        }
        None => form.to_owned(),
    };
    let mut request = request.body(Body::from(form)).unwrap();
    let address = if https { ([192, 0, 2, 7], 40_000) } else { ([127, 0, 0, 1], 40_000) };
    request.extensions_mut().insert(Peer { address: address.into(), tls: https });
    TestReply::read(house.app.answer(request).await).await
}

fn form(email: &str, password: &str, next: &str) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("email", email), ("password", password), ("next", next)])
        .finish()
}

fn good() -> String {
    form(EMAIL, PASSWORD, "/console?a=1&b=2")
}

/// What the cookie of this name holds, as the answer sets it.
pub fn cookie(reply: &TestReply, name: &str) -> String {
    let set = reply.header("set-cookie");
    let (found, rest) = set.split_once('=').unwrap_or_default();
    assert_eq!(found, name, "{set}");
    rest.split(';').next().unwrap().to_owned()
}

/// Logs in; returns what the cookie holds.
pub async fn session(house: &House, email: &str, password: &str) -> String {
    let reply = send(house, "/login", &form(email, password, ""), &[("user-agent", FIREFOX)], true).await;
    assert_eq!(reply.status, 303, "{}", reply.text);
    cookie(&reply, "__Host-session")
}

async fn mine(house: &House, session: &str) -> Vec<Value> {
    let cookie = format!("__Host-session={session}");
    let request = Request::builder().uri("/api/v1/auth/sessions").header("host", "test");
    let request = request.header("authorization", format!("Bearer {session}")).header("cookie", cookie);
    let reply = TestReply::read(house.app.answer(request.body(Body::empty()).unwrap()).await).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    reply.json["results"].as_array().unwrap().clone()
}

async fn is_good(house: &House, session: &str) -> bool {
    house.app.token(session).get("/api/v1/auth/sessions").await.status == 200
}

#[tokio::test]
async fn a_form_that_needs_no_scripts_begins_a_session() {
    for engine in both() {
        let house = House::new(engine).await;
        let page = house.app.anonymous().get("/login?next=/console%3Fa=1%26b=%22%3E").await;
        assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
        assert!(
            page.text.contains("<form class=\"form\" method=\"post\" action=\"/login\">"),
            "{}",
            page.text
        );
        assert!(page.text.contains("name=\"next\" value=\"/console?a=1&amp;b=&quot;&gt;\""), "{}", page.text);
        assert!(!page.text.contains("csrf_token"), "there is no session yet");
        assert_eq!(page.header("cache-control"), "no-store");

        let reply = send(&house, "/login", &good(), &[], true).await;
        assert_eq!((reply.status, reply.header("location")), (303, "/console?a=1&b=2"), "{}", reply.text);
        let session = cookie(&reply, "__Host-session");
        assert!(session.starts_with("pss_") && session.len() == 47);
        let set = reply.header("set-cookie");
        assert_eq!(
            set[set.find(';').unwrap()..],
            *"; Path=/; Max-Age=1209600; HttpOnly; SameSite=Lax; Secure"
        );
        assert_eq!(reply.header("cache-control"), "no-store");
        let plain = send(&house, "/login", &good(), &[], false).await;
        let set = plain.header("set-cookie");
        assert!(set.starts_with("session=pss_") && set.ends_with("; HttpOnly; SameSite=Lax"), "{set}");

        let question = json!({ "token": session });
        let answer = house.app.anonymous().post("/api/v1/auth/verify-token", question).await.json;
        assert_eq!((&answer["active"], &answer["role"]), (&json!(true), &json!("admin")), "{engine:?}");
        assert_ne!(session, cookie(&plain, "session"), "each login has a session of its own");
    }
}

#[tokio::test]
async fn a_login_that_fails_shows_the_form_again() {
    for engine in both() {
        let house = House::new(engine).await;
        for (email, password) in
            [("a<b>@example.org", PASSWORD), (EMAIL, "wrong horse"), (EMAIL, PASSWORD.trim())]
        {
            let reply = send(&house, "/login", &form(email, password, "/console"), &[], true).await;
            assert_eq!((reply.status, reply.header("set-cookie")), (401, ""), "{engine:?}");
            assert!(
                reply.text.contains("<p class=\"error\" role=\"alert\">Invalid email or password.</p>"),
                "{}",
                reply.text
            );
            assert!(
                reply.text.contains("value=\"/console\"") && !reply.text.contains(password),
                "{}",
                reply.text
            );
            assert!(!reply.text.contains("<b>"));
        }
        let missing = [form("", PASSWORD, ""), form(EMAIL, "", ""), String::new(), "%00".to_owned()];
        let long = form(EMAIL, &"x".repeat(1001), "");
        for bad in missing.iter().chain([&long, &form("a\0@example.org", PASSWORD, "")]) {
            let reply = send(&house, "/login", bad, &[], true).await;
            assert_eq!(reply.status, 400, "{bad}");
            assert!(reply.text.contains("Enter your email address or username, and your password."));
        }
        for _ in 0..3 {
            send(&house, "/login", &form(EMAIL, "wrong horse", ""), &[], true).await;
        }
        let reply = send(&house, "/login", &good(), &[], true).await;
        assert_eq!((reply.status, reply.header("retry-after")), (429, "30"), "{engine:?}");
        assert!(reply.text.contains("try again in 30 seconds."), "{}", reply.text);
        assert_eq!(house.log_in(EMAIL, PASSWORD).await.status, 429, "one guard for both doors");
    }
}

#[tokio::test]
async fn no_login_leads_to_another_site() {
    let house = House::new(Engine::Sqlite).await;
    for bad in [
        "//evil.example",
        "/\\evil.example",
        "https:evil.example",
        "/\t/evil.example",
        "//a@evil.example",
        "",
    ] {
        let reply = send(&house, "/login", &form(EMAIL, PASSWORD, bad), &[], true).await;
        assert_eq!((reply.status, reply.header("location")), (303, "/"), "{bad:?}");
    }
    let page = house.app.anonymous().get("/login?next=//evil.example").await;
    assert!(page.text.contains("name=\"next\" value=\"/\"") && !page.text.contains("evil"), "{}", page.text);
}

/// Nobody is logged in by another site's form, not even as somebody else.
#[tokio::test]
async fn a_form_of_another_site_is_refused() {
    let house = House::new(Engine::Sqlite).await;
    let (fetch, origin) = ("sec-fetch-site", "origin");
    for (headers, status) in [
        (&[(fetch, "cross-site")][..], 403),
        (&[(fetch, "same-site")], 403),
        (&[(origin, "https://evil.example")], 403),
        (&[(origin, "null")], 403),
        (&[("referer", "https://evil.example/")], 403),
        (&[(fetch, "same-origin"), (origin, "https://status.example.org")], 303),
        (&[(origin, "https://status.example.org")], 303),
        (&[], 303),
    ] {
        let reply = send(&house, "/login", &good(), headers, true).await;
        assert_eq!(
            (reply.status, reply.header("set-cookie").is_empty()),
            (status, status == 403),
            "{headers:?}"
        );
    }
}

#[tokio::test]
async fn a_session_that_the_browser_had_ends_with_the_next_login_and_its_forms_carry_a_token() {
    for engine in both() {
        let house = House::new(engine).await;
        let old = session(&house, EMAIL, PASSWORD).await;
        let other = session(&house, EMAIL, PASSWORD).await;
        let with = format!("__Host-session={old}");
        let secret: &SecretKey = &house.world.context.secret;
        let failed = send(&house, "/login", "", &[("cookie", &with)], true).await;
        let token = format!("name=\"csrf_token\" value=\"{}\"", csrf::token(secret, &old));
        assert!(failed.text.contains(&token), "{}", failed.text);
        let reply = send(&house, "/login", &good(), &[("cookie", &with)], true).await;
        let new = cookie(&reply, "__Host-session");
        assert_ne!(new, old);
        assert_eq!(
            [is_good(&house, &old).await, is_good(&house, &new).await, is_good(&house, &other).await],
            [false, true, true],
            "{engine:?}"
        );
    }
}

#[tokio::test]
async fn users_see_and_end_their_own_sessions() {
    for engine in both() {
        let house = House::new(engine).await;
        let first = session(&house, EMAIL, PASSWORD).await;
        house.world.clock.advance(MINUTE);
        let second = session(&house, EMAIL, PASSWORD).await;
        let third = session(&house, EMAIL, PASSWORD).await;
        let list = mine(&house, &first).await;
        let last = &list[2];
        let began = house.world.clock.now().minus(MINUTE);
        let expected = json!({
            "id": last["id"], "created_at": began, "seen_at": began,
            "expires_at": began.plus(14 * 24 * HOUR), "agent": "Firefox Linux",
            "from": house.world.context.secret.pseudonym("address", "192.0.2.7"), "current": true
        });
        assert_eq!((list.len(), last), (3, &expected), "{engine:?}");
        assert_eq!([&list[0]["current"], &list[1]["current"]], [false, false]);
        let page = house.app.token(&first).get("/api/v1/auth/sessions?page_size=2").await.json;
        assert_eq!((&page["count"], page["results"].as_array().unwrap().len()), (&json!(3), 2));

        let path = format!(
            "/api/v1/auth/sessions/{}",
            mine(&house, &second).await.iter().find(|session| session["current"] == true).unwrap()["id"]
                .as_str()
                .unwrap()
        );
        assert_eq!(house.app.token(&first).delete(&path).await.status, 204);
        assert_eq!(house.app.token(&first).delete(&path).await.status, 404, "it is gone");
        assert_eq!(
            [is_good(&house, &first).await, is_good(&house, &second).await, is_good(&house, &third).await],
            [true, false, true],
            "{engine:?}"
        );
        end_others(&house, &first).await;
        assert_eq!(
            [is_good(&house, &first).await, is_good(&house, &third).await],
            [true, false],
            "{engine:?}"
        );
    }
}

async fn end_others(house: &House, session: &str) {
    let request = Request::builder().method("DELETE").uri("/api/v1/auth/sessions").header("host", "test");
    let request = request.header("authorization", format!("Bearer {session}"));
    let request = request.header("cookie", format!("session={session}")).body(Body::empty()).unwrap();
    assert_eq!(house.app.answer(request).await.status(), 204);
}

#[tokio::test]
async fn logging_out_ends_the_session_and_takes_the_cookie_back() {
    for engine in both() {
        let house = House::new(engine).await;
        let (one, other) = (session(&house, EMAIL, PASSWORD).await, session(&house, EMAIL, PASSWORD).await);
        let with = format!("__Host-session={one}");
        for _ in 0..2 {
            let reply = send(&house, "/logout", "", &[("cookie", &with)], true).await;
            assert_eq!((reply.status, reply.header("location")), (303, "/"));
            assert_eq!(
                reply.header("set-cookie"),
                "__Host-session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure"
            );
        }
        assert_eq!(
            send(&house, "/logout", "", &[], false).await.header("set-cookie"),
            "session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"
        );
        assert_eq!([is_good(&house, &one).await, is_good(&house, &other).await], [false, true], "{engine:?}");
        assert_eq!(house.app.token(&other).post("/api/v1/auth/logout", json!({})).await.status, 204);
        assert!(!is_good(&house, &other).await, "the API's way out is one for sessions too");
    }
}

#[tokio::test]
async fn a_session_ends_when_it_is_not_used_and_when_its_time_is_over() {
    for engine in both() {
        let house = House::new(engine).await;
        let (used, unused) = (session(&house, EMAIL, PASSWORD).await, session(&house, EMAIL, PASSWORD).await);
        for step in 1..=27 {
            house.world.clock.advance(12 * HOUR - MINUTE);
            assert!(is_good(&house, &used).await, "{step} {engine:?}");
        }
        assert!(!is_good(&house, &unused).await, "{engine:?}");
        assert_eq!(mine(&house, &used).await.len(), 1, "what has ended is not shown");
        house.world.clock.advance(12 * HOUR);
        assert!(!is_good(&house, &used).await, "not used for twelve hours, {engine:?}");

        let used = session(&house, EMAIL, PASSWORD).await;
        for step in 1..=28 {
            house.world.clock.advance(12 * HOUR - Duration::from_millis(1));
            assert!(is_good(&house, &used).await, "{step} {engine:?}");
        }
        house.world.clock.advance(Duration::from_millis(27));
        assert!(is_good(&house, &used).await, "{engine:?}");
        // Whose token it is may be remembered for a second.
        house.world.clock.advance(Duration::from_secs(2));
        assert!(!is_good(&house, &used).await, "fourteen days are over, {engine:?}");
    }
}

/// Caches live on what was read, so a request may not change what tells who asks.
#[tokio::test]
async fn using_a_session_is_written_down_now_and_then_and_apart() {
    for engine in both() {
        let house = House::new(engine).await;
        let session = session(&house, EMAIL, PASSWORD).await;
        let began = house.world.clock.now();
        for (minutes, expected) in [(4, 0), (1, 5), (4, 5), (1, 10)] {
            house.world.clock.advance(minutes * MINUTE);
            assert!(is_good(&house, &session).await);
            assert_eq!(seen_at(&house).await, began.plus(expected * MINUTE), "{engine:?}");
        }
        assert_eq!(mine(&house, &session).await[0]["seen_at"], json!(began.plus(10 * MINUTE)));
    }
}

async fn seen_at(house: &House) -> Timestamp {
    let read = |tx: &mut Tx<'_>| -> Result<Timestamp, StoreError> {
        tx.query_one("SELECT seen_at FROM session_visits", params![], |row| row.get("seen_at"))
    };
    house.db.read(read).await.unwrap()
}

#[tokio::test]
async fn what_is_no_session_is_nobodys() {
    let house = House::new(Engine::Sqlite).await;
    let session = session(&house, EMAIL, PASSWORD).await;
    for bad in
        [&session[1..], &session[..46], &session.replace("pss_", "ps_"), &format!("{session}x"), "pss_"]
    {
        assert!(!is_good(&house, bad).await, "{bad}");
    }
}

/// Whoever replaces a user's password ends what was begun with the old one.
#[tokio::test]
async fn a_new_password_ends_every_session() {
    for engine in both() {
        let house = House::new(engine).await;
        let session = session(&house, EMAIL, PASSWORD).await;
        let new = identity::NewUser {
            name: "Ada".to_owned(),
            email: EMAIL.to_owned(),
            role: kit_base::Role::Admin,
            password: "another horse".to_owned(),
        };
        identity::replace_user(&house.world.context, new).await.unwrap();
        assert!(!is_good(&house, &session).await, "{engine:?}");
    }
}

/// Whoever may not be here is known by no session, and who may not write gets none of the right to.
#[tokio::test]
async fn a_session_is_worth_what_its_user_is() {
    for engine in both() {
        let house = House::new(engine).await;
        let session = session(&house, EMAIL, PASSWORD).await;
        let set = async |sql: &'static str| {
            let set = move |tx: &mut Tx<'_>| -> Result<u64, StoreError> { tx.execute(sql, params![]) };
            assert_eq!(house.db.write(set).await, Ok(1));
        };
        let scope = async || {
            let question = json!({ "token": session });
            house.app.anonymous().post("/api/v1/auth/verify-token", question).await.json["scope"].clone()
        };
        assert_eq!(scope().await, "read write");
        set("UPDATE users SET can_write = FALSE").await;
        assert_eq!(scope().await, "read", "{engine:?}");
        set("UPDATE users SET can_write = TRUE, can_read = FALSE").await;
        assert_eq!(scope().await, Value::Null, "{engine:?}");
        set("UPDATE users SET end_ban_read = 1").await;
        assert_eq!(scope().await, "read write", "the ban is over, {engine:?}");
        set("UPDATE users SET is_active = FALSE").await;
        assert_eq!(scope().await, Value::Null, "{engine:?}");
    }
}

/// People who have no mail address log in by their username, through the same guard.
#[tokio::test]
async fn a_username_will_do() {
    let house = House::new(Engine::Sqlite).await;
    let reply = send(&house, "/login", &form("administrator", PASSWORD, ""), &[], true).await;
    assert_eq!(reply.status, 303, "{}", reply.text);
}
