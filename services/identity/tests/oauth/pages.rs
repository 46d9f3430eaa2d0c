//! The page that asks the user: what it shows, who may answer it, and what is remembered.

use axum::body::Body;
use http::Request;
use identity::ClientKind;
use kit_base::Role;
use kit_testkit::{Engine, both};
use kit_web::Peer;
use serde_json::json;

use crate::house::{EMAIL, House, but, cookie, field, form, parameter, text, wish};

#[tokio::test]
async fn whoever_is_not_logged_in_logs_in_first() {
    let house = House::new(Engine::Sqlite).await;
    house.application("site", ClientKind::Confidential).await;
    let asked = wish("site");
    let here = format!("/oauth2/authorize/?{}", form(&asked));
    let reply = house.app.anonymous().get(&here).await;
    assert_eq!(reply.status, 303);
    assert_eq!(parameter(reply.header("location"), "next").as_deref(), Some(here.as_str()));
    assert!(reply.header("location").starts_with("/login?next="));
    let silent = house
        .app
        .anonymous()
        .get(&format!("/oauth2/authorize/?{}", form(&but(&asked, "prompt", "none"))))
        .await;
    assert_eq!(parameter(silent.header("location"), "error").as_deref(), Some("login_required"));
    let answered = house.send("POST", &here, "", &[("decision", "allow")]).await;
    assert_eq!((answered.status, parameter(answered.header("location"), "code")), (303, None));
}

#[tokio::test]
async fn the_page_says_who_asks_whom_for_what_and_cannot_be_framed() {
    let house = House::new(Engine::Sqlite).await;
    house.application("site", ClientKind::Confidential).await;
    let login = house.session(EMAIL).await;
    let page = house.ask(&login, &wish("site")).await;
    assert_eq!(page.status, 200);
    for part in ["The &lt;site&gt;", "Administrator", "read what you can read", "know that it is you", "Deny"]
    {
        assert!(page.text.contains(part), "{part} in {}", page.text);
    }
    assert!(!page.text.contains("<site>") && !page.text.contains("change what you can change"));
    assert_eq!(page.header("referrer-policy"), "no-referrer");
    assert_eq!(page.header("x-frame-options"), "DENY");
    assert!(page.header("content-security-policy").contains("frame-ancestors 'none'"));
    assert_eq!(page.header("cache-control"), "no-store");
    assert!(!page.text.contains(&login));
}

/// Another site, or another session, can make the browser send the form, but does not know what the page holds.
#[tokio::test]
async fn only_the_page_itself_can_be_answered() {
    for engine in both() {
        let house = House::new(engine).await;
        house.application("site", ClientKind::Confidential).await;
        let login = house.session(EMAIL).await;
        let other = house.session(EMAIL).await;
        let asked = wish("site");
        let foreign = field(&house.ask(&other, &asked).await.text, "csrf_token");
        let path = format!("/oauth2/authorize/?{}", form(&asked));
        for pairs in [
            vec![("decision", "allow")],
            vec![("decision", "allow"), ("csrf_token", "x")],
            vec![("decision", "allow"), ("csrf_token", foreign.as_str())],
        ] {
            let reply = house.send("POST", &path, &cookie(&login), &pairs).await;
            assert_eq!((reply.status, reply.header("location")), (403, ""), "{engine:?} {pairs:?}");
        }
    }
}

/// A program that was lent a token could otherwise lend itself more.
#[tokio::test]
async fn a_lent_token_cannot_agree() {
    for engine in both() {
        let house = House::new(engine).await;
        house.application("site", ClientKind::Confidential).await;
        let (access, _) = house.pair("site").await;
        let login = house.log_in(EMAIL).await;
        let new = json!({"name": "x", "scopes": ["write", "read"]});
        let key = text(&house.app.token(&login).post("/api/v1/keys", new).await.json, "key");
        let wish = wish("site");
        let authorize = format!("/oauth2/authorize/?{}", form(&wish));
        for (token, status) in [(&login, 200), (&access, 303), (&key, 303)] {
            for path in [authorize.as_str(), "/oauth2/device/"] {
                assert_eq!(house.app.token(token).get(path).await.status, status, "{engine:?} {path}");
            }
            let answer = [("decision", "allow"), ("user_code", "AAAA-AAAA")];
            let bearer = format!("Bearer {token}");
            let reply = house.send("POST", &authorize, &bearer, &answer).await;
            let code = parameter(reply.header("location"), "code");
            assert_eq!(code.is_some(), status == 200, "{engine:?}");
            assert_eq!(
                house.send("POST", "/oauth2/device/", &bearer, &answer).await.status,
                status,
                "{engine:?}"
            );
        }
    }
}

/// What a page is asked with could be read on the way.
#[tokio::test]
async fn nothing_secret_comes_by_plain_http() {
    let house = House::new(Engine::Sqlite).await;
    house.application("site", ClientKind::Confidential).await;
    let (login, session) = (house.log_in(EMAIL).await, house.session(EMAIL).await);
    let authorize = format!("/oauth2/authorize/?{}", form(&wish("site")));
    let ask = async |name: &str, value: String, tls: bool| {
        let request = Request::builder().uri(&authorize).header("host", "test").header(name, value);
        let mut request = request.body(Body::empty()).unwrap();
        let address = ([192, 0, 2, 7], 40_000).into();
        request.extensions_mut().insert(Peer { address, tls });
        house.app.answer(request).await.status().as_u16()
    };
    for (tls, status) in [(false, 403), (true, 200)] {
        assert_eq!(ask("authorization", format!("Bearer {login}"), tls).await, status);
        assert_eq!(ask("cookie", format!("__Host-session={session}"), tls).await, status);
    }
    assert_eq!(
        ask("cookie", cookie(&session), true).await,
        303,
        "over https the plain cookie counts for nothing"
    );
}

#[tokio::test]
async fn what_was_allowed_is_not_asked_again() {
    for engine in both() {
        let house = House::new(engine).await;
        house.application("site", ClientKind::Confidential).await;
        house.application("phone", ClientKind::Public).await;
        house.user("bob@example.org", Role::Member).await;
        let (login, bob) = (house.session(EMAIL).await, house.session("bob@example.org").await);
        for client in ["site", "phone"] {
            house.decide(&login, &wish(client), "allow").await;
        }
        let both_ways = wish("site");
        let asked = but(&both_ways, "prompt", "");
        let again = house.ask(&login, &asked).await;
        assert!(parameter(again.header("location"), "code").is_some(), "{engine:?} {}", again.text);
        let less = house.ask(&login, &but(&asked, "scope", "read")).await;
        assert!(parameter(less.header("location"), "code").is_some());
        let silent = house.ask(&login, &but(&asked, "prompt", "none")).await;
        assert!(parameter(silent.header("location"), "code").is_some());
        let public = wish("phone");
        for (who, pairs) in [
            (&login, both_ways.clone()),
            (&login, but(&asked, "scope", "read write")),
            (&bob, asked.clone()),
            (&login, but(&public, "prompt", "")),
        ] {
            assert_eq!(house.ask(who, &pairs).await.status, 200, "{engine:?} {pairs:?}");
        }
        let silent = house.ask(&bob, &but(&asked, "prompt", "none")).await;
        assert_eq!(parameter(silent.header("location"), "error").as_deref(), Some("consent_required"));
    }
}
