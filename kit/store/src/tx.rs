//! A transaction as a service's store functions see it: statements with `$1`, rows by column name, and events.

use std::cell::Cell;
use std::sync::Arc;

use kit_base::{Clock, Event, Ids, Timestamp};
use serde::de::DeserializeOwned;

use crate::connection::Connection;
use crate::tables::{TableSet, Tables};
use crate::{Column, FromColumn, Param, Result, StoreError, outbox};

/// What a transaction needs to know of the world around it.
#[derive(Clone)]
pub(crate) struct World {
    pub clock: Clock,
    pub ids: Ids,
    pub tables: Arc<Tables>,
}

/// A running transaction. What is done through it is kept or undone as one.
///
/// Statements are literals in the code, so that a test can find and prepare every one of them on both databases.
pub struct Tx<'a> {
    connection: &'a mut dyn Connection,
    world: &'a World,
    /// Rows written to the outbox, so that the relay is woken after the commit.
    pub(crate) emitted: bool,
    /// The failure that makes the whole transaction worthless, whatever the job makes of it.
    pub(crate) broken: Option<StoreError>,
    /// Whether a statement may have changed something, or has failed (after which PostgreSQL takes no further one).
    pub(crate) unclean: bool,
    /// The first statement's failure that a job could hide and have what it did forgotten, because PostgreSQL forgets
    /// the whole transaction then and says yes to its commit all the same.
    pub(crate) failed: Option<StoreError>,
    /// The tables that were read.
    pub(crate) read: TableSet,
    /// The tables in which something may have changed.
    pub(crate) written: TableSet,
    /// Whether the time was asked for, so that another moment may give another answer.
    pub(crate) timed: Cell<bool>,
}

impl<'a> Tx<'a> {
    pub(crate) fn new(connection: &'a mut dyn Connection, world: &'a World) -> Self {
        Self {
            connection,
            world,
            emitted: false,
            broken: None,
            unclean: false,
            failed: None,
            read: 0,
            written: 0,
            timed: Cell::new(false),
        }
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        self.timed.set(true);
        self.world.clock.now()
    }

    /// Where ids come from.
    pub fn ids(&self) -> &Ids {
        &self.world.ids
    }

    /// Runs a statement that gives no rows; returns how many rows it changed.
    pub fn execute(&mut self, sql: &'static str, params: &[Param<'_>]) -> Result<u64> {
        self.unclean = true;
        let result = self.connection.execute(sql, params);
        if !matches!(result, Ok(0)) {
            self.written |= self.world.tables.named_in(sql);
        }
        self.note(result)
    }

    /// Every row of a query, each read by `read`.
    pub fn query<T>(
        &mut self,
        sql: &'static str,
        params: &[Param<'_>],
        read: impl Fn(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut rows = Vec::new();
        let result = self.connection.query(sql, params, &mut |row| {
            rows.push(read(row)?);
            Ok(true)
        });
        self.unclean |= result.is_err() || !only_reads(sql);
        self.touch(sql);
        self.note(result).map(|()| rows)
    }

    /// The first row of a query, if it gives any.
    pub fn query_opt<T>(
        &mut self,
        sql: &'static str,
        params: &[Param<'_>],
        read: impl Fn(&Row<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        let mut first = None;
        let result = self.connection.query(sql, params, &mut |row| {
            first = Some(read(row)?);
            Ok(false)
        });
        self.unclean |= result.is_err() || !only_reads(sql);
        self.touch(sql);
        self.note(result).map(|()| first)
    }

    /// The first row of a query that always gives one.
    pub fn query_one<T>(
        &mut self,
        sql: &'static str,
        params: &[Param<'_>],
        read: impl Fn(&Row<'_>) -> Result<T>,
    ) -> Result<T> {
        self.query_opt(sql, params, read)?.ok_or(StoreError::NoRow)
    }

    /// Writes an event to the outbox: it is delivered after this transaction is durable, and only then.
    pub fn emit<E: Event>(&mut self, event: &E) -> Result<()> {
        self.emitted = true;
        outbox::append(self, event)
    }

    fn touch(&mut self, sql: &'static str) {
        let named = self.world.tables.named_in(sql);
        self.read |= named;
        if !only_reads(sql) {
            self.written |= named;
        }
    }

    fn note<T>(&mut self, result: Result<T>) -> Result<T> {
        match &result {
            Err(error @ (StoreError::Conflict | StoreError::Unavailable(_))) => {
                self.broken = Some(error.clone());
            }
            Err(error @ (StoreError::Constraint(_) | StoreError::Statement(_))) => {
                self.failed.get_or_insert_with(|| error.clone());
            }
            _ => {}
        }
        result
    }
}

/// Other statements than `SELECT` may read only, too; it does no harm to take them for ones that write.
fn only_reads(sql: &str) -> bool {
    sql.trim_start().starts_with("SELECT")
}

/// Where a row's columns come from.
pub(crate) trait Columns {
    fn column(&self, name: &str) -> Result<Column<'_>>;
}

/// A row of an answer.
pub struct Row<'a>(pub(crate) &'a dyn Columns);

impl Row<'_> {
    /// The column of that name.
    pub fn get<T: FromColumn>(&self, name: &str) -> Result<T> {
        T::from_column(self.0.column(name)?).ok_or_else(|| wrong(name, T::NAME))
    }

    /// The text column of that name, read as one of a set of words.
    pub fn word<T>(&self, name: &str, parse: impl Fn(&str) -> Option<T>) -> Result<T> {
        match self.0.column(name)? {
            Column::Text(text) => parse(text).ok_or_else(|| wrong(name, "a known word")),
            _ => Err(wrong(name, "text")),
        }
    }

    /// The text column of that name, read as JSON.
    pub fn json<T: DeserializeOwned>(&self, name: &str) -> Result<T> {
        match self.0.column(name)? {
            Column::Text(text) => {
                serde_json::from_str(text).map_err(|_| wrong(name, "JSON of the expected shape"))
            }
            _ => Err(wrong(name, "text")),
        }
    }
}

fn wrong(column: &str, expected: &'static str) -> StoreError {
    StoreError::Column { column: column.to_owned(), expected }
}
