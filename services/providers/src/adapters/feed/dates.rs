//! The dates of feeds: RFC 822 and 2822 with zones by name as well, and RFC 3339.

use kit_base::Timestamp;

use crate::adapters::parse_moment;

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Zones by name: those of RFC 822, and those that status pages of Europe and Japan write. A name that means several
/// zones, as `IST`, is none of them.
const ZONES: [(&str, &str); 20] = [
    ("z", "+00:00"),
    ("ut", "+00:00"),
    ("utc", "+00:00"),
    ("gmt", "+00:00"),
    ("est", "-05:00"),
    ("edt", "-04:00"),
    ("cst", "-06:00"),
    ("cdt", "-05:00"),
    ("mst", "-07:00"),
    ("mdt", "-06:00"),
    ("pst", "-08:00"),
    ("pdt", "-07:00"),
    ("wet", "+00:00"),
    ("west", "+01:00"),
    ("bst", "+01:00"),
    ("cet", "+01:00"),
    ("cest", "+02:00"),
    ("eet", "+02:00"),
    ("eest", "+03:00"),
    ("jst", "+09:00"),
];

/// The moment that `text` means; `None` where that is not certain.
pub fn parse(text: &str) -> Option<Timestamp> {
    // No date of anybody is longer, so that nonsense costs nothing.
    let text = text.trim().get(..text.trim().len().min(64))?;
    parse_moment(text).or_else(|| by_words(text))
}

