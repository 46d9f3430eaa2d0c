//! Messages on their way: taken with a lease, so that what a worker leaves behind when it is killed is taken up by
//! another, and closed by whoever holds the lease still.

use std::time::Duration;

use contracts::communications::PublicState;
use kit_base::Timestamp;
use kit_store::{Result, Row, Tx, params};

use super::copies::IncidentCopy;
use super::notices;
use crate::model::notice::Notice;

/// A message that is due, with all that is needed to send it.
pub(crate) struct Due {
    pub n: i64,
    /// How often it was tried, this time included. It grows with each lease, so it tells leases apart.
    pub attempts: i64,
    pub subscriber: i64,
    pub subscriber_id: String,
    pub address: String,
    pub base: String,
    pub generation: i64,
    pub rotated_at: Option<Timestamp>,
    pub created_at: Timestamp,
    /// Its id, the same at every attempt.
    pub message: String,
    pub content: Content,
}

/// What a message says.
pub(crate) enum Content {
    /// What the public was told.
    Update(Box<Update>),
    /// What people are told of a maintenance.
    Notice(Box<Notice>),
    /// Somebody asked for mails with this address.
    Confirm { nonce: String, expires_at: Timestamp },
    /// A manager wants to see whether the webhook works.
    Test,
    /// What it was about is gone: there is nothing to say any more.
    Gone,
}

/// What the public was told, and about what.
pub(crate) struct Update {
    pub incident: IncidentCopy,
    pub state: PublicState,
    pub message: String,
    pub at: Timestamp,
}

/// Puts a message in the queue that is no announcement; returns its id.
pub(crate) fn add(tx: &mut Tx<'_>, subscriber: i64, channel: &str, kind: &str) -> Result<String> {
    let (message, now) = (tx.ids().uuid(), tx.now());
    tx.execute(
        "INSERT INTO deliveries (subscriber, channel, kind, message, state, attempts, next_at, leased, created_at)
         VALUES ($1, $2, $3, $4, 'waiting', 0, $5, FALSE, $5)",
        params![subscriber, channel, kind, message, now],
    )?;
    Ok(message)
}

/// Whether there is anything to do: a look that costs no write.
pub(crate) fn anything_due(tx: &mut Tx<'_>, channel: &str) -> Result<bool> {
    let now = tx.now();
    let due = tx.query_opt(
        "SELECT n FROM deliveries WHERE channel = $1 AND next_at <= $2 LIMIT 1",
        params![channel, now],
        |row| row.get::<i64>("n"),
    )?;
    Ok(due.is_some())
}

/// Takes messages that are due, at most `limit`, for so long. At most one for each subscriber is taken at a time, the
/// oldest first: so a slow receiver keeps nobody waiting but itself, and hears of things in their order. What the caller
/// is `busy` with is not taken, whatever has become of its lease.
pub(crate) fn take(
    tx: &mut Tx<'_>,
    channel: &str,
    lease: Duration,
    limit: usize,
    busy: &[i64],
) -> Result<Vec<Due>> {
    let now = tx.now();
    let until = now.plus(lease);
    let most = i64::try_from(limit + busy.len()).unwrap_or(i64::MAX);
    let mut due = tx.query(
        "SELECT d.n, d.attempts + 1 AS attempts, d.kind, d.message, s.n AS subscriber, s.id AS subscriber_id,
           s.address, s.base, s.generation, s.rotated_at, d.created_at, i.body, a.state, a.message AS text, a.at, r.nonce,
           r.expires_at
         FROM deliveries d JOIN subscribers s ON s.n = d.subscriber
         LEFT JOIN announcements a ON a.id = d.message
         LEFT JOIN incidents i ON i.id = a.incident
         LEFT JOIN requests r ON r.subscriber = d.subscriber AND d.kind = 'confirm'
         WHERE d.channel = $1 AND d.next_at <= $2
           AND NOT EXISTS (SELECT 1 FROM deliveries o WHERE o.subscriber = d.subscriber
             AND ((o.leased AND o.next_at > $2) OR (o.next_at <= $2 AND o.n < d.n)))
         ORDER BY d.next_at, d.n LIMIT $3",
        params![channel, now, most],
        read_due,
    )?;
    due.retain(|one| !busy.contains(&one.n));
    due.truncate(limit);
    for one in due.iter_mut().filter(|one| matches!(one.content, Content::Gone)) {
        if let Some(told) = notices::find(tx, &one.message)? {
            one.content = Content::Notice(Box::new(told.notice));
        }
    }
    for one in &due {
        tx.execute(
            "UPDATE deliveries SET attempts = $2, next_at = $3, leased = TRUE, tried_at = $4 WHERE n = $1",
            params![one.n, one.attempts, until, now],
        )?;
    }
    Ok(due)
}

