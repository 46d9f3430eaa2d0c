//! Quarters of an hour, as clocks strike them in UTC.

use kit_base::Timestamp;

const MICROS: i64 = 900_000_000;
/// Quarters in a day.
pub(crate) const DAY: i64 = 96;

/// A quarter of an hour, counted from 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Quarter(i64);

impl Quarter {
    /// The quarter in which this moment lies.
    pub(crate) fn of(moment: Timestamp) -> Self {
        Self(moment.micros().div_euclid(MICROS))
    }

    /// When it begins.
    pub(crate) fn start(self) -> Timestamp {
        Timestamp::from_micros(self.0.saturating_mul(MICROS))
    }

    /// The quarter so many later, or earlier.
    pub(crate) fn plus(self, quarters: i64) -> Self {
        Self(self.0.saturating_add(quarters))
    }

    /// How much of it has passed, from 0 to 1.
    fn passed(self, now: Timestamp) -> f64 {
        let passed = now.micros().saturating_sub(self.start().micros()).clamp(0, MICROS);
        passed as f64 / MICROS as f64
    }
}

/// Reports of the last 15 minutes, from those of the running quarter and of the one before: as if the latter had come
/// evenly. So a storm that begins just before the hour is seen as soon as any other, and nothing drops to zero when a
/// quarter begins.
pub(crate) fn recent(current: u64, before: u64, now: Timestamp) -> f64 {
    current as f64 + before as f64 * (1.0 - Quarter::of(now).passed(now))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_quarter_fades_out() {
        let at = |text| Timestamp::parse(text).unwrap();
        let quarter = Quarter::of(at("2026-11-21T12:44:59Z"));
        assert_eq!(quarter.start(), at("2026-11-21T12:30:00Z"));
        assert_eq!(quarter.plus(1).start(), at("2026-11-21T12:45:00Z"));
        assert_eq!(recent(3, 10, at("2026-11-21T12:30:00Z")), 13.0);
        assert_eq!(recent(3, 10, at("2026-11-21T12:37:30Z")), 8.0);
        assert!(recent(3, 10, at("2026-11-21T12:44:59Z")) < 3.02);
    }
}
