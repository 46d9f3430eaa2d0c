//! What is known of a person, and that it is forgotten.

use contracts::identity::UserDeleted;
use kit_base::Role;
use kit_store::{StoreError, Tx, params};
use kit_testkit::both;
use serde_json::json;

use crate::house::{House, world};

#[tokio::test]
async fn a_person_gets_all_that_is_known_of_them() {
    for engine in both() {
        let house = House::empty(engine).await;
        let staff = house.person("staff", Role::Manager).await;
        let admin = house.person("admin", Role::Admin).await;
        let clem = house.person("clem", Role::Member).await;
        let other = house.person("other", Role::Member).await;
        house
            .of(&staff)
            .post(&clem.at("lecture-seule/"), json!({"ls-jrs": 1, "ls-text": "Advertisements."}))
            .await;
        let path = format!("/api/v1/users/{}/export", clem.id);
        let known = house.of(&clem).get(&path).await;
        assert_eq!(known.status, 200, "{}", known.text);
        assert_eq!(known.json["person"]["email"], "3@example.org");
        assert_eq!(known.json["person"]["can_write"], false);
        assert_eq!(known.json["logins"][0]["at"], "2026-11-21T12:00:03Z", "{engine:?}");
        let sanction = json!({
            "kind": "read_only", "reason": "Advertisements.",
            "at": "2026-11-21T12:00:04Z", "until": "2026-11-22T12:00:04Z"
        });
        assert_eq!(known.json["sanctions"], json!([sanction]), "{engine:?}");
        assert!(!known.text.contains(&staff.id) && !known.text.contains("hash"), "{}", known.text);
        assert_eq!(house.of(&admin).get(&path).await.status, 200);
        assert_eq!(house.of(&staff).get(&path).await.status, 403);
        assert_eq!(house.of(&other).get(&path).await.status, 404);
    }
}

#[tokio::test]
async fn whoever_goes_leaves_nothing() {
    for engine in both() {
        let house = House::built(world(engine)).await;
        let staff = house.person("staff", Role::Manager).await;
        let clem = house.person("clementine", Role::Member).await;
        house.of(&staff).post(&clem.at("lecture-seule/"), json!({"ls-text": "Advertisements."})).await;
        let forgot = json!({"email": format!("{}@example.org", clem.pk)});
        house.app.anonymous().post("/api/v1/auth/forgot-password", forgot).await;
        assert!(everything(&house).await.contains("clementine"), "the search finds what is there");
        let gone = house.of(&clem).delete(&format!("/api/v1/users/{}", clem.id)).await;
        assert_eq!((gone.status, gone.text.as_str()), (204, ""), "{engine:?}");
        assert_eq!(house.of(&clem).get("/api/membres/mon-profil/").await.status, 401);
        assert_eq!(house.app.anonymous().get(&clem.at("")).await.status, 404);
        let left = everything(&house).await;
        assert!(!left.contains("clementine") && !left.contains("Advertisements"), "{left}");
        assert!(!left.contains(&format!("{}@example.org", clem.pk)), "{left}");
        let next = house.person("next", Role::Member).await;
        assert_eq!(next.pk, clem.pk + 1, "nobody gets the number again");
    }
}

#[tokio::test]
async fn the_others_are_told() {
    for engine in both() {
        let world = world(engine);
        let mut news = world.context.bus.listen();
        let house = House::built(world).await;
        let clem = house.person("clem", Role::Member).await;
        house.of(&clem).delete(&format!("/api/v1/users/{}", clem.id)).await;
        let told = loop {
            if let Some(told) = news.recv().await.unwrap().open::<UserDeleted>() {
                break told.unwrap();
            }
        };
        assert_eq!(told, UserDeleted { id: clem.id }, "{engine:?}");
    }
}

/// Every row with people in it, the outbox aside: it is emptied by the relay.
async fn everything(house: &House) -> String {
    let read = |tx: &mut Tx<'_>| -> Result<Vec<String>, StoreError> {
        tx.query(
            "SELECT id || ' ' || name || ' ' || username || ' ' || email || ' ' || skeleton AS line FROM users
             UNION ALL SELECT user_id || ' ' || kind || ' ' || reason FROM sanctions
             UNION ALL SELECT user_id || ' token' FROM tokens
             UNION ALL SELECT user_id || ' ' || purpose FROM one_time_tokens
             UNION ALL SELECT recipient || ' ' || body FROM mails",
            params![],
            |row| row.get("line"),
        )
    };
    house.db.read(read).await.unwrap().join("\n")
}
