//! The people of an incident and what they have to do: commander, responders, followers, tasks.

use contracts::incidents::{EntryType, Incident, IncidentChanged, NewTask, Responder, Task};
use kit_store::{Result, Tx, params};

use super::incidents;
use super::timeline::{self, Line};
use crate::error::Error;

/// A person has taken the incident up; the first time is kept.
pub(crate) fn acknowledge(tx: &mut Tx<'_>, incident: &str) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "UPDATE incidents SET acknowledged_at = $2 WHERE id = $1 AND acknowledged_at IS NULL",
        params![incident, now],
    )
    .map(drop)
}

/// A person says that they have seen the incident and take it up.
pub(crate) fn acknowledge_by_hand(tx: &mut Tx<'_>, id: &str, author: &str) -> Result<Incident, Error> {
    let status = incidents::may_change(tx, id)?;
    if incidents::find(tx, id)?.acknowledged_at.is_none() {
        acknowledge(tx, id)?;
        timeline::add(tx, id, status, &Line::by(author, EntryType::Note, "Acknowledged."))?;
        follow(tx, id, author)?;
    }
    incidents::find(tx, id)
}

/// The user leads the work on the incident.
pub(crate) fn assign(tx: &mut Tx<'_>, id: &str, commander: &str, author: &str) -> Result<Incident, Error> {
    let status = incidents::may_change(tx, id)?;
    tx.execute("UPDATE incidents SET commander = $2 WHERE id = $1", params![id, commander])?;
    follow(tx, id, commander)?;
    acknowledge(tx, id)?;
    timeline::add(tx, id, status, &Line::by(author, EntryType::Note, "A commander was assigned."))?;
    incidents::find(tx, id)
}

/// The user works on the incident, in this role.
pub(crate) fn respond(tx: &mut Tx<'_>, id: &str, new: &Responder, author: &str) -> Result<Incident, Error> {
    let status = incidents::may_change(tx, id)?;
    let now = tx.now();
    tx.execute(
        "INSERT INTO responders (incident, user_id, role, at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (incident, user_id) DO UPDATE SET role = $3",
        params![id, new.user, new.role, now],
    )?;
    follow(tx, id, &new.user)?;
    acknowledge(tx, id)?;
    timeline::add(tx, id, status, &Line::by(author, EntryType::Note, "A responder joined."))?;
    incidents::find(tx, id)
}

/// The user no longer works on the incident.
pub(crate) fn leave(tx: &mut Tx<'_>, id: &str, user: &str, author: &str) -> Result<Incident, Error> {
    let status = incidents::may_change(tx, id)?;
    let gone =
        tx.execute("DELETE FROM responders WHERE incident = $1 AND user_id = $2", params![id, user])?;
    if gone == 0 {
        return Err(Error::NotFound);
    }
    timeline::add(tx, id, status, &Line::by(author, EntryType::Note, "A responder left."))?;
    incidents::find(tx, id)
}

/// Who works on the incident, beside its commander.
pub(crate) fn responders(tx: &mut Tx<'_>, incident: &str) -> Result<Vec<Responder>> {
    tx.query(
        "SELECT user_id, role FROM responders WHERE incident = $1 ORDER BY at, user_id",
        params![incident],
        |row| Ok(Responder { user: row.get("user_id")?, role: row.get("role")? }),
    )
}

/// From now on the user follows the incident.
pub(crate) fn follow(tx: &mut Tx<'_>, incident: &str, user: &str) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "INSERT INTO followers (incident, user_id, at) VALUES ($1, $2, $3) ON CONFLICT (incident, user_id) DO NOTHING",
        params![incident, user, now],
    )
    .map(drop)
}

