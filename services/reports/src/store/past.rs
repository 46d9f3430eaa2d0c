//! What is usual, worked out once for each quarter of an hour and kept for a day, for decisions and for charts.

use contracts::Level;
use kit_base::Timestamp;
use kit_store::{Result, Tx, params};

use crate::model::{BESIDE, DAY, Past, Quarter, Usual, WEEKS};

/// Quarters in a week.
const WEEK: i64 = 7 * DAY;

/// Works out what is usual in this quarter, and keeps it.
pub(crate) fn settle(tx: &mut Tx<'_>, component: &str, quarter: Quarter) -> Result<Usual> {
    let usual = load(tx, component, quarter)?.usual(quarter);
    tx.execute(
        "INSERT INTO baselines (component, start, usual, spread) VALUES ($1, $2, $3, $4)
         ON CONFLICT (component, start) DO NOTHING",
        params![component, quarter.start(), usual.median, usual.spread],
    )?;
    Ok(usual)
}

/// The last day, and the same time of the last weeks with its neighbours.
fn load(tx: &mut Tx<'_>, component: &str, quarter: Quarter) -> Result<Past> {
    let now = tx.now();
    let known_since: Option<Timestamp> =
        tx.query_opt("SELECT known_since FROM components WHERE slug = $1", params![component], |row| {
            row.get("known_since")
        })?;
    let first = quarter.plus(-WEEKS * WEEK - BESIDE).start();
    let week = quarter.plus(WEEK).start().micros() - quarter.start().micros();
    let neighbours = quarter.plus(2 * BESIDE).start().micros() - quarter.start().micros();
    let counts: Vec<(Timestamp, u64)> = tx.query(
        "SELECT start, count FROM counts WHERE component = $1 AND grain = 900 AND start >= $2 AND start < $3
           AND (start >= $4 OR (start - $2) % $5 <= $6)",
        params![component, first, quarter.start(), quarter.plus(-DAY).start(), week, neighbours],
        |row| Ok((row.get("start")?, row.get("count")?)),
    )?;
    let changes = changes(tx, component, first)?;
    Ok(Past::new(known_since.unwrap_or(now), counts, &changes, now))
}

/// The changes of the level since then, oldest first.
pub(crate) fn changes(
    tx: &mut Tx<'_>,
    component: &str,
    since: Timestamp,
) -> Result<Vec<(Timestamp, Option<Level>)>> {
    tx.query(
        "SELECT at, level FROM levels WHERE component = $1 AND at >= $2 ORDER BY at, n",
        params![component, since],
        |row| {
            let word: Option<String> = row.get("level")?;
            Ok((row.get("at")?, word.as_deref().and_then(Level::parse)))
        },
    )
}

/// Components that everybody may see and for which nobody has worked out yet what is usual in this quarter.
pub(crate) fn unsettled(tx: &mut Tx<'_>, quarter: Quarter, limit: i64) -> Result<Vec<String>> {
    tx.query(
        "SELECT slug FROM components c WHERE is_public
           AND NOT EXISTS (SELECT 1 FROM baselines b WHERE b.component = c.slug AND b.start = $1)
         ORDER BY slug LIMIT $2",
        params![quarter.start(), limit],
        |row| row.get("slug"),
    )
}
