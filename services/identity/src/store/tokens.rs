//! Tokens from logins. Whoever is not active or is banned is known by none of theirs.

use std::time::Duration;

use kit_base::{Caller, READ, Role, Timestamp};
use kit_store::{Result, StoreError, Tx, params};

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

/// Whose token has that hash, unless it has expired. Who may only read gets no other scope.
pub(crate) fn whose_token(tx: &mut Tx<'_>, hash: &[u8]) -> Result<Option<Caller>> {
    let now = tx.now();
    tx.query_opt(
        "SELECT users.id, users.name, users.role,
                (users.can_write OR COALESCE(users.end_ban_write <= $2, FALSE)) AS writes
         FROM tokens JOIN users ON users.id = tokens.user_id
         WHERE tokens.hash = $1 AND tokens.expires_at > $2
           AND users.is_active AND (users.can_read OR users.end_ban_read <= $2)",
        params![hash, now],
        |row| {
            let role = row.word("role", Role::parse)?;
            let mut caller = Caller::new(row.get::<String>("id")?, row.get::<String>("name")?, role);
            if !row.get::<bool>("writes")? {
                caller.scopes.retain(|scope| scope == READ);
            }
            Ok(caller)
        },
    )
}

/// Removes the token with that hash.
pub(crate) fn remove_token(tx: &mut Tx<'_>, hash: &[u8]) -> Result<()> {
    tx.execute("DELETE FROM tokens WHERE hash = $1", params![hash]).map(drop)
}

/// Ends every login of that user.
pub(crate) fn remove_tokens_of(tx: &mut Tx<'_>, user: &str) -> Result<()> {
    tx.execute("DELETE FROM tokens WHERE user_id = $1", params![user])?;
    tx.execute("DELETE FROM sessions WHERE user_id = $1", params![user]).map(drop)
}

/// Removes the tokens that have expired; returns how many.
pub(crate) fn remove_expired_tokens(tx: &mut Tx<'_>) -> Result<u64, StoreError> {
    let now = tx.now();
    tx.execute("DELETE FROM tokens WHERE expires_at <= $1", params![now])
}
