//! SQL of access and refresh tokens. All that came of one consent is a family, which lives and dies as one.

use std::time::Duration;

use kit_base::Timestamp;
use kit_store::{Result, Tx, params};

use crate::oauth::model::{self, ACCESS_TOKEN};

/// Seconds that an access token lives.
pub(crate) const ACCESS_LIFETIME: u64 = 36_000;
/// A refresh token that nobody used for so long is dead.
const IDLE: Duration = Duration::from_secs(90 * 24 * 3600);
/// 256 bits.
const SECRET: usize = 43;

/// What tokens are made for.
#[derive(Clone)]
pub(crate) struct Issue {
    pub application: String,
    /// `None`: the application itself.
    pub user: Option<String>,
    pub scope: String,
    pub family: String,
    /// When the user showed who they are, where that is known.
    pub auth_time: Option<Timestamp>,
    /// Whether a refresh token comes along.
    pub refreshed: bool,
}

/// New tokens. They have no `Debug`, so that no log can show them.
pub(crate) struct Issued {
    pub access: String,
    pub refresh: Option<String>,
}

/// Makes new tokens. The old pair of the same user and application dies at once; what was used of this family stays, so
/// that a second use is noticed.
pub(crate) fn issue(tx: &mut Tx<'_>, wanted: &Issue) -> Result<Issued> {
    let (now, access) = (tx.now(), tx.ids().secret(ACCESS_TOKEN));
    let ends = now.plus(Duration::from_secs(ACCESS_LIFETIME));
    if let Some(user) = &wanted.user {
        tx.execute(
            "DELETE FROM oauth_tokens WHERE user_id = $1 AND application_id = $2",
            params![user, wanted.application],
        )?;
        tx.execute(
            "DELETE FROM refresh_tokens WHERE user_id = $1 AND application_id = $2 AND family <> $3",
            params![user, wanted.application, wanted.family],
        )?;
    }
    tx.execute(
        "INSERT INTO oauth_tokens (hash, application_id, user_id, scope, family, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        params![
            model::hash(&access).as_slice(),
            wanted.application,
            wanted.user,
            wanted.scope,
            wanted.family,
            now,
            ends
        ],
    )?;
    let refresh = match &wanted.user {
        Some(user) if wanted.refreshed => Some(add_refresh(tx, wanted, user)?),
        _ => None,
    };
    Ok(Issued { access, refresh })
}

fn add_refresh(tx: &mut Tx<'_>, wanted: &Issue, user: &str) -> Result<String> {
    let (now, token) = (tx.now(), tx.ids().secret(SECRET));
    tx.execute(
        "INSERT INTO refresh_tokens (hash, application_id, user_id, scope, family, used, auth_time, created_at,
                                     expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        params![
            model::hash(&token).as_slice(),
            wanted.application,
            user,
            wanted.scope,
            wanted.family,
            false,
            wanted.auth_time,
            now,
            now.plus(IDLE)
        ],
    )?;
    Ok(token)
}

/// A refresh token as it is stored.
pub(crate) struct Refresh {
    pub application: String,
    pub user: String,
    pub scope: String,
    pub family: String,
    pub used: bool,
    pub auth_time: Option<Timestamp>,
}

/// The refresh token with that hash, unless it has expired.
pub(crate) fn refresh(tx: &mut Tx<'_>, hash: &[u8]) -> Result<Option<Refresh>> {
    let now = tx.now();
    tx.query_opt(
        "SELECT refresh_tokens.application_id, refresh_tokens.user_id, refresh_tokens.scope, refresh_tokens.family,
                refresh_tokens.used, refresh_tokens.auth_time
         FROM refresh_tokens JOIN users ON users.id = refresh_tokens.user_id
         WHERE refresh_tokens.hash = $1 AND refresh_tokens.expires_at > $2",
        params![hash, now],
        |row| {
            Ok(Refresh {
                application: row.get("application_id")?,
                user: row.get("user_id")?,
                scope: row.get("scope")?,
                family: row.get("family")?,
                used: row.get("used")?,
                auth_time: row.get("auth_time")?,
            })
        },
    )
}

