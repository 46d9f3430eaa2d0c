//! Tokens from logins. Whoever is not active or is banned is known by none of theirs.

use std::time::Duration;

use kit_base::{Caller, Role, Timestamp, WRITE};
use kit_store::{Result, StoreError, Tx, params};

use crate::oauth::store::tokens::end_all_of_user;

/// Adds a token of that user, given by its hash; returns when it expires.
pub(crate) fn add_token(tx: &mut Tx<'_>, hash: &[u8], user: &str, lifetime: Duration) -> Result<Timestamp> {
    let now = tx.now();
    let expires_at = now.plus(lifetime);
    tx.execute(
        "INSERT INTO tokens (hash, user_id, created_at, expires_at) VALUES ($1, $2, $3, $4)",
        params![hash, user, now, expires_at],
    )?;
    Ok(expires_at)
}

/// Whose token has that hash, unless it has expired.
pub(crate) fn whose_token(tx: &mut Tx<'_>, hash: &[u8]) -> Result<Option<Caller>> {
    let now = tx.now();
    let user: Option<String> = tx.query_opt(
        "SELECT user_id FROM tokens WHERE hash = $1 AND expires_at > $2",
        params![hash, now],
        |row| row.get("user_id"),
    )?;
    user.map_or(Ok(None), |user| caller(tx, &user))
}

/// A person as a caller, whatever they are known by. Who is not active or is banned is nobody, and who may only read gets
/// no other scope: this is the one place that decides it.
pub(crate) fn caller(tx: &mut Tx<'_>, user: &str) -> Result<Option<Caller>> {
    let now = tx.now();
    tx.query_opt(
        "SELECT id, name, role, (can_write OR COALESCE(end_ban_write <= $2, FALSE)) AS writes
         FROM users WHERE id = $1 AND is_active AND (can_read OR COALESCE(end_ban_read <= $2, FALSE))",
        params![user, now],
        |row| {
            let role = row.word("role", Role::parse)?;
            let mut caller = Caller::new(row.get::<String>("id")?, row.get::<String>("name")?, role);
            if !row.get::<bool>("writes")? {
                caller.scopes.retain(|scope| scope != WRITE);
            }
            Ok(caller)
        },
    )
}

/// The caller as far as a token of these scopes reaches: what the person may not do, no token may.
pub(crate) fn within(caller: Caller, scopes: Vec<String>) -> Caller {
    let may_write = caller.has_scope(WRITE);
    let scopes = scopes.into_iter().filter(|scope| may_write || scope != WRITE).collect();
    Caller { scopes, ..caller }
}

/// Removes the token with that hash.
pub(crate) fn remove_token(tx: &mut Tx<'_>, hash: &[u8]) -> Result<()> {
    tx.execute("DELETE FROM tokens WHERE hash = $1", params![hash]).map(drop)
}

/// Ends every login of that user, and everything that was lent by one: tokens, sessions, the tokens of applications.
/// Keys stay: each is removed by itself, and reaches no further than its user.
pub(crate) fn remove_tokens_of(tx: &mut Tx<'_>, user: &str) -> Result<()> {
    tx.execute("DELETE FROM tokens WHERE user_id = $1", params![user])?;
    tx.execute("DELETE FROM sessions WHERE user_id = $1", params![user])?;
    end_all_of_user(tx, user)
}

/// Removes the tokens that have expired; returns how many.
pub(crate) fn remove_expired_tokens(tx: &mut Tx<'_>) -> Result<u64, StoreError> {
    let now = tx.now();
    tx.execute("DELETE FROM tokens WHERE expires_at <= $1", params![now])
}
