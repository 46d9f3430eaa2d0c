//! Incidents: opened by people or by signals, written down afterwards, listed, found.

use contracts::incidents::{
    EntryType, Incident, IncidentOpened, IncidentStatus, NewIncident, PostmortemState,
};
use contracts::signals::Signal;
use kit_base::{Page, Timestamp};
use kit_store::{Result, Row, Tx, params, search};
use kit_web::Paging;

use super::timeline::{self, Line};
use super::{graph, merging, status, templates, uptime, work};
use crate::error::Error;
use crate::model::{Times, severity};

/// What a list of incidents is narrowed to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filter {
    pub status: Option<IncidentStatus>,
    pub sev: Option<i64>,
    pub service: Option<String>,
    pub source: Option<String>,
    /// Began at this moment or later.
    pub from: Option<Timestamp>,
    /// Began before this moment.
    pub to: Option<Timestamp>,
    /// Words that all are to be found.
    pub q: Option<String>,
    /// What comes first, as the API says it.
    pub order: &'static str,
    /// Leave out what concerns internal components alone.
    pub public_only: bool,
}

/// Opens an incident that a person or a program reports, or writes down one that is over.
pub(crate) fn create(tx: &mut Tx<'_>, new: &NewIncident, author: &str) -> Result<Incident, Error> {
    let (new, update) = templates::apply(tx, new)?;
    let summary = new.summary.as_deref().unwrap_or_default();
    let source = new.source.as_deref().unwrap_or("manual");
    let services = new.services.as_deref().unwrap_or_default();
    let now = tx.now();
    let started_at = new.started_at.unwrap_or(now);
    let told = Times { started_at, mitigated_at: new.mitigated_at, resolved_at: new.resolved_at };
    told.check(now).map_err(|(field, rule)| Error::Field(field, rule))?;
    let times = Times { mitigated_at: new.mitigated_at.or(new.resolved_at), ..told };
    check_services(tx, services, started_at)?;
    let id =
        insert(tx, Opening { title: &new.title, sev: new.sev, summary, source, cause: None, started_at })?;
    name_components(tx, &id, services)?;
    if times.status() == IncidentStatus::Open {
        announce(tx, &id, source, services)?;
        timeline::add(
            tx,
            &id,
            IncidentStatus::Open,
            &Line::by(author, EntryType::Change, "Incident opened."),
        )?;
        work::acknowledge(tx, &id)?;
    } else {
        write_down(tx, &id, &times, author)?;
    }
    if !update.is_empty() {
        timeline::add(tx, &id, times.status(), &Line::by(author, EntryType::Update, &update))?;
    }
    work::follow(tx, &id, author)?;
    uptime::incident_changed(tx, &id, None)?;
    status::refresh(tx, services.to_vec())?;
    find(tx, &id)
}

/// An incident that is written down when it is over, or nearly: no news, but a past.
fn write_down(tx: &mut Tx<'_>, id: &str, times: &Times, author: &str) -> Result<()> {
    tx.execute(
        "UPDATE incidents SET status = $2, mitigated_at = $3, resolved_at = $4, backfilled = TRUE WHERE id = $1",
        params![id, times.status().as_str(), times.mitigated_at, times.resolved_at],
    )?;
    timeline::add(tx, id, times.status(), &Line::by(author, EntryType::Change, "Written down afterwards."))
}

/// Refuses components that are not there, and incidents before their time.
pub(crate) fn check_services(
    tx: &mut Tx<'_>,
    services: &[String],
    started_at: Timestamp,
) -> Result<(), Error> {
    for slug in services {
        let start: Option<Option<String>> =
            tx.query_opt("SELECT start_date FROM components WHERE slug = $1", params![slug], |row| {
                row.get("start_date")
            })?;
        let Some(start) = start else {
            return Err(Error::Field("services", format!("There is no component with the slug {slug}.")));
        };
        if let Some(day) = start.filter(|day| Timestamp::of_day(day).is_some_and(|start| started_at < start))
        {
            return Err(Error::Field(
                "started_at",
                format!("{slug} went into service on {day}, after that."),
            ));
        }
    }
    Ok(())
}

