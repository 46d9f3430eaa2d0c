//! What has become old: single reports are forgotten, and counts are added up to hours and days, so that nothing grows
//! for ever. Each step takes a piece and says whether there may be more.

use std::time::Duration;

use kit_base::Timestamp;
use kit_store::{Result, Tx, params};

use crate::model::WEEKS;

const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);
/// Hours are kept for half a year, days for two.
const HOURS_KEPT: Duration = Duration::from_secs(183 * 24 * 3600);
const DAYS_KEPT: Duration = Duration::from_secs(731 * 24 * 3600);

/// Takes one piece of everything; says whether there was anything.
pub(crate) fn step(tx: &mut Tx<'_>, keep_reports: Duration) -> Result<bool> {
    let now = tx.now();
    let weeks = DAY * u32::try_from(7 * WEEKS + 1).unwrap_or(u32::MAX);
    let gone = forget_reports(tx, now.minus(keep_reports))?
        + forget_visitors(tx, now.minus(HOUR))?
        + forget_baselines(tx, now.minus(DAY + HOUR))?
        + forget_levels(tx, now.minus(weeks))?
        + forget_components(tx, now.minus(weeks))?
        + add_up(tx, (900, 3600), now.minus(weeks))?
        + add_up(tx, (3600, 86_400), now.minus(HOURS_KEPT))?
        + forget_days(tx, now.minus(DAYS_KEPT))?;
    Ok(gone > 0)
}

fn forget_reports(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64> {
    tx.execute(
        "DELETE FROM reports WHERE n IN (SELECT n FROM reports WHERE at < $1 ORDER BY at LIMIT 1000)",
        params![before],
    )
}

fn forget_visitors(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64> {
    tx.execute("DELETE FROM reporters WHERE counted_at < $1", params![before])
}

fn forget_baselines(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64> {
    tx.execute("DELETE FROM baselines WHERE start < $1", params![before])
}

fn forget_levels(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64> {
    tx.execute("DELETE FROM levels WHERE at < $1", params![before])
}

/// Components that nobody may see have nothing left by then.
fn forget_components(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64> {
    tx.execute(
        "DELETE FROM components WHERE NOT is_public AND changed = asked AND known_since < $1",
        params![before],
    )
}

/// Adds counts up to the next coarser grain (both in seconds), those of a day at a time.
fn add_up(tx: &mut Tx<'_>, (fine, coarse): (i64, i64), before: Timestamp) -> Result<u64> {
    let oldest: Option<Timestamp> = tx.query_opt(
        "SELECT start FROM counts WHERE grain = $1 ORDER BY start LIMIT 1",
        params![fine],
        |row| row.get("start"),
    )?;
    let Some(oldest) = oldest.filter(|oldest| *oldest < before) else { return Ok(0) };
    // Only what is complete is added up: whole days, whatever the grain.
    let day = i64::try_from(DAY.as_micros()).unwrap_or(i64::MAX);
    let end = Timestamp::from_micros(oldest.micros() - oldest.micros() % day).plus(DAY);
    if end > before {
        return Ok(0);
    }
    let width = coarse * 1_000_000;
    tx.execute(
        "INSERT INTO counts (component, grain, start, count, told)
         SELECT component, CAST($2 AS BIGINT), start - start % $3, CAST(SUM(count) AS BIGINT), 0 FROM counts
         WHERE grain = $1 AND start < $4 GROUP BY component, start - start % $3
         ON CONFLICT (component, grain, start) DO UPDATE SET count = counts.count + excluded.count",
        params![fine, coarse, width, end],
    )?;
    tx.execute("DELETE FROM counts WHERE grain = $1 AND start < $2", params![fine, end])
}

fn forget_days(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64> {
    tx.execute("DELETE FROM counts WHERE grain = 86400 AND start < $1", params![before])
}
