//! What the store promises, on both databases.

use kit_base::{Event, Timestamp};
use kit_store::{AsParam, Migration, StoreError, inbox, outbox, params};
use kit_testkit::{TestStore, both, prepare_all};
use serde::{Deserialize, Serialize};

const TABLES: &[Migration] = &[Migration {
    name: "0001_things",
    sql: "CREATE TABLE things (
            id TEXT NOT NULL PRIMARY KEY, -- its name; not null
            n BIGINT,
            ok BOOLEAN,
            share DOUBLE PRECISION,
            raw BYTEA,
            at BIGINT NOT NULL DEFAULT 0
        );
        CREATE INDEX things_n ON things (n);",
}];

#[derive(Serialize, Deserialize)]
struct Happened {
    what: String,
}

impl Event for Happened {
    const NAME: &'static str = "thing.happened";

    fn subject(&self) -> &str {
        &self.what
    }
}

type Fallible<T> = Result<T, StoreError>;

#[tokio::test]
async fn every_type_comes_back_as_it_went_in() {
    for engine in both() {
        let store = TestStore::new(engine);
        let db = store.open(TABLES);
        db.write(|tx| -> Fallible<()> {
            let (raw, at) = (vec![0_u8, 255], Timestamp::from_micros(1_795_262_400_123_456));
            tx.execute(
                "INSERT INTO things (id, n, ok, share, raw, at) VALUES ($1, $2, $3, $4, $5, $6)",
                params!["é", -7_i64, true, 0.25_f64, raw.as_slice(), at],
            )?;
            tx.execute("INSERT INTO things (id, n) VALUES ($1, $2)", params!["null", None::<i64>])?;
            Ok(())
        })
        .await
        .unwrap();
        type Thing = (Option<i64>, Option<bool>, Option<f64>, Option<Vec<u8>>, Timestamp);
        let things: Vec<Thing> = db
            .read(|tx| -> Fallible<_> {
                tx.query("SELECT n, ok, share, raw, at FROM things ORDER BY at DESC", params![], |row| {
                    Ok((row.get("n")?, row.get("ok")?, row.get("share")?, row.get("raw")?, row.get("at")?))
                })
            })
            .await
            .unwrap();
        let at = Timestamp::from_micros(1_795_262_400_123_456);
        assert_eq!(things[0], (Some(-7), Some(true), Some(0.25), Some(vec![0, 255]), at), "{engine:?}");
        assert_eq!(things[1], (None, None, None, None, Timestamp::default()), "{engine:?}");
    }
}

#[tokio::test]
async fn parameters_are_taken_by_number() {
    for engine in both() {
        let store = TestStore::new(engine);
        let db = store.open(TABLES);
        let order: (String, String) = db
            .read(|tx| -> Fallible<_> {
                tx.query_one(
                    "SELECT CAST($2 AS TEXT) AS a, CAST($1 AS TEXT) AS b",
                    &["first".as_param(), "second".as_param()],
                    |row| Ok((row.get("a")?, row.get("b")?)),
                )
            })
            .await
            .unwrap();
        assert_eq!(order, ("second".to_owned(), "first".to_owned()), "{engine:?}");
    }
}