/// Opens an incident of which `signal` is the first evidence; returns its id.
pub(crate) fn open_for(tx: &mut Tx<'_>, signal: &Signal, cause: &str) -> Result<String> {
    let (title, sev, source) = (signal.title.as_str(), severity(signal.level), signal.source.as_str());
    let opening = Opening { title, sev, summary: "", source, cause: Some(cause), started_at: signal.since };
    let id = insert(tx, opening)?;
    let services = graph::reached_from(tx, &signal.component)?;
    name_components(tx, &id, &services)?;
    announce(tx, &id, source, &services)?;
    Ok(id)
}

struct Opening<'a> {
    title: &'a str,
    sev: i64,
    summary: &'a str,
    source: &'a str,
    cause: Option<&'a str>,
    started_at: Timestamp,
}

fn insert(tx: &mut Tx<'_>, new: Opening<'_>) -> Result<String> {
    let (id, now) = (format!("INC-{}", tx.ids().code(8)), tx.now());
    tx.execute(
        "INSERT INTO incidents (id, title, sev, summary, status, source, cause, started_at, opened_at)
         VALUES ($1, $2, $3, $4, 'open', $5, $6, $7, $8)",
        params![id, new.title, new.sev, new.summary, new.source, new.cause, new.started_at, now],
    )?;
    Ok(id)
}

/// Tells everybody who listens that there is a new incident.
fn announce(tx: &mut Tx<'_>, id: &str, source: &str, services: &[String]) -> Result<()> {
    let (title, sev) =
        tx.query_one("SELECT title, sev FROM incidents WHERE id = $1", params![id], |row| {
            Ok((row.get("title")?, row.get("sev")?))
        })?;
    let (id, source) = (id.to_owned(), source.to_owned());
    tx.emit(&IncidentOpened { id, title, sev, services: services.to_vec(), source })
}

/// The incident names these components from now on, beside those it named before.
pub(crate) fn name_components(tx: &mut Tx<'_>, id: &str, components: &[String]) -> Result<()> {
    let named = components_of(tx, id)?;
    let new: Vec<String> = components.iter().filter(|slug| !named.contains(slug)).cloned().collect();
    for (place, component) in (named.len() as i64..).zip(&new) {
        tx.execute(
            "INSERT INTO incident_components (incident, component, place) VALUES ($1, $2, $3)
             ON CONFLICT (incident, component) DO NOTHING",
            params![id, component, place],
        )?;
    }
    uptime::named(tx, id, &new)
}

/// The incident is at least as bad as this.
pub(crate) fn worsen(tx: &mut Tx<'_>, id: &str, sev: i64) -> Result<()> {
    tx.execute("UPDATE incidents SET sev = $2 WHERE id = $1 AND sev > $2", params![id, sev]).map(drop)
}

/// Writes an entry into the timeline.
pub(crate) fn write_entry(tx: &mut Tx<'_>, id: &str, line: &Line<'_>) -> Result<Incident, Error> {
    let status = status_of(tx, id)?.ok_or(Error::NotFound)?;
    if line.at.is_some_and(|at| at > tx.now()) {
        return Err(Error::Field("at", "It lies in the future.".to_owned()));
    }
    timeline::add(tx, id, status, line)?;
    if let Some(author) = line.author {
        work::follow(tx, id, author)?;
        work::acknowledge(tx, id)?;
    }
    find(tx, id)
}

/// The status of an incident that may still be changed; one that was merged into another goes on there.
pub(crate) fn may_change(tx: &mut Tx<'_>, id: &str) -> Result<IncidentStatus, Error> {
    let merged: Option<Option<String>> =
        tx.query_opt("SELECT merged_into FROM incidents WHERE id = $1", params![id], |row| {
            row.get("merged_into")
        })?;
    match merged {
        None => Err(Error::NotFound),
        Some(Some(into)) => Err(Error::Merged(into)),
        Some(None) => status_of(tx, id)?.ok_or(Error::NotFound),
    }
}

/// Where the incident is in its life; `None` if there is no such incident.
pub(crate) fn status_of(tx: &mut Tx<'_>, id: &str) -> Result<Option<IncidentStatus>> {
    tx.query_opt("SELECT status FROM incidents WHERE id = $1", params![id], |row| {
        row.word("status", IncidentStatus::parse)
    })
}

