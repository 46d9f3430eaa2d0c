//! The examples of RFC 5545 3.8.5.3 for the frequencies that we have, as a table of our own: the rule, the first day and
//! the days that follow. All of them begin at nine o'clock in New York.

use super::tests::starts;

/// Rule, first day, and the days, each year once before its days. A table that ends in `...` goes on.
const EXAMPLES: &[(&str, &str, &str)] = &[
    ("FREQ=DAILY;COUNT=10", "1997-09-02", "1997 09-02 09-03 09-04 09-05 09-06 09-07 09-08 09-09 09-10 09-11"),
    ("FREQ=DAILY;INTERVAL=2", "1997-09-02", "1997 09-02 09-04 09-06 09-08 09-10 09-12 ..."),
    ("FREQ=DAILY;INTERVAL=10;COUNT=5", "1997-09-02", "1997 09-02 09-12 09-22 10-02 10-12"),
    (
        "FREQ=WEEKLY;COUNT=10",
        "1997-09-02",
        "1997 09-02 09-09 09-16 09-23 09-30 10-07 10-14 10-21 10-28 11-04",
    ),
    (
        "FREQ=WEEKLY;UNTIL=19971224T000000Z",
        "1997-09-02",
        "1997 09-02 09-09 09-16 09-23 09-30 10-07 10-14 10-21 10-28 11-04 11-11 11-18 11-25 12-02 12-09 12-16 12-23",
    ),
    (
        "FREQ=WEEKLY;INTERVAL=2;WKST=SU",
        "1997-09-02",
        "1997 09-02 09-16 09-30 10-14 10-28 11-11 11-25 12-09 12-23 1998 01-06 01-20 02-03 02-17 ...",
    ),
    (
        "FREQ=WEEKLY;UNTIL=19971007T000000Z;WKST=SU;BYDAY=TU,TH",
        "1997-09-02",
        "1997 09-02 09-04 09-09 09-11 09-16 09-18 09-23 09-25 09-30 10-02",
    ),
    (
        "FREQ=WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH",
        "1997-09-02",
        "1997 09-02 09-04 09-09 09-11 09-16 09-18 09-23 09-25 09-30 10-02",
    ),
    (
        "FREQ=WEEKLY;INTERVAL=2;UNTIL=19971224T000000Z;WKST=SU;BYDAY=MO,WE,FR",
        "1997-09-01",
        "1997 09-01 09-03 09-05 09-15 09-17 09-19 09-29 10-01 10-03 10-13 10-15 10-17 10-27 10-29 10-31 11-10 11-12 \
         11-14 11-24 11-26 11-28 12-08 12-10 12-12 12-22",
    ),
    (
        "FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH",
        "1997-09-02",
        "1997 09-02 09-04 09-16 09-18 09-30 10-02 10-14 10-16",
    ),
    (
        "FREQ=MONTHLY;COUNT=10;BYDAY=1FR",
        "1997-09-05",
        "1997 09-05 10-03 11-07 12-05 1998 01-02 02-06 03-06 04-03 05-01 06-05",
    ),
    ("FREQ=MONTHLY;UNTIL=19971224T000000Z;BYDAY=1FR", "1997-09-05", "1997 09-05 10-03 11-07 12-05"),
    (
        "FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU",
        "1997-09-07",
        "1997 09-07 09-28 11-02 11-30 1998 01-04 01-25 03-01 03-29 05-03 05-31",
    ),
    ("FREQ=MONTHLY;COUNT=6;BYDAY=-2MO", "1997-09-22", "1997 09-22 10-20 11-17 12-22 1998 01-19 02-16"),
    ("FREQ=MONTHLY;BYMONTHDAY=-3", "1997-09-28", "1997 09-28 10-29 11-28 12-29 1998 01-29 02-26 ..."),
    (
        "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15",
        "1997-09-02",
        "1997 09-02 09-15 10-02 10-15 11-02 11-15 12-02 12-15 1998 01-02 01-15",
    ),
    (
        "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1",
        "1997-09-30",
        "1997 09-30 10-01 10-31 11-01 11-30 12-01 12-31 1998 01-01 01-31 02-01",
    ),
    (
        "FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15",
        "1997-09-10",
        "1997 09-10 09-11 09-12 09-13 09-14 09-15 1999 03-10 03-11 03-12 03-13",
    ),
    (
        "FREQ=MONTHLY;INTERVAL=2;BYDAY=TU",
        "1997-09-02",
        "1997 09-02 09-09 09-16 09-23 09-30 11-04 11-11 11-18 11-25 1998 01-06 01-13 01-20 01-27 03-03 03-10 03-17 \
         03-24 03-31 ...",
    ),
    (
        "FREQ=YEARLY;COUNT=10;BYMONTH=6,7",
        "1997-06-10",
        "1997 06-10 07-10 1998 06-10 07-10 1999 06-10 07-10 2000 06-10 07-10 2001 06-10 07-10",
    ),
    (
        "FREQ=YEARLY;INTERVAL=2;COUNT=10;BYMONTH=1,2,3",
        "1997-03-10",
        "1997 03-10 1999 01-10 02-10 03-10 2001 01-10 02-10 03-10 2003 01-10 02-10 03-10",
    ),
    ("FREQ=YEARLY;BYDAY=20MO", "1997-05-19", "1997 05-19 1998 05-18 1999 05-17 ..."),
    (
        "FREQ=YEARLY;BYMONTH=3;BYDAY=TH",
        "1997-03-13",
        "1997 03-13 03-20 03-27 1998 03-05 03-12 03-19 03-26 1999 03-04 03-11 03-18 03-25 ...",
    ),
    (
        "FREQ=YEARLY;BYDAY=TH;BYMONTH=6,7,8",
        "1997-06-05",
        "1997 06-05 06-12 06-19 06-26 07-03 07-10 07-17 07-24 07-31 08-07 08-14 08-21 08-28 1998 06-04 06-11 06-18 \
         06-25 07-02 07-09 07-16 07-23 07-30 08-06 08-13 08-20 08-27 ...",
    ),
    (
        "FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13",
        "1997-09-13",
        "1997 09-13 10-11 11-08 12-13 1998 01-10 02-07 03-07 04-11 05-09 06-13 ...",
    ),
    (
        "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8",
        "1996-11-05",
        "1996 11-05 2000 11-07 2004 11-02 ...",
    ),
    ("FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3", "1997-09-04", "1997 09-04 10-07 11-06"),
    (
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2",
        "1997-09-29",
        "1997 09-29 10-30 11-27 12-30 1998 01-29 02-26 03-30 ...",
    ),
    ("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", "1997-08-05", "1997 08-05 08-10 08-19 08-24"),
    ("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", "1997-08-05", "1997 08-05 08-17 08-19 08-31"),
    ("FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5", "2007-01-15", "2007 01-15 01-30 02-15 03-15 03-30"),
];

