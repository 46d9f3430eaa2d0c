//! Logging in: who gets a token, what everybody else is told, and how guessing is slowed down.

use std::sync::Arc;
use std::time::Duration;

use argon2::password_hash::PasswordHasher;
use argon2::{Algorithm, Argon2, Params, Version};
use identity::NewUser;
use kit_base::{Role, Timestamp};
use kit_store::{StoreError, Tx, params};
use kit_testkit::{Engine, TestReply, both};
use serde_json::json;

use crate::house::{EMAIL, House, PASSWORD};

#[tokio::test]
async fn the_right_password_gets_a_token() {
    for engine in both() {
        let house = House::new(engine).await;
        let reply = house.log_in("  aDa@EXAMPLE.org ", PASSWORD).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        let token = reply.json["token"].as_str().unwrap();
        assert!(token.starts_with("ps_") && token.len() == 46, "{token}");
        let ends = house.world.clock.now().plus(Duration::from_secs(10 * 3600));
        assert_eq!(Timestamp::parse(reply.json["expires_at"].as_str().unwrap()), Some(ends));
        let user_id = reply.json["user_id"].as_str().unwrap();
        let user = house.app.token(token).get(&format!("/api/v1/users/{user_id}")).await;
        assert_eq!(user.json["email"], EMAIL, "{engine:?}");
        assert_ne!(house.token().await, token, "each login has a token of its own");
    }
}

/// Neither the body nor a header may tell whether there is such a user.
#[tokio::test]
async fn a_wrong_password_and_an_unknown_user_look_alike() {
    for engine in both() {
        let house = House::new(engine).await;
        let trimmed = house.log_in(EMAIL, PASSWORD.trim()).await;
        let wrong = house.log_in(EMAIL, "wrong horse").await;
        let unknown = house.log_in("eve@example.org", PASSWORD).await;
        for reply in [&trimmed, &wrong, &unknown] {
            assert_eq!(reply.status, 401);
            assert_eq!(reply.json, json!({"detail": "Invalid email or password."}), "{engine:?}");
            assert_eq!(reply.header("www-authenticate"), "Bearer realm=\"api\"");
            let names = |reply: &TestReply| reply.headers.keys().cloned().collect::<Vec<_>>();
            assert_eq!(names(reply), names(&wrong));
        }
    }
}

#[tokio::test]
async fn bad_fields_are_named() {
    let house = House::new(Engine::Sqlite).await;
    let post = async |body| house.app.anonymous().post("/api/v1/auth/login", body).await;
    let required = "This field is required.";
    let invalid = "Enter a valid email address.";
    for (body, errors) in [
        (json!({}), json!({"email": [required], "password": [required]})),
        (json!({"email": EMAIL}), json!({"password": [required]})),
        (json!({"email": "ada", "password": PASSWORD}), json!({"email": [invalid]})),
        (json!({"email": "", "password": ""}), {
            let blank = "This field may not be blank.";
            json!({"email": [blank], "password": [blank]})
        }),
        (json!({"email": [EMAIL], "password": null}), {
            json!({"email": ["Not a valid string."], "password": ["This field may not be null."]})
        }),
        (json!({"email": EMAIL, "password": "x".repeat(1001)}), {
            json!({"password": ["Ensure this field has no more than 1000 characters."]})
        }),
        (json!({"email": EMAIL, "password": "a\u{0}b"}), {
            json!({"password": ["Null characters are not allowed."]})
        }),
    ] {
        let reply = post(body.clone()).await;
        assert_eq!((reply.status, &reply.json), (400, &errors), "{body}");
    }
    assert_eq!(house.app.anonymous().get("/api/v1/auth/login").await.status, 405);
}

