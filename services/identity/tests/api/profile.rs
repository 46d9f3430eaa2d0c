//! A member's profile: who sees what, and who changes it.

use axum::body::Body;
use http::Request;
use kit_base::Role;
use kit_testkit::{Engine, both};
use serde_json::{Value, json};

use crate::house::House;

const MINE: &str = "/api/membres/mon-profil/";

#[tokio::test]
async fn everybody_sees_a_profile_without_its_address() {
    for engine in both() {
        let house = House::empty(engine).await;
        let clem = house.person("clem", Role::Member).await;
        let expected = json!({
            "pk": clem.pk, "username": "clem", "is_active": true, "date_joined": "2026-11-21T12:00:01Z",
            "site": "", "avatar_url": null, "biography": "", "sign": "", "show_email": false, "show_sign": true
        });
        let reply = house.app.anonymous().get(&clem.at("")).await;
        assert_eq!((reply.status, reply.text), (200, expected.to_string()), "{engine:?}");
        let change = house.of(&clem).put(&clem.at(""), json!({"show_email": true})).await;
        assert_eq!(change.status, 200);
        let anonymous = house.app.anonymous().get(&clem.at("")).await;
        assert_eq!((anonymous.status, anonymous.json.get("email")), (200, None), "shown only to members");
        let other = house.person("other", Role::Member).await;
        assert_eq!(house.of(&other).get(&clem.at("")).await.json["email"], "1@example.org", "{engine:?}");
        assert_eq!(
            house.of(&clem).get(&other.at("")).await.json.get("email"),
            None,
            "not shown by its owner"
        );
    }
}

#[tokio::test]
async fn who_is_not_there_is_not_found() {
    let house = House::empty(Engine::Sqlite).await;
    let clem = house.person("clem", Role::Member).await;
    let expected = (404, json!({"detail": "Not found."}));
    for unknown in ["42", "0", "-1", "x", "99999999999999999999", "1.0"] {
        let path = format!("/api/membres/{unknown}/");
        let shown = house.app.anonymous().get(&path).await;
        assert_eq!((shown.status, shown.json), expected, "{unknown}");
        let changed = house.of(&clem).put(&path, json!({})).await;
        assert_eq!((changed.status, changed.json), expected, "{unknown}");
        assert_eq!(house.app.anonymous().put(&path, json!({})).await.status, 401);
    }
}

#[tokio::test]
async fn ones_own_profile_has_everything() {
    for engine in both() {
        let house = House::empty(engine).await;
        let clem = house.person("clem", Role::Member).await;
        let clara = house.person("clara", Role::Member).await;
        let expected = json!({
            "pk": clem.pk, "username": "clem", "is_active": true, "date_joined": "2026-11-21T12:00:01Z",
            "email": "1@example.org",
            "site": "", "avatar_url": null, "biography": "", "sign": "", "show_email": false, "show_sign": true,
            "hide_forum_activity": false, "is_hover_enabled": true, "email_for_answer": false,
            "permissions": {"read": true, "write": true, "update": true, "ban": false}
        });
        assert_eq!(house.of(&clem).get(MINE).await.json, expected, "{engine:?}");
        assert_eq!(house.of(&clara).get(MINE).await.json["username"], "clara", "to each their own");
        assert_eq!(house.app.anonymous().get(MINE).await.status, 401);
    }
}

#[tokio::test]
async fn each_field_is_changed_and_told() {
    for engine in both() {
        let house = House::empty(engine).await;
        let clem = house.person("clem", Role::Member).await;
        let before = house.of(&clem).get(MINE).await.json;
        let unchanged = house.of(&clem).put(&clem.at(""), json!({})).await;
        assert_eq!((unchanged.status, &unchanged.json), (200, &before), "{engine:?}");
        let texts = [
            ("username", "Clémentine"),
            ("email", "clem@example.com"),
            ("site", "www.example.org"),
            ("avatar_url", "https://example.org/clem.png"),
            ("biography", "Learns Rust."),
            ("sign", "Yours, Clem"),
        ];
        let flags =
            ["show_email", "show_sign", "hide_forum_activity", "is_hover_enabled", "email_for_answer"];
        let texts = texts.map(|(name, value)| (name, json!(value)));
        let flags = flags.into_iter().flat_map(|name| [(name, json!(true)), (name, json!(false))]);
        let mut expected = before;
        for (name, value) in texts.into_iter().chain(flags) {
            expected[name] = value.clone();
            let reply = house.of(&clem).put(&clem.at(""), json!({ name: value })).await;
            assert_eq!((reply.status, &reply.json), (200, &expected), "{name} on {engine:?}");
        }
        let nothing = json!({"username": "", "email": null, "site": "", "avatar_url": "", "sign": null, "show_sign": null});
        let reply = house.of(&clem).put(&clem.at(""), nothing).await;
        assert_eq!((reply.status, reply.json), (200, expected), "nothing is cleared");
        let found = house.app.anonymous().get("/api/membres/?search=CL%C3%89MENTINE").await;
        assert_eq!(found.json["count"], 1, "the new name is found on {engine:?}");
    }
}

