//! SQL of the keys that id tokens are signed with.

use kit_store::{Result, Tx, params};

/// The key to sign with now: its id, and its sealed half.
pub(crate) fn current(tx: &mut Tx<'_>) -> Result<Option<(String, Vec<u8>)>> {
    tx.query_opt(
        "SELECT kid, sealed FROM signing_keys WHERE retired_at IS NULL ORDER BY created_at DESC, kid DESC LIMIT 1",
        params![],
        |row| Ok((row.get("kid")?, row.get("sealed")?)),
    )
}

/// Adds a key to sign with from now on; those before it are retired.
pub(crate) fn add(tx: &mut Tx<'_>, kid: &str, public_key: &[u8], sealed: &[u8]) -> Result<()> {
    let now = tx.now();
    tx.execute("UPDATE signing_keys SET retired_at = $1 WHERE retired_at IS NULL", params![now])?;
    tx.execute(
        "INSERT INTO signing_keys (kid, public_key, sealed, created_at) VALUES ($1, $2, $3, $4)",
        params![kid, public_key, sealed, now],
    )
    .map(drop)
}

/// Every key that is published, newest first.
pub(crate) fn published(tx: &mut Tx<'_>) -> Result<Vec<(String, Vec<u8>)>> {
    tx.query(
        "SELECT kid, public_key FROM signing_keys ORDER BY created_at DESC, kid DESC",
        params![],
        |row| Ok((row.get("kid")?, row.get("public_key")?)),
    )
}
