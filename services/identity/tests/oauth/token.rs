//! The token endpoint, row by row of the contract: what is answered, and how it refuses.

use std::time::Duration;

use identity::{ClientKind, Grant};
use kit_base::Role;
use kit_testkit::{Engine, both};
use serde_json::json;

use crate::house::{EMAIL, House, PASSWORD, SECRET, refused, text};

const PATH: &str = "/oauth2/token/";

fn by_password<'a>(username: &'a str, password: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![("grant_type", "password"), ("username", username), ("password", password)]
}

#[tokio::test]
async fn a_password_brings_a_pair() {
    for engine in both() {
        let house = House::new(engine).await;
        house.application("site", ClientKind::Confidential).await;
        let reply = house.token("site", &by_password(" ADA@example.org ", PASSWORD)).await;
        assert_eq!(refused(&reply), (200, ""), "{engine:?} {}", reply.text);
        let access = text(&reply.json, "access_token");
        assert!(access.len() == 30 && access.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{access}");
        let refresh = text(&reply.json, "refresh_token");
        let expected = json!({"access_token": access, "refresh_token": refresh, "expires_in": 36000,
                              "token_type": "Bearer", "scope": "read write"});
        assert_eq!(reply.json, expected);
        let who = house.app.anonymous().post("/api/v1/auth/verify-token", json!({ "token": access })).await;
        assert_eq!((&who.json["name"], &who.json["role"]), (&json!("Administrator"), &json!("admin")));
        assert_eq!(who.json["scope"], "read write");
        house.world.clock.advance(Duration::from_secs(35_999));
        assert!(house.is_good(&access).await, "{engine:?}");
        house.world.clock.advance(Duration::from_secs(1));
        assert!(!house.is_good(&access).await, "{engine:?}");
    }
}

#[tokio::test]
async fn json_and_form_are_read_alike() {
    for engine in both() {
        let house = House::new(engine).await;
        house.application("site", ClientKind::Confidential).await;
        let body = json!({"client_id": "site", "client_secret": SECRET, "grant_type": "password",
                          "username": EMAIL, "password": PASSWORD});
        for media in ["application/json", "application/json; charset=utf-8"] {
            let reply = house.raw("POST", PATH, "", media, &body.to_string()).await;
            assert_eq!(reply.status, 200, "{engine:?} {}", reply.text);
        }
        let mut number = body.clone();
        number["password"] = json!(1);
        let mut list = body.clone();
        list["scope"] = json!(["read"]);
        let twice = body.to_string().replacen('{', "{\"grant_type\":\"password\",", 1);
        for bad in
            [number.to_string(), list.to_string(), twice, "{".to_owned(), "[]".to_owned(), String::new()]
        {
            let reply = house.raw("POST", PATH, "", "application/json", &bad).await;
            assert_eq!(refused(&reply), (400, "invalid_request"), "{bad}");
        }
        let media = house.raw("POST", PATH, "", "text/xml", "<a/>").await;
        assert_eq!(refused(&media), (400, "invalid_request"));
    }
}

#[tokio::test]
async fn repeated_parameters_and_secrets_in_the_address_are_refused() {
    let house = House::new(Engine::Sqlite).await;
    house.application("site", ClientKind::Confidential).await;
    let mut twice = by_password(EMAIL, PASSWORD);
    twice.push(("scope", "read"));
    twice.push(("scope", "read"));
    assert_eq!(refused(&house.token("site", &twice).await), (400, "invalid_request"));
    let path = format!("{PATH}?password=x");
    let reply = house.form("site", &path, &by_password(EMAIL, PASSWORD)).await;
    assert_eq!(refused(&reply), (400, "invalid_request"));
    let (access, _) = house.pair("site").await;
    for path in ["/oauth2/userinfo/", "/api/v1/users"] {
        let reply = house.app.anonymous().get(&format!("{path}?access_token={access}")).await;
        assert_eq!(reply.status, 401, "{path}");
        assert_eq!(house.app.token(&access).get(path).await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn wrong_password_unknown_user_and_no_user_look_alike() {
    for engine in both() {
        let house = House::new(engine).await;
        house.application("site", ClientKind::Confidential).await;
        for (username, password) in [(EMAIL, "wrong horse"), ("eve@example.org", PASSWORD), ("nobody", "x")] {
            let reply = house.token("site", &by_password(username, password)).await;
            assert_eq!(refused(&reply), (400, "invalid_grant"), "{engine:?}");
            assert_eq!(
                reply.json,
                json!({"error": "invalid_grant", "error_description": "Invalid credentials given."})
            );
        }
        for (missing, name) in [
            (vec![("grant_type", "password"), ("username", EMAIL)], "password"),
            (vec![("grant_type", "password"), ("username", EMAIL), ("password", "")], "password"),
            (vec![("grant_type", "password"), ("password", PASSWORD)], "username"),
        ] {
            let reply = house.token("site", &missing).await;
            assert_eq!(refused(&reply), (400, "invalid_request"));
            assert_eq!(reply.json["error_description"], format!("Request is missing {name} parameter."));
        }
    }
}

#[tokio::test]
async fn who_is_no_client_gets_nothing() {
    for engine in both() {
        let house = House::new(engine).await;
        house.application("site", ClientKind::Confidential).await;
        house.application("phone", ClientKind::Public).await;
        let asked = by_password(EMAIL, PASSWORD);
        let with = |more: &[(&'static str, &'static str)]| [asked.as_slice(), more].concat();
        for (credentials, pairs) in [
            ("", asked.clone()),
            ("Basic c2l0ZTp3cm9uZw==", asked.clone()),
            ("Basic c2l0ZTo=", asked.clone()),
            ("Basic ???", asked.clone()),
            ("Basic bm9ib2R5OndvcmQ=", asked.clone()),
            ("", with(&[("client_id", "site")])),
            ("", with(&[("client_id", "site"), ("client_secret", "wrong")])),
            ("", with(&[("client_id", "nobody"), ("client_secret", SECRET)])),
            ("", with(&[("client_id", "phone"), ("client_secret", "something")])),
        ] {
            let reply = house.send("POST", PATH, credentials, &pairs).await;
            assert_eq!(refused(&reply), (401, "invalid_client"), "{engine:?} {credentials} {pairs:?}");
            assert_eq!(reply.header("www-authenticate"), "Basic realm=\"oauth2\"");
        }
        let wrong_then_right = with(&[("client_id", "site"), ("client_secret", SECRET)]);
        let reply = house.send("POST", PATH, "Basic c2l0ZTp3cm9uZw==", &wrong_then_right).await;
        assert_eq!(reply.status, 200, "the body is looked at where Basic is of no use");
        let two = with(&[("client_id", "phone")]);
        assert_eq!(refused(&house.token("site", &two).await), (400, "invalid_request"));
    }
}

#[tokio::test]
async fn a_public_application_gets_no_refresh_token() {
    for engine in both() {
        let house = House::new(engine).await;
        house.application("phone", ClientKind::Public).await;
        let asked = [by_password(EMAIL, PASSWORD), vec![("client_id", "phone")]].concat();
        let reply = house.send("POST", PATH, "", &asked).await;
        assert_eq!(reply.status, 200, "{engine:?} {}", reply.text);
        assert_eq!(reply.json.get("refresh_token"), None);
        for grant in ["client_credentials", "refresh_token"] {
            let asked = [("grant_type", grant), ("client_id", "phone"), ("refresh_token", "x")];
            assert_eq!(refused(&house.send("POST", PATH, "", &asked).await), (400, "unauthorized_client"));
        }
    }
}

#[tokio::test]
async fn only_what_the_application_may_is_granted() {
    for engine in both() {
        let house = House::new(engine).await;
        house.put("none", ClientKind::Confidential, |new| new.grants = Vec::new()).await;
        house.put("once", ClientKind::Confidential, |new| new.grants = vec![Grant::Password]).await;
        for grant in Grant::ALL {
            let word = if grant == Grant::DeviceCode { crate::house::DEVICE } else { grant.as_str() };
            let reply = house.token("none", &[("grant_type", word)]).await;
            assert_eq!(refused(&reply), (400, "unauthorized_client"), "{engine:?} {word}");
        }
        for (grant, error) in [("implicit", "unsupported_grant_type"), ("", "invalid_request")] {
            let reply = house.token("none", &[("grant_type", grant)]).await;
            assert_eq!(refused(&reply), (400, error));
        }
        let reply = house.token("once", &by_password(EMAIL, PASSWORD)).await;
        assert_eq!((reply.status, reply.json.get("refresh_token")), (200, None));
        let get = house.app.anonymous().get(PATH).await;
        assert_eq!((get.status, get.header("allow").contains("POST")), (405, true));
    }
}

#[tokio::test]
async fn a_subset_of_the_scopes_is_granted_and_named() {
    for engine in both() {
        let house = House::new(engine).await;
        house
            .put("site", ClientKind::Confidential, |new| new.scopes = vec!["read".into(), "write".into()])
            .await;
        let asked = |scope| [by_password(EMAIL, PASSWORD), vec![("scope", scope)]].concat();
        let reply = house.token("site", &asked("read")).await;
        assert_eq!((reply.status, &reply.json["scope"]), (200, &json!("read")), "{engine:?}");
        for scope in ["openid", "read nonsense"] {
            assert_eq!(refused(&house.token("site", &asked(scope)).await), (400, "invalid_scope"));
        }
    }
}

#[tokio::test]
async fn an_application_acts_of_its_own_accord() {
    for engine in both() {
        let house = House::new(engine).await;
        house.application("robot", ClientKind::Confidential).await;
        let ask = [("grant_type", "client_credentials"), ("scope", "read")];
        let one = house.token("robot", &ask).await;
        assert_eq!((one.status, one.json.get("refresh_token")), (200, None), "{engine:?} {}", one.text);
        let access = text(&one.json, "access_token");
        let who =
            house.app.anonymous().post("/api/v1/auth/verify-token", json!({ "token": access })).await.json;
        assert!(text(&who, "user_id").starts_with("application:"), "{who}");
        assert_eq!((&who["role"], &who["scope"]), (&json!(Role::Responder), &json!("read")));
        assert_eq!(house.token("robot", &ask).await.status, 200);
        assert!(house.is_good(&access).await, "its tokens live side by side");
    }
}

#[tokio::test]
async fn guessing_is_slowed_down_for_the_user_the_application_and_the_place() {
    for engine in both() {
        let house = House::new(engine).await;
        for name in ["site", "other", "robot"] {
            house.application(name, ClientKind::Confidential).await;
        }
        for _ in 0..5 {
            assert_eq!(house.token("site", &by_password(EMAIL, "wrong horse")).await.status, 400);
        }
        let reply = house.token("other", &by_password(EMAIL, PASSWORD)).await;
        assert_eq!((reply.status, reply.header("retry-after")), (429, "30"), "the user, by any application");
        for n in 0..15 {
            let name = format!("nobody{n}");
            assert_eq!(house.token("site", &by_password(&name, "wrong horse")).await.status, 400, "{n}");
        }
        let reply = house.token("other", &by_password("bob@example.org", PASSWORD)).await;
        assert_eq!(refused(&reply), (429, "temporarily_unavailable"), "{engine:?}: all come from one place");
        house.world.clock.advance(Duration::from_secs(30));
        assert_eq!(house.token("site", &by_password(EMAIL, PASSWORD)).await.status, 200);
        for _ in 0..20 {
            house.send("POST", PATH, "Basic c2l0ZTp3cm9uZw==", &by_password(EMAIL, PASSWORD)).await;
        }
        let reply = house.token("robot", &[("grant_type", "client_credentials")]).await;
        assert_eq!(reply.status, 429, "secrets are not guessed from one place either");
    }
}
