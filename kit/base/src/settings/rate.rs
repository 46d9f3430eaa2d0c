//! How often something may happen, as settings say it: `60/hour`.

use std::time::Duration;

/// So many in that time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    /// How many; at least one.
    pub count: u32,
    /// In what time.
    pub per: Duration,
}

/// Reads `60/hour`; `off` and nothing at all are no limit. The outer `None` is for what is neither.
pub(super) fn rate(text: &str) -> Option<Option<Rate>> {
    if matches!(text, "" | "off") {
        return Some(None);
    }
    let (count, per) = text.split_once('/')?;
    let seconds = match per {
        "second" => 1,
        "minute" => 60,
        "hour" => 3_600,
        "day" => 86_400,
        _ => return None,
    };
    let count = count.parse().ok().filter(|count| *count > 0)?;
    Some(Some(Rate { count, per: Duration::from_secs(seconds) }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_rates() {
        for (text, count, seconds) in
            [("10/second", 10, 1), ("5/minute", 5, 60), ("60/hour", 60, 3_600), ("1000/day", 1000, 86_400)]
        {
            assert_eq!(rate(text), Some(Some(Rate { count, per: Duration::from_secs(seconds) })), "{text}");
        }
        assert_eq!(rate("off"), Some(None));
        for bad in ["60", "0/hour", "-1/hour", "60/fortnight", "many/hour", "99999999999/hour"] {
            assert_eq!(rate(bad), None, "{bad}");
        }
    }
}
