//! Events that have been handled. Marked in the transaction of the handler's own changes, so each takes effect once.

use kit_base::Timestamp;

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
