//! Events kept for services in other processes, each at its place; and how far we have read the feeds of others.

use kit_base::{Envelope, Timestamp};

use crate::outbox::envelope;
use crate::{Result, Tx, params};

/// Gives the event the next place. Places are given in transactions that all read the last one, so that two of them
/// cannot become visible in the wrong order, as those of a sequence can.
pub fn keep(tx: &mut Tx<'_>, event: &Envelope) -> Result<()> {
    let place = last(tx)? + 1;
    tx.execute(
        "INSERT INTO feed (place, id, name, subject, at, body) VALUES ($1, $2, $3, $4, $5, $6)",
        params![place, event.id, event.name, event.subject, event.at, event.body],
    )
    .map(drop)
}

/// The place of the newest event; 0 where there has been none.
pub fn last(tx: &mut Tx<'_>) -> Result<i64> {
    tx.query_one("SELECT COALESCE(MAX(place), 0) AS place FROM feed", params![], |row| row.get("place"))
}

/// The events after this place, oldest first, at most `limit`.
pub fn after(tx: &mut Tx<'_>, place: i64, limit: i64) -> Result<Vec<(i64, Envelope)>> {
    tx.query(
        "SELECT place, id, name, subject, at, body FROM feed WHERE place > $1 ORDER BY place LIMIT $2",
        params![place, limit],
        |row| Ok((row.get("place")?, envelope(row)?)),
    )
}

/// Forgets what was kept of before `moment`, but for the newest: the places go on from it.
pub fn forget_before(tx: &mut Tx<'_>, moment: Timestamp) -> Result<u64> {
    let last = last(tx)?;
    tx.execute("DELETE FROM feed WHERE at < $1 AND place < $2", params![moment, last])
}

/// How far `consumer` has read the feed of `service`; `None` where it has not begun.
pub fn position(tx: &mut Tx<'_>, consumer: &str, service: &str) -> Result<Option<i64>> {
    tx.query_opt(
        "SELECT place FROM positions WHERE consumer = $1 AND service = $2",
        params![consumer, service],
        |row| row.get("place"),
    )
}

/// Remembers that `consumer` has handled the feed of `service` up to `place`.
pub fn reached(tx: &mut Tx<'_>, consumer: &str, service: &str, place: i64) -> Result<()> {
    tx.execute(
        "INSERT INTO positions (consumer, service, place) VALUES ($1, $2, $3)
         ON CONFLICT (consumer, service) DO UPDATE SET place = excluded.place",
        params![consumer, service, place],
    )
    .map(drop)
}
