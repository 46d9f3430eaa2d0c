//! Words for how a component was.

use contracts::Status;

use super::state;

/// "99.98 %".
pub fn percent(number: &str) -> String {
    format!("{number}\u{a0}%")
}

/// "partial outage for 42 min".
pub fn for_so_long(status: Status, span: &str) -> String {
    format!("{} for {span}", state(status).to_lowercase())
}

/// All of these things, one after the other.
pub fn all_of(things: impl Iterator<Item = String>) -> String {
    things.collect::<Vec<_>>().join(", ")
}

/// "20 November: partial outage for 42 min, 97.08 % up".
pub fn of_day(date: &str, what: &str, uptime: Option<&str>) -> String {
    match uptime {
        Some(uptime) => format!("{date}: {what}, {uptime} up"),
        None => format!("{date}: {what}"),
    }
}

/// "99.98 % up in the last 90 days." Fewer of them are `known` where it began later.
pub fn of_days(days: usize, known: usize, uptime: Option<&str>) -> String {
    let uptime = uptime.map_or_else(|| "Nothing is known of".to_owned(), |uptime| format!("{uptime} up in"));
    match known {
        known if known >= days => format!("{uptime} the last {days} days."),
        0 | 1 => format!("{uptime} its first day."),
        known => format!("{uptime} the last {known} days, since it began."),
    }
}

/// How many days had something to tell.
pub fn how_many_days(count: usize) -> String {
    match count {
        0 => "All days were wholly operational.".to_owned(),
        1 => "1 day was not wholly operational.".to_owned(),
        count => format!("{count} days were not wholly operational."),
    }
}