/// Sixteen jobs at once, of which some fail after they have written and one panics: each failure undoes its own
/// changes, and nobody else's.
#[tokio::test]
async fn a_job_that_fails_undoes_only_itself() {
    for engine in both() {
        let store = TestStore::new(engine);
        let db = store.open(TABLES);
        let jobs: Vec<_> = (0..16_i64)
            .map(|n| {
                let db = db.clone();
                tokio::spawn(async move {
                    db.write(move |tx| -> Fallible<()> {
                        tx.execute("INSERT INTO things (id, n) VALUES ($1, $2)", params![n.to_string(), n])?;
                        tx.emit(&Happened { what: n.to_string() })?;
                        assert_ne!(n, 5, "a bug in a job");
                        if n % 4 == 0 { Err(StoreError::NoRow) } else { Ok(()) }
                    })
                    .await
                })
            })
            .collect();
        let mut failed = Vec::new();
        for (n, job) in jobs.into_iter().enumerate() {
            match job.await.unwrap() {
                Ok(()) => {}
                Err(error) => failed.push((n, error)),
            }
        }
        let lost = StoreError::NoRow;
        let expected =
            [(0, lost.clone()), (4, lost.clone()), (5, StoreError::Panicked), (8, lost.clone()), (12, lost)];
        assert_eq!(failed, expected, "{engine:?}");
        let (kept, events) = db
            .read(|tx| -> Fallible<_> {
                let kept: Vec<i64> =
                    tx.query("SELECT n FROM things ORDER BY n", params![], |row| row.get("n"))?;
                Ok((kept, outbox::waiting(tx, 100)?))
            })
            .await
            .unwrap();
        assert_eq!(kept, [1, 2, 3, 6, 7, 9, 10, 11, 13, 14, 15], "{engine:?}");
        let mut told: Vec<i64> = events.iter().map(|(_, event)| event.subject.parse().unwrap()).collect();
        told.sort_unstable();
        assert_eq!(told, kept, "an event for each change that was kept, and for no other, on {engine:?}");
    }
}

#[tokio::test]
async fn a_violated_key_is_told_as_such() {
    for engine in both() {
        let store = TestStore::new(engine);
        let db = store.open(TABLES);
        for attempt in 0..2 {
            let result = db
                .write(|tx| -> Fallible<u64> {
                    tx.execute("INSERT INTO things (id, n) VALUES ($1, 1)", params!["a"])
                })
                .await;
            match attempt {
                0 => assert_eq!(result, Ok(1), "{engine:?}"),
                _ => assert!(matches!(result, Err(StoreError::Constraint(_))), "{engine:?}: {result:?}"),
            }
        }
    }
}

#[tokio::test]
async fn an_event_is_handled_once_and_a_reader_cannot_write() {
    for engine in both() {
        let store = TestStore::new(engine);
        let db = store.open(TABLES);
        let mut firsts = Vec::new();
        for _ in 0..2 {
            firsts.push(db.write(|tx| inbox::first_time(tx, "me", "e1")).await.unwrap());
        }
        assert_eq!(firsts, [true, false], "{engine:?}");
        let written =
            db.read(|tx| tx.execute("INSERT INTO things (id, n) VALUES ($1, 1)", params!["a"])).await;
        assert!(written.is_err(), "{engine:?}");
    }
}

#[tokio::test]
async fn what_was_acknowledged_is_there_after_reopening_and_migrations_run_once() {
    for engine in both() {
        let store = TestStore::new(engine);
        for n in 0..3_i64 {
            let db = store.open(TABLES);
            db.write(move |tx| {
                tx.execute("INSERT INTO things (id, n) VALUES ($1, $2)", params![n.to_string(), n])
            })
            .await
            .unwrap();
        }
        let db = store.open(TABLES);
        let count: i64 = db
            .read(|tx| tx.query_one("SELECT COUNT(*) AS n FROM things", params![], |row| row.get("n")))
            .await
            .unwrap();
        assert_eq!(count, 3, "{engine:?}");
    }
}

#[test]
fn a_migration_that_was_changed_after_the_fact_is_refused() {
    const CHANGED: &[Migration] =
        &[Migration { name: "0001_things", sql: "CREATE TABLE things (id TEXT NOT NULL PRIMARY KEY);" }];
    for engine in both() {
        let store = TestStore::new(engine);
        drop(store.open(TABLES));
        let config = kit_store::DbConfig {
            place: store.place().clone(),
            migrations: CHANGED,
            connections: 2,
            clock: kit_base::Clock::system(),
            ids: kit_base::Ids::system(kit_base::Clock::system()),
        };
        let error = kit_store::Db::open(config).err().unwrap();
        assert!(
            error.to_string().contains("0001_things was changed after it had been applied"),
            "{engine:?}: {error}"
        );
    }
}

#[test]
fn every_statement_of_the_kit_prepares_on_both() {
    assert!(prepare_all(env!("CARGO_MANIFEST_DIR"), TABLES) >= 6);
}
