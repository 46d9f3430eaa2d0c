//! Tables, brought up to date at the start. Migrations are written once, in the words that `dialect` describes.

use crate::connection::Connection;
use crate::tx::World;
use crate::{Migration, Place, Result, StoreError, Tx, params, postgres, sqlite};

/// What every service's database has: the events to send, those already handled, and the steps already taken.
pub(crate) const KIT: &[Migration] = &[
    Migration { name: "kit_0001_events", sql: include_str!("../migrations/kit_0001_events.sql") },
    Migration { name: "kit_0002_feed", sql: include_str!("../migrations/kit_0002_feed.sql") },
];

const LEDGER: &str = "CREATE TABLE IF NOT EXISTS migrations (name TEXT NOT NULL PRIMARY KEY, sql TEXT NOT NULL, at BIGINT NOT NULL);";

/// Takes the steps that have not been taken yet, each in a transaction of its own.
pub(crate) fn run(place: &Place, migrations: &[Migration], world: &World) -> Result<()> {
    let mut connection = match place {
        Place::File(path) => sqlite::open(path, false)?,
        Place::Server { url, schema } => {
            let mut connection = postgres::open(url, schema)?;
            create_schema(connection.as_mut(), schema)?;
            connection
        }
    };
    in_transaction(connection.as_mut(), world, |connection, _| connection.script(LEDGER))?;
    for migration in KIT.iter().chain(migrations) {
        in_transaction(connection.as_mut(), world, |connection, world| take(connection, world, migration))?;
    }
    Ok(())
}

/// Two processes may start at once: the lock lasts as long as the connection, so the second finds all done.
fn create_schema(connection: &mut dyn Connection, schema: &str) -> Result<()> {
    connection.script(&format!(
        "SELECT pg_advisory_lock(7310868735422361700); CREATE SCHEMA IF NOT EXISTS \"{schema}\""
    ))
}

fn in_transaction(
    connection: &mut dyn Connection,
    world: &World,
    work: impl FnOnce(&mut dyn Connection, &World) -> Result<()>,
) -> Result<()> {
    connection.begin_write()?;
    let done = work(connection, world).and_then(|()| connection.commit());
    if done.is_err() {
        connection.rollback();
    }
    done
}

fn take(connection: &mut dyn Connection, world: &World, migration: &Migration) -> Result<()> {
    let mut tx = Tx::new(connection, world);
    let taken: Option<String> =
        tx.query_opt("SELECT sql FROM migrations WHERE name = $1", params![migration.name], |row| {
            row.get("sql")
        })?;
    match taken {
        Some(sql) if sql == migration.sql => Ok(()),
        Some(_) => Err(StoreError::Statement(format!(
            "migration {} was changed after it had been applied; write a new one instead",
            migration.name
        ))),
        None => {
            let now = tx.now();
            tx.execute(
                "INSERT INTO migrations (name, sql, at) VALUES ($1, $2, $3)",
                params![migration.name, migration.sql, now],
            )?;
            connection.script(migration.sql)
        }
    }
}