fn read_due(row: &Row<'_>) -> Result<Due> {
    let kind: String = row.get("kind")?;
    let told: Option<String> = row.get("body")?;
    let asked: Option<String> = row.get("nonce")?;
    let content = match (kind.as_str(), told, asked) {
        ("update", Some(_), _) => Content::Update(Box::new(Update {
            incident: row.json("body")?,
            state: row.word("state", PublicState::parse)?,
            message: row.get("text")?,
            at: row.get("at")?,
        })),
        ("confirm", _, Some(nonce)) => Content::Confirm { nonce, expires_at: row.get("expires_at")? },
        ("test", ..) => Content::Test,
        _ => Content::Gone,
    };
    Ok(Due {
        n: row.get("n")?,
        attempts: row.get("attempts")?,
        subscriber: row.get("subscriber")?,
        subscriber_id: row.get("subscriber_id")?,
        address: row.get("address")?,
        base: row.get("base")?,
        generation: row.get("generation")?,
        rotated_at: row.get("rotated_at")?,
        created_at: row.get("created_at")?,
        message: row.get("message")?,
        content,
    })
}

/// The receiver has taken it.
pub(crate) fn delivered(tx: &mut Tx<'_>, due: &Due, outcome: &str) -> Result<()> {
    close(tx, due, "delivered", outcome)?;
    tx.execute(
        "UPDATE subscribers SET failing_since = NULL WHERE n = $1 AND failing_since IS NOT NULL",
        params![due.subscriber],
    )
    .map(drop)
}

/// It will not be tried again.
pub(crate) fn failed(tx: &mut Tx<'_>, due: &Due, outcome: &str) -> Result<()> {
    close(tx, due, "failed", outcome)
}

fn close(tx: &mut Tx<'_>, due: &Due, state: &str, outcome: &str) -> Result<()> {
    tx.execute(
        "UPDATE deliveries SET state = $3, outcome = $4, next_at = NULL, leased = FALSE
         WHERE n = $1 AND attempts = $2 AND leased",
        params![due.n, due.attempts, state, outcome],
    )
    .map(drop)
}

/// It will be tried again after a while.
pub(crate) fn again(tx: &mut Tx<'_>, due: &Due, outcome: &str, wait: Duration) -> Result<()> {
    let next = tx.now().plus(wait);
    tx.execute(
        "UPDATE deliveries SET outcome = $3, next_at = $4, leased = FALSE
         WHERE n = $1 AND attempts = $2 AND leased",
        params![due.n, due.attempts, outcome, next],
    )
    .map(drop)
}

/// It was not tried at all, so it waits as it did before.
pub(crate) fn untried(tx: &mut Tx<'_>, due: &Due, outcome: &str) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "UPDATE deliveries SET attempts = attempts - 1, outcome = $3, next_at = $4, leased = FALSE
         WHERE n = $1 AND attempts = $2 AND leased",
        params![due.n, due.attempts, outcome, now],
    )
    .map(drop)
}

/// Notes that a webhook fails.
pub(crate) fn failing(tx: &mut Tx<'_>, due: &Due) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "UPDATE subscribers SET failing_since = $2 WHERE n = $1 AND failing_since IS NULL",
        params![due.subscriber, now],
    )
    .map(drop)
}

/// Whether a webhook has done nothing but fail for so long.
pub(crate) fn is_dead(tx: &mut Tx<'_>, due: &Due, disable_after: Duration) -> Result<bool> {
    let long_ago = tx.now().minus(disable_after);
    let dead = tx.query_opt(
        "SELECT n FROM subscribers WHERE n = $1 AND state = 'active' AND failing_since <= $2",
        params![due.subscriber, long_ago],
        |row| row.get::<i64>("n"),
    )?;
    Ok(dead.is_some())
}

/// Forgets what became of deliveries that were closed long ago; returns how many.
pub(crate) fn remove_old(tx: &mut Tx<'_>, keep: Duration) -> Result<u64> {
    let long_ago = tx.now().minus(keep);
    tx.execute("DELETE FROM deliveries WHERE created_at <= $1 AND next_at IS NULL", params![long_ago])
}
