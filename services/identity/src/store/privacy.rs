//! What is known of a person, table by table, and forgetting it. Whoever adds a table with people in it adds a function
//! here and a line in [`everything`]; its rows go with the person by `ON DELETE CASCADE`.

use contracts::identity::UserDeleted;
use kit_base::Timestamp;
use kit_store::{Result, Row, Tx, params};
use serde_json::{Map, Value, json};

/// All that this service knows of the person, as one document; `None` where there is no such person.
pub(crate) fn everything(tx: &mut Tx<'_>, id: &str) -> Result<Option<Map<String, Value>>> {
    let Some(person) = person(tx, id)? else { return Ok(None) };
    let mut all = Map::new();
    all.insert("person".to_owned(), person);
    all.insert("logins".to_owned(), logins(tx, id)?.into());
    all.insert("sanctions".to_owned(), sanctions(tx, id)?.into());
    all.insert("invitations".to_owned(), one_time_tokens(tx, id)?.into());
    all.insert("sessions".to_owned(), sessions(tx, id)?.into());
    all.insert("keys".to_owned(), keys(tx, id)?.into());
    all.insert("applications".to_owned(), applications(tx, id)?.into());
    all.insert("consents".to_owned(), consents(tx, id)?.into());
    all.insert("lent".to_owned(), lent(tx, id)?.into());
    all.insert("mails".to_owned(), mails(tx, id)?.into());
    all.insert("deeds".to_owned(), deeds(tx, id)?.into());
    Ok(Some(all))
}

/// Removes the person and all that hangs on them, and tells the other services. What they decided on others stays, by
/// nobody; an application that they answered for stays too. The audit log forgets them when it hears of it.
pub(crate) fn forget(tx: &mut Tx<'_>, id: &str) -> Result<()> {
    tx.execute("UPDATE sanctions SET by_id = '' WHERE by_id = $1", params![id])?;
    tx.execute("DELETE FROM mails WHERE recipient = (SELECT email FROM users WHERE id = $1)", params![id])?;
    tx.execute("DELETE FROM users WHERE id = $1", params![id])?;
    tx.emit(&UserDeleted { id: id.to_owned() })
}

fn person(tx: &mut Tx<'_>, id: &str) -> Result<Option<Value>> {
    tx.query_opt(
        "SELECT id, pk, username, name, email, role, team, is_active, created_at, visits.at AS last_visit, site,
           avatar_url, biography, sign, show_email, show_sign, hide_forum_activity, is_hover_enabled, email_for_answer,
           can_write, end_ban_write, can_read, end_ban_read
         FROM users LEFT JOIN visits ON visits.user_id = users.id WHERE id = $1",
        params![id],
        |row| {
            Ok(json!({
                "id": text(row, "id")?, "pk": row.get::<i64>("pk")?, "username": text(row, "username")?,
                "name": text(row, "name")?, "email": text(row, "email")?, "role": text(row, "role")?,
                "team": text(row, "team")?, "is_active": flag(row, "is_active")?,
                "created_at": time(row, "created_at")?, "last_visit": time(row, "last_visit")?,
                "site": text(row, "site")?, "avatar_url": text(row, "avatar_url")?,
                "biography": text(row, "biography")?, "sign": text(row, "sign")?,
                "show_email": flag(row, "show_email")?, "show_sign": flag(row, "show_sign")?,
                "hide_forum_activity": flag(row, "hide_forum_activity")?,
                "is_hover_enabled": flag(row, "is_hover_enabled")?,
                "email_for_answer": flag(row, "email_for_answer")?,
                "can_write": flag(row, "can_write")?, "end_ban_write": time(row, "end_ban_write")?,
                "can_read": flag(row, "can_read")?, "end_ban_read": time(row, "end_ban_read")?,
            }))
        },
    )
}

/// The times alone: of a token nothing is known that could be told.
fn logins(tx: &mut Tx<'_>, id: &str) -> Result<Vec<Value>> {
    tx.query(
        "SELECT created_at, expires_at FROM tokens WHERE user_id = $1 ORDER BY created_at",
        params![id],
        |row| Ok(json!({ "at": time(row, "created_at")?, "expires_at": time(row, "expires_at")? })),
    )
}

/// Not who decided: that is another person's.
fn sanctions(tx: &mut Tx<'_>, id: &str) -> Result<Vec<Value>> {
    tx.query(
        "SELECT kind, reason, at, until FROM sanctions WHERE user_id = $1 ORDER BY at, id",
        params![id],
        |row| {
            Ok(json!({
                "kind": text(row, "kind")?, "reason": text(row, "reason")?,
                "at": time(row, "at")?, "until": time(row, "until")?,
            }))
        },
    )
}

