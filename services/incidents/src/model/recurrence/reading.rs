//! The values of a recurrence rule's parts, each read from its text and held to its bounds.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;

use jiff::civil::{Date, DateTime, Weekday};
use kit_base::Timestamp;

use super::rule::{Day, Until};

/// A whole number in `range`.
pub(super) fn number<T>(name: &str, value: &str, range: RangeInclusive<T>) -> Result<T, String>
where
    T: FromStr + PartialOrd + Display,
{
    let plain = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    let number = value.parse().ok().filter(|number| plain && range.contains(number));
    number.ok_or_else(|| {
        format!("{name} is a whole number from {} to {}, not {value}.", range.start(), range.end())
    })
}

/// Whole numbers in `range`, in their order, each once.
pub(super) fn numbers(name: &str, value: &str, range: RangeInclusive<i8>) -> Result<Vec<i8>, String> {
    let read: Result<Vec<i8>, String> =
        value.split(',').map(|one| number(name, one, range.clone())).collect();
    read.map(sorted)
}

/// Whole numbers from 1 to `most`, or from the end with a minus.
pub(super) fn signed<T>(name: &str, value: &str, most: T) -> Result<Vec<T>, String>
where
    T: FromStr + Ord + Display + Copy + From<i8> + std::ops::Neg<Output = T>,
{
    let mut read = Vec::new();
    for one in value.split(',') {
        let digits = one.strip_prefix(['+', '-']).unwrap_or(one);
        let number = number(name, digits, T::from(1)..=most)?;
        read.push(if one.starts_with('-') { -number } else { number });
    }
    Ok(sorted(read))
}

fn sorted<T: Ord>(mut list: Vec<T>) -> Vec<T> {
    list.sort();
    list.dedup();
    list
}

/// Weekdays, each with its number where it has one: `MO`, `1TU`, `-1FR`.
pub(super) fn days(value: &str) -> Result<Vec<Day>, String> {
    let mut days = Vec::new();
    for one in value.split(',') {
        let wrong = || format!("BYDAY has weekdays such as MO, 1TU or -1FR, not {one}.");
        let (number, name) = one.split_at_checked(one.len().saturating_sub(2)).ok_or_else(wrong)?;
        let weekday = weekday(name).ok_or_else(wrong)?;
        let nth = match number {
            "" => None,
            number => Some(signed("BYDAY", number, 53_i8)?.into_iter().next().ok_or_else(wrong)?),
        };
        let day = Day { nth, weekday };
        if !days.contains(&day) {
            days.push(day);
        }
    }
    Ok(days)
}

/// The weekday of these two letters.
pub(super) fn weekday(name: &str) -> Option<Weekday> {
    Some(match name {
        "MO" => Weekday::Monday,
        "TU" => Weekday::Tuesday,
        "WE" => Weekday::Wednesday,
        "TH" => Weekday::Thursday,
        "FR" => Weekday::Friday,
        "SA" => Weekday::Saturday,
        "SU" => Weekday::Sunday,
        _ => return None,
    })
}

/// `20261231`, `20261231T230000` or `20261231T230000Z`.
pub(super) fn until(value: &str) -> Result<Until, String> {
    let wrong =
        || format!("UNTIL is a day such as 20261231 or a moment such as 20261231T230000Z, not {value}.");
    let (text, is_moment) = match value.strip_suffix('Z') {
        Some(text) => (text, true),
        None => (value, false),
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (day, time) = match text.split_once('T') {
        None => (text, None),
        Some((day, time)) => (day, Some(time)),
    };
    let good = day.len() == 8 && digits(day) && time.is_none_or(|time| time.len() == 6 && digits(time));
    let day: Date = Some(day).filter(|_| good).and_then(|day| day.parse().ok()).ok_or_else(wrong)?;
    let Some(time) = time else {
        return if is_moment { Err(wrong()) } else { Ok(Until::Day(day)) };
    };
    let part = |from: usize| time.get(from..from + 2).and_then(|text| text.parse::<i8>().ok());
    let (Some(hour), Some(minute), Some(second)) = (part(0), part(2), part(4)) else { return Err(wrong()) };
    let wall = jiff::civil::Time::new(hour, minute, second, 0).map_err(|_| wrong())?;
    let wall: DateTime = day.to_datetime(wall);
    if !is_moment {
        return Ok(Until::Wall(wall));
    }
    let moment = jiff::tz::TimeZone::UTC.to_timestamp(wall).map_err(|_| wrong())?;
    Ok(Until::Moment(Timestamp::from_micros(moment.as_microsecond())))
}
