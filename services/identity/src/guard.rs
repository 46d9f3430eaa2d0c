//! Slows down guessing: after some failures the next login has to wait, and longer after each further one. Nobody is
//! locked out for good, for that would hand anybody the means to lock out the team.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use kit_base::{Clock, Timestamp};

/// Addresses that are remembered at most. What all addresses together may fail keeps far below that.
const MOST_ADDRESSES: usize = 10_000;

/// How much failing is borne, and what follows.
struct Patience {
    /// Failures that nothing follows.
    free: u32,
    /// How long one failure counts.
    memory: Duration,
    /// The wait after the last free failure; it doubles with each further one.
    first_wait: Duration,
    /// The longest wait.
    longest_wait: Duration,
}

/// For one address.
const ONE: Patience = Patience {
    free: 5,
    memory: Duration::from_secs(15 * 60),
    first_wait: Duration::from_secs(30),
    longest_wait: Duration::from_secs(15 * 60),
};

/// For what many share, an application or a network: more is borne, so that one who fails does not stop the others.
const MANY: Patience = Patience { free: 20, ..ONE };

/// For all together, against one who tries a few passwords on many addresses: a hundred in a quarter of an hour. The
/// wait stays short, because it is everybody's.
const ALL: Patience = Patience {
    free: 100,
    memory: Duration::from_secs(9),
    first_wait: Duration::from_secs(1),
    longest_wait: Duration::from_secs(30),
};

impl Patience {
    fn wait(&self, failures: Failures, now: Timestamp) -> Option<Duration> {
        let doublings = failures.count.checked_sub(self.free)?;
        let wait = self.first_wait.saturating_mul(1 << doublings.min(16)).min(self.longest_wait);
        wait.checked_sub(now.since(failures.last)).filter(|wait| !wait.is_zero())
    }

    /// How many failures count now: one less for each span of memory that went by without another.
    fn remembered(&self, failures: Failures, now: Timestamp) -> u32 {
        let forgotten = now.since(failures.last).as_secs() / self.memory.as_secs().max(1);
        failures.count.saturating_sub(u32::try_from(forgotten).unwrap_or(u32::MAX))
    }

    fn and_one(&self, failures: Failures, now: Timestamp) -> Failures {
        Failures { count: self.remembered(failures, now).saturating_add(1), last: now }
    }
}

#[derive(Clone, Copy, Default)]
struct Failures {
    count: u32,
    last: Timestamp,
}

#[derive(Default)]
struct Counts {
    all: Failures,
    one: HashMap<String, Failures>,
}

/// Counts failed logins, in memory.
pub(crate) struct Guard {
    clock: Clock,
    one: Patience,
    counts: Mutex<Counts>,
}

impl Guard {
    /// Nothing has failed yet.
    pub(crate) fn new(clock: Clock) -> Self {
        Self { clock, one: ONE, counts: Mutex::default() }
    }

    /// One for names that many share.
    pub(crate) fn of_many(clock: Clock) -> Self {
        Self { one: MANY, ..Self::new(clock) }
    }

    /// How long the next login to this address must wait, if it must.
    pub(crate) fn wait(&self, address: &str) -> Option<Duration> {
        let (now, counts) = (self.clock.now(), self.counts());
        let one = counts.one.get(address).and_then(|failures| self.one.wait(*failures, now));
        one.max(ALL.wait(counts.all, now))
    }

    /// Counts a failure, whether or not anybody has the address.
    pub(crate) fn failed(&self, address: &str) {
        let (now, mut counts) = (self.clock.now(), self.counts());
        counts.all = ALL.and_one(counts.all, now);
        if counts.one.len() >= MOST_ADDRESSES && !counts.one.contains_key(address) {
            make_room(&mut counts.one, now);
        }
        let before = counts.one.get(address).copied().unwrap_or_default();
        counts.one.insert(address.to_owned(), self.one.and_one(before, now));
    }

    /// Forgets the failures of this address.
    pub(crate) fn succeeded(&self, address: &str) {
        self.counts().one.remove(address);
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Forgets what no longer counts, and if nothing such is left, whoever failed longest ago.
fn make_room(one: &mut HashMap<String, Failures>, now: Timestamp) {
    one.retain(|_, failures| ONE.remembered(*failures, now) > 0);
    if one.len() >= MOST_ADDRESSES {
        let oldest = one.iter().min_by_key(|(_, failures)| failures.last).map(|(address, _)| address.clone());
        oldest.and_then(|address| one.remove(&address));
    }
}

#[cfg(test)]
mod tests {
    use kit_testkit::TestClock;

    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    fn fail(guard: &Guard, address: &str, times: u32) {
        (0..times).for_each(|_| guard.failed(address));
    }

    #[test]
    fn the_wait_begins_after_five_failures_and_doubles_up_to_a_quarter_of_an_hour() {
        let clock = TestClock::default();
        let guard = Guard::new(clock.clock());
        fail(&guard, "a", 4);
        assert_eq!(guard.wait("a"), None);
        let waits: Vec<u64> = (0..8)
            .map(|_| {
                fail(&guard, "a", 1);
                let wait = guard.wait("a").unwrap();
                clock.advance(wait - Duration::from_millis(1));
                assert_eq!(guard.wait("a"), Some(Duration::from_millis(1)));
                clock.advance(Duration::from_millis(1));
                assert_eq!(guard.wait("a"), None, "the wait is over");
                wait.as_secs()
            })
            .collect();
        assert_eq!(waits, [30, 60, 120, 240, 480, 900, 900, 900]);
        assert_eq!(guard.wait("b"), None, "others need not wait");
    }

    #[test]
    fn failures_are_forgotten_with_time_and_by_success() {
        let clock = TestClock::default();
        let guard = Guard::new(clock.clock());
        fail(&guard, "a", 4);
        clock.advance(60 * MINUTE);
        fail(&guard, "a", 4);
        assert_eq!(guard.wait("a"), None, "the first four are forgotten");
        guard.succeeded("a");
        fail(&guard, "a", 4);
        assert_eq!(guard.wait("a"), None, "and so are those before the success");
    }

    #[test]
    fn one_who_tries_many_addresses_is_slowed_down_a_little() {
        let clock = TestClock::default();
        let guard = Guard::new(clock.clock());
        (0..99).for_each(|n| guard.failed(&n.to_string()));
        assert_eq!(guard.wait("new"), None);
        fail(&guard, "x", 1);
        assert_eq!(guard.wait("new"), Some(Duration::from_secs(1)));
        (0..50).for_each(|n| guard.failed(&format!("y{n}")));
        assert_eq!(guard.wait("new"), Some(Duration::from_secs(30)));
        clock.advance(15 * MINUTE);
        (0..49).for_each(|n| guard.failed(&format!("z{n}")));
        assert_eq!(guard.wait("new"), None);
    }

    #[test]
    fn memory_is_bounded() {
        let clock = TestClock::default();
        let guard = Guard::new(clock.clock());
        for n in 0..MOST_ADDRESSES + 10 {
            clock.advance(Duration::from_millis(1));
            guard.failed(&n.to_string());
        }
        assert_eq!(guard.counts().one.len(), MOST_ADDRESSES);
        assert!(!guard.counts().one.contains_key("9"), "the oldest go first");
        clock.advance(16 * MINUTE);
        guard.failed("new");
        assert_eq!(guard.counts().one.len(), 1);
    }
}
