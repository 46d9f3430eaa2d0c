//! The past of a component as bars, a day each: what was well is one drawn line, what was not has a bar of its own with
//! its sentence. Nothing here needs a script, and the sentence of the whole says what the drawing shows.

use std::time::Duration;

use contracts::Status;
use contracts::incidents::{HistoryDay, Seconds};
use kit_base::Timestamp;

use crate::when::{Date, span};
use crate::words;

/// Height of the drawing in its own units; its width is one for each day.
const HEIGHT: f64 = 10.0;
/// How high a short trouble is at least, so that it can be seen.
const LEAST: f64 = 2.5;
/// Days that the sentence of the whole tells of, the latest ones.
const TOLD: usize = 3;

/// The bars, and what they say.
#[derive(Clone, Debug)]
pub struct Bars {
    /// How many days there are.
    pub width: usize,
    /// The path of the days that were well.
    pub well: String,
    /// The path of the days before the component began.
    pub before: String,
    /// The path of what was well on days that were not wholly so.
    pub rest: String,
    /// The days with something to tell, oldest first.
    pub days: Vec<Bar>,
    /// "99.98 %", where anything is known.
    pub uptime: Option<String>,
    /// All of it in words, for those who do not see it.
    pub says: String,
}

/// A day with something to tell.
#[derive(Clone, Debug)]
pub struct Bar {
    /// Its place, from the left.
    pub x: usize,
    /// Its worst state.
    pub status: Status,
    /// The path of its bar: as high as the part of the day that was not well.
    pub path: String,
    /// Nothing of the day is known.
    pub is_hollow: bool,
    /// The day, for the markup: `2026-11-20`.
    pub iso: String,
    /// "20 November".
    pub date: String,
    /// "partial outage for 42 min".
    pub what: String,
    /// "97.08 %", where anything is known.
    pub uptime: Option<String>,
    /// All of that in one sentence.
    pub sentence: String,
}

/// What bars are drawn from: the last day is the present one, which is not over.
pub(super) struct Given<'a> {
    pub first: &'a str,
    pub last: &'a str,
    pub begins_at: Timestamp,
    pub until: Timestamp,
    pub uptime: Option<f64>,
    /// Those with something to tell, oldest first; others may be among them.
    pub days: &'a [HistoryDay],
}

/// The bars of what is given; none where the days make no sense.
pub(super) fn bars(given: &Given) -> Option<Bars> {
    let (first, last) = (day(given.first)?, day(given.last)?);
    let begin = given.begins_at.micros().div_euclid(DAY);
    let width = usize::try_from(last - first + 1).ok().filter(|width| (1..=400).contains(width))?;
    let told = given.days.iter().filter(|day| day.worst.is_some_and(|worst| worst != Status::Operational));
    let bars: Vec<Bar> = told.filter_map(|one| bar(one, day(&one.date)? - first, width)).collect();
    let begun = usize::try_from(begin - first).unwrap_or(0).min(width);
    // Of a day that has no time yet nothing is claimed: just after midnight, and for what has just begun.
    let counted = (given.until.micros() - 1).div_euclid(DAY) - first + 1;
    let counted = if given.begins_at < given.until { counted } else { 0 };
    let end = usize::try_from(counted).unwrap_or(0).min(width);
    let mut well = String::new();
    let mut from = begun;
    for x in bars.iter().map(|bar| bar.x).chain([end]) {
        if from < x {
            well.push_str(&format!("M{from} 5H{x}"));
        }
        from = from.max(x + 1);
    }
    let uptime = given.uptime.map(percent);
    let rest = bars.iter().filter(|bar| !bar.is_hollow).map(|bar| format!("M{} 5h1", bar.x)).collect();
    Some(Bars {
        width,
        well,
        rest,
        before: if begun > 0 { format!("M0 9H{begun}") } else { String::new() },
        says: says(width, width - begun, uptime.as_deref(), &bars),
        days: bars,
        uptime,
    })
}

const DAY: i64 = 86_400_000_000;

/// The number of the day written as `2026-11-20`.
fn day(date: &str) -> Option<i64> {
    Timestamp::parse(&format!("{date}T00:00:00Z")).map(|at| at.micros().div_euclid(DAY))
}

fn bar(day: &HistoryDay, x: i64, width: usize) -> Option<Bar> {
    let x = usize::try_from(x).ok().filter(|x| *x < width)?;
    let status = day.worst?;
    let operational = day.seconds.operational;
    let wrong = troubles(&day.seconds);
    let bad: f64 = wrong.iter().map(|(_, seconds)| seconds).sum();
    let height = (bad / (bad + operational).max(1.0) * HEIGHT).clamp(LEAST, HEIGHT);
    let date = Date::of(Timestamp::parse(&format!("{}T00:00:00Z", day.date))?).long();
    let what = words::all_of(wrong.iter().map(|(status, seconds)| {
        words::for_so_long(*status, &span(Duration::from_secs_f64(seconds.max(0.0))))
    }));
    let uptime = day.uptime.map(percent);
    let is_hollow = operational + bad - day.seconds.unknown <= 0.0;
    let path = match is_hollow {
        true => format!("M{x}.1 .3h.6v9.4h-.6z"),
        false => format!("M{x}.375 10V{}", figure(HEIGHT - height)),
    };
    let sentence = words::of_day(&date, &what, uptime.as_deref());
    Some(Bar { x, status, path, is_hollow, iso: day.date.clone(), date, what, uptime, sentence })
}

