//! Sanctions: who decides, what follows, and how they end.

use std::time::Duration;

use kit_base::Role;
use kit_testkit::{Engine, both};
use serde_json::{Value, json};

use crate::house::House;

const DAY: Duration = Duration::from_secs(24 * 3600);

/// Path, what it takes, its end, the names of days and text, and of the text of lifting.
const KINDS: [[&str; 6]; 2] = [
    ["lecture-seule/", "can_write", "end_ban_write", "ls-jrs", "ls-text", "unls-text"],
    ["ban/", "can_read", "end_ban_read", "ban-jrs", "ban-text", "unban-text"],
];

#[tokio::test]
async fn a_sanction_is_applied_and_lifted() {
    for engine in both() {
        let house = House::empty(engine).await;
        let staff = house.person("staff", Role::Manager).await;
        let clem = house.person("clem", Role::Member).await;
        for [path, can, end, days, text, lifting] in KINDS {
            let for_good = house.of(&staff).post(&clem.at(path), json!({})).await;
            let mut expected = json!({
                "pk": clem.pk, "username": "clem", "email": "2@example.org",
                "can_write": true, "end_ban_write": null, "can_read": true, "end_ban_read": null
            });
            let free = expected.clone();
            expected[can] = json!(false);
            assert_eq!((for_good.status, &for_good.json), (200, &expected), "{path} on {engine:?}");
            let lifted = house.of(&staff).send("DELETE", &clem.at(path), None).await;
            assert_eq!((lifted.status, &lifted.json), (200, &free), "{path} on {engine:?}");
            let body = json!({days: 1, text: "Advertisements."});
            let for_a_day = house.of(&staff).post(&clem.at(path), body).await;
            expected[end] = json!("2026-11-22T12:00:02Z");
            assert_eq!((for_a_day.status, &for_a_day.json), (200, &expected), "{path} on {engine:?}");
            let lifted =
                house.of(&staff).send("DELETE", &clem.at(path), Some(&json!({lifting: "We talked."}))).await;
            assert_eq!((lifted.status, &lifted.json), (200, &free), "{path} on {engine:?}");
        }
        let known = house.of(&clem).get(&format!("/api/v1/users/{}/export", clem.id)).await;
        assert_eq!(known.status, 401, "banned, and hence logged out, in between");
    }
}

