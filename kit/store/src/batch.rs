//! Group commit: many jobs, one commit, and every job as if it had been alone.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use kit_base::Acting;
use tokio::sync::oneshot;

use crate::connection::Connection;
use crate::tables::TableSet;
use crate::tx::World;
use crate::{Result, StoreError, Tx};

/// How often a job that meets others on the same rows is run again before it is given up.
const ATTEMPTS: u32 = 40;

/// A piece of work that waits for a writer: repeatable, and answered only after the commit.
pub(crate) trait Job: Send {
    /// Does the work; false if it failed and must be undone.
    fn run(&mut self, tx: &mut Tx<'_>) -> bool;

    /// Sends the answer: the work's own, unless the store failed after it.
    fn answer(self: Box<Self>, committed: Result<()>);
}

/// A closure with the place its answer goes to.
pub(crate) struct Task<F, T, E> {
    pub work: F,
    /// On whose behalf.
    pub acting: Option<Arc<Acting>>,
    pub result: Option<Result<T, E>>,
    pub answer: oneshot::Sender<Result<T, E>>,
}

impl<F, T, E> Task<F, T, E> {
    /// Says in the same transaction who made the change, if anybody did and there is one.
    fn sign(&self, tx: &mut Tx<'_>) -> Result<()> {
        match &self.acting {
            Some(acting) if tx.written != 0 => tx.emit(acting.as_ref()),
            _ => Ok(()),
        }
    }
}

impl<F, T, E> Job for Task<F, T, E>
where
    F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send,
    T: Send,
    E: From<StoreError> + Send,
{
    fn run(&mut self, tx: &mut Tx<'_>) -> bool {
        let work = &mut self.work;
        let result =
            catch_unwind(AssertUnwindSafe(|| work(tx))).unwrap_or_else(|_| Err(StoreError::Panicked.into()));
        let result = match (result, tx.failed.take()) {
            (Ok(_), Some(hidden)) => Err(hidden.into()),
            (Ok(value), None) => self.sign(tx).map(|()| value).map_err(E::from),
            (failed, _) => failed,
        };
        let good = result.is_ok();
        self.result = Some(result);
        good
    }

    fn answer(self: Box<Self>, committed: Result<()>) {
        let result = match (committed, self.result) {
            (Ok(()), Some(result)) => result,
            (Ok(()), None) => Err(StoreError::Panicked.into()),
            (Err(error), _) => Err(error.into()),
        };
        // Nobody waits any more when the request was given up; the work is done all the same.
        let _ = self.answer.send(result);
    }
}

/// Runs `jobs`, and then what `more` gives (asked with their number so far), in one transaction and answers each;
/// returns whether any wrote an event.
///
/// With `more`, those who were answered a moment ago and are back before the commit share it, so that the next one
/// does not have to come at once for a few.
///
/// Where something spoils the whole (a job fails after it has written, a conflict, a commit that is refused), all is
/// undone and done again with more care: jobs are repeatable and have no effect outside their transaction.
pub(crate) fn run(
    connection: &mut dyn Connection,
    world: &World,
    mut jobs: Vec<Box<dyn Job>>,
    more: &mut dyn FnMut(usize) -> Option<Box<dyn Job>>,
) -> bool {
    let mut outcome = together(connection, world, &mut jobs, more, false);
    if matches!(outcome, Err(Spoilt::ByJob)) && connection.has_savepoints() {
        outcome = together(connection, world, &mut jobs, &mut |_| None, true);
    }
    match outcome {
        Ok(done) => {
            // Before the answers: whoever has one must not be shown what was before.
            world.tables.changed(done.written);
            jobs.into_iter().for_each(|job| job.answer(Ok(())));
            done.emitted
        }
        // A lost connection leaves open whether the commit happened: running again could do the work twice.
        Err(Spoilt::Gone(error)) => {
            world.tables.changed(TableSet::MAX);
            jobs.into_iter().for_each(|job| job.answer(Err(error.clone())));
            false
        }
        Err(Spoilt::ByJob | Spoilt::Undone) => {
            jobs.into_iter().fold(false, |emitted, job| alone(connection, world, job) | emitted)
        }
    }
}

/// What came of jobs that were committed.
#[derive(Default, PartialEq)]
struct Done {
    /// Whether any wrote an event.
    emitted: bool,
    /// The tables in which something may have changed.
    written: TableSet,
}

impl Done {
    fn and(&mut self, other: Done) {
        self.emitted |= other.emitted;
        self.written |= other.written;
    }
}

enum Spoilt {
    /// A job failed and could not be undone alone. Everything was undone; the jobs may run again.
    ByJob,
    /// Everything was undone for another reason; the jobs may run again.
    Undone,
    /// The connection is gone.
    Gone(StoreError),
}

/// Runs `jobs`, and then what `more` gives, in one transaction; all that ran are in `jobs` afterwards.
///
/// Measured: a savepoint for each job costs a fifth of the writes on SQLite and a third on PostgreSQL, and few jobs
/// fail; of those, most have only read, and leave nothing to undo.
fn together(
    connection: &mut dyn Connection,
    world: &World,
    jobs: &mut Vec<Box<dyn Job>>,
    more: &mut dyn FnMut(usize) -> Option<Box<dyn Job>>,
    savepoints: bool,
) -> Result<Done, Spoilt> {
    let (mut done, mut ran) = (Done::default(), 0);
    connection.begin_write().map_err(|_| undone(connection, Spoilt::Undone))?;
    loop {
        if let Some(job) = jobs.get_mut(ran) {
            let of_one = one_of_many(connection, world, job.as_mut(), savepoints);
            done.and(of_one.map_err(|spoilt| undone(connection, spoilt))?);
            ran += 1;
        } else if let Some(job) = more(ran) {
            jobs.push(job);
        } else {
            break;
        }
    }
    match connection.commit() {
        Ok(()) => Ok(done),
        Err(error) if !connection.is_alive() => Err(Spoilt::Gone(error)),
        Err(_) => Err(undone(connection, Spoilt::Undone)),
    }
}

fn undone(connection: &mut dyn Connection, spoilt: Spoilt) -> Spoilt {
    connection.rollback();
    spoilt
}

/// Runs a job in the transaction of others.
fn one_of_many(
    connection: &mut dyn Connection,
    world: &World,
    job: &mut dyn Job,
    savepoint: bool,
) -> Result<Done, Spoilt> {
    if savepoint {
        connection.savepoint().map_err(|_| Spoilt::Undone)?;
    }
    let mut tx = Tx::new(connection, world);
    let good = job.run(&mut tx);
    let Tx { emitted, written, broken, unclean, .. } = tx;
    match (good, savepoint) {
        _ if broken.is_some() => Err(Spoilt::Undone),
        (true, false) => Ok(Done { emitted, written }),
        (true, true) => {
            connection.release_savepoint().map_err(|_| Spoilt::Undone).map(|()| Done { emitted, written })
        }
        (false, true) => connection.back_to_savepoint().map_err(|_| Spoilt::Undone).map(|()| Done::default()),
        (false, false) if unclean => Err(Spoilt::ByJob),
        (false, false) => Ok(Done::default()),
    }
}

/// Runs one job in a transaction of its own, again and again while it conflicts with others, and answers it.
fn alone(connection: &mut dyn Connection, world: &World, mut job: Box<dyn Job>) -> bool {
    let mut outcome = Err(StoreError::Conflict);
    for attempt in 0..ATTEMPTS {
        outcome = once(connection, world, job.as_mut());
        if outcome != Err(StoreError::Conflict) {
            break;
        }
        back_off(world, attempt);
    }
    match outcome {
        Ok(done) => {
            world.tables.changed(done.written);
            job.answer(Ok(()));
            done.emitted
        }
        Err(error) => {
            // A lost connection leaves open whether it was done.
            world.tables.changed(TableSet::MAX);
            job.answer(Err(error));
            false
        }
    }
}

/// `Ok` if the job was committed, or failed of its own accord and was undone.
fn once(connection: &mut dyn Connection, world: &World, job: &mut dyn Job) -> Result<Done> {
    connection.begin_write().inspect_err(|_| connection.rollback())?;
    let mut tx = Tx::new(connection, world);
    let good = job.run(&mut tx);
    let (done, broken) = (Done { emitted: tx.emitted, written: tx.written }, tx.broken.take());
    if let Some(error) = broken {
        connection.rollback();
        return Err(error);
    }
    if !good {
        connection.rollback();
        return Ok(Done::default());
    }
    connection.commit().inspect_err(|_| connection.rollback())?;
    Ok(done)
}

#[expect(
    clippy::disallowed_methods,
    reason = "this thread serves one connection, which has nothing better to do"
)]
fn back_off(world: &World, attempt: u32) {
    let most = 0.5 * f64::from(1_u32 << attempt.min(7));
    std::thread::sleep(Duration::from_secs_f64(most * world.ids.fraction() / 1000.0));
}
