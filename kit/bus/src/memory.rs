//! Events within one process. Nothing is kept here: an event leaves the outbox only when every group is done with it.

use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use kit_base::Envelope;
use tokio::sync::{broadcast, mpsc, oneshot};

use crate::{Bus, BusError, Delivery, Subscription};

/// How many events a slow listener may lag behind before it misses some.
const LISTENERS_LAG: usize = 1024;

/// A bus for services that share a process.
pub struct MemoryBus {
    groups: Mutex<Vec<Group>>,
    listeners: broadcast::Sender<Envelope>,
}

#[derive(Clone)]
struct Group {
    name: String,
    names: Vec<&'static str>,
    to: mpsc::Sender<Delivery>,
}

impl Default for MemoryBus {
    fn default() -> Self {
        Self { groups: Mutex::default(), listeners: broadcast::channel(LISTENERS_LAG).0 }
    }
}

#[async_trait]
impl Bus for MemoryBus {
    async fn publish(&self, event: Envelope) -> Result<(), BusError> {
        let groups = self.groups.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut waiting = Vec::new();
        for group in groups.into_iter().filter(|group| group.names.iter().any(|name| *name == event.name)) {
            let (done, wait) = oneshot::channel();
            let sent = group.to.send(Delivery { event: event.clone(), done }).await;
            sent.map_err(|_| BusError::NotDone(group.name.clone()))?;
            waiting.push((group.name, wait));
        }
        for (name, wait) in waiting {
            wait.await.map_err(|_| BusError::NotDone(name))?;
        }
        self.overheard(event);
        Ok(())
    }

    fn join(&self, group: &str, names: &[&'static str]) -> Box<dyn Subscription> {
        let (to, from) = mpsc::channel(1);
        let group = Group { name: group.to_owned(), names: names.to_vec(), to };
        self.groups.lock().unwrap_or_else(PoisonError::into_inner).push(group);
        Box::new(Member(from))
    }

    fn listen(&self) -> broadcast::Receiver<Envelope> {
        self.listeners.subscribe()
    }

    fn overheard(&self, event: Envelope) {
        // An error only says that nobody listens.
        let _ = self.listeners.send(event);
    }

    fn has_listeners(&self) -> bool {
        self.listeners.receiver_count() > 0
    }
}

struct Member(mpsc::Receiver<Delivery>);

#[async_trait]
impl Subscription for Member {
    async fn next(&mut self) -> Option<Delivery> {
        self.0.recv().await
    }
}
