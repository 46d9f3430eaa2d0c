//! The timer of this service: what happens because time has passed.

use std::time::Duration;

use kit_runtime::Task;

use crate::Incidents;
use crate::error::Error;
use crate::store::due;

/// How exact times of the policy are.
const TICK: Duration = Duration::from_millis(500);

/// Does what is due, now and then.
pub(crate) fn timer(state: Incidents) -> Task {
    Task::every("incidents timer", TICK, move || {
        let state = state.clone();
        async move {
            if let Err(error) = tick(&state).await {
                tracing::warn!(%error, "what is due waits");
            }
        }
    })
}

/// A look costs a read; only when something is due is there a write.
async fn tick(state: &Incidents) -> Result<(), Error> {
    let policy = state.policy.clone();
    if state.db.read(move |tx| due::anything_due(tx, &policy)).await? {
        let policy = state.policy.clone();
        state.db.write(move |tx| due::tick(tx, &policy)).await?;
    }
    Ok(())
}
