//! What values a setting takes, and how they are read.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use super::network::{Network, is_host};
use super::rate::rate;

/// What a setting holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// Any text.
    Text,
    /// Text that is never shown.
    Secret,
    /// `true` or `false` (also `1`, `0`, `on`, `off`, `yes`, `no`).
    Flag,
    /// A whole number in this range.
    Count(usize, usize),
    /// A number from 0 to 1.
    Fraction,
    /// A span of time: `250ms`, `90s`, `5m`, `1h`, `7d`.
    Duration,
    /// Spans of time, parted by commas: `5s, 5m, 30m`.
    Durations,
    /// Bytes: `512`, `64KiB`, `8MiB`, `1GiB`.
    Size,
    /// A socket address; a bare port is one on every interface of the machine.
    Address,
    /// A path on this machine.
    Path,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// How much the log tells: `info`, or by module, as in `info,kit_web=debug`.
    LogLevel,
    /// How often something may happen: `60/hour`, `10/second`; `off` for no limit.
    Rate,
    /// Addresses and networks, parted by commas: `127.0.0.1, 10.0.0.0/8, 2001:db8::/32`.
    Networks,
    /// Names of hosts, parted by commas: `status.example.org, .example.org` (with all below it), `*` for any.
    Hosts,
}

const LOG_LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];

impl Kind {
    /// `Err` says what would have been accepted.
    pub(super) fn check(self, value: &str) -> Result<(), String> {
        let good = match self {
            Kind::Text | Kind::Secret | Kind::Path => true,
            Kind::Flag => flag(value).is_some(),
            Kind::Count(least, most) => value.parse().is_ok_and(|n| (least..=most).contains(&n)),
            Kind::Fraction => value.parse().is_ok_and(|part: f32| (0.0..=1.0).contains(&part)),
            Kind::Duration => duration(value).is_some(),
            Kind::Durations => words(value).all(|word| duration(word).is_some()),
            Kind::Size => size(value).is_some(),
            Kind::Address => address(value).is_some(),
            Kind::Choice(words) => words.contains(&value),
            Kind::LogLevel => value.split(',').all(is_log_level),
            Kind::Rate => rate(value).is_some(),
            Kind::Networks => words(value).all(|word| Network::parse(word).is_some()),
            Kind::Hosts => words(value).all(is_host),
        };
        if good { Ok(()) } else { Err(self.expected()) }
    }

    fn expected(self) -> String {
        match self {
            Kind::Text | Kind::Secret => "text".into(),
            Kind::Path => "a path".into(),
            Kind::Flag => "true or false".into(),
            Kind::Count(least, most) => format!("a whole number from {least} to {most}"),
            Kind::Fraction => "a number from 0 to 1, such as 0.25".into(),
            Kind::Duration => "a span of time such as 250ms, 90s, 5m, 1h or 7d".into(),
            Kind::Durations => "spans of time with commas between, such as 5s,5m,1h".into(),
            Kind::Size => "a size such as 64KiB or 8MiB".into(),
            Kind::Address => "an address such as 127.0.0.1:8000, or a port".into(),
            Kind::Choice(words) => format!("one of {}", words.join(", ")),
            Kind::LogLevel => format!("one of {}, or such by module", LOG_LEVELS.join(", ")),
            Kind::Rate => "a rate such as 10/second, 5/minute, 60/hour or 1000/day, or off".into(),
            Kind::Networks => "addresses or networks such as 127.0.0.1, 10.0.0.0/8, 2001:db8::/32".into(),
            Kind::Hosts => {
                "names of hosts such as status.example.org, or .example.org for all below it, or *".into()
            }
        }
    }
}

/// What stands between commas, without the space around it.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|word| !word.is_empty())
}

pub(super) fn flag(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" | "on" | "yes" => Some(true),
        "false" | "0" | "off" | "no" | "" => Some(false),
        _ => None,
    }
}

pub(super) fn duration(text: &str) -> Option<Duration> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let millis = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(millis).map(Duration::from_millis)
}

pub(super) fn size(text: &str) -> Option<usize> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let bytes = match unit.trim() {
        "" | "B" => 1,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        _ => return None,
    };
    number.parse::<usize>().ok()?.checked_mul(bytes)
}

pub(super) fn address(text: &str) -> Option<SocketAddr> {
    match text.parse::<u16>() {
        Ok(port) => Some(SocketAddr::from((Ipv4Addr::UNSPECIFIED, port))),
        Err(_) => text.replace("localhost:", "127.0.0.1:").parse().ok(),
    }
}

/// A bare word that is no level would be taken for a module, of which all is told, and nothing else.
fn is_log_level(text: &str) -> bool {
    let level = text.rsplit_once('=').map_or(text, |(_, level)| level);
    LOG_LEVELS.contains(&level.trim().to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_each_kind() {
        assert_eq!(duration("90s"), Some(Duration::from_secs(90)));
        assert_eq!(duration("90"), None);
        assert_eq!(duration("99999999999999999999d"), None);
        assert_eq!(size("8MiB"), Some(8 << 20));
        assert_eq!(address("8080").map(|a| a.to_string()).as_deref(), Some("0.0.0.0:8080"));
        assert_eq!(address("localhost:1").map(|a| a.port()), Some(1));
        assert_eq!(flag("maybe"), None);
        assert!(Kind::Count(1, 4).check("5").unwrap_err().contains("1 to 4"));
        assert!(Kind::Fraction.check("0.25").is_ok() && Kind::Fraction.check("1").is_ok());
        for bad in ["-0.1", "1.1", "nan", "half", ""] {
            assert!(Kind::Fraction.check(bad).unwrap_err().contains("0 to 1"), "{bad}");
        }
        assert!(Kind::Choice(&["a", "b"]).check("c").unwrap_err().contains("a, b"));
        assert!(Kind::LogLevel.check("INFO,kit_web=debug").is_ok());
        assert!(Kind::Networks.check("10.0.0.0/8, ::1").is_ok());
        assert!(Kind::Networks.check("10.0.0.0/8 ::1").unwrap_err().contains("networks such as"));
        assert!(Kind::Hosts.check(".example.org,localhost").is_ok());
        assert!(Kind::Hosts.check("https://example.org").unwrap_err().contains("names of hosts"));
        assert!(Kind::Rate.check("60 an hour").unwrap_err().contains("60/hour"));
        for bad in ["", "inof", "info,kit_web", "kit_web=loud"] {
            assert!(Kind::LogLevel.check(bad).unwrap_err().contains("info, debug"), "{bad}");
        }
    }
}