/// Whether another incident of the same cause goes on, so that this one cannot be opened again beside it.
pub(crate) fn has_successor(tx: &mut Tx<'_>, id: &str) -> Result<bool> {
    let others: i64 = tx.query_one(
        "SELECT COUNT(*) AS n FROM incidents i JOIN incidents other ON other.cause = i.cause
         WHERE i.id = $1 AND other.id <> i.id AND other.status <> 'resolved'",
        params![id],
        |row| row.get("n"),
    )?;
    Ok(others > 0)
}

/// The slugs of the components that the incident names.
pub(crate) fn components_of(tx: &mut Tx<'_>, id: &str) -> Result<Vec<String>> {
    tx.query(
        "SELECT component FROM incident_components WHERE incident = $1 ORDER BY place, component",
        params![id],
        |row| row.get("component"),
    )
}

/// Of those, the ones that the public may know of.
fn public_components_of(tx: &mut Tx<'_>, id: &str) -> Result<Vec<String>> {
    tx.query(
        "SELECT n.component FROM incident_components n LEFT JOIN components c ON c.slug = n.component
         WHERE n.incident = $1 AND (c.visibility IS NULL OR c.visibility = 'public') ORDER BY n.place, n.component",
        params![id],
        |row| row.get("component"),
    )
}

/// The incident with that id.
pub(crate) fn find(tx: &mut Tx<'_>, id: &str) -> Result<Incident, Error> {
    let found = tx.query_opt(
        "SELECT id, title, sev, summary, status, source, started_at, opened_at, acknowledged_at, mitigated_at, resolved_at,
                commander, merged_into, postmortem
         FROM incidents WHERE id = $1",
        params![id],
        incident,
    )?;
    Ok(whole(tx, found.ok_or(Error::NotFound)?, false)?)
}

/// The same for the public: without notes, without internal components, and not at all if it names only such.
pub(crate) fn find_public(tx: &mut Tx<'_>, id: &str) -> Result<Incident, Error> {
    let incident = find(tx, id)?;
    if is_hidden(tx, id)? { Err(Error::NotFound) } else { Ok(whole(tx, incident, true)?) }
}

/// Whether the incident is nothing to the public: it names components, and only internal ones.
fn is_hidden(tx: &mut Tx<'_>, id: &str) -> Result<bool> {
    Ok(!components_of(tx, id)?.is_empty() && public_components_of(tx, id)?.is_empty())
}

/// A page of incidents.
pub(crate) fn list(tx: &mut Tx<'_>, filter: &Filter, paging: &Paging) -> Result<Page<Incident>, Error> {
    let status = filter.status.map(IncidentStatus::as_str);
    let Filter { sev, service, source, from, to, public_only, order, .. } = filter;
    let q = filter.q.as_deref().map(search::query);
    let count = tx.query_one(
        "SELECT COUNT(*) AS n FROM incidents i
         WHERE (CAST($1 AS TEXT) IS NULL OR i.status = $1) AND (CAST($2 AS BIGINT) IS NULL OR i.sev = $2)
           AND (CAST($3 AS TEXT) IS NULL
                OR EXISTS (SELECT 1 FROM incident_components n WHERE n.incident = i.id AND n.component = $3))
           AND (CAST($4 AS TEXT) IS NULL
                OR i.id IN (SELECT t.incident FROM incident_texts t
                            WHERE t.internal <> $5 AND t.n IN (SEARCHED(incident_words, $4))))
           AND (NOT $5 OR NOT EXISTS (SELECT 1 FROM incident_components n WHERE n.incident = i.id)
                OR EXISTS (SELECT 1 FROM incident_components n LEFT JOIN components c ON c.slug = n.component
                           WHERE n.incident = i.id AND (c.visibility IS NULL OR c.visibility = 'public')))
           AND (CAST($6 AS TEXT) IS NULL OR i.source = $6)
           AND (CAST($7 AS BIGINT) IS NULL OR i.started_at >= $7) AND (CAST($8 AS BIGINT) IS NULL OR i.started_at < $8)",
        params![status, sev, service, q, public_only, source, from, to],
        |row| row.get("n"),
    )?;
    let window = paging.window(count).ok_or(Error::NoSuchPage)?;
    let found = tx.query(
        "SELECT id, title, sev, summary, status, source, started_at, opened_at, acknowledged_at, mitigated_at, resolved_at,
                commander, merged_into, postmortem
         FROM incidents i
         WHERE (CAST($1 AS TEXT) IS NULL OR i.status = $1) AND (CAST($2 AS BIGINT) IS NULL OR i.sev = $2)
           AND (CAST($3 AS TEXT) IS NULL
                OR EXISTS (SELECT 1 FROM incident_components n WHERE n.incident = i.id AND n.component = $3))
           AND (CAST($4 AS TEXT) IS NULL
                OR i.id IN (SELECT t.incident FROM incident_texts t
                            WHERE t.internal <> $5 AND t.n IN (SEARCHED(incident_words, $4))))
           AND (NOT $5 OR NOT EXISTS (SELECT 1 FROM incident_components n WHERE n.incident = i.id)
                OR EXISTS (SELECT 1 FROM incident_components n LEFT JOIN components c ON c.slug = n.component
                           WHERE n.incident = i.id AND (c.visibility IS NULL OR c.visibility = 'public')))
           AND (CAST($6 AS TEXT) IS NULL OR i.source = $6)
           AND (CAST($7 AS BIGINT) IS NULL OR i.started_at >= $7) AND (CAST($8 AS BIGINT) IS NULL OR i.started_at < $8)
         ORDER BY CASE CAST($9 AS TEXT) WHEN 'started_at' THEN i.started_at WHEN 'sev' THEN i.sev WHEN '-sev' THEN -i.sev
                      WHEN 'resolved_at' THEN COALESCE(i.resolved_at, 9223372036854775807)
                      WHEN '-resolved_at' THEN COALESCE(-i.resolved_at, 9223372036854775807) END,
                  i.started_at DESC, i.id DESC LIMIT $10 OFFSET $11",
        params![status, sev, service, q, public_only, source, from, to, order, window.limit, window.offset],
        incident,
    )?;
    let results: Result<Vec<Incident>> =
        found.into_iter().map(|found| whole(tx, found, *public_only)).collect();
    Ok(paging.page(count, results?))
}

