//! What people change of an incident afterwards, and what they learn from it.

use contracts::incidents::{
    ChangedIncident, EntryType, Incident, IncidentStatus, Postmortem, PostmortemState,
};
use kit_store::{Result, Tx, json, params};

use super::timeline::{self, Line};
use super::{incidents, status, uptime};
use crate::error::Error;
use crate::model::{Times, draft};

/// Writes what `new` says; what it does not say stays as it is.
pub(crate) fn change(
    tx: &mut Tx<'_>,
    id: &str,
    new: &ChangedIncident,
    author: &str,
) -> Result<Incident, Error> {
    let status = incidents::may_change(tx, id)?;
    let old = incidents::find(tx, id)?;
    let times = times(&old, new)?;
    times.check(tx.now()).map_err(|(field, rule)| Error::Field(field, rule))?;
    let services = new.services.as_ref().unwrap_or(&old.services);
    let fresh: Vec<String> = services.iter().filter(|slug| !old.services.contains(slug)).cloned().collect();
    incidents::check_services(
        tx,
        if new.started_at.is_some() { services } else { &fresh },
        times.started_at,
    )?;
    let before = uptime::weight(tx, id)?;
    tx.execute(
        "UPDATE incidents SET title = COALESCE($2, title), sev = COALESCE($3, sev), summary = COALESCE($4, summary),
             started_at = $5, mitigated_at = $6, resolved_at = $7
         WHERE id = $1",
        params![
            id,
            new.title,
            new.sev,
            new.summary,
            times.started_at,
            times.mitigated_at,
            times.resolved_at
        ],
    )?;
    if new.services.is_some() {
        tx.execute("DELETE FROM incident_components WHERE incident = $1", params![id])?;
        incidents::name_components(tx, id, services)?;
        uptime::renew(tx, id)?;
    }
    uptime::incident_changed(tx, id, before)?;
    let whole = incidents::find(tx, id)?;
    let what = differences(&old, &whole);
    if !what.is_empty() {
        let message = format!("Changed: {}.", what.join(", "));
        timeline::add(tx, id, status, &Line::by(author, EntryType::Change, &message))?;
    }
    let touched = old.services.iter().chain(&fresh).cloned().collect();
    status::refresh(tx, touched)?;
    incidents::find(tx, id)
}

/// The times as they are to be. An incident ends by its status, not by a time alone.
fn times(old: &Incident, new: &ChangedIncident) -> Result<Times, Error> {
    let not_yet = |field, word: &str| {
        Err(Error::Field(field, format!("It is not {word} yet; give it that status, and its time follows.")))
    };
    if new.mitigated_at.is_some() && old.status == IncidentStatus::Open {
        return not_yet("mitigated_at", "mitigated");
    }
    if new.resolved_at.is_some() && old.status != IncidentStatus::Resolved {
        return not_yet("resolved_at", "resolved");
    }
    Ok(Times {
        started_at: new.started_at.unwrap_or(old.started_at),
        mitigated_at: new.mitigated_at.or(old.mitigated_at),
        resolved_at: new.resolved_at.or(old.resolved_at),
    })
}

fn differences(old: &Incident, new: &Incident) -> Vec<&'static str> {
    let all = [
        ("title", old.title != new.title),
        ("severity", old.sev != new.sev),
        ("summary", old.summary != new.summary),
        ("components", old.services != new.services),
        ("beginning", old.started_at != new.started_at),
        ("time of mitigation", old.mitigated_at != new.mitigated_at),
        ("end", old.resolved_at != new.resolved_at),
    ];
    all.into_iter().filter(|(_, differs)| *differs).map(|(what, _)| what).collect()
}

/// Writes the postmortem, or replaces it.
pub(crate) fn set_postmortem(
    tx: &mut Tx<'_>,
    id: &str,
    postmortem: &Postmortem,
    author: &str,
) -> Result<Incident, Error> {
    let status = incidents::status_of(tx, id)?.ok_or(Error::NotFound)?;
    let text = json(postmortem)?;
    tx.execute("UPDATE incidents SET postmortem = $2 WHERE id = $1", params![id, text])?;
    let (entry_type, message) = match postmortem.state {
        PostmortemState::Published => (EntryType::Change, "Postmortem published."),
        PostmortemState::Draft => (EntryType::Note, "Postmortem drafted."),
    };
    timeline::add(tx, id, status, &Line::by(author, entry_type, message))?;
    incidents::find(tx, id)
}

/// The postmortem as it stands. Where none is written, the team gets one to begin with, made from the timeline; the
/// public gets what is published.
pub(crate) fn postmortem(tx: &mut Tx<'_>, id: &str, public: bool) -> Result<Postmortem, Error> {
    if public {
        return incidents::find_public(tx, id)?.postmortem.ok_or(Error::NotFound);
    }
    let incident = incidents::find(tx, id)?;
    Ok(incident.postmortem.clone().unwrap_or_else(|| draft(&incident)))
}
