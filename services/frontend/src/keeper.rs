//! Keeps the status page ready: it is written anew when something changed, or when its times have grown old, and read by
//! any number of visitors without asking anybody. The other pages are made from what it has seen.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use contracts::communications::{Announcement, Banner};
use contracts::incidents::{Component, Histories, Incident};
use contracts::maintenances::{Maintenance, MaintenanceFilter};
use contracts::{AskError, Client};
use http::StatusCode;
use kit_base::{Clock, Envelope, Timestamp};
use kit_runtime::Context;
use tokio::sync::{broadcast, watch};
use tokio_util::sync::CancellationToken;

use crate::{Missing, Service, Snapshot, render, view};

/// How old the page gets when nothing happens: its relative times then still hold.
const RENEW: Duration = Duration::from_secs(10);
/// News comes in bursts; the page is written once for what comes within this time.
const GATHER: Duration = Duration::from_millis(30);

/// In microseconds.
const HOUR: i64 = 3_600_000_000;

/// How long a service may take to answer before the page does without it.
const PATIENCE: Duration = Duration::from_secs(3);

const MINUTE: Duration = Duration::from_secs(60);
/// How many days of the past the page shows.
const DAYS: u32 = 90;

/// A page as it is now.
#[derive(Clone, Debug, Default)]
pub(crate) struct Page {
    pub html: Bytes,
    pub etag: String,
}

impl Page {
    pub(crate) fn new(html: String) -> Self {
        Self { etag: format!("\"{:016x}\"", crate::assets::fnv1a(html.as_bytes())), html: html.into() }
    }
}

/// Holds the page, and tells those who watch it live when it has changed.
#[derive(Clone)]
pub(crate) struct Keeper {
    client: Client,
    clock: Clock,
    site: String,
    state: Arc<Mutex<State>>,
    changes: watch::Sender<u64>,
    news: Arc<AtomicU64>,
}

struct State {
    snapshot: Arc<Snapshot>,
    page: Page,
}

impl Keeper {
    pub(crate) fn new(context: &Context, site: &str) -> Self {
        let now = context.clock.now();
        // Before the first look nothing is known, and that is what the page then says.
        let missing = Service::ALL.map(|what| Missing { what, since: now }).to_vec();
        let snapshot = Arc::new(Snapshot { taken_at: now, missing, ..Snapshot::default() });
        let keeper = Self {
            client: Client::new(context.peers.clone()),
            clock: context.clock.clone(),
            site: site.to_owned(),
            state: Arc::new(Mutex::new(State { snapshot: snapshot.clone(), page: Page::default() })),
            changes: watch::Sender::new(0),
            news: Arc::default(),
        };
        keeper.put(snapshot);
        keeper
    }

