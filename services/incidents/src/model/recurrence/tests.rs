//! Windows through the changes of clocks, exceptions, ends, and rules that give nothing.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;

fn plan(rule: &str, from: &str, to: &str, zone_name: &str, exceptions: &[&str]) -> Plan {
    let zone = zone(zone_name).unwrap();
    let at = |text: &str| moment(&zone, wall_time(text).unwrap()).unwrap();
    let first = Window { starts_at: at(from), ends_at: at(to) };
    let rule = (!rule.is_empty()).then(|| Rule::parse(rule).unwrap());
    let exceptions = exceptions.iter().map(|text| Exception::parse(text).unwrap()).collect();
    Plan { first, zone, rule, exceptions }
}

/// The first times at which it begins, on the clocks of the zone.
pub(super) fn starts(
    rule: &str,
    from: &str,
    zone_name: &str,
    exceptions: &[&str],
    most: usize,
) -> Vec<String> {
    let plan = plan(rule, from, &from.replace(":00", ":10"), zone_name, exceptions);
    plan.windows().take(most).map(|window| wall(&plan.zone, window.starts_at).to_string()).collect()
}

/// The window that begins on this day of UTC, or of the zone, as `from/to` in UTC.
fn on(plan: &Plan, day: &str) -> String {
    let of_day = |window: &Window| wall(&plan.zone, window.starts_at).date().to_string() == day;
    let window = plan.windows().take(10_000).find(of_day).unwrap();
    format!("{}/{}", window.starts_at, window.ends_at)
}

#[test]
fn windows_keep_their_time_on_the_clocks_when_the_clocks_change() {
    for (zone, from, to, day, expected) in [
        // Paris: two o'clock is leapt over in spring, and comes twice in autumn.
        (
            "Europe/Paris",
            "2026-03-01T02:00",
            "2026-03-01T04:00",
            "2026-03-28",
            "2026-03-28T01:00:00Z/2026-03-28T03:00:00Z",
        ),
        (
            "Europe/Paris",
            "2026-03-01T02:00",
            "2026-03-01T04:00",
            "2026-03-29",
            "2026-03-29T01:00:00Z/2026-03-29T02:00:00Z",
        ),
        (
            "Europe/Paris",
            "2026-03-01T02:00",
            "2026-03-01T04:00",
            "2026-03-30",
            "2026-03-30T00:00:00Z/2026-03-30T02:00:00Z",
        ),
        (
            "Europe/Paris",
            "2026-10-01T02:00",
            "2026-10-01T04:00",
            "2026-10-25",
            "2026-10-25T00:00:00Z/2026-10-25T03:00:00Z",
        ),
        (
            "Europe/Paris",
            "2026-10-01T02:00",
            "2026-10-01T04:00",
            "2026-10-26",
            "2026-10-26T01:00:00Z/2026-10-26T03:00:00Z",
        ),
        // New York: the window lies in the hour that is not there, or reaches into it.
        (
            "America/New_York",
            "2026-03-01T02:30",
            "2026-03-01T03:30",
            "2026-03-08",
            "2026-03-08T07:30:00Z/2026-03-08T08:30:00Z",
        ),
        (
            "America/New_York",
            "2026-03-01T01:30",
            "2026-03-01T02:30",
            "2026-03-08",
            "2026-03-08T06:30:00Z/2026-03-08T07:30:00Z",
        ),
        (
            "America/New_York",
            "2026-10-01T01:30",
            "2026-10-01T02:30",
            "2026-11-01",
            "2026-11-01T05:30:00Z/2026-11-01T07:30:00Z",
        ),
        (
            "America/New_York",
            "2026-10-01T00:30",
            "2026-10-01T01:15",
            "2026-11-01",
            "2026-11-01T04:30:00Z/2026-11-01T05:15:00Z",
        ),
        // Tokyo knows no summer time.
        (
            "Asia/Tokyo",
            "2026-03-01T02:00",
            "2026-03-01T04:00",
            "2026-03-29",
            "2026-03-28T17:00:00Z/2026-03-28T19:00:00Z",
        ),
        (
            "UTC",
            "2026-03-01T02:00",
            "2026-03-01T04:00",
            "2026-03-29",
            "2026-03-29T02:00:00Z/2026-03-29T04:00:00Z",
        ),
        // Lord Howe moves by half an hour: from 2:00 back to 1:30 in autumn, from 2:00 on to 2:30 in spring.
        (
            "Australia/Lord_Howe",
            "2026-03-01T01:45",
            "2026-03-01T02:15",
            "2026-04-05",
            "2026-04-04T14:45:00Z/2026-04-04T15:45:00Z",
        ),
        (
            "Australia/Lord_Howe",
            "2026-03-01T01:45",
            "2026-03-01T03:00",
            "2026-04-05",
            "2026-04-04T14:45:00Z/2026-04-04T16:30:00Z",
        ),
        (
            "Australia/Lord_Howe",
            "2026-09-01T02:10",
            "2026-09-01T03:00",
            "2026-10-04",
            "2026-10-03T15:40:00Z/2026-10-03T16:00:00Z",
        ),
    ] {
        assert_eq!(
            on(&plan("FREQ=DAILY", from, to, zone, &[]), day),
            expected,
            "{zone} {from} to {to} on {day}"
        );
    }
}

