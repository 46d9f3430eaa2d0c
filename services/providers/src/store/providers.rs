//! The providers that are watched: added, changed, removed, listed, and found when their time has come.

use contracts::Status;
use contracts::providers::{NewProvider, Provider, ProviderChanged, Reading};
use contracts::signals::{SignalCleared, WatchChanged};
use kit_base::{Page, Timestamp, slug};
use kit_store::{Result, Row, Tx, params};
use kit_web::Paging;

use crate::error::Error;
use crate::fetch::Validators;
use crate::signals::{self, SOURCE, Subject};

/// A provider as the poller sees it.
#[derive(Clone, Debug)]
pub(crate) struct Watched {
    pub slug: String,
    pub name: String,
    pub feed_type: String,
    pub feed_url: String,
    pub page_url: Option<String>,
    pub status: Status,
    pub since: Timestamp,
    pub reading: Option<Reading>,
    pub open_ended: bool,
    pub validators: Validators,
    pub stale_since: Option<Timestamp>,
    pub failures: i64,
}

impl Watched {
    /// For the titles of its signals.
    pub(crate) fn subject(&self) -> Subject<'_> {
        Subject { slug: &self.slug, name: &self.name, page_url: self.page_url.as_deref() }
    }
}

/// Adds a provider; it is unknown until it has been read, which happens at once.
pub(crate) fn create(tx: &mut Tx<'_>, new: &NewProvider) -> Result<Provider, Error> {
    let (slug, now) = (slug(&new.name), tx.now());
    let added = tx.execute(
        "INSERT INTO providers (slug, name, feed_type, feed_url, page_url, status, since, open_ended, failures, next_poll)
         VALUES ($1, $2, $3, $4, $5, 'unknown', $6, FALSE, 0, $6) ON CONFLICT (slug) DO NOTHING",
        params![slug, new.name, new.feed_type, new.feed_url, new.page_url, now],
    )?;
    if added == 0 {
        return Err(Error::NameTaken(slug));
    }
    tx.emit(&ProviderChanged { slug: slug.clone(), status: Status::Unknown })?;
    find(tx, &slug)
}

/// Changes how a provider is read; what was read before stays until the new feed has been read.
pub(crate) fn update(tx: &mut Tx<'_>, slug: &str, new: &NewProvider) -> Result<Provider, Error> {
    let now = tx.now();
    let changed = tx.execute(
        "UPDATE providers SET name = $2, feed_type = $3, feed_url = $4, page_url = $5, etag = NULL,
             last_modified = NULL, failures = 0, next_poll = $6 WHERE slug = $1",
        params![slug, new.name, new.feed_type, new.feed_url, new.page_url, now],
    )?;
    if changed == 0 {
        return Err(Error::NotFound);
    }
    find(tx, slug)
}

/// Stops watching a provider; its signals are cleared, because nobody would ever clear them again.
pub(crate) fn delete(tx: &mut Tx<'_>, slug: &str) -> Result<(), Error> {
    let gone = watched(tx, slug)?.ok_or(Error::NotFound)?;
    tx.execute("DELETE FROM providers WHERE slug = $1", params![slug])?;
    tx.execute("DELETE FROM events WHERE provider = $1", params![slug])?;
    let standing = gone.reading.as_ref().map(|reading| signals::standing(&gone.subject(), reading));
    for signal in signals::news(standing.unwrap_or_default(), Vec::new()) {
        tx.emit(&SignalCleared(signal))?;
    }
    tx.emit(&WatchChanged {
        source: SOURCE.to_owned(),
        scope: slug.to_owned(),
        name: gone.name,
        covers: None,
        lost_since: None,
        reason: None,
        ended: true,
    })?;
    tx.emit(&ProviderChanged { slug: slug.to_owned(), status: Status::Unknown })?;
    Ok(())
}

/// The provider with its whole last good reading.
pub(crate) fn find(tx: &mut Tx<'_>, slug: &str) -> Result<Provider, Error> {
    let found = tx.query_opt(
        "SELECT slug, name, feed_type, feed_url, page_url, status, since, read_at, stale_since, trouble, reading
         FROM providers WHERE slug = $1",
        params![slug],
        provider,
    )?;
    found.ok_or(Error::NotFound)
}

/// A page of the providers by name; of each reading only the components that are not operational.
pub(crate) fn list(tx: &mut Tx<'_>, paging: &Paging) -> Result<Page<Provider>, Error> {
    let count = tx.query_one("SELECT COUNT(*) AS n FROM providers", params![], |row| row.get("n"))?;
    let window = paging.window(count).ok_or(Error::NoSuchPage)?;
    let mut results = tx.query(
        "SELECT slug, name, feed_type, feed_url, page_url, status, since, read_at, stale_since, trouble, reading
         FROM providers ORDER BY LOWER(name), slug LIMIT $1 OFFSET $2",
        params![window.limit, window.offset],
        provider,
    )?;
    for reading in results.iter_mut().filter_map(|provider| provider.last_good.as_mut()) {
        reading.components.retain(|component| component.status != Status::Operational);
    }
    Ok(paging.page(count, results))
}

/// The provider as the poller sees it.
pub(crate) fn watched(tx: &mut Tx<'_>, slug: &str) -> Result<Option<Watched>> {
    tx.query_opt(
        "SELECT slug, name, feed_type, feed_url, page_url, status, since, reading, open_ended, etag, last_modified,
                stale_since, failures FROM providers WHERE slug = $1",
        params![slug],
        a_watched,
    )
}

/// Providers whose time to be read has come, the longest waiting first.
pub(crate) fn due(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<Watched>> {
    let now = tx.now();
    tx.query(
        "SELECT slug, name, feed_type, feed_url, page_url, status, since, reading, open_ended, etag, last_modified,
                stale_since, failures FROM providers WHERE next_poll <= $1 ORDER BY next_poll LIMIT $2",
        params![now, limit],
        a_watched,
    )
}

fn provider(row: &Row<'_>) -> Result<Provider> {
    Ok(Provider {
        slug: row.get("slug")?,
        name: row.get("name")?,
        feed_type: row.get("feed_type")?,
        feed_url: row.get("feed_url")?,
        page_url: row.get("page_url")?,
        status: row.word("status", Status::parse)?,
        since: row.get("since")?,
        read_at: row.get("read_at")?,
        stale_since: row.get("stale_since")?,
        trouble: row.get("trouble")?,
        last_good: reading(row)?,
    })
}

fn a_watched(row: &Row<'_>) -> Result<Watched> {
    Ok(Watched {
        slug: row.get("slug")?,
        name: row.get("name")?,
        feed_type: row.get("feed_type")?,
        feed_url: row.get("feed_url")?,
        page_url: row.get("page_url")?,
        status: row.word("status", Status::parse)?,
        since: row.get("since")?,
        reading: reading(row)?,
        open_ended: row.get("open_ended")?,
        validators: Validators { etag: row.get("etag")?, last_modified: row.get("last_modified")? },
        stale_since: row.get("stale_since")?,
        failures: row.get("failures")?,
    })
}

fn reading(row: &Row<'_>) -> Result<Option<Reading>> {
    let text: Option<String> = row.get("reading")?;
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
}
