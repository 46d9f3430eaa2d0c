//! Days and months in UTC, counted: a day is the number of days since 1970-01-01.

use kit_base::Timestamp;

/// Microseconds of a day.
pub(crate) const DAY: i64 = 86_400_000_000;
/// Microseconds of a minute.
const MINUTE: i64 = 60_000_000;

/// The day in which this moment lies.
pub(crate) fn day_of(at: Timestamp) -> i64 {
    at.micros().div_euclid(DAY)
}

/// The first day that begins at this moment or after it.
pub(crate) fn day_from(at: Timestamp) -> i64 {
    day_of(Timestamp::from_micros(at.micros().saturating_add(DAY - 1)))
}

/// When the day begins.
pub(crate) fn start_of(day: i64) -> Timestamp {
    Timestamp::from_micros(day.saturating_mul(DAY))
}

/// The last whole minute.
pub(crate) fn whole_minute(at: Timestamp) -> Timestamp {
    Timestamp::from_micros(at.micros().div_euclid(MINUTE) * MINUTE)
}

/// The day as `2026-11-21`.
pub(crate) fn date(day: i64) -> String {
    let mut text = start_of(day).to_string();
    text.truncate(10);
    text
}

/// The month of the day, as `2026-11`.
pub(crate) fn month(day: i64) -> String {
    let mut text = date(day);
    text.truncate(7);
    text
}

/// The first day of the month that was `back` months before that of `day`.
pub(crate) fn month_start(day: i64, back: i64) -> i64 {
    let first = |day: i64| {
        let number = date(day).get(8..).and_then(|number| number.parse().ok()).unwrap_or(1);
        day - (number - 1)
    };
    (0..back).fold(first(day), |start, _| first(start - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_begin_at_midnight_and_months_at_the_first() {
        let noon = Timestamp::parse("2026-03-31T12:00:00Z").unwrap();
        let day = day_of(noon);
        assert_eq!((date(day), month(day)), ("2026-03-31".to_owned(), "2026-03".to_owned()));
        assert_eq!(start_of(day).to_string(), "2026-03-31T00:00:00Z");
        assert_eq!((day_from(noon), day_from(start_of(day))), (day + 1, day));
        assert_eq!(day_of(Timestamp::from_micros(-1)), -1);
        let starts: Vec<String> = [0, 1, 2, 3, 24].map(|back| date(month_start(day, back))).into();
        assert_eq!(starts, ["2026-03-01", "2026-02-01", "2026-01-01", "2025-12-01", "2024-03-01"]);
        let later = noon.plus(std::time::Duration::from_millis(61_500));
        assert_eq!(whole_minute(later).to_string(), "2026-03-31T12:01:00Z");
    }
}
