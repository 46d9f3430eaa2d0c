//! The audit log: what every service's changes leave in it, once each, and who may read it.

use std::time::Duration;

use identity::NewUser;
use kit_base::settings::Kind;
use kit_base::{Acting, Envelope, Event, Role, Setting, Timestamp};
use kit_runtime::Service;
use kit_store::{Db, Migration, StoreError, outbox, params};
use kit_testkit::{Engine, TestApp, TestWorld, both};
use kit_web::Built;
use serde_json::{Value, json};

use crate::house::{EMAIL, House, PASSWORD};

const NOTES: &[Migration] =
    &[Migration { name: "0001_notes", sql: "CREATE TABLE notes (text TEXT NOT NULL);" }];
const NO_URL: Setting = Setting::new("notes.database_url", Kind::Secret, "", "");
const DAY: Duration = Duration::from_secs(24 * 3600);

fn acting(user: &str, request: &str) -> Acting {
    Acting {
        user_id: format!("id-{user}"),
        name: user.to_owned(),
        operation: "notes_create".to_owned(),
        target: "/api/v1/notes".to_owned(),
        from: "0123456789abcdef".to_owned(),
        request_id: request.to_owned(),
    }
}

/// A world with an identity service and another one, whose database this is.
async fn stage(engine: Engine) -> (TestWorld, TestApp, Db) {
    let world = TestWorld::new(engine);
    let identity = identity::build(&world.context).await.unwrap();
    let notes = world.context.open("notes", &NO_URL, NOTES).unwrap();
    let service = Service {
        name: "notes",
        web: Built::default(),
        db: Some(notes.clone()),
        consumers: Vec::new(),
        tasks: Vec::new(),
    };
    let app = world.start(vec![identity, service]);
    (world, app, notes)
}

async fn write_note(db: &Db) {
    let write = |tx: &mut kit_store::Tx<'_>| -> Result<u64, StoreError> {
        tx.execute("INSERT INTO notes (text) VALUES ('a')", params![])
    };
    db.write(write).await.unwrap();
}

/// Waits until everything that the service told was heard.
async fn told(db: &Db) {
    let all = async {
        while !db.read(|tx| outbox::waiting(tx, 1)).await.unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), all).await.expect("the relay tells what waits");
}

async fn log(app: &TestApp, query: &str) -> Vec<Value> {
    let reply = app.role(Role::Admin).get(&format!("/api/v1/audit{query}")).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    reply.json["results"].as_array().unwrap().clone()
}

async fn publish(world: &TestWorld, id: &str, at: Timestamp, acting: &Acting) {
    let body = serde_json::to_string(acting).unwrap();
    let subject = acting.user_id.clone();
    let event = Envelope { id: id.to_owned(), name: Acting::NAME.to_owned(), subject, at, body };
    // Twice, as a carrier may that is in doubt.
    world.context.bus.publish(event.clone()).await.unwrap();
    world.context.bus.publish(event).await.unwrap();
}

#[tokio::test]
async fn a_change_in_another_service_is_in_the_log_once() {
    for engine in both() {
        let (world, app, notes) = stage(engine).await;
        let (at, request) = (world.clock.now(), "019aa0c4-0000-7000-8000-000000000001");
        // Two changes in one request are two events.
        acting("Ada", request)
            .around(async {
                write_note(&notes).await;
                write_note(&notes).await;
            })
            .await;
        write_note(&notes).await;
        told(&notes).await;
        let entries = log(&app, "").await;
        let expected = json!([{
            "seq": entries[0]["seq"], "id": request, "at": at, "user_id": "id-Ada", "name": "Ada",
            "operation": "notes_create", "target": "/api/v1/notes", "from": "0123456789abcdef"
        }]);
        assert_eq!(json!(entries), expected, "{engine:?}");
        publish(&world, "again", at, &acting("Ada", request)).await;
        publish(&world, "other", at, &acting("Ada", "019aa0c4-0000-7000-8000-000000000002")).await;
        assert_eq!(log(&app, "").await.len(), 2, "{engine:?}");
    }
}

