//! The SQL of the audit log. It adds, and beside that there are two statements that do anything else: one takes the name
//! of whoever was deleted, and one removes what is too old.

use std::time::Duration;

use contracts::access::AuditEntry;
use kit_base::{Acting, Page, Timestamp};
use kit_store::{Result, Row, Tx, params};
use kit_web::Paging;

use super::Note;
use crate::Error;

/// What stands in place of the name of whoever was deleted.
const DELETED: &str = "deleted user";

/// What the log is narrowed to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filter {
    /// A user's id or name.
    pub user: Option<String>,
    pub operation: Option<String>,
    /// What the path begins with.
    pub target: Option<String>,
    /// The first moment.
    pub since: Option<Timestamp>,
    /// The moment after the last.
    pub until: Option<Timestamp>,
}

/// Adds what a service says that somebody did at that moment. A request is noted once, however many changes it made.
pub(crate) fn add(tx: &mut Tx<'_>, acting: &Acting, at: Timestamp, pseudonym: &str) -> Result<()> {
    let forgotten = tx.query_opt(
        "SELECT pseudonym FROM audit_forgotten WHERE pseudonym = $1",
        params![pseudonym],
        |row| row.get::<String>("pseudonym"),
    )?;
    let (user_id, name) = match forgotten {
        Some(_) => (pseudonym, DELETED),
        None => (acting.user_id.as_str(), acting.name.as_str()),
    };
    tx.execute(
        "INSERT INTO audit (id, at, user_id, name, operation, target, origin)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO NOTHING",
        params![acting.request_id, at, user_id, name, acting.operation, acting.target, acting.from],
    )
    .map(drop)
}

/// Adds what somebody does at this moment.
pub(crate) fn note(tx: &mut Tx<'_>, note: &Note<'_>) -> Result<()> {
    let (id, now) = (tx.ids().uuid(), tx.now());
    tx.execute(
        "INSERT INTO audit (id, at, user_id, name, operation, target, origin)
         VALUES ($1, $2, $3, (SELECT name FROM users WHERE id = $3), $4, $5, $6)",
        params![id, now, note.user_id, note.operation, note.target, note.from],
    )
    .map(drop)
}

/// A page of the log, the latest first.
pub(crate) fn page(tx: &mut Tx<'_>, filter: &Filter, paging: &Paging) -> Result<Page<AuditEntry>, Error> {
    let Filter { user, operation, target, since, until } = filter;
    let count: u64 = tx.query_one(
        "SELECT COUNT(*) AS n FROM audit
         WHERE (CAST($1 AS TEXT) IS NULL OR user_id = $1 OR name = $1)
           AND (CAST($2 AS TEXT) IS NULL OR operation = $2)
           AND (CAST($3 AS TEXT) IS NULL OR SUBSTR(target, 1, LENGTH(CAST($3 AS TEXT))) = $3)
           AND (CAST($4 AS BIGINT) IS NULL OR at >= $4) AND (CAST($5 AS BIGINT) IS NULL OR at < $5)",
        params![user, operation, target, since, until],
        |row| row.get("n"),
    )?;
    let window = paging.window(count).ok_or(Error::NoSuchPage)?;
    let entries = tx.query(
        "SELECT seq, id, at, user_id, name, operation, target, origin FROM audit
         WHERE (CAST($1 AS TEXT) IS NULL OR user_id = $1 OR name = $1)
           AND (CAST($2 AS TEXT) IS NULL OR operation = $2)
           AND (CAST($3 AS TEXT) IS NULL OR SUBSTR(target, 1, LENGTH(CAST($3 AS TEXT))) = $3)
           AND (CAST($4 AS BIGINT) IS NULL OR at >= $4) AND (CAST($5 AS BIGINT) IS NULL OR at < $5)
         ORDER BY seq DESC LIMIT $6 OFFSET $7",
        params![user, operation, target, since, until, window.limit, window.offset],
        read,
    )?;
    Ok(paging.page(count, entries))
}

/// The next `limit` entries before the place `before`, the latest first.
pub(crate) fn before(tx: &mut Tx<'_>, filter: &Filter, before: i64, limit: i64) -> Result<Vec<AuditEntry>> {
    let Filter { user, operation, target, since, until } = filter;
    tx.query(
        "SELECT seq, id, at, user_id, name, operation, target, origin FROM audit
         WHERE seq < $6 AND (CAST($1 AS TEXT) IS NULL OR user_id = $1 OR name = $1)
           AND (CAST($2 AS TEXT) IS NULL OR operation = $2)
           AND (CAST($3 AS TEXT) IS NULL OR SUBSTR(target, 1, LENGTH(CAST($3 AS TEXT))) = $3)
           AND (CAST($4 AS BIGINT) IS NULL OR at >= $4) AND (CAST($5 AS BIGINT) IS NULL OR at < $5)
         ORDER BY seq DESC LIMIT $7",
        params![user, operation, target, since, until, before, limit],
        read,
    )
}

fn read(row: &Row<'_>) -> Result<AuditEntry> {
    Ok(AuditEntry {
        seq: row.get("seq")?,
        id: row.get("id")?,
        at: row.get("at")?,
        user_id: row.get("user_id")?,
        name: row.get("name")?,
        operation: row.get("operation")?,
        target: row.get("target")?,
        from: row.get("origin")?,
    })
}

/// Takes the name and the id of a user who was deleted out of the log, now and from what is still to come.
pub(crate) fn forget(tx: &mut Tx<'_>, user: &str, pseudonym: &str) -> Result<()> {
    tx.execute(
        "INSERT INTO audit_forgotten (pseudonym) VALUES ($1) ON CONFLICT (pseudonym) DO NOTHING",
        params![pseudonym],
    )?;
    tx.execute(
        "UPDATE audit SET user_id = $2, name = $3 WHERE user_id = $1",
        params![user, pseudonym, DELETED],
    )
    .map(drop)
}

/// Removes what is older than `retention`; returns how many entries.
pub(crate) fn remove_old(tx: &mut Tx<'_>, retention: Duration) -> Result<u64> {
    let oldest = tx.now().minus(retention);
    tx.execute("DELETE FROM audit WHERE at < $1", params![oldest])
}
