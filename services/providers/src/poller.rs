//! The poller: each provider is read when its time has come, by itself, so that one that hangs holds up no
//! other.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use contracts::providers::{Reading, Refreshed};
use kit_base::Ids;
use kit_base::settings::Settings;
use kit_store::{Db, StoreError};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::fetch::{Fetched, Fetcher, LONGEST_RETRY};
use crate::settings::{AT_ONCE, INTERVAL, MAX_BACKOFF};
use crate::store::{self, Outcome, Watched};
use crate::{adapters, doubt};

/// How often the poller looks whose time has come.
const LOOK: Duration = Duration::from_millis(200);

/// Reads feeds and writes down what they say; cheap to clone.
#[derive(Clone)]
pub(crate) struct Poller {
    pub db: Db,
    fetcher: Fetcher,
    ids: Ids,
    interval: Duration,
    max_backoff: Duration,
    room: Arc<Semaphore>,
    /// Providers that are being read at the moment.
    busy: Arc<Mutex<HashSet<String>>>,
}

impl Poller {
    pub(crate) fn new(db: Db, settings: &Settings, ids: Ids) -> Result<Self, String> {
        Ok(Self {
            db,
            fetcher: Fetcher::new(settings)?,
            ids,
            interval: settings.duration(&INTERVAL),
            max_backoff: settings.duration(&MAX_BACKOFF),
            room: Arc::new(Semaphore::new(settings.count(&AT_ONCE))),
            busy: Arc::default(),
        })
    }

    /// Reads whose time has come, again and again, until `stop`.
    pub(crate) async fn run(self, stop: CancellationToken) {
        loop {
            if let Err(error) = self.look().await {
                tracing::warn!(%error, "feeds wait to be read");
            }
            tokio::select! {
                () = tokio::time::sleep(LOOK) => {}
                () = stop.cancelled() => return,
            }
        }
    }

    async fn look(&self) -> Result<(), StoreError> {
        let room = i64::try_from(self.room.available_permits()).unwrap_or(i64::MAX);
        let busy = self.busy.lock().unwrap_or_else(PoisonError::into_inner).len();
        // Those that are being read are due until they have been, and stand before the others.
        let (longest, limit) = (2 * self.longest().max(LONGEST_RETRY), room + busy as i64);
        let due = self.db.read(move |tx| store::due(tx, longest, limit)).await?;
        for provider in due {
            let Some(turn) = self.turn(&provider.slug) else { continue };
            let Ok(permit) = self.room.clone().try_acquire_owned() else { return Ok(()) };
            let poller = self.clone();
            tokio::spawn(async move {
                let done = poller.read(provider).await;
                drop(permit);
                if let Err(error) = done {
                    tracing::warn!(%error, "what a feed says could not be written down");
                    // It is still due, and its server must not be asked more often because our store ails.
                    tokio::time::sleep(poller.interval).await;
                }
                drop(turn);
            });
        }
        Ok(())
    }

    /// Reads a provider now, whatever its time is; `None` if it is gone.
    pub(crate) async fn read(&self, provider: Watched) -> Result<Option<Refreshed>, StoreError> {
        let (outcome, retry_after) = match self.fetcher.fetch(&provider.feed_url, &provider.validators).await
        {
            Fetched::NotModified => (Outcome::Same, None),
            Fetched::Failed { reason, retry_after } => (Outcome::Failed { reason }, retry_after),
            Fetched::Document { body, validators } => {
                let feed_type = provider.feed_type.clone();
                // A reader that fails altogether is a fault of ours, and still nobody's trouble but this
                // provider's.
                let read = tokio::task::spawn_blocking(move || read_document(&feed_type, &body)).await;
                let read =
                    read.unwrap_or_else(|_| Err("the feed could not be read: our reader failed".to_owned()));
                let outcome = match read {
                    Ok(reading) => Outcome::Read { reading: Box::new(reading), validators },
                    Err(reason) => Outcome::Failed { reason },
                };
                (outcome, None)
            }
        };
        let next = match &outcome {
            Outcome::Failed { .. } => retry_after.unwrap_or_default().max(self.backoff(provider.failures)),
            _ => self.jittered(self.interval),
        };
        self.db.write(move |tx| store::apply(tx, &provider, &outcome, next)).await
    }

    /// Twice as long after each failure, up to a limit.
    fn backoff(&self, failures: i64) -> Duration {
        let doublings = u32::try_from(failures).unwrap_or(u32::MAX).min(16);
        self.jittered(self.interval.saturating_mul(1 << doublings).min(self.longest()))
    }

    fn longest(&self) -> Duration {
        self.max_backoff.max(self.interval)
    }

    /// Give or take a tenth, so that feeds added together are not read together for ever.
    fn jittered(&self, span: Duration) -> Duration {
        span.mul_f64(0.9 + 0.2 * self.ids.fraction())
    }

    fn turn(&self, slug: &str) -> Option<Turn> {
        let mut busy = self.busy.lock().unwrap_or_else(PoisonError::into_inner);
        busy.insert(slug.to_owned()).then(|| Turn { busy: self.busy.clone(), slug: slug.to_owned() })
    }
}

fn read_document(feed_type: &str, body: &[u8]) -> Result<Reading, String> {
    let adapter = if feed_type == "json" { adapters::detect(body) } else { adapters::named(feed_type) };
    let adapter = adapter.ok_or_else(|| adapters::undetected(body))?;
    doubt::refuse_empty(adapter.read(body).map_err(|error| error.to_string())?)
}

/// A provider's turn to be read; it ends when this is dropped, whatever happened.
struct Turn {
    busy: Arc<Mutex<HashSet<String>>>,
    slug: String,
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.busy.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.slug);
    }
}
