//! Where a service keeps what it knows: [`Db`] with its two verbs, on SQLite or PostgreSQL with one set of SQL,
//! and the outbox and inbox that tie events to the transactions they tell of.

mod batch;
mod config;
mod connection;
mod data_dir;
mod db;
mod dialect;
mod error;
pub mod feed;
pub mod inbox;
mod migrate;
pub mod outbox;
mod postgres;
pub mod search;
mod sqlite;
mod tables;
mod tls;
mod tx;
mod value;
mod worker;

pub use config::{DbConfig, Migration, Place, USUAL_CONNECTIONS};
pub use data_dir::DataDir;
pub use db::Db;
pub use error::StoreError;
pub use tx::{Row, Tx};
pub use value::{AsParam, Column, FromColumn, Param, json};

/// The answer of everything that touches the store.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

/// The parameters of a statement, in the order `$1`, `$2`, …
#[macro_export]
macro_rules! params {
    ($($value:expr),* $(,)?) => { &[$($crate::AsParam::as_param(&$value)),*] };
}
