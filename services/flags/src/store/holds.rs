//! Holds: flags that incidents have pulled. They stand over the definitions, which are never touched, so that what is
//! restored is exactly what was there.

use std::collections::HashMap;
use std::time::Duration;

use contracts::flags::{FlagSwitched, Link, Switch, SwitchAction};
use kit_base::Timestamp;
use kit_store::{Result, Row, Tx, params};

use super::{flags, links};
use crate::error::Error;
use crate::model::{self, Incident, Overlay};

const HOUR: Duration = Duration::from_secs(3600);

/// When a flag may come back.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Policy {
    /// Calm after the last incident before the flag is restored.
    pub restore_after: Duration,
    /// Times that a flag may be pulled within an hour; one that was pulled as often stays so until the hour is over.
    pub most_pulls: i64,
}

#[derive(Clone, Debug)]
struct Hold {
    set: String,
    key: String,
    incident: String,
    link: String,
    component: Option<String>,
    action: SwitchAction,
    variant: Option<String>,
    reason: String,
    since: Timestamp,
    restore_at: Option<Timestamp>,
}

/// Makes what the incident holds what it should hold: everything that a link gives it while it goes on, and nothing else.
pub(crate) fn settle(tx: &mut Tx<'_>, incident: &Incident, policy: &Policy) -> Result<()> {
    let held = of_incident(tx, &incident.id)?;
    let mut wanted: Vec<Link> = Vec::new();
    for link in links::all(tx)?.into_iter().filter(|link| model::matches(link, incident)) {
        if !wanted.iter().any(|known| (&known.set, &known.flag) == (&link.set, &link.flag)) {
            wanted.push(link);
        }
    }
    for link in &wanted {
        let known = held.iter().find(|hold| (&hold.set, &hold.key) == (&link.set, &link.flag));
        if known.is_none_or(|hold| hold.restore_at.is_some() || hold.link != link.id) {
            pull(tx, link, incident)?;
        }
    }
    for hold in held.into_iter().filter(|hold| hold.restore_at.is_none()) {
        if !wanted.iter().any(|link| (&link.set, &link.flag) == (&hold.set, &hold.key)) {
            release(tx, &hold, policy)?;
        }
    }
    Ok(())
}

fn pull(tx: &mut Tx<'_>, link: &Link, incident: &Incident) -> Result<()> {
    let now = tx.now();
    let reason = model::reason(link);
    let held_before = of_flag(tx, &link.set, &link.flag)?;
    // What only waits to be restored waits no longer.
    tx.execute(
        "DELETE FROM holds WHERE flag_set = $1 AND key = $2 AND restore_at IS NOT NULL",
        params![link.set, link.flag],
    )?;
    tx.execute(
        "INSERT INTO holds (flag_set, key, incident, link, component, action, variant, reason, since)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (flag_set, key, incident) DO UPDATE SET link = excluded.link, component = excluded.component,
             action = excluded.action, variant = excluded.variant, reason = excluded.reason",
        params![
            link.set,
            link.flag,
            incident.id,
            link.id,
            link.component,
            link.action.as_str(),
            link.variant,
            reason,
            now
        ],
    )?;
    flags::touch(tx, &link.set, &link.flag)?;
    if is_lifted(tx, &link.set, &link.flag)? {
        return Ok(());
    }
    if held_before.is_empty() {
        tx.execute(
            "INSERT INTO pulls (flag_set, key, at) VALUES ($1, $2, $3)",
            params![link.set, link.flag, now],
        )?;
    }
    tx.emit(&FlagSwitched {
        flag_set: link.set.clone(),
        key: link.flag.clone(),
        incident_id: incident.id.clone(),
        action: "disabled".to_owned(),
        variant: link.variant.clone(),
        component: link.component.clone(),
        reason,
    })
}

/// The incident does not hold the flag any more. The last one to let go restores it, at once or when it may.
fn release(tx: &mut Tx<'_>, hold: &Hold, policy: &Policy) -> Result<()> {
    let others = of_flag(tx, &hold.set, &hold.key)?;
    let mut others =
        others.iter().filter(|other| other.incident != hold.incident && other.restore_at.is_none());
    if others.next().is_some() {
        tx.execute(
            "DELETE FROM holds WHERE flag_set = $1 AND key = $2 AND incident = $3",
            params![hold.set, hold.key, hold.incident],
        )?;
        return flags::touch(tx, &hold.set, &hold.key);
    }
    let restore_at =
        if is_lifted(tx, &hold.set, &hold.key)? { None } else { may_return_at(tx, hold, policy)? };
    match restore_at {
        Some(moment) => {
            tx.execute(
                "UPDATE holds SET restore_at = $4 WHERE flag_set = $1 AND key = $2 AND incident = $3",
                params![hold.set, hold.key, hold.incident, moment],
            )?;
            flags::touch(tx, &hold.set, &hold.key)
        }
        None => restore(tx, hold, &hold.reason),
    }
}

