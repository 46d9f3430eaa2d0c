//! API keys: made once, told once, capped by their user, and gone when they are removed or expire.

use std::time::Duration;

use identity::ClientKind;
use kit_base::Role;
use kit_testkit::both;
use serde_json::json;

use crate::house::{EMAIL, House, text};

const KEYS: &str = "/api/v1/keys";

#[tokio::test]
async fn a_key_is_told_once_and_knows_its_user() {
    for engine in both() {
        let house = House::new(engine).await;
        let login = house.log_in(EMAIL).await;
        let me = house.app.token(&login);
        let made = me.post(KEYS, json!({"name": " pipeline ", "scopes": ["write", "read", "read"]})).await;
        assert_eq!(made.status, 201, "{engine:?} {}", made.text);
        let key = text(&made.json, "key");
        assert!(key.starts_with("psk_") && key.len() == 47, "{key}");
        assert_eq!(
            (&made.json["name"], &made.json["scopes"]),
            (&json!("pipeline"), &json!(["read", "write"]))
        );
        let who = house.app.anonymous().post("/api/v1/auth/verify-token", json!({ "token": key })).await.json;
        assert_eq!(
            (&who["user_id"], &who["scope"], &who["role"]),
            (&made.json["user"], &json!("read write"), &json!("admin"))
        );
        let list = me.get(KEYS).await;
        assert!(!list.text.contains(&key), "{engine:?}");
        assert_eq!((&list.json["count"], &list.json["results"][0]["id"]), (&json!(1), &made.json["id"]));
        assert_eq!(house.app.token(&key).get("/api/v1/users").await.status, 200);
        let path = format!("{KEYS}/{}", text(&made.json, "id"));
        assert_eq!(me.delete(&path).await.status, 204);
        assert!(!house.is_good(&key).await, "{engine:?}");
        assert_eq!(me.delete(&path).await.status, 404);
    }
}

#[tokio::test]
async fn a_key_ends_with_its_time() {
    for engine in both() {
        let house = House::new(engine).await;
        let login = house.log_in(EMAIL).await;
        let end = house.world.clock.now().plus(Duration::from_secs(3600)).to_string();
        let made = house.app.token(&login).post(KEYS, json!({"name": "short", "expires_at": end})).await;
        assert_eq!((made.status, &made.json["scopes"]), (201, &json!(["read"])), "{}", made.text);
        let key = text(&made.json, "key");
        house.world.clock.advance(Duration::from_secs(3599));
        assert!(house.is_good(&key).await, "{engine:?}");
        house.world.clock.advance(Duration::from_secs(1));
        assert!(!house.is_good(&key).await, "{engine:?}");
    }
}

#[tokio::test]
async fn a_key_is_never_more_than_its_user() {
    for engine in both() {
        let house = House::new(engine).await;
        house.application("site", ClientKind::Confidential).await;
        house.user("bob@example.org", Role::Member).await;
        let (ada, bob) = (house.log_in(EMAIL).await, house.log_in("bob@example.org").await);
        let make = async |token: &str, body| house.app.token(token).post(KEYS, body).await;
        for body in [
            json!({}),
            json!({"name": "x", "scopes": []}),
            json!({"name": "x", "scopes": ["admin"]}),
            json!({"name": "x", "scopes": ["introspection"]}),
            json!({"name": "x", "expires_at": "2020-01-01T00:00:00Z"}),
        ] {
            assert_eq!(make(&bob, body.clone()).await.status, 400, "{body}");
        }
        let key = make(&bob, json!({"name": "x"})).await.json;
        assert_eq!(house.app.token(text(&key, "key")).get("/api/v1/users").await.status, 403, "{engine:?}");
        let (access, _) = house.pair("site").await;
        for lent in [access, text(&key, "key")] {
            assert_eq!(
                make(&lent, json!({"name": "x"})).await.status,
                403,
                "{engine:?}: lent tokens make none"
            );
        }
        let robot = [("grant_type", "client_credentials")];
        let robot = text(&house.token("site", &robot).await.json, "access_token");
        assert_eq!(make(&robot, json!({"name": "x"})).await.status, 403);
        let bobs = format!("{KEYS}?user={}", text(&key, "user"));
        assert_eq!(house.app.token(&ada).get(&bobs).await.json["count"], 1, "{engine:?}");
        let ada_id = text(&make(&ada, json!({"name": "y"})).await.json, "user");
        assert_eq!(house.app.token(&bob).get(&format!("{KEYS}?user={ada_id}")).await.status, 403);
        let adas = house.app.token(&ada).get(KEYS).await.json["results"][0].clone();
        let path = format!("{KEYS}/{}", text(&adas, "id"));
        assert_eq!(house.app.token(&bob).delete(&path).await.status, 404, "another's");
        let path = format!("{KEYS}/{}", text(&key, "id"));
        assert_eq!(house.app.token(&ada).delete(&path).await.status, 204, "an administrator may");
    }
}
