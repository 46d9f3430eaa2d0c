//! The timer of this service: what happens because time has passed.

use std::time::Duration;

use kit_runtime::Task;

use crate::Incidents;
use crate::error::Error;
use crate::store::{due, search, uptime};

/// How exact times of the policy are.
const TICK: Duration = Duration::from_millis(500);

/// How soon after midnight a day is closed. Nobody waits for it: what is not kept yet is counted when it is asked for.
const LOOK_AT_DAYS: Duration = Duration::from_secs(1);

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

/// Closes the days that are over.
pub(crate) fn days(state: Incidents) -> Task {
    Task::every("uptime days", LOOK_AT_DAYS, move || {
        let state = state.clone();
        async move {
            if let Err(error) = close(&state).await {
                tracing::warn!(%error, "days that are over wait to be kept");
            }
        }
    })
}

async fn close(state: &Incidents) -> Result<(), Error> {
    let keep = state.keep_intervals;
    let mut is_more = state.db.read(uptime::is_day_over).await?;
    while is_more {
        is_more = state.db.write(move |tx| uptime::close_days(tx, keep)).await?;
    }
    Ok(())
}

/// Gives the incidents from before there was a search their words, once, and ends.
pub(crate) fn words(state: Incidents) -> Task {
    Task::new("words of incidents", move |stop| async move {
        while !stop.is_cancelled() {
            match index(&state).await {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => {
                    tracing::warn!(%error, "some incidents are not found by their words yet");
                    tokio::time::sleep(LOOK_AT_DAYS).await;
                }
            }
        }
    })
}

/// Whether there was something to do.
async fn index(state: &Incidents) -> Result<bool, Error> {
    let is_more = state.db.read(search::is_any_without).await?;
    if is_more {
        state.db.write(search::index_some).await?;
    }
    Ok(is_more)
}
