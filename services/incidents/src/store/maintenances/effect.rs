//! What a running maintenance does to its components: they are under maintenance, and what is signalled about them waits
//! until it is over. That it runs stands in `maintenance_spans`, which also stay as the record of when it did.

use contracts::Status;
use contracts::incidents::Reason;
use kit_base::Timestamp;
use kit_store::{Result, Tx, params};

use crate::model::Policy;
use crate::store::{hearing, signals, status, uptime, verdicts};

/// The running maintenances of a component, as reasons for its status.
pub(crate) fn running_on(tx: &mut Tx<'_>, component: &str) -> Result<Vec<Reason>> {
    tx.query(
        "SELECT m.title, p.began_at FROM maintenance_spans p JOIN maintenances m ON m.id = p.maintenance
         WHERE p.component = $1 AND p.ended_at IS NULL ORDER BY p.began_at, m.id",
        params![component],
        |row| {
            Ok(Reason {
                source: "maintenance".to_owned(),
                level: Status::UnderMaintenance,
                title: row.get("title")?,
                component: component.to_owned(),
                since: row.get("began_at")?,
                evidence_url: None,
            })
        },
    )
}

/// Whether what is signalled about the component waits, because it is worked on.
pub(crate) fn suppressed(tx: &mut Tx<'_>, component: &str) -> Result<bool> {
    let open = tx.query_opt(
        "SELECT component FROM maintenance_spans WHERE component = $1 AND ended_at IS NULL",
        params![component],
        |_| Ok(()),
    )?;
    Ok(open.is_some())
}

/// The components are worked on from `began_at` on.
pub(super) fn open(tx: &mut Tx<'_>, id: &str, components: &[String], began_at: Timestamp) -> Result<()> {
    note(tx, id, components, began_at, None)?;
    for component in components {
        verdicts::withdraw(tx, component)?;
    }
    status::refresh(tx, components.to_vec())
}

/// Notes when the components were worked on, or since when they are.
pub(super) fn note(
    tx: &mut Tx<'_>,
    id: &str,
    components: &[String],
    began_at: Timestamp,
    ended_at: Option<Timestamp>,
) -> Result<()> {
    for component in components {
        tx.execute(
            "INSERT INTO maintenance_spans (component, maintenance, began_at, ended_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (component, maintenance, began_at) DO UPDATE SET ended_at = $4",
            params![component, id, began_at, ended_at],
        )?;
        // What began, or was over, while nobody was here may lie in days that are kept already.
        uptime::recount(tx, component, began_at, ended_at)?;
    }
    Ok(())
}

/// The maintenance is over for all its components; returns them.
pub(super) fn close(tx: &mut Tx<'_>, id: &str, ended_at: Timestamp) -> Result<Vec<String>> {
    let worked_on = worked_on(tx, id)?;
    tx.execute(
        "UPDATE maintenance_spans SET ended_at = $2 WHERE maintenance = $1 AND ended_at IS NULL",
        params![id, ended_at],
    )?;
    for component in &worked_on {
        uptime::recount(tx, component, ended_at, None)?;
    }
    Ok(worked_on)
}

fn worked_on(tx: &mut Tx<'_>, id: &str) -> Result<Vec<String>> {
    tx.query(
        "SELECT component FROM maintenance_spans WHERE maintenance = $1 AND ended_at IS NULL ORDER BY component",
        params![id],
        |row| row.get("component"),
    )
}

/// While it runs other components may be named: those that came are worked on from now on, those that went no longer.
pub(super) fn follow_components(
    tx: &mut Tx<'_>,
    policy: &Policy,
    id: &str,
    components: &[String],
) -> Result<()> {
    if super::occurrences::running(tx, id)?.is_none() {
        return Ok(());
    }
    let (now, before) = (tx.now(), worked_on(tx, id)?);
    let gone: Vec<String> = before.iter().filter(|slug| !components.contains(slug)).cloned().collect();
    for component in &gone {
        tx.execute(
            "UPDATE maintenance_spans SET ended_at = $3 WHERE maintenance = $1 AND component = $2 AND ended_at IS NULL",
            params![id, component, now],
        )?;
    }
    let come: Vec<String> = components.iter().filter(|slug| !before.contains(slug)).cloned().collect();
    open(tx, id, &come, now)?;
    // Its title is a reason for the status of those that stay.
    status::refresh(tx, components.to_vec())?;
    judge_anew(tx, policy, gone)
}

/// The components are no longer worked on. What still stands about them counts from now on.
pub(super) fn judge_anew(tx: &mut Tx<'_>, policy: &Policy, components: Vec<String>) -> Result<()> {
    for component in &components {
        if !suppressed(tx, component)? {
            signals::count_from_now(tx, component)?;
        }
    }
    hearing::judge_anew(tx, policy, components)
}
