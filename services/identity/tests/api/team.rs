//! Users as administrators manage them.

use kit_base::Role;
use kit_store::{Tx, params};
use kit_testkit::both;
use serde_json::{Value, json};

use crate::house::{EMAIL, House, PASSWORD};

const USERS: &str = "/api/v1/users";

async fn at(house: &House, token: &str) -> (String, Value) {
    let list = house.app.token(token).get(USERS).await.json;
    let admin = list["results"][0].clone();
    (format!("{USERS}/{}", admin["id"].as_str().unwrap()), admin)
}

#[tokio::test]
async fn an_administrator_adds_users_with_a_password_or_an_invitation() {
    for engine in both() {
        let house = House::new(engine).await;
        let token = house.token().await;
        let admin = house.app.token(&token);
        let new = json!({"name": "Grace", "email": "grace@example.org", "role": "responder", "team": "Network",
                         "password": "correct horse"});
        let made = admin.post(USERS, new).await;
        let expected = json!({
            "id": made.json["id"], "name": "Grace", "email": "grace@example.org", "role": "responder",
            "team": "Network", "created_at": "2026-11-21T12:00:00Z"
        });
        assert_eq!((made.status, &made.json), (201, &expected), "{engine:?}");
        assert_eq!(house.log_in("grace@example.org", "correct horse").await.status, 200);
        assert!(house.mails("grace@example.org").await.is_empty());

        let invited = admin.post(USERS, json!({"name": "Alan", "email": "alan@example.org"})).await;
        assert_eq!((invited.status, &invited.json["role"]), (201, &json!("viewer")), "{engine:?}");
        assert_eq!(house.log_in("alan@example.org", "correct horse").await.status, 401);
        house.world.clock.advance(std::time::Duration::from_secs(7 * 24 * 3600 - 1));
        let token = house.mailed_token("alan@example.org").await;
        let choose = json!({"token": token, "password": "correct horse"});
        let chosen = house.app.anonymous().post("/api/v1/auth/reset-password", choose).await;
        assert_eq!(chosen.status, 200, "{}", chosen.text);
        assert_eq!(house.log_in("alan@example.org", "correct horse").await.status, 200, "{engine:?}");
    }
}

#[tokio::test]
async fn bad_fields_of_a_user_are_named() {
    for engine in both() {
        let house = House::new(engine).await;
        let token = house.token().await;
        let admin = house.app.token(&token);
        for (body, fields) in [
            (json!({}), vec!["name", "email"]),
            (json!({"name": "", "email": "x"}), vec!["name", "email"]),
            (json!({"name": "Eve", "email": "ADA@example.org"}), vec!["email"]),
            (json!({"name": "Eve", "email": "eve@example.org", "role": "king"}), vec!["role"]),
            (json!({"name": "Eve", "email": "eve@example.org", "password": "short"}), vec!["password"]),
        ] {
            let reply = admin.post(USERS, body.clone()).await;
            let named: Vec<_> = reply.json.as_object().unwrap().keys().map(String::as_str).collect();
            assert_eq!((reply.status, named), (400, fields), "{body} on {engine:?}");
        }
        assert_eq!(admin.get(USERS).await.json["count"], 1, "none was added on {engine:?}");
    }
}

#[tokio::test]
async fn members_see_themselves_and_the_team_sees_everybody() {
    for engine in both() {
        let house = House::empty(engine).await;
        let clem = house.person("clem", Role::Member).await;
        let viewer = house.person("viewer", Role::Viewer).await;
        let path = |id: &str| format!("{USERS}/{id}");
        assert_eq!(house.of(&clem).get(&path(&clem.id)).await.json["email"], "1@example.org");
        assert_eq!(house.of(&clem).get(&path(&viewer.id)).await.status, 404, "not even that there is one");
        assert_eq!(house.of(&clem).get(USERS).await.status, 403);
        assert_eq!(house.of(&viewer).get(&path(&clem.id)).await.status, 200, "{engine:?}");
        assert_eq!(house.of(&viewer).get(&path("x")).await.status, 404);
    }
}

