//! When there are so many reports that something is wrong, how wrong, and when it is over: three levels, each easier to
//! keep than to reach.

use std::time::Duration;

use contracts::Level;
use contracts::reports::Baseline;
use kit_base::{Settings, Timestamp};

use super::baseline::Usual;
use crate::settings::{CLEAR_AFTER, MINIMUM};

/// So many spreads beyond what is usual hardly ever come by chance: once in years for a component.
const SPREADS: f64 = 6.0;
/// The band within which nothing is remarkable, in spreads.
const BAND: f64 = 2.0;
/// A level is kept down to this share of what it takes to reach it.
const KEPT: f64 = 0.5;

/// What the settings say.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rules {
    minimum: f64,
    clear_after: Duration,
}

/// How bad a component is by the reports alone.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Standing {
    pub level: Option<Level>,
    /// Since when.
    pub since: Option<Timestamp>,
    /// Since when there have been too few reports to keep the level.
    pub below_since: Option<Timestamp>,
}

impl Rules {
    pub(crate) fn from_settings(settings: &Settings) -> Self {
        Self::new(settings.count(&MINIMUM), settings.duration(&CLEAR_AFTER))
    }

    pub(crate) fn new(minimum: usize, clear_after: Duration) -> Self {
        Self { minimum: minimum as f64, clear_after }
    }

    /// What it takes beyond the usual to reach the lowest level.
    fn step(&self, usual: Usual) -> f64 {
        (SPREADS * usual.spread).max(self.minimum)
    }

    /// Reports in 15 minutes that reach this level.
    fn reached(&self, usual: Usual, level: Level) -> f64 {
        let steps = match level {
            Level::DegradedPerformance => 1.0,
            Level::PartialOutage => 2.0,
            Level::MajorOutage => 5.0,
        };
        usual.median + steps * self.step(usual)
    }

    /// Reports in 15 minutes that keep this level.
    fn kept(&self, usual: Usual, level: Level) -> f64 {
        usual.median + KEPT * (self.reached(usual, level) - usual.median)
    }

    /// What is usual, for a chart.
    pub(crate) fn baseline(&self, usual: Usual) -> Baseline {
        Baseline {
            usual: tenths(usual.median),
            low: tenths((usual.median - BAND * usual.spread).max(0.0)),
            high: tenths(usual.median + BAND * usual.spread),
            alarm: tenths(self.reached(usual, Level::DegradedPerformance)),
        }
    }
}

/// How it stands now that there are `recent` reports in 15 minutes. A level is reached at once, and lost when there have
/// been too few reports for it for some time; then what is left of it is the level that the reports still keep.
pub(crate) fn judge(before: Standing, recent: f64, usual: Usual, rules: &Rules, now: Timestamp) -> Standing {
    let highest =
        |limit: &dyn Fn(Level) -> f64| Level::ALL.into_iter().rfind(|level| recent >= limit(*level));
    let reached = highest(&|level| rules.reached(usual, level));
    if reached > before.level {
        return Standing { level: reached, since: Some(now), below_since: None };
    }
    let Some(level) = before.level else { return before };
    if recent >= rules.kept(usual, level) {
        return Standing { below_since: None, ..before };
    }
    let below_since = before.below_since.unwrap_or(now);
    if now.since(below_since) < rules.clear_after {
        return Standing { below_since: Some(below_since), ..before };
    }
    let left = highest(&|level| rules.kept(usual, level));
    Standing { level: left, since: Some(now), below_since: None }
}

fn tenths(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const QUIET: Usual = Usual { median: 0.0, spread: 1.0 };

    fn rules() -> Rules {
        Rules::new(6, Duration::from_secs(900))
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(seconds * 1_000_000)
    }

    #[test]
    fn each_level_is_reached_at_its_number_and_not_below() {
        for (recent, level) in [
            (5.9, None),
            (6.0, Some(Level::DegradedPerformance)),
            (11.9, Some(Level::DegradedPerformance)),
            (12.0, Some(Level::PartialOutage)),
            (29.9, Some(Level::PartialOutage)),
            (30.0, Some(Level::MajorOutage)),
        ] {
            assert_eq!(judge(Standing::default(), recent, QUIET, &rules(), at(0)).level, level, "{recent}");
        }
        let busy = Usual { median: 100.0, spread: 10.0 };
        assert_eq!(judge(Standing::default(), 159.0, busy, &rules(), at(0)).level, None);
        assert_eq!(judge(Standing::default(), 400.0, busy, &rules(), at(0)).level, Some(Level::MajorOutage));
    }

    #[test]
    fn a_level_is_left_when_reports_have_been_few_for_long_enough() {
        let raised = judge(Standing::default(), 12.0, QUIET, &rules(), at(0));
        let kept = judge(raised, 6.0, QUIET, &rules(), at(5000));
        assert_eq!(kept, raised, "half of what it takes keeps it");
        let below = judge(raised, 5.0, QUIET, &rules(), at(6000));
        assert_eq!((below.level, below.below_since), (raised.level, Some(at(6000))));
        let again = judge(below, 7.0, QUIET, &rules(), at(6500));
        assert_eq!(again.below_since, None, "more reports begin the wait anew");
        let waits = judge(below, 4.0, QUIET, &rules(), at(6899));
        assert_eq!(waits.level, Some(Level::PartialOutage));
        let lower = judge(waits, 4.0, QUIET, &rules(), at(6900));
        assert_eq!((lower.level, lower.since), (Some(Level::DegradedPerformance), Some(at(6900))));
        let clear = judge(judge(lower, 0.0, QUIET, &rules(), at(7000)), 0.0, QUIET, &rules(), at(7900));
        assert_eq!(clear, Standing { level: None, since: Some(at(7900)), below_since: None });
    }

    proptest! {
        #[test]
        fn more_reports_are_never_less_of_a_level(few in 0.0..500.0_f64, more in 0.0..500.0_f64, median in 0.0..100.0_f64) {
            let usual = Usual { median, spread: median.sqrt().max(1.0) };
            let level = |recent| judge(Standing::default(), recent, usual, &rules(), at(0)).level;
            prop_assert!(level(few + more) >= level(few));
        }

        #[test]
        fn what_is_usual_raises_nothing_and_no_level_falls_before_its_time(
            recents in proptest::collection::vec(0.0..60.0_f64, 1..40)
        ) {
            let mut standing = Standing::default();
            let mut reached_at = 0;
            for (minute, recent) in (0_i64..).zip(recents) {
                let after = judge(standing, recent, QUIET, &rules(), at(60 * minute));
                if after.level < standing.level {
                    prop_assert!(minute - reached_at >= 15, "it fell after {} minutes", minute - reached_at);
                }
                if after.level > standing.level {
                    prop_assert!(recent >= 6.0);
                }
                if after.level != standing.level {
                    reached_at = minute;
                }
                standing = after;
            }
        }
    }
}
