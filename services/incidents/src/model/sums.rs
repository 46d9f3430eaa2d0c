//! Time by state in whole microseconds, and the percentage that follows from it.

use contracts::Status;
use kit_base::Setting;
use kit_base::settings::{Kind, Settings};

use super::days::DAY;

pub(crate) const WEIGHT_OF_MAJOR: Setting = Setting::new(
    "incidents.uptime_weight_major",
    Kind::Fraction,
    "1",
    "how much of the time in a major outage counts as down",
);
pub(crate) const WEIGHT_OF_PARTIAL: Setting = Setting::new(
    "incidents.uptime_weight_partial",
    Kind::Fraction,
    "0.5",
    "how much of the time in a partial outage counts as down",
);
pub(crate) const WEIGHT_OF_DEGRADED: Setting = Setting::new(
    "incidents.uptime_weight_degraded",
    Kind::Fraction,
    "0",
    "how much of the time of degraded performance counts as down",
);

/// How much each kind of trouble counts as down, from 0 to 1.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Weights {
    pub major: f64,
    pub partial: f64,
    pub degraded: f64,
}

impl Weights {
    pub(crate) fn from_settings(settings: &Settings) -> Self {
        // The text is read, because a setting's fraction has fewer digits than a percentage needs.
        let read = |setting: &Setting| settings.text(setting).parse().unwrap_or_default();
        Self {
            major: read(&WEIGHT_OF_MAJOR),
            partial: read(&WEIGHT_OF_PARTIAL),
            degraded: read(&WEIGHT_OF_DEGRADED),
        }
    }
}

/// Microseconds in each state; `uncounted` is the time before the component began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sums {
    pub operational: i64,
    pub degraded: i64,
    pub partial: i64,
    pub major: i64,
    pub maintenance: i64,
    pub unknown: i64,
    pub uncounted: i64,
}

impl Sums {
    /// So many whole days in this state (`None` is not counted).
    pub(crate) fn whole_days(state: Option<Status>, days: i64) -> Self {
        let mut sums = Self::default();
        sums.add(state, days.saturating_mul(DAY));
        sums
    }

    /// So much more time in this state.
    pub(crate) fn add(&mut self, state: Option<Status>, micros: i64) {
        let sum = match state {
            None => &mut self.uncounted,
            Some(Status::Operational) => &mut self.operational,
            Some(Status::DegradedPerformance) => &mut self.degraded,
            Some(Status::PartialOutage) => &mut self.partial,
            Some(Status::MajorOutage) => &mut self.major,
            Some(Status::UnderMaintenance) => &mut self.maintenance,
            Some(Status::Unknown) => &mut self.unknown,
        };
        *sum += micros;
    }

    /// All of the other besides.
    pub(crate) fn join(&mut self, other: &Self) {
        self.operational += other.operational;
        self.degraded += other.degraded;
        self.partial += other.partial;
        self.major += other.major;
        self.maintenance += other.maintenance;
        self.unknown += other.unknown;
        self.uncounted += other.uncounted;
    }

    /// Whether a day of these sums has nothing to tell: it was wholly operational, or before the beginning.
    pub(crate) fn is_plain(&self) -> bool {
        self.operational == DAY || self.uncounted == DAY
    }

    /// The part of the known time that was up, from 0 to 1. Maintenance, unknown time and the time before the beginning
    /// are left out of both sides; where nothing else is left there is no number, and never 1.
    pub(crate) fn uptime(&self, weights: &Weights) -> Option<f64> {
        let known = self.operational + self.degraded + self.partial + self.major;
        let down = weights.degraded * self.degraded as f64
            + weights.partial * self.partial as f64
            + weights.major * self.major as f64;
        (known > 0).then(|| 1.0 - down / known as f64)
    }

    /// The worst state that any of the time was in; nothing where no time is counted.
    pub(crate) fn worst(&self) -> Option<Status> {
        let states = [
            (self.major, Status::MajorOutage),
            (self.partial, Status::PartialOutage),
            (self.degraded, Status::DegradedPerformance),
            (self.maintenance, Status::UnderMaintenance),
            (self.unknown, Status::Unknown),
            (self.operational, Status::Operational),
        ];
        states.into_iter().find(|(micros, _)| *micros > 0).map(|(_, state)| state)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const USUAL: Weights = Weights { major: 1.0, partial: 0.5, degraded: 0.0 };

    #[test]
    fn what_is_not_known_is_no_part_of_the_percentage() {
        let unknown = Sums { unknown: DAY, ..Sums::default() };
        assert_eq!((unknown.uptime(&USUAL), unknown.worst()), (None, Some(Status::Unknown)));
        let before = Sums::whole_days(None, 1);
        assert_eq!((before.uptime(&USUAL), before.worst(), before.is_plain()), (None, None, true));
        let half = Sums { operational: DAY / 4, major: DAY / 4, maintenance: DAY / 2, ..Sums::default() };
        assert_eq!((half.uptime(&USUAL), half.worst()), (Some(0.5), Some(Status::MajorOutage)));
    }

    #[test]
    fn the_weights_say_what_counts_as_down() {
        let day = Sums { operational: DAY / 2, degraded: DAY / 4, partial: DAY / 4, ..Sums::default() };
        assert_eq!(day.uptime(&USUAL), Some(0.875));
        let strict = Weights { major: 1.0, partial: 1.0, degraded: 1.0 };
        assert_eq!(day.uptime(&strict), Some(0.5));
        assert!(Sums::whole_days(Some(Status::Operational), 1).is_plain() && !day.is_plain());
        let usual = Weights::from_settings(&Settings::default());
        assert_eq!((usual.major, usual.partial, usual.degraded), (1.0, 0.5, 0.0));
    }

    #[test]
    fn one_microsecond_is_seen() {
        let year = Sums { operational: 365 * DAY - 1, major: 1, ..Sums::default() };
        assert!(year.uptime(&USUAL).unwrap() < 1.0);
    }
}
