//! Start and stop: ears before mouths when starting, mouths before ears when stopping, so that no event is missed.

use std::sync::Arc;
use std::time::Duration;

use kit_bus::{Bus, relay};
use kit_store::{Db, feed, inbox};
use kit_web::{Edge, Server};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::{Apart, Health, Service, Task};

/// How long it is remembered which events were handled, and what was told to services elsewhere; and how often what is
/// older is forgotten.
const REMEMBERED: Duration = Duration::from_secs(7 * 24 * 3600);
const FORGET_EVERY: Duration = Duration::from_secs(3600);

/// Things that run side by side and are told to stop together.
#[derive(Default)]
struct Stage {
    running: TaskTracker,
    stop: CancellationToken,
}

impl Stage {
    /// Tells them to stop and waits until they have.
    async fn end(&self) {
        self.stop.cancel();
        self.running.close();
        self.running.wait().await;
    }
}

/// Runs the services behind `server` until `stop`, and returns when everything that had begun has ended.
pub async fn run(
    services: Vec<Service>,
    server: Server,
    edge: Arc<Edge>,
    bus: Arc<dyn Bus>,
    health: Health,
    apart: Option<Apart>,
    stop: CancellationToken,
) {
    let patience = server.drain();
    let (ears, mouths, hands) = (Stage::default(), Stage::default(), Stage::default());
    let mut tasks = Vec::new();
    for ear in apart.iter().flat_map(|apart| apart.ears(&services, &bus)) {
        ears.running.spawn(ear.run(ears.stop.clone()));
    }
    for service in services {
        for consumer in service.consumers {
            ears.running.spawn(consumer.run(ears.stop.clone()));
        }
        if let Some(db) = service.db {
            tasks.push(forget(db.clone()));
            let feed = apart.as_ref().and_then(|apart| apart.feeds.get(service.name).cloned());
            let (bus, stop) = (bus.clone(), mouths.stop.clone());
            mouths.running.spawn(async move { relay(db, bus.as_ref(), feed.as_ref(), stop).await });
        }
        tasks.extend(service.tasks);
    }
    for task in tasks {
        hands.running.spawn(task.run(hands.stop.clone()));
    }
    let not_ready = async {
        stop.cancelled().await;
        health.stopping();
    };
    tokio::join!(server.serve(edge, stop.clone()), not_ready);
    // The reverse of the start: nothing is written any more, then nothing is told any more, then nothing is heard.
    let ending = async {
        hands.end().await;
        mouths.end().await;
        ears.end().await;
    };
    if tokio::time::timeout(patience, ending).await.is_err() {
        tracing::warn!("some tasks were cut off because they did not end in time");
        [hands, mouths, ears].iter().for_each(|stage| stage.stop.cancel());
    }
}

/// Forgets, now and then, which events were handled long ago, as none of them comes again, and what was told long ago.
fn forget(db: Db) -> Task {
    Task::every("inbox", FORGET_EVERY, move || {
        let db = db.clone();
        async move {
            let forgotten = db.write(|tx| {
                let long_ago = tx.now().minus(REMEMBERED);
                inbox::forget_before(tx, long_ago)?;
                feed::forget_before(tx, long_ago)
            });
            if let Err(error) = forgotten.await {
                tracing::warn!(%error, "old events are not forgotten");
            }
        }
    })
}

/// A token that is cancelled by SIGTERM or SIGINT.
pub fn stop_signal() -> std::io::Result<CancellationToken> {
    let token = CancellationToken::new();
    for kind in [SignalKind::terminate(), SignalKind::interrupt()] {
        let (mut signal, token) = (signal(kind)?, token.clone());
        tokio::spawn(async move {
            signal.recv().await;
            token.cancel();
        });
    }
    Ok(token)
}
