//! What this service does by itself: it finds out which components there are, lowers levels as reports grow fewer, tells
//! pages that counts have changed, and forgets what is old.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use kit_runtime::Task;
use kit_store::{StoreError, Tx};

use crate::Reports;
use crate::model::Quarter;
use crate::store::{levels, news, past, tidy};

/// How exact times are.
const TICK: Duration = Duration::from_millis(500);
/// How often pages are told, at most.
const NEWS: Duration = Duration::from_secs(2);
/// How often what is old is looked for.
const TIDY: Duration = Duration::from_secs(60);
/// For so many components is worked out at a time what is usual.
const AT_ONCE: i64 = 50;

/// Everything that this service does by itself.
pub(crate) fn tasks(state: &Reports, keep_reports: Duration) -> Vec<Task> {
    let (following, telling, tidying) = (state.clone(), state.clone(), state.clone());
    let has_learnt = Arc::new(AtomicBool::new(false));
    vec![
        Task::every("reports timer", TICK, move || {
            let (state, has_learnt) = (following.clone(), has_learnt.clone());
            async move {
                acquaint(&state, &has_learnt).await;
                note("levels wait", tick(&state).await);
            }
        }),
        Task::every("reports news", NEWS, move || {
            let state = telling.clone();
            async move { note("news waits", tell(&state).await) }
        }),
        Task::every("reports tidy", TIDY, move || {
            let state = tidying.clone();
            async move { note("what is old stays", clean(&state, keep_reports).await) }
        }),
    ]
}

/// At the start everything is asked for, later what has changed.
async fn acquaint(state: &Reports, has_learnt: &AtomicBool) {
    if !has_learnt.load(Ordering::Relaxed) {
        match state.learn_all().await {
            Ok(()) => has_learnt.store(true, Ordering::Relaxed),
            Err(error) => tracing::debug!(%error, "which components there are is not known yet"),
        }
    }
    if let Err(error) = state.catch_up().await {
        tracing::debug!(%error, "what has changed of components is not known yet");
    }
}

/// A look costs a read; only when something is due is there a write.
async fn tick(state: &Reports) -> Result<(), StoreError> {
    let rules = state.rules;
    let quarter = Quarter::of(state.clock.now());
    let look = move |tx: &mut Tx<'_>| -> Result<_, StoreError> {
        Ok((levels::anything_due(tx, &rules)?, past::unsettled(tx, quarter, AT_ONCE)?))
    };
    let (is_due, unsettled) = state.db.read(look).await?;
    if !is_due && unsettled.is_empty() {
        return Ok(());
    }
    let write = move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
        for component in &unsettled {
            past::settle(tx, component, quarter)?;
        }
        levels::tick(tx, &rules)
    };
    state.db.write(write).await
}

async fn tell(state: &Reports) -> Result<(), StoreError> {
    if state.db.read(news::untold).await?.is_empty() {
        return Ok(());
    }
    state.db.write(news::tell).await
}

/// In pieces, so that nobody has to wait long.
async fn clean(state: &Reports, keep_reports: Duration) -> Result<(), StoreError> {
    while state.db.write(move |tx| tidy::step(tx, keep_reports)).await? {}
    Ok(())
}

fn note(what: &str, done: Result<(), StoreError>) {
    if let Err(error) = done {
        tracing::warn!(%error, "{what}");
    }
}
