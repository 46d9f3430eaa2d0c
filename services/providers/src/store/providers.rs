//! The providers that are watched: added, changed, removed, listed, and found when their time has come.

use contracts::Status;
use contracts::providers::{Provider, ProviderChanged, Reading};
use contracts::signals::NewSignal;
use kit_base::{Page, Timestamp, slug};
use kit_store::{Result, Row, Tx, json, params};
use kit_web::Paging;

use super::tell;
use crate::adapters;
use crate::error::Error;
use crate::fetch::Validators;
use crate::schedule::{Feed, Known, Sight};
use crate::signals::Subject;

/// A provider as it is to be read.
#[derive(Clone, Debug)]
pub(crate) struct Definition {
    pub name: String,
    pub feed_url: String,
    pub feed_type: String,
    pub page_url: Option<String>,
    pub regions: Vec<String>,
}

/// A provider with what a look at its feed may change.
#[derive(Clone, Debug)]
pub(crate) struct Watched {
    pub feed: Feed,
    pub name: String,
    pub status: Status,
    pub since: Timestamp,
    pub reading: Option<Reading>,
    /// The signals that were raised for it and not cleared.
    pub standing: Vec<NewSignal>,
    pub stale_since: Option<Timestamp>,
    pub trouble: Option<String>,
    pub changed_at: Option<Timestamp>,
    pub notice: Option<String>,
}

impl Watched {
    /// For the titles of its signals.
    pub(crate) fn subject(&self) -> Subject<'_> {
        Subject { slug: &self.feed.slug, name: &self.name, page_url: self.feed.page_url.as_deref() }
    }
}

/// Adds a provider; it is unknown until it has been read, which happens at once. Where no slug is given it is made of
/// the name.
pub(crate) fn create(tx: &mut Tx<'_>, given: Option<&str>, new: &Definition) -> Result<Provider, Error> {
    let (slug, now) = (given.map_or_else(|| slug(&new.name), str::to_owned), tx.now());
    let added = tx.execute(
        "INSERT INTO providers (slug, name, feed_type, feed_url, page_url, regions, status, since, open_ended, signals,
             failures, next_poll)
         VALUES ($1, $2, $3, $4, $5, $6, 'unknown', $7, FALSE, '[]', 0, $7) ON CONFLICT (slug) DO NOTHING",
        params![slug, new.name, new.feed_type, new.feed_url, new.page_url, json(&new.regions)?, now],
    )?;
    if added == 0 {
        return Err(Error::NameTaken(slug));
    }
    tx.emit(&ProviderChanged { slug: slug.clone(), status: Status::Unknown })?;
    find(tx, &slug)
}

