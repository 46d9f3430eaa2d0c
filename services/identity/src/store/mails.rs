//! Mails that wait to be sent. Written in the transaction of what they tell of, so neither comes without the other.

use std::time::Duration;

use kit_mail::Message;
use kit_store::{Result, Tx, params};

/// After this long it is given up: what it brings has expired, or nobody can be reached.
const PATIENCE: Duration = Duration::from_secs(24 * 3600);
/// The first further try comes after so long, and each after twice as long as the one before.
const FIRST_WAIT: Duration = Duration::from_secs(60);
const LONGEST_WAIT: Duration = Duration::from_secs(2 * 3600);

/// What is written to somebody.
pub(crate) struct Letter {
    pub subject: String,
    pub text: String,
}

/// Puts a mail in the queue; returns its id.
pub(crate) fn queue(tx: &mut Tx<'_>, recipient: &str, letter: &Letter) -> Result<String> {
    let (id, now) = (tx.ids().uuid(), tx.now());
    tx.execute(
        "INSERT INTO mails (id, recipient, subject, body, created_at, attempts, next_at)
         VALUES ($1, $2, $3, $4, $5, 0, $5)",
        params![id, recipient, letter.subject, letter.text, now],
    )?;
    Ok(id)
}

/// The next mail whose time has come. Its next try is set at once, so that no other node sends it meanwhile.
pub(crate) fn take_due(tx: &mut Tx<'_>) -> Result<Option<Message>> {
    let now = tx.now();
    let due = tx.query_opt(
        "SELECT id, recipient, subject, body, attempts FROM mails WHERE next_at <= $1 ORDER BY next_at, id LIMIT 1",
        params![now],
        |row| {
            let message = Message {
                id: row.get("id")?,
                to: row.get("recipient")?,
                subject: row.get("subject")?,
                text: row.get("body")?,
                unsubscribe: None,
            };
            Ok((message, row.get::<i64>("attempts")?))
        },
    )?;
    let Some((message, attempts)) = due else { return Ok(None) };
    let doublings = u32::try_from(attempts).unwrap_or(u32::MAX).min(16);
    let wait = FIRST_WAIT.saturating_mul(1 << doublings).min(LONGEST_WAIT);
    tx.execute(
        "UPDATE mails SET attempts = attempts + 1, next_at = $2 WHERE id = $1",
        params![message.id, now.plus(wait)],
    )?;
    Ok(Some(message))
}

/// Forgets a mail: it was sent, or never will be.
pub(crate) fn remove(tx: &mut Tx<'_>, id: &str) -> Result<()> {
    tx.execute("DELETE FROM mails WHERE id = $1", params![id]).map(drop)
}

/// Forgets the mails that have waited too long; returns how many.
pub(crate) fn give_up(tx: &mut Tx<'_>) -> Result<u64> {
    let long_ago = tx.now().minus(PATIENCE);
    tx.execute("DELETE FROM mails WHERE created_at <= $1", params![long_ago])
}
