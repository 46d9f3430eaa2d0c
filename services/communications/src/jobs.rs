//! What this service does by itself beside delivering: it forgets what is of no use any more.

use std::time::Duration;

use kit_base::settings::Settings;
use kit_runtime::Task;
use kit_store::{Result, Tx};

use crate::Communications;
use crate::settings::KEEP_DELIVERIES;
use crate::store::{deliveries, subscriptions};

const HOUR: Duration = Duration::from_secs(3600);

/// Forgets, every hour, what was never confirmed and what became of old deliveries.
pub(crate) fn cleaning(state: &Communications, settings: &Settings) -> Task {
    let (db, keep) = (state.db.clone(), settings.duration(&KEEP_DELIVERIES));
    Task::every("communications cleaning", HOUR, move || {
        let db = db.clone();
        async move {
            match db.write(move |tx| clean(tx, keep)).await {
                Ok(removed) => tracing::debug!(removed, "what is of no use is gone"),
                Err(error) => tracing::warn!(%error, "what is of no use stays for another hour"),
            }
        }
    })
}

fn clean(tx: &mut Tx<'_>, keep: Duration) -> Result<u64> {
    Ok(subscriptions::remove_expired(tx)? + deliveries::remove_old(tx, keep)?)
}
