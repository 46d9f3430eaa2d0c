//! What becomes of incidents by themselves: signals open them, join them, bring them back; silence ends them.

use contracts::incidents::{EntryType, Incident, IncidentStatus};
use contracts::signals::Signal;
use kit_store::{Result, Tx, params};

use super::timeline::{self, Line};
use super::{graph, incidents, signals, status, uptime};
use crate::error::Error;
use crate::model::{cause, severity};

/// A signal was raised, or changed while it stood: the incident of its cause takes it up, if there is one.
pub(crate) fn raised(tx: &mut Tx<'_>, signal: &Signal) -> Result<()> {
    match active(tx, cause(&signal.component))? {
        Some((id, status)) if reaches_us(tx, signal)? => take_up(tx, &id, status, signal),
        _ => Ok(()),
    }
}

/// A signal was cleared: its incident's timeline says so, and if it was the last one, the silence begins.
pub(crate) fn cleared(tx: &mut Tx<'_>, signal: &Signal) -> Result<()> {
    let Some(id) = &signal.incident else { return Ok(()) };
    let Some(status) = incidents::status_of(tx, id)?.filter(|status| *status != IncidentStatus::Resolved)
    else {
        return Ok(());
    };
    let message = format!("Cleared: {}", signal.title);
    timeline::add(
        tx,
        id,
        status,
        &Line::machine(EntryType::Signal, &message, signal.evidence_url.as_deref()),
    )?;
    if !signals::any_raised(tx, id)? {
        let now = tx.now();
        tx.execute("UPDATE incidents SET quiet_since = $2 WHERE id = $1", params![id, now])?;
    }
    Ok(())
}

/// Opens an incident for each cause whose signals have stood long enough.
pub(crate) fn open_due(tx: &mut Tx<'_>) -> Result<()> {
    let now = tx.now();
    for signal in signals::due(tx, now)? {
        let cause = cause(&signal.component);
        let id = match active(tx, cause)? {
            Some((id, _)) => id,
            None => incidents::open_for(tx, &signal, cause)?,
        };
        for evidence in signals::unclaimed(tx, cause)? {
            if reaches_us(tx, &evidence)? {
                take_up(tx, &id, IncidentStatus::Open, &evidence)?;
            }
        }
    }
    Ok(())
}

/// The signal becomes evidence of the incident: more components, a worse severity, and no more silence.
fn take_up(tx: &mut Tx<'_>, id: &str, status: IncidentStatus, signal: &Signal) -> Result<()> {
    signals::claim(tx, signal, id)?;
    tx.execute("UPDATE incidents SET quiet_since = NULL WHERE id = $1", params![id])?;
    let line = Line::machine(EntryType::Signal, &signal.title, signal.evidence_url.as_deref());
    timeline::add(tx, id, status, &line)?;
    let reached = graph::reached_from(tx, &signal.component)?;
    incidents::name_components(tx, id, &reached)?;
    incidents::worsen(tx, id, severity(signal.level))?;
    if status == IncidentStatus::Mitigated {
        set_status(tx, id, IncidentStatus::Open, "The trouble is back.", None)?;
    }
    Ok(())
}

fn reaches_us(tx: &mut Tx<'_>, signal: &Signal) -> Result<bool> {
    graph::reached_from(tx, &signal.component).map(|reached| !reached.is_empty())
}

/// The incident of this cause that is not resolved.
fn active(tx: &mut Tx<'_>, cause: &str) -> Result<Option<(String, IncidentStatus)>> {
    tx.query_opt(
        "SELECT id, status FROM incidents WHERE cause = $1 AND status <> 'resolved'",
        params![cause],
        |row| Ok((row.get("id")?, row.word("status", IncidentStatus::parse)?)),
    )
}

/// Gives the incident a status, says why in its timeline, and looks again at the components it names.
pub(crate) fn set_status(
    tx: &mut Tx<'_>,
    id: &str,
    to: IncidentStatus,
    why: &str,
    author: Option<&str>,
) -> Result<()> {
    let now = tx.now();
    let before = uptime::weight(tx, id)?;
    tx.execute(
        "UPDATE incidents SET status = $2, quiet_since = NULL,
             mitigated_at = CASE WHEN $2 = 'open' THEN NULL ELSE COALESCE(mitigated_at, $3) END,
             resolved_at = CASE WHEN $2 = 'resolved' THEN $3 ELSE NULL END
         WHERE id = $1",
        params![id, to.as_str(), now],
    )?;
    if to == IncidentStatus::Open {
        uptime::renew(tx, id)?;
    }
    uptime::incident_changed(tx, id, before)?;
    timeline::add(tx, id, to, &Line { author, ..Line::machine(EntryType::Change, why, None) })?;
    let named = incidents::components_of(tx, id)?;
    status::refresh(tx, named)
}

/// A person gives the incident a status; the one it has already changes nothing.
pub(crate) fn set_status_by_hand(
    tx: &mut Tx<'_>,
    id: &str,
    to: IncidentStatus,
    author: &str,
) -> Result<Incident, Error> {
    let from = incidents::status_of(tx, id)?.ok_or(Error::NotFound)?;
    if from == IncidentStatus::Resolved && to != from && incidents::has_successor(tx, id)? {
        return Err(Error::Succeeded);
    }
    if to != from {
        let why = match to {
            IncidentStatus::Open => "Opened again.",
            IncidentStatus::Mitigated => "Mitigated.",
            IncidentStatus::Resolved => "Resolved.",
        };
        set_status(tx, id, to, why, Some(author))?;
    }
    incidents::find(tx, id)
}
