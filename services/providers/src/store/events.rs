//! What providers have announced: kept after it is over, because a feed that no longer lists an incident does
//! not take it back.

use std::collections::HashSet;

use contracts::Status;
use contracts::providers::{Part, ProviderEvent, ProviderEventKind, Reading};
use kit_base::{Page, Timestamp};
use kit_store::{Result, Row, Tx, json, params};
use kit_web::Paging;

use super::providers::Watched;
use crate::error::Error;

/// What a list of events is narrowed to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filter {
    pub active: Option<bool>,
    pub provider: Option<String>,
    pub kind: Option<ProviderEventKind>,
    pub status: Option<Status>,
    /// Began at this moment or later.
    pub from: Option<Timestamp>,
    /// Began before this moment.
    pub to: Option<Timestamp>,
}

/// Writes down the incidents and maintenances of a reading; those that it no longer names are over. What the feed does
/// not tell of goes on as it was.
pub(super) fn keep(tx: &mut Tx<'_>, provider: &Watched, reading: &Reading) -> Result<()> {
    let (now, slug) = (tx.now(), provider.feed.slug.as_str());
    for (part, kind) in
        [(Part::Incidents, ProviderEventKind::Incident), (Part::Maintenances, ProviderEventKind::Maintenance)]
    {
        if !reading.not_told.contains(&part) {
            end(tx, slug, kind, reading, now)?;
        }
    }
    for incident in &reading.incidents {
        let event = Entry {
            id: &incident.id,
            kind: ProviderEventKind::Incident,
            components: &incident.components,
            title: &incident.title,
            state: &incident.state,
            status: incident.impact,
            // What goes on cannot begin tomorrow, whatever the provider's clock says.
            start: incident.started_at.unwrap_or(now).min(now),
            update: incident.updated_at.unwrap_or(now).min(now),
            active: true,
            url: incident.url.as_deref(),
        };
        save(tx, provider, &event)?;
    }
    for maintenance in &reading.maintenances {
        let event = Entry {
            id: &maintenance.id,
            kind: ProviderEventKind::Maintenance,
            components: &maintenance.components,
            title: &maintenance.title,
            state: &maintenance.state,
            status: Status::UnderMaintenance,
            start: maintenance.starts_at.unwrap_or(now),
            update: now,
            active: maintenance.state != "scheduled",
            url: maintenance.url.as_deref(),
        };
        save(tx, provider, &event)?;
    }
    Ok(())
}

/// What went on and is not named any more has ended.
fn end(
    tx: &mut Tx<'_>,
    slug: &str,
    kind: ProviderEventKind,
    reading: &Reading,
    now: Timestamp,
) -> Result<()> {
    let open: Vec<String> = tx.query(
        "SELECT id FROM events WHERE provider = $1 AND kind = $2 AND active",
        params![slug, kind.as_str()],
        |row| row.get("id"),
    )?;
    let named: HashSet<&str> = match kind {
        ProviderEventKind::Incident => {
            reading.incidents.iter().map(|incident| incident.id.as_str()).collect()
        }
        ProviderEventKind::Maintenance => {
            reading.maintenances.iter().map(|works| works.id.as_str()).collect()
        }
    };
    for id in open.iter().filter(|id| !named.contains(id.as_str())) {
        tx.execute(
            "UPDATE events SET active = FALSE, ts_update = $3, ts_end = $3 WHERE provider = $1 AND id = $2",
            params![slug, id, now],
        )?;
    }
    Ok(())
}

struct Entry<'a> {
    id: &'a str,
    kind: ProviderEventKind,
    components: &'a [String],
    title: &'a str,
    state: &'a str,
    status: Status,
    start: Timestamp,
    update: Timestamp,
    active: bool,
    url: Option<&'a str>,
}

