//! How many reports are usual for a component at this time of the week, and how far that varies: by medians, which a few
//! bad days do not move.

use contracts::Level;
use kit_base::Timestamp;

use super::quarter::{DAY, Quarter};

/// How many weeks back the same time of the week is looked at.
pub(crate) const WEEKS: i64 = 6;
const WEEK: i64 = 7 * DAY;
/// So many quarters before and after the same time of a week are taken for it.
pub(crate) const BESIDE: i64 = 2;
/// Fewer quarters than two weeks have of that say little about the time of the week.
const LEAST_OF_WEEKS: usize = 10;
/// Fewer quarters than half a day has do not say what is usual by day and by night.
const LEAST_OF_A_DAY: usize = 48;
/// Until then the last hour speaks: reports grow by night and day, but not from one quarter to the next.
const HOUR: i64 = 4;
/// The median of absolute deviations of a normal distribution, times this, is its standard deviation.
const TO_DEVIATION: f64 = 1.4826;
/// Numbers of people vary by a tenth for reasons of their own, however large they are.
const LEAST_SHARE: f64 = 0.1;
/// What is unusual for longer than this (in quarters) begins to be usual.
const LONGEST_OUTAGE: i64 = DAY;
/// The same for what began in the first hour, when nothing was usual yet: it may well be how things are here.
const LONGEST_AT_FIRST: i64 = 4 * HOUR;

/// What is usual for a quarter of an hour, in reports.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Usual {
    /// The median.
    pub median: f64,
    /// How far counts stray from it: as a standard deviation, never less than chance alone makes (Poisson).
    pub spread: f64,
}

/// What is known of a component's past.
pub(crate) struct Past {
    /// The first quarter that was watched as a whole.
    since: Quarter,
    /// What was counted in quarters with reports, oldest first.
    counts: Vec<(Timestamp, u64)>,
    /// First and last quarters of what must not be learnt from.
    outages: Vec<(Quarter, Quarter)>,
}

impl Past {
    /// From the counts that are not zero, and the changes of the level, oldest first.
    pub(crate) fn new(
        known_since: Timestamp,
        counts: impl IntoIterator<Item = (Timestamp, u64)>,
        changes: &[(Timestamp, Option<Level>)],
        now: Timestamp,
    ) -> Self {
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort_unstable();
        let since = Quarter::of(known_since).plus(1);
        Self { since, counts, outages: outages(since, changes, now) }
    }

    /// What is usual in `quarter`: by the same time of the last weeks with its neighbours where that is known, or else
    /// by the last day; in the first hours by the last hour, and nothing in the very first.
    pub(crate) fn usual(&self, quarter: Quarter) -> Usual {
        let weekly = (1..=WEEKS).flat_map(|week| (-BESIDE..=BESIDE).map(move |beside| beside - week * WEEK));
        let weekly = self.samples(quarter, weekly);
        if weekly.len() >= LEAST_OF_WEEKS {
            return Usual::of(weekly);
        }
        let mut daily = self.samples(quarter, (1..=DAY).map(|distance| -distance));
        if daily.len() < LEAST_OF_A_DAY {
            let hour = usize::try_from(HOUR).unwrap_or_default();
            daily.truncate(if daily.len() < hour { 0 } else { hour });
        }
        // A day has its busy hours, and they are usual too.
        let busy = quantile(&sorted(daily.clone()), 0.9);
        let usual = Usual::of(daily);
        Usual { spread: usual.spread.max(busy - usual.median), ..usual }
    }

    /// The counts of the quarters at these distances, as far as they were watched and nothing was wrong.
    fn samples(&self, from: Quarter, distances: impl Iterator<Item = i64>) -> Vec<f64> {
        distances
            .map(|distance| from.plus(distance))
            .filter(|quarter| *quarter >= self.since && *quarter < from)
            .filter(|quarter| !self.outages.iter().any(|(first, last)| (first..=last).contains(&quarter)))
            .map(|quarter| self.count(quarter) as f64)
            .collect()
    }

    fn count(&self, quarter: Quarter) -> u64 {
        let place = self.counts.binary_search_by_key(&quarter.start(), |(start, _)| *start);
        place.ok().and_then(|place| self.counts.get(place)).map_or(0, |(_, count)| *count)
    }
}

/// The times at which a level stood, none of them longer than what is believed to be an outage.
fn outages(
    since: Quarter,
    changes: &[(Timestamp, Option<Level>)],
    now: Timestamp,
) -> Vec<(Quarter, Quarter)> {
    let first_hour = since.plus(HOUR);
    let mut outages = Vec::new();
    let mut began = None;
    for (at, level) in changes.iter().copied().chain([(now, None)]) {
        match (began, level) {
            (None, Some(_)) => began = Some(Quarter::of(at)),
            (Some(first), None) => {
                let longest = if first <= first_hour { LONGEST_AT_FIRST } else { LONGEST_OUTAGE };
                outages.push((first, Quarter::of(at).min(first.plus(longest))));
                began = None;
            }
            _ => {}
        }
    }
    outages
}