#[tokio::test]
async fn an_administrator_changes_anything_and_others_their_name() {
    for engine in both() {
        let house = House::empty(engine).await;
        let admin = house.person("admin", Role::Admin).await;
        let clem = house.person("clem", Role::Member).await;
        let viewer = house.person("viewer", Role::Viewer).await;
        let path = format!("{USERS}/{}", clem.id);
        let named = house.of(&clem).put(&path, json!({"name": "Clémentine"})).await;
        assert_eq!((named.status, &named.json["name"]), (200, &json!("Clémentine")), "{}", named.text);
        for more in [json!({"role": "admin"}), json!({"team": "x"}), json!({"is_active": true, "name": "x"})]
        {
            assert_eq!(house.of(&clem).put(&path, more.clone()).await.status, 403, "{more} on {engine:?}");
        }
        assert_eq!(house.of(&viewer).put(&path, json!({"name": "x"})).await.status, 403);
        assert_eq!(house.of(&viewer).delete(&path).await.status, 403);
        let same = house.of(&admin).put(&path, json!({"role": "member", "team": "Network"})).await;
        assert_eq!((same.status, &same.json["team"]), (200, &json!("Network")), "{}", same.text);
        assert_eq!(house.of(&clem).get(&path).await.json["name"], "Clémentine", "the same role ends nothing");
        let changed = house.of(&admin).put(&path, json!({"role": "manager"})).await;
        assert_eq!((&changed.json["role"], &changed.json["team"]), (&json!("manager"), &json!("Network")));
        assert_eq!(
            house.of(&clem).get(&path).await.status,
            401,
            "{engine:?}: what the old role began has ended"
        );
        let cleared = house.of(&admin).put(&path, json!({"team": ""})).await;
        assert_eq!(
            (&cleared.json["team"], &cleared.json["role"]),
            (&json!(null), &json!("manager")),
            "{engine:?}"
        );
        assert_eq!(house.of(&admin).put(&path, json!({"role": "king"})).await.status, 400);
        assert_eq!(house.of(&admin).put(&format!("{USERS}/x"), json!({})).await.status, 404);
    }
}

#[tokio::test]
async fn who_is_deactivated_is_out_at_once() {
    for engine in both() {
        let house = House::new(engine).await;
        let token = house.token().await;
        let admin = house.app.token(&token);
        let new = json!({"name": "Grace", "email": "grace@example.org", "password": "correct horse"});
        let id = admin.post(USERS, new).await.json["id"].as_str().unwrap().to_owned();
        let session = house.log_in("grace@example.org", "correct horse").await.json;
        let grace = house.app.token(session["token"].as_str().unwrap());
        assert_eq!(grace.get(USERS).await.status, 200);
        let path = format!("{USERS}/{id}");
        assert_eq!(admin.put(&path, json!({"is_active": false})).await.status, 200);
        assert_eq!(grace.get(USERS).await.status, 401, "{engine:?}");
        assert_eq!(house.log_in("grace@example.org", "correct horse").await.status, 401, "{engine:?}");
        let forgot = json!({"email": "grace@example.org"});
        assert_eq!(house.app.anonymous().post("/api/v1/auth/forgot-password", forgot).await.status, 200);
        assert!(house.mails("grace@example.org").await.is_empty(), "nor by a new password");
        assert_eq!(admin.put(&path, json!({"is_active": true})).await.status, 200);
        assert_eq!(house.log_in("grace@example.org", "correct horse").await.status, 200, "{engine:?}");
    }
}

/// Whatever way somebody came to be out, and even where a token was left.
#[tokio::test]
async fn no_token_knows_who_may_not_enter() {
    for engine in both() {
        let house = House::empty(engine).await;
        let clem = house.person("clem", Role::Member).await;
        let until = house.world.clock.now().plus(std::time::Duration::from_secs(60));
        for (active, reads, status) in [(true, true, 200), (false, true, 401), (true, false, 401)] {
            let out = move |tx: &mut Tx<'_>| {
                tx.execute(
                    "UPDATE users SET is_active = $1, can_read = $2, end_ban_read = $3",
                    params![active, reads, until],
                )
            };
            house.db.write(out).await.unwrap();
            let mine = house.of(&clem).get("/api/membres/mon-profil/").await;
            assert_eq!(mine.status, status, "{active} {reads} on {engine:?}");
        }
        house.world.clock.advance(std::time::Duration::from_secs(60));
        assert_eq!(house.of(&clem).get("/api/membres/mon-profil/").await.status, 200, "{engine:?}");
    }
}

#[tokio::test]
async fn the_last_administrator_stays_one() {
    for engine in both() {
        let house = House::new(engine).await;
        let token = house.token().await;
        let admin = house.app.token(&token);
        let (path, before) = at(&house, &token).await;
        for change in [json!({"role": "viewer"}), json!({"is_active": false})] {
            let reply = admin.put(&path, change.clone()).await;
            assert_eq!(reply.status, 409, "{change} on {engine:?}");
            assert!(reply.json["detail"].as_str().unwrap().contains("last administrator"));
        }
        assert_eq!(admin.delete(&path).await.status, 409, "{engine:?}");
        let same = admin.put(&path, json!({"role": "admin", "is_active": true, "name": "Ada"})).await;
        assert_eq!((same.status, &same.json["email"]), (200, &before["email"]), "{engine:?}");
        let second = house.person("second", Role::Admin).await;
        let asleep = format!("{USERS}/{}", second.id);
        assert_eq!(admin.put(&asleep, json!({"is_active": false})).await.status, 200);
        assert_eq!(admin.delete(&path).await.status, 409, "one who is not active does not count");
        assert_eq!(admin.put(&asleep, json!({"is_active": true})).await.status, 200);
        assert_eq!(admin.delete(&path).await.status, 204, "{engine:?}");
        assert_eq!(house.log_in(EMAIL, PASSWORD).await.status, 401);
    }
}
