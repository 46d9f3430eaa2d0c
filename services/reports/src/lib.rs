//! The reports service watches by asking people: problem reports, what is usual, and a signal when there are more.

mod api;
mod directory;
mod error;
mod events;
mod jobs;
mod model;
mod settings;
mod store;

use contracts::Client;
use kit_base::{Clock, SecretKey};
use kit_runtime::{Context, Service};
use kit_store::{Db, Migration, StoreError};

use crate::model::Rules;

pub use settings::SETTINGS;

/// The tables of this service.
pub const MIGRATIONS: &[Migration] =
    &[Migration { name: "0001_reports", sql: include_str!("../migrations/0001_reports.sql") }];

/// What handlers, ears and timers share.
#[derive(Clone)]
pub(crate) struct Reports {
    db: Db,
    clock: Clock,
    secret: SecretKey,
    peers: Client,
    rules: Rules,
}

/// Builds the service.
pub fn build(context: &Context) -> Result<Service, StoreError> {
    let db = context.open("reports", &settings::DATABASE_URL, MIGRATIONS)?;
    let state = Reports {
        db: db.clone(),
        clock: context.clock.clone(),
        secret: context.secret.clone(),
        peers: Client::new(context.peers.clone()),
        rules: Rules::from_settings(&context.settings),
    };
    Ok(Service {
        name: "reports",
        web: api::routes(state.clone()),
        consumers: vec![events::consumer(context.bus.as_ref(), &state)],
        tasks: jobs::tasks(&state, context.settings.duration(&settings::KEEP)),
        db: Some(db),
    })
}
