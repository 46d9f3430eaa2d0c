//! The list of members, the search in it, and the look-up of a name: the cases of the member API's first tests.

use std::time::Duration;

use kit_base::Role;
use kit_testkit::{Engine, TestReply, both};
use serde_json::{Value, json};

use crate::house::House;

async fn members(house: &House, count: usize) {
    for n in 0..count {
        house.person(&format!("member{n:04}"), Role::Member).await;
    }
}

async fn get(house: &House, query: &str) -> TestReply {
    house.app.anonymous().get(&format!("/api/membres/{query}")).await
}

fn empty() -> Value {
    json!({"count": 0, "next": null, "previous": null, "results": []})
}

fn names(reply: &TestReply) -> Vec<&str> {
    reply.json["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["username"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn an_empty_list_has_one_page() {
    for engine in both() {
        let house = House::empty(engine).await;
        let reply = get(&house, "").await;
        assert_eq!((reply.status, reply.json), (200, empty()), "{engine:?}");
        let second = get(&house, "?page=2").await;
        assert_eq!((second.status, second.json), (404, json!({"detail": "Invalid page."})));
    }
}

#[tokio::test]
async fn ten_are_one_page_and_eleven_are_two() {
    for engine in both() {
        let house = House::empty(engine).await;
        members(&house, 10).await;
        let one = get(&house, "").await;
        assert_eq!((&one.json["count"], names(&one).len()), (&json!(10), 10), "{engine:?}");
        assert_eq!((&one.json["next"], &one.json["previous"]), (&json!(null), &json!(null)));
        house.person("eleventh", Role::Member).await;
        let first = get(&house, "").await;
        assert_eq!((&first.json["count"], names(&first).len()), (&json!(11), 10), "{engine:?}");
        assert!(first.json["next"].is_string() && first.json["previous"].is_null());
        let second = get(&house, "?page=2").await;
        assert_eq!((&second.json["count"], names(&second)), (&json!(11), vec!["member0000"]));
        assert!(second.json["next"].is_null() && second.json["previous"].is_string());
    }
}

#[tokio::test]
async fn a_page_is_as_large_as_asked_up_to_a_hundred() {
    for engine in both() {
        let house = House::empty(engine).await;
        members(&house, 20).await;
        let all = get(&house, "?page_size=20").await;
        assert_eq!((names(&all).len(), &all.json["next"]), (20, &json!(null)), "{engine:?}");
        for n in 20..101 {
            house.person(&format!("member{n:04}"), Role::Member).await;
        }
        let most = get(&house, "?page_size=101").await;
        assert_eq!((most.status, &most.json["count"], names(&most).len()), (200, &json!(101), 100));
        assert!(most.json["next"].is_string());
    }
}

/// Exactly these members, in this order, and the newest first.
#[tokio::test]
async fn an_entry_is_as_it_always_was() {
    for engine in both() {
        let house = House::empty(engine).await;
        members(&house, 2).await;
        let reply = get(&house, "").await;
        let expected = json!({
            "pk": 2, "username": "member0001", "is_active": true, "date_joined": "2026-11-21T12:00:02Z"
        });
        assert_eq!(reply.json["results"][0].to_string(), expected.to_string(), "{engine:?}");
    }
}

#[tokio::test]
async fn who_is_not_active_or_is_banned_is_not_listed() {
    for engine in both() {
        let house = House::empty(engine).await;
        members(&house, 2).await;
        let staff = house.person("staff", Role::Manager).await;
        let new = json!({"username": "newcomer", "email": "new@example.org", "password": "azerty"});
        assert_eq!(house.app.anonymous().post("/api/membres/", new).await.status, 201);
        let ban = house.of(&staff).post("/api/membres/1/ban/", json!({"ban-jrs": 1})).await;
        assert_eq!(ban.status, 200, "{}", ban.text);
        assert_eq!(names(&get(&house, "").await), ["staff", "member0001"], "{engine:?}");
        assert_eq!(names(&get(&house, "?search=member").await), ["member0001"], "{engine:?}");
        house.world.clock.advance(Duration::from_secs(24 * 3600));
        assert_eq!(names(&get(&house, "").await), ["staff", "member0001", "member0000"], "the ban is over");
        assert_eq!(names(&get(&house, "?search=member").await), ["member0000", "member0001"]);
    }
}

#[tokio::test]
async fn a_search_hits_or_misses() {
    for engine in both() {
        let house = House::empty(engine).await;
        house.person("firmstaff", Role::Member).await;
        assert_eq!(get(&house, "?search=firmstaff").await.json["count"], 1, "{engine:?}");
        assert_eq!(get(&house, "?search=").await.json["count"], 1, "{engine:?}");
        for miss in ["zozor", "%25", "_", "!", "firm%25", "firm_taff", "%5C", "'"] {
            let reply = get(&house, &format!("?search={miss}")).await;
            assert_eq!((reply.status, reply.json), (200, empty()), "{miss} on {engine:?}");
        }
    }
}

#[tokio::test]
async fn the_best_hits_come_first() {
    let found = ["andr", "Andromède", "andré", "MisterAndrew", "alexandre"];
    for engine in both() {
        let house = House::empty(engine).await;
        for name in ["pierre", "andr", "Radon", "alexandre", "MisterAndrew", "andré", "dragon", "Andromède"]
        {
            house.person(name, Role::Member).await;
        }
        assert_eq!(names(&get(&house, "?search=Andr").await), found, "{engine:?}");
        assert_eq!(names(&get(&house, "?search=Andr&page=2&page_size=2").await), found[2..4], "{engine:?}");
        assert_eq!(names(&get(&house, "?search=ANDR%C3%89").await), ["andré"], "any case, in any alphabet");
        let exact = ["andr", "andré", "Andromède", "alexandre", "MisterAndrew"];
        assert_eq!(names(&get(&house, "?search=andr").await), exact, "written the same comes first");
        for name in ["zandr", "Bandr", "cAndr"] {
            house.person(name, Role::Member).await;
        }
        let tail = ["cAndr", "Bandr", "alexandre", "zandr"];
        assert_eq!(names(&get(&house, "?search=Andr").await)[4..], tail, "by their bytes on {engine:?}");
    }
}

#[tokio::test]
async fn a_name_is_looked_up() {
    for engine in both() {
        let house = House::empty(engine).await;
        house.person("Clem", Role::Member).await;
        for query in ["", "?search=", "?search=zozor", "?search=Cle"] {
            let reply = get(&house, &format!("exists/{query}")).await;
            assert_eq!((reply.status, reply.json), (404, empty()), "{query} on {engine:?}");
        }
        let hit = get(&house, "exists/?search=cLEM").await;
        assert_eq!(
            (hit.status, &hit.json["count"], names(&hit)),
            (200, &json!(1), vec!["Clem"]),
            "{engine:?}"
        );
    }
}

#[tokio::test]
async fn other_methods_are_not_allowed() {
    let house = House::empty(Engine::Sqlite).await;
    let staff = house.person("staff", Role::Manager).await;
    let asked = [
        ("", vec!["PUT", "DELETE"]),
        ("exists/", vec!["PUT", "POST", "DELETE"]),
        ("mon-profil/", vec!["PUT", "POST", "DELETE"]),
        ("1/", vec!["POST", "DELETE", "PATCH"]),
        ("1/ban/", vec!["GET", "PUT"]),
    ];
    for (path, methods) in asked {
        for method in methods {
            let reply =
                house.of(&staff).send(method, &format!("/api/membres/{path}"), Some(&json!({}))).await;
            assert_eq!(reply.status, 405, "{method} {path}");
        }
    }
}

/// Every write is seen at once.
#[tokio::test]
async fn the_list_follows_each_change() {
    for engine in both() {
        let house = House::new(engine).await;
        let count = async || get(&house, "").await.json["count"].as_u64().unwrap();
        assert_eq!(count().await, 1);
        let clem = house.person("clem", Role::Member).await;
        house.person("clara", Role::Member).await;
        assert_eq!(count().await, 3);
        let gone = house.of(&clem).delete(&format!("/api/v1/users/{}", clem.id)).await;
        assert_eq!((gone.status, count().await), (204, 2), "{engine:?}");
    }
}
