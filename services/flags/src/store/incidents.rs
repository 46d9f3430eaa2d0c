//! What is known of incidents: told by events, and made sure of by asking.

use contracts::incidents::{self, IncidentChanged, IncidentOpened, IncidentStatus};
use kit_base::Timestamp;
use kit_store::{Result, Row, Tx, json, params};

use super::holds::{self, Policy};
use crate::model::Incident;

/// Worse than nothing: an incident of which only the id is known matches no severity.
const UNKNOWN: i64 = 5;
/// Incidents that are asked for at a time.
const AT_ONCE: i64 = 20;

/// An incident was opened. One that is known already is news only to be made sure of.
pub(crate) fn opened(tx: &mut Tx<'_>, opened: &IncidentOpened, policy: &Policy) -> Result<()> {
    if find(tx, &opened.id)?.is_some() {
        return doubt(tx, &opened.id);
    }
    let incident = Incident {
        id: opened.id.clone(),
        title: opened.title.clone(),
        sev: opened.sev,
        services: opened.services.clone(),
        active: true,
    };
    save(tx, &incident, true)?;
    holds::settle(tx, &incident, policy)
}

/// Something about an incident changed. That it is over takes effect at once; all else is asked for, because the news
/// does not say it, and because it may come late.
pub(crate) fn changed(tx: &mut Tx<'_>, changed: &IncidentChanged, policy: &Policy) -> Result<()> {
    let over = changed.status == IncidentStatus::Resolved;
    let known = find(tx, &changed.id)?;
    let incident = Incident {
        active: known.as_ref().is_some_and(|known| known.active) && !over,
        ..known.unwrap_or_else(|| Incident {
            id: changed.id.clone(),
            title: String::new(),
            sev: UNKNOWN,
            services: Vec::new(),
            active: false,
        })
    };
    save(tx, &incident, true)?;
    if over { holds::settle(tx, &incident, policy) } else { Ok(()) }
}

/// What the incidents service says now; `words` is what had been heard when it was asked. If there was news meanwhile,
/// the answer may be older than that, and it is asked again.
pub(crate) fn made_sure(
    tx: &mut Tx<'_>,
    id: &str,
    answer: Option<&incidents::Incident>,
    words: i64,
    policy: &Policy,
) -> Result<()> {
    if self::words(tx, id)? != words {
        return Ok(());
    }
    let known = find(tx, id)?;
    let Some(answer) = answer else {
        // It is hidden from us, or gone; what the news said of it stands.
        return known.map_or(Ok(()), |known| save(tx, &known, false));
    };
    // Incidents only ever name more components, and we may not see all of them.
    let mut services = known.map(|known| known.services).unwrap_or_default();
    let more: Vec<String> =
        answer.services.iter().filter(|service| !services.contains(service)).cloned().collect();
    services.extend(more);
    let active = answer.status != IncidentStatus::Resolved;
    let incident =
        Incident { id: id.to_owned(), title: answer.title.clone(), sev: answer.sev, services, active };
    save(tx, &incident, false)?;
    holds::settle(tx, &incident, policy)
}

/// How often there was news of the incident; 0 if it is not known.
pub(crate) fn words(tx: &mut Tx<'_>, id: &str) -> Result<i64> {
    let words =
        tx.query_opt("SELECT words FROM known_incidents WHERE id = $1", params![id], |row| row.get("words"))?;
    Ok(words.unwrap_or(0))
}

/// Incidents to be made sure of, each with how often there was news of it.
pub(crate) fn doubtful(tx: &mut Tx<'_>) -> Result<Vec<(String, i64)>> {
    tx.query(
        "SELECT id, words FROM known_incidents WHERE doubtful ORDER BY heard_at, id LIMIT $1",
        params![AT_ONCE],
        |row| Ok((row.get("id")?, row.get("words")?)),
    )
}

/// The ids of the incidents that go on, as far as is known, each with how often there was news of it.
pub(crate) fn believed(tx: &mut Tx<'_>) -> Result<Vec<(i64, String)>> {
    tx.query("SELECT id, words FROM known_incidents WHERE active ORDER BY id", params![], |row| {
        Ok((row.get("words")?, row.get("id")?))
    })
}

/// Every incident that goes on.
pub(crate) fn active(tx: &mut Tx<'_>) -> Result<Vec<Incident>> {
    tx.query(
        "SELECT id, title, sev, services, active FROM known_incidents WHERE active ORDER BY heard_at, id",
        params![],
        incident,
    )
}

/// Whatever is known of it may be out of date.
pub(crate) fn doubt(tx: &mut Tx<'_>, id: &str) -> Result<()> {
    tx.execute("UPDATE known_incidents SET doubtful = TRUE, words = words + 1 WHERE id = $1", params![id])
        .map(drop)
}

/// Forgets incidents that are over since long before.
pub(crate) fn forget_before(tx: &mut Tx<'_>, moment: Timestamp) -> Result<u64> {
    tx.execute("DELETE FROM known_incidents WHERE NOT active AND heard_at < $1", params![moment])
}

fn find(tx: &mut Tx<'_>, id: &str) -> Result<Option<Incident>> {
    tx.query_opt(
        "SELECT id, title, sev, services, active FROM known_incidents WHERE id = $1",
        params![id],
        incident,
    )
}

fn save(tx: &mut Tx<'_>, incident: &Incident, doubtful: bool) -> Result<()> {
    let (services, now) = (json(&incident.services)?, tx.now());
    tx.execute(
        "INSERT INTO known_incidents (id, title, sev, services, active, doubtful, words, heard_at)
         VALUES ($1, $2, $3, $4, $5, $6, 1, $7)
         ON CONFLICT (id) DO UPDATE SET title = excluded.title, sev = excluded.sev, services = excluded.services,
             active = excluded.active, doubtful = excluded.doubtful, words = known_incidents.words + 1,
             heard_at = excluded.heard_at",
        params![incident.id, incident.title, incident.sev, services, incident.active, doubtful, now],
    )
    .map(drop)
}

fn incident(row: &Row<'_>) -> Result<Incident> {
    Ok(Incident {
        id: row.get("id")?,
        title: row.get("title")?,
        sev: row.get("sev")?,
        services: row.json("services")?,
        active: row.get("active")?,
    })
}