fn save(tx: &mut Tx<'_>, provider: &Watched, event: &Entry<'_>) -> Result<()> {
    let service = if let [one] = event.components { one } else { &provider.name };
    tx.execute(
        "INSERT INTO events (provider, id, kind, service, components, title, state, status, ts_start, ts_update, active, url)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         ON CONFLICT (provider, id) DO UPDATE SET kind = $3, service = $4, components = $5, title = $6, state = $7,
             status = $8, ts_start = $9, ts_update = $10, active = $11, url = $12, ts_end = NULL",
        params![
            provider.feed.slug,
            event.id,
            event.kind.as_str(),
            service,
            json(&event.components)?,
            event.title,
            event.state,
            event.status.as_str(),
            event.start,
            event.update,
            event.active,
            event.url
        ],
    )
    .map(drop)
}

/// Forgets what was over before `limit`.
pub(super) fn forget(tx: &mut Tx<'_>, limit: Timestamp) -> Result<()> {
    tx.execute("DELETE FROM events WHERE ts_end < $1", params![limit]).map(drop)
}

/// A page of events, newest first.
pub(crate) fn list(tx: &mut Tx<'_>, filter: &Filter, paging: &Paging) -> Result<Page<ProviderEvent>, Error> {
    let Filter { active, provider, kind, status, from, to } = filter;
    let (kind, status) = (kind.map(ProviderEventKind::as_str), status.map(Status::as_str));
    let count = tx.query_one(
        "SELECT COUNT(*) AS n FROM events
         WHERE (CAST($1 AS BOOLEAN) IS NULL OR active = $1) AND (CAST($2 AS TEXT) IS NULL OR provider = $2)
           AND (CAST($3 AS TEXT) IS NULL OR kind = $3) AND (CAST($4 AS TEXT) IS NULL OR status = $4)
           AND (CAST($5 AS BIGINT) IS NULL OR ts_start >= $5) AND (CAST($6 AS BIGINT) IS NULL OR ts_start < $6)",
        params![active, provider, kind, status, from, to],
        |row| row.get("n"),
    )?;
    let window = paging.window(count).ok_or(Error::NoSuchPage)?;
    let results = tx.query(
        "SELECT provider, id, kind, service, components, title, state, status, ts_start, ts_update, active, ts_end, url
         FROM events
         WHERE (CAST($1 AS BOOLEAN) IS NULL OR active = $1) AND (CAST($2 AS TEXT) IS NULL OR provider = $2)
           AND (CAST($3 AS TEXT) IS NULL OR kind = $3) AND (CAST($4 AS TEXT) IS NULL OR status = $4)
           AND (CAST($5 AS BIGINT) IS NULL OR ts_start >= $5) AND (CAST($6 AS BIGINT) IS NULL OR ts_start < $6)
         ORDER BY ts_start DESC, provider, id LIMIT $7 OFFSET $8",
        params![active, provider, kind, status, from, to, window.limit, window.offset],
        event,
    )?;
    Ok(paging.page(count, results))
}

/// The incidents of watched providers that went on since `from`, oldest first; at most `most`, the newest.
pub(super) fn harmful_since(tx: &mut Tx<'_>, from: Timestamp, most: i64) -> Result<Vec<ProviderEvent>> {
    let mut found = tx.query(
        "SELECT provider, id, kind, service, components, title, state, status, ts_start, ts_update, active, ts_end, url
         FROM events WHERE kind = 'incident' AND status <> 'operational' AND (active OR ts_end > $1)
         ORDER BY ts_start DESC, provider, id LIMIT $2",
        params![from, most],
        event,
    )?;
    found.reverse();
    Ok(found)
}

fn event(row: &Row<'_>) -> Result<ProviderEvent> {
    Ok(ProviderEvent {
        provider: row.get("provider")?,
        id: row.get("id")?,
        kind: row.word("kind", ProviderEventKind::parse)?,
        service: row.get("service")?,
        components: row.json("components")?,
        title: row.get("title")?,
        state: row.get("state")?,
        status: row.word("status", Status::parse)?,
        ts_start: row.get("ts_start")?,
        ts_update: row.get("ts_update")?,
        active: row.get("active")?,
        ts_end: row.get("ts_end")?,
        url: row.get("url")?,
    })
}