/// What was not well, worst first.
fn troubles(seconds: &Seconds) -> Vec<(Status, f64)> {
    let all = [
        (Status::MajorOutage, seconds.major_outage),
        (Status::PartialOutage, seconds.partial_outage),
        (Status::DegradedPerformance, seconds.degraded_performance),
        (Status::UnderMaintenance, seconds.under_maintenance),
        (Status::Unknown, seconds.unknown),
    ];
    all.into_iter().filter(|(_, seconds)| *seconds > 0.0).collect()
}

fn says(width: usize, known: usize, uptime: Option<&str>, bars: &[Bar]) -> String {
    let mut says = words::of_days(width, known, uptime);
    says.push(' ');
    says.push_str(&words::how_many_days(bars.len()));
    for bar in bars.iter().rev().take(TOLD) {
        says.push(' ');
        says.push_str(&bar.sentence);
        says.push('.');
    }
    says
}

/// "99.98 %": never more than it was, so that only a whole is 100 %.
pub(super) fn percent(uptime: f64) -> String {
    let hundredths = (uptime.clamp(0.0, 1.0) * 10_000.0 + 1e-6).floor();
    let hundredths = if uptime < 1.0 { hundredths.min(9_999.0) } else { hundredths };
    if hundredths == 10_000.0 {
        words::percent("100")
    } else {
        words::percent(&format!("{:.2}", hundredths / 100.0))
    }
}

fn figure(number: f64) -> String {
    let text = format!("{number:.1}");
    text.strip_suffix(".0").map_or_else(|| text.clone(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history_day(date: &str, worst: Status, seconds: Seconds, uptime: Option<f64>) -> HistoryDay {
        HistoryDay { date: date.to_owned(), uptime, worst: Some(worst), seconds }
    }

    #[test]
    fn what_was_well_is_a_line_and_what_was_not_a_bar() {
        let outage = Seconds { operational: 83_880.0, partial_outage: 2_520.0, ..Seconds::default() };
        let dark = Seconds { unknown: 86_400.0, ..Seconds::default() };
        let days = [
            history_day("2026-11-14", Status::PartialOutage, outage, Some(0.985_416)),
            history_day("2026-11-15", Status::Operational, Seconds::default(), Some(1.0)),
            history_day("2026-11-18", Status::Unknown, dark, None),
        ];
        let given = Given {
            first: "2026-11-11",
            last: "2026-11-20",
            begins_at: Timestamp::parse("2026-11-13T00:00:00Z").unwrap(),
            until: Timestamp::parse("2026-11-20T10:00:00Z").unwrap(),
            uptime: Some(0.997_916),
            days: &days,
        };
        let bars = bars(&given).unwrap();
        assert_eq!(
            (bars.width, bars.well.as_str(), bars.before.as_str()),
            (10, "M2 5H3M4 5H7M8 5H10", "M0 9H2")
        );
        let (first, second) = (&bars.days[0], &bars.days[1]);
        assert_eq!((first.x, first.path.as_str(), bars.rest.as_str()), (3, "M3.375 10V7.5", "M3 5h1"));
        assert_eq!(first.sentence, "14 November: partial outage for 42 min, 98.54\u{a0}% up");
        assert_eq!((second.path.as_str(), second.is_hollow), ("M7.1 .3h.6v9.4h-.6z", true));
        assert_eq!(second.sentence, "18 November: unknown for 1 day");
        assert_eq!(
            bars.says,
            "99.79\u{a0}% up in the last 8 days, since it began. 2 days were not wholly operational. \
             18 November: unknown for 1 day. 14 November: partial outage for 42 min, 98.54\u{a0}% up."
        );
    }

    #[test]
    fn a_day_without_time_is_not_drawn_as_well() {
        let at = |text: &str| Timestamp::parse(text).unwrap();
        let drawn = |begins_at: &str, until: &str| {
            let (begins_at, until) = (at(begins_at), at(until));
            let given =
                Given { first: "2026-11-11", last: "2026-11-20", begins_at, until, uptime: None, days: &[] };
            bars(&given).unwrap().well
        };
        assert_eq!(drawn("2026-01-01T00:00:00Z", "2026-11-20T00:01:00Z"), "M0 5H10");
        assert_eq!(drawn("2026-01-01T00:00:00Z", "2026-11-20T00:00:00Z"), "M0 5H9", "just after midnight");
        assert_eq!(drawn("2026-11-20T10:00:30Z", "2026-11-20T10:00:00Z"), "", "just begun");
    }

    #[test]
    fn a_percentage_is_never_better_than_the_truth() {
        let said = [1.0, 0.999_999_9, 0.9999, 0.998_765, 0.0].map(percent);
        assert_eq!(said, ["100\u{a0}%", "99.99\u{a0}%", "99.99\u{a0}%", "99.87\u{a0}%", "0.00\u{a0}%"]);
    }
}
