//! What a service is built from: time, ids, settings, the bus, its database, and the others to ask.

use std::path::PathBuf;
use std::sync::Arc;

use kit_base::settings::{Kind, Settings};
use kit_base::{Authenticator, Clock, Ids, SecretKey, Setting, Transport};
use kit_bus::Bus;
use kit_store::{Db, DbConfig, Migration, Place, StoreError};
use tokio_util::sync::CancellationToken;

/// Where all services keep their data, unless one has a database of its own.
pub const DATABASE_URL: Setting = Setting::new(
    "database_url",
    Kind::Secret,
    "",
    "PostgreSQL for all services, each in a schema of its own; SQLite files in the data folder when empty",
)
.also(&["DATABASE_URL"]);

/// How many connections each service has at most.
pub const DATABASE_CONNECTIONS: Setting = Setting::new(
    "database_connections",
    Kind::Count(2, 64),
    "8",
    "connections of each service to PostgreSQL at most; fewer where the server allows few",
);

/// The key of the installation.
pub const SECRET_KEY: Setting = Setting::new(
    "secret_key",
    Kind::Secret,
    "",
    "the key that signatures and pseudonyms are made with, of at least 32 characters, the same on every node; made and kept in the data folder when empty, and required with a database_url",
)
.also(&["SECRET_KEY"]);

/// Whether this is a developer's machine.
pub const DEBUG: Setting = Setting::new(
    "debug",
    Kind::Flag,
    "false",
    "a developer's machine: plain HTTP may carry credentials, and demonstration data may be loaded; never in production",
)
.also(&["DEBUG"]);

/// The settings of the runtime, to be declared by the binary.
pub const SETTINGS: &[Setting] = &[
    DATABASE_URL,
    DATABASE_CONNECTIONS,
    SECRET_KEY,
    DEBUG,
    crate::telemetry::FORMAT,
    crate::telemetry::LEVEL,
    crate::sentry::DSN,
    crate::sentry::ENVIRONMENT,
    crate::sentry::TRACES,
];

/// What a service is built from. Cheap to clone.
#[derive(Clone)]
pub struct Context {
    /// The time.
    pub clock: Clock,
    /// Where ids and randomness come from.
    pub ids: Ids,
    /// The key from which every other key of this installation is derived.
    pub secret: SecretKey,
    /// Every setting.
    pub settings: Arc<Settings>,
    /// The carrier of events.
    pub bus: Arc<dyn Bus>,
    /// Who tells callers apart.
    pub authenticator: Arc<dyn Authenticator>,
    /// The way to the other services.
    pub peers: Arc<dyn Transport>,
    /// Cancelled when the process is told to stop: what never ends by itself ends then.
    pub stop: CancellationToken,
    /// The folder for what a single node keeps.
    pub data_dir: PathBuf,
    /// What the names of schemas begin with: nothing, or a mark by which a test has schemas of its own.
    pub schema_prefix: String,
}

impl Context {
    /// Opens the database of `service`: where its own setting says, or else where the common one does, or else a file.
    pub fn open(
        &self,
        service: &str,
        own: &Setting,
        migrations: &'static [Migration],
    ) -> Result<Db, StoreError> {
        let url = self.settings.optional(own).or_else(|| self.settings.optional(&DATABASE_URL));
        let place = match url {
            Some(url) => {
                Place::Server { url: url.to_owned(), schema: format!("{}{service}", self.schema_prefix) }
            }
            None => Place::File(self.data_dir.join(format!("{service}.db"))),
        };
        let file = if let Place::File(path) = &place { Some(path.display().to_string()) } else { None };
        let (clock, ids) = (self.clock.clone(), self.ids.clone());
        let connections = self.settings.count(&DATABASE_CONNECTIONS);
        Db::open(DbConfig { place, migrations, connections, clock, ids }).map_err(|error| at(file, error))
    }
}

/// Whoever starts the program is told which file is at fault; the address of a server may hold a password.
fn at(file: Option<String>, error: StoreError) -> StoreError {
    match (file, error) {
        (Some(file), StoreError::Unavailable(reason) | StoreError::Statement(reason)) => {
            StoreError::Unavailable(format!("{file}: {reason}"))
        }
        (_, error) => error,
    }
}
