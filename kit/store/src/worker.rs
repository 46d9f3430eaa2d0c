//! The threads that hold the connections: each takes jobs from a shared queue, and reconnects when it must.

use crossbeam_channel::Receiver;

use crate::batch::{self, Job};
use crate::connection::{Connect, Connection};
use crate::tx::World;
use crate::{Result, StoreError, Tx};

/// What a reader runs: it gets a transaction, or the reason why there is none.
pub(crate) type Question = Box<dyn FnOnce(Result<&mut Tx<'_>>) + Send>;

/// A connection that is opened when it is needed and opened again when it was lost.
struct Slot {
    connect: Connect,
    open: Option<Box<dyn Connection>>,
}

impl Slot {
    fn connection(&mut self) -> Result<&mut (dyn Connection + 'static)> {
        if self.open.as_ref().is_some_and(|connection| !connection.is_alive()) {
            self.open = None;
        }
        let open = match self.open.take() {
            Some(open) => open,
            None => (self.connect)()?,
        };
        Ok(self.open.insert(open).as_mut())
    }
}

/// Runs questions until the queue is closed.
pub(crate) fn read(connect: Connect, world: &World, questions: &Receiver<Question>) {
    let mut slot = Slot { connect, open: None };
    while let Ok(question) = questions.recv() {
        match slot.connection() {
            Err(error) => question(Err(error)),
            Ok(connection) => match connection.begin_read() {
                Err(error) => question(Err(error)),
                Ok(()) => {
                    question(Ok(&mut Tx::new(connection, world)));
                    connection.rollback();
                }
            },
        }
    }
}

/// How many jobs a commit may hold, and which.
#[derive(Clone, Copy)]
pub(crate) struct Batch {
    /// The most jobs in one commit.
    pub most: usize,
    /// Whether jobs that come while others run join them. A lone writer gains by it; where there are several, another
    /// one takes them, and long transactions would only get into each other's way.
    pub joining: bool,
}

/// Runs jobs until the queue is closed, many in one commit; calls `emitted` when one of them wrote an event.
pub(crate) fn write(
    connect: Connect,
    world: &World,
    jobs: &Receiver<Box<dyn Job>>,
    batch: Batch,
    emitted: &dyn Fn(),
) {
    let mut slot = Slot { connect, open: None };
    while let Ok(first) = jobs.recv() {
        let mut waiting = vec![first];
        waiting.extend(jobs.try_iter().take(batch.most.saturating_sub(1)));
        let mut more = |taken| if batch.joining && taken < batch.most { jobs.try_recv().ok() } else { None };
        match slot.connection() {
            Err(error) => waiting.into_iter().for_each(|job| job.answer(Err(error.clone()))),
            Ok(connection) => {
                if batch::run(connection, world, waiting, &mut more) {
                    emitted();
                }
            }
        }
    }
}

/// The error for a job whose thread is gone.
pub(crate) fn stopped() -> StoreError {
    StoreError::Unavailable("it has been closed".to_owned())
}
