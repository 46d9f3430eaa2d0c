//! Reads the status pages of the clouds that others run and says how they are, in one model for all of them;
//! what gets into trouble there becomes a signal here.

pub mod adapters;
mod api;
pub mod catalogue;
mod detect;
mod doubt;
mod error;
mod fetch;
mod look;
mod poller;
pub mod read;
pub mod replay;
pub mod samples;
mod schedule;
mod settings;
mod signals;
mod store;

use contracts::providers::Detected;
use kit_base::settings::Settings;
use kit_runtime::{Context, Service, Task};
use kit_store::{Migration, StoreError};

use crate::fetch::{Fetched, Fetcher, Validators};
use crate::poller::Poller;

pub use settings::SETTINGS;

/// The tables of this service.
pub const MIGRATIONS: &[Migration] = &[
    Migration { name: "0001_providers", sql: include_str!("../migrations/0001_providers.sql") },
    Migration { name: "0002_life", sql: include_str!("../migrations/0002_life.sql") },
];

/// Builds the service.
pub fn build(context: &Context) -> Result<Service, StoreError> {
    let db = context.open("providers", &settings::DATABASE_URL, MIGRATIONS)?;
    let poller = Poller::new(db.clone(), &context.settings, context.clock.clone(), context.ids.clone());
    let poller = poller.map_err(StoreError::Unavailable)?;
    Ok(Service {
        name: "providers",
        web: api::routes(poller.clone()),
        consumers: Vec::new(),
        tasks: vec![Task::new("providers poller", move |stop| poller.run(stop))],
        db: Some(db),
    })
}

/// Finds out how the status page at `url` can be read, as the API would. The error is a line for the terminal.
pub async fn detect_once(settings: &Settings, url: &str) -> Result<Detected, String> {
    detect::find(&Fetcher::new(settings)?, url).await.map_err(|reason| format!("{url}: {reason}"))
}

/// Gets the document at `url` once, as the poller would, with what belongs to it in the adapter's family. The error is a
/// line for the terminal.
pub async fn fetch_once(
    settings: &Settings,
    adapter: Option<&adapters::Adapter>,
    url: &str,
) -> Result<Vec<Vec<u8>>, String> {
    let fetcher = Fetcher::new(settings)?;
    let companions = adapter.map(|adapter| adapter.companions(url)).unwrap_or_default();
    let mut bodies = Vec::new();
    for (place, url) in [url.to_owned()].into_iter().chain(companions).enumerate() {
        match fetcher.fetch(&url, &Validators::default()).await {
            Fetched::Document(got) => bodies.push(got.body),
            Fetched::Failed { is_absent: true, .. } if place > 0 => {}
            Fetched::NotModified => {
                return Err(format!("{url}: the feed says that nothing has changed, but it was never read"));
            }
            Fetched::Failed { reason, .. } => return Err(format!("{url}: {reason}")),
        }
    }
    Ok(bodies)
}