/// `Sat, 1 Aug 2026 00:22:00 PDT`, of which the day of the week, the seconds and the zone may be missing.
fn by_words(text: &str) -> Option<Timestamp> {
    let mut words = text.split([' ', ',', '\t', '\n']).filter(|word| !word.is_empty()).peekable();
    if words.peek()?.starts_with(|c: char| c.is_ascii_alphabetic()) {
        words.next();
    }
    let day: u8 = words.next()?.parse().ok()?;
    let month = month(words.next()?)?;
    let year = year(words.next()?)?;
    let (hour, minute, second) = clock(words.next()?)?;
    let zone = zone(words.next())?;
    Timestamp::parse(&format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{zone}"))
}

/// Moments without a year, as pages write them for people: `Nov 21, 10:30 UTC`, and from one to another
/// `Nov 28, 22:00 - 23:00 UTC`, `Nov 28, 22:00 - Nov 29, 02:00 UTC`. The year is the one in which they are nearest to
/// `near`; all have the zone that is named at last.
pub fn without_year(text: &str, near: Timestamp) -> Vec<Timestamp> {
    let words = text.split([' ', ',', '\n', '-', '\u{2013}']).filter(|word| !word.is_empty());
    let mut day: Option<(usize, u8)> = None;
    let mut named: Option<usize> = None;
    let mut found: Vec<(usize, u8, (u8, u8, u8))> = Vec::new();
    let mut zone_found = None;
    for word in words.take(40) {
        if let Some(time) = clock(word) {
            found.extend(day.map(|(month, day)| (month, day, time)));
        } else if let Some(number) = word.parse::<u8>().ok().filter(|number| (1..=31).contains(number)) {
            day = named.map(|month| (month, number)).or(day);
        } else if let Some(month) = month(word).filter(|_| word.len() == 3) {
            named = Some(month);
        } else if !found.is_empty() {
            zone_found = zone(Some(word));
            break;
        }
    }
    let Some(zone) = zone_found else { return Vec::new() };
    let moments = found.into_iter().filter_map(|(month, day, (hour, minute, second))| {
        let year: u16 = near.to_string().get(..4)?.parse().ok()?;
        let of_year = |year: u16| {
            let text = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{zone}");
            Timestamp::parse(&text)
        };
        let years = [year.saturating_sub(1), year, year.saturating_add(1)];
        years.into_iter().filter_map(of_year).min_by_key(|moment| moment.micros().abs_diff(near.micros()))
    });
    moments.collect()
}

fn month(word: &str) -> Option<usize> {
    let start = word.get(..3)?.to_ascii_lowercase();
    MONTHS.iter().position(|month| *month == start).map(|place| place + 1)
}

/// Years of two digits, as RFC 822 has them, are of this century.
fn year(word: &str) -> Option<u16> {
    let year: u16 = word.parse().ok()?;
    match word.len() {
        2 => Some(2000 + year),
        4 => Some(year),
        _ => None,
    }
}

fn clock(word: &str) -> Option<(u8, u8, u8)> {
    let mut parts = word.split(':').map(|part| part.parse::<u8>().ok());
    let (hour, minute) = (parts.next()??, parts.next()??);
    let second = parts.next().unwrap_or(Some(0))?;
    Some((hour, minute, second))
}

/// The zone as an offset. Where there is none, UTC, as nothing better can be known.
fn zone(word: Option<&str>) -> Option<String> {
    let Some(word) = word else { return Some("Z".to_owned()) };
    if let Some(digits) = word.strip_prefix(['+', '-']) {
        let digits = digits.replace(':', "");
        let is_offset = digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit());
        let sign = word.get(..1)?;
        return is_offset.then(|| {
            format!("{sign}{}:{}", digits.get(..2).unwrap_or("00"), digits.get(2..).unwrap_or("00"))
        });
    }
    let word = word.to_ascii_lowercase();
    ZONES.iter().find(|(name, _)| *name == word).map(|(_, offset)| (*offset).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_of_writing_the_same_moment() {
        let moment = Timestamp::parse("2026-08-01T07:22:00Z");
        for text in [
            "Sat, 01 Aug 2026 07:22:00 Z",
            "Sat, 01 Aug 2026 07:22:00 GMT",
            "Sat, 1 Aug 2026 07:22:00 UT",
            "Sat, 01 Aug 2026 07:22:00 UTC",
            "01 Aug 26 07:22 +0000",
            "Sat, 01 Aug 2026 00:22:00 PDT",
            "Fri, 31 Jul 2026 23:22:00 PST",
            "Sat, 01 Aug 2026 03:22:00 EDT",
            "Sat, 01 Aug 2026 02:22:00 EST",
            "Saturday, 01 August 2026 09:22:00 +0200",
            "Sat, 01 Aug 2026 09:22:00 +02:00",
            "Sat, 01 Aug 2026 07:22:00",
            "2026-08-01T07:22:00Z",
            "2026-08-01T03:22:00-04:00",
            " 2026-08-01T07:22:00.000000Z\n",
        ] {
            assert_eq!(parse(text), moment, "{text}");
        }
    }

    #[test]
    fn a_year_is_found_by_what_is_near() {
        let near = Timestamp::parse("2026-12-30T10:00:00Z").unwrap();
        let told = |text: &str| without_year(text, near).iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(told("Nov 21, 10:30 UTC"), ["2026-11-21T10:30:00Z"]);
        assert_eq!(told("Jan  1, 02:30 PST"), ["2027-01-01T10:30:00Z"]);
        assert_eq!(told("Nov 28, 22:00 - 23:00 UTC x"), ["2026-11-28T22:00:00Z", "2026-11-28T23:00:00Z"]);
        assert_eq!(
            told("EVENT Dec 31, 22:00 - Jan 1, 02:00 CET"),
            ["2026-12-31T21:00:00Z", "2027-01-01T01:00:00Z"]
        );
        for text in ["", "Nov 21", "10:30 UTC", "Nov 21, 10:30", "Nov 41, 10:30 UTC", "Nov 21, 10:30 XYZ"] {
            assert!(told(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn what_is_not_certain_is_no_moment() {
        for text in [
            "",
            "soon",
            "Sat, 01 Aug 2026 07:22:00 IST",
            "Sat, 01 Aug 2026 07:22:00 +02",
            "Sat, 41 Aug 2026 07:22:00 GMT",
            "Sat, 01 Foo 2026 07:22:00 GMT",
            "Sat, 01 Aug 2026 27:22:00 GMT",
            "Sat, 01 Aug 026 07:22:00 GMT",
            "01/08/2026 07:22",
            "é",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(parse(&"9".repeat(1_000_000)), None);
        assert_eq!(parse(&"é".repeat(64)), None);
    }
}
