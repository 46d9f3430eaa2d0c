//! Ending tokens, asking about them, and what an application learns of its user.

use identity::ClientKind;
use kit_base::Role;
use kit_testkit::both;
use serde_json::json;

use crate::house::{EMAIL, House, PASSWORD, SECRET, refused, text};

const REVOKE: &str = "/oauth2/revoke_token/";
const INTROSPECT: &str = "/oauth2/introspect/";

#[tokio::test]
async fn ending_one_token_ends_the_pair() {
    for engine in both() {
        let house = House::new(engine).await;
        house.application("site", ClientKind::Confidential).await;
        for which in 0..2 {
            let (access, refresh) = house.pair("site").await;
            let token = [&access, &refresh][which];
            for hint in ["access_token", "refresh_token", "nonsense"] {
                let reply = house.form("site", REVOKE, &[("token", token), ("token_type_hint", hint)]).await;
                assert_eq!((reply.status, reply.text.as_str()), (200, ""), "{engine:?}");
                assert_eq!(reply.header("cache-control"), "no-store");
            }
            assert!(!house.is_good(&access).await, "{engine:?}");
            assert_eq!(refused(&house.refresh("site", &refresh).await), (400, "invalid_grant"));
        }
    }
}

#[tokio::test]
async fn nobody_ends_the_tokens_of_others() {
    for engine in both() {
        let house = House::new(engine).await;
        house.application("site", ClientKind::Confidential).await;
        house.application("other", ClientKind::Confidential).await;
        house.application("phone", ClientKind::Public).await;
        let (access, _) = house.pair("site").await;
        assert_eq!(house.form("other", REVOKE, &[("token", &access)]).await.status, 200);
        assert_eq!(house.form("other", REVOKE, &[("token", "unknown")]).await.status, 200);
        let public = [("token", access.as_str()), ("client_id", "phone")];
        assert_eq!(house.send("POST", REVOKE, "", &public).await.status, 200);
        let reply = house.send("POST", REVOKE, "Basic c2l0ZTp3cm9uZw==", &[("token", &access)]).await;
        assert_eq!(refused(&reply), (401, "invalid_client"), "{engine:?}");
        assert_eq!(refused(&house.form("site", REVOKE, &[]).await), (400, "invalid_request"));
        assert!(house.is_good(&access).await, "{engine:?}");
    }
}

#[tokio::test]
async fn who_may_know_is_told_of_a_token() {
    for engine in both() {
        let house = House::new(engine).await;
        house.application("site", ClientKind::Confidential).await;
        house.application("guard", ClientKind::Confidential).await;
        house.application("phone", ClientKind::Public).await;
        let (access, refresh) = house.pair("site").await;
        let reply = house.form("guard", INTROSPECT, &[("token", &access)]).await;
        let now = house.world.clock.now().micros() / 1_000_000;
        let who =
            house.app.anonymous().post("/api/v1/auth/verify-token", json!({ "token": access })).await.json;
        let expected = json!({"active": true, "scope": "read write", "client_id": "site",
            "username": "Administrator", "token_type": "Bearer", "exp": now + 36_000, "iat": now,
            "sub": who["user_id"], "iss": "http://test"});
        assert_eq!((reply.status, &reply.json), (200, &expected), "{engine:?}");
        for dead in ["unknown", refresh.as_str()] {
            let reply = house.form("guard", INTROSPECT, &[("token", dead)]).await;
            assert_eq!((reply.status, reply.json), (200, json!({"active": false})));
        }
        let token = [("grant_type", "client_credentials"), ("scope", "introspection")];
        let inspector = text(&house.token("guard", &token).await.json, "access_token");
        let by_token = |token: &str| format!("Bearer {token}");
        let reply = house.send("POST", INTROSPECT, &by_token(&inspector), &[("token", &access)]).await;
        assert_eq!(reply.json, expected);
        let public = [("token", access.as_str()), ("client_id", "phone")];
        for (credentials, pairs) in [
            (by_token(&access), [("token", access.as_str())].as_slice()),
            (String::new(), &[("token", access.as_str())]),
            (String::new(), &public),
            ("Basic c2l0ZTp3cm9uZw==".to_owned(), &[("token", access.as_str())]),
        ] {
            let reply = house.send("POST", INTROSPECT, &credentials, pairs).await;
            assert_eq!(refused(&reply), (401, "invalid_client"), "{engine:?} {credentials}");
            assert_eq!(reply.header("www-authenticate"), "Basic realm=\"oauth2\"");
        }
        let in_body = [("token", access.as_str()), ("client_id", "site"), ("client_secret", SECRET)];
        assert_eq!(house.send("POST", INTROSPECT, "", &in_body).await.json, expected);
    }
}

#[tokio::test]
async fn of_the_user_as_much_is_told_as_was_allowed() {
    for engine in both() {
        let house = House::new(engine).await;
        house.application("site", ClientKind::Confidential).await;
        for (scope, email, name) in
            [("read", false, false), ("openid email", true, false), ("openid profile", false, true)]
        {
            let asked =
                [("grant_type", "password"), ("username", EMAIL), ("password", PASSWORD), ("scope", scope)];
            let token = text(&house.token("site", &asked).await.json, "access_token");
            let reply = house.app.token(&token).get("/oauth2/userinfo/").await;
            assert_eq!((reply.status, reply.json["sub"].is_string()), (200, true), "{engine:?}");
            assert_eq!(reply.json["email"] == EMAIL, email, "{scope}");
            assert_eq!(reply.json["name"] == "Administrator", name, "{scope}");
        }
        let nobody = house.app.anonymous().get("/oauth2/userinfo/").await;
        assert_eq!(nobody.status, 401);
        assert!(nobody.header("www-authenticate").starts_with("Bearer"));
    }
}

/// What was lent for reading removes nobody; a key is not logged out; a token is, with what came with it.
#[tokio::test]
async fn lent_tokens_and_going() {
    for engine in both() {
        let house = House::new(engine).await;
        house.application("site", ClientKind::Confidential).await;
        let bob = house.user("bob@example.org", Role::Member).await;
        let login = house.log_in("bob@example.org").await;
        let key = house.app.token(&login).post("/api/v1/keys", json!({"name": "x"})).await.json;
        let key = text(&key, "key");
        let asked = [("grant_type", "password"), ("username", "bob@example.org"), ("password", PASSWORD)];
        let pair = house.token("site", &[asked.as_slice(), &[("scope", "read")]].concat()).await.json;
        let (access, refresh) = (text(&pair, "access_token"), text(&pair, "refresh_token"));
        let own = format!("/api/v1/users/{bob}");
        for token in [&key, &access] {
            assert_eq!(house.app.token(token).get(&own).await.status, 200, "{engine:?}");
            assert_eq!(house.app.token(token).delete(&own).await.status, 403, "{engine:?}");
        }
        let out =
            async |token: &str| house.app.token(token).post("/api/v1/auth/logout", json!({})).await.status;
        assert_eq!([out(&key).await, out(&access).await], [403, 204], "{engine:?}");
        assert_eq!([house.is_good(&key).await, house.is_good(&access).await], [true, false], "{engine:?}");
        assert_eq!(refused(&house.refresh("site", &refresh).await), (400, "invalid_grant"), "{engine:?}");
        let whole = text(&house.token("site", &asked).await.json, "access_token");
        assert_eq!(house.app.token(&whole).delete(&own).await.status, 204, "{engine:?}: writing was lent");
    }
}
