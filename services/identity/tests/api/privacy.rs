//! What is known of a person, and that it is forgotten.

use std::time::Duration;

use contracts::identity::UserDeleted;
use identity::{ClientKind, Grant, NewApplication};
use kit_base::Role;
use kit_store::{StoreError, Tx, outbox, params};
use kit_testkit::{Engine, both};
use serde_json::{Value, json};

use crate::house::{House, world};
use crate::sessions::session;

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

const CANARY: &str = "zerlina@kanari.example";
const PASSWORD: &str = "a bird in a cage";

/// Somebody of whom there is something in every table, by the name of Zerlina; the id and a login.
async fn canary(house: &House) -> (String, String) {
    let anonymous = house.app.anonymous();
    let new = json!({"username": "Zerlina", "name": "Zerlina Kanari", "email": CANARY, "password": PASSWORD});
    assert_eq!(anonymous.post("/api/v1/auth/register", new).await.status, 201);
    let token = house.mailed_token(CANARY).await;
    let id = anonymous.post("/api/v1/auth/confirm", json!({ "token": token })).await.json["id"].clone();
    let id = id.as_str().unwrap().to_owned();
    assert_eq!(house.log_in(CANARY, "a wrong bird").await.status, 401);
    let login = house.log_in(CANARY, PASSWORD).await.json["token"].as_str().unwrap().to_owned();
    session(house, CANARY, PASSWORD).await;
    let me = house.app.token(&login);
    let pk = me.get("/api/membres/mon-profil/").await.json["pk"].clone();
    let profile = json!({
        "site": "https://kanari.example", "avatar_url": "https://kanari.example/z.png", "biography": "I am Zerlina.",
        "sign": "Zerlina"
    });
    assert_eq!(me.put(&format!("/api/membres/{pk}/"), profile).await.status, 200);
    let key = me.post("/api/v1/keys", json!({"name": "Zerlina's pipeline"})).await;
    assert_eq!(key.status, 201, "{}", key.text);
    let application = NewApplication {
        name: "Board".to_owned(),
        client_id: "board".to_owned(),
        client_secret: "secret".to_owned(),
        kind: ClientKind::Confidential,
        grants: vec![Grant::Password, Grant::RefreshToken],
        redirect_uris: Vec::new(),
        scopes: vec!["read".to_owned()],
        role: Role::Member,
        owner: Some(id.clone()),
    };
    let application = identity::put_application(&house.world.context, application).await.unwrap();
    let asked = json!({
        "grant_type": "password", "client_id": "board", "client_secret": "secret", "scope": "read",
        "username": CANARY, "password": PASSWORD
    });
    assert_eq!(anonymous.post("/oauth2/token", asked).await.status, 200);
    let user = id.clone();
    let consent = move |tx: &mut Tx<'_>| -> Result<u64, StoreError> {
        tx.execute(
            "INSERT INTO consents (user_id, application_id, scope, created_at) VALUES ($1, $2, 'read', 1)",
            params![user, application],
        )
    };
    house.db.write(consent).await.unwrap();
    anonymous.post("/api/v1/auth/forgot-password", json!({"email": CANARY})).await;
    let staff = house.person("staff", Role::Admin).await;
    let why = json!({"ls-text": "Zerlina sings."});
    let silent = house.of(&staff).post(&format!("/api/membres/{pk}/lecture-seule/"), why).await;
    assert_eq!(silent.status, 200, "{}", silent.text);
    told(house).await;
    (id, login)
}

/// Waits until everything that was told has been taken away.
async fn told(house: &House) {
    let all = async {
        while !house.db.read(|tx| outbox::waiting(tx, 1)).await.unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), all).await.expect("the relay tells what waits");
}

/// Every text in every table, whichever tables there are.
async fn every_text(house: &House) -> Vec<String> {
    let read = |tx: &mut Tx<'_>| -> Result<Vec<String>, StoreError> {
        let columns: Vec<(String, String)> = tx.query(
            "SELECT tables.name AS place, columns.name AS part FROM sqlite_master AS tables
             JOIN pragma_table_info(tables.name) AS columns
             WHERE tables.type = 'table' AND columns.type = 'TEXT' AND tables.name <> 'migrations'",
            params![],
            |row| Ok((row.get("place")?, row.get("part")?)),
        )?;
        assert!(columns.len() > 80, "the search finds what is there: {}", columns.len());
        let mut texts = Vec::new();
        for (place, part) in columns {
            let sql = format!("SELECT {part} AS text FROM {place} WHERE {part} IS NOT NULL").leak();
            let found = tx.query(sql, params![], |row| row.get::<String>("text"))?;
            texts.extend(found.into_iter().map(|text| format!("{place}.{part}: {text}")));
        }
        Ok(texts)
    };
    house.db.read(read).await.unwrap()
}

