//! Times as people read them: how long ago and when by the clock, together, with the exact moment in the markup.
//! The server writes UTC; `live.js` turns the clock into the reader's zone where it may run.

use std::time::Duration;

use kit_base::Timestamp;

use crate::words;

/// A moment, ready for the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// For the markup: `2026-11-21T14:05:00Z`.
    pub iso: String,
    /// For the tooltip: "21 November 2026, 14:05:00 UTC".
    pub exact: String,
    /// How long it is from then to now: "12 min".
    pub span: String,
    /// By the clock, with the day if that is not today: "14:05 UTC", "19 Nov, 14:05 UTC".
    pub clock: String,
}

impl Moment {
    /// This moment as it is read at `now`.
    pub fn new(at: Timestamp, now: Timestamp) -> Self {
        let iso = at.to_string();
        let date = Date::of(at);
        let time = format!("{} UTC", at.clock_time());
        let clock = match (date == Date::of(now), date.year == Date::of(now).year) {
            (true, _) => time,
            (false, true) => format!("{}, {time}", date.short()),
            (false, false) => format!("{} {}, {time}", date.short(), date.year),
        };
        let seconds = iso.get(11..19).unwrap_or_default();
        let exact = format!("{} {}, {seconds} UTC", date.long(), date.year);
        Self { iso, exact, span: span(now.since(at)), clock }
    }

    /// This moment under a heading that names its day: the clock alone.
    pub fn on_its_day(at: Timestamp, now: Timestamp) -> Self {
        Self { clock: format!("{} UTC", at.clock_time()), ..Self::new(at, now) }
    }
}

/// A day of the calendar, in UTC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Date {
    year: String,
    month: usize,
    day: String,
}

impl Date {
    /// The day of this moment.
    pub fn of(at: Timestamp) -> Self {
        let iso = at.to_string();
        let part = |range: std::ops::Range<usize>| iso.get(range).unwrap_or_default().to_owned();
        Self { year: part(0..4), month: part(5..7).parse().unwrap_or(0), day: part(8..10) }
    }

    /// `2026-11-21`.
    pub fn iso(&self) -> String {
        format!("{}-{:02}-{}", self.year, self.month, self.day)
    }

    /// `2026-11`.
    pub fn month_iso(&self) -> String {
        format!("{}-{:02}", self.year, self.month)
    }

    /// "November 2026".
    pub fn month_and_year(&self) -> String {
        format!("{} {}", words::month(self.month), self.year)
    }

    /// "21 November".
    pub fn long(&self) -> String {
        words::day_and_month(self.day.trim_start_matches('0'), self.month)
    }

    /// "21 Nov".
    pub fn short(&self) -> String {
        words::day_and_month_short(self.day.trim_start_matches('0'), self.month)
    }
}

/// A length of time in at most two units: "under 1 min", "12 min", "1 h 28 min", "3 days".
pub fn span(length: Duration) -> String {
    let minutes = length.as_secs() / 60;
    let (hours, days) = (minutes / 60, minutes / (60 * 24));
    match (days, hours, minutes) {
        (0, 0, 0) => words::UNDER_A_MINUTE.to_owned(),
        (0, 0, _) => format!("{minutes} {}", words::MINUTE),
        (0, _, _) if minutes.is_multiple_of(60) => format!("{hours} {}", words::HOUR),
        (0, _, _) => format!("{hours} {} {} {}", words::HOUR, minutes % 60, words::MINUTE),
        (1, _, _) => format!("1 {}", words::DAY),
        _ => format!("{days} {}", words::DAYS),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    #[test]
    fn near_times_are_short_and_far_ones_say_their_day() {
        let now = at("2026-11-21T14:17:30Z");
        let near = Moment::new(at("2026-11-21T14:05:09Z"), now);
        assert_eq!((near.span.as_str(), near.clock.as_str()), ("12 min", "14:05 UTC"));
        assert_eq!(near.exact, "21 November 2026, 14:05:09 UTC");
        assert_eq!(Moment::new(at("2026-11-09T08:00:00Z"), now).clock, "9 Nov, 08:00 UTC");
        assert_eq!(Moment::new(at("2025-12-31T08:00:00Z"), now).clock, "31 Dec 2025, 08:00 UTC");
        assert_eq!(Date::of(now).iso(), "2026-11-21");
        assert_eq!(Moment::new(now.plus(Duration::from_secs(90)), now).span, "under 1 min");
    }

    #[test]
    fn spans_have_at_most_two_units() {
        let minutes = |n: u64| span(Duration::from_secs(n * 60));
        assert_eq!(span(Duration::from_secs(59)), "under 1 min");
        assert_eq!((minutes(59).as_str(), minutes(60).as_str()), ("59 min", "1 h"));
        assert_eq!((minutes(88).as_str(), minutes(1440).as_str()), ("1 h 28 min", "1 day"));
        assert_eq!(minutes(1440 * 3 + 5), "3 days");
    }
}
