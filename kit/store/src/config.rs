//! What a service says when it opens its database.

use std::path::PathBuf;

use kit_base::{Clock, Ids};

/// One step in the life of a service's tables, in the words that `dialect` describes.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// `0001_what_it_does`; steps are taken in the order of the list, each once.
    pub name: &'static str,
    /// The statements, each ended by a semicolon.
    pub sql: &'static str,
}

/// Where a service's data is.
#[derive(Clone, Debug)]
pub enum Place {
    /// An SQLite file (the folder must exist).
    File(PathBuf),
    /// A schema of a PostgreSQL database.
    Server {
        /// `postgres://user:password@host:port/database`.
        url: String,
        /// The schema; it is created when it is not there.
        schema: String,
    },
}

/// As many connections to a server as are of use to one service: little is gained past four that share commits.
pub const USUAL_CONNECTIONS: usize = 8;

/// How to open a [`crate::Db`].
#[derive(Clone)]
pub struct DbConfig {
    /// Where the data is.
    pub place: Place,
    /// The service's migrations, oldest first.
    pub migrations: &'static [Migration],
    /// Connections to a server at most, from two on: half of them write. A file has one that writes, and as many that
    /// read as there are cores, from two to four.
    pub connections: usize,
    /// The time, for events and jobs.
    pub clock: Clock,
    /// Where ids come from.
    pub ids: Ids,
}
