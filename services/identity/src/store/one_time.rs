//! Tokens of one use: given out by mail, taken back with their use.

use std::time::Duration;

use kit_store::{Result, Tx, params};

use crate::model::{OneTime, Purpose};

/// Mails of one purpose to one person come at least this far apart.
const APART: Duration = Duration::from_secs(60);

/// Makes a token for that person, which replaces any of the same purpose.
pub(crate) fn give(tx: &mut Tx<'_>, user_id: &str, purpose: Purpose, lifetime: Duration) -> Result<OneTime> {
    let (token, now) = (OneTime::new(tx.ids()), tx.now());
    take_back(tx, user_id, purpose)?;
    let hash = OneTime::hash_of(token.as_text());
    tx.execute(
        "INSERT INTO one_time_tokens (hash, user_id, purpose, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)",
        params![hash.as_slice(), user_id, purpose.as_str(), now, now.plus(lifetime)],
    )?;
    Ok(token)
}

/// Whether a token of that purpose was given to this person only just now.
pub(crate) fn given_just_now(tx: &mut Tx<'_>, user_id: &str, purpose: Purpose) -> Result<bool> {
    let since = tx.now().minus(APART);
    let given: Option<String> = tx.query_opt(
        "SELECT user_id FROM one_time_tokens WHERE user_id = $1 AND purpose = $2 AND created_at > $3",
        params![user_id, purpose.as_str(), since],
        |row| row.get("user_id"),
    )?;
    Ok(given.is_some())
}

/// Whose token this is, if it is good for that purpose; it stays good.
pub(crate) fn whose(tx: &mut Tx<'_>, token: &str, purpose: Purpose) -> Result<Option<String>> {
    let (hash, now) = (OneTime::hash_of(token), tx.now());
    tx.query_opt(
        "SELECT user_id FROM one_time_tokens WHERE hash = $1 AND purpose = $2 AND expires_at > $3",
        params![hash.as_slice(), purpose.as_str(), now],
        |row| row.get("user_id"),
    )
}

/// Uses the token up: whose it was, if it was good for that purpose.
pub(crate) fn redeem(tx: &mut Tx<'_>, token: &str, purpose: Purpose) -> Result<Option<String>> {
    let Some(user_id) = whose(tx, token, purpose)? else { return Ok(None) };
    take_back(tx, &user_id, purpose)?;
    Ok(Some(user_id))
}

/// Takes back what was given to this person for that purpose.
pub(crate) fn take_back(tx: &mut Tx<'_>, user_id: &str, purpose: Purpose) -> Result<()> {
    tx.execute(
        "DELETE FROM one_time_tokens WHERE user_id = $1 AND purpose = $2",
        params![user_id, purpose.as_str()],
    )
    .map(drop)
}

/// Removes what has expired, and with it those who registered and never confirmed; returns how many tokens.
pub(crate) fn remove_expired(tx: &mut Tx<'_>) -> Result<u64> {
    let now = tx.now();
    tx.execute(
        "DELETE FROM users WHERE NOT is_active AND id NOT IN (SELECT user_id FROM visits) AND id IN
           (SELECT user_id FROM one_time_tokens WHERE purpose = 'confirm' AND expires_at <= $1)",
        params![now],
    )?;
    tx.execute("DELETE FROM one_time_tokens WHERE expires_at <= $1", params![now])
}
