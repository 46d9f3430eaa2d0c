//! Codes: bound to client, address and challenge, for one use within a minute, and worth nothing after any failure.

use std::time::Duration;

use identity::{ClientKind, Grant};
use kit_testkit::both;
use serde_json::json;

use crate::house::{
    BACK, EMAIL, House, VERIFIER, but, challenge, claims, cookie, field, parameter, redemption, refused,
    text, wish,
};

#[tokio::test]
async fn a_code_brings_a_pair_and_an_id_token() {
    for engine in both() {
        let house = House::new(engine).await;
        house.application("site", ClientKind::Confidential).await;
        let login = house.session(EMAIL).await;
        let begun = house.world.clock.now().micros() / 1_000_000;
        house.world.clock.advance(Duration::from_secs(100));
        let asked = [wish("site"), vec![("nonce", "n-0S6")]].concat();
        let reply = house.decide(&login, &asked, "allow").await;
        let back = reply.header("location");
        assert_eq!(reply.status, 302, "{engine:?} {}", reply.text);
        assert!(back.starts_with(&format!("{BACK}&code=")), "{back}");
        assert_eq!(parameter(back, "state").as_deref(), Some("a b&c=ü"));
        assert_eq!(parameter(back, "iss").as_deref(), Some("http://test"));
        let reply = house.redeem("site", &parameter(back, "code").unwrap()).await;
        assert_eq!((reply.status, &reply.json["scope"]), (200, &json!("read openid")), "{}", reply.text);
        let said = claims(&text(&reply.json, "id_token"));
        assert_eq!(
            (&said["iss"], &said["aud"], &said["nonce"]),
            (&json!("http://test"), &json!("site"), &json!("n-0S6"))
        );
        assert_eq!((&said["auth_time"], &said["exp"]), (&json!(begun), &json!(begun + 36_100)));
        assert_eq!(said.get("email"), None);
        let refresh = text(&reply.json, "refresh_token");
        let next = house.refresh("site", &refresh).await;
        assert_eq!(claims(&text(&next.json, "id_token"))["auth_time"], said["auth_time"]);
    }
}

#[tokio::test]
async fn any_failure_burns_the_code() {
    for engine in both() {
        let house = House::new(engine).await;
        house.application("site", ClientKind::Confidential).await;
        house.application("other", ClientKind::Confidential).await;
        let wrong = "x".repeat(43);
        let plain = challenge(VERIFIER);
        for (client, name, value, error, description) in [
            ("site", "code_verifier", wrong.as_str(), "invalid_grant", ""),
            ("site", "code_verifier", plain.as_str(), "invalid_grant", ""),
            ("site", "code_verifier", "", "invalid_request", "Code verifier required."),
            (
                "site",
                "redirect_uri",
                "https://app.example.org/cb",
                "invalid_request",
                "Mismatching redirect URI.",
            ),
            ("site", "redirect_uri", "", "invalid_request", "Mismatching redirect URI."),
            ("other", "redirect_uri", BACK, "invalid_grant", ""),
        ] {
            let code = house.code("site").await;
            let reply = house.token(client, &but(&redemption(&code), name, value)).await;
            assert_eq!(refused(&reply), (400, error), "{engine:?} {name} {value}");
            assert!(reply.json["error_description"].as_str().unwrap().contains(description));
            assert_eq!(refused(&house.redeem("site", &code).await), (400, "invalid_grant"), "{name}: burnt");
        }
    }
}

#[tokio::test]
async fn a_second_use_ends_what_the_first_brought() {
    for engine in both() {
        let house = House::new(engine).await;
        house.application("site", ClientKind::Confidential).await;
        let code = house.code("site").await;
        let first = house.redeem("site", &code).await.json;
        let next = house.refresh("site", &text(&first, "refresh_token")).await.json;
        assert!(house.is_good(&text(&next, "access_token")).await);
        house.world.clock.advance(Duration::from_secs(600));
        assert_eq!(refused(&house.redeem("site", &code).await), (400, "invalid_grant"), "{engine:?}");
        assert!(!house.is_good(&text(&next, "access_token")).await, "{engine:?}");
        let reply = house.refresh("site", &text(&next, "refresh_token")).await;
        assert_eq!(refused(&reply), (400, "invalid_grant"));
    }
}

#[tokio::test]
async fn a_code_is_good_for_a_minute() {
    for engine in both() {
        let house = House::new(engine).await;
        house.application("site", ClientKind::Confidential).await;
        let code = house.code("site").await;
        house.world.clock.advance(Duration::from_secs(59));
        assert_eq!(house.redeem("site", &code).await.status, 200, "{engine:?}");
        let code = house.code("site").await;
        house.world.clock.advance(Duration::from_secs(60));
        assert_eq!(refused(&house.redeem("site", &code).await), (400, "invalid_grant"), "{engine:?}");
    }
}

