//! The incidents service decides: signals about components become statuses with reasons, and incidents with a
//! timeline, an owner and a postmortem.

mod api;
mod error;
mod events;
pub mod import;
mod jobs;
mod model;
mod store;

use std::sync::Arc;
use std::time::Duration;

use kit_base::settings::Kind;
use kit_base::{Clock, Setting};
use kit_runtime::{Context, Service};
use kit_store::{Db, Migration, StoreError};
use model::{Policy, Weights};

const DATABASE_URL: Setting =
    Setting::new("incidents.database_url", Kind::Secret, "", "PostgreSQL for incidents alone")
        .also(&["INCIDENTS_DATABASE_URL"]);

/// The settings of this service.
pub const SETTINGS: &[Setting] = &[
    DATABASE_URL,
    model::OPEN_AT_MAJOR_AFTER,
    model::OPEN_AT_PARTIAL_AFTER,
    model::MITIGATE_AFTER,
    model::RESOLVE_AFTER,
    model::FLAPPING_TURNS,
    model::FLAPPING_WITHIN,
    model::FLAPPING_CALM,
    model::WEIGHT_OF_MAJOR,
    model::WEIGHT_OF_PARTIAL,
    model::WEIGHT_OF_DEGRADED,
    store::uptime::KEEP_INTERVALS,
];

/// The tables of this service.
pub const MIGRATIONS: &[Migration] = &[
    Migration { name: "0001_incidents", sql: include_str!("../migrations/0001_incidents.sql") },
    Migration {
        name: "0002_maintenance_spans",
        sql: include_str!("../migrations/0002_maintenance_spans.sql"),
    },
    Migration { name: "0003_maintenance", sql: include_str!("../migrations/0003_maintenance.sql") },
    Migration { name: "0004_uptime", sql: include_str!("../migrations/0004_uptime.sql") },
    Migration { name: "0005_incident_life", sql: include_str!("../migrations/0005_incident_life.sql") },
    Migration { name: "0006_search", sql: include_str!("../migrations/0006_search.sql") },
];

/// What handlers, ears and timers share.
#[derive(Clone)]
pub(crate) struct Incidents {
    db: Db,
    clock: Clock,
    policy: Arc<Policy>,
    weights: Weights,
    keep_intervals: Duration,
}

/// Builds the service.
pub fn build(context: &Context) -> Result<Service, StoreError> {
    let db = context.open("incidents", &DATABASE_URL, MIGRATIONS)?;
    let policy = Arc::new(Policy::from_settings(&context.settings));
    let state = Incidents {
        db: db.clone(),
        policy,
        clock: context.clock.clone(),
        weights: Weights::from_settings(&context.settings),
        keep_intervals: context.settings.duration(&store::uptime::KEEP_INTERVALS),
    };
    Ok(Service {
        name: "incidents",
        web: api::routes(state.clone()),
        consumers: vec![events::consumer(context.bus.as_ref(), &state)],
        tasks: vec![jobs::timer(state.clone()), jobs::days(state.clone()), jobs::words(state)],
        db: Some(db),
    })
}
