//! Hearing the services in other processes: their feeds are asked for what comes after the last event that was handled,
//! and that place is kept beside what the events did. At least once, and in order.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, header};
use kit_base::{Patience, Transport};
use kit_store::feed;
use tokio_util::sync::CancellationToken;

use crate::consumer::Ear;
use crate::{Bus, Place, Served};

/// How long a feed is asked to wait for something to tell.
const PATIENCE: Duration = Duration::from_secs(20);
/// And how long its answer may then take.
const ANSWER: Duration = Duration::from_secs(5);
/// How long nothing is asked after it went wrong: from this, doubled, to that.
const PAUSES: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(5));

/// One consumer's ear at the feed of one service.
pub struct Puller {
    ear: Ear,
    source: Source,
}

impl Puller {
    pub(crate) fn new(
        ear: Ear,
        names: &[&'static str],
        service: &'static str,
        peers: Arc<dyn Transport>,
    ) -> Self {
        Self { ear, source: Source { service, names: names.join(","), peers } }
    }

    /// Handles what the service tells until `stop`.
    pub async fn run(self, stop: CancellationToken) {
        let work = async {
            let mut health = Health::new(self.source.service);
            loop {
                let round = self.round().await;
                health.after(round).await;
            }
        };
        stop.run_until_cancelled(work).await;
    }

    async fn round(&self) -> Result<(), String> {
        let (group, service) = (self.ear.group.clone(), self.source.service);
        let known = self.ear.db.read(move |tx| feed::position(tx, &group, service)).await;
        let known = known.map_err(in_words)?;
        let served = self.source.ask(known.map_or(Place::Beginning, Place::After)).await?;
        let before = known.unwrap_or_default();
        if served.upto < before {
            tracing::warn!(service, "a feed was lost and begins anew; what comes twice is recognised");
        }
        for event in &served.events {
            self.ear.handle(event).await;
        }
        if known == Some(served.upto) {
            return Ok(());
        }
        // From the beginning, if that was lost which we had read.
        let reached = if served.upto < before { 0 } else { served.upto };
        let group = self.ear.group.clone();
        self.ear.db.write(move |tx| feed::reached(tx, &group, service, reached)).await.map_err(in_words)
    }
}

/// Tells the listeners of `bus` what `service` tells from now on, until `stop`; what is missed meanwhile is not told.
pub async fn overhear(
    bus: Arc<dyn Bus>,
    service: &'static str,
    peers: Arc<dyn Transport>,
    stop: CancellationToken,
) {
    let source = Source { service, names: String::new(), peers };
    let work = async {
        let (mut place, mut health) = (Place::Now, Health::new(service));
        loop {
            let asked = source.ask(place).await;
            // Whoever was away begins anew with what comes now: listeners ask for what they show anyway.
            place = asked.as_ref().map_or(Place::Now, |served| Place::After(served.upto));
            let heard = asked.map(|served| served.events.into_iter().for_each(|event| bus.overheard(event)));
            health.after(heard).await;
        }
    };
    stop.run_until_cancelled(work).await;
}

/// The feed of one service, seen from another process.
struct Source {
    service: &'static str,
    names: String,
    peers: Arc<dyn Transport>,
}

impl Source {
    async fn ask(&self, place: Place) -> Result<Served, String> {
        let after = match place {
            Place::Beginning => "&after=0".to_owned(),
            Place::After(place) => format!("&after={place}"),
            Place::Now => String::new(),
        };
        let (service, names, wait) = (self.service, &self.names, PATIENCE.as_secs());
        let mut request =
            Request::get(format!("/internal/events/{service}?names={names}&wait={wait}{after}"))
                .header(header::ACCEPT, "application/json")
                .body(Bytes::new())
                .map_err(in_words)?;
        request.extensions_mut().insert(Patience(PATIENCE + ANSWER));
        let answer = self.peers.send(request).await.map_err(in_words)?;
        if !answer.status().is_success() {
            return Err(format!("it answered {}", answer.status()));
        }
        serde_json::from_slice(answer.body()).map_err(in_words)
    }
}

/// Whether a feed is heard. Between tries there are pauses that grow; it is said when they have grown long, which they do
/// not while all are starting, and when the feed is heard again.
struct Health {
    service: &'static str,
    pause: Option<Duration>,
}

impl Health {
    fn new(service: &'static str) -> Self {
        Self { service, pause: None }
    }

    /// What came of the last try; returns when the next one may begin.
    async fn after(&mut self, tried: Result<(), String>) {
        let service = self.service;
        match tried {
            Ok(()) => {
                if self.pause.take() == Some(PAUSES.1) {
                    tracing::info!(service, "the feed is heard again");
                }
            }
            Err(reason) => {
                let (shortest, longest) = PAUSES;
                let pause = self.pause.map_or(shortest, |before| (before * 2).min(longest));
                if pause == longest && self.pause != Some(longest) {
                    tracing::warn!(service, reason, "the feed is not heard; it is tried again and again");
                }
                self.pause = Some(pause);
                tokio::time::sleep(pause).await;
            }
        }
    }
}

fn in_words(error: impl std::fmt::Display) -> String {
    error.to_string()
}
