//! The providers that are watched: added, changed, removed, listed, and found when their time has come.

use std::time::Duration;

use contracts::Status;
use contracts::providers::{NewProvider, Provider, ProviderChanged, Reading};
use contracts::signals::NewSignal;
use kit_base::{Page, Timestamp, slug};
use kit_store::{Result, Row, Tx, params};
use kit_web::Paging;

use super::tell;
use crate::error::Error;
use crate::fetch::Validators;
use crate::signals::Subject;

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
    /// The signals that were raised for it and not cleared.
    pub standing: Vec<NewSignal>,
    pub validators: Validators,
    pub read_at: Option<Timestamp>,
    pub stale_since: Option<Timestamp>,
    pub trouble: Option<String>,
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
        "INSERT INTO providers (slug, name, feed_type, feed_url, page_url, status, since, open_ended, signals,
             failures, next_poll)
         VALUES ($1, $2, $3, $4, $5, 'unknown', $6, FALSE, '[]', 0, $6) ON CONFLICT (slug) DO NOTHING",
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
    let (before, now) = (watched(tx, slug)?.ok_or(Error::NotFound)?, tx.now());
    tx.execute(
        "UPDATE providers SET name = $2, feed_type = $3, feed_url = $4, page_url = $5, etag = NULL,
             last_modified = NULL, failures = 0, next_poll = $6 WHERE slug = $1",
        params![slug, new.name, new.feed_type, new.feed_url, new.page_url, now],
    )?;
    let after = watched(tx, slug)?.ok_or(Error::NotFound)?;
    tell::changes(tx, &before, &after)?;
    find(tx, slug)
}

/// Stops watching a provider.
pub(crate) fn delete(tx: &mut Tx<'_>, slug: &str) -> Result<(), Error> {
    let gone = watched(tx, slug)?.ok_or(Error::NotFound)?;
    tx.execute("DELETE FROM providers WHERE slug = $1", params![slug])?;
    tx.execute("DELETE FROM events WHERE provider = $1", params![slug])?;
    tell::end(tx, &gone)?;
    Ok(())
}

/// The provider with its whole last good reading.
pub(crate) fn find(tx: &mut Tx<'_>, slug: &str) -> Result<Provider, Error> {
    let found = tx.query_opt(
        "SELECT slug, name, feed_type, feed_url, page_url, status, since, read_at, stale_since, trouble,
                reading FROM providers WHERE slug = $1",
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
        "SELECT slug, name, feed_type, feed_url, page_url, status, since, read_at, stale_since, trouble,
                reading FROM providers ORDER BY LOWER(name), slug LIMIT $1 OFFSET $2",
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
        "SELECT slug, name, feed_type, feed_url, page_url, status, since, reading, open_ended, signals, etag,
                last_modified, read_at, stale_since, trouble, failures FROM providers WHERE slug = $1",
        params![slug],
        a_watched,
    )
}

/// Providers whose time to be read has come, the longest waiting first. No time is more than `longest` away:
/// one that is was set by a clock that ran ahead and was put right since.
pub(crate) fn due(tx: &mut Tx<'_>, longest: Duration, limit: i64) -> Result<Vec<Watched>> {
    let now = tx.now();
    tx.query(
        "SELECT slug, name, feed_type, feed_url, page_url, status, since, reading, open_ended, signals, etag,
                last_modified, read_at, stale_since, trouble, failures FROM providers
         WHERE next_poll <= $1 OR next_poll > $2 ORDER BY next_poll LIMIT $3",
        params![now, now.plus(longest), limit],
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
    let names_only_trouble = row.get("open_ended")?;
    let reading = reading(row)?.map(|reading| Reading { names_only_trouble, ..reading });
    // Without the reading that they came with they would only keep the feed from being read anew.
    let validators = Validators { etag: row.get("etag")?, last_modified: row.get("last_modified")? };
    let validators = if reading.is_some() { validators } else { Validators::default() };
    Ok(Watched {
        slug: row.get("slug")?,
        name: row.get("name")?,
        feed_type: row.get("feed_type")?,
        feed_url: row.get("feed_url")?,
        page_url: row.get("page_url")?,
        status: row.word("status", Status::parse)?,
        since: row.get("since")?,
        reading,
        standing: row.json("signals")?,
        validators,
        read_at: row.get("read_at")?,
        stale_since: row.get("stale_since")?,
        trouble: row.get("trouble")?,
        failures: row.get("failures")?,
    })
}

/// One that another version wrote in another form is as good as none.
fn reading(row: &Row<'_>) -> Result<Option<Reading>> {
    let text: Option<String> = row.get("reading")?;
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
}
