//! The communications service tells: announcements, the banner, mails to subscribers, webhooks and feeds.

use kit_base::Setting;
use kit_base::settings::Kind;
use kit_runtime::{Context, Service};
use kit_store::{Migration, StoreError};
use kit_web::Routes;

const DATABASE_URL: Setting =
    Setting::new("communications.database_url", Kind::Secret, "", "PostgreSQL for communications alone")
        .also(&["COMMUNICATIONS_DATABASE_URL"]);

/// The settings of this service.
pub const SETTINGS: &[Setting] = &[DATABASE_URL];

/// The tables of this service.
pub const MIGRATIONS: &[Migration] = &[];

/// Builds the service.
pub fn build(context: &Context) -> Result<Service, StoreError> {
    let db = context.open("communications", &DATABASE_URL, MIGRATIONS)?;
    Ok(Service {
        name: "communications",
        web: Routes::new(()).build(),
        consumers: Vec::new(),
        tasks: Vec::new(),
        db: Some(db),
    })
}