#[tokio::test]
async fn errors_go_back_to_the_application() {
    let house = House::new(kit_testkit::Engine::Sqlite).await;
    house.application("site", ClientKind::Confidential).await;
    house.put("robot", ClientKind::Confidential, |new| new.grants = vec![Grant::ClientCredentials]).await;
    let login = house.session(EMAIL).await;
    for (name, value, error) in [
        ("code_challenge", "", "invalid_request"),
        ("code_challenge", "short", "invalid_request"),
        ("code_challenge_method", "plain", "invalid_request"),
        ("code_challenge_method", "", "invalid_request"),
        ("scope", "nonsense", "invalid_scope"),
        ("response_type", "token", "unauthorized_client"),
        ("response_type", "id_token", "unsupported_response_type"),
        ("response_type", "", "invalid_request"),
        ("client_id", "robot", "unauthorized_client"),
        ("request", "x.y.z", "request_not_supported"),
    ] {
        let site = wish("site");
        let asked = but(&site, name, value);
        for reply in [house.ask(&login, &asked).await, house.app.anonymous().get(&path(&asked)).await] {
            let back = reply.header("location");
            assert_eq!(reply.status, 302, "{name}={value} {}", reply.text);
            assert!(back.starts_with(BACK), "{back}");
            assert_eq!(parameter(back, "error").as_deref(), Some(error), "{name}={value}");
            assert_eq!(parameter(back, "state").as_deref(), Some("a b&c=ü"));
            assert_eq!(parameter(back, "iss").as_deref(), Some("http://test"));
        }
    }
    let required = house.ask(&login, &but(&wish("site"), "code_challenge", "")).await;
    let description = parameter(required.header("location"), "error_description");
    assert_eq!(description.as_deref(), Some("Code challenge required."));
    let denied = house.decide(&login, &wish("site"), "deny").await;
    assert_eq!(
        (denied.status, parameter(denied.header("location"), "error").as_deref()),
        (302, Some("access_denied"))
    );
    assert_eq!(parameter(denied.header("location"), "code"), None);
}

#[tokio::test]
async fn whoever_is_not_known_is_not_sent_back_to() {
    let house = House::new(kit_testkit::Engine::Sqlite).await;
    house.application("site", ClientKind::Confidential).await;
    house
        .put("two", ClientKind::Confidential, |new| new.redirect_uris.push("https://b.example/cb".into()))
        .await;
    let login = house.session(EMAIL).await;
    let site = wish("site");
    for asked in [
        but(&site, "client_id", "nobody"),
        but(&site, "client_id", ""),
        but(&site, "redirect_uri", "https://evil.example/cb"),
        but(&site, "redirect_uri", "https://app.example.org/cb"),
        but(&but(&site, "client_id", "two"), "redirect_uri", ""),
        [site.as_slice(), &[("client_id", "site")]].concat(),
    ] {
        let csrf = field(&house.ask(&login, &wish("site")).await.text, "csrf_token");
        let answer = [("decision", "allow"), ("csrf_token", csrf.as_str())];
        for reply in [
            house.ask(&login, &asked).await,
            house.send("POST", &path(&asked), &cookie(&login), &answer).await,
        ] {
            assert_eq!((reply.status, reply.header("location")), (400, ""), "{asked:?}");
            assert!(reply.header("content-type").starts_with("text/html"));
        }
    }
}

#[tokio::test]
async fn the_address_may_be_left_out_where_there_is_but_one() {
    let house = House::new(kit_testkit::Engine::Sqlite).await;
    house.application("site", ClientKind::Confidential).await;
    let login = house.session(EMAIL).await;
    let reply = house.decide(&login, &but(&wish("site"), "redirect_uri", ""), "allow").await;
    assert!(reply.header("location").starts_with(BACK));
    let code = parameter(reply.header("location"), "code").unwrap();
    assert_eq!(house.token("site", &but(&redemption(&code), "redirect_uri", "")).await.status, 200);
}

#[tokio::test]
async fn the_port_of_ones_own_machine_is_free() {
    let house = House::new(kit_testkit::Engine::Sqlite).await;
    house
        .put("native", ClientKind::Public, |new| new.redirect_uris = vec!["http://127.0.0.1/cb".into()])
        .await;
    let login = house.session(EMAIL).await;
    let asked = wish("native");
    let there = "http://127.0.0.1:53124/cb";
    let reply = house.decide(&login, &but(&asked, "redirect_uri", there), "allow").await;
    let back = reply.header("location");
    assert!(back.starts_with(&format!("{there}?code=")), "{back}");
    let code = parameter(back, "code").unwrap();
    let pairs = but(&redemption(&code), "redirect_uri", there);
    let pairs = [pairs.as_slice(), &[("client_id", "native")]].concat();
    let reply = house.send("POST", "/oauth2/token/", "", &pairs).await;
    assert_eq!((reply.status, reply.json.get("refresh_token")), (200, None), "{}", reply.text);
}

fn path(pairs: &[(&str, &str)]) -> String {
    format!("/oauth2/authorize/?{}", crate::house::form(pairs))
}
