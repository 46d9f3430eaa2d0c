//! The receiving end: a service's handler runs in one transaction with the mark that the event was handled, so what
//! comes twice takes effect once.

use std::sync::Arc;
use std::time::Duration;

use kit_base::{Envelope, Transport};
use kit_store::{Db, StoreError, Tx, inbox};
use tokio_util::sync::CancellationToken;

use crate::{Bus, Puller, Subscription};

/// Tries before an event that cannot be handled is put aside.
const TRIES: u32 = 5;
/// Wait between tries.
const PAUSE: Duration = Duration::from_millis(500);

/// What a service does with an event, inside a transaction of its own database.
pub type Handler = Arc<dyn Fn(&mut Tx<'_>, &Envelope) -> Result<(), StoreError> + Send + Sync>;

/// A service that hears these events, from the bus or from elsewhere, and handles each once.
pub struct Consumer {
    ear: Ear,
    names: Vec<&'static str>,
    subscription: Box<dyn Subscription>,
}

impl Consumer {
    /// Joins the bus under the service's name; what is published from now on is not missed.
    pub fn join(bus: &dyn Bus, group: &str, names: &[&'static str], db: Db, handler: Handler) -> Self {
        let ear = Ear { group: group.to_owned(), db, handler };
        Self { ear, names: names.to_vec(), subscription: bus.join(group, names) }
    }

    /// The same ear at the feed of a service in another process.
    pub fn puller(&self, service: &'static str, peers: Arc<dyn Transport>) -> Puller {
        Puller::new(self.ear.clone(), &self.names, service, peers)
    }

    /// Handles events until `stop`.
    pub async fn run(mut self, stop: CancellationToken) {
        loop {
            let delivery = tokio::select! {
                delivery = self.subscription.next() => delivery,
                () = stop.cancelled() => return,
            };
            let Some(delivery) = delivery else { return };
            tokio::select! {
                () = self.ear.handle(&delivery.event) => delivery.done(),
                () = stop.cancelled() => return,
            }
        }
    }
}

/// Handles one event after the other, each once in effect, wherever it comes from.
#[derive(Clone)]
pub(crate) struct Ear {
    pub group: String,
    pub db: Db,
    handler: Handler,
}

impl Ear {
    /// Returns when the event was handled or put aside; as long as the store is not available, neither can be done.
    pub(crate) async fn handle(&self, event: &Envelope) {
        let mut failures = 0;
        while let Err(error) = self.once(event).await {
            let passing =
                matches!(error, StoreError::Unavailable(_) | StoreError::Busy | StoreError::Conflict);
            tracing::warn!(%error, event = event.name, id = event.id, consumer = self.group, "an event was not handled");
            failures += u32::from(!passing);
            if failures >= TRIES && self.park(event, &error).await.is_ok() {
                tracing::error!(%error, event = event.name, id = event.id, consumer = self.group, "an event was put aside");
                return;
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn once(&self, event: &Envelope) -> Result<(), StoreError> {
        let (group, handler, event) = (self.group.clone(), self.handler.clone(), event.clone());
        self.db
            .write(
                move |tx| {
                    if inbox::first_time(tx, &group, &event.id)? { handler(tx, &event) } else { Ok(()) }
                },
            )
            .await
    }

    async fn park(&self, event: &Envelope, error: &StoreError) -> Result<(), StoreError> {
        let (group, event, error) = (self.group.clone(), event.clone(), error.to_string());
        self.db.write(move |tx| inbox::park(tx, &group, &event, &error)).await
    }
}