#[tokio::test]
async fn guessing_is_slowed_down_and_nobody_is_locked_out_for_good() {
    for engine in both() {
        let house = House::new(engine).await;
        for email in [EMAIL, "eve@example.org"] {
            for _ in 0..5 {
                assert_eq!(house.log_in(email, "wrong horse").await.status, 401);
            }
            let refused = house.log_in(email, PASSWORD).await;
            assert_eq!(refused.status, 429, "even the right password waits, or guessing would go on");
            assert_eq!(refused.header("retry-after"), "30");
            let detail = "Too many failed logins. Please try again in 30 seconds.";
            assert_eq!(refused.json, json!({ "detail": detail }), "{engine:?}");
        }
        house.world.clock.advance(Duration::from_millis(29_001));
        assert_eq!(house.log_in(EMAIL, PASSWORD).await.header("retry-after"), "1");
        house.world.clock.advance(Duration::from_secs(1));
        assert_eq!(house.log_in(EMAIL, "wrong horse").await.status, 401);
        assert_eq!(house.log_in(EMAIL, PASSWORD).await.header("retry-after"), "60");
        house.world.clock.advance(Duration::from_secs(60));
        assert_eq!(house.log_in(EMAIL, PASSWORD).await.status, 200);
        assert_eq!(house.log_in(EMAIL, "wrong horse").await.status, 401, "success clears what was before");
        assert_eq!(house.log_in(EMAIL, PASSWORD).await.status, 200);
    }
}

/// Guesses that are sent at once are no way around the guard; logins of one user at once are no guesses.
#[tokio::test(flavor = "multi_thread")]
async fn many_at_once() {
    let house = Arc::new(House::new(Engine::Sqlite).await);
    let statuses = async |password: &'static str| {
        let logins: Vec<_> = (0..20)
            .map(|_| {
                let house = house.clone();
                tokio::spawn(async move { house.log_in(EMAIL, password).await.status })
            })
            .collect();
        let mut statuses = Vec::new();
        for login in logins {
            statuses.push(login.await.unwrap());
        }
        statuses
    };
    assert_eq!(statuses(PASSWORD).await, [200; 20]);
    let guesses = statuses("wrong horse").await;
    let heard = guesses.iter().filter(|status| **status == 401).count();
    assert!((5..=6).contains(&heard), "{guesses:?}");
    assert!(guesses.iter().all(|status| [401, 429].contains(status)), "{guesses:?}");
}

#[tokio::test]
async fn a_hash_of_less_cost_is_renewed_at_the_login() {
    for engine in both() {
        let house = House::new(engine).await;
        let cheap = Params::new(4864, 2, 1, None).unwrap();
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, cheap);
        let old = argon2.hash_password_with_salt(b"correct horse", &[7; 16]).unwrap().to_string();
        let stored = old.clone();
        let weaken =
            move |tx: &mut Tx<'_>| tx.execute("UPDATE users SET password_hash = $1", params![stored]);
        house.db.write(weaken).await.unwrap();
        assert_eq!(house.log_in(EMAIL, "wrong horse").await.status, 401);
        assert_eq!(hash(&house).await, old, "{engine:?}");
        for _ in 0..2 {
            assert_eq!(house.log_in(EMAIL, "correct horse").await.status, 200, "{engine:?}");
            let new = hash(&house).await;
            assert!(new.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{new}");
        }
    }
}

async fn hash(house: &House) -> String {
    let read = |tx: &mut Tx<'_>| -> Result<String, StoreError> {
        tx.query_one("SELECT password_hash FROM users", params![], |row| row.get("password_hash"))
    };
    house.db.read(read).await.unwrap()
}

#[tokio::test]
async fn a_user_who_is_replaced_has_the_new_password_and_is_logged_out() {
    for engine in both() {
        let house = House::new(engine).await;
        let token = house.token().await;
        let new = |email: &str| NewUser {
            name: "Ada".to_owned(),
            email: email.to_owned(),
            role: Role::Viewer,
            password: "another horse".to_owned(),
        };
        let taken = identity::create_user(&house.world.context, new("ADA@example.org")).await;
        assert_eq!(taken, Err(identity::Error::EmailTaken));
        let id = identity::replace_user(&house.world.context, new("ADA@example.org")).await.unwrap();
        assert_eq!(house.app.token(token).get("/api/v1/users").await.status, 401, "{engine:?}");
        assert_eq!(house.log_in(EMAIL, PASSWORD).await.status, 401);
        assert_eq!(house.log_in(EMAIL, "another horse").await.json["user_id"], id);
        let other = identity::replace_user(&house.world.context, new("eve@example.org")).await.unwrap();
        assert_ne!(other, id, "where there was nobody, somebody is created");
    }
}
