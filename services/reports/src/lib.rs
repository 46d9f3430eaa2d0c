//! The reports service watches by asking people: problem reports, what is usual, and a signal when there are more.

use kit_base::Setting;
use kit_base::settings::Kind;
use kit_runtime::{Context, Service};
use kit_store::{Migration, StoreError};
use kit_web::Routes;

const DATABASE_URL: Setting =
    Setting::new("reports.database_url", Kind::Secret, "", "PostgreSQL for reports alone")
        .also(&["REPORTS_DATABASE_URL"]);

/// The settings of this service.
pub const SETTINGS: &[Setting] = &[DATABASE_URL];

/// The tables of this service.
pub const MIGRATIONS: &[Migration] = &[];

/// Builds the service.
pub fn build(context: &Context) -> Result<Service, StoreError> {
    let db = context.open("reports", &DATABASE_URL, MIGRATIONS)?;
    Ok(Service {
        name: "reports",
        web: Routes::new(()).build(),
        consumers: Vec::new(),
        tasks: Vec::new(),
        db: Some(db),
    })
}