    /// The page as it is now.
    pub(crate) fn page(&self) -> Page {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).page.clone()
    }

    /// What was seen at the last look.
    pub(crate) fn snapshot(&self) -> Arc<Snapshot> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).snapshot.clone()
    }

    /// Whose status it is.
    pub(crate) fn site(&self) -> &str {
        &self.site
    }

    /// The present moment.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// How often there was news so far: what was made before the last of it may be wrong.
    pub(crate) fn news(&self) -> u64 {
        self.news.load(Ordering::Acquire)
    }

    /// The way to the other services.
    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// Says each time that something on the page has changed.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Asks the other services and writes the page.
    async fn look(&self) {
        let before = self.snapshot();
        let now = self.clock.now();
        let mut next = Snapshot { taken_at: now, missing: Vec::new(), ..Snapshot::clone(&before) };
        let (incidents, histories, providers, told) = tokio::join!(
            patiently(self.ask_incidents()),
            patiently(self.ask_histories(&before, now)),
            patiently(self.client.providers()),
            patiently(self.ask_communications()),
        );
        match incidents {
            Ok(all) => (next.components, next.incidents, next.maintenances) = all,
            Err(reason) => next.missing.push(missing(Service::Incidents, &before, now, &reason)),
        }
        // The page can do without the past, and what was the past before midnight is not what it is after.
        next.histories = histories.inspect_err(|reason| tracing::warn!(reason, "no past for the page")).ok();
        match providers {
            Ok(providers) => next.providers = providers,
            Err(reason) => next.missing.push(missing(Service::Providers, &before, now, &reason)),
        }
        match told {
            Ok((banners, announcements)) => (next.banners, next.announcements) = (banners, announcements),
            Err(reason) => next.missing.push(missing(Service::Communications, &before, now, &reason)),
        }
        let changed = !next.shows_the_same_as(&before);
        self.put(Arc::new(next));
        if changed {
            self.changes.send_modify(|count| *count += 1);
        }
    }

    async fn ask_incidents(&self) -> Result<(Vec<Component>, Vec<Incident>, Vec<Maintenance>), AskError> {
        let components = self.client.components().await?;
        let mut incidents = self.client.incidents("open").await?;
        incidents.extend(self.client.incidents("mitigated").await?);
        incidents.extend(self.client.newest_incidents("resolved").await?);
        // In whole hours, so that the question is the same for as long, and its answer is at hand.
        let hour = self.clock.now().micros().div_euclid(HOUR) * HOUR;
        let from = Timestamp::from_micros(hour);
        let soon = MaintenanceFilter {
            from: from.to_string(),
            until: Timestamp::from_micros(hour + HOUR).plus(view::COMING).to_string(),
            ..MaintenanceFilter::default()
        };
        let maintenances = self.client.maintenances(&soon).await?;
        Ok((components, incidents, maintenances))
    }

    /// The past is told up to the last whole minute, so there is nothing new in it before the next, unless components came
    /// or went.
    async fn ask_histories(&self, before: &Snapshot, now: Timestamp) -> Result<Histories, AskError> {
        match &before.histories {
            Some(known)
                if now.since(known.until) < MINUTE && known.components.len() == before.components.len() =>
            {
                Ok(known.clone())
            }
            _ => self.client.histories(DAYS).await,
        }
    }

    /// Where nobody communicates, there is nothing to be told.
    async fn ask_communications(&self) -> Result<(Vec<Banner>, Vec<Announcement>), AskError> {
        let banners = self.client.current_banners().await;
        if let Err(AskError::Refused { status: StatusCode::NOT_FOUND, .. }) = &banners {
            return Ok(Default::default());
        }
        Ok((banners?, self.client.latest_announcements().await?))
    }

    fn put(&self, snapshot: Arc<Snapshot>) {
        let view = view::status_view(&snapshot, self.clock.now(), &self.site);
        let page = match render::status_page(&view) {
            Ok(html) => Page::new(html),
            Err(error) => {
                tracing::error!(%error, "the page could not be written; the one before stays");
                self.page()
            }
        };
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = State { snapshot, page };
    }
}

fn missing(what: Service, before: &Snapshot, now: Timestamp, reason: &str) -> Missing {
    tracing::warn!(reason, service = ?what, "a service did not answer the page");
    let known = before.missing.iter().find(|missing| missing.what == what);
    Missing { what, since: known.map_or(now, |missing| missing.since) }
}

/// The answer, if it comes in time; or why there is none, for the log.
pub(crate) async fn patiently<T>(answer: impl Future<Output = Result<T, AskError>>) -> Result<T, String> {
    match tokio::time::timeout(PATIENCE, answer).await {
        Ok(answer) => answer.map_err(|error| error.to_string()),
        Err(_) => Err(format!("no answer within {} s", PATIENCE.as_secs())),
    }
}

/// Looks when there is news and now and then, until `stop`.
pub(crate) async fn keep(keeper: Keeper, mut news: broadcast::Receiver<Envelope>, stop: CancellationToken) {
    loop {
        keeper.look().await;
        // Pages that were made meanwhile may have been made from the look before.
        keeper.news.fetch_add(1, Ordering::Release);
        tokio::select! {
            // Falling behind is news too: something was missed.
            heard = news.recv() => if heard == Err(broadcast::error::RecvError::Closed) { return },
            () = tokio::time::sleep(RENEW) => {}
            () = stop.cancelled() => return,
        }
        tokio::time::sleep(GATHER).await;
        while let Ok(_) | Err(broadcast::error::TryRecvError::Lagged(_)) = news.try_recv() {}
    }
}
