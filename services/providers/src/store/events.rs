//! What providers have announced: kept after it is over, because a feed that no longer lists an incident does
//! not take it back.

use contracts::Status;
use contracts::providers::{ProviderEvent, Reading};
use kit_base::{Page, Timestamp};
use kit_store::{Result, Row, Tx, params};
use kit_web::Paging;

use super::providers::Watched;
use crate::error::Error;

/// Writes down the incidents and maintenances of a reading; those that it no longer names are over.
pub(crate) fn keep(tx: &mut Tx<'_>, provider: &Watched, reading: &Reading) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "UPDATE events SET active = FALSE, ts_update = $2 WHERE provider = $1 AND active",
        params![provider.slug, now],
    )?;
    for incident in &reading.incidents {
        let service = service(&incident.components, &provider.name);
        let (start, update) = (incident.started_at.unwrap_or(now), incident.updated_at.unwrap_or(now));
        let event = Entry {
            id: &incident.id,
            service,
            title: &incident.title,
            status: incident.impact,
            start,
            update,
        };
        save(tx, provider, &event, true, incident.url.as_deref())?;
    }
    for maintenance in &reading.maintenances {
        let service = service(&maintenance.components, &provider.name);
        let start = maintenance.starts_at.unwrap_or(now);
        let (title, status) = (&maintenance.title, Status::UnderMaintenance);
        let event = Entry { id: &maintenance.id, service, title, status, start, update: now };
        save(tx, provider, &event, maintenance.state != "scheduled", maintenance.url.as_deref())?;
    }
    Ok(())
}

struct Entry<'a> {
    id: &'a str,
    service: &'a str,
    title: &'a str,
    status: Status,
    start: Timestamp,
    update: Timestamp,
}

fn service<'a>(components: &'a [String], provider: &'a str) -> &'a str {
    if let [one] = components { one } else { provider }
}

fn save(
    tx: &mut Tx<'_>,
    provider: &Watched,
    event: &Entry<'_>,
    active: bool,
    url: Option<&str>,
) -> Result<()> {
    tx.execute(
        "INSERT INTO events (provider, id, service, title, status, ts_start, ts_update, active, url)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (provider, id) DO UPDATE SET service = $3, title = $4, status = $5, ts_start = $6,
             ts_update = $7, active = $8, url = $9",
        params![
            provider.slug,
            event.id,
            event.service,
            event.title,
            event.status.as_str(),
            event.start,
            event.update,
            active,
            url
        ],
    )
    .map(drop)
}

/// A page of events, newest first.
pub(crate) fn list(
    tx: &mut Tx<'_>,
    active: Option<bool>,
    paging: &Paging,
) -> Result<Page<ProviderEvent>, Error> {
    let count = tx.query_one(
        "SELECT COUNT(*) AS n FROM events WHERE CAST($1 AS BOOLEAN) IS NULL OR active = $1",
        params![active],
        |row| row.get("n"),
    )?;
    let window = paging.window(count).ok_or(Error::NoSuchPage)?;
    let results = tx.query(
        "SELECT provider, service, title, status, ts_start, ts_update, active, url FROM events
         WHERE CAST($1 AS BOOLEAN) IS NULL OR active = $1
         ORDER BY ts_start DESC, provider, id LIMIT $2 OFFSET $3",
        params![active, window.limit, window.offset],
        event,
    )?;
    Ok(paging.page(count, results))
}

fn event(row: &Row<'_>) -> Result<ProviderEvent> {
    Ok(ProviderEvent {
        provider: row.get("provider")?,
        service: row.get("service")?,
        title: row.get("title")?,
        status: row.word("status", Status::parse)?,
        ts_start: row.get("ts_start")?,
        ts_update: row.get("ts_update")?,
        active: row.get("active")?,
        url: row.get("url")?,
    })
}
