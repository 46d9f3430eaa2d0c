//! Devices: two codes, patience, the user's decision elsewhere, and one token.

use std::time::Duration;

use identity::{ClientKind, Grant};
use kit_testkit::{TestReply, both};
use serde_json::{Value, json};

use crate::house::{DEVICE, EMAIL, House, cookie, field, refused, text, wish};

const BEGIN: &str = "/oauth2/device_authorization/";
const PAGE: &str = "/oauth2/device/";

async fn begin(house: &House, client: &str) -> Value {
    let reply = house.form(client, BEGIN, &[("scope", "read")]).await;
    assert_eq!(refused(&reply), (200, ""), "{}", reply.text);
    reply.json
}

async fn ask(house: &House, client: &str, device: &Value) -> TestReply {
    let code = text(device, "device_code");
    house.token(client, &[("grant_type", DEVICE), ("device_code", &code)]).await
}

async fn decide(house: &House, login: &str, user_code: &str, decision: &str) -> TestReply {
    // Every page of a session has the same, be there a device or not.
    let csrf = field(&house.ask(login, &wish("tv")).await.text, "csrf_token");
    let answer = [("csrf_token", csrf.as_str()), ("user_code", user_code), ("decision", decision)];
    house.send("POST", PAGE, &cookie(login), &answer).await
}

#[tokio::test]
async fn a_device_gets_its_token_when_its_user_agrees() {
    for engine in both() {
        let house = House::new(engine).await;
        house.application("tv", ClientKind::Confidential).await;
        let login = house.session(EMAIL).await;
        let device = begin(&house, "tv").await;
        let code = text(&device, "user_code");
        assert_eq!((&device["expires_in"], &device["interval"]), (&json!(600), &json!(5)));
        assert_eq!(device["verification_uri"], "http://test/oauth2/device/");
        assert_eq!(refused(&ask(&house, "tv", &device).await), (400, "authorization_pending"), "{engine:?}");
        assert_eq!(refused(&ask(&house, "tv", &device).await), (400, "slow_down"), "{engine:?}");
        house.world.clock.advance(Duration::from_secs(9));
        assert_eq!(refused(&ask(&house, "tv", &device).await), (400, "slow_down"), "now it has to wait ten");
        let page = house.page(&login, &format!("{PAGE}?user_code={code}")).await;
        assert!(page.text.contains("The &lt;tv&gt;") && page.text.contains("read what you can read"));
        let said = decide(&house, &login, &code.to_lowercase().replace('-', " "), "allow").await;
        assert_eq!(said.status, 200, "{}", said.text);
        house.world.clock.advance(Duration::from_secs(15));
        let reply = ask(&house, "tv", &device).await;
        assert_eq!((reply.status, &reply.json["scope"]), (200, &json!("read")), "{engine:?} {}", reply.text);
        assert!(house.is_good(&text(&reply.json, "access_token")).await);
        assert!(reply.json["refresh_token"].is_string());
        assert_eq!(refused(&ask(&house, "tv", &device).await), (400, "invalid_grant"), "once");
        assert!(decide(&house, &login, &code, "allow").await.text.contains("No device waits"));
    }
}

#[tokio::test]
async fn a_device_is_told_when_its_user_refuses_or_is_too_late() {
    for engine in both() {
        let house = House::new(engine).await;
        house.application("tv", ClientKind::Confidential).await;
        house.application("other", ClientKind::Confidential).await;
        let login = house.session(EMAIL).await;
        let device = begin(&house, "tv").await;
        assert_eq!(refused(&ask(&house, "other", &device).await), (400, "invalid_grant"), "not its own");
        decide(&house, &login, &text(&device, "user_code"), "deny").await;
        assert_eq!(refused(&ask(&house, "tv", &device).await), (400, "access_denied"), "{engine:?}");
        let late = begin(&house, "tv").await;
        house.world.clock.advance(Duration::from_secs(600));
        let said = decide(&house, &login, &text(&late, "user_code"), "allow").await;
        assert!(said.text.contains("No device waits"), "{engine:?}");
        assert_eq!(refused(&ask(&house, "tv", &late).await), (400, "expired_token"), "{engine:?}");
    }
}

#[tokio::test]
async fn only_the_page_decides_and_codes_are_not_guessed() {
    for engine in both() {
        let house = House::new(engine).await;
        house.application("tv", ClientKind::Confidential).await;
        let login = house.session(EMAIL).await;
        let device = begin(&house, "tv").await;
        let code = text(&device, "user_code");
        let forged = [("user_code", code.as_str()), ("decision", "allow"), ("csrf_token", "x")];
        let reply = house.send("POST", PAGE, &cookie(&login), &forged).await;
        assert_eq!(reply.status, 403, "{engine:?}");
        assert_eq!(house.send("POST", PAGE, "", &forged).await.status, 303);
        assert_eq!(refused(&ask(&house, "tv", &device).await), (400, "authorization_pending"));
        for _ in 0..20 {
            let page = house.page(&login, &format!("{PAGE}?user_code=AAAA-AAAA")).await;
            assert_eq!(page.status, 200);
        }
        let page = house.page(&login, &format!("{PAGE}?user_code={code}")).await;
        assert_eq!(page.status, 429, "{engine:?}");
    }
}

#[tokio::test]
async fn who_may_not_have_codes_gets_none() {
    let house = House::new(kit_testkit::Engine::Sqlite).await;
    house.put("site", ClientKind::Confidential, |new| new.grants = vec![Grant::Password]).await;
    house.put("tv", ClientKind::Public, |new| new.scopes = vec!["read".into()]).await;
    assert_eq!(refused(&house.form("site", BEGIN, &[]).await), (400, "unauthorized_client"));
    assert_eq!(refused(&house.send("POST", BEGIN, "", &[]).await), (400, "invalid_request"));
    let public = |scope| [("client_id", "tv"), ("scope", scope)];
    assert_eq!(refused(&house.send("POST", BEGIN, "", &public("write")).await), (400, "invalid_scope"));
    assert_eq!(house.send("POST", BEGIN, "", &public("read")).await.status, 200);
    let unknown = [("client_id", "nobody")];
    assert_eq!(refused(&house.send("POST", BEGIN, "", &unknown).await), (401, "invalid_client"));
}
