//! Time that tests move, and randomness that they foresee.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use kit_base::{Clock, Entropy, Ids, TimeSource, Timestamp};

/// A clock that stands at 2026-11-21T12:00:00Z until it is moved.
#[derive(Clone)]
pub struct TestClock(Arc<Hand>);

struct Hand(AtomicI64);

impl TimeSource for Hand {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst))
    }
}

impl Default for TestClock {
    fn default() -> Self {
        Self(Arc::new(Hand(AtomicI64::new(1_795_262_400_000_000))))
    }
}

impl TestClock {
    /// The clock to hand to the code under test.
    pub fn clock(&self) -> Clock {
        Clock::from_source(self.0.clone())
    }

    /// The moment it shows.
    pub fn now(&self) -> Timestamp {
        self.0.now()
    }

    /// Moves it on.
    pub fn advance(&self, span: Duration) {
        self.0.0.store(self.now().plus(span).micros(), Ordering::SeqCst);
    }
}

struct Counter(AtomicU64);

impl Entropy for Counter {
    /// SplitMix64 over a counter: each id differs, and every run of a test gives the same ones.
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            let mut z =
                self.0.fetch_add(1, Ordering::SeqCst).wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            chunk.iter_mut().zip((z ^ (z >> 31)).to_le_bytes()).for_each(|(byte, random)| *byte = random);
        }
    }
}

/// Ids from a counter.
pub fn test_ids(clock: Clock) -> Ids {
    Ids::from_source(clock, Arc::new(Counter(AtomicU64::new(0))))
}
