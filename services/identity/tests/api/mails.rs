//! Mails are sent by themselves: at once, again when it does not work, and not for ever.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use kit_testkit::{Engine, TestApp, TestWorld, both};
use serde_json::json;

/// How long a failing test waits for what should be.
const PATIENCE: Duration = Duration::from_secs(20);

async fn register(app: &TestApp, username: &str) {
    let new = json!({"username": username, "email": format!("{username}@example.com"), "password": "azerty"});
    assert_eq!(app.anonymous().post("/api/membres/", new).await.status, 201);
}

fn letters(world: &TestWorld) -> Vec<PathBuf> {
    let files = fs::read_dir(world.context.data_dir.join("outbox")).into_iter().flatten().flatten();
    files.map(|file| file.path()).filter(|path| path.extension().is_some_and(|end| end == "eml")).collect()
}

async fn until(what: &str, holds: impl AsyncFn() -> bool) {
    let wait = async {
        while !holds().await {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    assert!(tokio::time::timeout(PATIENCE, wait).await.is_ok(), "{what}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_is_sent_and_forgotten() {
    for engine in both() {
        let world = TestWorld::new(engine);
        let service = identity::build(&world.context).await.unwrap();
        let db = service.db.clone().unwrap();
        let app = world.start_living(vec![service]);
        register(&app, "clem").await;
        until("the mail is sent", async || letters(&world).len() == 1).await;
        let text = fs::read_to_string(&letters(&world)[0]).unwrap();
        assert!(text.contains("To: clem@example.com"), "{text}");
        until("it is forgotten", async || waiting(&db).await == 0).await;
        register(&app, "clara").await;
        until("so is the next", async || letters(&world).len() == 2 && waiting(&db).await == 0).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_cannot_be_sent_is_tried_again_and_given_up_after_a_day() {
    for engine in [Engine::Sqlite] {
        let world = TestWorld::new(engine);
        let outbox = world.context.data_dir.join("outbox");
        fs::write(&outbox, "in the way").unwrap();
        let service = identity::build(&world.context).await.unwrap();
        let db = service.db.clone().unwrap();
        let app = world.start_living(vec![service]);
        register(&app, "clem").await;
        until("it was tried", async || attempts(&db).await == 1).await;
        world.clock.advance(Duration::from_secs(60));
        until("it was tried again", async || attempts(&db).await == 2).await;
        world.clock.advance(Duration::from_secs(119));
        register(&app, "clara").await;
        until("clara's was tried", async || attempts(&db).await == 3).await;
        fs::remove_file(&outbox).unwrap();
        world.clock.advance(Duration::from_secs(1));
        until("the first is sent, in its own time", async || letters(&world).len() == 1).await;
        fs::remove_dir_all(&outbox).unwrap();
        fs::write(&outbox, "in the way").unwrap();
        world.clock.advance(Duration::from_secs(24 * 3600));
        until("the other is given up", async || waiting(&db).await == 0).await;
    }
}

async fn waiting(db: &kit_store::Db) -> i64 {
    number(db, |tx| tx.query_one("SELECT COUNT(*) AS n FROM mails", kit_store::params![], |row| row.get("n")))
        .await
}

async fn attempts(db: &kit_store::Db) -> i64 {
    number(db, |tx| {
        let sql = "SELECT COALESCE(CAST(SUM(attempts) AS BIGINT), 0) AS n FROM mails";
        tx.query_one(sql, kit_store::params![], |row| row.get("n"))
    })
    .await
}

async fn number(
    db: &kit_store::Db,
    read: impl FnOnce(&mut kit_store::Tx<'_>) -> Result<i64, kit_store::StoreError> + Send + 'static,
) -> i64 {
    db.read(read).await.unwrap()
}