fn of_canary(texts: Vec<String>) -> Vec<String> {
    let mut texts = texts;
    texts.retain(|text| text.to_lowercase().contains("zerlina") || text.to_lowercase().contains("kanari"));
    texts
}

#[tokio::test]
async fn nothing_is_left_out_of_what_is_known_and_nothing_is_left_when_it_is_forgotten() {
    let house = House::new(Engine::Sqlite).await;
    let (id, login) = canary(&house).await;
    let me = house.app.token(&login);
    let path = format!("/api/v1/users/{id}");
    let before = of_canary(every_text(&house).await);
    let known = me.get(&format!("{path}/export")).await;
    assert_eq!(known.status, 200, "{}", known.text);
    for (kind, things) in known.json.as_object().unwrap() {
        assert!(things.is_object() || !things.as_array().unwrap().is_empty(), "{kind}: {}", known.text);
    }
    // What is made of a text that is told, and the text of mails, which holds tokens.
    let made = ["email_key", "username_key", "skeleton", "body"];
    for text in before.iter().filter(|text| !made.iter().any(|part| text.contains(&format!(".{part}: ")))) {
        let (_, value) = text.split_once(": ").unwrap();
        assert!(known.text.contains(&json!(value).to_string()), "{text} is missing in {}", known.text);
    }
    for (kind, part, value) in [
        ("keys", "name", "Zerlina's pipeline"),
        ("applications", "client_id", "board"),
        ("consents", "application", "Board"),
        ("lent", "application", "Board"),
        ("sessions", "agent", "Firefox"),
        ("sanctions", "reason", "Zerlina sings."),
        ("mails", "to", CANARY),
        ("deeds", "operation", "auth_login_failed"),
    ] {
        let things = known.json[kind].as_array().unwrap();
        assert!(
            things.iter().any(|thing| thing[part].as_str().unwrap().contains(value)),
            "{kind} {things:?}"
        );
    }
    assert!(!known.text.contains(&login) && !known.text.contains("hash"), "{}", known.text);

    assert_eq!(me.delete(&path).await.status, 204);
    told(&house).await;
    let forgotten = async {
        loop {
            let left = of_canary(every_text(&house).await);
            if left.is_empty() {
                return;
            }
            tokio::task::yield_now().await;
        }
    };
    if tokio::time::timeout(Duration::from_secs(20), forgotten).await.is_err() {
        panic!("this is left: {:#?}", of_canary(every_text(&house).await));
    }
    let log = every_text(&house).await;
    let log = log.iter().filter(|text| text.starts_with("audit.name: deleted user")).count();
    assert!(log >= 5, "what was done stays known: {log}");
    let users: Vec<&str> = vec!["audit.user_id: ", "sanctions.by_id: ", "applications.owner_id: "];
    let left = every_text(&house).await;
    assert!(!left.iter().any(|text| users.iter().any(|place| *text == format!("{place}{id}"))), "{left:#?}");
    let applications = left.iter().filter(|text| *text == "applications.client_id: board").count();
    assert_eq!(applications, 1, "an application stays, without its owner");
}

/// What was decided on others stays, and says no more by whom.
#[tokio::test]
async fn a_decision_outlives_whoever_made_it() {
    for engine in both() {
        let house = House::new(engine).await;
        let staff = house.person("staff", Role::Manager).await;
        let clem = house.person("clem", Role::Member).await;
        house.of(&staff).post(&clem.at("lecture-seule/"), json!({"ls-text": "Advertisements."})).await;
        let path = format!("/api/v1/users/{}", staff.id);
        assert_eq!(house.of(&staff).delete(&path).await.status, 204);
        let by = |tx: &mut Tx<'_>| -> Result<String, StoreError> {
            tx.query_one("SELECT by_id FROM sanctions", params![], |row| row.get("by_id"))
        };
        assert_eq!(house.db.read(by).await.as_deref(), Ok(""), "{engine:?}");
        let known: Value = house.of(&clem).get(&format!("/api/v1/users/{}/export", clem.id)).await.json;
        assert_eq!(known["sanctions"][0]["reason"], "Advertisements.", "{engine:?}");
    }
}
