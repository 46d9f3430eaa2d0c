//! PostgreSQL: one schema per service; transactions are serializable, so that jobs behave as on SQLite's one writer.

use std::collections::HashMap;
use std::error::Error;

use ::postgres::error::SqlState;
use ::postgres::types::{FromSql, IsNull, ToSql, Type, private::BytesMut, to_sql_checked};
use ::postgres::{Client, Statement};

use crate::connection::Connection;
use crate::dialect;
use crate::tls;
use crate::tx::Columns;
use crate::{Column, Param, Result, Row, StoreError};

struct Postgres {
    url: String,
    /// What is said on every new connection.
    greeting: String,
    client: Client,
    prepared: HashMap<&'static str, Statement>,
}

/// Connects to `url`; names are looked up in `schema`.
pub(crate) fn open(url: &str, schema: &str) -> Result<Box<dyn Connection>> {
    connection(url, greeting(schema))
}

/// The same for a writer. Batches lock many rows in no common order, so two of them can wait for each other, and the
/// server looks for that only after a second: who waits longer than this gives way and goes one by one.
pub(crate) fn open_to_write(url: &str, schema: &str) -> Result<Box<dyn Connection>> {
    connection(url, format!("{}; SET lock_timeout = '20ms'", greeting(schema)))
}

fn greeting(schema: &str) -> String {
    format!("SET search_path TO \"{schema}\"; SET application_name TO \"{schema}\"; SET TIME ZONE 'UTC'")
}

fn connection(url: &str, greeting: String) -> Result<Box<dyn Connection>> {
    let client = connect(url, &greeting)?;
    Ok(Box::new(Postgres { url: url.to_owned(), greeting, client, prepared: HashMap::new() }))
}

fn connect(url: &str, greeting: &str) -> Result<Client> {
    let (url, connector) = tls::way(url)?;
    let connected = Client::connect(&url, connector).map_err(failure);
    let mut client = connected.map_err(|error| match error {
        // Before there is a connection no statement can be at fault.
        StoreError::Statement(text) => StoreError::Unavailable(text),
        other => other,
    })?;
    client.batch_execute(greeting).map_err(failure)?;
    Ok(client)
}

impl Postgres {
    /// A connection that was cut since the last transaction is made again: nothing has begun that could be done twice.
    fn begin(&mut self, sql: &str) -> Result<()> {
        let begun = self.client.batch_execute(sql).map_err(failure);
        if begun.is_ok() || self.is_alive() {
            return begun;
        }
        (self.client, self.prepared) = (connect(&self.url, &self.greeting)?, HashMap::new());
        self.client.batch_execute(sql).map_err(failure)
    }

    fn statement(&mut self, sql: &'static str) -> Result<Statement> {
        if let Some(statement) = self.prepared.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(&dialect::statement_for_postgres(sql)).map_err(failure)?;
        self.prepared.insert(sql, statement.clone());
        Ok(statement)
    }
}

impl Connection for Postgres {
    fn begin_write(&mut self) -> Result<()> {
        self.begin("BEGIN ISOLATION LEVEL SERIALIZABLE")
    }

