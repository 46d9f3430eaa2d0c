//! Tokens: how they are kept, who is known by them, and how they end.

use std::time::Duration;

use kit_base::hex;
use kit_store::{StoreError, Tx, params};
use kit_testkit::{Engine, both};
use serde_json::{Value, json};

use crate::house::{EMAIL, House, PASSWORD, world};

async fn verify(house: &House, token: &str) -> Value {
    let reply = house.app.anonymous().post("/api/v1/auth/verify-token", json!({ "token": token })).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    reply.json
}

fn nobody() -> Value {
    json!({"active": false, "user_id": null, "name": null, "role": null, "scope": null})
}

#[tokio::test]
async fn a_token_tells_who_is_asking() {
    for engine in both() {
        let house = House::new(engine).await;
        let session = house.log_in(EMAIL, PASSWORD).await.json;
        let token = session["token"].as_str().unwrap();
        let expected = json!({
            "active": true, "user_id": session["user_id"], "name": "Administrator", "role": "admin",
            "scope": "read write"
        });
        assert_eq!(verify(&house, token).await, expected, "{engine:?}");
        let other = token.replace("ps_", "ps-");
        let cut = &token[..token.len() - 1];
        let long = token.repeat(2000);
        for bad in ["x", &other, cut, &long, &format!("{token} "), "ps_' OR 1=1 --"] {
            assert_eq!(verify(&house, bad).await, nobody(), "{engine:?}");
        }
        let missing = house.app.anonymous().post("/api/v1/auth/verify-token", json!({})).await;
        assert_eq!((missing.status, missing.json), (400, json!({"token": ["This field is required."]})));
    }
}

#[tokio::test]
async fn a_token_ends_with_its_time() {
    for engine in both() {
        let house = House::built(world(engine).with(&identity::TOKEN_LIFETIME, "2h")).await;
        let token = house.token().await;
        house.world.clock.advance(Duration::from_secs(2 * 3600 - 1));
        assert_eq!(verify(&house, &token).await["active"], true, "{engine:?}");
        house.world.clock.advance(Duration::from_secs(1));
        assert_eq!(verify(&house, &token).await, nobody(), "{engine:?}");
        let refused = house.app.token(&token).get("/api/v1/users").await;
        assert_eq!(refused.status, 401);
        assert!(refused.header("www-authenticate").contains("invalid_token"));
    }
}

#[tokio::test]
async fn logging_out_ends_this_token_alone() {
    for engine in both() {
        let house = House::new(engine).await;
        let (one, other) = (house.token().await, house.token().await);
        let logout = "/api/v1/auth/logout";
        let reply = house.app.token(&one).post(logout, json!({})).await;
        assert_eq!((reply.status, reply.text.as_str()), (204, ""), "{engine:?}");
        assert_eq!(verify(&house, &one).await, nobody(), "{engine:?}");
        assert_eq!(house.app.token(&one).post(logout, json!({})).await.status, 401);
        assert_eq!(house.app.anonymous().send("POST", logout, None).await.status, 401);
        assert_eq!(verify(&house, &other).await["active"], true);
        assert_eq!(
            house.app.token(&other).send("POST", logout, None).await.status,
            204,
            "a body is not needed"
        );
    }
}

/// Whoever gets hold of the data gets no token and no password from it.
#[tokio::test]
async fn neither_tokens_nor_passwords_are_kept() {
    for engine in both() {
        let house = House::new(engine).await;
        let token = house.token().await;
        assert_eq!(verify(&house, &token).await["active"], true);
        let kept = everything(&house, engine).await;
        let contains = |text: &str| kept.windows(text.len()).any(|part| part == text.as_bytes());
        assert!(contains(EMAIL) && contains("argon2id"), "the search finds what is there on {engine:?}");
        for secret in [token.as_str(), &token[3..], PASSWORD, PASSWORD.trim()] {
            assert!(!contains(secret) && !contains(&hex(secret.as_bytes())), "{engine:?}");
        }
    }
}

/// The bytes of every file of the data folder, or the text of every row.
async fn everything(house: &House, engine: Engine) -> Vec<u8> {
    if engine == Engine::Sqlite {
        let files = std::fs::read_dir(&house.world.context.data_dir).unwrap();
        return files.flat_map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect();
    }
    let read = |tx: &mut Tx<'_>| -> Result<Vec<String>, StoreError> {
        tx.query(
            "SELECT CAST(users AS TEXT) AS line FROM users UNION ALL
             SELECT CAST(tokens AS TEXT) FROM tokens UNION ALL SELECT CAST(outbox AS TEXT) FROM outbox",
            params![],
            |row| row.get("line"),
        )
    };
    house.db.read(read).await.unwrap().join("\n").into_bytes()
}