fn whole(tx: &mut Tx<'_>, mut incident: Incident, public: bool) -> Result<Incident> {
    incident.timeline = timeline::of(tx, &incident.id)?;
    incident.links = merging::connections_of(tx, &incident.id)?;
    if public {
        return for_public(tx, incident);
    }
    incident.services = components_of(tx, &incident.id)?;
    incident.followers = work::followers(tx, &incident.id)?;
    incident.responders = work::responders(tx, &incident.id)?;
    incident.tasks = work::tasks(tx, &incident.id)?;
    Ok(incident)
}

/// What everybody may know: what happened and what was learned, not who did what.
fn for_public(tx: &mut Tx<'_>, mut incident: Incident) -> Result<Incident> {
    incident.services = public_components_of(tx, &incident.id)?;
    incident.timeline.retain(|entry| entry.entry_type != EntryType::Note);
    for entry in &mut incident.timeline {
        entry.author = None;
        entry.evidence = None;
    }
    let mut shown = Vec::new();
    for link in std::mem::take(&mut incident.links) {
        if !is_hidden(tx, &link.incident)? {
            shown.push(link);
        }
    }
    let published = incident.postmortem.filter(|postmortem| postmortem.state == PostmortemState::Published);
    let followers = Vec::new();
    let (responders, tasks) = (Vec::new(), Vec::new());
    let acknowledged_at = None;
    Ok(Incident {
        links: shown,
        postmortem: published,
        commander: None,
        followers,
        responders,
        tasks,
        acknowledged_at,
        ..incident
    })
}

fn incident(row: &Row<'_>) -> Result<Incident> {
    let postmortem: Option<String> = row.get("postmortem")?;
    Ok(Incident {
        id: row.get("id")?,
        title: row.get("title")?,
        sev: row.get("sev")?,
        summary: row.get("summary")?,
        status: row.word("status", IncidentStatus::parse)?,
        source: row.get("source")?,
        started_at: row.get("started_at")?,
        detected_at: row.get("opened_at")?,
        acknowledged_at: row.get("acknowledged_at")?,
        mitigated_at: row.get("mitigated_at")?,
        resolved_at: row.get("resolved_at")?,
        commander: row.get("commander")?,
        merged_into: row.get("merged_into")?,
        postmortem: postmortem.and_then(|text| serde_json::from_str(&text).ok()),
        ..Incident::default()
    })
}
