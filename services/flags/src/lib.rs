//! The flags service switches: feature flags, their evaluation, and kill switches that incidents pull.

use kit_base::Setting;
use kit_base::settings::Kind;
use kit_runtime::{Context, Service};
use kit_store::{Migration, StoreError};
use kit_web::Routes;

const DATABASE_URL: Setting =
    Setting::new("flags.database_url", Kind::Secret, "", "PostgreSQL for flags alone")
        .also(&["FLAGS_DATABASE_URL"]);

/// The settings of this service.
pub const SETTINGS: &[Setting] = &[DATABASE_URL];

/// The tables of this service.
pub const MIGRATIONS: &[Migration] = &[];

/// Builds the service.
pub fn build(context: &Context) -> Result<Service, StoreError> {
    let db = context.open("flags", &DATABASE_URL, MIGRATIONS)?;
    Ok(Service {
        name: "flags",
        web: Routes::new(()).build(),
        consumers: Vec::new(),
        tasks: Vec::new(),
        db: Some(db),
    })
}