/// Marks the refresh token with that hash as used.
pub(crate) fn use_refresh(tx: &mut Tx<'_>, hash: &[u8]) -> Result<()> {
    tx.execute("UPDATE refresh_tokens SET used = $2 WHERE hash = $1", params![hash, true]).map(drop)
}

/// Ends every token of a family.
pub(crate) fn end_family(tx: &mut Tx<'_>, family: &str) -> Result<()> {
    tx.execute("DELETE FROM oauth_tokens WHERE family = $1", params![family])?;
    tx.execute("DELETE FROM refresh_tokens WHERE family = $1", params![family]).map(drop)
}

/// Ends the access token with that hash and its whole family.
pub(crate) fn end_of(tx: &mut Tx<'_>, hash: &[u8]) -> Result<()> {
    let family: Option<String> =
        tx.query_opt("SELECT family FROM oauth_tokens WHERE hash = $1", params![hash], |row| {
            row.get("family")
        })?;
    family.map_or(Ok(()), |family| end_family(tx, &family))
}

/// Ends every token and code of a user: for whoever changes a password, or bans somebody.
pub(crate) fn end_all_of_user(tx: &mut Tx<'_>, user: &str) -> Result<()> {
    tx.execute("DELETE FROM oauth_tokens WHERE user_id = $1", params![user])?;
    tx.execute("DELETE FROM refresh_tokens WHERE user_id = $1", params![user])?;
    tx.execute("DELETE FROM authorization_codes WHERE user_id = $1", params![user])?;
    tx.execute("DELETE FROM device_codes WHERE user_id = $1", params![user]).map(drop)
}

/// The family of the token with that hash, be it access or refresh, if it is of this application.
pub(crate) fn family(tx: &mut Tx<'_>, hash: &[u8], application: &str) -> Result<Option<String>> {
    tx.query_opt(
        "SELECT family FROM oauth_tokens WHERE hash = $1 AND application_id = $2
         UNION SELECT family FROM refresh_tokens WHERE hash = $1 AND application_id = $2",
        params![hash, application],
        |row| row.get("family"),
    )
}

/// An access token as it is told to who may know (RFC 7662).
pub(crate) struct Shown {
    pub scope: String,
    pub client_id: String,
    pub subject: String,
    pub name: String,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
}

/// The access token with that hash, unless it has expired.
pub(crate) fn shown(tx: &mut Tx<'_>, hash: &[u8]) -> Result<Option<Shown>> {
    let now = tx.now();
    tx.query_opt(
        "SELECT oauth_tokens.scope, oauth_tokens.created_at, oauth_tokens.expires_at, applications.client_id,
                COALESCE(users.id, 'application:' || applications.id) AS subject,
                COALESCE(users.name, applications.name) AS name
         FROM oauth_tokens
         JOIN applications ON applications.id = oauth_tokens.application_id
         LEFT JOIN users ON users.id = oauth_tokens.user_id
         WHERE oauth_tokens.hash = $1 AND oauth_tokens.expires_at > $2
           AND (oauth_tokens.user_id IS NULL OR users.id IS NOT NULL)",
        params![hash, now],
        |row| {
            Ok(Shown {
                scope: row.get("scope")?,
                client_id: row.get("client_id")?,
                subject: row.get("subject")?,
                name: row.get("name")?,
                created_at: row.get("created_at")?,
                expires_at: row.get("expires_at")?,
            })
        },
    )
}

/// Removes what has expired; returns how many rows.
pub(crate) fn remove_expired(tx: &mut Tx<'_>) -> Result<u64> {
    let now = tx.now();
    // A used code stays as long as the tokens that it gave.
    let past = now.minus(Duration::from_secs(ACCESS_LIFETIME));
    let retired = now.minus(Duration::from_secs(2 * ACCESS_LIFETIME));
    Ok(tx.execute("DELETE FROM oauth_tokens WHERE expires_at <= $1", params![now])?
        + tx.execute("DELETE FROM refresh_tokens WHERE expires_at <= $1", params![now])?
        + tx.execute("DELETE FROM authorization_codes WHERE expires_at <= $1", params![past])?
        + tx.execute("DELETE FROM device_codes WHERE expires_at <= $1", params![past])?
        + tx.execute("DELETE FROM signing_keys WHERE retired_at <= $1", params![retired])?)
}