#[test]
fn the_examples_of_rfc_5545_come_out_as_they_stand_there() {
    for (rule, first, table) in EXAMPLES {
        let mut expected = Vec::new();
        let mut year = "";
        for word in table.split_whitespace().filter(|word| *word != "...") {
            match word.len() {
                4 => year = word,
                _ => expected.push(format!("{year}-{word}T09:00:00")),
            }
        }
        let goes_on = table.ends_with("...");
        let most = if goes_on { expected.len() } else { expected.len() + 1 };
        assert_eq!(
            starts(rule, &format!("{first}T09:00"), "America/New_York", &[], most),
            expected,
            "{rule}"
        );
    }
}

#[test]
fn daily_rules_go_on_through_the_end_of_summer_time() {
    let until_christmas =
        starts("FREQ=DAILY;UNTIL=19971224T000000Z", "1997-09-02T09:00", "America/New_York", &[], 200);
    assert_eq!(
        (until_christmas.len(), until_christmas.last().unwrap().as_str()),
        (113, "1997-12-23T09:00:00")
    );
    for rule in [
        "FREQ=YEARLY;UNTIL=20000131T140000Z;BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA",
        "FREQ=DAILY;UNTIL=20000131T140000Z;BYMONTH=1",
    ] {
        let januaries = starts(rule, "1998-01-01T09:00", "America/New_York", &[], 200);
        assert_eq!(
            (januaries.len(), januaries.last().unwrap().as_str()),
            (93, "2000-01-31T09:00:00"),
            "{rule}"
        );
    }
}

#[test]
fn the_first_time_can_be_an_exception() {
    let fridays = starts(
        "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
        "1997-09-02T09:00",
        "America/New_York",
        &["1997-09-02T09:00"],
        5,
    );
    assert_eq!(
        fridays,
        ["1998-02-13", "1998-03-13", "1998-11-13", "1999-08-13", "2000-10-13"]
            .map(|day| format!("{day}T09:00:00"))
    );
}

#[test]
fn hours_and_minutes_multiply() {
    let rule = "FREQ=DAILY;BYHOUR=9,10,11,12,13,14,15,16;BYMINUTE=0,20,40";
    let times = starts(rule, "1997-09-02T09:00", "America/New_York", &[], 26);
    assert_eq!(times[..4], ["09:00", "09:20", "09:40", "10:00"].map(|time| format!("1997-09-02T{time}:00")));
    assert_eq!((times[23].as_str(), times[24].as_str()), ("1997-09-02T16:40:00", "1997-09-03T09:00:00"));
}
