//! All SQL of this service: users and tokens.

use std::time::Duration;

use contracts::identity::User;
use kit_base::{Caller, Page, Role, Timestamp};
use kit_store::{Result, Row, StoreError, Tx, params};
use kit_web::Paging;

use crate::Error;
use crate::model::email_key;
use crate::oauth::store::tokens::end_all_of_user;

/// A user to be stored.
pub(crate) struct NewAccount {
    pub name: String,
    pub email: String,
    pub role: Role,
    pub password_hash: String,
}

/// What a login is checked against.
pub(crate) struct Account {
    pub id: String,
    pub password_hash: String,
}

/// Whether there is any user.
pub(crate) fn any_user(tx: &mut Tx<'_>) -> Result<bool> {
    let first: Option<String> =
        tx.query_opt("SELECT id FROM users LIMIT 1", params![], |row| row.get("id"))?;
    Ok(first.is_some())
}

/// Adds a user; returns the id, or `None` if another has the address.
pub(crate) fn add_user(tx: &mut Tx<'_>, new: &NewAccount) -> Result<Option<String>> {
    let (id, key, now) = (tx.ids().uuid(), email_key(&new.email), tx.now());
    let added = tx.execute(
        "INSERT INTO users (id, name, email, email_key, role, password_hash, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (email_key) DO NOTHING",
        params![id, new.name, new.email, key, new.role.as_str(), new.password_hash, now],
    )?;
    Ok((added == 1).then_some(id))
}

/// Adds the first user of all; false if there is one.
pub(crate) fn add_first_user(tx: &mut Tx<'_>, new: &NewAccount) -> Result<bool> {
    Ok(!any_user(tx)? && add_user(tx, new)?.is_some())
}

/// Adds a user, or changes the one with that address and ends their logins; returns the id.
pub(crate) fn replace_user(tx: &mut Tx<'_>, new: &NewAccount) -> Result<String, Error> {
    let Some(old) = account(tx, &email_key(&new.email))? else {
        return add_user(tx, new)?.ok_or(Error::EmailTaken);
    };
    tx.execute(
        "UPDATE users SET name = $2, email = $3, role = $4, password_hash = $5 WHERE id = $1",
        params![old.id, new.name, new.email, new.role.as_str(), new.password_hash],
    )?;
    tx.execute("DELETE FROM tokens WHERE user_id = $1", params![old.id])?;
    end_all_of_user(tx, &old.id)?;
    Ok(old.id)
}

/// The account of the user with that address, given by its key.
pub(crate) fn account(tx: &mut Tx<'_>, email_key: &str) -> Result<Option<Account>> {
    tx.query_opt("SELECT id, password_hash FROM users WHERE email_key = $1", params![email_key], |row| {
        Ok(Account { id: row.get("id")?, password_hash: row.get("password_hash")? })
    })
}

/// Stores a better hash of the same password, unless the password was changed meanwhile.
pub(crate) fn change_hash(tx: &mut Tx<'_>, id: &str, old: &str, new: &str) -> Result<()> {
    tx.execute(
        "UPDATE users SET password_hash = $3 WHERE id = $1 AND password_hash = $2",
        params![id, old, new],
    )
    .map(drop)
}

/// The user of that id.
pub(crate) fn user(tx: &mut Tx<'_>, id: &str) -> Result<Option<User>> {
    tx.query_opt("SELECT id, name, email, role, created_at FROM users WHERE id = $1", params![id], read_user)
}

/// A page of the users, in the order in which they came.
pub(crate) fn users(tx: &mut Tx<'_>, paging: &Paging) -> Result<Page<User>, Error> {
    let count: u64 = tx.query_one("SELECT COUNT(*) AS n FROM users", params![], |row| row.get("n"))?;
    let window = paging.window(count).ok_or(Error::NoSuchPage)?;
    let users = tx.query(
        "SELECT id, name, email, role, created_at FROM users ORDER BY created_at, id LIMIT $1 OFFSET $2",
        params![window.limit, window.offset],
        read_user,
    )?;
    Ok(paging.page(count, users))
}

fn read_user(row: &Row<'_>) -> Result<User> {
    Ok(User {
        id: row.get("id")?,
        name: row.get("name")?,
        email: row.get("email")?,
        role: row.word("role", Role::parse)?,
        team: None,
        created_at: row.get("created_at")?,
    })
}

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
    tx.query_opt(
        "SELECT users.id, users.name, users.role FROM tokens JOIN users ON users.id = tokens.user_id
         WHERE tokens.hash = $1 AND tokens.expires_at > $2",
        params![hash, now],
        |row| {
            let role = row.word("role", Role::parse)?;
            Ok(Caller::new(row.get::<String>("id")?, row.get::<String>("name")?, role))
        },
    )
}

/// Removes the token with that hash.
pub(crate) fn remove_token(tx: &mut Tx<'_>, hash: &[u8]) -> Result<()> {
    tx.execute("DELETE FROM tokens WHERE hash = $1", params![hash]).map(drop)
}

/// Removes the tokens that have expired; returns how many.
pub(crate) fn remove_expired_tokens(tx: &mut Tx<'_>) -> Result<u64, StoreError> {
    let now = tx.now();
    tx.execute("DELETE FROM tokens WHERE expires_at <= $1", params![now])
}
