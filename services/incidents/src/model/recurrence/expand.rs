//! From a rule and a first time to all further ones, on the clocks of one place: no zones here. Period by period (day,
//! week, month or year), as the table of RFC 5545 3.3.10 has it.

use std::collections::VecDeque;

use jiff::Span;
use jiff::civil::{Date, DateTime, Time};

use super::rule::{Day, Frequency, Rule};

/// How many years ahead it is looked for: every date that there is comes again sooner, and a rule that gives nothing
/// comes to an end.
const YEARS: i16 = 100;

/// The times that a rule gives, the first one first, whether or not the rule would give it (RFC 5545 3.8.5.3: it always
/// counts).
pub(super) struct Times<'a> {
    rule: &'a Rule,
    first: DateTime,
    period: Option<Date>,
    ready: VecDeque<DateTime>,
    given: u32,
}

impl<'a> Times<'a> {
    pub(super) fn new(rule: &'a Rule, first: DateTime) -> Self {
        let day = first.date();
        let period = match rule.frequency {
            Frequency::Daily => Some(day),
            Frequency::Weekly => day.checked_sub(Span::new().days(day.weekday().since(rule.week_start))).ok(),
            Frequency::Monthly => Some(day.first_of_month()),
            Frequency::Yearly => Some(day.first_of_year()),
        };
        Self { rule, first, period, ready: VecDeque::new(), given: 0 }
    }

    /// What the next period gives is ready; `None` at the end of all periods.
    fn advance(&mut self) -> Option<()> {
        let period = self.period?;
        let step = self.rule.interval;
        let span = match self.rule.frequency {
            Frequency::Daily => Span::new().days(step),
            Frequency::Weekly => Span::new().weeks(step),
            Frequency::Monthly => Span::new().months(step),
            Frequency::Yearly => Span::new().years(step),
        };
        let last = self.first.year().saturating_add(YEARS);
        self.period = period.checked_add(span).ok().filter(|next| next.year() <= last);
        let mut times = self.rule.times(period, self.first);
        if !self.rule.positions.is_empty() {
            times = self.rule.chosen(&times);
        }
        self.ready.extend(times.into_iter().filter(|time| *time > self.first));
        Some(())
    }
}

impl Iterator for Times<'_> {
    type Item = DateTime;

    fn next(&mut self) -> Option<DateTime> {
        if self.rule.count.is_some_and(|count| self.given >= count) {
            return None;
        }
        self.given = self.given.saturating_add(1);
        if self.given == 1 {
            return Some(self.first);
        }
        loop {
            if let Some(time) = self.ready.pop_front() {
                return Some(time);
            }
            self.advance()?;
        }
    }
}

impl Rule {
    /// All times of one period, in their order. What the rule leaves open is as with the first time.
    fn times(&self, period: Date, first: DateTime) -> Vec<DateTime> {
        let mut dates = match self.frequency {
            Frequency::Daily => vec![period],
            Frequency::Weekly => self.of_week(period, first.date()),
            Frequency::Monthly => self.of_month(period, first.date()),
            Frequency::Yearly => self.of_year(period, first.date()),
        };
        dates.retain(|date| self.allows(*date));
        dates.sort();
        dates.dedup();
        let or = |list: &[i8], usual: i8| if list.is_empty() { vec![usual] } else { list.to_vec() };
        let (hours, minutes) = (or(&self.hours, first.hour()), or(&self.minutes, first.minute()));
        let mut times = Vec::new();
        for date in dates {
            for hour in &hours {
                let of_hour =
                    minutes.iter().filter_map(|minute| Time::new(*hour, *minute, first.second(), 0).ok());
                times.extend(of_hour.map(|time| date.to_datetime(time)));
            }
        }
        times
    }

    /// What limits every frequency, and, day by day, what could not be worked out from numbers.
    fn allows(&self, date: Date) -> bool {
        let weekday = || self.days.iter().any(|day| day.weekday == date.weekday());
        let month = self.months.is_empty() || self.months.contains(&date.month());
        let day_of_month = self.month_days.is_empty() || on_day_of_month(date, &self.month_days);
        month && day_of_month && (self.days.is_empty() || weekday())
    }

    fn of_week(&self, week: Date, first: Date) -> Vec<Date> {
        let days = week.series(Span::new().days(1)).take(7);
        days.filter(|date| !self.days.is_empty() || date.weekday() == first.weekday()).collect()
    }

    fn of_month(&self, month: Date, first: Date) -> Vec<Date> {
        if self.days.is_empty() && self.month_days.is_empty() {
            return Date::new(month.year(), month.month(), first.day()).into_iter().collect();
        }
        let days = days_of(month, month.days_in_month());
        days.filter(|date| self.counts(*date, date.day(), date.days_in_month())).collect()
    }

    fn of_year(&self, year: Date, first: Date) -> Vec<Date> {
        if self.days.is_empty() || !self.months.is_empty() || !self.month_days.is_empty() {
            let usual = if self.month_days.is_empty() { vec![first.month()] } else { (1..=12).collect() };
            let months = if self.months.is_empty() { usual } else { self.months.clone() };
            let months = months.into_iter().filter_map(|month| Date::new(year.year(), month, 1).ok());
            return months.flat_map(|month| self.of_month(month, first)).collect();
        }
        let length = year.days_in_year();
        let days = days_of(year, length);
        days.filter(|date| self.counts(*date, date.day_of_year(), length)).collect()
    }

    /// Whether the number that a weekday has in the rule, if it has one, is that of this date: the `place`th of `length`
    /// days.
    fn counts<T: Into<i32>>(&self, date: Date, place: T, length: T) -> bool {
        let (place, length): (i32, i32) = (place.into(), length.into());
        let (from_begin, from_end) = ((place - 1) / 7 + 1, -((length - place) / 7 + 1));
        let fits = |day: &Day| {
            let number = day.nth.map(i32::from);
            day.weekday == date.weekday() && number.is_none_or(|nth| nth == from_begin || nth == from_end)
        };
        self.days.is_empty() || self.days.iter().any(fits)
    }

    /// The times at the places that `BYSETPOS` names.
    fn chosen(&self, times: &[DateTime]) -> Vec<DateTime> {
        let length = i64::try_from(times.len()).unwrap_or(i64::MAX);
        let mut places: Vec<i64> = self
            .positions
            .iter()
            .map(|place| i64::from(*place))
            .map(|place| if place > 0 { place - 1 } else { length + place })
            .collect();
        places.sort_unstable();
        places.dedup();
        places.into_iter().filter_map(|place| times.get(usize::try_from(place).ok()?)).copied().collect()
    }
}

fn days_of(first: Date, length: impl Into<i32>) -> impl Iterator<Item = Date> {
    first.series(Span::new().days(1)).take(usize::try_from(length.into()).unwrap_or_default())
}

/// Whether the date is one of these days of its month; negative ones count from the end.
fn on_day_of_month(date: Date, days: &[i8]) -> bool {
    let from_end = date.day() - date.days_in_month() - 1;
    days.contains(&date.day()) || days.contains(&from_end)
}
