//! People: one row each, whichever API looks at them. Here they are written.

use kit_base::{Role, Timestamp};
use kit_store::{Result, Tx, params};

use crate::Error;
use crate::model::{Profile, Standing, email_key, skeleton, username_from, username_key};

/// A person to be stored. What is not said stays as it is, or begins as [`Default`] has it.
#[derive(Clone, PartialEq)]
pub(crate) struct PersonRow {
    /// The number; the next one if it is not said.
    pub pk: Option<i64>,
    /// The username; one is made of the name if it is not said.
    pub username: Option<String>,
    /// The name to show.
    pub name: String,
    pub email: String,
    pub role: Role,
    pub team: Option<String>,
    /// A PHC string; one that is none lets nobody in.
    pub password_hash: String,
    /// When the person came; now if it is not said.
    pub date_joined: Option<Timestamp>,
    pub is_active: bool,
    pub profile: Profile,
    pub standing: Standing,
}

impl PersonRow {
    /// An active person of whom no more is known.
    pub(crate) fn new(name: String, email: String, role: Role, password_hash: String) -> Self {
        Self {
            pk: None,
            username: None,
            name,
            email,
            role,
            team: None,
            password_hash,
            date_joined: None,
            is_active: true,
            profile: Profile::default(),
            standing: Standing::default(),
        }
    }
}

/// Whether there is any user.
pub(crate) fn any_user(tx: &mut Tx<'_>) -> Result<bool> {
    let first: Option<String> =
        tx.query_opt("SELECT id FROM users LIMIT 1", params![], |row| row.get("id"))?;
    Ok(first.is_some())
}

/// Adds a person; returns the id. Address and username must be free: see [`email_is_taken`], [`username_is_taken`].
pub(crate) fn add_user(tx: &mut Tx<'_>, new: &PersonRow) -> Result<String, Error> {
    if email_is_taken(tx, &new.email, None)? {
        return Err(Error::EmailTaken);
    }
    let username = match &new.username {
        Some(username) => username.clone(),
        None => free_username(tx, &new.name)?,
    };
    let (id, now) = (tx.ids().uuid(), tx.now());
    let pk = match new.pk {
        Some(pk) => claim(tx, pk)?,
        None => next_pk(tx)?,
    };
    tx.execute(
        "INSERT INTO users (id, name, email, email_key, role, password_hash, created_at, pk, username, username_key)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        params![id, new.name, new.email, email_key(&new.email), new.role.as_str(), new.password_hash,
                new.date_joined.unwrap_or(now), pk, username, username_key(&username)],
    )?;
    name_user(tx, &id, &username)?;
    tx.execute(
        "UPDATE users SET team = $2, is_active = $3 WHERE id = $1",
        params![id, new.team, new.is_active],
    )?;
    set_profile(tx, &id, &new.profile)?;
    set_standing(tx, &id, new.standing)?;
    Ok(id)
}

/// Adds the first user of all; false if there is one.
pub(crate) fn add_first_user(tx: &mut Tx<'_>, new: &PersonRow) -> Result<bool, Error> {
    if any_user(tx)? {
        return Ok(false);
    }
    add_user(tx, new).map(|_| true)
}

/// Adds a user, or changes the one with that address and ends their logins; returns the id.
pub(crate) fn replace_user(tx: &mut Tx<'_>, new: &PersonRow) -> Result<String, Error> {
    let Some(old) = super::account(tx, &email_key(&new.email))? else { return add_user(tx, new) };
    tx.execute(
        "UPDATE users SET name = $2, email = $3, role = $4, password_hash = $5, is_active = TRUE WHERE id = $1",
        params![old.id, new.name, new.email, new.role.as_str(), new.password_hash],
    )?;
    super::remove_tokens_of(tx, &old.id)?;
    Ok(old.id)
}