impl Usual {
    /// The median of these counts, with a spread.
    fn of(samples: Vec<f64>) -> Self {
        let median = median(samples.clone());
        let deviations = samples.into_iter().map(|sample| (sample - median).abs());
        let deviation = self::median(deviations.collect()) * TO_DEVIATION;
        Self { median, spread: deviation.max((median + 1.0).sqrt()).max(median * LEAST_SHARE) }
    }
}

fn median(samples: Vec<f64>) -> f64 {
    quantile(&sorted(samples), 0.5)
}

fn sorted(mut samples: Vec<f64>) -> Vec<f64> {
    samples.sort_unstable_by(f64::total_cmp);
    samples
}

/// What this share of the samples lies below, between two of them where it must be; 0 of none.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is between 0 and the length")]
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let place = share * sorted.len().saturating_sub(1) as f64;
    let at = |place: f64| sorted.get(place as usize).copied().unwrap_or_default();
    let (below, above) = (at(place.floor()), at(place.ceil()));
    below + (above - below) * place.fract()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;

    const QUARTER: Duration = Duration::from_secs(900);

    /// A past in which every quarter up to now, oldest first, has this count.
    fn past(counts: &[u64], changes: &[(usize, Option<Level>)]) -> (Past, Quarter) {
        let start = Quarter::of(Timestamp::parse("2026-01-01T00:00:00Z").unwrap());
        let at = |n: usize| start.plus(i64::try_from(n).unwrap()).start();
        let counted: Vec<_> = counts.iter().enumerate().map(|(n, count)| (at(n), *count)).collect();
        let changes: Vec<_> = changes.iter().map(|(n, level)| (at(*n), *level)).collect();
        let now = Quarter::of(at(counts.len()));
        (Past::new(start.start().minus(QUARTER), counted, &changes, now.start()), now)
    }

    #[test]
    fn without_a_past_nothing_is_usual() {
        let (none, now) = past(&[9, 9, 9], &[]);
        assert_eq!(none.usual(now), Usual { median: 0.0, spread: 1.0 });
        let (hours, now) = past(&[0, 0, 0, 9, 16, 16, 25], &[]);
        assert_eq!(hours.usual(now).median, 16.0, "the last hour");
    }

    #[test]
    fn the_last_day_speaks_until_two_weeks_are_known() {
        let (short, now) = past(&[4; 96], &[]);
        assert_eq!(short.usual(now), Usual { median: 4.0, spread: 5.0_f64.sqrt() });
        // Mondays at nine there are 50; all else is quiet.
        let week = 672;
        let mut counts = vec![1; 2 * week + 9];
        for quarter in 7..12 {
            (counts[quarter], counts[quarter + week]) = (50, 50);
        }
        let (long, now) = past(&counts, &[]);
        assert_eq!(long.usual(now).median, 50.0);
        assert_eq!(long.usual(now.plus(40)).median, 1.0);
    }

    #[test]
    fn an_outage_is_not_learnt_from_unless_it_never_ends() {
        let mut counts = vec![2; 96];
        counts[20..70].fill(500);
        let changes = [(20, Some(Level::PartialOutage)), (30, Some(Level::MajorOutage)), (70, None)];
        let (with, now) = past(&counts, &changes);
        assert_eq!(with.usual(now).median, 2.0);
        let (without, now) = past(&counts, &[]);
        assert_eq!(without.usual(now).median, 500.0);
        let (still, now) = past(&counts, &changes[..2]);
        assert_eq!(still.usual(now).median, 2.0);
        let (endless, now) = past(&[500; 300], &[(50, Some(Level::MajorOutage))]);
        assert_eq!(endless.usual(now).median, 500.0);
    }

    proptest! {
        #[test]
        fn a_spread_is_at_least_that_of_chance_and_always_a_number(
            counts in proptest::collection::vec(0_u64..1_000_000, 0..800)
        ) {
            let (past, now) = past(&counts, &[]);
            let usual = past.usual(now);
            prop_assert!(usual.median >= 0.0 && usual.spread.is_finite());
            prop_assert!(usual.spread >= 1.0 && usual.spread > usual.median.sqrt());
            let most = counts.iter().max().copied().unwrap_or_default();
            prop_assert!(usual.median <= most as f64);
        }

        #[test]
        fn a_few_wild_quarters_move_nothing(wild in proptest::collection::vec((0_usize..96, 0_u64..1_000_000), 0..9)) {
            let mut counts = vec![7; 96];
            for (at, count) in wild {
                counts[at] = count;
            }
            let (past, now) = past(&counts, &[]);
            prop_assert_eq!(past.usual(now), Usual { median: 7.0, spread: 8.0_f64.sqrt() });
        }
    }
}
