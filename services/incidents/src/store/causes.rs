//! Which incident a signal belongs to: the one of its root cause, which is what fails among the things that its
//! component needs, or the component itself. So one outage of something shared is one incident.

use std::time::Duration;

use contracts::incidents::IncidentStatus;
use contracts::signals::Signal;
use kit_store::{Result, Tx, params};

use super::{graph, signals};
use crate::model::cause;

/// Incidents of dependents that began so long before what they need was seen to fail are of another cause.
const TOGETHER: Duration = Duration::from_secs(3600);

/// An incident that is not over.
pub(crate) struct Active {
    pub id: String,
    pub status: IncidentStatus,
}

/// The signal of the root cause: of all signals that stand about what the component needs, however far away, one whose
/// own needs do not fail; the longest standing of these, or `signal` itself.
pub(crate) fn root(tx: &mut Tx<'_>, signal: &Signal) -> Result<Signal> {
    let mut deepest = Vec::new();
    for name in upstream(tx, &signal.component)? {
        let Some(first) = first_standing(tx, &name)? else { continue };
        let needed = upstream(tx, &name)?;
        if !anything_fails(tx, &needed)? {
            deepest.push(first);
        }
    }
    let oldest = deepest
        .into_iter()
        .min_by(|one, other| (one.since, &one.component).cmp(&(other.since, &other.component)));
    Ok(oldest.unwrap_or_else(|| signal.clone()))
}

/// Everything that a component needs, however far away, without itself.
fn upstream(tx: &mut Tx<'_>, component: &str) -> Result<Vec<String>> {
    let mut found = graph::needs(tx, component)?;
    let mut looked_at = 0;
    while let Some(next) = found.get(looked_at).cloned() {
        for name in graph::needs(tx, &next)? {
            if !found.contains(&name) {
                found.push(name);
            }
        }
        looked_at += 1;
    }
    Ok(found)
}

fn first_standing(tx: &mut Tx<'_>, component: &str) -> Result<Option<Signal>> {
    Ok(signals::standing(tx, component)?.into_iter().next())
}

fn anything_fails(tx: &mut Tx<'_>, names: &[String]) -> Result<bool> {
    for name in names {
        if first_standing(tx, name)?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The incident of this cause that is not over.
pub(crate) fn active(tx: &mut Tx<'_>, cause: &str) -> Result<Option<Active>> {
    tx.query_opt(
        "SELECT id, status FROM incidents WHERE cause = $1 AND status <> 'resolved'",
        params![cause],
        |row| Ok(Active { id: row.get("id")?, status: row.word("status", IncidentStatus::parse)? }),
    )
}

/// Incidents that signals opened about components that need what `root` is about, oldest first: they turn out to be
/// its effects.
pub(crate) fn effects(tx: &mut Tx<'_>, root: &Signal) -> Result<Vec<Active>> {
    let earliest = root.since.minus(TOGETHER);
    let mut found = Vec::new();
    for slug in graph::reached_from(tx, &root.component)? {
        if slug == root.component {
            continue;
        }
        let of_it = tx.query_opt(
            "SELECT id, started_at FROM incidents WHERE cause = $1 AND status = 'open' AND started_at >= $2",
            params![slug, earliest],
            |row| Ok((row.get::<kit_base::Timestamp>("started_at")?, row.get::<String>("id")?)),
        )?;
        found.extend(of_it);
    }
    found.sort();
    Ok(found.into_iter().map(|(_, id)| Active { id, status: IncidentStatus::Open }).collect())
}

/// From now on the incident is about what `root` is about.
pub(crate) fn take_root(tx: &mut Tx<'_>, incident: &str, root: &Signal) -> Result<()> {
    tx.execute("UPDATE incidents SET cause = $2 WHERE id = $1", params![incident, cause(&root.component)])
        .map(drop)
}