/// Makes the person of this username be as `row` says, whether there was one or not; returns the id. For data that is
/// laid down: number and day of joining are as given, and whoever holds the number otherwise gets another. A password
/// hash that is empty leaves the old one. Another's address is [`Error::EmailTaken`].
pub(crate) fn put_person(tx: &mut Tx<'_>, row: &PersonRow) -> Result<String, Error> {
    let username = row.username.clone().unwrap_or_else(|| username_from(&row.name));
    let Some(id) = id_of_username(tx, &username_key(&username))? else { return add_user(tx, row) };
    if email_is_taken(tx, &row.email, Some(&id))? {
        return Err(Error::EmailTaken);
    }
    if let Some(pk) = row.pk {
        let held =
            tx.query_one("SELECT pk FROM users WHERE id = $1", params![id], |row| row.get::<i64>("pk"))?;
        if held != pk {
            claim(tx, pk)?;
        }
    }
    tx.execute(
        "UPDATE users SET name = $2, email = $3, email_key = $4, role = $5, team = $6, is_active = $7,
           pk = COALESCE(CAST($8 AS BIGINT), pk), created_at = COALESCE(CAST($9 AS BIGINT), created_at),
           password_hash = CASE WHEN $10 = '' THEN password_hash ELSE $10 END WHERE id = $1",
        params![
            id,
            row.name,
            row.email,
            email_key(&row.email),
            row.role.as_str(),
            row.team,
            row.is_active,
            row.pk,
            row.date_joined,
            row.password_hash
        ],
    )?;
    name_user(tx, &id, &username)?;
    set_profile(tx, &id, &row.profile)?;
    set_standing(tx, &id, row.standing)?;
    Ok(id)
}

/// The next number that nobody has or had.
fn next_pk(tx: &mut Tx<'_>) -> Result<i64> {
    tx.execute("UPDATE numbers SET used = used + 1 WHERE name = 'users'", params![])?;
    tx.query_one("SELECT used FROM numbers WHERE name = 'users'", params![], |row| row.get("used"))
}

/// Makes this number free; whoever holds it gets the next one.
fn claim(tx: &mut Tx<'_>, pk: i64) -> Result<i64> {
    tx.execute("UPDATE numbers SET used = $1 WHERE name = 'users' AND used < $1", params![pk])?;
    let holder =
        tx.query_opt("SELECT id FROM users WHERE pk = $1", params![pk], |row| row.get::<String>("id"))?;
    if let Some(holder) = holder {
        let next = next_pk(tx)?;
        tx.execute("UPDATE users SET pk = $2 WHERE id = $1", params![holder, next])?;
    }
    Ok(pk)
}

/// A username for somebody of this name: the name itself, or with a number where it is taken.
fn free_username(tx: &mut Tx<'_>, name: &str) -> Result<String> {
    let wanted = username_from(name);
    let (mut username, mut number) = (wanted.clone(), 1);
    while id_of_username(tx, &username_key(&username))?.is_some() {
        number += 1;
        username = format!("{wanted}{number}");
    }
    Ok(username)
}

/// Whose username it is, given by its key.
pub(crate) fn id_of_username(tx: &mut Tx<'_>, key: &str) -> Result<Option<String>> {
    tx.query_opt("SELECT id FROM users WHERE username_key = $1", params![key], |row| row.get("id"))
}

/// Whether somebody else than `but` has this address.
pub(crate) fn email_is_taken(tx: &mut Tx<'_>, email: &str, but: Option<&str>) -> Result<bool> {
    let holder: Option<String> =
        tx.query_opt("SELECT id FROM users WHERE email_key = $1", params![email_key(email)], |row| {
            row.get("id")
        })?;
    Ok(holder.is_some_and(|holder| Some(holder.as_str()) != but))
}

/// Whether somebody else than `but` has a username that looks like this one.
pub(crate) fn username_is_alike(tx: &mut Tx<'_>, username: &str, but: Option<&str>) -> Result<bool> {
    let holders: Vec<String> =
        tx.query("SELECT id FROM users WHERE skeleton = $1 LIMIT 2", params![skeleton(username)], |row| {
            row.get("id")
        })?;
    Ok(holders.iter().any(|holder| Some(holder.as_str()) != but))
}

/// Writes the username with everything that is made of it.
pub(crate) fn name_user(tx: &mut Tx<'_>, id: &str, username: &str) -> Result<()> {
    tx.execute(
        "UPDATE users SET username = $2, username_key = $3, skeleton = $4, sort_key = $5 WHERE id = $1",
        params![id, username, username_key(username), skeleton(username), username.as_bytes()],
    )
    .map(drop)
}

