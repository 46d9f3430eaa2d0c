//! People as members see each other: by number, in pages, and by parts of their names.

use contracts::members::MemberEntry;
use kit_base::{Page, Role, Timestamp};
use kit_store::{Result, Row, Tx, params};
use kit_web::Paging;

use crate::Error;
use crate::model::{Profile, Standing, username_key};

/// A member, with all that the member API may show.
pub(crate) struct MemberRow {
    pub id: String,
    pub entry: MemberEntry,
    pub email: String,
    pub name: String,
    pub role: Role,
    pub profile: Profile,
    pub standing: Standing,
}

/// A page of the members who are active and not banned, the newest first.
pub(crate) fn list(tx: &mut Tx<'_>, paging: &Paging) -> Result<Page<MemberEntry>, Error> {
    let now = moment_of_bans(tx)?;
    let count: u64 = tx.query_one(
        "SELECT COUNT(*) AS n FROM users WHERE is_active AND (can_read OR end_ban_read <= $1)",
        params![now],
        |row| row.get("n"),
    )?;
    let window = paging.window(count).ok_or(Error::NoSuchPage)?;
    let entries = tx.query(
        "SELECT pk, username, is_active, created_at FROM users WHERE is_active AND (can_read OR end_ban_read <= $1)
         ORDER BY created_at DESC, pk DESC LIMIT $2 OFFSET $3",
        params![now, window.limit, window.offset],
        read_entry,
    )?;
    Ok(paging.page(count, entries))
}

/// Those of them whose name holds `text`, in any case of letters: equal ones first, then those that begin with it, then
/// the others; each time those first that are written the same; then by name.
pub(crate) fn search(tx: &mut Tx<'_>, text: &str, paging: &Paging) -> Result<Page<MemberEntry>, Error> {
    let now = moment_of_bans(tx)?;
    // Not `username_key`: the spaces around what is searched for count.
    let key = text.to_lowercase();
    let pattern = format!("%{}%", key.replace('!', "!!").replace('%', "!%").replace('_', "!_"));
    let count: u64 = tx.query_one(
        "SELECT COUNT(*) AS n FROM users
         WHERE username_key LIKE $1 ESCAPE '!' AND is_active AND (can_read OR end_ban_read <= $2)",
        params![pattern, now],
        |row| row.get("n"),
    )?;
    let window = paging.window(count).ok_or(Error::NoSuchPage)?;
    let entries = tx.query(
        "SELECT pk, username, is_active, created_at FROM users
         WHERE username_key LIKE $1 ESCAPE '!' AND is_active AND (can_read OR end_ban_read <= $2)
         ORDER BY CASE WHEN username = CAST($3 AS TEXT) THEN 0
                       WHEN username_key = CAST($4 AS TEXT) THEN 1
                       WHEN SUBSTR(username, 1, LENGTH($3)) = $3 THEN 2
                       WHEN SUBSTR(username_key, 1, LENGTH($4)) = $4 THEN 3
                       WHEN REPLACE(username, $3, '') <> username THEN 4
                       ELSE 5 END, sort_key LIMIT $5 OFFSET $6",
        params![pattern, now, text, key, window.limit, window.offset],
        read_entry,
    )?;
    Ok(paging.page(count, entries))
}

/// Whoever has exactly this username, in any case of letters, active or not: one at most.
pub(crate) fn named(tx: &mut Tx<'_>, username: &str, paging: &Paging) -> Result<Page<MemberEntry>, Error> {
    let found = tx.query(
        "SELECT pk, username, is_active, created_at FROM users WHERE username_key = $1",
        params![username_key(username)],
        read_entry,
    )?;
    let count = u64::from(!found.is_empty());
    let window = paging.window(count).ok_or(Error::NoSuchPage)?;
    let entries = if window.offset == 0 { found } else { Vec::new() };
    Ok(paging.page(count, entries))
}

/// The member of that number.
pub(crate) fn of_pk(tx: &mut Tx<'_>, pk: i64) -> Result<Option<MemberRow>> {
    tx.query_opt(
        "SELECT id, pk, username, is_active, created_at, email, name, role, site, avatar_url, biography, sign,
           show_email, show_sign, hide_forum_activity, is_hover_enabled, email_for_answer, can_write, end_ban_write,
           can_read, end_ban_read FROM users WHERE pk = $1",
        params![pk],
        read_member,
    )
}

/// The member of that id.
pub(crate) fn of_id(tx: &mut Tx<'_>, id: &str) -> Result<Option<MemberRow>> {
    tx.query_opt(
        "SELECT id, pk, username, is_active, created_at, email, name, role, site, avatar_url, biography, sign,
           show_email, show_sign, hide_forum_activity, is_hover_enabled, email_for_answer, can_write, end_ban_write,
           can_read, end_ban_read FROM users WHERE id = $1",
        params![id],
        read_member,
    )
}

/// The moment by which bans are judged. It is not asked for where no ban has an end: an answer that hangs on the time
/// cannot be kept.
fn moment_of_bans(tx: &mut Tx<'_>) -> Result<Timestamp> {
    let any: Option<Timestamp> = tx.query_opt(
        "SELECT end_ban_read FROM users WHERE end_ban_read IS NOT NULL LIMIT 1",
        params![],
        |row| row.get("end_ban_read"),
    )?;
    Ok(if any.is_some() { tx.now() } else { Timestamp::default() })
}

fn read_entry(row: &Row<'_>) -> Result<MemberEntry> {
    Ok(MemberEntry {
        pk: row.get("pk")?,
        username: row.get("username")?,
        is_active: row.get("is_active")?,
        date_joined: row.get("created_at")?,
    })
}

fn read_member(row: &Row<'_>) -> Result<MemberRow> {
    Ok(MemberRow {
        id: row.get("id")?,
        entry: read_entry(row)?,
        email: row.get("email")?,
        name: row.get("name")?,
        role: row.word("role", Role::parse)?,
        profile: Profile {
            site: row.get("site")?,
            avatar_url: row.get("avatar_url")?,
            biography: row.get("biography")?,
            sign: row.get("sign")?,
            show_email: row.get("show_email")?,
            show_sign: row.get("show_sign")?,
            hide_forum_activity: row.get("hide_forum_activity")?,
            is_hover_enabled: row.get("is_hover_enabled")?,
            email_for_answer: row.get("email_for_answer")?,
        },
        standing: Standing {
            can_write: row.get("can_write")?,
            end_ban_write: row.get("end_ban_write")?,
            can_read: row.get("can_read")?,
            end_ban_read: row.get("end_ban_read")?,
        },
    })
}