fn one_time_tokens(tx: &mut Tx<'_>, id: &str) -> Result<Vec<Value>> {
    tx.query(
        "SELECT purpose, created_at, expires_at FROM one_time_tokens WHERE user_id = $1 ORDER BY created_at",
        params![id],
        |row| {
            Ok(json!({
                "purpose": text(row, "purpose")?,
                "at": time(row, "created_at")?, "expires_at": time(row, "expires_at")?,
            }))
        },
    )
}

fn sessions(tx: &mut Tx<'_>, id: &str) -> Result<Vec<Value>> {
    tx.query(
        "SELECT created_at, expires_at, seen_at, agent FROM sessions
         LEFT JOIN session_visits ON session_visits.session_id = sessions.id WHERE user_id = $1 ORDER BY created_at, id",
        params![id],
        |row| {
            Ok(json!({
                "at": time(row, "created_at")?, "expires_at": time(row, "expires_at")?,
                "seen_at": time(row, "seen_at")?, "agent": text(row, "agent")?,
            }))
        },
    )
}

fn keys(tx: &mut Tx<'_>, id: &str) -> Result<Vec<Value>> {
    tx.query(
        "SELECT name, scope, created_at, expires_at, used_at FROM api_keys
         LEFT JOIN key_uses ON key_uses.key_id = api_keys.id WHERE user_id = $1 ORDER BY created_at, id",
        params![id],
        |row| {
            Ok(json!({
                "name": text(row, "name")?, "scope": text(row, "scope")?, "at": time(row, "created_at")?,
                "expires_at": time(row, "expires_at")?, "used_at": time(row, "used_at")?,
            }))
        },
    )
}

/// Those that the person answers for.
fn applications(tx: &mut Tx<'_>, id: &str) -> Result<Vec<Value>> {
    tx.query(
        "SELECT id, name, client_id, created_at FROM applications WHERE owner_id = $1 ORDER BY created_at, id",
        params![id],
        |row| {
            Ok(json!({
                "id": text(row, "id")?, "name": text(row, "name")?, "client_id": text(row, "client_id")?,
                "at": time(row, "created_at")?,
            }))
        },
    )
}

/// What the person has allowed, and to which applications.
fn consents(tx: &mut Tx<'_>, id: &str) -> Result<Vec<Value>> {
    tx.query(
        "SELECT applications.name, consents.scope, consents.created_at FROM consents
         JOIN applications ON applications.id = consents.application_id
         WHERE consents.user_id = $1 ORDER BY consents.created_at, applications.id",
        params![id],
        |row| {
            let application = text(row, "name")?;
            Ok(json!({ "application": application, "scope": text(row, "scope")?, "at": time(row, "created_at")? }))
        },
    )
}

/// Tokens that applications have of the person.
fn lent(tx: &mut Tx<'_>, id: &str) -> Result<Vec<Value>> {
    tx.query(
        "SELECT applications.name, lent.scope, lent.created_at, lent.expires_at
         FROM (SELECT application_id, scope, created_at, expires_at FROM oauth_tokens WHERE user_id = $1
               UNION ALL SELECT application_id, scope, created_at, expires_at FROM refresh_tokens WHERE user_id = $1)
           AS lent JOIN applications ON applications.id = lent.application_id
         ORDER BY lent.created_at, lent.expires_at, applications.id",
        params![id],
        |row| {
            Ok(json!({
                "application": text(row, "name")?, "scope": text(row, "scope")?,
                "at": time(row, "created_at")?, "expires_at": time(row, "expires_at")?,
            }))
        },
    )
}

/// Mails that wait to be sent. Not their text, which may hold a token.
fn mails(tx: &mut Tx<'_>, id: &str) -> Result<Vec<Value>> {
    tx.query(
        "SELECT subject, recipient, created_at FROM mails WHERE recipient = (SELECT email FROM users WHERE id = $1)
         ORDER BY created_at, id",
        params![id],
        |row| {
            let (subject, to) = (text(row, "subject")?, text(row, "recipient")?);
            Ok(json!({ "subject": subject, "to": to, "at": time(row, "created_at")? }))
        },
    )
}

/// What the audit log has of the person.
fn deeds(tx: &mut Tx<'_>, id: &str) -> Result<Vec<Value>> {
    tx.query(
        "SELECT at, name, operation, target FROM audit WHERE user_id = $1 ORDER BY seq",
        params![id],
        |row| {
            Ok(json!({
                "at": time(row, "at")?, "name": text(row, "name")?,
                "operation": text(row, "operation")?, "target": text(row, "target")?,
            }))
        },
    )
}

fn text(row: &Row<'_>, column: &str) -> Result<Option<String>> {
    row.get(column)
}

fn flag(row: &Row<'_>, column: &str) -> Result<bool> {
    row.get(column)
}

fn time(row: &Row<'_>, column: &str) -> Result<Option<Timestamp>> {
    row.get(column)
}
