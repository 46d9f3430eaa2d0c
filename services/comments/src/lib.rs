//! The comments service keeps what people say about anything that has an id.

use kit_base::Setting;
use kit_base::settings::Kind;
use kit_runtime::{Context, Service};
use kit_store::{Migration, StoreError};
use kit_web::Routes;

const DATABASE_URL: Setting =
    Setting::new("comments.database_url", Kind::Secret, "", "PostgreSQL for comments alone")
        .also(&["COMMENTS_DATABASE_URL"]);

/// The settings of this service.
pub const SETTINGS: &[Setting] = &[DATABASE_URL];

/// The tables of this service.
pub const MIGRATIONS: &[Migration] = &[];

/// Builds the service.
pub fn build(context: &Context) -> Result<Service, StoreError> {
    let db = context.open("comments", &DATABASE_URL, MIGRATIONS)?;
    Ok(Service {
        name: "comments",
        web: Routes::new(()).build(),
        consumers: Vec::new(),
        tasks: Vec::new(),
        db: Some(db),
    })
}