#[tokio::test]
async fn only_moderators_decide_and_not_on_themselves_or_those_above() {
    for engine in both() {
        let house = House::empty(engine).await;
        let staff = house.person("staff", Role::Manager).await;
        let admin = house.person("admin", Role::Admin).await;
        let clem = house.person("clem", Role::Member).await;
        for [path, ..] in KINDS {
            for method in ["POST", "DELETE"] {
                let ask = async |caller: Option<&_>, path: String| {
                    let caller = caller.map_or(house.app.anonymous(), |person| house.of(person));
                    let reply = caller.send(method, &path, Some(&json!({}))).await;
                    (reply.status, reply.json["detail"].as_str().unwrap_or_default().to_owned())
                };
                let unknown = format!("/api/membres/42/{path}");
                assert_eq!(ask(Some(&staff), unknown).await.0, 404, "{method} {path}");
                assert_eq!(ask(None, clem.at(path)).await.0, 401, "{method} {path}");
                assert_eq!(ask(Some(&clem), clem.at(path)).await.0, 403, "{method} {path}");
                let yourself = (403, "Sanction can not be applied to yourself.".to_owned());
                assert_eq!(ask(Some(&staff), staff.at(path)).await, yourself, "{method} {path}");
                assert_eq!(ask(Some(&staff), admin.at(path)).await.0, 403, "{method} {path} on {engine:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_bad_number_of_days_is_refused() {
    let house = House::empty(Engine::Sqlite).await;
    let staff = house.person("staff", Role::Manager).await;
    let clem = house.person("clem", Role::Member).await;
    for [path, can, _, days, ..] in KINDS {
        for bad in [json!(0), json!(-1), json!("x"), json!(1.5), json!("1 day"), json!(99_999_999)] {
            let reply = house.of(&staff).post(&clem.at(path), json!({ days: bad })).await;
            let expected = json!({"detail": "Sanction could not be applied with received data."});
            assert_eq!((reply.status, reply.json), (400, expected), "{bad}");
        }
        assert_eq!(house.of(&staff).post(&clem.at(path), json!({ days: [1] })).await.status, 400);
        let good = house.of(&staff).post(&clem.at(path), json!({ days: "2" })).await;
        assert_eq!((good.status, &good.json[can]), (200, &json!(false)));
    }
}

#[tokio::test]
async fn who_is_silent_reads_on_and_writes_again_when_it_is_over() {
    for engine in both() {
        let house = House::empty(engine).await;
        let staff = house.person("staff", Role::Manager).await;
        let clem = house.person("clem", Role::Member).await;
        let write = async || house.of(&clem).put(&clem.at(""), json!({"sign": "x"})).await.status;
        assert_eq!(write().await, 200);
        let silent = house.of(&staff).post(&clem.at("lecture-seule/"), json!({"ls-jrs": 1})).await;
        assert_eq!(silent.status, 200);
        assert_eq!(write().await, 403, "{engine:?}");
        assert_eq!(house.of(&clem).get("/api/membres/mon-profil/").await.status, 200);
        let who = house.app.anonymous().post("/api/v1/auth/verify-token", json!({"token": clem.token})).await;
        assert_eq!((&who.json["active"], &who.json["scope"]), (&json!(true), &json!("read")), "{engine:?}");
        house.world.clock.advance(DAY);
        assert_eq!(write().await, 200, "it ends by itself on {engine:?}");
    }
}

#[tokio::test]
async fn who_is_banned_is_out_at_once_and_may_return_when_it_is_over() {
    for engine in both() {
        let house = House::new(engine).await;
        let staff = house.person("staff", Role::Manager).await;
        let new = json!({"username": "clem", "email": "clem@example.com", "password": "azerty"});
        let pk = house.app.anonymous().post("/api/membres/", new).await.json["pk"].as_i64().unwrap();
        let token = house.mailed_token("clem@example.com").await;
        house.app.anonymous().post("/api/v1/auth/confirm", json!({ "token": token })).await;
        let log_in = async || house.log_in("clem@example.com", "azerty").await;
        let token = log_in().await.json["token"].as_str().unwrap().to_owned();
        let mine = async || house.app.token(&token).get("/api/membres/mon-profil/").await.status;
        assert_eq!(mine().await, 200);
        let ban = format!("/api/membres/{pk}/ban/");
        assert_eq!(house.of(&staff).post(&ban, json!({"ban-jrs": "1"})).await.status, 200);
        assert_eq!(mine().await, 401, "{engine:?}");
        let refused = log_in().await;
        assert_eq!((refused.status, &refused.json["detail"]), (401, &json!("Invalid email or password.")));
        house.world.clock.advance(DAY);
        assert_eq!(log_in().await.status, 200, "it ends by itself on {engine:?}");
        assert_eq!(mine().await, 401, "but the old logins are gone");
    }
}

/// One sanction leaves the other alone.
#[tokio::test]
async fn both_sanctions_may_stand_together() {
    let house = House::empty(Engine::Sqlite).await;
    let staff = house.person("staff", Role::Manager).await;
    let clem = house.person("clem", Role::Member).await;
    house.of(&staff).post(&clem.at("lecture-seule/"), json!({})).await;
    house.of(&staff).post(&clem.at("ban/"), json!({"ban-jrs": 3})).await;
    let lifted: Value = house.of(&staff).send("DELETE", &clem.at("ban/"), None).await.json;
    assert_eq!((&lifted["can_write"], &lifted["can_read"]), (&json!(false), &json!(true)));
}

/// Nobody can be kept: whoever is made to be silent may log out and may go, and nothing else.
#[tokio::test]
async fn whoever_is_silent_may_still_go() {
    for engine in both() {
        let house = House::empty(engine).await;
        let staff = house.person("staff", Role::Admin).await;
        let other = house.person("other", Role::Member).await;
        for (name, role) in [("clem", Role::Member), ("grace", Role::Admin)] {
            let clem = house.person(name, role).await;
            let own = format!("/api/v1/users/{}", clem.id);
            assert_eq!(house.of(&staff).post(&clem.at("lecture-seule/"), json!({})).await.status, 200);
            assert_eq!(house.of(&clem).put(&own, json!({"name": "x"})).await.status, 403, "{engine:?}");
            let others = house.of(&clem).delete(&format!("/api/v1/users/{}", other.id)).await.status;
            assert_eq!(others, if role == Role::Admin { 403 } else { 404 }, "{engine:?}");
            assert_eq!(house.of(&clem).delete(&own).await.status, 204, "{engine:?}");
            assert_eq!(house.of(&staff).get(&own).await.status, 404, "{engine:?}");
        }
        let dana = house.person("dana", Role::Member).await;
        house.of(&staff).post(&dana.at("lecture-seule/"), json!({})).await;
        assert_eq!(house.of(&dana).post("/api/v1/auth/logout", json!({})).await.status, 204, "{engine:?}");
        assert_eq!(house.of(&dana).get("/api/membres/mon-profil/").await.status, 401, "{engine:?}");
    }
}
