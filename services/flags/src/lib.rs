//! The flags service switches: feature flags, their evaluation, and kill switches that incidents pull.

mod api;
mod error;
mod events;
mod jobs;
mod logic;
mod model;
mod snapshot;
mod store;

use contracts::Client;
use kit_base::settings::Kind;
use kit_base::{Clock, Setting};
use kit_runtime::{Context, Service};
use kit_store::{Db, Migration, StoreError, Tx};
use snapshot::Snapshots;
use store::holds::Policy;

const DATABASE_URL: Setting =
    Setting::new("flags.database_url", Kind::Secret, "", "PostgreSQL for flags alone")
        .also(&["FLAGS_DATABASE_URL"]);
const ANONYMOUS: Setting = Setting::new(
    "flags.anonymous",
    Kind::Flag,
    "false",
    "whether flags are evaluated for whoever asks; otherwise it takes an API key with the scope flags",
);
const RESTORE_AFTER: Setting = Setting::new(
    "flags.restore_after",
    Kind::Duration,
    "0s",
    "calm after the last incident before a flag that it held is restored",
);
const MOST_PULLS: Setting = Setting::new(
    "flags.most_pulls",
    Kind::Count(1, 1_000),
    "6",
    "how often incidents may pull one flag within an hour; one that was pulled as often stays so until the hour is over",
);

/// The settings of this service.
pub const SETTINGS: &[Setting] = &[ANONYMOUS, DATABASE_URL, MOST_PULLS, RESTORE_AFTER];

/// The tables of this service.
pub const MIGRATIONS: &[Migration] =
    &[Migration { name: "0001_flags", sql: include_str!("../migrations/0001_flags.sql") }];

/// What handlers, ears and timers share.
#[derive(Clone)]
pub(crate) struct Flags {
    db: Db,
    snapshots: Snapshots,
    clock: Clock,
    client: Client,
    policy: Policy,
}

impl Flags {
    /// Changes something, and evaluates by it from now on.
    async fn change<T, F>(&self, work: F) -> Result<T, error::Error>
    where
        F: FnMut(&mut Tx<'_>) -> Result<T, error::Error> + Send + 'static,
        T: Send + 'static,
    {
        let done = self.db.write(work).await?;
        // What is committed stays so; a snapshot that could not be made now is made by the timer.
        if let Err(error) = self.snapshots.refresh().await {
            tracing::warn!(%error, "flags are evaluated as they were before");
        }
        Ok(done)
    }
}

/// Builds the service.
pub async fn build(context: &Context) -> Result<Service, StoreError> {
    let db = context.open("flags", &DATABASE_URL, MIGRATIONS)?;
    db.write(store::sets::begin).await?;
    let snapshots = Snapshots::new(db.clone());
    snapshots.refresh().await?;
    let settings = &context.settings;
    let policy = Policy {
        restore_after: settings.duration(&RESTORE_AFTER),
        most_pulls: settings.count(&MOST_PULLS).max(1) as i64,
    };
    let client = Client::new(context.peers.clone());
    let state = Flags { db: db.clone(), snapshots, clock: context.clock.clone(), client, policy };
    Ok(Service {
        name: "flags",
        web: api::routes(state.clone(), settings.flag(&ANONYMOUS)),
        consumers: vec![events::consumer(context.bus.as_ref(), &state)],
        tasks: vec![jobs::refresher(state.clone(), context.bus.listen()), jobs::timer(state)],
        db: Some(db),
    })
}
