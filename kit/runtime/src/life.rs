//! Start and stop: ears before mouths when starting, mouths before ears when stopping, so that no event is missed.

use std::sync::Arc;
use std::time::Duration;

use kit_bus::{Bus, relay};
use kit_web::{Edge, Server};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::{Health, Service};

/// How long tasks may take to end once they are told to.
const PATIENCE: Duration = Duration::from_secs(10);

/// Runs the services behind `server` until `stop`, and returns when everything that had begun has ended.
pub async fn run(
    services: Vec<Service>,
    server: Server,
    edge: Arc<Edge>,
    bus: Arc<dyn Bus>,
    health: Health,
    stop: CancellationToken,
) {
    let tasks = TaskTracker::new();
    // The children stop only after the server: what a last request writes is still relayed and heard.
    let children = CancellationToken::new();
    let mut own = Vec::new();
    for service in services {
        for consumer in service.consumers {
            tasks.spawn(consumer.run(children.clone()));
        }
        if let Some(db) = service.db {
            let (bus, children) = (bus.clone(), children.clone());
            tasks.spawn(async move { relay(db, bus.as_ref(), children).await });
        }
        own.extend(service.tasks);
    }
    for task in own {
        tasks.spawn(task.run(children.clone()));
    }
    let not_ready = async {
        stop.cancelled().await;
        health.stopping();
    };
    tokio::join!(server.serve(edge, stop.clone()), not_ready);
    children.cancel();
    tasks.close();
    if tokio::time::timeout(PATIENCE, tasks.wait()).await.is_err() {
        tracing::warn!("some tasks were cut off because they did not end in time");
    }
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
