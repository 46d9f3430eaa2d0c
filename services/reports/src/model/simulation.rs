//! Weeks of reports by chance, as different services get them, run through the rules: what must not be noticed is not,
//! and what must be is at once.

use std::f64::consts::TAU;
use std::time::Duration;

use contracts::Level;
use kit_base::Timestamp;

use super::{BESIDE, DAY, Past, Quarter, Rules, Standing, WEEKS, judge, recent};

const WEEK: i64 = 7 * DAY;
const MONDAY: i64 = 1_767_571_200_000_000;

/// SplitMix64: the same numbers in every run.
struct Chance(u64);

impl Chance {
    /// A number in 0..1.
    fn fraction(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// How many come where `rate` come on average (Knuth).
    fn poisson(&mut self, rate: f64) -> u64 {
        let (limit, mut product, mut count) = ((-rate).exp(), self.fraction(), 0);
        while product > limit {
            product *= self.fraction();
            count += 1;
        }
        count
    }
}

/// A component whose reports come by chance, quarter after quarter.
struct Service {
    chance: Chance,
    /// Somebody who reports whenever it counts.
    loud: u64,
    counts: Vec<u64>,
    standing: Standing,
    changes: Vec<(Timestamp, Option<Level>)>,
}

impl Service {
    fn new(seed: u64) -> Self {
        Self {
            chance: Chance(seed),
            loud: 0,
            counts: Vec::new(),
            standing: Standing::default(),
            changes: Vec::new(),
        }
    }

    /// The next quarter, with so many reports on average, evenly spread; each is judged, and its end.
    fn quarter(&mut self, rate: f64) {
        let here = i64::try_from(self.counts.len()).unwrap();
        let first = Quarter::of(Timestamp::from_micros(MONDAY));
        let quarter = first.plus(here);
        let known = |n: i64| usize::try_from(n).ok().and_then(|n| self.counts.get(n).copied());
        let of_day = here - DAY..here;
        let of_weeks =
            (1..=WEEKS).flat_map(|week| (-BESIDE..=BESIDE).map(move |beside| here - week * WEEK + beside));
        let counts = of_day.chain(of_weeks).filter_map(|n| Some((first.plus(n).start(), known(n)?)));
        let since = first.start().minus(Duration::from_secs(1));
        let usual = Past::new(since, counts, &self.changes, quarter.start()).usual(quarter);
        let before = known(here - 1).unwrap_or_default();
        let count = self.chance.poisson(rate) + self.loud;
        let rules = Rules::new(6, Duration::from_secs(900));
        for n in 1..=count + 1 {
            let passed = 900_000_000 * n / (count + 2);
            let now = quarter.start().plus(Duration::from_micros(passed));
            let after = judge(self.standing, recent(n.min(count), before, now), usual, &rules, now);
            if after.level != self.standing.level {
                self.changes.push((now, after.level));
            }
            self.standing = after;
        }
        self.counts.push(count);
    }

    fn runs(mut self, quarters: i64, rate: impl Fn(i64) -> f64) -> Self {
        for _ in 0..quarters {
            let here = i64::try_from(self.counts.len()).unwrap();
            self.quarter(rate(here));
        }
        self
    }
}

/// Up to 12 reports a quarter at noon, none at midnight, and half of it at weekends.
fn rhythm(quarter: i64) -> f64 {
    let of_day = (quarter % DAY) as f64 / DAY as f64;
    let share = if quarter % WEEK >= 5 * DAY { 0.5 } else { 1.0 };
    6.0 * (1.0 - (TAU * of_day).cos()) * share
}

fn assert_silent(what: &str, weeks: i64, rate: impl Fn(i64) -> f64) {
    for seed in 1..=2 {
        let service = Service::new(seed).runs(weeks * WEEK, &rate);
        assert_eq!(service.changes, [], "{what}, by chance {seed}");
    }
}

#[test]
fn what_is_usual_raises_nothing() {
    assert_silent("quiet", 3, |_| 0.3);
    assert_silent("day and night", 3, rhythm);
    assert_silent("slow growth", 4, |quarter| rhythm(quarter) * 1.05_f64.powf(quarter as f64 / WEEK as f64));
}

#[test]
fn what_is_busy_from_its_first_minute_is_believed_to_fail_for_some_hours_and_never_again() {
    let service = Service::new(1).runs(WEEK, |_| 20.0);
    let [(_, Some(_)), .., (ended, None)] = service.changes.as_slice() else {
        panic!("{:?}", service.changes)
    };
    assert!(ended.micros() - MONDAY < 6 * 3_600_000_000, "{:?}", service.changes);
}

#[test]
fn one_loud_visitor_raises_nothing() {
    for seed in 1..=2 {
        let mut service = Service::new(seed).runs(2 * WEEK, |_| 0.3);
        service.loud = 1;
        assert_eq!(service.runs(WEEK, |_| 0.3).changes, [], "by chance {seed}");
    }
}

#[test]
fn a_storm_is_noticed_as_it_comes_and_its_end_soon_after() {
    for (what, usual) in [("quiet", &(|_| 0.3) as &dyn Fn(i64) -> f64), ("day and night", &rhythm)] {
        for (weeks, seed) in [(0, 1), (2, 3)] {
            let begin = weeks * WEEK + DAY + 50;
            let before = Service::new(seed).runs(begin, usual);
            assert_eq!(before.changes, [], "{what} {weeks}");
            let storm = before.runs(1, |quarter| usual(quarter) + 150.0);
            let start = Quarter::of(Timestamp::from_micros(MONDAY)).plus(begin).start();
            let noticed = storm.changes[0].0.since(start);
            assert!(noticed < Duration::from_secs(420), "{what} {weeks}: noticed after {noticed:?}");
            assert!(storm.standing.level >= Some(Level::PartialOutage), "{what} {weeks}");
            let goes_on = storm.runs(11, |quarter| usual(quarter) + 150.0);
            assert!(goes_on.changes.iter().all(|(_, level)| level.is_some()), "{what} {weeks}: never lost");
            let over = goes_on.runs(5, usual);
            assert_eq!(over.standing.level, None, "{what} {weeks}: over within 75 minutes");

            // A week later the outage is not what is usual: the same storm is noticed again.
            let changes = over.changes.len();
            let again = over.runs(WEEK - 17, usual);
            assert_eq!(again.changes.len(), changes, "{what} {weeks}: nothing in between");
            let again = again.runs(1, |quarter| usual(quarter) + 150.0);
            assert!(again.standing.level >= Some(Level::PartialOutage), "{what} {weeks}");
        }
    }
}
