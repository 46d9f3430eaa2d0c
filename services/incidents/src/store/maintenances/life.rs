//! The life of a maintenance: begun and ended by the clock or by hand, extended, told of beforehand.

use contracts::maintenances::{
    Maintenance, MaintenanceChanged, MaintenanceEnded, MaintenanceExtended, MaintenanceStarted,
    MaintenanceStarting, MaintenanceState,
};
use kit_base::Timestamp;
use kit_store::{Result, Tx, params};

use super::occurrences::{self, Row};
use super::{effect, find, read};
use crate::error::Error;
use crate::model::{Policy, maintenance};

/// By hand it may begin so much earlier than was said, in microseconds.
const EARLIEST: i64 = 86_400_000_000;

/// Whether there is anything that [`tick`] would do.
pub(crate) fn anything_due(tx: &mut Tx<'_>) -> Result<bool> {
    let now = tx.now();
    let due: i64 = tx.query_one(
        "SELECT (SELECT COUNT(*) FROM maintenance_occurrences WHERE state = 'scheduled' AND starts_at <= $1)
              + (SELECT COUNT(*) FROM maintenance_occurrences
                 WHERE state IN ('in_progress', 'verifying') AND ends_at <= $1)
              + (SELECT COUNT(*) FROM maintenance_occurrences WHERE notice_at <= $1) AS n",
        params![now],
        |row| row.get("n"),
    )?;
    Ok(due > 0)
}

/// Ends and begins what is due, in the order of time, and tells of what comes soon.
pub(crate) fn tick(tx: &mut Tx<'_>, policy: &Policy) -> Result<()> {
    let now = tx.now();
    loop {
        if let Some((id, starts_at)) = to_end(tx, now)? {
            let row = occurrences::at(tx, &id, starts_at)?;
            end(tx, policy, &id, &row, row.window.ends_at)?;
        } else if let Some((id, starts_at)) = to_begin(tx, now)? {
            let row = occurrences::at(tx, &id, starts_at)?;
            if row.window.ends_at <= now { missed(tx, &id, &row)? } else { begin(tx, &id, &row, starts_at)? }
        } else {
            break;
        }
    }
    tell_beforehand(tx, now)
}

fn to_end(tx: &mut Tx<'_>, now: Timestamp) -> Result<Option<(String, Timestamp)>> {
    tx.query_opt(
        "SELECT maintenance, starts_at FROM maintenance_occurrences
         WHERE state IN ('in_progress', 'verifying') AND ends_at <= $1 ORDER BY ends_at, maintenance LIMIT 1",
        params![now],
        |row| Ok((row.get("maintenance")?, row.get("starts_at")?)),
    )
}

fn to_begin(tx: &mut Tx<'_>, now: Timestamp) -> Result<Option<(String, Timestamp)>> {
    tx.query_opt(
        "SELECT maintenance, starts_at FROM maintenance_occurrences
         WHERE state = 'scheduled' AND starts_at <= $1 ORDER BY starts_at, maintenance LIMIT 1",
        params![now],
        |row| Ok((row.get("maintenance")?, row.get("starts_at")?)),
    )
}

fn tell_beforehand(tx: &mut Tx<'_>, now: Timestamp) -> Result<()> {
    let due = tx.query(
        "SELECT maintenance, starts_at FROM maintenance_occurrences WHERE notice_at <= $1
         ORDER BY starts_at, maintenance",
        params![now],
        |row| Ok((row.get::<String>("maintenance")?, row.get::<Timestamp>("starts_at")?)),
    )?;
    for (id, starts_at) in due {
        tx.execute(
            "UPDATE maintenance_occurrences SET notice_at = NULL WHERE maintenance = $1 AND starts_at = $2",
            params![id, starts_at],
        )?;
        let row = occurrences::at(tx, &id, starts_at)?;
        tx.emit(&MaintenanceStarting(row.news(&id)))?;
    }
    Ok(())
}

/// Its time has come, or somebody says so. By the clock it began when it was to begin, however late that was noticed.
fn begin(tx: &mut Tx<'_>, id: &str, row: &Row, began_at: Timestamp) -> Result<()> {
    tx.execute(
        "UPDATE maintenance_occurrences SET state = 'in_progress', began_at = $3, notice_at = NULL
         WHERE maintenance = $1 AND starts_at = $2",
        params![id, row.window.starts_at, began_at],
    )?;
    let components = read::components_of(tx, id, false)?;
    effect::open(tx, id, &components, began_at)?;
    occurrences::refill(tx, id)?;
    occurrences::look_at_head(tx, id)?;
    tx.emit(&MaintenanceStarted(row.news(id)))
}

