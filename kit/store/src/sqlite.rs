//! SQLite: one file per service in WAL mode; a commit is on the disk before it is answered (`synchronous=FULL`).

use std::collections::HashMap;
use std::path::Path;

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{ErrorCode, ffi};

use crate::connection::Connection;
use crate::dialect;
use crate::tx::Columns;
use crate::{Column, Param, Result, Row, StoreError};

/// Statements that stay prepared on each connection.
const PREPARED: usize = 256;

struct Sqlite {
    connection: rusqlite::Connection,
    /// Statements with `?1` for `$1`: SQLite takes `$1` for a name and numbers names by their first appearance.
    rewritten: HashMap<&'static str, String>,
}

/// Opens the file at `path`.
pub(crate) fn open(path: &Path, read_only: bool) -> Result<Box<dyn Connection>> {
    let connection = rusqlite::Connection::open(path).map_err(failure)?;
    connection.set_prepared_statement_cache_capacity(PREPARED);
    connection
        .execute_batch(
            "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
             PRAGMA foreign_keys = ON; PRAGMA mmap_size = 67108864; PRAGMA temp_store = MEMORY; \
             PRAGMA journal_size_limit = 16777216;",
        )
        .map_err(failure)?;
    if read_only {
        connection.execute_batch("PRAGMA query_only = ON").map_err(failure)?;
    }
    Ok(Box::new(Sqlite { connection, rewritten: HashMap::new() }))
}

impl Sqlite {
    fn run(&mut self, sql: &str) -> Result<()> {
        self.connection
            .prepare_cached(sql)
            .and_then(|mut statement| statement.raw_execute())
            .map(drop)
            .map_err(failure)
    }
}

impl Connection for Sqlite {
    fn begin_write(&mut self) -> Result<()> {
        self.run("BEGIN IMMEDIATE")
    }

    fn begin_read(&mut self) -> Result<()> {
        self.run("BEGIN")
    }

    fn commit(&mut self) -> Result<()> {
        self.run("COMMIT")
    }

    fn rollback(&mut self) {
        // SQLite has already gone back by itself after some failures (a full disk), and then there is nothing to do.
        if !self.connection.is_autocommit() && self.run("ROLLBACK").is_err() {
            tracing::error!("a transaction could not be rolled back");
        }
    }

    fn has_savepoints(&self) -> bool {
        true
    }

    fn savepoint(&mut self) -> Result<()> {
        self.run("SAVEPOINT job")
    }

    fn release_savepoint(&mut self) -> Result<()> {
        self.run("RELEASE job")
    }

    fn back_to_savepoint(&mut self) -> Result<()> {
        self.run("ROLLBACK TO job")?;
        self.run("RELEASE job")
    }

    fn execute(&mut self, sql: &'static str, params: &[Param<'_>]) -> Result<u64> {
        let sql = self.rewritten.entry(sql).or_insert_with(|| dialect::statement_for_sqlite(sql));
        let mut statement = self.connection.prepare_cached(sql).map_err(failure)?;
        let params = rusqlite::params_from_iter(params.iter().map(Bound));
        statement.execute(params).map(|rows| rows as u64).map_err(failure)
    }

    fn query(
        &mut self,
        sql: &'static str,
        params: &[Param<'_>],
        each: &mut dyn FnMut(&Row<'_>) -> Result<bool>,
    ) -> Result<()> {
        let sql = self.rewritten.entry(sql).or_insert_with(|| dialect::statement_for_sqlite(sql));
        let mut statement = self.connection.prepare_cached(sql).map_err(failure)?;
        let mut rows =
            statement.query(rusqlite::params_from_iter(params.iter().map(Bound))).map_err(failure)?;
        while let Some(row) = rows.next().map_err(failure)? {
            if !each(&Row(row))? {
                break;
            }
        }
        Ok(())
    }

    fn script(&mut self, sql: &str) -> Result<()> {
        self.connection.execute_batch(&dialect::for_sqlite(sql)).map_err(failure)
    }

    fn prepare(&mut self, sql: &str) -> Result<()> {
        self.connection.prepare(&dialect::statement_for_sqlite(sql)).map(drop).map_err(failure)
    }

    fn is_alive(&self) -> bool {
        true
    }
}

struct Bound<'a>(&'a Param<'a>);

impl rusqlite::ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self.0 {
            Param::Null => ValueRef::Null,
            Param::Bool(value) => ValueRef::Integer(i64::from(*value)),
            Param::Int(value) => ValueRef::Integer(*value),
            Param::Real(value) => ValueRef::Real(*value),
            Param::Text(value) => ValueRef::Text(value.as_bytes()),
            Param::Blob(value) => ValueRef::Blob(value),
        }))
    }
}

impl Columns for rusqlite::Row<'_> {
    fn column(&self, name: &str) -> Result<Column<'_>> {
        let wrong = |expected| StoreError::Column { column: name.to_owned(), expected };
        Ok(match self.get_ref(name).map_err(failure)? {
            ValueRef::Null => Column::Null,
            ValueRef::Integer(value) => Column::Int(value),
            ValueRef::Real(value) => Column::Real(value),
            ValueRef::Text(value) => Column::Text(std::str::from_utf8(value).map_err(|_| wrong("UTF-8"))?),
            ValueRef::Blob(value) => Column::Blob(value),
        })
    }
}

fn failure(error: rusqlite::Error) -> StoreError {
    let code = match &error {
        rusqlite::Error::SqliteFailure(ffi::Error { code, .. }, _) => Some(*code),
        _ => None,
    };
    match code {
        Some(ErrorCode::ConstraintViolation) => StoreError::Constraint(error.to_string()),
        Some(
            ErrorCode::DiskFull
            | ErrorCode::ReadOnly
            | ErrorCode::SystemIoFailure
            | ErrorCode::CannotOpen
            | ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseLocked
            | ErrorCode::PermissionDenied
            | ErrorCode::OutOfMemory
            | ErrorCode::FileLockingProtocolFailed,
        ) => StoreError::Unavailable(error.to_string()),
        _ => StoreError::Statement(error.to_string()),
    }
}
