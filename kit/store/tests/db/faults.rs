//! What goes wrong around a job stays where it is: with the job, with the connection, with whoever holds a row.

use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;

use kit_store::{Db, Migration, Place, StoreError, Tx, params};
use kit_testkit::{Engine, TestStore, both};
use postgres::{Client, NoTls};
use tokio::sync::oneshot;

const TABLES: &[Migration] = &[Migration {
    name: "0001_things",
    sql: "CREATE TABLE things (id TEXT NOT NULL PRIMARY KEY, n BIGINT);",
}];

type Fallible<T> = Result<T, StoreError>;

async fn insert(db: &Db, id: &'static str) -> Fallible<u64> {
    db.write(move |tx| tx.execute("INSERT INTO things (id, n) VALUES ($1, 1)", params![id])).await
}

async fn ids(db: &Db) -> Vec<String> {
    let ids = db.read(|tx| -> Fallible<_> {
        tx.query("SELECT id FROM things ORDER BY id", params![], |row| row.get("id"))
    });
    ids.await.unwrap()
}

/// PostgreSQL forgets a whole transaction after a statement that failed, and says yes to its commit all the same: what
/// looks like success must not be told as such, to this job or to those that share its commit.
#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_hides_a_failed_statement_has_failed() {
    for engine in both() {
        let store = TestStore::new(engine);
        let db = store.open(TABLES);
        insert(&db, "taken").await.unwrap();
        let hiding = db.write(|tx| -> Fallible<()> {
            tx.execute("INSERT INTO things (id) VALUES ('before')", params![])?;
            let _ = tx.execute("INSERT INTO things (id) VALUES ('taken')", params![]);
            Ok(())
        });
        let (hidden, other) = tokio::join!(hiding, insert(&db, "other"));
        assert!(matches!(hidden, Err(StoreError::Constraint(_))), "{engine:?}: {hidden:?}");
        assert_eq!(other, Ok(1), "{engine:?}");
        assert_eq!(ids(&db).await, ["other", "taken"], "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_that_fail_after_they_have_only_read_leave_the_others_alone() {
    for engine in both() {
        let store = TestStore::new(engine);
        let db = store.open(TABLES);
        let read = |id: &'static str| {
            db.write(move |tx| -> Fallible<()> {
                tx.query_one("SELECT n FROM things WHERE id = $1", params![id], |row| row.get::<i64>("n"))?;
                Ok(())
            })
        };
        let (none, a, nothing, b) = tokio::join!(read("x"), insert(&db, "a"), read("y"), insert(&db, "b"));
        assert_eq!((none, nothing), (Err(StoreError::NoRow), Err(StoreError::NoRow)), "{engine:?}");
        assert_eq!((a, b), (Ok(1), Ok(1)), "{engine:?}");
        assert_eq!(ids(&db).await, ["a", "b"], "{engine:?}");
    }
}

/// Somebody else on the same server: in a thread, because the driver blocks.
fn stranger<T: Send + 'static>(
    store: &TestStore,
    work: impl FnOnce(&mut Client, &str) -> T + Send + 'static,
) -> JoinHandle<T> {
    let Place::Server { url, schema } = store.place().clone() else { panic!("this store is on no server") };
    std::thread::spawn(move || work(&mut Client::connect(&url, NoTls).unwrap(), &schema))
}

/// Nothing was begun, so nothing can be done twice: a new connection is made and nobody notices.
#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_was_cut_between_two_jobs_is_made_again() {
    let store = TestStore::new(Engine::Postgres);
    let db = store.open(TABLES);
    for id in ["a", "b", "c", "d", "e", "f", "g", "h"] {
        assert_eq!(insert(&db, id).await, Ok(1), "{id}");
        assert!(ids(&db).await.contains(&id.to_owned()), "{id}");
        let cut = stranger(&store, |client, schema| {
            let cut =
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = $1";
            client.query(cut, &[&schema]).unwrap().len()
        });
        assert!(cut.join().unwrap() > 0, "there was something to cut");
    }
}

/// A row that a stranger holds for long keeps a job from its work, and not the writer from everybody else's.
#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_somebody_holds_is_not_waited_for_without_end() {
    let store = TestStore::new(Engine::Postgres);
    let db = store.open(TABLES);
    insert(&db, "held").await.unwrap();
    let (begin, begun) = oneshot::channel();
    let (release, released) = mpsc::channel::<()>();
    let holder = stranger(&store, move |client, schema| {
        let mut transaction = client.transaction().unwrap();
        transaction.execute(&format!("UPDATE {schema}.things SET n = 2"), &[]).unwrap();
        begin.send(()).unwrap();
        let _ = released.recv();
    });
    begun.await.unwrap();
    let update = |tx: &mut Tx<'_>| tx.execute("UPDATE things SET n = 3", params![]);
    let held = tokio::time::timeout(Duration::from_secs(30), db.write(update)).await;
    assert_eq!(held, Ok(Err(StoreError::Conflict)));
    drop(release);
    holder.join().unwrap();
    assert_eq!(db.write(update).await, Ok(1));
}
