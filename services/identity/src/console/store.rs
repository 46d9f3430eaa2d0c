//! The SQL of sessions.

use std::time::Duration;

use contracts::access::ConsoleSession;
use kit_base::{Caller, Page, Timestamp};
use kit_store::{Result, Row, Tx, params};
use kit_web::Paging;

use crate::Error;

/// A session to be stored.
pub(crate) struct NewSession {
    pub hash: Vec<u8>,
    pub user_id: String,
    pub lifetime: Duration,
    pub agent: String,
    pub origin: String,
}

/// A session that is good.
pub(crate) struct Found {
    pub id: String,
    pub caller: Caller,
    /// When its use was last written down.
    pub seen_at: Timestamp,
}

/// Adds a session.
pub(crate) fn add(tx: &mut Tx<'_>, new: &NewSession) -> Result<()> {
    let (id, now) = (tx.ids().uuid(), tx.now());
    tx.execute(
        "INSERT INTO sessions (hash, id, user_id, created_at, expires_at, agent, origin)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        params![new.hash.as_slice(), id, new.user_id, now, now.plus(new.lifetime), new.agent, new.origin],
    )?;
    tx.execute("INSERT INTO session_visits (session_id, seen_at) VALUES ($1, $2)", params![id, now]).map(drop)
}

/// The session with that hash, unless its time is over or it was not used for `idle`. Whoever is not active or is banned
/// is known by none, and who may only read gets no other scope.
pub(crate) fn find(tx: &mut Tx<'_>, hash: &[u8], idle: Duration) -> Result<Option<Found>> {
    let now = tx.now();
    let session = tx.query_opt(
        "SELECT sessions.id, sessions.user_id, session_visits.seen_at
         FROM sessions JOIN session_visits ON session_visits.session_id = sessions.id
         WHERE sessions.hash = $1 AND sessions.expires_at > $2 AND session_visits.seen_at > $3",
        params![hash, now, now.minus(idle)],
        |row| Ok((row.get("id")?, row.get::<String>("user_id")?, row.get("seen_at")?)),
    )?;
    let Some((id, user, seen_at)) = session else { return Ok(None) };
    Ok(crate::store::caller(tx, &user)?.map(|caller| Found { id, caller, seen_at }))
}

/// Writes down that the session is used now.
pub(crate) fn visit(tx: &mut Tx<'_>, id: &str) -> Result<()> {
    let now = tx.now();
    tx.execute("UPDATE session_visits SET seen_at = $2 WHERE session_id = $1", params![id, now]).map(drop)
}

/// A page of a user's sessions, the latest first; the one with the hash `own` is marked.
pub(crate) fn list(
    tx: &mut Tx<'_>,
    user: &str,
    own: &[u8],
    idle: Duration,
    paging: &Paging,
) -> Result<Page<ConsoleSession>, Error> {
    let now = tx.now();
    let used_since = now.minus(idle);
    let count: u64 = tx.query_one(
        "SELECT COUNT(*) AS n FROM sessions JOIN session_visits ON session_visits.session_id = sessions.id
         WHERE user_id = $1 AND expires_at > $2 AND seen_at > $3",
        params![user, now, used_since],
        |row| row.get("n"),
    )?;
    let window = paging.window(count).ok_or(Error::NoSuchPage)?;
    let sessions = tx.query(
        "SELECT id, created_at, seen_at, expires_at, agent, origin, hash = $4 AS own
         FROM sessions JOIN session_visits ON session_visits.session_id = sessions.id
         WHERE user_id = $1 AND expires_at > $2 AND seen_at > $3
         ORDER BY created_at DESC, id DESC LIMIT $5 OFFSET $6",
        params![user, now, used_since, own, window.limit, window.offset],
        read,
    )?;
    Ok(paging.page(count, sessions))
}

fn read(row: &Row<'_>) -> Result<ConsoleSession> {
    Ok(ConsoleSession {
        id: row.get("id")?,
        created_at: row.get("created_at")?,
        seen_at: row.get("seen_at")?,
        expires_at: row.get("expires_at")?,
        agent: row.get("agent")?,
        from: row.get("origin")?,
        current: row.get("own")?,
    })
}

/// Removes the session with that hash.
pub(crate) fn end(tx: &mut Tx<'_>, hash: &[u8]) -> Result<()> {
    tx.execute("DELETE FROM sessions WHERE hash = $1", params![hash]).map(drop)
}

/// Removes a user's session; false if the user has none of that id.
pub(crate) fn end_one(tx: &mut Tx<'_>, user: &str, id: &str) -> Result<bool> {
    Ok(tx.execute("DELETE FROM sessions WHERE user_id = $1 AND id = $2", params![user, id])? == 1)
}

/// Removes a user's sessions, but not the one with the hash `own`. Whoever changes a password or a role does so in the
/// same transaction.
pub(crate) fn end_others(tx: &mut Tx<'_>, user: &str, own: &[u8]) -> Result<u64> {
    tx.execute("DELETE FROM sessions WHERE user_id = $1 AND hash <> $2", params![user, own])
}

/// Removes the sessions whose time is over; returns how many.
pub(crate) fn remove_expired(tx: &mut Tx<'_>, idle: Duration) -> Result<u64> {
    let now = tx.now();
    tx.execute(
        "DELETE FROM sessions WHERE expires_at <= $1
           OR id IN (SELECT session_id FROM session_visits WHERE seen_at <= $2)",
        params![now, now.minus(idle)],
    )
}
