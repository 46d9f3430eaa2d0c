//! Events that have been handled. Marked in the transaction of the handler's own changes, so each takes effect once.

use kit_base::{Envelope, Timestamp};

use crate::{Result, Tx, params};

/// Marks the event as handled by `consumer`; false if it already was.
pub fn first_time(tx: &mut Tx<'_>, consumer: &str, event: &str) -> Result<bool> {
    let now = tx.now();
    let added = tx.execute(
        "INSERT INTO inbox (consumer, id, at) VALUES ($1, $2, $3) ON CONFLICT (consumer, id) DO NOTHING",
        params![consumer, event, now],
    )?;
    Ok(added == 1)
}

/// Forgets the marks made before `moment`; no transport delivers an event that late a second time.
pub fn forget_before(tx: &mut Tx<'_>, moment: Timestamp) -> Result<u64> {
    tx.execute("DELETE FROM inbox WHERE at < $1", params![moment])
}

/// Puts an event aside that `consumer` cannot handle, with the reason.
pub fn park(tx: &mut Tx<'_>, consumer: &str, event: &Envelope, error: &str) -> Result<()> {
    tx.execute(
        "INSERT INTO parked (consumer, id, name, subject, at, body, error) VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (consumer, id) DO NOTHING",
        params![consumer, event.id, event.name, event.subject, event.at, event.body, error],
    )
    .map(drop)
}
