//! What the machine saw of each component: intervals that follow each other without a gap, and are never rewritten.

use contracts::Status;
use kit_base::Timestamp;
use kit_store::{Result, Row, Tx, params};

use super::{graph_changed, recount};

/// When a component's history begins. The row has the columns that this needs: `created_at`.
pub(super) fn begins_at(row: &Row<'_>) -> Result<Timestamp> {
    row.get("created_at")
}

/// A new component: its first interval begins, and open incidents that name it weigh on it.
pub(crate) fn begin(tx: &mut Tx<'_>, slug: &str) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "UPDATE components SET created_at = $2, seen_status = 'operational' WHERE slug = $1",
        params![slug, now],
    )?;
    tx.execute(
        "INSERT INTO intervals (component, from_at, to_at, status) VALUES ($1, $2, NULL, 'operational')",
        params![slug, now],
    )?;
    graph_changed(tx)
}

/// People say that the component went into service then. What was before that is not counted; between then and the first
/// thing that the machine saw it was well, as far as incidents do not say otherwise.
pub(crate) fn starts_at(tx: &mut Tx<'_>, slug: &str, start: Timestamp) -> Result<()> {
    let first = tx.query_opt(
        "SELECT from_at FROM intervals WHERE component = $1 ORDER BY from_at LIMIT 1",
        params![slug],
        |row| row.get::<Timestamp>("from_at"),
    )?;
    let before: Option<Timestamp> =
        tx.query_opt("SELECT created_at FROM components WHERE slug = $1", params![slug], |row| {
            row.get("created_at")
        })?;
    let Some(before) = before.filter(|before| *before != start) else { return Ok(()) };
    tx.execute("UPDATE components SET created_at = $2 WHERE slug = $1", params![slug, start])?;
    if let Some(first) = first.filter(|first| start < *first) {
        tx.execute(
            "INSERT INTO intervals (component, from_at, to_at, status) VALUES ($1, $2, $3, 'operational')",
            params![slug, start, first],
        )?;
    }
    recount(tx, slug, start.min(before), Some(start.max(before)))
}

/// From now on the machine sees this status.
pub(crate) fn turn(tx: &mut Tx<'_>, slug: &str, status: Status) -> Result<()> {
    tx.execute("UPDATE components SET seen_status = $2 WHERE slug = $1", params![slug, status.as_str()])?;
    let last = tx.query_opt(
        "SELECT from_at FROM intervals WHERE component = $1 AND to_at IS NULL",
        params![slug],
        |row| row.get::<Timestamp>("from_at"),
    )?;
    let now = tx.now();
    // Where the clock was put back, an interval may begin later than now: then this one takes its place.
    if last.is_some_and(|from| from >= now) {
        tx.execute(
            "UPDATE intervals SET status = $2 WHERE component = $1 AND to_at IS NULL",
            params![slug, status.as_str()],
        )?;
    } else {
        tx.execute(
            "UPDATE intervals SET to_at = $2 WHERE component = $1 AND to_at IS NULL",
            params![slug, now],
        )?;
        tx.execute(
            "INSERT INTO intervals (component, from_at, to_at, status) VALUES ($1, $2, NULL, $3)",
            params![slug, now, status.as_str()],
        )?;
    }
    // Nothing is kept of the present day, unless the clock was put back over a midnight.
    recount(tx, slug, now, None)
}

/// The component is gone, and its history with it.
pub(crate) fn forget(tx: &mut Tx<'_>, slug: &str) -> Result<()> {
    tx.execute("DELETE FROM intervals WHERE component = $1", params![slug])?;
    tx.execute("DELETE FROM uptime_days WHERE component = $1", params![slug])?;
    tx.execute("DELETE FROM incident_reach WHERE component = $1", params![slug]).map(drop)
}