#[test]
fn where_the_leap_swallows_a_window_it_is_as_long_as_the_first() {
    let swallowed = plan("FREQ=DAILY", "2026-03-01T02:30", "2026-03-01T03:00", "America/New_York", &[]);
    assert_eq!(on(&swallowed, "2026-03-08"), "2026-03-08T07:30:00Z/2026-03-08T08:00:00Z");
}

#[test]
fn exceptions_are_days_wall_times_or_moments() {
    let rule = "FREQ=DAILY;COUNT=6";
    let left = starts(
        rule,
        "2026-10-23T02:00",
        "Europe/Paris",
        &["2026-10-24", "2026-10-25T02:00", "2026-10-26T01:00:00Z"],
        10,
    );
    assert_eq!(
        left,
        ["2026-10-23T02:00:00", "2026-10-27T02:00:00", "2026-10-28T02:00:00"],
        "they count, too"
    );
    for (exception, idle) in [("2026-10-24", None), ("2026-10-24T02:01", Some(0)), ("2026-10-29", Some(0))] {
        let plan = plan(rule, "2026-10-23T02:00", "2026-10-23T03:00", "Europe/Paris", &[exception]);
        assert_eq!(plan.idle_exception(), idle, "{exception}");
    }
    for bad in
        ["", "24.12.2026", "2026-12-24 02:00", "2026-13-01", "2026-12-24T25:00", "2026-12-24T02:00[UTC]"]
    {
        assert_eq!(Exception::parse(bad), None, "{bad}");
    }
}

#[test]
fn the_end_of_a_rule_is_included() {
    let last =
        |rule: &str| starts(rule, "2026-11-02T23:00", "America/New_York", &[], 99).last().unwrap().clone();
    assert_eq!(
        last("FREQ=DAILY;UNTIL=20261110"),
        "2026-11-10T23:00:00",
        "the whole of a day, where the window is"
    );
    assert_eq!(last("FREQ=DAILY;UNTIL=20261110T230000"), "2026-11-10T23:00:00");
    assert_eq!(last("FREQ=DAILY;UNTIL=20261111T040000Z"), "2026-11-10T23:00:00");
    assert_eq!(last("FREQ=DAILY;UNTIL=20261111T035959Z"), "2026-11-09T23:00:00");
    assert_eq!(last("FREQ=DAILY;COUNT=1"), "2026-11-02T23:00:00");
}

#[test]
fn rules_that_give_nothing_come_to_an_end() {
    for rule in [
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYMONTH=4;BYMONTHDAY=31",
        "FREQ=MONTHLY;BYMONTHDAY=1,2;BYDAY=5MO",
        "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=6",
        "FREQ=YEARLY;INTERVAL=1000;BYMONTH=2;BYMONTHDAY=29",
    ] {
        assert_eq!(starts(rule, "2026-11-02T02:00", "UTC", &[], 3).len(), 1, "{rule}");
    }
    let leap = starts("FREQ=YEARLY", "2028-02-29T02:00", "UTC", &[], 3);
    assert_eq!(leap, ["2028-02-29T02:00:00", "2032-02-29T02:00:00", "2036-02-29T02:00:00"]);
    let far = starts("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO", "2026-11-02T02:00", "UTC", &[], 3);
    assert_eq!(far[1..], ["2044-02-29T02:00:00", "2072-02-29T02:00:00"]);
}

