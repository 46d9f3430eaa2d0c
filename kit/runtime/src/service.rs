//! A service as the runtime sees it.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::time::Duration;

use futures_util::FutureExt;
use kit_bus::Consumer;
use kit_store::Db;
use kit_web::Built;
use tokio_util::sync::CancellationToken;

/// A service, built and not yet started.
pub struct Service {
    /// Its name, as in the table of services.
    pub name: &'static str,
    /// What it answers over HTTP.
    pub web: Built,
    /// Its database, if it keeps anything: its outbox is emptied, and it is looked at for readiness.
    pub db: Option<Db>,
    /// The events it listens to.
    pub consumers: Vec<Consumer>,
    /// What it does by itself.
    pub tasks: Vec<Task>,
}

type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Something that a service does by itself, until it is told to stop.
pub struct Task {
    name: &'static str,
    start: Box<dyn FnOnce(CancellationToken) -> Work + Send>,
}

impl Task {
    /// Work that goes on until the token says stop.
    pub fn new<F>(name: &'static str, work: impl FnOnce(CancellationToken) -> F + Send + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        Self { name, start: Box::new(move |stop| Box::pin(work(stop))) }
    }

    /// Does the work until `stop`.
    pub async fn run(self, stop: CancellationToken) {
        tracing::debug!(task = self.name, "starts");
        (self.start)(stop).await;
    }

    /// Work that is done again and again, `period` apart; a round that has begun is finished before stopping, and one
    /// that panics is not the last.
    pub fn every<F>(
        name: &'static str,
        period: Duration,
        work: impl Fn() -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        Self::new(name, move |stop| async move {
            loop {
                if AssertUnwindSafe(async { work().await }).catch_unwind().await.is_err() {
                    tracing::error!(task = name, "a round panicked");
                }
                tokio::select! {
                    () = tokio::time::sleep(period) => {}
                    () = stop.cancelled() => return,
                }
            }
        })
    }
}
