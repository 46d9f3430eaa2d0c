//! What an answer was made from. The store says which tables a read saw and at which version, to whoever observes; a
//! kept answer is good as long as none of them has changed. So nothing has to be named by hand, and nothing forgotten.

use std::cell::RefCell;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

tokio::task_local! {
    static OBSERVER: RefCell<Seen>;
}

/// The version of something that answers are made from, such as a table; cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Stamp(Arc<AtomicU64>);

impl Stamp {
    /// The present version.
    pub fn version(&self) -> u64 {
        self.0.load(Ordering::Acquire)
    }

    /// It has changed: whoever looks from now on sees another version.
    pub fn changed(&self) {
        self.0.fetch_add(1, Ordering::AcqRel);
    }
}

/// What was read for an answer.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    stamps: Vec<(Stamp, u64)>,
    lasts: Option<Duration>,
}

impl Seen {
    /// Something of this version was read.
    pub fn stamp(&mut self, stamp: &Stamp, version: u64) {
        let known = self.stamps.iter().any(|(held, seen)| Arc::ptr_eq(&held.0, &stamp.0) && *seen == version);
        if !known {
            self.stamps.push((stamp.clone(), version));
        }
    }

    /// What was read says nothing of a later time than this.
    pub fn lasts_at_most(&mut self, span: Duration) {
        self.lasts = Some(self.lasts.map_or(span, |lasts| lasts.min(span)));
    }

    /// How long it holds at most, even if nothing changes; `None` where only changes end it.
    pub fn lasts(&self) -> Option<Duration> {
        self.lasts
    }

    /// Whether anything was read whose changes are known.
    pub fn is_anything(&self) -> bool {
        !self.stamps.is_empty()
    }

    /// Whether nothing of it has changed since.
    pub fn is_current(&self) -> bool {
        self.stamps.iter().all(|(stamp, version)| stamp.version() == *version)
    }

    fn and(&mut self, other: &Seen) {
        other.stamps.iter().for_each(|(stamp, version)| self.stamp(stamp, *version));
        if let Some(span) = other.lasts {
            self.lasts_at_most(span);
        }
    }
}

/// Does `work` and tells what was read for it. Whoever observes from farther out learns of it too.
pub async fn observe<F: Future>(work: F) -> (F::Output, Seen) {
    let (output, seen) = OBSERVER
        .scope(RefCell::default(), async {
            let output = work.await;
            (output, OBSERVER.with(RefCell::take))
        })
        .await;
    note(&seen);
    (output, seen)
}

/// Whether anybody wants to know what is read.
pub fn observed() -> bool {
    OBSERVER.try_with(|_| ()).is_ok()
}

/// Tells whoever observes that this was read.
pub fn note(seen: &Seen) {
    let _ = OBSERVER.try_with(|observer| observer.borrow_mut().and(seen));
}

/// Tells whoever observes that something was read that holds for this span at most, and that nobody hears of when it
/// changes.
pub fn note_briefly(span: Duration) {
    let mut seen = Seen::default();
    seen.lasts_at_most(span);
    note(&seen);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_was_read_inside_is_known_outside_and_grows_old_by_changes() {
        let (inner, outer) = (Stamp::default(), Stamp::default());
        let read = |stamp: &Stamp| {
            let mut seen = Seen::default();
            seen.stamp(stamp, stamp.version());
            note(&seen);
        };
        let (inside, whole) = observe(async {
            read(&outer);
            observe(async { read(&inner) }).await.1
        })
        .await;
        assert!(inside.is_current() && whole.is_current() && whole.is_anything());
        outer.changed();
        assert!(inside.is_current() && !whole.is_current());
        inner.changed();
        assert!(!inside.is_current());
        assert!(!observed());
    }
}
