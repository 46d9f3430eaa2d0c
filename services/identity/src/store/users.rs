//! People as the team sees them, and as a login is checked against them.

use contracts::identity::{User, UserChange};
use kit_base::{Page, Role, Timestamp};
use kit_store::{Result, Row, Tx, params};
use kit_web::Paging;

use crate::Error;

/// What a login is checked against.
pub(crate) struct Account {
    pub id: String,
    pub password_hash: String,
    /// Whether the person may log in now, the right password given.
    pub may_enter: bool,
}

/// The account of the user with that address, given by its key.
pub(crate) fn account(tx: &mut Tx<'_>, email_key: &str) -> Result<Option<Account>> {
    let now = tx.now();
    tx.query_opt(
        "SELECT id, password_hash, (is_active AND (can_read OR COALESCE(end_ban_read <= $2, FALSE))) AS may_enter
         FROM users WHERE email_key = $1",
        params![email_key, now],
        read_account,
    )
}

/// The account of the user with that username, given by its key.
pub(crate) fn account_of_username(tx: &mut Tx<'_>, username_key: &str) -> Result<Option<Account>> {
    let now = tx.now();
    tx.query_opt(
        "SELECT id, password_hash, (is_active AND (can_read OR COALESCE(end_ban_read <= $2, FALSE))) AS may_enter
         FROM users WHERE username_key = $1",
        params![username_key, now],
        read_account,
    )
}

fn read_account(row: &Row<'_>) -> Result<Account> {
    let (id, password_hash) = (row.get("id")?, row.get("password_hash")?);
    Ok(Account { id, password_hash, may_enter: row.get("may_enter")? })
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
    tx.query_opt(
        "SELECT id, name, email, role, team, created_at FROM users WHERE id = $1",
        params![id],
        read_user,
    )
}

/// A page of the users, in the order in which they came.
pub(crate) fn users(tx: &mut Tx<'_>, paging: &Paging) -> Result<Page<User>, Error> {
    let count: u64 = tx.query_one("SELECT COUNT(*) AS n FROM users", params![], |row| row.get("n"))?;
    let window = paging.window(count).ok_or(Error::NoSuchPage)?;
    let users = tx.query(
        "SELECT id, name, email, role, team, created_at FROM users ORDER BY created_at, id LIMIT $1 OFFSET $2",
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
        team: row.get("team")?,
        created_at: row.get("created_at")?,
    })
}

/// Changes what is said of the user, who is there. The last administrator stays one.
pub(crate) fn change_user(tx: &mut Tx<'_>, id: &str, change: &UserChange) -> Result<(), Error> {
    let active = change.is_active;
    if change.role.is_some_and(|role| role != Role::Admin) || active == Some(false) {
        keep_an_admin(tx, id)?;
    }
    let team = change.team.as_deref();
    let role = tx.query_one("SELECT role FROM users WHERE id = $1", params![id], |row| {
        row.word("role", Role::parse)
    })?;
    tx.execute(
        "UPDATE users SET name = COALESCE(CAST($2 AS TEXT), name), role = COALESCE(CAST($3 AS TEXT), role),
           team = CASE WHEN CAST($4 AS TEXT) IS NULL THEN team WHEN $4 = '' THEN NULL ELSE $4 END,
           is_active = COALESCE(CAST($5 AS BOOLEAN), is_active) WHERE id = $1",
        params![id, change.name, change.role.map(Role::as_str), team, active],
    )?;
    // What was lent was lent by somebody of the old role.
    if active == Some(false) || change.role.is_some_and(|new| new != role) {
        super::remove_tokens_of(tx, id)?;
    }
    if active == Some(false) {
        super::one_time::take_back(tx, id, crate::model::Purpose::Confirm)?;
        super::one_time::take_back(tx, id, crate::model::Purpose::Reset)?;
    }
    Ok(())
}

/// Refuses where nobody but this user could administer anything.
pub(crate) fn keep_an_admin(tx: &mut Tx<'_>, id: &str) -> Result<(), Error> {
    let (own, others): (i64, i64) = tx.query_one(
        "SELECT COALESCE(SUM(CASE WHEN id = $1 THEN 1 ELSE 0 END), 0) AS own,
                COALESCE(SUM(CASE WHEN id <> $1 THEN 1 ELSE 0 END), 0) AS others
         FROM users WHERE role = 'admin' AND is_active",
        params![id],
        |row| Ok((row.get("own")?, row.get("others")?)),
    )?;
    if own == 1 && others == 0 { Err(Error::LastAdmin) } else { Ok(()) }
}

/// Makes somebody active whose address is confirmed.
pub(crate) fn activate(tx: &mut Tx<'_>, id: &str) -> Result<()> {
    tx.execute("UPDATE users SET is_active = TRUE WHERE id = $1", params![id]).map(drop)
}

/// Gives somebody a new password and ends all their logins.
pub(crate) fn set_password(tx: &mut Tx<'_>, id: &str, hash: &str) -> Result<()> {
    tx.execute("UPDATE users SET password_hash = $2 WHERE id = $1", params![id, hash])?;
    super::remove_tokens_of(tx, id)
}

/// Notes that somebody has come.
pub(crate) fn visited(tx: &mut Tx<'_>, id: &str) -> Result<()> {
    let now = tx.now();
    set_last_visit(tx, id, now)
}

/// Writes when somebody was last here: apart from the person, so that coming makes nothing anew that was made of people.
pub(crate) fn set_last_visit(tx: &mut Tx<'_>, id: &str, at: Timestamp) -> Result<()> {
    tx.execute(
        "INSERT INTO visits (user_id, at) VALUES ($1, $2) ON CONFLICT (user_id) DO UPDATE SET at = excluded.at",
        params![id, at],
    )
    .map(drop)
}
