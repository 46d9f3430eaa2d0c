//! Recurrence rules (RFC 5545 3.3.10), read from text. What is refused is refused in words for whoever wrote it.

use jiff::civil::{Date, DateTime, Weekday};
use kit_base::Timestamp;

use super::reading;

/// The step of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Frequency {
    Daily,
    Weekly,
    Monthly,
    Yearly,
}

impl Frequency {
    fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "DAILY" => Frequency::Daily,
            "WEEKLY" => Frequency::Weekly,
            "MONTHLY" => Frequency::Monthly,
            "YEARLY" => Frequency::Yearly,
            _ => return None,
        })
    }
}

/// The last time at which a rule may still give something, itself included.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Until {
    /// The end of that day.
    Day(Date),
    /// That time on the clocks of the zone.
    Wall(DateTime),
    /// That moment.
    Moment(Timestamp),
}

/// A weekday, and which of them in the month or year: the second, or the last (`-1`); each of them where absent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Day {
    pub nth: Option<i8>,
    pub weekday: Weekday,
}

/// A recurrence rule. Its lists are empty where the rule does not speak of them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Rule {
    pub frequency: Frequency,
    pub interval: i32,
    pub count: Option<u32>,
    pub until: Option<Until>,
    pub months: Vec<i8>,
    pub month_days: Vec<i8>,
    pub days: Vec<Day>,
    pub hours: Vec<i8>,
    pub minutes: Vec<i8>,
    pub positions: Vec<i16>,
    pub week_start: Weekday,
}

/// Times of a day that one rule may name.
const MOST_TIMES: usize = 24;

impl Rule {
    /// Reads a rule. The error is a sentence for whoever wrote it.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut parts: Vec<(&str, &str)> = Vec::new();
        for part in text.strip_prefix("RRULE:").unwrap_or(text).split(';').filter(|part| !part.is_empty()) {
            let (name, value) =
                part.split_once('=').ok_or_else(|| format!("\"{part}\" is no NAME=VALUE."))?;
            if parts.iter().any(|(known, _)| *known == name) {
                return Err(format!("{name} is given twice."));
            }
            parts.push((name, value));
        }
        let frequency = parts.iter().find(|(name, _)| *name == "FREQ").map(|(_, value)| *value);
        let frequency = frequency
            .and_then(Frequency::parse)
            .ok_or("FREQ is needed, and is one of DAILY, WEEKLY, MONTHLY and YEARLY.")?;
        let mut rule = Self::every(frequency);
        for (name, value) in parts {
            rule.read(name, value)?;
        }
        rule.check().map(|()| rule)
    }

    fn every(frequency: Frequency) -> Self {
        Self {
            frequency,
            interval: 1,
            count: None,
            until: None,
            months: Vec::new(),
            month_days: Vec::new(),
            days: Vec::new(),
            hours: Vec::new(),
            minutes: Vec::new(),
            positions: Vec::new(),
            week_start: Weekday::Monday,
        }
    }

    fn read(&mut self, name: &str, value: &str) -> Result<(), String> {
        match name {
            "FREQ" => {}
            "INTERVAL" => self.interval = reading::number(name, value, 1..=1000)?,
            "COUNT" => self.count = Some(reading::number(name, value, 1..=10_000)?),
            "UNTIL" => self.until = Some(reading::until(value)?),
            "BYMONTH" => self.months = reading::numbers(name, value, 1..=12)?,
            "BYMONTHDAY" => self.month_days = reading::signed(name, value, 31)?,
            "BYDAY" => self.days = reading::days(value)?,
            "BYHOUR" => self.hours = reading::numbers(name, value, 0..=23)?,
            "BYMINUTE" => self.minutes = reading::numbers(name, value, 0..=59)?,
            "BYSETPOS" => self.positions = reading::signed(name, value, 366)?,
            "WKST" => {
                self.week_start = reading::weekday(value)
                    .ok_or_else(|| format!("WKST is one of MO, TU, WE, TH, FR, SA and SU, not {value}."))?;
            }
            "BYSECOND" | "BYYEARDAY" | "BYWEEKNO" => return Err(format!("{name} is not supported.")),
            other => return Err(format!("{other} is no part of a recurrence rule.")),
        }
        Ok(())
    }

    /// What RFC 5545 forbids of parts beside each other.
    fn check(&self) -> Result<(), String> {
        let numbered = self.days.iter().filter_map(|day| day.nth).map(i8::abs).max();
        let in_months = self.frequency == Frequency::Monthly || !self.months.is_empty();
        let refused = match self.frequency {
            _ if self.count.is_some() && self.until.is_some() => "COUNT and UNTIL cannot stand together.",
            Frequency::Weekly if !self.month_days.is_empty() => "BYMONTHDAY cannot stand beside FREQ=WEEKLY.",
            Frequency::Daily | Frequency::Weekly if numbered.is_some() => {
                "BYDAY may have numbers only beside FREQ=MONTHLY and FREQ=YEARLY."
            }
            _ if in_months && numbered.is_some_and(|number| number > 5) => "No month has a sixth week.",
            _ if !self.positions.is_empty() && !self.has_lists() => {
                "BYSETPOS chooses from what another BY part gives, and there is none."
            }
            _ if self.hours.len().max(1) * self.minutes.len().max(1) > MOST_TIMES => {
                "BYHOUR and BYMINUTE may give at most 24 times a day."
            }
            _ => return Ok(()),
        };
        Err(refused.to_owned())
    }

    fn has_lists(&self) -> bool {
        !(self.months.is_empty()
            && self.month_days.is_empty()
            && self.days.is_empty()
            && self.hours.is_empty()
            && self.minutes.is_empty())
    }
}
