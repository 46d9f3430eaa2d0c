//! Which components an incident weighs on: those that it names, and those that need them, as the graph was while it was open.

use std::collections::BTreeSet;

use contracts::Status;
use kit_base::Timestamp;
use kit_store::{Result, Tx, params};

use super::incident_changed;
use crate::model::{self, Weight};
use crate::store::{graph, incidents};

/// Whether an incident weighs on the history by itself. One that signals opened does not: what its signals said was
/// seen, and stands in the intervals already.
pub(super) fn counts(cause: Option<&str>) -> bool {
    cause.is_none()
}

/// How the incident weighs on the history now: nothing if it is not there, does not count, or is of a severity that says
/// nothing of its components. It weighs from its start until it was mitigated or else resolved, at its present severity.
pub(crate) fn weight(tx: &mut Tx<'_>, id: &str) -> Result<Option<Weight>> {
    let found = tx.query_opt(
        "SELECT sev, cause, started_at, COALESCE(mitigated_at, resolved_at) AS ended_at FROM incidents WHERE id = $1",
        params![id],
        |row| {
            let cause: Option<String> = row.get("cause")?;
            let level = model::weight(row.get("sev")?);
            let from: Timestamp = row.get("started_at")?;
            let to: Option<Timestamp> = row.get("ended_at")?;
            let weighs = counts(cause.as_deref()) && level != Status::Operational;
            Ok(weighs.then_some((level, from.micros(), to.map_or(i64::MAX, Timestamp::micros))))
        },
    )?;
    let Some((level, from, to)) = found.flatten() else { return Ok(None) };
    let components = reached_by(tx, id)?.into_iter().collect();
    Ok(Some(Weight { level, from, to, components }))
}

/// The incident names these components from now on.
pub(crate) fn named(tx: &mut Tx<'_>, id: &str, components: &[String]) -> Result<()> {
    if !components.is_empty() && is_counted(tx, id)? {
        for reached in reached_from(tx, components)? {
            add(tx, id, &reached)?;
        }
    }
    Ok(())
}

/// Looks anew at what the incident reaches, as the graph is now. It says nothing of the days that this may touch.
pub(crate) fn renew(tx: &mut Tx<'_>, id: &str) -> Result<()> {
    let wanted = match is_counted(tx, id)? {
        true => {
            let named = incidents::components_of(tx, id)?;
            reached_from(tx, &named)?
        }
        false => BTreeSet::new(),
    };
    let known = reached_by(tx, id)?;
    for gone in known.iter().filter(|slug| !wanted.contains(*slug)) {
        tx.execute("DELETE FROM incident_reach WHERE incident = $1 AND component = $2", params![id, gone])?;
    }
    for new in wanted.iter().filter(|slug| !known.contains(slug)) {
        add(tx, id, new)?;
    }
    Ok(())
}

/// Components or what they need have changed: incidents that are not over reach what they reach now.
pub(crate) fn graph_changed(tx: &mut Tx<'_>) -> Result<()> {
    let going_on = tx.query(
        "SELECT id, cause FROM incidents WHERE status IN ('open', 'mitigated')",
        params![],
        |row| Ok((row.get::<String>("id")?, row.get::<Option<String>>("cause")?)),
    )?;
    for (id, _) in going_on.into_iter().filter(|(_, cause)| counts(cause.as_deref())) {
        let before = weight(tx, &id)?;
        renew(tx, &id)?;
        incident_changed(tx, &id, before)?;
    }
    Ok(())
}

fn is_counted(tx: &mut Tx<'_>, id: &str) -> Result<bool> {
    let cause: Option<Option<String>> =
        tx.query_opt("SELECT cause FROM incidents WHERE id = $1", params![id], |row| row.get("cause"))?;
    Ok(cause.is_some_and(|cause| counts(cause.as_deref())))
}

fn reached_from(tx: &mut Tx<'_>, components: &[String]) -> Result<BTreeSet<String>> {
    let mut reached = BTreeSet::new();
    for component in components {
        reached.extend(graph::reached_from(tx, component)?);
    }
    Ok(reached)
}

fn reached_by(tx: &mut Tx<'_>, id: &str) -> Result<Vec<String>> {
    tx.query("SELECT component FROM incident_reach WHERE incident = $1", params![id], |row| {
        row.get("component")
    })
}

fn add(tx: &mut Tx<'_>, id: &str, component: &str) -> Result<()> {
    tx.execute(
        "INSERT INTO incident_reach (incident, component) VALUES ($1, $2) ON CONFLICT (incident, component) DO NOTHING",
        params![id, component],
    )
    .map(drop)
}
