//! What the two databases have in common: one connection, as the workers and a transaction see it.

use crate::{Param, Result, Row, StoreError};

/// A connection to either database. Used by one thread at a time.
pub(crate) trait Connection {
    /// Begins a transaction that will write, and sees what was committed before.
    fn begin_write(&mut self) -> Result<()>;

    /// Begins a transaction that only reads, from one moment of the database.
    fn begin_read(&mut self) -> Result<()>;

    /// Makes what was done durable; it returns after that.
    fn commit(&mut self) -> Result<()>;

    /// Forgets what was done.
    fn rollback(&mut self);

    /// Whether a job that fails can be undone alone, by [`Connection::savepoint`]; if not, its whole batch is.
    fn has_savepoints(&self) -> bool;

    /// Marks the place that [`Connection::back_to_savepoint`] goes back to.
    fn savepoint(&mut self) -> Result<()>;

    /// Takes the mark away and keeps what was done since.
    fn release_savepoint(&mut self) -> Result<()>;

    /// Takes the mark away and forgets what was done since.
    fn back_to_savepoint(&mut self) -> Result<()>;

    /// Runs a statement that gives no rows; returns how many it changed.
    fn execute(&mut self, sql: &'static str, params: &[Param<'_>]) -> Result<u64>;

    /// Runs a statement and hands each row to `each`, until there are no more or `each` returns false.
    fn query(
        &mut self,
        sql: &'static str,
        params: &[Param<'_>],
        each: &mut dyn FnMut(&Row<'_>) -> Result<bool>,
    ) -> Result<()>;

    /// Runs several statements without parameters, written in the words of `dialect`.
    fn script(&mut self, sql: &str) -> Result<()>;

    /// Checks that a statement is understood.
    fn prepare(&mut self, sql: &str) -> Result<()>;

    /// Whether the connection can still be used.
    fn is_alive(&self) -> bool;
}

/// Opens a connection; called again when one was lost.
pub(crate) type Connect = Box<dyn FnMut() -> Result<Box<dyn Connection>, StoreError> + Send>;