/// Writes the name to show.
pub(crate) fn set_name(tx: &mut Tx<'_>, id: &str, name: &str) -> Result<()> {
    tx.execute("UPDATE users SET name = $2 WHERE id = $1", params![id, name]).map(drop)
}

/// Writes the address, which must be free.
pub(crate) fn set_email(tx: &mut Tx<'_>, id: &str, email: &str) -> Result<()> {
    tx.execute(
        "UPDATE users SET email = $2, email_key = $3 WHERE id = $1",
        params![id, email, email_key(email)],
    )
    .map(drop)
}

/// Writes what somebody says of themselves.
pub(crate) fn set_profile(tx: &mut Tx<'_>, id: &str, profile: &Profile) -> Result<()> {
    tx.execute(
        "UPDATE users SET site = $2, avatar_url = $3, biography = $4, sign = $5, show_email = $6, show_sign = $7,
           hide_forum_activity = $8, is_hover_enabled = $9, email_for_answer = $10 WHERE id = $1",
        params![id, profile.site, profile.avatar_url, profile.biography, profile.sign, profile.show_email,
                profile.show_sign, profile.hide_forum_activity, profile.is_hover_enabled, profile.email_for_answer],
    )
    .map(drop)
}

/// Writes what somebody may do at present.
pub(crate) fn set_standing(tx: &mut Tx<'_>, id: &str, standing: Standing) -> Result<()> {
    tx.execute(
        "UPDATE users SET can_write = $2, end_ban_write = $3, can_read = $4, end_ban_read = $5 WHERE id = $1",
        params![id, standing.can_write, standing.end_ban_write, standing.can_read, standing.end_ban_read],
    )
    .map(drop)
}

#[cfg(test)]
mod tests {
    use kit_testkit::{TestStore, both};

    use super::*;
    use crate::MIGRATIONS;
    use crate::store::members;

    fn row(username: &str, pk: Option<i64>) -> PersonRow {
        let email = format!("{username}@example.org");
        let new = PersonRow::new(username.to_owned(), email, Role::Member, "hash".to_owned());
        let date_joined = Some(Timestamp::from_micros(1_000_000));
        PersonRow { pk, username: Some(username.to_owned()), date_joined, ..new }
    }

    #[tokio::test]
    async fn laid_down_people_have_their_numbers_and_whoever_held_one_gets_the_next() {
        for engine in both() {
            let store = TestStore::new(engine);
            let db = store.open(MIGRATIONS);
            let pks = db.write(|tx| -> Result<_, Error> {
                let first = add_user(tx, &row("first", None))?;
                let ada = put_person(tx, &row("ada", Some(1)))?;
                let bob = put_person(tx, &row("bob", Some(1000)))?;
                let next = add_user(tx, &row("next", None))?;
                let mut again = row("ADA", Some(7));
                again.email = "other@example.org".to_owned();
                again.password_hash = String::new();
                assert_eq!(put_person(tx, &again)?, ada, "letters in any case are the same username");
                let mut pk = |id: &str| members::of_id(tx, id).map(|row| row.unwrap().entry.pk);
                Ok([pk(&first)?, pk(&ada)?, pk(&bob)?, pk(&next)?])
            });
            assert_eq!(pks.await.unwrap(), [2, 7, 1000, 1001], "{engine:?}");
            let ada = db.read(|tx| members::of_pk(tx, 7)).await.unwrap().unwrap();
            assert_eq!((ada.entry.username.as_str(), ada.email.as_str()), ("ADA", "other@example.org"));
            assert_eq!(ada.entry.date_joined, Timestamp::from_micros(1_000_000));
            let account = db.read(|tx| crate::store::account(tx, "other@example.org")).await.unwrap();
            assert_eq!(account.unwrap().password_hash, "hash", "an empty hash leaves the old one");
            let taken = db.write(|tx| {
                put_person(tx, &PersonRow { email: "bob@example.org".to_owned(), ..row("ada", None) })
            });
            assert_eq!(taken.await, Err(Error::EmailTaken));
        }
    }
}
