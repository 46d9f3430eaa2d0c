//! Days that are over, kept as sums: a row for each component and day with something to tell.

use std::collections::HashMap;

use kit_base::Timestamp;
use kit_store::{Result, Row, Tx, params};

use super::stories::story_of;
use crate::model::{Sums, by_day, day_from, day_of, start_of};

/// How far days are kept.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    /// The first day that is not kept yet.
    pub closed_to: i64,
    /// The first day of which all intervals are still there; what is older can be counted no more.
    pub seen_from: i64,
}

/// How far days are kept; nothing before the first were.
pub(super) fn mark(tx: &mut Tx<'_>) -> Result<Option<Mark>> {
    tx.query_opt("SELECT closed_to, seen_from FROM uptime_mark WHERE one = 1", params![], |row| {
        Ok(Mark { closed_to: row.get("closed_to")?, seen_from: row.get("seen_from")? })
    })
}

/// Counts again those kept days of a component that lie at least in part between these moments (`None` is for ever).
/// Nothing is written where a day comes out as it was. Days whose intervals are gone stay as they are.
pub(crate) fn recount(tx: &mut Tx<'_>, slug: &str, from: Timestamp, to: Option<Timestamp>) -> Result<()> {
    match mark(tx)? {
        Some(mark) => recount_between(tx, mark, slug, from.micros(), to.map_or(i64::MAX, Timestamp::micros)),
        None => Ok(()),
    }
}

/// The same in microseconds.
pub(super) fn recount_between(tx: &mut Tx<'_>, mark: Mark, slug: &str, from: i64, to: i64) -> Result<()> {
    let first = day_of(Timestamp::from_micros(from)).max(mark.seen_from);
    let end = day_from(Timestamp::from_micros(to)).min(mark.closed_to);
    if first >= end {
        return Ok(());
    }
    let (from, to) = (start_of(first), start_of(end));
    let Some(story) = story_of(tx, slug, from, to)? else { return Ok(()) };
    let kept: HashMap<i64, Sums> = days_of(tx, slug, first, end)?.into_iter().collect();
    for (day, sums) in by_day(&story, from.micros(), to.micros()) {
        match kept.get(&day) {
            Some(known) if *known == sums => {}
            Some(_) if sums.is_plain() => drop_day(tx, slug, day)?,
            None if sums.is_plain() => {}
            _ => keep(tx, slug, day, &sums)?,
        }
    }
    Ok(())
}

/// Keeps a day.
pub(super) fn keep(tx: &mut Tx<'_>, slug: &str, day: i64, sums: &Sums) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "INSERT INTO uptime_days (component, day, operational, degraded, partial, major, maintenance, unknown,
                                  uncounted, counted_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (day, component) DO UPDATE SET operational = $3, degraded = $4, partial = $5, major = $6,
             maintenance = $7, unknown = $8, uncounted = $9, counted_at = $10",
        params![
            slug,
            day,
            sums.operational,
            sums.degraded,
            sums.partial,
            sums.major,
            sums.maintenance,
            sums.unknown,
            sums.uncounted,
            now
        ],
    )
    .map(drop)
}

fn drop_day(tx: &mut Tx<'_>, slug: &str, day: i64) -> Result<()> {
    tx.execute("DELETE FROM uptime_days WHERE component = $1 AND day = $2", params![slug, day]).map(drop)
}

/// The kept days of a component with something to tell, in order.
pub(super) fn days_of(tx: &mut Tx<'_>, slug: &str, first: i64, end: i64) -> Result<Vec<(i64, Sums)>> {
    tx.query(
        "SELECT day, operational, degraded, partial, major, maintenance, unknown, uncounted FROM uptime_days
         WHERE component = $1 AND day >= $2 AND day < $3 ORDER BY day",
        params![slug, first, end],
        |row| Ok((row.get("day")?, sums(row)?)),
    )
}

/// The same of all components, by their slugs.
pub(super) fn days_of_all(
    tx: &mut Tx<'_>,
    first: i64,
    end: i64,
) -> Result<HashMap<String, Vec<(i64, Sums)>>> {
    let rows = tx.query(
        "SELECT component, day, operational, degraded, partial, major, maintenance, unknown, uncounted
         FROM uptime_days WHERE day >= $1 AND day < $2 ORDER BY day",
        params![first, end],
        |row| Ok((row.get::<String>("component")?, (row.get("day")?, sums(row)?))),
    )?;
    let mut all: HashMap<String, Vec<(i64, Sums)>> = HashMap::new();
    for (slug, day) in rows {
        all.entry(slug).or_default().push(day);
    }
    Ok(all)
}

fn sums(row: &Row<'_>) -> Result<Sums> {
    Ok(Sums {
        operational: row.get("operational")?,
        degraded: row.get("degraded")?,
        partial: row.get("partial")?,
        major: row.get("major")?,
        maintenance: row.get("maintenance")?,
        unknown: row.get("unknown")?,
        uncounted: row.get("uncounted")?,
    })
}
