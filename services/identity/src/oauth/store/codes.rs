//! SQL of authorization codes and of what users have allowed.

use std::time::Duration;

use kit_base::Timestamp;
use kit_store::{Result, Tx, params};

use crate::oauth::model::{self, covers};

/// A code is carried by the browser at once, so it need not live long (RFC 6749 4.1.2).
const LIFETIME: Duration = Duration::from_secs(60);

/// What a code stands for.
#[derive(Clone)]
pub(crate) struct Code {
    pub application: String,
    pub user: String,
    /// The address, where the client named it.
    pub redirect_uri: Option<String>,
    pub scope: String,
    pub challenge: String,
    pub nonce: Option<String>,
    pub auth_time: Option<Timestamp>,
    /// What all tokens that come of it will belong to.
    pub family: String,
    pub used: bool,
    pub expired: bool,
}

/// Makes a code.
pub(crate) fn add(tx: &mut Tx<'_>, code: &Code) -> Result<String> {
    let text = tx.ids().secret(43);
    let ends = tx.now().plus(LIFETIME);
    tx.execute(
        "INSERT INTO authorization_codes (hash, application_id, user_id, redirect_uri, scope, challenge, nonce,
                                          auth_time, family, used, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        params![
            model::hash(&text).as_slice(),
            code.application,
            code.user,
            code.redirect_uri,
            code.scope,
            code.challenge,
            code.nonce,
            code.auth_time,
            code.family,
            false,
            ends
        ],
    )?;
    Ok(text)
}

/// The code with that hash, used from now on, as it was before.
pub(crate) fn take(tx: &mut Tx<'_>, hash: &[u8]) -> Result<Option<Code>> {
    let now = tx.now();
    let found = tx.query_opt(
        "SELECT authorization_codes.application_id, authorization_codes.user_id, authorization_codes.redirect_uri,
                authorization_codes.scope, authorization_codes.challenge, authorization_codes.nonce,
                authorization_codes.auth_time, authorization_codes.family, authorization_codes.used,
                authorization_codes.expires_at
         FROM authorization_codes JOIN users ON users.id = authorization_codes.user_id
         WHERE authorization_codes.hash = $1",
        params![hash],
        |row| {
            Ok(Code {
                application: row.get("application_id")?,
                user: row.get("user_id")?,
                redirect_uri: row.get("redirect_uri")?,
                scope: row.get("scope")?,
                challenge: row.get("challenge")?,
                nonce: row.get("nonce")?,
                auth_time: row.get("auth_time")?,
                family: row.get("family")?,
                used: row.get("used")?,
                expired: row.get::<Timestamp>("expires_at")? <= now,
            })
        },
    )?;
    tx.execute("UPDATE authorization_codes SET used = $2 WHERE hash = $1", params![hash, true])?;
    Ok(found)
}

/// Whether the user has allowed at least this to the application.
pub(crate) fn has_allowed(tx: &mut Tx<'_>, user: &str, application: &str, scope: &str) -> Result<bool> {
    let held: Option<String> = tx.query_opt(
        "SELECT scope FROM consents WHERE user_id = $1 AND application_id = $2",
        params![user, application],
        |row| row.get("scope"),
    )?;
    Ok(held.is_some_and(|held| covers(&held, scope)))
}

/// Remembers what the user allows to the application, in place of what was before.
pub(crate) fn allow(tx: &mut Tx<'_>, user: &str, application: &str, scope: &str) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "INSERT INTO consents (user_id, application_id, scope, created_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (user_id, application_id) DO UPDATE SET scope = excluded.scope, created_at = excluded.created_at",
        params![user, application, scope, now],
    )
    .map(drop)
}

/// When the login with that hash began, be it a token's or a session's.
pub(crate) fn login_time(tx: &mut Tx<'_>, hash: &[u8]) -> Result<Option<Timestamp>> {
    tx.query_opt(
        "SELECT created_at FROM tokens WHERE hash = $1 UNION SELECT created_at FROM sessions WHERE hash = $1",
        params![hash],
        |row| row.get("created_at"),
    )
}