/// The user follows the incident, or no longer does.
pub(crate) fn set_following(tx: &mut Tx<'_>, id: &str, user: &str, follows: bool) -> Result<Incident, Error> {
    let status = incidents::status_of(tx, id)?.ok_or(Error::NotFound)?;
    if follows {
        follow(tx, id, user)?;
    } else {
        tx.execute("DELETE FROM followers WHERE incident = $1 AND user_id = $2", params![id, user])?;
    }
    tx.emit(&IncidentChanged { id: id.to_owned(), status })?;
    incidents::find(tx, id)
}

/// Who follows the incident.
pub(crate) fn followers(tx: &mut Tx<'_>, incident: &str) -> Result<Vec<String>> {
    tx.query(
        "SELECT user_id FROM followers WHERE incident = $1 ORDER BY at, user_id",
        params![incident],
        |row| row.get("user_id"),
    )
}

/// Adds something to be done.
pub(crate) fn add_task(tx: &mut Tx<'_>, id: &str, new: &NewTask, author: &str) -> Result<Incident, Error> {
    let status = incidents::status_of(tx, id)?.ok_or(Error::NotFound)?;
    let title = new.title.as_deref().unwrap_or_default();
    let (assignee, due) =
        (new.assignee.as_deref().unwrap_or_default(), new.due.as_deref().unwrap_or_default());
    let done_at = new.done.unwrap_or_default().then(|| tx.now());
    tx.execute(
        "INSERT INTO tasks (incident, title, assignee, due, done_at)
         VALUES ($1, $2, NULLIF($3, ''), NULLIF($4, ''), $5)",
        params![id, title, assignee, due, done_at],
    )?;
    let message = format!("To do: {title}");
    timeline::add(tx, id, status, &Line::by(author, EntryType::Note, &message))?;
    incidents::find(tx, id)
}

/// Changes something to be done: what `new` does not say stays as it is.
pub(crate) fn change_task(
    tx: &mut Tx<'_>,
    id: &str,
    n: i64,
    new: &NewTask,
    author: &str,
) -> Result<Incident, Error> {
    let status = incidents::status_of(tx, id)?.ok_or(Error::NotFound)?;
    let old = tasks(tx, id)?.into_iter().find(|task| task.id == n).ok_or(Error::NotFound)?;
    let done_at = match new.done {
        Some(true) => old.done_at.or(Some(tx.now())),
        Some(false) => None,
        None => old.done_at,
    };
    tx.execute(
        "UPDATE tasks SET title = COALESCE($2, title), assignee = NULLIF(COALESCE($3, assignee), ''),
             due = NULLIF(COALESCE($4, due), ''), done_at = $5
         WHERE n = $1",
        params![n, new.title, new.assignee, new.due, done_at],
    )?;
    if done_at.is_some() && old.done_at.is_none() {
        let message = format!("Done: {}", new.title.as_deref().unwrap_or(&old.title));
        timeline::add(tx, id, status, &Line::by(author, EntryType::Note, &message))?;
    } else {
        tx.emit(&IncidentChanged { id: id.to_owned(), status })?;
    }
    incidents::find(tx, id)
}

/// Takes away something that is not to be done after all.
pub(crate) fn remove_task(tx: &mut Tx<'_>, id: &str, n: i64) -> Result<Incident, Error> {
    let status = incidents::status_of(tx, id)?.ok_or(Error::NotFound)?;
    if tx.execute("DELETE FROM tasks WHERE incident = $1 AND n = $2", params![id, n])? == 0 {
        return Err(Error::NotFound);
    }
    tx.emit(&IncidentChanged { id: id.to_owned(), status })?;
    incidents::find(tx, id)
}

/// What is to be done, in the order in which it was written.
pub(crate) fn tasks(tx: &mut Tx<'_>, incident: &str) -> Result<Vec<Task>> {
    tx.query(
        "SELECT n, title, assignee, due, done_at FROM tasks WHERE incident = $1 ORDER BY n",
        params![incident],
        |row| {
            Ok(Task {
                id: row.get("n")?,
                title: row.get("title")?,
                assignee: row.get("assignee")?,
                due: row.get("due")?,
                done_at: row.get("done_at")?,
            })
        },
    )
}