    fn begin_read(&mut self) -> Result<()> {
        self.begin("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    }

    fn commit(&mut self) -> Result<()> {
        self.client.batch_execute("COMMIT").map_err(failure)
    }

    fn rollback(&mut self) {
        // A connection that cannot even do this is found dead before its next use.
        let _ = self.client.batch_execute("ROLLBACK");
    }

    fn has_savepoints(&self) -> bool {
        // A job that met others on the same rows spoils the transaction whatever is undone, and going one by one
        // is what a server with many connections is good at.
        false
    }

    fn savepoint(&mut self) -> Result<()> {
        Ok(())
    }

    fn release_savepoint(&mut self) -> Result<()> {
        Ok(())
    }

    fn back_to_savepoint(&mut self) -> Result<()> {
        Err(StoreError::Conflict)
    }

    fn execute(&mut self, sql: &'static str, params: &[Param<'_>]) -> Result<u64> {
        let statement = self.statement(sql)?;
        let params: Vec<&(dyn ToSql + Sync)> = params.iter().map(|param| param as _).collect();
        self.client.execute(&statement, &params).map_err(failure)
    }

    fn query(
        &mut self,
        sql: &'static str,
        params: &[Param<'_>],
        each: &mut dyn FnMut(&Row<'_>) -> Result<bool>,
    ) -> Result<()> {
        let statement = self.statement(sql)?;
        let params: Vec<&(dyn ToSql + Sync)> = params.iter().map(|param| param as _).collect();
        for row in &self.client.query(&statement, &params).map_err(failure)? {
            if !each(&Row(row))? {
                break;
            }
        }
        Ok(())
    }

    fn script(&mut self, sql: &str) -> Result<()> {
        self.client.batch_execute(&dialect::for_postgres(sql)).map_err(failure)
    }

    fn prepare(&mut self, sql: &str) -> Result<()> {
        self.client.prepare(&dialect::statement_for_postgres(sql)).map(drop).map_err(failure)
    }

    fn is_alive(&self) -> bool {
        !self.client.is_closed()
    }
}

/// A parameter is written as the type that the server has found out for it.
impl ToSql for Param<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Param::Null => Ok(IsNull::Yes),
            Param::Bool(value) => value.to_sql_checked(ty, out),
            Param::Int(value) if *ty == Type::INT4 => i32::try_from(*value)?.to_sql_checked(ty, out),
            Param::Int(value) if *ty == Type::INT2 => i16::try_from(*value)?.to_sql_checked(ty, out),
            Param::Int(value) => value.to_sql_checked(ty, out),
            Param::Real(value) => value.to_sql_checked(ty, out),
            Param::Text(value) => value.to_sql_checked(ty, out),
            Param::Blob(value) => value.to_sql_checked(ty, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

impl<'a> FromSql<'a> for Column<'a> {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(match *ty {
            Type::BOOL => Column::Bool(bool::from_sql(ty, raw)?),
            Type::INT8 => Column::Int(i64::from_sql(ty, raw)?),
            Type::INT4 => Column::Int(i32::from_sql(ty, raw)?.into()),
            Type::INT2 => Column::Int(i16::from_sql(ty, raw)?.into()),
            Type::FLOAT8 => Column::Real(f64::from_sql(ty, raw)?),
            Type::BYTEA => Column::Blob(raw),
            _ => Column::Text(<&str>::from_sql(ty, raw)?),
        })
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Column::Null)
    }

    fn accepts(ty: &Type) -> bool {
        matches!(
            *ty,
            Type::BOOL
                | Type::INT8
                | Type::INT4
                | Type::INT2
                | Type::FLOAT8
                | Type::BYTEA
                | Type::TEXT
                | Type::VARCHAR
        )
    }
}

impl Columns for ::postgres::Row {
    fn column(&self, name: &str) -> Result<Column<'_>> {
        self.try_get(name).map_err(failure)
    }
}

const CONFLICTS: [SqlState; 3] =
    [SqlState::T_R_SERIALIZATION_FAILURE, SqlState::T_R_DEADLOCK_DETECTED, SqlState::LOCK_NOT_AVAILABLE];

fn failure(error: ::postgres::Error) -> StoreError {
    let text = match error.source() {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    };
    let Some(code) = error.code() else {
        let local =
            error.is_closed() || error.as_db_error().is_none() && error.to_string().contains("connect");
        let lost = local || error.source().is_some_and(|source| source.is::<std::io::Error>());
        return if lost { StoreError::Unavailable(text) } else { StoreError::Statement(text) };
    };
    match code.code().get(..2) {
        _ if CONFLICTS.contains(code) => StoreError::Conflict,
        // Without the server's detail: it quotes the row, and errors are logged.
        Some("23") => StoreError::Constraint(error.as_db_error().map_or(text, |db| db.message().to_owned())),
        Some("08" | "53" | "57" | "58" | "25" | "3D" | "28") => StoreError::Unavailable(text),
        _ => StoreError::Statement(text),
    }
}
