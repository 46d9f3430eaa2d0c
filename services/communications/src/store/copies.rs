//! The copy of what the incidents service shows to everybody. Nothing is written where nothing has changed, so that
//! answers made from it stay good.

use std::collections::BTreeSet;

use contracts::incidents::{Component, Incident, IncidentStatus};
use kit_base::Timestamp;
use kit_store::{Result, Tx, json, params};
use serde::{Deserialize, Serialize};

/// What a question is about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    Component,
    Incident,
    Maintenance,
}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Kind::Component => "component",
            Kind::Incident => "incident",
            Kind::Maintenance => "maintenance",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        [Kind::Component, Kind::Incident, Kind::Maintenance].into_iter().find(|kind| kind.as_str() == word)
    }
}

/// Something to ask the incidents service.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    pub kind: Kind,
    pub id: String,
    /// How often it has come up, to know whether it came up again meanwhile.
    n: i64,
}

/// What is kept of an incident: what everybody may see, without its timeline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct IncidentCopy {
    pub id: String,
    pub title: String,
    pub sev: i64,
    pub status: IncidentStatus,
    pub summary: String,
    pub services: Vec<String>,
    pub started_at: Timestamp,
    pub mitigated_at: Option<Timestamp>,
    pub resolved_at: Option<Timestamp>,
}

impl From<&Incident> for IncidentCopy {
    fn from(incident: &Incident) -> Self {
        Self {
            id: incident.id.clone(),
            title: incident.title.clone(),
            sev: incident.sev,
            status: incident.status,
            summary: incident.summary.clone(),
            services: incident.services.clone(),
            started_at: incident.started_at,
            mitigated_at: incident.mitigated_at,
            resolved_at: incident.resolved_at,
        }
    }
}

/// Notes that this is to be asked for.
pub(crate) fn ask(tx: &mut Tx<'_>, kind: Kind, id: &str) -> Result<()> {
    tx.execute(
        "INSERT INTO questions (kind, id, n) VALUES ($1, $2, 1)
         ON CONFLICT (kind, id) DO UPDATE SET n = questions.n + 1",
        params![kind.as_str(), id],
    )
    .map(drop)
}

