//! Services that run apart from each other: what this process tells those in others, and whom of them it hears.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use http::header;
use kit_base::{Problem, Transport};
use kit_bus::{Bus, Feed, Place, Served, overhear};
use kit_store::StoreError;
use kit_web::{Built, Class, Failure, Routes};
use serde::Deserialize;
use tokio_util::sync::CancellationToken;
use utoipa_axum::routes;

use crate::{Service, Task};

/// The longest that an answer is put off until there is something to tell.
const LONGEST_WAIT: u64 = 25;

/// How this process is connected with the others.
#[derive(Clone)]
pub struct Apart {
    /// What each service that runs here tells.
    pub feeds: HashMap<&'static str, Feed>,
    /// The services that run elsewhere.
    pub others: Vec<&'static str>,
    /// The way to them.
    pub peers: Arc<dyn Transport>,
    /// When nobody is kept waiting any more.
    pub stop: CancellationToken,
}

impl Apart {
    /// For these services, with the others at the end of `peers`.
    pub fn new(
        services: &[Service],
        others: Vec<&'static str>,
        peers: Arc<dyn Transport>,
        stop: CancellationToken,
    ) -> Self {
        let stores = services.iter().filter_map(|service| Some((service.name, service.db.clone()?)));
        Self { feeds: stores.map(|(name, db)| (name, Feed::new(db))).collect(), others, peers, stop }
    }

    /// Where the others ask for what is told here.
    pub fn routes(&self) -> Built {
        Routes::new(self.clone()).class(Class::Free).internal(routes!(events)).build()
    }

    /// What this process does to hear the others.
    pub(crate) fn ears(&self, services: &[Service], bus: &Arc<dyn Bus>) -> Vec<Task> {
        let mut ears = Vec::new();
        for &other in &self.others {
            for consumer in services.iter().flat_map(|service| &service.consumers) {
                let puller = consumer.puller(other, self.peers.clone());
                ears.push(Task::new("feed", |stop| puller.run(stop)));
            }
            if bus.has_listeners() {
                let (bus, peers) = (bus.clone(), self.peers.clone());
                ears.push(Task::new("listener", move |stop| overhear(bus, other, peers, stop)));
            }
        }
        ears
    }
}

/// What another service wants to hear.
#[derive(Deserialize)]
struct Wanted {
    after: Option<i64>,
    #[serde(default)]
    names: String,
    #[serde(default)]
    wait: u64,
}

/// The events of a service, oldest first: those after a place, or from now on where none is given.
#[utoipa::path(get, path = "/internal/events/{service}", tag = "internal", responses((status = 200)))]
async fn events(
    State(apart): State<Apart>,
    Path(service): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Failure> {
    let feed = apart.feeds.get(service.as_str()).ok_or_else(Problem::not_found)?;
    let names: Vec<String> =
        wanted.names.split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect();
    let place = match wanted.after {
        None => Place::Now,
        Some(after) => Place::After(after.max(0)),
    };
    let patience = Duration::from_secs(wanted.wait.min(LONGEST_WAIT));
    let serving = feed.serve(place, &names, patience);
    let served = match apart.stop.run_until_cancelled(serving).await {
        Some(served) => served.map_err(in_words)?,
        // Whoever waits asks the next process that runs here.
        None => Served { events: Vec::new(), upto: wanted.after.unwrap_or_default() },
    };
    let json = serde_json::to_vec(&served).map_err(|_| Problem::internal())?;
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
    Ok((headers, json).into_response())
}

fn in_words(error: StoreError) -> Problem {
    tracing::warn!(%error, "a feed cannot be read");
    Problem::unavailable("The events of this service cannot be read at the moment.")
}
