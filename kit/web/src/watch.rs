//! Watches all connections: who has not come to the point in time is cut off, and at the end whoever asks nothing is sent
//! home at once, and whoever does not end in time later. One task for all of them, so that a request pays for two atomic
//! additions and no timer.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::task::AbortHandle;
use tokio_util::sync::CancellationToken;

/// How many times in a row a connection is found waiting for the same request before it is cut off.
const LOOKS: u32 = 8;
/// What a connection's number is once it was cut off.
const CUT: u64 = u64::MAX;

/// All connections.
pub(crate) struct Watch {
    patience: Duration,
    stopping: Arc<AtomicBool>,
    held: Mutex<Vec<Held>>,
}

/// What a connection is doing, for it to say and for the watch to see.
pub(crate) struct Pulse {
    /// Even while it waits for a request, odd while there is one; it counts up with each.
    number: AtomicU64,
    stopping: Arc<AtomicBool>,
}

struct Held {
    pulse: Arc<Pulse>,
    task: AbortHandle,
    /// What it was doing at the last look, and how often it was found doing that.
    seen: u64,
    looks: u32,
}

impl Pulse {
    /// A request has come whole. `false` where the connection was cut off: it is to do nothing any more.
    pub(crate) fn begin(&self) -> bool {
        self.number.fetch_or(1, Ordering::SeqCst) != CUT
    }

    /// The request is answered. `false` where none may follow.
    pub(crate) fn rest(&self) -> bool {
        self.number.fetch_add(1, Ordering::SeqCst);
        !self.is_last()
    }

    /// Whether what is being answered is to be the last.
    pub(crate) fn is_last(&self) -> bool {
        self.stopping.load(Ordering::SeqCst)
    }

    /// Cuts it off unless it has a request; `false` if it has.
    fn cut(&self, seen: u64) -> bool {
        let waits = seen.is_multiple_of(2);
        waits && self.number.compare_exchange(seen, CUT, Ordering::SeqCst, Ordering::SeqCst).is_ok()
    }

    fn number(&self) -> u64 {
        self.number.load(Ordering::SeqCst)
    }
}

impl Watch {
    /// Nothing is to be waited for much longer than `patience`.
    pub(crate) fn new(patience: Duration) -> Self {
        Self { patience, stopping: Arc::default(), held: Mutex::default() }
    }

    /// For a connection that is about to begin; it waits for its first request.
    pub(crate) fn pulse(&self) -> Arc<Pulse> {
        Arc::new(Pulse { number: AtomicU64::new(0), stopping: self.stopping.clone() })
    }

    /// Watches the connection that this task serves.
    pub(crate) fn hold(&self, pulse: Arc<Pulse>, task: AbortHandle) {
        self.held().push(Held { pulse, task, seen: 0, looks: 0 });
    }

    /// Looks again and again until `stop`.
    pub(crate) async fn keep(self: Arc<Self>, stop: CancellationToken) {
        let pause = self.patience / LOOKS;
        while stop.run_until_cancelled(tokio::time::sleep(pause)).await.is_some() {
            self.look();
        }
    }

    fn look(&self) {
        self.held().retain_mut(|held| {
            let number = held.pulse.number();
            held.looks = if held.seen == number { held.looks + 1 } else { 0 };
            held.seen = number;
            if held.looks > LOOKS && held.pulse.cut(number) {
                tracing::debug!("a connection was cut off because nothing was asked");
                held.task.abort();
            }
            !held.task.is_finished()
        });
    }

    /// Whoever waits is sent home, and whoever has a request after its answer.
    pub(crate) fn stop(&self) {
        self.stopping.store(true, Ordering::SeqCst);
        for held in self.held().iter() {
            if held.pulse.cut(held.pulse.number()) {
                held.task.abort();
            }
        }
    }

    /// Cuts off everybody.
    pub(crate) fn cut(&self) {
        self.held().iter().for_each(|held| held.task.abort());
    }

    fn held(&self) -> MutexGuard<'_, Vec<Held>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waiting(watch: &Watch) -> (Arc<Pulse>, tokio::task::JoinHandle<()>) {
        let (pulse, task) = (watch.pulse(), tokio::spawn(std::future::pending()));
        watch.hold(pulse.clone(), task.abort_handle());
        (pulse, task)
    }

    fn looks(watch: &Watch, times: u32) {
        (0..times).for_each(|_| watch.look());
    }

    #[tokio::test]
    async fn who_waits_too_long_is_cut_off_and_who_works_is_not() {
        let watch = Watch::new(Duration::from_secs(1));
        let [(silent, one), (slow, two), (busy, three)] = [waiting(&watch), waiting(&watch), waiting(&watch)];
        assert!(slow.begin());
        for _ in 0..LOOKS {
            watch.look();
            assert!(busy.begin() && busy.rest());
        }
        assert!(silent.number() != CUT, "it has a little more time than it was told");
        looks(&watch, 1);
        assert_eq!(silent.number(), CUT);
        assert!(!silent.begin(), "its request comes too late");
        assert!(one.await.unwrap_err().is_cancelled());
        looks(&watch, LOOKS);
        assert!(slow.rest() && busy.begin());
        assert!(!two.is_finished() && !three.is_finished());
        assert_eq!(watch.held().len(), 2, "who has gone is forgotten");
    }

    #[tokio::test]
    async fn the_end_waits_for_requests_only() {
        let watch = Watch::new(Duration::from_secs(1));
        let [(_, silent), (busy, working)] = [waiting(&watch), waiting(&watch)];
        assert!(busy.begin() && !busy.is_last());
        watch.stop();
        assert!(silent.await.unwrap_err().is_cancelled());
        assert!(!working.is_finished() && busy.is_last());
        assert!(!busy.rest(), "none may follow");
        watch.cut();
        assert!(working.await.unwrap_err().is_cancelled());
    }
}
