//! What this service does by itself: it keeps the flags in memory fresh, asks for incidents that it is not sure of, and
//! restores flags whose time has come.

use std::time::Duration;

use contracts::flags::{FlagChanged, FlagSwitched};
use contracts::{AskError, incidents::Incident};
use kit_base::{Envelope, Event, Timestamp};
use kit_runtime::Task;
use kit_store::StoreError;
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;

use crate::Flags;
use crate::store::{holds, incidents};

/// Other nodes write without our hearing of it.
const LOOK: Duration = Duration::from_millis(500);
/// How often all incidents that go on are asked for, in case news was missed.
const ROUND: Duration = Duration::from_secs(60);
/// A pause after the incidents service did not answer.
const PAUSE: Duration = Duration::from_secs(5);
/// How long incidents that are over are remembered.
const REMEMBERED: Duration = Duration::from_secs(30 * 24 * 3600);

/// Takes in what was committed: at once when it is told of, and now and then.
pub(crate) fn refresher(state: Flags, mut news: broadcast::Receiver<Envelope>) -> Task {
    Task::new("flags in memory", move |stop: CancellationToken| async move {
        loop {
            tokio::select! {
                heard = news.recv() => match heard {
                    Ok(event) if ![FlagChanged::NAME, FlagSwitched::NAME].contains(&event.name.as_str()) => continue,
                    Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => {}
                    Err(broadcast::error::RecvError::Closed) => tokio::time::sleep(LOOK).await,
                },
                () = tokio::time::sleep(LOOK) => {}
                () = stop.cancelled() => return,
            }
            if let Err(error) = look(&state).await {
                tracing::warn!(%error, "flags are evaluated as they were before");
            }
        }
    })
}

async fn look(state: &Flags) -> Result<(), StoreError> {
    if state.snapshots.is_behind().await? { state.snapshots.refresh().await } else { Ok(()) }
}

/// Does what is due, now and then.
pub(crate) fn timer(state: Flags) -> Task {
    Task::new("flags timer", move |stop: CancellationToken| async move {
        let mut round: Option<Timestamp> = None;
        loop {
            let mut wait = LOOK;
            if let Err(error) = due(&state).await {
                tracing::warn!(%error, "what is due waits");
            }
            let now = state.clock.now();
            let whole = round.is_none_or(|last| now.since(last) >= ROUND);
            let asked = if whole { ask_all(&state).await } else { ask_doubtful(&state).await };
            match asked {
                Ok(()) if whole => round = Some(now),
                Ok(()) => {}
                Err(Asked::Store(error)) => tracing::warn!(%error, "incidents wait to be made sure of"),
                Err(Asked::Peer(error)) => {
                    tracing::warn!(%error, "the incidents service was not to be asked");
                    wait = PAUSE;
                }
            }
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                () = stop.cancelled() => return,
            }
        }
    })
}

async fn due(state: &Flags) -> Result<(), StoreError> {
    if state.db.read(holds::any_due).await? {
        state.db.write(holds::restore_due).await?;
    }
    Ok(())
}

/// Why incidents could not be made sure of.
#[derive(Debug, thiserror::Error)]
enum Asked {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Peer(#[from] AskError),
}

/// Asks for every incident that goes on, and for those that are believed to.
async fn ask_all(state: &Flags) -> Result<(), Asked> {
    let mut believed: Vec<(i64, String)> = state.db.read(incidents::believed).await?;
    for status in ["open", "mitigated"] {
        for incident in state.client.incidents(status).await? {
            let known = believed.iter().position(|(_, id)| *id == incident.id);
            let words = match known {
                Some(place) => believed.swap_remove(place).0,
                None => {
                    let id = incident.id.clone();
                    state.db.read(move |tx| incidents::words(tx, &id)).await?
                }
            };
            made_sure(state, incident.id.clone(), words, Some(incident)).await?;
        }
    }
    for (words, id) in believed {
        ask(state, id, words).await?;
    }
    let long_ago = state.clock.now().minus(REMEMBERED);
    state.db.write(move |tx| incidents::forget_before(tx, long_ago)).await?;
    ask_doubtful(state).await
}

/// Asks for the incidents of which there was news.
async fn ask_doubtful(state: &Flags) -> Result<(), Asked> {
    for (id, words) in state.db.read(incidents::doubtful).await? {
        ask(state, id, words).await?;
    }
    Ok(())
}

async fn ask(state: &Flags, id: String, words: i64) -> Result<(), Asked> {
    let answer = state.client.incident(&id).await?;
    made_sure(state, id, words, answer).await
}

async fn made_sure(state: &Flags, id: String, words: i64, answer: Option<Incident>) -> Result<(), Asked> {
    let policy = state.policy;
    Ok(state.db.write(move |tx| incidents::made_sure(tx, &id, answer.as_ref(), words, &policy)).await?)
}