/// When the flag may come back; `None` for now.
fn may_return_at(tx: &mut Tx<'_>, hold: &Hold, policy: &Policy) -> Result<Option<Timestamp>> {
    let now = tx.now();
    let calm = now.plus(policy.restore_after);
    let pulled: Vec<Timestamp> = tx.query(
        "SELECT at FROM pulls WHERE flag_set = $1 AND key = $2 AND at > $3 ORDER BY at DESC LIMIT $4",
        params![hold.set, hold.key, now.minus(HOUR), policy.most_pulls],
        |row| row.get("at"),
    )?;
    let often = pulled.len() as i64 >= policy.most_pulls;
    let quiet = pulled.last().filter(|_| often).map(|oldest| oldest.plus(HOUR));
    let moment = quiet.map_or(calm, |quiet| quiet.max(calm));
    Ok((moment > now).then_some(moment))
}

/// Nothing holds the flag any more: it is again as its definition says.
fn restore(tx: &mut Tx<'_>, hold: &Hold, reason: &str) -> Result<()> {
    let lifted = is_lifted(tx, &hold.set, &hold.key)?;
    forget(tx, &hold.set, &hold.key)?;
    flags::touch(tx, &hold.set, &hold.key)?;
    if lifted { Ok(()) } else { told_restored(tx, hold, reason) }
}

fn told_restored(tx: &mut Tx<'_>, hold: &Hold, reason: &str) -> Result<()> {
    tx.emit(&FlagSwitched {
        flag_set: hold.set.clone(),
        key: hold.key.clone(),
        incident_id: hold.incident.clone(),
        action: "restored".to_owned(),
        variant: None,
        component: hold.component.clone(),
        reason: reason.to_owned(),
    })
}

/// Restores what may come back by now, and forgets pulls that count no more.
pub(crate) fn restore_due(tx: &mut Tx<'_>) -> Result<()> {
    let now = tx.now();
    let due = tx.query(
        "SELECT flag_set, key, incident, link, component, action, variant, reason, since, restore_at FROM holds
         WHERE restore_at <= $1 ORDER BY restore_at",
        params![now],
        hold,
    )?;
    for hold in due {
        restore(tx, &hold, &hold.reason)?;
    }
    tx.execute("DELETE FROM pulls WHERE at < $1", params![now.minus(HOUR)]).map(drop)
}

/// Whether anything may come back by now.
pub(crate) fn any_due(tx: &mut Tx<'_>) -> Result<bool> {
    let now = tx.now();
    tx.query_one("SELECT COUNT(*) AS n FROM holds WHERE restore_at <= $1", params![now], |row| {
        row.get::<i64>("n").map(|n| n > 0)
    })
}

/// A person frees the flag: it is as its definition says, whatever incidents hold it, until these are over.
pub(crate) fn lift(tx: &mut Tx<'_>, set: &str, key: &str) -> Result<(), Error> {
    flags::definition(tx, set, key)?.ok_or(Error::NotFound)?;
    let held = of_flag(tx, set, key)?;
    if held.is_empty() {
        return Err(Error::NotSwitched);
    }
    if is_lifted(tx, set, key)? {
        return Ok(());
    }
    let now = tx.now();
    tx.execute("INSERT INTO lifts (flag_set, key, at) VALUES ($1, $2, $3)", params![set, key, now])?;
    // What only waits to come back comes back now.
    tx.execute(
        "DELETE FROM holds WHERE flag_set = $1 AND key = $2 AND restore_at IS NOT NULL",
        params![set, key],
    )?;
    if held.iter().all(|hold| hold.restore_at.is_some()) {
        forget(tx, set, key)?;
    }
    flags::touch(tx, set, key)?;
    for hold in &held {
        told_restored(tx, hold, "lifted by hand")?;
    }
    Ok(())
}

/// Whether incidents hold the flag and nobody has freed it.
pub(crate) fn is_pulled(tx: &mut Tx<'_>, set: &str, key: &str) -> Result<bool> {
    Ok(!of_flag(tx, set, key)?.is_empty() && !is_lifted(tx, set, key)?)
}

