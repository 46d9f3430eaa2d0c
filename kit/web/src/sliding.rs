//! Sliding logs: when each identity came lately. One exact moment stands for all of one second, so that a log is
//! bounded by its window and not by its limit; what nobody has touched for a window is forgotten.

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher, BuildHasherDefault, Hash, Hasher, RandomState};
use std::mem;
use std::sync::{Mutex, MutexGuard, PoisonError};

use kit_base::Timestamp;
use kit_base::settings::Rate;

/// Identities known at once; whoever has been idle longest is forgotten first.
const IDENTITIES: usize = 100_000;
const SHARDS: usize = 16;
/// A shard has a young and an old half.
const HALF: usize = IDENTITIES / SHARDS / 2;

/// How much room an identity has.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Room {
    /// Whether there was room for one more, which is now taken.
    pub taken: bool,
    /// How many more there is room for.
    pub left: u32,
    /// Microseconds until the oldest entry leaves the window; the whole window where there is none.
    pub wait_micros: u64,
}

/// The logs of all identities under one limit.
pub(crate) struct Counter {
    limit: u32,
    window: i64,
    /// Entries of one span of this length are kept as one.
    grain: i64,
    hasher: RandomState,
    shards: [Mutex<Shard>; SHARDS],
}

/// Two generations: who comes moves to the young one; the old one is dropped as a whole when the young one is full,
/// or when nobody in it can still have an entry within the window.
#[derive(Default)]
struct Shard {
    young: Logs,
    old: Logs,
    turned: i64,
}

type Logs = HashMap<u64, Log, BuildHasherDefault<Spread>>;

/// For keys that are keyed hashes already: only their last bits, which are the same in a shard, must not be what the map
/// tells them apart by.
#[derive(Default)]
struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64(u64::from(*byte)));
    }

    fn write_u64(&mut self, key: u64) {
        // The golden ratio, as in Knuth's multiplicative hashing.
        self.0 = (self.0 ^ key).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(26);
    }
}

#[derive(Default)]
struct Log {
    entries: VecDeque<Entry>,
    used: u32,
}

struct Entry {
    /// The moment of the first request of its grain, in microseconds.
    at: i64,
    count: u32,
}

impl Counter {
    pub(crate) fn new(rate: Rate) -> Self {
        let window = i64::try_from(rate.per.as_micros()).unwrap_or(i64::MAX);
        let grain = (window / 3_600).clamp(1_000, 1_000_000);
        Self { limit: rate.count, window, grain, hasher: RandomState::new(), shards: Default::default() }
    }

    pub(crate) fn limit(&self) -> u32 {
        self.limit
    }

    /// Stands for an identity. Keyed, so that nobody can choose to be taken for somebody else.
    pub(crate) fn key(&self, identity: &(impl Hash + ?Sized)) -> u64 {
        self.hasher.hash_one(identity)
    }

    /// Takes room for one, if there is some.
    pub(crate) fn take(&self, key: u64, now: Timestamp) -> Room {
        let now = now.micros();
        let mut shard = self.shard(key);
        shard.turn(now, self.window);
        let log = shard.log(key);
        log.forget(now - self.window);
        let taken = log.used < self.limit;
        if taken {
            log.add(now, self.grain);
        }
        self.room(log, now, taken)
    }

    /// How much room there is.
    pub(crate) fn look(&self, key: u64, now: Timestamp) -> Room {
        let now = now.micros();
        let mut shard = self.shard(key);
        let shard = &mut *shard;
        match shard.young.get_mut(&key).or_else(|| shard.old.get_mut(&key)) {
            Some(log) => {
                log.forget(now - self.window);
                self.room(log, now, false)
            }
            None => self.room(&Log::default(), now, false),
        }
    }

    fn room(&self, log: &Log, now: i64, taken: bool) -> Room {
        let oldest = log.entries.front().map_or(now, |entry| entry.at);
        // A clock that was set back must not make anybody wait for more than a window.
        let wait = oldest.saturating_add(self.window).saturating_sub(now).clamp(0, self.window);
        let left = self.limit.saturating_sub(log.used);
        Room { taken, left, wait_micros: u64::try_from(wait).unwrap_or_default() }
    }

    fn shard(&self, key: u64) -> MutexGuard<'_, Shard> {
        let [first, others @ ..] = &self.shards;
        let chosen = match key as usize % SHARDS {
            0 => first,
            n => others.get(n - 1).unwrap_or(first),
        };
        chosen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shard {
    fn turn(&mut self, now: i64, window: i64) {
        if self.young.len() >= HALF || now.saturating_sub(self.turned) >= window {
            self.old = mem::take(&mut self.young);
            self.turned = now;
        }
    }

    fn log(&mut self, key: u64) -> &mut Log {
        let old = &mut self.old;
        self.young.entry(key).or_insert_with(|| old.remove(&key).unwrap_or_default())
    }
}

impl Log {
    /// Forgets what happened then or earlier.
    fn forget(&mut self, then: i64) {
        while let Some(entry) = self.entries.pop_front_if(|entry| entry.at <= then) {
            self.used = self.used.saturating_sub(entry.count);
        }
    }