#[tokio::test]
async fn logins_are_noted_without_what_was_typed() {
    for engine in both() {
        let house = House::new(engine).await;
        assert_eq!(house.log_in("stranger@example.org", "a wrong horse").await.status, 401);
        assert_eq!(house.log_in(EMAIL, "a wrong horse").await.status, 401);
        let form = "email=Ada%40example.org&password=+correct+horse+";
        let entered = crate::sessions::send(&house, "/login", form, &[], true).await;
        let cookie = format!("__Host-session={}", crate::sessions::cookie(&entered, "__Host-session"));
        crate::sessions::send(&house, "/logout", "", &[("cookie", &cookie)], true).await;
        let session = house.log_in(EMAIL, PASSWORD).await.json;
        let reply = house.app.token(session["token"].as_str().unwrap()).get("/api/v1/audit").await;
        // Logging out is a change like others: the store tells of it, sooner or later.
        let mut entries = reply.json["results"].as_array().unwrap().clone();
        entries.retain(|entry| entry["operation"] != "console_leave");
        let told: Vec<_> = entries
            .iter()
            .map(|entry| json!([entry["operation"], entry["user_id"], entry["name"], entry["target"]]))
            .collect();
        let (ada, name) = (&session["user_id"], "Administrator");
        let api = "/api/v1/auth/login";
        assert_eq!(
            told,
            [
                json!(["auth_login", ada, name, api]),
                json!(["auth_login", ada, name, "/login"]),
                json!(["auth_login_failed", ada, name, api]),
                json!(["auth_login_failed", null, null, api]),
            ],
            "{engine:?}"
        );
        let here = |address: &str| house.world.context.secret.pseudonym("address", address);
        assert_eq!(
            (&entries[0]["from"], &entries[1]["from"]),
            (&json!(here("127.0.0.1")), &json!(here("192.0.2.7")))
        );
        assert!(!reply.text.contains("stranger") && !reply.text.contains("horse"), "{}", reply.text);
    }
}

#[tokio::test]
async fn the_log_is_narrowed_and_paged() {
    for engine in both() {
        let (world, app, _) = stage(engine).await;
        let began = world.clock.now();
        for (n, (user, operation, target)) in [
            ("Ada", "components_create", "/api/v1/components"),
            ("Ada", "components_update", "/api/v1/components/shop"),
            ("Bob", "components_update", "/api/v1/components/shop"),
            ("Bob", "users_create", "/api/v1/users"),
        ]
        .into_iter()
        .enumerate()
        {
            let (operation, target) = (operation.to_owned(), target.to_owned());
            let acting = Acting { operation, target, ..acting(user, &format!("request-{n}")) };
            publish(&world, &format!("event-{n}"), began.plus(n as u32 * DAY), &acting).await;
        }
        let day = |n: u32| began.plus(n * DAY).to_string();
        for (query, expected) in [
            (String::new(), &[3, 2, 1, 0][..]),
            ("?user=id-Ada".into(), &[1, 0]),
            ("?user=Bob".into(), &[3, 2]),
            ("?user=bob".into(), &[]),
            ("?operation=components_update".into(), &[2, 1]),
            ("?target=/api/v1/components".into(), &[2, 1, 0]),
            ("?target=/api/v1/components/".into(), &[2, 1]),
            ("?target=components".into(), &[]),
            ("?target=%25".into(), &[]),
            (format!("?since={}", day(2)), &[3, 2]),
            (format!("?until={}", day(2)), &[1, 0]),
            (format!("?since={}&until={}&user=Ada&operation=", day(1), day(3)), &[1]),
            ("?page_size=3&page=2".into(), &[0]),
        ] {
            let ids: Vec<String> = log(&app, &query)
                .await
                .iter()
                .map(|entry| entry["id"].as_str().unwrap().to_owned())
                .collect();
            let expected: Vec<String> = expected.iter().map(|n| format!("request-{n}")).collect();
            assert_eq!(ids, expected, "{query} {engine:?}");
        }
        let admin = app.role(Role::Admin);
        let bad = admin.get("/api/v1/audit?since=yesterday&until=x").await;
        let message = "Enter a moment such as 2026-11-21T20:15:00Z.";
        assert_eq!((bad.status, bad.json), (400, json!({"since": [message], "until": [message]})));
        assert_eq!(admin.get("/api/v1/audit?page=9").await.json, json!({"detail": "Invalid page."}));
        let file = admin.get("/api/v1/audit/export?user=Bob&kind=jsonl").await;
        assert_eq!(file.text.lines().count(), 2);
        assert_eq!(admin.get("/api/v1/audit/export?kind=xls").await.status, 400);
        assert_eq!(admin.get("/api/v1/audit/export?since=x").await.status, 400);
    }
}

