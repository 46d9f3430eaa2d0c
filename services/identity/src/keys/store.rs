//! All SQL of API keys.

use kit_base::{Caller, Page, Timestamp};
use kit_store::{Result, Row, Tx, params};
use kit_web::Paging;

use super::api::ApiKey;
use crate::{Error, store};

/// Adds a key, given by its hash; false if its user is none of ours.
pub(crate) fn add(tx: &mut Tx<'_>, key: &ApiKey, hash: &[u8]) -> Result<bool> {
    let scope = key.scopes.join(" ");
    let added = tx.execute(
        "INSERT INTO api_keys (id, hash, user_id, name, scope, created_at, expires_at)
         SELECT $1, $2, users.id, $4, $5, CAST($6 AS BIGINT), CAST($7 AS BIGINT) FROM users WHERE users.id = $3",
        params![key.id, hash, key.user, key.name, scope, key.created_at, key.expires_at],
    )?;
    Ok(added == 1)
}

/// Whose key has that hash, and the key's id, unless it has expired. This only reads, so that what was made from it need
/// not be made anew.
pub(crate) fn whose_key(tx: &mut Tx<'_>, hash: &[u8]) -> Result<Option<(String, Caller)>> {
    let now = tx.now();
    let key = tx.query_opt(
        "SELECT id, user_id, scope FROM api_keys WHERE hash = $1 AND (expires_at IS NULL OR expires_at > $2)",
        params![hash, now],
        |row| Ok((row.get::<String>("id")?, row.get::<String>("user_id")?, scopes(row)?)),
    )?;
    let Some((id, user, scopes)) = key else { return Ok(None) };
    Ok(store::caller(tx, &user)?.map(|caller| (id, store::within(caller, scopes))))
}

/// A page of the keys of a user, in the order in which they were made.
pub(crate) fn keys(tx: &mut Tx<'_>, user: &str, paging: &Paging) -> Result<Page<ApiKey>, Error> {
    let count: u64 =
        tx.query_one("SELECT COUNT(*) AS n FROM api_keys WHERE user_id = $1", params![user], |row| {
            row.get("n")
        })?;
    let window = paging.window(count).ok_or(Error::NoSuchPage)?;
    let found = tx.query(
        "SELECT api_keys.id, api_keys.name, api_keys.scope, api_keys.user_id, api_keys.created_at,
                api_keys.expires_at, key_uses.used_at
         FROM api_keys LEFT JOIN key_uses ON key_uses.key_id = api_keys.id
         WHERE api_keys.user_id = $1 ORDER BY api_keys.created_at, api_keys.id LIMIT $2 OFFSET $3",
        params![user, window.limit, window.offset],
        |row| {
            Ok(ApiKey {
                id: row.get("id")?,
                name: row.get("name")?,
                key: None,
                scopes: scopes(row)?,
                user: row.get("user_id")?,
                created_at: row.get("created_at")?,
                expires_at: row.get("expires_at")?,
                last_used_at: row.get("used_at")?,
            })
        },
    )?;
    Ok(paging.page(count, found))
}

/// Removes a key, of this user where one is given; false if there is none such.
pub(crate) fn remove(tx: &mut Tx<'_>, id: &str, owner: Option<&str>) -> Result<bool> {
    let removed = tx.execute(
        "DELETE FROM api_keys WHERE id = $1 AND (CAST($2 AS TEXT) IS NULL OR user_id = $2)",
        params![id, owner],
    )?;
    Ok(removed == 1)
}

/// Stores when keys were last used. One that was removed meanwhile is passed over.
pub(crate) fn note_uses(tx: &mut Tx<'_>, uses: &[(String, Timestamp)]) -> Result<()> {
    for (key, used_at) in uses {
        tx.execute(
            "INSERT INTO key_uses (key_id, used_at)
             SELECT api_keys.id, CAST($2 AS BIGINT) FROM api_keys WHERE api_keys.id = $1
             ON CONFLICT (key_id) DO UPDATE SET used_at = excluded.used_at",
            params![key, used_at],
        )?;
    }
    Ok(())
}

fn scopes(row: &Row<'_>) -> Result<Vec<String>> {
    Ok(row.get::<String>("scope")?.split_whitespace().map(str::to_owned).collect())
}
