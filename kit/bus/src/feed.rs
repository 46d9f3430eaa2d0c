//! What a service tells to services in other processes: its events, each at its place, to whoever asks for those after
//! the last one that it has handled.

use std::time::Duration;

use kit_base::Envelope;
use kit_store::{Db, StoreError, feed};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

/// Events looked at for one answer.
const BATCH: i64 = 200;
/// How often the feed is looked at without being called: another node may have written to it.
const LOOK: Duration = Duration::from_secs(1);

/// The feed of one service; cheap to clone.
#[derive(Clone)]
pub struct Feed {
    db: Db,
    grown: watch::Sender<()>,
}

/// From where a feed is read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Place {
    /// From its beginning, as far as it is kept.
    Beginning,
    /// What comes after this place.
    After(i64),
    /// What comes from now on.
    Now,
}

/// A part of a feed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Served {
    /// The events that were asked for, oldest first.
    pub events: Vec<Envelope>,
    /// The place up to which there is nothing else of that kind: the next question goes on from here.
    pub upto: i64,
}

impl Feed {
    /// The feed that is kept in this database.
    pub fn new(db: Db) -> Self {
        Self { db, grown: watch::Sender::new(()) }
    }

    /// Something was added.
    pub(crate) fn has_grown(&self) {
        self.grown.send_replace(());
    }

    /// The events from this place on whose name is one of `names` (or any, where none is given). Waits for the first one
    /// as long as `patience`.
    pub async fn serve(
        &self,
        place: Place,
        names: &[String],
        patience: Duration,
    ) -> Result<Served, StoreError> {
        let mut grown = self.grown.subscribe();
        let mut after = match place {
            Place::Beginning => 0,
            Place::After(place) => place,
            Place::Now => {
                let upto = self.db.read(feed::last).await?;
                return Ok(Served { events: Vec::new(), upto });
            }
        };
        let end = tokio::time::Instant::now() + patience;
        loop {
            let served = self.look(after, names).await?;
            let (moved, now) = (served.upto != after, tokio::time::Instant::now());
            // A reader that is ahead of the feed, because that was lost, is told so at once.
            if !served.events.is_empty() || served.upto < after || now >= end {
                return Ok(served);
            }
            after = served.upto;
            if !moved {
                // However it ends, the next look tells.
                let _ = tokio::time::timeout(LOOK.min(end - now), grown.changed()).await;
            }
        }
    }

    async fn look(&self, after: i64, names: &[String]) -> Result<Served, StoreError> {
        let (last, found) = self
            .db
            .read(move |tx| Ok::<_, StoreError>((feed::last(tx)?, feed::after(tx, after, BATCH)?)))
            .await?;
        let upto = found.last().map_or(last, |(place, _)| *place);
        let events = found.into_iter().map(|(_, event)| event);
        let wanted = events.filter(|event| names.is_empty() || names.contains(&event.name));
        Ok(Served { events: wanted.collect(), upto })
    }
}