#[tokio::test]
async fn a_long_log_is_exported_in_pieces_and_completely() {
    for engine in both() {
        let house = House::new(engine).await;
        let fill = |tx: &mut kit_store::Tx<'_>| -> Result<(), StoreError> {
            for n in 0..1001_i64 {
                tx.execute(
                    "INSERT INTO audit (id, at, user_id, name, operation, target, origin)
                     VALUES ($1, $2, 'u', '=cmd(\"x\")', 'o', '/t', 'f')",
                    params![format!("id-{n}"), n],
                )?;
            }
            Ok(())
        };
        house.db.write(fill).await.unwrap();
        let token = house.token().await;
        let admin = house.app.token(&token);
        let csv = admin.get("/api/v1/audit/export?operation=o").await;
        assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
        assert_eq!(csv.header("content-disposition"), "attachment; filename=\"audit.csv\"");
        let lines: Vec<&str> = csv.text.split_terminator("\r\n").collect();
        assert_eq!(
            (lines.len(), lines[0]),
            (1002, "seq,id,at,user_id,name,operation,target,from"),
            "{engine:?}"
        );
        assert_eq!(lines[1001], "1,id-0,1970-01-01T00:00:00Z,u,\"'=cmd(\"\"x\"\")\",o,/t,f");
        let json = admin.get("/api/v1/audit/export?operation=o&kind=jsonl").await;
        assert_eq!(json.header("content-type"), "application/x-ndjson");
        let seqs: Vec<i64> = json
            .text
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap()["seq"].as_i64().unwrap())
            .collect();
        assert_eq!(seqs, (1..=1001).rev().collect::<Vec<_>>(), "{engine:?}");
        assert_eq!(admin.get("/api/v1/audit/export?operation=none").await.text.lines().count(), 1);
    }
}

/// However late the news of what they did arrives.
#[tokio::test]
async fn who_was_deleted_is_named_no_more() {
    for engine in both() {
        let (world, app, _) = stage(engine).await;
        let at = world.clock.now();
        publish(&world, "1", at, &acting("Ada", "before")).await;
        publish(&world, "2", at, &acting("Bob", "other")).await;
        let gone = Envelope {
            id: "3".to_owned(),
            name: "user.deleted".to_owned(),
            subject: "id-Ada".to_owned(),
            at,
            body: json!({"id": "id-Ada"}).to_string(),
        };
        world.context.bus.publish(gone).await.unwrap();
        publish(&world, "4", at, &acting("Ada", "after")).await;
        let entries = log(&app, "").await;
        let who = |n: usize| (entries[n]["name"].as_str().unwrap(), entries[n]["user_id"].as_str().unwrap());
        let (after, other, before) = (who(0), who(1), who(2));
        assert_eq!((before, other.0), (after, "Bob"), "{engine:?}");
        assert_eq!((before.0, before.1.starts_with("deleted-")), ("deleted user", true));
        assert!(!json!(entries).to_string().contains("Ada"), "{engine:?}");
    }
}

#[tokio::test]
async fn entries_are_kept_for_their_time() {
    for engine in both() {
        let world = TestWorld::new(engine);
        let service = identity::build(&world.context).await.unwrap();
        let db = service.db.clone().unwrap();
        let age = |days: u32| world.clock.now().minus(days * DAY);
        let times = [age(401), age(399)];
        let fill = move |tx: &mut kit_store::Tx<'_>| -> Result<(), StoreError> {
            for (id, at) in ["old", "young"].iter().zip(times) {
                tx.execute(
                    "INSERT INTO audit (id, at, user_id, name, operation, target, origin)
                     VALUES ($1, $2, 'u', 'n', 'o', '/t', 'f')",
                    params![*id, at],
                )?;
            }
            Ok(())
        };
        db.write(fill).await.unwrap();
        let app = world.start_living(vec![service]);
        let gone = async {
            while log(&app, "").await.len() == 2 {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), gone).await.expect("the old entry goes");
        assert_eq!(log(&app, "").await[0]["id"], "young", "{engine:?}");
    }
}

/// The log only grows: the code has one statement that takes a name out and one that removes what is too old.
#[test]
fn nothing_else_changes_what_was_noted() {
    fn sources(folder: &std::path::Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, found);
            } else {
                found.push(std::fs::read_to_string(path).unwrap());
            }
        }
    }
    let mut found = Vec::new();
    sources(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    let all = found.concat();
    let count = |words: &str| all.matches(words).count();
    assert_eq!((count("UPDATE audit "), count("DELETE FROM audit "), count("INSERT INTO audit ")), (1, 1, 2));
    assert_eq!(count("UPDATE audit SET user_id = $2, name = $3 WHERE user_id = $1"), 1);
    assert_eq!(count("DELETE FROM audit WHERE at < $1"), 1);
}

/// What a user of this service changes here is told like everything else.
#[tokio::test]
async fn what_is_changed_in_this_service_is_noted_too() {
    for engine in both() {
        let house = House::new(engine).await;
        let session = crate::sessions::session(&house, EMAIL, PASSWORD).await;
        let new = NewUser {
            name: "Eve".to_owned(),
            email: "eve@example.org".to_owned(),
            role: Role::Viewer,
            password: "eve's password".to_owned(),
        };
        let context = &house.world.context;
        acting("Ada", "creates").around(identity::create_user(context, new)).await.unwrap();
        told(&house.db).await;
        let log = house.app.token(&session).get("/api/v1/audit?operation=notes_create").await.json;
        assert_eq!((&log["count"], &log["results"][0]["id"]), (&json!(1), &json!("creates")), "{engine:?}");
    }
}