#[test]
fn what_is_no_rule_is_refused_in_words() {
    for (text, words) in [
        ("", "FREQ is needed"),
        ("FREQ=HOURLY", "FREQ is needed, and is one of DAILY"),
        ("FREQ=DAILY;FREQ=DAILY", "FREQ is given twice"),
        ("FREQ=DAILY;HELLO", "no NAME=VALUE"),
        ("FREQ=DAILY;X=1", "X is no part"),
        ("FREQ=DAILY;INTERVAL=0", "INTERVAL is a whole number from 1 to 1000, not 0"),
        ("FREQ=DAILY;INTERVAL=+2", "INTERVAL"),
        ("FREQ=DAILY;COUNT=0", "COUNT"),
        ("FREQ=DAILY;COUNT=2;UNTIL=20270101", "cannot stand together"),
        ("FREQ=DAILY;UNTIL=2027-01-01", "UNTIL is a day"),
        ("FREQ=DAILY;UNTIL=20270230", "UNTIL is a day"),
        ("FREQ=DAILY;UNTIL=20270101T25é00", "UNTIL is a day"),
        ("FREQ=DAILY;UNTIL=20270101Z", "UNTIL is a day"),
        ("FREQ=DAILY;BYDAY=1MO", "only beside FREQ=MONTHLY"),
        ("FREQ=WEEKLY;BYMONTHDAY=1", "BYMONTHDAY cannot stand"),
        ("FREQ=MONTHLY;BYDAY=6MO", "sixth week"),
        ("FREQ=MONTHLY;BYDAY=0MO", "BYDAY"),
        ("FREQ=MONTHLY;BYDAY=é", "BYDAY has weekdays"),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "BYMONTHDAY is a whole number from 1 to 31, not 32"),
        ("FREQ=MONTHLY;BYMONTHDAY=--1", "BYMONTHDAY"),
        ("FREQ=MONTHLY;BYMONTH=13", "BYMONTH"),
        ("FREQ=MONTHLY;BYSETPOS=1", "BYSETPOS chooses"),
        ("FREQ=YEARLY;BYWEEKNO=20", "BYWEEKNO is not supported"),
        ("FREQ=DAILY;BYMINUTE=0,1,2,3,4;BYHOUR=1,2,3,4,5", "at most 24"),
        ("FREQ=WEEKLY;WKST=XX", "WKST is one of"),
    ] {
        let refused = Rule::parse(text).unwrap_err();
        assert!(refused.contains(words), "{text}: {refused}");
    }
    assert!(Rule::parse("RRULE:FREQ=WEEKLY;BYDAY=MO;").is_ok());
}

fn any_rule() -> impl Strategy<Value = String> {
    let list = |least: i8, most: i8| prop::collection::vec(least..=most, 0..4);
    let frequency = prop::sample::select(vec!["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]);
    (frequency, 1..30, list(1, 12), list(-31, 31), list(-5, 5), list(-4, 9)).prop_map(
        |(frequency, interval, months, month_days, days, positions)| {
            let mut rule = format!("FREQ={frequency};INTERVAL={interval}");
            let names = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
            let day = |n: &i8| match n {
                0 => names[0].to_owned(),
                n if ["MONTHLY", "YEARLY"].contains(&frequency) => {
                    format!("{n}{}", names[n.unsigned_abs() as usize])
                }
                n => names[n.unsigned_abs() as usize].to_owned(),
            };
            let days: Vec<String> = days.iter().map(day).collect();
            for (name, list) in [("BYMONTH", months), ("BYMONTHDAY", month_days), ("BYSETPOS", positions)] {
                let list: Vec<String> = list.iter().filter(|n| **n != 0).map(i8::to_string).collect();
                if !list.is_empty() {
                    write!(rule, ";{name}={}", list.join(",")).unwrap();
                }
            }
            if !days.is_empty() {
                write!(rule, ";BYDAY={}", days.join(",")).unwrap();
            }
            rule
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_text_breaks_the_reader(text in "[A-Z=;,0-9+é-]{0,60}") {
        let _ = Rule::parse(&text);
        let _ = Rule::parse(&format!("FREQ=DAILY;{text}"));
        let _ = Exception::parse(&text);
    }

    #[test]
    fn times_come_in_their_order_on_the_clock_of_the_first_and_obey_the_rule(text in any_rule()) {
        if let Ok(rule) = Rule::parse(&text) {
            let first: DateTime = "2026-01-15T02:30:00".parse().unwrap();
            let times: Vec<DateTime> = Times::new(&rule, first).take(40).collect();
            prop_assert!(times.windows(2).all(|pair| pair[0] < pair[1]), "{times:?}");
            for time in times.iter().skip(1) {
                prop_assert_eq!(time.time(), first.time());
                prop_assert!(rule.months.is_empty() || rule.months.contains(&time.month()));
                prop_assert!(rule.days.is_empty() || rule.days.iter().any(|day| day.weekday == time.weekday()));
                let from_end = time.day() - time.date().days_in_month() - 1;
                let listed = rule.month_days.contains(&time.day()) || rule.month_days.contains(&from_end);
                prop_assert!(rule.month_days.is_empty() || listed);
            }
        }
    }
}
