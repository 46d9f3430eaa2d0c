//! From a service's outbox to the bus: each event once it is durable, and out of the outbox only once it is delivered.

use std::time::Duration;

use kit_store::{Db, StoreError, feed, outbox};
use tokio_util::sync::CancellationToken;

use crate::{Bus, Feed};

/// Events taken from the outbox at a time.
const BATCH: i64 = 100;
/// How often the outbox is looked at without being called: another node may have written to it.
const LOOK: Duration = Duration::from_secs(1);

/// Delivers what the outbox of `db` holds and will hold, until `stop`; what it holds then is still delivered, unless
/// somebody does not take it. Where there is a feed, services in other processes find it there.
pub async fn relay(db: Db, bus: &dyn Bus, feed: Option<&Feed>, stop: CancellationToken) {
    loop {
        let more = match pass_on(&db, bus, feed).await {
            Ok(passed) => passed == BATCH as usize,
            Err(error) => {
                tracing::warn!(%error, "events wait in the outbox");
                false
            }
        };
        if more {
            continue;
        }
        if stop.is_cancelled() {
            return;
        }
        tokio::select! {
            () = db.outbox_written() => {}
            () = tokio::time::sleep(LOOK) => {}
            () = stop.cancelled() => {}
        }
    }
}

/// Delivers one batch in order; returns how many went. It stops at the first that cannot be delivered, so that
/// nothing overtakes it.
async fn pass_on(db: &Db, bus: &dyn Bus, feed: Option<&Feed>) -> Result<usize, StoreError> {
    let waiting = db.read(|tx| outbox::waiting(tx, BATCH)).await?;
    let mut gone = Vec::with_capacity(waiting.len());
    for (seq, event) in waiting {
        if let Err(error) = bus.publish(event.clone()).await {
            tracing::warn!(%error, "an event waits in the outbox");
            break;
        }
        gone.push((seq, event));
    }
    let passed = gone.len();
    if passed > 0 {
        let keep = feed.is_some();
        db.write(move |tx| {
            gone.iter().try_for_each(|(seq, event)| {
                if outbox::delivered(tx, *seq)? && keep { feed::keep(tx, event) } else { Ok(()) }
            })
        })
        .await?;
        if let Some(feed) = feed {
            feed.has_grown();
        }
    }
    Ok(passed)
}