/// Changes how a provider is read; what was read before stays until the new feed has been read.
pub(crate) fn update(tx: &mut Tx<'_>, slug: &str, new: &Definition) -> Result<Provider, Error> {
    let (before, now) = (watched(tx, slug)?.ok_or(Error::NotFound)?, tx.now());
    tx.execute(
        "UPDATE providers SET name = $2, feed_type = $3, feed_url = $4, page_url = $5, regions = $6, etag = NULL,
             last_modified = NULL, failures = 0, notice = NULL, next_poll = $7 WHERE slug = $1",
        params![slug, new.name, new.feed_type, new.feed_url, new.page_url, json(&new.regions)?, now],
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
    tx.execute("DELETE FROM changes WHERE provider = $1", params![slug])?;
    tell::end(tx, &gone)?;
    Ok(())
}

/// The provider with its whole last good reading.
pub(crate) fn find(tx: &mut Tx<'_>, slug: &str) -> Result<Provider, Error> {
    let found = tx.query_opt(
        "SELECT slug, name, feed_type, feed_url, page_url, regions, status, since, read_at, stale_since, trouble,
                changed_at, next_poll, failures, notice, reading FROM providers WHERE slug = $1",
        params![slug],
        provider,
    )?;
    found.ok_or(Error::NotFound)
}

/// The slugs of all that are watched.
pub(crate) fn slugs(tx: &mut Tx<'_>) -> Result<Vec<String>> {
    tx.query("SELECT slug FROM providers", params![], |row| row.get("slug"))
}

/// A page of the providers by name; of each reading only the components that are not operational.
pub(crate) fn list(tx: &mut Tx<'_>, paging: &Paging) -> Result<Page<Provider>, Error> {
    let count = tx.query_one("SELECT COUNT(*) AS n FROM providers", params![], |row| row.get("n"))?;
    let window = paging.window(count).ok_or(Error::NoSuchPage)?;
    let mut results = tx.query(
        "SELECT slug, name, feed_type, feed_url, page_url, regions, status, since, read_at, stale_since, trouble,
                changed_at, next_poll, failures, notice, reading FROM providers ORDER BY LOWER(name), slug LIMIT $1 OFFSET $2",
        params![window.limit, window.offset],
        provider,
    )?;
    for reading in results.iter_mut().filter_map(|provider| provider.last_good.as_mut()) {
        reading.components.retain(|component| component.status != Status::Operational);
    }
    Ok(paging.page(count, results))
}

/// The provider with what a look at its feed may change.
pub(crate) fn watched(tx: &mut Tx<'_>, slug: &str) -> Result<Option<Watched>> {
    tx.query_opt(
        "SELECT slug, name, feed_type, feed_url, page_url, regions, status, since, reading, open_ended, signals,
                stale_since, trouble, changed_at, notice FROM providers WHERE slug = $1",
        params![slug],
        |row| {
            let names_only_trouble = row.get("open_ended")?;
            Ok(Watched {
                feed: feed(row)?,
                name: row.get("name")?,
                status: row.word("status", Status::parse)?,
                since: row.get("since")?,
                reading: reading(row)?.map(|reading| Reading { names_only_trouble, ..reading }),
                standing: row.json("signals")?,
                stale_since: row.get("stale_since")?,
                trouble: row.get("trouble")?,
                changed_at: row.get("changed_at")?,
                notice: row.get("notice")?,
            })
        },
    )
}

/// The feed of one provider, or every feed, how the looks at it went, and when it is read next.
pub(crate) fn feeds(tx: &mut Tx<'_>, of: Option<&str>) -> Result<Vec<(Feed, Sight, Timestamp)>> {
    tx.query(
        "SELECT slug, feed_type, feed_url, page_url, regions, status, reading, etag, last_modified, read_at, trouble,
                failures, notice, next_poll FROM providers WHERE CAST($1 AS TEXT) IS NULL OR slug = $1 ORDER BY slug",
        params![of],
        |row| {
            let feed = feed(row)?;
            let validators = Validators { etag: row.get("etag")?, last_modified: row.get("last_modified")? };
            // Without the reading that they came with they would only keep the feed from being read anew.
            let is_of_use = reading(row)?.is_some() && is_of_one_document(&feed);
            let known = Known { url: feed.feed_url.clone(), validators, ..Known::default() };
            let sight = Sight {
                documents: if is_of_use { vec![known] } else { Vec::new() },
                read_at: row.get("read_at")?,
                failures: row.get("failures")?,
                trouble: row.get("trouble")?,
                notice: row.get("notice")?,
                in_trouble: row.word("status", Status::parse)?.is_trouble(),
                ..Sight::default()
            };
            Ok((feed, sight, row.get("next_poll")?))
        },
    )
}

fn is_of_one_document(feed: &Feed) -> bool {
    adapters::named(&feed.feed_type).is_none_or(|adapter| adapter.companions(&feed.feed_url).is_empty())
}

/// Writes down when feeds were read last and are read next, and how often in a row they could not be.
pub(crate) fn keep_pulses(
    tx: &mut Tx<'_>,
    pulses: &[(String, Option<Timestamp>, Timestamp, i64)],
) -> Result<()> {
    for (slug, read_at, next, failures) in pulses {
        tx.execute(
            "UPDATE providers SET read_at = $2, next_poll = $3, failures = $4 WHERE slug = $1",
            params![slug, read_at, next, failures],
        )?;
    }
    Ok(())
}

fn feed(row: &Row<'_>) -> Result<Feed> {
    Ok(Feed {
        slug: row.get("slug")?,
        feed_url: row.get("feed_url")?,
        feed_type: row.get("feed_type")?,
        page_url: row.get("page_url")?,
        regions: row.json("regions")?,
    })
}

fn provider(row: &Row<'_>) -> Result<Provider> {
    let next_at: Timestamp = row.get("next_poll")?;
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
        regions: row.json("regions")?,
        changed_at: row.get("changed_at")?,
        next_at: Some(next_at),
        failures: row.get("failures")?,
        notice: row.get("notice")?,
        last_good: reading(row)?,
    })
}

/// One that another version wrote in another form is as good as none.
fn reading(row: &Row<'_>) -> Result<Option<Reading>> {
    let text: Option<String> = row.get("reading")?;
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
}
