//! The few types that both databases understand, on their way in ([`Param`]) and out ([`Column`]).

use std::borrow::Cow;

use kit_base::Timestamp;
use serde::Serialize;

use crate::{Result, StoreError};

/// A parameter of a statement, borrowed where it can be.
#[derive(Clone, Debug, PartialEq)]
pub enum Param<'a> {
    /// SQL `NULL`.
    Null,
    /// `BOOLEAN`.
    Bool(bool),
    /// `BIGINT`.
    Int(i64),
    /// `DOUBLE PRECISION`.
    Real(f64),
    /// `TEXT`.
    Text(Cow<'a, str>),
    /// `BYTEA`.
    Blob(&'a [u8]),
}

/// A value as a row holds it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Column<'a> {
    /// SQL `NULL`.
    Null,
    /// `BOOLEAN`, where the database has one.
    Bool(bool),
    /// `BIGINT`.
    Int(i64),
    /// `DOUBLE PRECISION`.
    Real(f64),
    /// `TEXT`.
    Text(&'a str),
    /// `BYTEA`.
    Blob(&'a [u8]),
}

/// What may stand in [`crate::params!`].
pub trait AsParam {
    /// This value as a parameter.
    fn as_param(&self) -> Param<'_>;
}

/// `value` as JSON, for a text column; [`crate::Row::json`] reads it back.
pub fn json<T: Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|error| StoreError::Statement(error.to_string()))
}

/// What may be read from a row.
pub trait FromColumn: Sized {
    /// What a person would call the type, for error lines.
    const NAME: &'static str;

    /// The value, or `None` if the column holds something else.
    fn from_column(column: Column<'_>) -> Option<Self>;
}

impl AsParam for bool {
    fn as_param(&self) -> Param<'_> {
        Param::Bool(*self)
    }
}

impl AsParam for i64 {
    fn as_param(&self) -> Param<'_> {
        Param::Int(*self)
    }
}

impl AsParam for f64 {
    fn as_param(&self) -> Param<'_> {
        Param::Real(*self)
    }
}

impl AsParam for str {
    fn as_param(&self) -> Param<'_> {
        Param::Text(Cow::Borrowed(self))
    }
}

impl AsParam for String {
    fn as_param(&self) -> Param<'_> {
        Param::Text(Cow::Borrowed(self))
    }
}

impl AsParam for [u8] {
    fn as_param(&self) -> Param<'_> {
        Param::Blob(self)
    }
}

impl AsParam for Timestamp {
    fn as_param(&self) -> Param<'_> {
        Param::Int(self.micros())
    }
}

impl<T: AsParam> AsParam for Option<T> {
    fn as_param(&self) -> Param<'_> {
        self.as_ref().map_or(Param::Null, AsParam::as_param)
    }
}

impl<T: AsParam + ?Sized> AsParam for &T {
    fn as_param(&self) -> Param<'_> {
        (**self).as_param()
    }
}

impl FromColumn for bool {
    const NAME: &'static str = "true or false";

    fn from_column(column: Column<'_>) -> Option<Self> {
        match column {
            Column::Bool(value) => Some(value),
            Column::Int(value) => Some(value != 0),
            _ => None,
        }
    }
}

impl FromColumn for i64 {
    const NAME: &'static str = "a whole number";

    fn from_column(column: Column<'_>) -> Option<Self> {
        if let Column::Int(value) = column { Some(value) } else { None }
    }
}

impl FromColumn for u64 {
    const NAME: &'static str = "a whole number of at least zero";

    fn from_column(column: Column<'_>) -> Option<Self> {
        i64::from_column(column).and_then(|value| value.try_into().ok())
    }
}

impl FromColumn for f64 {
    const NAME: &'static str = "a number";

    fn from_column(column: Column<'_>) -> Option<Self> {
        if let Column::Real(value) = column { Some(value) } else { None }
    }
}

impl FromColumn for String {
    const NAME: &'static str = "text";

    fn from_column(column: Column<'_>) -> Option<Self> {
        if let Column::Text(value) = column { Some(value.to_owned()) } else { None }
    }
}

impl FromColumn for Vec<u8> {
    const NAME: &'static str = "bytes";

    fn from_column(column: Column<'_>) -> Option<Self> {
        if let Column::Blob(value) = column { Some(value.to_vec()) } else { None }
    }
}

impl FromColumn for Timestamp {
    const NAME: &'static str = "a moment";

    fn from_column(column: Column<'_>) -> Option<Self> {
        i64::from_column(column).map(Timestamp::from_micros)
    }
}

impl<T: FromColumn> FromColumn for Option<T> {
    const NAME: &'static str = T::NAME;

    fn from_column(column: Column<'_>) -> Option<Self> {
        match column {
            Column::Null => Some(None),
            other => T::from_column(other).map(Some),
        }
    }
}