/// It is over: what is signalled about its components counts again, and the next time is planned.
fn end(tx: &mut Tx<'_>, policy: &Policy, id: &str, row: &Row, ended_at: Timestamp) -> Result<()> {
    tx.execute(
        "UPDATE maintenance_occurrences SET state = 'completed', ended_at = $3, notice_at = NULL
         WHERE maintenance = $1 AND starts_at = $2",
        params![id, row.window.starts_at, ended_at],
    )?;
    let worked_on = effect::close(tx, id, ended_at)?;
    effect::judge_anew(tx, policy, worked_on)?;
    occurrences::refill(tx, id)?;
    occurrences::look_at_head(tx, id)?;
    let ended = Row { ended_at: Some(ended_at), ..row.clone() };
    tx.emit(&MaintenanceEnded(ended.news(id)))
}

/// The whole of its time passed while nobody was here: it is taken to have happened as planned, and nobody is told.
fn missed(tx: &mut Tx<'_>, id: &str, row: &Row) -> Result<()> {
    let (starts_at, ends_at) = (row.window.starts_at, row.window.ends_at);
    tx.execute(
        "UPDATE maintenance_occurrences SET state = 'completed', began_at = $2, ended_at = $3, notice_at = NULL
         WHERE maintenance = $1 AND starts_at = $2",
        params![id, starts_at, ends_at],
    )?;
    let components = read::components_of(tx, id, false)?;
    effect::note(tx, id, &components, starts_at, Some(ends_at))?;
    occurrences::refill(tx, id)?;
    occurrences::look_at_head(tx, id)?;
    tx.emit(&MaintenanceChanged(row.news(id)))
}

/// Somebody begins it early, says that the work is done, or that it is over.
pub(crate) fn set_state(
    tx: &mut Tx<'_>,
    policy: &Policy,
    id: &str,
    to: MaintenanceState,
) -> Result<Maintenance, Error> {
    occurrences::known(tx, id)?.ok_or(Error::NotFound)?;
    let now = tx.now();
    match (occurrences::running(tx, id)?, to) {
        (Some(running), to) if running.state == to => {}
        (Some(running), MaintenanceState::Completed) => end(tx, policy, id, &running, now)?,
        (Some(running), to) => {
            tx.execute(
                "UPDATE maintenance_occurrences SET state = $3 WHERE maintenance = $1 AND starts_at = $2",
                params![id, running.window.starts_at, to.as_str()],
            )?;
            occurrences::look_at_head(tx, id)?;
            tx.emit(&MaintenanceChanged(running.news(id)))?;
        }
        (None, MaintenanceState::InProgress) => begin_early(tx, id, now)?,
        (None, _) => return Err(Error::Refused("It does not run now.")),
    }
    find(tx, id)
}

fn begin_early(tx: &mut Tx<'_>, id: &str, now: Timestamp) -> Result<(), Error> {
    let next = occurrences::scheduled(tx, id)?.into_iter().next();
    let next = next.ok_or(Error::Refused("It is over, and does not come again."))?;
    if next.window.starts_at.micros() - now.micros() > EARLIEST {
        return Err(Error::Refused("It is to begin more than a day from now; change starts_at first."));
    }
    Ok(begin(tx, id, &next, now)?)
}

/// The one that runs ends at this moment instead.
pub(crate) fn extend(tx: &mut Tx<'_>, id: &str, ends_at: Timestamp) -> Result<Maintenance, Error> {
    occurrences::known(tx, id)?.ok_or(Error::NotFound)?;
    let running = occurrences::running(tx, id)?;
    let running = running.ok_or(Error::Refused("It does not run now, so there is nothing to extend."))?;
    extend_running(tx, id, &running, ends_at)?;
    find(tx, id)
}

pub(super) fn extend_running(
    tx: &mut Tx<'_>,
    id: &str,
    running: &Row,
    ends_at: Timestamp,
) -> Result<(), Error> {
    let refused = |words: String| Err(Error::Field("ends_at", words));
    if let Some(wrong) = maintenance::wrong_end(running.window.starts_at, ends_at, tx.now()) {
        return refused(wrong.to_owned());
    }
    if let Some(next) = occurrences::scheduled(tx, id)?.first().filter(|next| next.window.starts_at < ends_at)
    {
        return refused(format!("It comes again at {}, and must be over by then.", next.window.starts_at));
    }
    tx.execute(
        "UPDATE maintenance_occurrences SET ends_at = $3 WHERE maintenance = $1 AND starts_at = $2",
        params![id, running.window.starts_at, ends_at],
    )?;
    // Where it comes once, its end is the end of the whole.
    tx.execute("UPDATE maintenances SET ends_at = $2 WHERE id = $1 AND rrule IS NULL", params![id, ends_at])?;
    occurrences::look_at_head(tx, id)?;
    let extended = occurrences::at(tx, id, running.window.starts_at)?;
    Ok(tx.emit(&MaintenanceExtended(extended.news(id)))?)
}
