//! Durable writes of one row by many tasks at once: what sharing commits in `Db::write` gains over a commit for each
//! write through the same driver. After each round the rows are counted: what was acknowledged must be there.

mod alone;

use std::collections::HashSet;
use std::path::Path;
use std::time::Duration;

use kit_base::{Clock, Ids};
use kit_store::{Db, DbConfig, Migration, Place, StoreError, USUAL_CONNECTIONS, params};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::common::{Contender, Options, Round, compare, hammer};
use alone::Writer;

const TASKS: usize = 64;
/// What a plain pool for PostgreSQL would have.
const CONNECTIONS: usize = 16;

const TABLES: &[Migration] = &[Migration {
    name: "0001_lines",
    sql: "CREATE TABLE lines (id BIGINT NOT NULL PRIMARY KEY, body TEXT NOT NULL);",
}];

/// Measures on SQLite, and on PostgreSQL where there is one.
pub fn run(options: &Options) -> Result<(), String> {
    let text = |error: std::io::Error| error.to_string();
    std::fs::create_dir_all(&options.dir)
        .map_err(|error| format!("{} cannot be created: {error}", options.dir.display()))?;
    let runtime = Runtime::new().map_err(text)?;
    on_sqlite(options, &runtime)?;
    match &options.database {
        Some(url) => on_postgres(options, &runtime, url),
        None => {
            println!("PostgreSQL was left out: TEST_DATABASE_URL names no server");
            Ok(())
        }
    }
}

fn on_sqlite(options: &Options, runtime: &Runtime) -> Result<(), String> {
    let round = |shared: bool| {
        let folder = TempDir::new_in(&options.dir).map_err(|error| error.to_string())?;
        let file = folder.path().join("bench.db");
        let db = open(Place::File(file.clone()))?;
        let (round, done) = if shared {
            measure(runtime, options.length(), db)?
        } else {
            drop(db);
            measure_alone(runtime, options.length(), alone::sqlite(&file)?)?
        };
        check(&done, rows_of_sqlite(&file)?)?;
        Ok(round)
    };
    compare(
        options,
        &format!(
            "SQLite, synchronous=FULL, in {}: durable writes of a 200-byte row by {TASKS} tasks",
            options.dir.display()
        ),
        &Contender { name: "a commit for each write (rusqlite)", round: &|| round(false) },
        &Contender { name: "Db::write", round: &|| round(true) },
        Some(15.0),
    )
}

fn on_postgres(options: &Options, runtime: &Runtime, url: &str) -> Result<(), String> {
    let prefix = format!("bench_{}", Ids::system(Clock::system()).code(12).to_lowercase());
    let round = |shared: bool| {
        let db = open(Place::Server { url: url.to_owned(), schema: prefix.clone() })?;
        let (round, done) = if shared {
            measure(runtime, options.length(), db)?
        } else {
            drop(db);
            measure_alone(runtime, options.length(), alone::postgres(url, &prefix, CONNECTIONS)?)?
        };
        check(&done, rows_of_postgres(url, &prefix)?)?;
        Db::drop_schemas(url, &prefix).map_err(|error| error.to_string())?;
        Ok(round)
    };
    let mut client = postgres::Client::connect(url, postgres::NoTls).map_err(|error| error.to_string())?;
    let fsync: String =
        client.query_one("SHOW fsync", &[]).map(|row| row.get(0)).map_err(|error| error.to_string())?;
    let plain = format!("a transaction for each ({CONNECTIONS} connections)");
    let measured = compare(
        options,
        &format!("PostgreSQL, fsync={fsync}: writes of a 200-byte row by {TASKS} tasks"),
        &Contender { name: &plain, round: &|| round(false) },
        &Contender { name: "Db::write", round: &|| round(true) },
        None,
    );
    if measured.is_err() {
        // The failure itself is what is to be told, not that its schema stays.
        let _ = Db::drop_schemas(url, &prefix);
    }
    measured
}

fn open(place: Place) -> Result<Db, String> {
    let clock = Clock::system();
    let ids = Ids::system(clock.clone());
    Db::open(DbConfig { place, migrations: TABLES, connections: USUAL_CONNECTIONS, clock, ids })
        .map_err(|error| error.to_string())
}

fn measure(runtime: &Runtime, length: Duration, db: Db) -> Result<(Round, Vec<u64>), String> {
    let write = move |task, nth| {
        let (db, (id, body)) = (db.clone(), line(task, nth));
        async move {
            let work = move |tx: &mut kit_store::Tx<'_>| -> Result<u64, StoreError> {
                tx.execute("INSERT INTO lines (id, body) VALUES ($1, $2)", params![id, body])
            };
            db.write(work).await.map(drop).map_err(|error| error.to_string())
        }
    };
    runtime.block_on(hammer(TASKS, length, write))
}

fn measure_alone(runtime: &Runtime, length: Duration, writer: Writer) -> Result<(Round, Vec<u64>), String> {
    let write = move |task, nth| {
        let (writer, (id, body)) = (writer.clone(), line(task, nth));
        async move { writer.write(id, body).await }
    };
    runtime.block_on(hammer(TASKS, length, write))
}

/// The row that a task writes as its `nth`: its key and a text, 200 bytes together.
fn line(task: usize, nth: u64) -> (i64, String) {
    (key(task, nth), format!("{nth:0>192}"))
}

/// Keys rise with time, as those of the services do, so that rows written together lie together.
fn key(task: usize, nth: u64) -> i64 {
    (nth as usize * TASKS + task) as i64
}

/// That every acknowledged row is there, and no other.
fn check(done: &[u64], rows: Vec<i64>) -> Result<(), String> {
    let count = rows.len();
    let rows: HashSet<i64> = rows.into_iter().collect();
    let acknowledged =
        done.iter().enumerate().flat_map(|(task, done)| (0..*done).map(move |nth| key(task, nth)));
    let lost = acknowledged.filter(|key| !rows.contains(key)).count();
    let expected = done.iter().sum::<u64>();
    if lost == 0 && count as u64 == expected {
        return Ok(());
    }
    Err(format!("{lost} of {expected} acknowledged rows are lost; {count} rows are there"))
}

fn rows_of_sqlite(file: &Path) -> Result<Vec<i64>, String> {
    let rows = || {
        let connection = rusqlite::Connection::open(file)?;
        let mut statement = connection.prepare("SELECT id FROM lines")?;
        statement.query_map([], |row| row.get(0))?.collect::<Result<_, rusqlite::Error>>()
    };
    rows().map_err(|error| error.to_string())
}

fn rows_of_postgres(url: &str, schema: &str) -> Result<Vec<i64>, String> {
    let rows = || {
        let mut client = postgres::Client::connect(url, postgres::NoTls)?;
        let rows = client.query(&format!("SELECT id FROM \"{schema}\".lines"), &[])?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    };
    rows().map_err(|error: postgres::Error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_has_200_bytes() {
        assert_eq!(size_of::<i64>() + line(63, 123_456).1.len(), 200);
    }

    #[test]
    fn lost_and_foreign_rows_are_noticed() {
        let (first, second, other) = (key(0, 0), key(0, 1), key(1, 0));
        assert_eq!(check(&[2, 1], vec![first, other, second]), Ok(()));
        let lost = "1 of 3 acknowledged rows are lost; 2 rows are there".to_owned();
        assert_eq!(check(&[2, 1], vec![first, other]), Err(lost));
        assert!(check(&[2, 1], vec![first, second, other, key(2, 0)]).is_err());
    }
}
