//! Taking over the history of another tool, so that doing it again changes only what differs.

use contracts::incidents::{
    ComponentChanged, IncidentChanged, IncidentStatus, LeftOut, Past, PastComponent, PastIncident, PastTaken,
    PastUpdate, Taken,
};
use kit_base::Timestamp;
use kit_store::{Result, Tx, params};

use super::{graph, incidents, search, status, uptime};
use crate::error::Error;
use crate::model::Times;

/// Takes a history over. What cannot be is left out, with the reason, and the rest goes on.
pub(crate) fn take(tx: &mut Tx<'_>, history: &Past, author: &str) -> Result<PastTaken, Error> {
    let mut taken = PastTaken::default();
    for component in &history.components {
        take_component(tx, component, &mut taken.components)?;
    }
    for incident in &history.incidents {
        let times = Times {
            started_at: incident.started_at,
            mitigated_at: incident.mitigated_at,
            resolved_at: incident.resolved_at,
        };
        match times.check(tx.now()) {
            Err((field, rule)) => {
                taken
                    .left_out
                    .push(LeftOut { what: incident.id.clone(), reason: format!("{field}: {rule}") });
            }
            Ok(()) => take_incident(tx, &history.origin, incident, times.status(), author, &mut taken)?,
        }
    }
    Ok(taken)
}

fn take_component(tx: &mut Tx<'_>, new: &PastComponent, taken: &mut Taken) -> Result<()> {
    if graph::exists(tx, &new.slug)? {
        taken.unchanged += 1;
        return Ok(());
    }
    let now = tx.now();
    let start = Some(new.start_date.as_str()).filter(|day| !day.is_empty());
    tx.execute(
        "INSERT INTO components (slug, name, description, group_name, position, visibility, status, since, because,
                                 start_date)
         VALUES ($1, $2, $3, $4, 0, 'public', 'operational', $5, '[]', $6)",
        params![new.slug, new.name, new.description, new.group, now, start],
    )?;
    uptime::begin(tx, &new.slug)?;
    if let Some(start) = start.and_then(Timestamp::of_day) {
        uptime::starts_at(tx, &new.slug, start)?;
    }
    tx.emit(&ComponentChanged { slug: new.slug.clone() })?;
    status::refresh(tx, vec![new.slug.clone()])?;
    taken.created += 1;
    Ok(())
}

/// What is kept of an incident that was taken over before.
#[derive(PartialEq)]
struct Kept {
    title: String,
    sev: i64,
    started_at: Timestamp,
    mitigated_at: Option<Timestamp>,
    resolved_at: Option<Timestamp>,
}

fn take_incident(
    tx: &mut Tx<'_>,
    origin: &str,
    new: &PastIncident,
    status: IncidentStatus,
    author: &str,
    taken: &mut PastTaken,
) -> Result<()> {
    let mut services = Vec::new();
    for slug in &new.services {
        if graph::exists(tx, slug)? {
            services.push(slug.clone());
        } else {
            let reason = format!("There is no component with the slug {slug}, so it is not named.");
            taken.left_out.push(LeftOut { what: new.id.clone(), reason });
        }
    }
    let told = Kept {
        title: new.title.clone(),
        sev: new.sev,
        started_at: new.started_at,
        mitigated_at: new.mitigated_at.or(new.resolved_at),
        resolved_at: new.resolved_at,
    };
    let origin = format!("{origin}:{}", new.id);
    let (id, differs) = match known(tx, &origin)? {
        None => {
            taken.incidents.created += 1;
            (insert(tx, &origin, &told)?, true)
        }
        Some((id, kept)) if kept == told && incidents::components_of(tx, &id)? == services => {
            taken.incidents.unchanged += 1;
            (id, false)
        }
        Some((id, _)) => {
            taken.incidents.changed += 1;
            (id, true)
        }
    };
    if differs {
        write(tx, &id, &told, status, &services)?;
    }
    let mut news = differs;
    for update in &new.updates {
        news |= take_update(tx, &id, update, author, &mut taken.updates)?;
    }
    if !news {
        return Ok(());
    }
    search::index(tx, &id)?;
    tx.emit(&IncidentChanged { id, status })
}

fn known(tx: &mut Tx<'_>, origin: &str) -> Result<Option<(String, Kept)>> {
    tx.query_opt(
        "SELECT id, title, sev, started_at, mitigated_at, resolved_at FROM incidents WHERE origin = $1",
        params![origin],
        |row| {
            let kept = Kept {
                title: row.get("title")?,
                sev: row.get("sev")?,
                started_at: row.get("started_at")?,
                mitigated_at: row.get("mitigated_at")?,
                resolved_at: row.get("resolved_at")?,
            };
            Ok((row.get("id")?, kept))
        },
    )
}

fn insert(tx: &mut Tx<'_>, origin: &str, told: &Kept) -> Result<String> {
    let id = format!("INC-{}", tx.ids().code(8));
    tx.execute(
        "INSERT INTO incidents (id, title, sev, summary, status, source, started_at, opened_at, backfilled, origin)
         VALUES ($1, $2, $3, '', 'open', 'manual', $4, $4, TRUE, $5)",
        params![id, told.title, told.sev, told.started_at, origin],
    )?;
    Ok(id)
}

fn write(tx: &mut Tx<'_>, id: &str, told: &Kept, status: IncidentStatus, services: &[String]) -> Result<()> {
    let (named, weight) = (incidents::components_of(tx, id)?, uptime::weight(tx, id)?);
    tx.execute(
        "UPDATE incidents SET title = $2, sev = $3, status = $4, started_at = $5, mitigated_at = $6, resolved_at = $7
         WHERE id = $1",
        params![id, told.title, told.sev, status.as_str(), told.started_at, told.mitigated_at, told.resolved_at],
    )?;
    tx.execute("DELETE FROM incident_components WHERE incident = $1", params![id])?;
    incidents::name_components(tx, id, services)?;
    uptime::renew(tx, id)?;
    uptime::incident_changed(tx, id, weight)?;
    status::refresh(tx, named.into_iter().chain(services.iter().cloned()).collect())
}

/// True if the entry is new or differed.
fn take_update(
    tx: &mut Tx<'_>,
    incident: &str,
    new: &PastUpdate,
    author: &str,
    taken: &mut Taken,
) -> Result<bool> {
    let known: Option<(i64, String, Timestamp)> = tx.query_opt(
        "SELECT n, message, at FROM timeline WHERE incident = $1 AND origin = $2",
        params![incident, new.id],
        |row| Ok((row.get("n")?, row.get("message")?, row.get("at")?)),
    )?;
    match known {
        None => {
            tx.execute(
                "INSERT INTO timeline (incident, at, type, message, author, origin) VALUES ($1, $2, $3, $4, $5, $6)",
                params![incident, new.at, new.entry_type.as_str(), new.message, author, new.id],
            )?;
            taken.created += 1;
        }
        Some((_, message, at)) if (&message, at) == (&new.message, new.at) => {
            taken.unchanged += 1;
            return Ok(false);
        }
        Some((n, ..)) => {
            tx.execute(
                "UPDATE timeline SET message = $2, at = $3 WHERE n = $1",
                params![n, new.message, new.at],
            )?;
            taken.changed += 1;
        }
    }
    Ok(true)
}
