//! The copy of the maintenances that everybody may see.

use std::collections::BTreeSet;

use contracts::maintenances::{Maintenance, MaintenanceState};
use kit_base::Timestamp;
use kit_store::{Result, Tx, json, params};

use super::copies::{self, Kind, Question};
use super::notices;

/// A maintenance, and since when it is known and so.
pub(crate) struct KnownMaintenance {
    pub maintenance: Maintenance,
    pub first_seen: Timestamp,
    pub changed_at: Timestamp,
    /// What was told of it, the latest first.
    pub notices: Vec<notices::Told>,
}

/// The maintenance as everybody sees it, or that nobody does; and what is to be told of it is told. True if anybody is
/// told.
pub(crate) fn answer(
    tx: &mut Tx<'_>,
    question: &Question,
    answer: Option<&Maintenance>,
    at: Timestamp,
) -> Result<bool> {
    if let Some(maintenance) = answer {
        put(tx, maintenance)?;
    }
    let known = find(tx, &question.id)?;
    let told = notices::tell(tx, &question.id, known.as_ref(), answer.is_some(), at)?;
    if answer.is_none() {
        remove(tx, &question.id)?;
    }
    copies::answered(tx, question)?;
    Ok(told)
}

/// All that run or come, and the latest of those that are over. What was to come and is not among it is asked for by
/// itself.
pub(crate) fn replace(tx: &mut Tx<'_>, all: &[Maintenance]) -> Result<()> {
    let ids: BTreeSet<&str> = all.iter().map(|one| one.id.as_str()).collect();
    for other in unfinished(tx)?.iter().filter(|id| !ids.contains(id.as_str())) {
        copies::ask(tx, Kind::Maintenance, other)?;
    }
    for maintenance in all {
        put(tx, maintenance)?;
    }
    Ok(())
}

fn put(tx: &mut Tx<'_>, maintenance: &Maintenance) -> Result<()> {
    let (body, now) = (json(maintenance)?, tx.now());
    let (id, head) = (&maintenance.id, maintenance.occurrence.starts_at);
    let changed = tx.execute(
        "INSERT INTO maintenances (id, state, head_at, body, first_seen, changed_at) VALUES ($1, $2, $3, $4, $5, $5)
         ON CONFLICT (id) DO UPDATE SET state = excluded.state, head_at = excluded.head_at, body = excluded.body,
           changed_at = excluded.changed_at
         WHERE maintenances.body <> excluded.body",
        params![id, maintenance.state.as_str(), head, body, now],
    )?;
    if changed > 0 {
        tx.execute("DELETE FROM maintenance_components WHERE maintenance = $1", params![id])?;
        for component in &maintenance.components {
            tx.execute(
                "INSERT INTO maintenance_components (maintenance, component) VALUES ($1, $2)
                 ON CONFLICT (maintenance, component) DO NOTHING",
                params![id, component],
            )?;
        }
    }
    Ok(())
}

/// Nobody may see it any more: so what was told of it is gone, but that it was cancelled.
fn remove(tx: &mut Tx<'_>, id: &str) -> Result<()> {
    tx.execute("DELETE FROM maintenance_components WHERE maintenance = $1", params![id])?;
    tx.execute("DELETE FROM maintenances WHERE id = $1", params![id]).map(drop)
}

fn unfinished(tx: &mut Tx<'_>) -> Result<Vec<String>> {
    let over = MaintenanceState::Completed.as_str();
    tx.query("SELECT id FROM maintenances WHERE state <> $1", params![over], |row| row.get("id"))
}

fn find(tx: &mut Tx<'_>, id: &str) -> Result<Option<Maintenance>> {
    tx.query_opt("SELECT body FROM maintenances WHERE id = $1", params![id], |row| row.json("body"))
}

/// So many maintenances with what was told of them: those that run, then those that come, the soonest first, then those
/// that are over, the latest first.
pub(crate) fn newest(tx: &mut Tx<'_>, most: i64) -> Result<Vec<KnownMaintenance>> {
    let found = tx.query(
        "SELECT body, first_seen, changed_at FROM maintenances
         ORDER BY CASE state WHEN 'scheduled' THEN 1 WHEN 'completed' THEN 2 ELSE 0 END,
           CASE state WHEN 'completed' THEN -head_at ELSE head_at END, id LIMIT $1",
        params![most],
        |row| {
            Ok(KnownMaintenance {
                maintenance: row.json("body")?,
                first_seen: row.get("first_seen")?,
                changed_at: row.get("changed_at")?,
                notices: Vec::new(),
            })
        },
    )?;
    let mut whole = Vec::new();
    for mut known in found {
        known.notices = notices::of(tx, &known.maintenance.id)?;
        whole.push(known);
    }
    Ok(whole)
}
