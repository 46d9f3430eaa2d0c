//! What becomes of incidents by themselves: signals open them, join them, bring them back; silence ends them.

use contracts::incidents::{Act, EntryType, Evidence, EvidenceKind, Incident, IncidentStatus};
use contracts::signals::Signal;
use kit_store::{Result, Tx, params};

use super::causes::{self, Active};
use super::timeline::{self, Line};
use super::{graph, incidents, merging, signals, status, uptime, verdicts, work};
use crate::error::Error;
use crate::model::{cause, severity};

/// A signal was raised, or changed while it stood: the incident of its cause takes it up, if there is one.
pub(crate) fn raised(tx: &mut Tx<'_>, signal: &Signal) -> Result<()> {
    if !verdicts::counts(tx, signal)? {
        return Ok(());
    }
    let root = causes::root(tx, signal)?;
    match of_cause(tx, &root)? {
        Some(active) => take_up(tx, &active.id, active.status, signal),
        None => Ok(()),
    }
}

/// The incident of that root cause. Incidents of its effects become one, which is about the cause from now on.
fn of_cause(tx: &mut Tx<'_>, root: &Signal) -> Result<Option<Active>> {
    let known = causes::active(tx, cause(&root.component))?;
    let mut effects = causes::effects(tx, root)?.into_iter();
    let (main, is_new) = match known {
        Some(active) => (active, false),
        None => match effects.next() {
            Some(first) => (first, true),
            None => return Ok(None),
        },
    };
    if is_new {
        causes::take_root(tx, &main.id, root)?;
        let message = format!("The cause seems to be this: {}", root.title);
        timeline::add(tx, &main.id, main.status, &seen(root, &message))?;
    }
    for effect in effects {
        merging::merge(tx, &effect.id, &main.id, None)?;
    }
    if is_new && root.incident.is_none() {
        take_up(tx, &main.id, main.status, root)?;
    }
    Ok(Some(main))
}

/// A signal was cleared: its incident's timeline says so, and if it was the last one, the silence begins.
pub(crate) fn cleared(tx: &mut Tx<'_>, signal: &Signal) -> Result<()> {
    let Some(id) = &signal.incident else { return Ok(()) };
    let Some(status) = incidents::status_of(tx, id)?.filter(|status| *status != IncidentStatus::Resolved)
    else {
        return Ok(());
    };
    let message = format!("Cleared: {}", signal.title);
    timeline::add(tx, id, status, &seen(signal, &message))?;
    if !signals::any_raised(tx, id)? {
        let now = tx.now();
        tx.execute("UPDATE incidents SET quiet_since = $2 WHERE id = $1", params![id, now])?;
    }
    Ok(())
}

/// Opens an incident for each cause whose signals lead to one.
pub(crate) fn open_due(tx: &mut Tx<'_>) -> Result<()> {
    for signal in signals::leading_to(tx, Act::Open.as_str())? {
        // One that was taken up on the way is not to be looked at again.
        let still = signals::find(tx, &signal.source, &signal.key)?;
        if still.is_some_and(|kept| kept.signal.incident.is_none()) {
            open(tx, &signal)?;
        }
    }
    Ok(())
}

/// Opens the incident that the signal leads to, or joins the one of its cause; all signals of the cause go along.
pub(crate) fn open(tx: &mut Tx<'_>, signal: &Signal) -> Result<String> {
    let root = causes::root(tx, signal)?;
    let cause = cause(&root.component);
    let (id, status) = match of_cause(tx, &root)? {
        Some(active) => (active.id, active.status),
        None => (incidents::open_for(tx, &root, cause)?, IncidentStatus::Open),
    };
    take_up(tx, &id, status, signal)?;
    for evidence in signals::unclaimed(tx, cause)? {
        take_up(tx, &id, IncidentStatus::Open, &evidence)?;
    }
    Ok(id)
}

/// The signal becomes evidence of the incident: more components, a worse severity, and no more silence.
fn take_up(tx: &mut Tx<'_>, id: &str, status: IncidentStatus, signal: &Signal) -> Result<()> {
    signals::claim(tx, signal, id)?;
    tx.execute("UPDATE incidents SET quiet_since = NULL WHERE id = $1", params![id])?;
    let message = match signal.flapping {
        true => {
            format!("{} (it comes and goes, and is held until it has been clear for a while)", signal.title)
        }
        false => signal.title.clone(),
    };
    timeline::add(tx, id, status, &seen(signal, &message))?;
    let reached = graph::reached_from(tx, &signal.component)?;
    incidents::name_components(tx, id, &reached)?;
    incidents::worsen(tx, id, severity(signal.level))?;
    if status == IncidentStatus::Mitigated {
        set_status(tx, id, IncidentStatus::Open, "The trouble is back.", None)?;
    }
    Ok(())
}

/// A line about a signal.
fn seen<'a>(signal: &'a Signal, message: &'a str) -> Line<'a> {
    let id = format!("{}/{}", signal.source, signal.key);
    let line = Line::machine(EntryType::Signal, message).on(Evidence { kind: EvidenceKind::Signal, id });
    Line { evidence_url: signal.evidence_url.as_deref(), ..line }
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
    timeline::add(tx, id, to, &Line { author, ..Line::machine(EntryType::Change, why) })?;
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
    let from = incidents::may_change(tx, id)?;
    if from == IncidentStatus::Resolved && to == IncidentStatus::Mitigated {
        let rule = "What is resolved can be opened again; then it can be mitigated.";
        return Err(Error::Field("status", rule.to_owned()));
    }
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
        work::acknowledge(tx, id)?;
    }
    incidents::find(tx, id)
}