#[tokio::test]
async fn a_change_keeps_the_rules() {
    for engine in both() {
        let house = House::empty(engine).await;
        let clem = house.person("clem", Role::Member).await;
        house.person("clara", Role::Member).await;
        let errors: [(Value, &str); 8] = [
            (json!({"email": "wrong email"}), "email"),
            (json!({"email": "2@EXAMPLE.org"}), "email"),
            (json!({"username": "a,b"}), "username"),
            (json!({"username": "CLARA"}), "username"),
            (json!({"username": "cIara"}), "username"),
            (json!({"avatar_url": "javascript:alert(1)"}), "avatar_url"),
            (json!({"show_email": "perhaps"}), "show_email"),
            (json!({"biography": ["a"]}), "biography"),
        ];
        for (body, field) in errors {
            let reply = house.of(&clem).put(&clem.at(""), body.clone()).await;
            let named: Vec<_> = reply.json.as_object().unwrap().keys().map(String::as_str).collect();
            assert_eq!((reply.status, named), (400, vec![field]), "{body} on {engine:?}");
        }
        let own = json!({"username": "CLEM", "email": "1@Example.org"});
        assert_eq!(house.of(&clem).put(&clem.at(""), own).await.status, 200, "one's own are not taken");
    }
}

/// Not even staff; and the object is looked for before the body is read.
#[tokio::test]
async fn only_the_owner_changes_a_profile() {
    for engine in both() {
        let house = House::empty(engine).await;
        let clem = house.person("clem", Role::Member).await;
        for role in [Role::Member, Role::Manager, Role::Admin] {
            let other = house.person(role.as_str(), role).await;
            let reply = house.of(&other).put(&clem.at(""), json!({"email": "wrong"})).await;
            assert_eq!(reply.status, 403, "{role:?} on {engine:?}");
            assert_eq!(reply.json["detail"], "You do not have permission to perform this action.");
        }
        assert_eq!(house.app.anonymous().put(&clem.at(""), json!({})).await.status, 401);
    }
}

#[tokio::test]
async fn permissions_are_the_callers() {
    for engine in both() {
        let house = House::empty(engine).await;
        let clem = house.person("clem", Role::Member).await;
        let staff = house.person("staff", Role::Manager).await;
        let permissions = async |person| house.of(person).get(&clem.at("")).await.json["permissions"].clone();
        let owner = json!({"read": true, "write": true, "update": true, "ban": false});
        assert_eq!(permissions(&clem).await, owner, "{engine:?}");
        let moderator = json!({"read": true, "write": true, "update": false, "ban": true});
        assert_eq!(permissions(&staff).await, moderator, "{engine:?}");
        let silent = house.of(&staff).post(&clem.at("lecture-seule/"), json!({})).await;
        assert_eq!(silent.status, 200);
        let reader = json!({"read": true, "write": false, "update": false, "ban": false});
        assert_eq!(permissions(&clem).await, reader, "{engine:?}");
    }
}

/// Whether somebody is there, and whether the caller may, is told before what is wrong with the body.
#[tokio::test]
async fn a_broken_body_is_told_last() {
    for engine in both() {
        let house = House::empty(engine).await;
        let clem = house.person("clem", Role::Member).await;
        let other = house.person("other", Role::Member).await;
        let staff = house.person("staff", Role::Manager).await;
        let ask = async |method: &str, path: &str, token: &str| {
            let request = Request::builder().method(method).uri(path).header("host", "test");
            let request = request.header("authorization", format!("Bearer {token}"));
            let request =
                request.header("content-type", "application/json").body(Body::from("{\"sign\": ")).unwrap();
            house.app.answer(request).await.status().as_u16()
        };
        for (method, path, person, status) in [
            ("PUT", "/api/membres/42/".to_owned(), &clem, 404),
            ("PUT", other.at(""), &clem, 403),
            ("PUT", clem.at(""), &clem, 400),
            ("POST", other.at("ban/"), &clem, 403),
            ("POST", "/api/membres/42/ban/".to_owned(), &staff, 404),
            ("POST", other.at("ban/"), &staff, 400),
            ("POST", other.at("lecture-seule/"), &staff, 400),
            ("DELETE", "/api/membres/42/ban/".to_owned(), &staff, 404),
            ("DELETE", other.at("ban/"), &staff, 400),
            ("DELETE", other.at("lecture-seule/"), &staff, 400),
        ] {
            assert_eq!(ask(method, &path, &person.token).await, status, "{method} {path} on {engine:?}");
        }
    }
}