    fn add(&mut self, now: i64, grain: i64) {
        self.used += 1;
        match self.entries.back_mut() {
            // Also where the clock was set back: the order is kept.
            Some(last) if last.at.div_euclid(grain) >= now.div_euclid(grain) => last.count += 1,
            _ => self.entries.push_back(Entry { at: now, count: 1 }),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;

    fn at(micros: i64) -> Timestamp {
        Timestamp::from_micros(micros)
    }

    fn counter(count: u32, seconds: u64) -> Counter {
        Counter::new(Rate { count, per: Duration::from_secs(seconds) })
    }

    /// What Django REST framework does: a list of moments, from which those that left the window are dropped.
    #[derive(Default)]
    struct Plain(Vec<i64>);

    impl Plain {
        fn take(&mut self, limit: usize, window: i64, now: i64) -> Room {
            self.0.retain(|then| *then > now - window);
            let taken = self.0.len() < limit;
            if taken {
                self.0.push(now);
            }
            let wait = self.0.first().unwrap() + window - now;
            Room { taken, left: (limit - self.0.len()) as u32, wait_micros: wait as u64 }
        }
    }

    proptest! {
        #[test]
        fn it_is_a_plain_log_to_the_second(
            limit in 1..9_u32,
            seconds in 1..30_u64,
            steps in prop::collection::vec((0..3_u8, 0..12_i64), 1..200),
        ) {
            // Windows of hours: a grain is a second.
            let (window, counter) = (seconds * 3600, counter(limit, seconds * 3600));
            let mut plain: [Plain; 3] = Default::default();
            let mut now = 1_795_262_400_000_000;
            for (who, pause) in steps {
                now += pause * pause * pause * seconds as i64 * 1_000_000;
                let room = counter.take(counter.key(&who), at(now));
                let expected = plain[usize::from(who)].take(limit as usize, window as i64 * 1_000_000, now);
                prop_assert_eq!(room, expected);
                prop_assert_eq!(counter.look(counter.key(&who), at(now)), Room { taken: false, ..expected });
            }
        }

        /// Between the seconds as well: no window of a grain less ever holds more than the limit.
        #[test]
        fn no_window_holds_more_than_the_limit(
            limit in 1..9_usize,
            steps in prop::collection::vec(0..700_000_i64, 1..300),
        ) {
            let counter = counter(limit as u32, 3600);
            let mut now = 1_795_262_400_000_000;
            let mut taken: Vec<i64> = Vec::new();
            for step in steps {
                now += step * 1_000;
                if counter.take(7, at(now)).taken {
                    taken.push(now);
                }
            }
            for some in taken.windows(limit + 1) {
                prop_assert!(some[limit] - some[0] > 3_599_000_000, "{:?}", some);
            }
        }
    }

    #[test]
    fn a_log_is_no_longer_than_its_window() {
        let counter = counter(1_000_000, 3600);
        for n in 0..100_000 {
            counter.take(1, at(n * 100_000));
        }
        let shard = counter.shard(1);
        let log = shard.young.get(&1).or_else(|| shard.old.get(&1)).unwrap();
        assert!(log.entries.len() <= 3_601, "{}", log.entries.len());
        assert_eq!(log.used, 36_000);
    }

    #[test]
    fn who_has_been_idle_longest_is_forgotten_first() {
        let counter = counter(5, 3600);
        let known = || {
            counter
                .shards
                .iter()
                .map(|shard| {
                    let shard = shard.lock().unwrap();
                    shard.young.len() + shard.old.len()
                })
                .sum::<usize>()
        };
        counter.take(0, at(0));
        for key in 1..150_000 {
            counter.take(key, at(0));
            if key % 1_000 == 0 {
                counter.take(1_000, at(0));
            }
        }
        assert!(known() <= IDENTITIES, "{}", known());
        assert_eq!(counter.look(0, at(0)).left, 5, "it was idle");
        assert_eq!(counter.look(1_000, at(0)).left, 0, "it was not");
        assert_eq!(counter.look(149_999, at(0)).left, 4, "it has just come");
    }

    #[test]
    fn what_has_left_the_window_leaves_the_memory() {
        let counter = counter(5, 60);
        for key in 0..48 {
            counter.take(key, at(60_000_000 * (key as i64 / 16)));
        }
        assert!(counter.shards.iter().all(|shard| {
            let shard = shard.lock().unwrap();
            shard.young.len() + shard.old.len() == 2
        }));
    }

    #[test]
    fn a_clock_that_is_set_back_locks_nobody_out_for_longer() {
        let counter = counter(1, 60);
        counter.take(1, at(3_600_000_000));
        assert_eq!(counter.take(1, at(0)), Room { taken: false, left: 0, wait_micros: 60_000_000 });
    }
}
