//! Days are closed after midnight in UTC: counted once from what is known, and kept. Intervals of long ago then go.

use std::time::Duration;

use kit_base::settings::Kind;
use kit_base::{Setting, Timestamp};
use kit_store::{Result, Tx, params};

use super::kept::{Mark, keep, mark};
use super::stories::stories;
use crate::model::{by_day, day_of, start_of};
use crate::store::status;

pub(crate) const KEEP_INTERVALS: Setting = Setting::new(
    "incidents.keep_intervals",
    Kind::Duration,
    "1100d",
    "how long it is kept to the microsecond what the machine saw; an older day keeps its sums and is counted no more",
);

/// How many days are closed at once, where the program was off for long.
const AT_ONCE: i64 = 31;

/// Whether there is a day to close.
pub(crate) fn is_day_over(tx: &mut Tx<'_>) -> Result<bool> {
    let today = day_of(tx.now());
    Ok(mark(tx)?.is_none_or(|mark| mark.closed_to < today))
}

/// Closes days that are over, a month of them at most; true if there are more.
pub(crate) fn close_days(tx: &mut Tx<'_>, keep_intervals: Duration) -> Result<bool> {
    let now = tx.now();
    let today = day_of(now);
    let known = mark(tx)?;
    if known.is_none() {
        // A store from before there was a history: what was taken over as seen may have been an incident.
        let all = tx.query("SELECT slug FROM components", params![], |row| row.get::<String>("slug"))?;
        status::refresh(tx, all)?;
    }
    let first = match known {
        Some(mark) => mark.closed_to,
        None => beginning(tx)?.map_or(today, day_of).min(today),
    };
    let end = today.min(first.saturating_add(AT_ONCE)).max(first);
    if first < end {
        let (from, to) = (start_of(first), start_of(end));
        for (slug, story) in stories(tx, from, to)? {
            for (day, sums) in by_day(&story, from.micros(), to.micros()) {
                if !sums.is_plain() {
                    keep(tx, &slug, day, &sums)?;
                }
            }
        }
    }
    let seen_from = known.map_or(i64::MIN, |mark| mark.seen_from);
    let seen_from = seen_from.max(day_of(now.minus(keep_intervals))).min(end);
    set_mark(tx, Mark { closed_to: end, seen_from })?;
    tx.execute("DELETE FROM intervals WHERE to_at <= $1", params![start_of(seen_from)])?;
    Ok(end < today)
}

/// When the first component began.
fn beginning(tx: &mut Tx<'_>) -> Result<Option<Timestamp>> {
    tx.query_one("SELECT MIN(created_at) AS first FROM components", params![], |row| row.get("first"))
}

fn set_mark(tx: &mut Tx<'_>, mark: Mark) -> Result<()> {
    tx.execute(
        "INSERT INTO uptime_mark (one, closed_to, seen_from) VALUES (1, $1, $2)
         ON CONFLICT (one) DO UPDATE SET closed_to = $1, seen_from = $2",
        params![mark.closed_to, mark.seen_from],
    )
    .map(drop)
}
