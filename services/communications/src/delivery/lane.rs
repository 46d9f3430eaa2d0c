//! One lane: takes what is due as long as there is room, and closes each message with what came of it.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use kit_store::{StoreError, Tx};
use tokio::sync::Notify;
use tokio::task::{self, JoinSet};
use tokio_util::sync::CancellationToken;

use super::{Channel, Engine, Outcome, mail, webhook};
use crate::store::deliveries::{self, Due};
use crate::store::subscribers;

/// How often it is looked for what has become due, beside being woken.
const LOOK: Duration = Duration::from_millis(500);
/// The first wait when nobody can be reached; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Delivers until `stop`; what is on its way then is brought to its end.
pub(super) async fn run(engine: Engine, channel: Channel, at_once: usize, stop: CancellationToken) {
    let ready = Arc::new(Notify::new());
    let mut working: JoinSet<bool> = JoinSet::new();
    let mut busy: HashMap<task::Id, i64> = HashMap::new();
    let mut pause = Duration::ZERO;
    while !stop.is_cancelled() {
        let mut reached = None;
        while let Some(done) = working.try_join_next_with_id() {
            let (id, done) = done.unwrap_or_else(|panicked| (panicked.id(), true));
            busy.remove(&id);
            reached = Some(reached.unwrap_or(false) || done);
        }
        // Many that fail together are one failure: else the first moment of an outage would be the longest pause.
        if let Some(reached) = reached {
            pause = next_pause(pause, reached);
        }
        // While nobody can be reached, one message at a time finds out whether that is still so.
        let most = if pause.is_zero() { at_once } else { 1 };
        let free = most.saturating_sub(working.len());
        match take(&engine, channel, free, busy.values().copied().collect()).await {
            Ok(due) => {
                for one in due {
                    let (engine, ready, n) = (engine.clone(), ready.clone(), one.n);
                    let work = working.spawn(async move {
                        let reached = deliver(&engine, channel, one).await;
                        ready.notify_one();
                        reached
                    });
                    busy.insert(work.id(), n);
                }
            }
            Err(error) => tracing::warn!(%error, "deliveries wait, because the store cannot be asked"),
        }
        let quiet = async {
            if pause.is_zero() {
                tokio::select! {
                    () = tokio::time::sleep(LOOK) => {}
                    () = engine.state.post.of(channel).notified() => {}
                    () = ready.notified() => {}
                }
            } else {
                tokio::time::sleep(pause).await;
            }
        };
        tokio::select! {
            () = quiet => {}
            () = stop.cancelled() => {}
        }
    }
    while working.join_next().await.is_some() {}
}

fn next_pause(pause: Duration, reached: bool) -> Duration {
    if reached { Duration::ZERO } else { (2 * pause).clamp(FIRST_PAUSE, LONGEST_PAUSE) }
}

/// What is due, but for what is on its way from here: where the clock is set forward, leases end before their time.
async fn take(
    engine: &Engine,
    channel: Channel,
    free: usize,
    busy: Vec<i64>,
) -> Result<Vec<Due>, StoreError> {
    let (db, lease, name) = (&engine.state.db, engine.lease, channel.as_str());
    if free == 0 || !db.read(move |tx| deliveries::anything_due(tx, name)).await? {
        return Ok(Vec::new());
    }
    db.write(move |tx| deliveries::take(tx, name, lease, free, &busy)).await
}

/// Sends one message and closes it. False: nobody could be reached.
async fn deliver(engine: &Engine, channel: Channel, due: Due) -> bool {
    // Who takes longer than the lease would work on what another has taken up.
    let patience = engine.lease.mul_f64(0.9);
    let sending = async {
        match channel {
            Channel::Email => mail::send(engine, &due).await,
            Channel::Webhook => webhook::send(engine, &due).await,
        }
    };
    let outcome = tokio::time::timeout(patience, sending).await;
    let outcome = outcome.unwrap_or_else(|_| Outcome::Failed("It took too long.".to_owned()));
    let reached = !matches!(outcome, Outcome::Unreachable(_));
    let schedule = match channel {
        Channel::Email => &engine.mail_retries,
        Channel::Webhook => &engine.webhook_retries,
    };
    let wait = engine.wait(schedule, due.attempts, &engine.state.ids);
    let (n, disable_after) = (due.n, engine.disable_after);
    let closing = move |tx: &mut Tx<'_>| close(tx, channel, &due, &outcome, wait, disable_after);
    if let Err(error) = engine.state.db.write(closing).await {
        // The lease ends by itself, and then it is sent again.
        tracing::warn!(delivery = n, %error, "what came of a delivery could not be written down");
    }
    reached
}

fn close(
    tx: &mut Tx<'_>,
    channel: Channel,
    due: &Due,
    outcome: &Outcome,
    wait: Option<Duration>,
    disable_after: Duration,
) -> Result<(), StoreError> {
    match outcome {
        Outcome::Delivered(words) => deliveries::delivered(tx, due, words),
        Outcome::Unreachable(words) => deliveries::untried(tx, due, words),
        Outcome::Dropped(words) => deliveries::failed(tx, due, words),
        Outcome::Refused(words) => {
            deliveries::failed(tx, due, words)?;
            subscribers::disable(tx, due.subscriber, words)
        }
        Outcome::Failed(words) => {
            match wait {
                Some(wait) => deliveries::again(tx, due, words, wait)?,
                None => deliveries::failed(tx, due, words)?,
            }
            if channel == Channel::Email {
                return Ok(());
            }
            deliveries::failing(tx, due)?;
            // Between two messages there may be months, so a first try that fails says little: only one that was given
            // up does.
            if wait.is_none() && deliveries::is_dead(tx, due, disable_after)? {
                subscribers::disable(tx, due.subscriber, "Every delivery has failed for too long.")?;
                tracing::warn!(webhook = due.subscriber_id, "it has failed for too long, and is disabled");
            }
            Ok(())
        }
    }
}
