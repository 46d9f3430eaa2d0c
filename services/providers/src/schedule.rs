//! When each feed is read next, and what is known of it that nobody needs after the program ends: kept in memory, so
//! that a feed which says what it said before costs no write.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use kit_base::Timestamp;
use kit_base::reads::{self, Seen, Stamp};

use crate::adapters::Told;
use crate::fetch::Validators;

/// What is read, and how.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Feed {
    pub slug: String,
    pub feed_url: String,
    pub feed_type: String,
    pub page_url: Option<String>,
    pub regions: Vec<String>,
}

/// What is known of one document of a feed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Known {
    pub url: String,
    pub validators: Validators,
    /// Of its bytes, to know them again.
    pub digest: Option<u64>,
    /// When these bytes were read.
    pub read_at: Option<Timestamp>,
    /// What it told; kept only where a feed has several documents, which may change one by one.
    pub told: Option<Told>,
}

/// How the looks at a feed went.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sight {
    pub documents: Vec<Known>,
    /// Of the reading that is written down.
    pub reading: Option<u64>,
    pub read_at: Option<Timestamp>,
    pub failures: i64,
    /// Why it cannot be told how the provider is, as it is written down.
    pub trouble: Option<String>,
    pub notice: Option<String>,
    /// Whether the provider has trouble, so that it is looked at more often.
    pub in_trouble: bool,
    /// When its page was last looked for on another platform.
    pub searched_at: Option<Timestamp>,
}

struct Plan {
    feed: Arc<Feed>,
    sight: Sight,
    next: Timestamp,
    /// The turn in which it is being read.
    turn: Option<u64>,
    /// Another after each change of the feed and each look, by which a look knows that it was overtaken.
    round: u64,
    /// For answers that were made from this.
    stamp: Stamp,
}

/// Whose time comes when. Cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct Schedule {
    plans: Arc<Mutex<HashMap<String, Plan>>>,
    numbers: Arc<AtomicU64>,
}

/// A look at a feed, as it stood when the look began.
pub(crate) struct Look {
    pub feed: Arc<Feed>,
    pub sight: Sight,
    round: u64,
}

impl Schedule {
    fn plans(&self) -> MutexGuard<'_, HashMap<String, Plan>> {
        self.plans.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The feed is read at `next`, and again and again. What is known of it is forgotten where it is another.
    pub(crate) fn set(&self, feed: Feed, sight: Sight, next: Timestamp) {
        let plan = Plan {
            feed: Arc::new(feed),
            sight,
            next,
            turn: None,
            round: self.number(),
            stamp: Stamp::default(),
        };
        if let Some(before) = self.plans().insert(plan.feed.slug.clone(), plan) {
            before.stamp.changed();
        }
    }

    /// The same, unless there is a feed of that provider already.
    pub(crate) fn add(&self, feed: Feed, sight: Sight, next: Timestamp) {
        let plan = Plan {
            feed: Arc::new(feed),
            sight,
            next,
            turn: None,
            round: self.number(),
            stamp: Stamp::default(),
        };
        self.plans().entry(plan.feed.slug.clone()).or_insert(plan);
    }

    fn number(&self) -> u64 {
        self.numbers.fetch_add(1, Ordering::Relaxed)
    }

    /// The feed is read no more.
    pub(crate) fn remove(&self, slug: &str) {
        self.plans().remove(slug);
    }

    /// Those whose time has come, the longest waiting first, at most `most` and at most `per_host` of one host. Each
    /// is marked as being read until the [`Turn`] ends. No time is more than `longest` away: one that is was set by a
    /// clock that ran ahead and was put right since.
    pub(crate) fn due(&self, now: Timestamp, longest: Duration, most: usize, per_host: usize) -> Vec<Turn> {
        let mut plans = self.plans();
        let mut asked: HashMap<String, usize> = HashMap::new();
        for plan in plans.values().filter(|plan| plan.turn.is_some()) {
            *asked.entry(host(&plan.feed.feed_url)).or_default() += 1;
        }
        let far = now.plus(longest);
        let mut due: Vec<(Timestamp, String)> = plans
            .values()
            .filter(|plan| plan.turn.is_none() && (plan.next <= now || plan.next > far))
            .map(|plan| (plan.next, plan.feed.slug.clone()))
            .collect();
        due.sort();
        let mut turns = Vec::new();
        for (_, slug) in due {
            let Some(plan) = plans.get_mut(&slug).filter(|_| turns.len() < most) else { continue };
            let of_host = asked.entry(host(&plan.feed.feed_url)).or_default();
            if *of_host < per_host {
                *of_host += 1;
                let number = self.number();
                plan.turn = Some(number);
                turns.push(Turn { schedule: self.clone(), slug, number });
            }
        }
        turns
    }

    /// What a look at the feed begins with; `None` if there is no such feed.
    pub(crate) fn look(&self, slug: &str) -> Option<Look> {
        let plans = self.plans();
        let plan = plans.get(slug)?;
        Some(Look { feed: plan.feed.clone(), sight: plan.sight.clone(), round: plan.round })
    }

    /// Whether what a look gave is about the present: the feed is the same, and it was not read meanwhile.
    pub(crate) fn is_current(&self, look: &Look) -> bool {
        self.plans().get(&look.feed.slug).is_some_and(|plan| plan.round == look.round)
    }

    /// Whether the feed is still the one that was looked at.
    pub(crate) fn is_same_feed(&self, look: &Look) -> bool {
        self.plans().get(&look.feed.slug).is_some_and(|plan| plan.feed == look.feed)
    }

    /// A look came to this; the next is at `next`.
    pub(crate) fn done(&self, look: &Look, sight: Sight, next: Timestamp) {
        if let Some(plan) = self.plans().get_mut(&look.feed.slug).filter(|plan| plan.feed == look.feed) {
            plan.round = self.number();
            plan.sight = sight;
            plan.next = next;
            plan.stamp.changed();
        }
    }

    /// The feed is not asked before `next`, whatever came of the look.
    pub(crate) fn postpone(&self, slug: &str, next: Timestamp) {
        if let Some(plan) = self.plans().get_mut(slug) {
            plan.next = plan.next.max(next);
        }
    }

    /// When the feed was last read, when it is read next, and how often in a row it could not be.
    pub(crate) fn pulse(&self, slug: &str) -> Option<(Option<Timestamp>, Timestamp, i64)> {
        let plans = self.plans();
        let plan = plans.get(slug)?;
        let mut seen = Seen::default();
        seen.stamp(&plan.stamp, plan.stamp.version());
        reads::note(&seen);
        Some((plan.sight.read_at, plan.next, plan.sight.failures))
    }

    /// The same of all, to be written down when the program ends.
    pub(crate) fn pulses(&self) -> Vec<(String, Option<Timestamp>, Timestamp, i64)> {
        let plans = self.plans();
        plans.values().map(|p| (p.feed.slug.clone(), p.sight.read_at, p.next, p.sight.failures)).collect()
    }
}

/// The host that an address is on, with its port, as far as it takes to tell it from another.
pub(crate) fn host(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or_default().to_ascii_lowercase()
}

/// A feed's turn to be read; it ends when this is dropped, whatever happened.
pub(crate) struct Turn {
    schedule: Schedule,
    pub slug: String,
    number: u64,
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut plans = self.schedule.plans();
        // A feed that was changed meanwhile may have another turn already.
        if let Some(plan) = plans.get_mut(&self.slug).filter(|plan| plan.turn == Some(self.number)) {
            plan.turn = None;
        }
    }
}
