//! Maintenances: announced, rewritten, cancelled. What becomes of their times stands in `life.rs`.

mod effect;
mod life;
mod occurrences;
mod read;

use contracts::maintenances::{
    Maintenance, MaintenanceCancelled, MaintenanceChanged, MaintenanceScheduled, NewMaintenance,
};
use kit_store::{Result, Tx, json, params};

pub(crate) use effect::{running_on, suppressed};
pub(crate) use life::{anything_due, extend, set_state, tick};
pub(crate) use read::{Filter, find, find_public, list};

use self::occurrences::Known;
use crate::error::Error;
use crate::model::Policy;
use crate::model::maintenance::{NOTIFY_BEFORE, USUAL_ZONE};
use crate::model::recurrence::Plan;

/// Announces a maintenance. One whose time is now begins at once.
pub(crate) fn create(
    tx: &mut Tx<'_>,
    policy: &Policy,
    new: &NewMaintenance,
    plan: &Plan,
) -> Result<Maintenance, Error> {
    let components = known_components(tx, &new.components)?;
    let id = format!("MNT-{}", tx.ids().code(8));
    let now = tx.now();
    tx.execute(
        "INSERT INTO maintenances (id, title, description, starts_at, ends_at, time_zone, exceptions, notify_before,
                                   state, head_at, created_at, changed_at)
         VALUES ($1, '', '', $2, $3, '', '', 0, 'scheduled', $2, $4, $4)",
        params![id, plan.first.starts_at, plan.first.ends_at, now],
    )?;
    save(tx, &id, new, plan)?;
    name_components(tx, &id, &components)?;
    occurrences::plan_anew(tx, &id, plan)?;
    occurrences::look_at_head(tx, &id)?;
    if let Some(next) = occurrences::scheduled(tx, &id)?.first().filter(|next| next.window.starts_at > now) {
        tx.emit(&MaintenanceScheduled(next.news(&id)))?;
    }
    life::tick(tx, policy)?;
    find(tx, &id)
}

/// Writes the maintenance anew: `new` is the whole of it. Times that are over or run stay as they are; but the end of the
/// one that runs may be moved, where it comes only once.
pub(crate) fn update(
    tx: &mut Tx<'_>,
    policy: &Policy,
    id: &str,
    new: &NewMaintenance,
    plan: &Plan,
) -> Result<Maintenance, Error> {
    let old = occurrences::known(tx, id)?.ok_or(Error::NotFound)?;
    let components = known_components(tx, &new.components)?;
    let running = occurrences::running(tx, id)?;
    if let Some(running) = running.as_ref().filter(|_| plan.rule.is_none()) {
        move_end(tx, id, &old, running, plan)?;
    }
    let before = occurrences::scheduled(tx, id)?;
    save(tx, id, new, plan)?;
    name_components(tx, id, &components)?;
    effect::follow_components(tx, policy, id, &components)?;
    occurrences::plan_anew(tx, id, plan)?;
    occurrences::look_at_head(tx, id)?;
    let after = occurrences::scheduled(tx, id)?;
    let windows = |list: &[occurrences::Row]| list.iter().map(|row| row.window).collect::<Vec<_>>();
    match after.first() {
        Some(next) if windows(&before) != windows(&after) && next.window.starts_at > tx.now() => {
            tx.emit(&MaintenanceScheduled(next.news(id)))?;
        }
        _ => {
            let head = occurrences::head(tx, id)?;
            tx.emit(&MaintenanceChanged(head.news(id)))?;
        }
    }
    life::tick(tx, policy)?;
    find(tx, id)
}

/// Of what runs and comes once, only the end can still be written.
fn move_end(
    tx: &mut Tx<'_>,
    id: &str,
    old: &Known,
    running: &occurrences::Row,
    plan: &Plan,
) -> Result<(), Error> {
    if plan.first.starts_at != old.plan.first.starts_at {
        return Err(Error::Field("starts_at", "It has begun already; extend it or end it.".to_owned()));
    }
    if plan.first.ends_at != running.window.ends_at && plan.first.ends_at != old.plan.first.ends_at {
        life::extend_running(tx, id, running, plan.first.ends_at)?;
    }
    Ok(())
}

/// Cancels the maintenance: what runs is broken off, and what is to come does not come. What its components were worked on
/// so far is kept.
pub(crate) fn delete(tx: &mut Tx<'_>, policy: &Policy, id: &str) -> Result<(), Error> {
    occurrences::known(tx, id)?.ok_or(Error::NotFound)?;
    let head = occurrences::head(tx, id)?;
    let now = tx.now();
    let worked_on = effect::close(tx, id, now)?;
    tx.execute("DELETE FROM maintenance_occurrences WHERE maintenance = $1", params![id])?;
    tx.execute("DELETE FROM maintenance_components WHERE maintenance = $1", params![id])?;
    tx.execute("DELETE FROM maintenances WHERE id = $1", params![id])?;
    effect::judge_anew(tx, policy, worked_on)?;
    if head.ended_at.is_none() {
        tx.emit(&MaintenanceCancelled(head.news(id)))?;
    } else {
        tx.emit(&MaintenanceChanged(head.news(id)))?;
    }
    Ok(())
}

fn save(tx: &mut Tx<'_>, id: &str, new: &NewMaintenance, plan: &Plan) -> Result<()> {
    let description = new.description.as_deref().unwrap_or_default();
    let time_zone = new.time_zone.as_deref().unwrap_or(USUAL_ZONE);
    let rrule = new.rrule.as_deref().filter(|text| !text.is_empty());
    let exceptions = json(&new.exceptions.as_deref().unwrap_or_default())?;
    let notify_before = new.notify_before.unwrap_or(NOTIFY_BEFORE);
    let now = tx.now();
    tx.execute(
        "UPDATE maintenances SET title = $2, description = $3, starts_at = $4, ends_at = $5, time_zone = $6, rrule = $7,
             exceptions = $8, notify_before = $9, changed_at = $10
         WHERE id = $1",
        params![
            id,
            new.title,
            description,
            plan.first.starts_at,
            plan.first.ends_at,
            time_zone,
            rrule,
            exceptions,
            notify_before,
            now
        ],
    )
    .map(drop)
}

/// The components, each once; all of those that are not there are named to the caller.
fn known_components(tx: &mut Tx<'_>, slugs: &[String]) -> Result<Vec<String>, Error> {
    let mut components: Vec<String> = Vec::new();
    for slug in slugs.iter().filter(|slug| !slug.is_empty()) {
        let found = tx.query_opt("SELECT slug FROM components WHERE slug = $1", params![slug], |_| Ok(()))?;
        if found.is_none() {
            return Err(Error::Field("components", format!("There is no component with the slug {slug}.")));
        }
        if !components.contains(slug) {
            components.push(slug.clone());
        }
    }
    if components.is_empty() {
        return Err(Error::Field("components", "Name at least one component.".to_owned()));
    }
    Ok(components)
}

fn name_components(tx: &mut Tx<'_>, id: &str, components: &[String]) -> Result<()> {
    tx.execute("DELETE FROM maintenance_components WHERE maintenance = $1", params![id])?;
    for (place, component) in (0_i64..).zip(components) {
        tx.execute(
            "INSERT INTO maintenance_components (maintenance, component, place) VALUES ($1, $2, $3)",
            params![id, component, place],
        )?;
    }
    Ok(())
}