/// Removes all holds of the flag.
pub(crate) fn forget(tx: &mut Tx<'_>, set: &str, key: &str) -> Result<()> {
    tx.execute("DELETE FROM holds WHERE flag_set = $1 AND key = $2", params![set, key])?;
    tx.execute("DELETE FROM lifts WHERE flag_set = $1 AND key = $2", params![set, key]).map(drop)
}

fn is_lifted(tx: &mut Tx<'_>, set: &str, key: &str) -> Result<bool> {
    let at: Option<Timestamp> =
        tx.query_opt("SELECT at FROM lifts WHERE flag_set = $1 AND key = $2", params![set, key], |row| {
            row.get("at")
        })?;
    Ok(at.is_some())
}

/// The kill switch of that flag, if it is pulled.
pub(crate) fn switch(tx: &mut Tx<'_>, set: &str, key: &str) -> Result<Option<Switch>> {
    let held = of_flag(tx, set, key)?;
    let lifted = is_lifted(tx, set, key)?;
    Ok(summed(&held, lifted))
}

/// Every kill switch that is pulled, by set and key.
pub(crate) fn switches(tx: &mut Tx<'_>) -> Result<HashMap<(String, String), Switch>> {
    let lifted: Vec<(String, String)> = tx.query("SELECT flag_set, key FROM lifts", params![], |row| {
        Ok((row.get("flag_set")?, row.get("key")?))
    })?;
    let held = tx.query(
        "SELECT flag_set, key, incident, link, component, action, variant, reason, since, restore_at FROM holds
         ORDER BY since, incident",
        params![],
        hold,
    )?;
    let mut by_flag: HashMap<(String, String), Vec<Hold>> = HashMap::new();
    for hold in held {
        by_flag.entry((hold.set.clone(), hold.key.clone())).or_default().push(hold);
    }
    let switches = by_flag.into_iter().filter_map(|(flag, held)| {
        let switch = summed(&held, lifted.contains(&flag))?;
        Some((flag, switch))
    });
    Ok(switches.collect())
}

/// What holds of flags now, by set and key, for those who evaluate.
pub(crate) fn overlays(tx: &mut Tx<'_>) -> Result<HashMap<(String, String), Overlay>> {
    let pulled = switches(tx)?.into_iter().filter(|(_, switch)| !switch.lifted);
    let overlays = pulled.map(|(flag, switch)| {
        let incident = switch.incidents.into_iter().next().unwrap_or_default();
        (flag, Overlay { action: switch.action, variant: switch.variant, incident })
    });
    Ok(overlays.collect())
}

/// What several holds make of one flag: disabling weighs more than a variant, and then the older counts.
fn summed(held: &[Hold], lifted: bool) -> Option<Switch> {
    let chief = held.iter().find(|hold| hold.action == SwitchAction::Disable).or(held.first())?;
    let waiting = held.iter().all(|hold| hold.restore_at.is_some());
    Some(Switch {
        action: chief.action,
        variant: chief.variant.clone(),
        incidents: held.iter().map(|hold| hold.incident.clone()).collect(),
        reason: chief.reason.clone(),
        since: held.first().map_or(chief.since, |first| first.since),
        lifted,
        restores_at: held.iter().filter_map(|hold| hold.restore_at).max().filter(|_| waiting),
    })
}

fn of_flag(tx: &mut Tx<'_>, set: &str, key: &str) -> Result<Vec<Hold>> {
    tx.query(
        "SELECT flag_set, key, incident, link, component, action, variant, reason, since, restore_at FROM holds
         WHERE flag_set = $1 AND key = $2 ORDER BY since, incident",
        params![set, key],
        hold,
    )
}

fn of_incident(tx: &mut Tx<'_>, incident: &str) -> Result<Vec<Hold>> {
    tx.query(
        "SELECT flag_set, key, incident, link, component, action, variant, reason, since, restore_at FROM holds
         WHERE incident = $1 ORDER BY flag_set, key",
        params![incident],
        hold,
    )
}

fn hold(row: &Row<'_>) -> Result<Hold> {
    Ok(Hold {
        set: row.get("flag_set")?,
        key: row.get("key")?,
        incident: row.get("incident")?,
        link: row.get("link")?,
        component: row.get("component")?,
        action: row.word("action", SwitchAction::parse)?,
        variant: row.get("variant")?,
        reason: row.get("reason")?,
        since: row.get("since")?,
        restore_at: row.get("restore_at")?,
    })
}
