//! The comments service keeps what people say about anything that has an id.

mod api;
mod error;
mod events;
mod model;
mod store;

use kit_base::Setting;
use kit_base::settings::Kind;
use kit_runtime::{Context, Service};
use kit_store::{Db, Migration, StoreError};
use model::Policy;

const DATABASE_URL: Setting =
    Setting::new("comments.database_url", Kind::Secret, "", "PostgreSQL for comments alone")
        .also(&["COMMENTS_DATABASE_URL"]);

/// The settings of this service.
pub const SETTINGS: &[Setting] =
    &[DATABASE_URL, model::MODERATION, model::EDIT_WITHIN, model::MAX_PER_CONTENT, model::LEGACY_EMAILS];

/// The tables of this service.
pub const MIGRATIONS: &[Migration] =
    &[Migration { name: "0001_comments", sql: include_str!("../migrations/0001_comments.sql") }];

/// What handlers and ears share.
#[derive(Clone)]
pub(crate) struct Comments {
    db: Db,
    policy: Policy,
}

/// Builds the service.
pub fn build(context: &Context) -> Result<Service, StoreError> {
    let db = context.open("comments", &DATABASE_URL, MIGRATIONS)?;
    let state = Comments { db: db.clone(), policy: Policy::from_settings(&context.settings) };
    Ok(Service {
        name: "comments",
        web: api::routes(state.clone()),
        consumers: vec![events::consumer(context.bus.as_ref(), &state)],
        tasks: Vec::new(),
        db: Some(db),
    })
}
