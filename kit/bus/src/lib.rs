//! How news travels between services: from a service's outbox over a [`Bus`] to the handlers of the others, at least
//! once and in order per subject. The first transport is memory; the face is cut so that Redis Streams fits behind it
//! (publish is XADD, a group is a consumer group, done is XACK).

mod consumer;
mod feed;
mod memory;
mod pull;
mod relay;

use async_trait::async_trait;
use kit_base::Envelope;
use tokio::sync::{broadcast, oneshot};

pub use consumer::{Consumer, Handler};
pub use feed::{Feed, Place, Served};
pub use memory::MemoryBus;
pub use pull::{Puller, overhear};
pub use relay::relay;

/// Why an event could not be handed over; it stays in the outbox and is tried again.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum BusError {
    /// A group got the event and did not say that it was done with it.
    #[error("{0} did not finish with the event")]
    NotDone(String),
}

/// A carrier of events.
#[async_trait]
pub trait Bus: Send + Sync {
    /// Hands an event over. When this returns, the event can no longer be lost: every group has handled it, or the
    /// carrier keeps it for them.
    async fn publish(&self, event: Envelope) -> Result<(), BusError>;

    /// Joins a group: each event of these names comes to one member of each group, again if it was not done with.
    fn join(&self, group: &str, names: &[&'static str]) -> Box<dyn Subscription>;

    /// Hears everything from now on, as far as one listens fast enough: for live pages, which ask again anyway.
    fn listen(&self) -> broadcast::Receiver<Envelope>;

    /// Tells whoever listens, and no group, of an event in another process.
    fn overheard(&self, event: Envelope);

    /// Whether anybody listens.
    fn has_listeners(&self) -> bool;
}

/// A member of a group.
#[async_trait]
pub trait Subscription: Send + Sync {
    /// The next event; `None` when the carrier has shut down.
    async fn next(&mut self) -> Option<Delivery>;
}

/// An event on hand; unless it is [`Delivery::done`], it comes again.
pub struct Delivery {
    /// The event.
    pub event: Envelope,
    done: oneshot::Sender<()>,
}

impl Delivery {
    /// Says that the event need not come again.
    pub fn done(self) {
        // If the publisher has stopped waiting, the event comes again and the inbox recognises it.
        let _ = self.done.send(());
    }
}