/// Some of the open questions.
pub(crate) fn questions(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<Question>> {
    tx.query("SELECT kind, id, n FROM questions ORDER BY kind, id LIMIT $1", params![limit], |row| {
        Ok(Question { kind: row.word("kind", Kind::parse)?, id: row.get("id")?, n: row.get("n")? })
    })
}

/// A question is gone when it was answered and nothing was told meanwhile.
pub(crate) fn answered(tx: &mut Tx<'_>, question: &Question) -> Result<()> {
    tx.execute(
        "DELETE FROM questions WHERE kind = $1 AND id = $2 AND n = $3",
        params![question.kind.as_str(), question.id, question.n],
    )
    .map(drop)
}

/// The component as everybody sees it, or that nobody does.
pub(crate) fn answer_component(
    tx: &mut Tx<'_>,
    question: &Question,
    answer: Option<&Component>,
) -> Result<()> {
    match answer {
        Some(component) => put_component(tx, component)?,
        None => remove_component(tx, &question.id)?,
    }
    answered(tx, question)
}

/// The incident as everybody sees it, or that nobody does.
pub(crate) fn answer_incident(tx: &mut Tx<'_>, question: &Question, answer: Option<&Incident>) -> Result<()> {
    match answer {
        Some(incident) => put_incident(tx, &incident.into())?,
        None => remove_incident(tx, &question.id)?,
    }
    answered(tx, question)
}

/// All there is: what is not among it is gone, and incidents that are no longer open are asked for by themselves.
pub(crate) fn replace(tx: &mut Tx<'_>, components: &[Component], incidents: &[Incident]) -> Result<()> {
    let slugs: BTreeSet<&str> = components.iter().map(|component| component.slug.as_str()).collect();
    for gone in slugs_known(tx)?.iter().filter(|slug| !slugs.contains(slug.as_str())) {
        remove_component(tx, gone)?;
    }
    for component in components {
        put_component(tx, component)?;
    }
    let ids: BTreeSet<&str> = incidents.iter().map(|incident| incident.id.as_str()).collect();
    for other in unresolved(tx)?.iter().filter(|id| !ids.contains(id.as_str())) {
        ask(tx, Kind::Incident, other)?;
    }
    for incident in incidents {
        put_incident(tx, &incident.into())?;
    }
    let now = tx.now();
    tx.execute(
        "INSERT INTO knowledge (id, seen_at, stale) VALUES (1, $1, FALSE)
         ON CONFLICT (id) DO UPDATE SET seen_at = $1, stale = FALSE",
        params![now],
    )
    .map(drop)
}

/// Whether nothing was heard since `moment`, and nobody has said so yet.
pub(crate) fn would_be_stale(tx: &mut Tx<'_>, moment: Timestamp) -> Result<bool> {
    let found =
        tx.query_opt("SELECT id FROM knowledge WHERE seen_at <= $1 AND NOT stale", params![moment], |row| {
            row.get::<i64>("id")
        })?;
    Ok(found.is_some())
}

/// What is known is too old to be shown as it is.
pub(crate) fn set_stale(tx: &mut Tx<'_>) -> Result<()> {
    tx.execute("UPDATE knowledge SET stale = TRUE WHERE NOT stale", params![]).map(drop)
}

fn put_component(tx: &mut Tx<'_>, component: &Component) -> Result<()> {
    let (body, now) = (json(component)?, tx.now());
    tx.execute(
        "INSERT INTO components (slug, body, first_seen, changed_at) VALUES ($1, $2, $3, $3)
         ON CONFLICT (slug) DO UPDATE SET body = excluded.body, changed_at = excluded.changed_at
         WHERE components.body <> excluded.body",
        params![component.slug, body, now],
    )
    .map(drop)
}

fn remove_component(tx: &mut Tx<'_>, slug: &str) -> Result<()> {
    tx.execute("DELETE FROM components WHERE slug = $1", params![slug]).map(drop)
}

/// Keeps the incident as it is here.
pub(crate) fn put_incident(tx: &mut Tx<'_>, incident: &IncidentCopy) -> Result<()> {
    let (body, now) = (json(incident)?, tx.now());
    let changed = tx.execute(
        "INSERT INTO incidents (id, status, started_at, body, changed_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (id) DO UPDATE SET status = excluded.status, started_at = excluded.started_at,
           body = excluded.body, changed_at = excluded.changed_at
         WHERE incidents.body <> excluded.body",
        params![incident.id, incident.status.as_str(), incident.started_at, body, now],
    )?;
    if changed > 0 {
        tx.execute("DELETE FROM incident_components WHERE incident = $1", params![incident.id])?;
        for component in &incident.services {
            tx.execute(
                "INSERT INTO incident_components (incident, component) VALUES ($1, $2)
                 ON CONFLICT (incident, component) DO NOTHING",
                params![incident.id, component],
            )?;
        }
    }
    Ok(())
}

fn remove_incident(tx: &mut Tx<'_>, id: &str) -> Result<()> {
    tx.execute("DELETE FROM incident_components WHERE incident = $1", params![id])?;
    tx.execute("DELETE FROM incidents WHERE id = $1", params![id]).map(drop)
}

fn slugs_known(tx: &mut Tx<'_>) -> Result<Vec<String>> {
    tx.query("SELECT slug FROM components", params![], |row| row.get("slug"))
}

fn unresolved(tx: &mut Tx<'_>) -> Result<Vec<String>> {
    tx.query("SELECT id FROM incidents WHERE status <> 'resolved'", params![], |row| row.get("id"))
}

/// The incident, if it is known here.
pub(crate) fn incident(tx: &mut Tx<'_>, id: &str) -> Result<Option<IncidentCopy>> {
    tx.query_opt("SELECT body FROM incidents WHERE id = $1", params![id], |row| row.json("body"))
}

/// The first of these slugs that no component has.
pub(crate) fn unknown_component(tx: &mut Tx<'_>, slugs: &[String]) -> Result<Option<String>> {
    for slug in slugs {
        let found: Option<String> =
            tx.query_opt("SELECT slug FROM components WHERE slug = $1", params![slug], |row| {
                row.get("slug")
            })?;
        if found.is_none() {
            return Ok(Some(slug.clone()));
        }
    }
    Ok(None)
}
