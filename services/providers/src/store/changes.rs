//! How providers and their components were: a row for each change, and nothing for what stays as it is.

use std::collections::HashMap;

use contracts::Status;
use contracts::providers::{ProviderChange, ProviderComponent};
use kit_base::{Page, Timestamp};
use kit_store::{Result, Tx, params};
use kit_web::Paging;

use super::providers::Watched;
use crate::error::Error;

/// What of the past is asked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filter {
    pub component: Option<String>,
    pub from: Option<Timestamp>,
    pub to: Option<Timestamp>,
}

/// Writes down in what `after` differs from `before`. Where only those in trouble are named, one that is not named is
/// well.
pub(super) fn keep(tx: &mut Tx<'_>, before: &Watched, after: &Watched) -> Result<()> {
    let whole = |of: &Watched| of.reading.as_ref().map(|reading| reading.overall);
    note(tx, after, "", &after.name, (whole(before), whole(after)))?;
    let (was, is) = (components(before), components(after));
    let silent =
        after.reading.as_ref().filter(|reading| reading.names_only_trouble).map(|_| Status::Operational);
    let listed = after.reading.iter().flat_map(|reading| &reading.components);
    for component in listed {
        let old = was.get(component.key.as_str()).map(|old| old.status);
        let old = old.or(silent.filter(|_| before.reading.is_some()));
        note(tx, after, &component.key, &component.name, (old, Some(component.status)))?;
    }
    let gone = before.reading.iter().flat_map(|reading| &reading.components);
    for component in gone.filter(|component| !is.contains_key(component.key.as_str())) {
        note(tx, after, &component.key, &component.name, (Some(component.status), silent))?;
    }
    Ok(())
}

fn components(of: &Watched) -> HashMap<&str, &ProviderComponent> {
    of.reading.iter().flat_map(|reading| &reading.components).map(|c| (c.key.as_str(), c)).collect()
}

fn note(
    tx: &mut Tx<'_>,
    of: &Watched,
    component: &str,
    name: &str,
    (before, status): (Option<Status>, Option<Status>),
) -> Result<()> {
    // What is well when it is first seen is no change worth a row; the first reading would write hundreds.
    if before == status || before.is_none() && status == Some(Status::Operational) && !component.is_empty() {
        return Ok(());
    }
    let now = tx.now();
    tx.execute(
        "INSERT INTO changes (provider, at, component, name, before, status) VALUES ($1, $2, $3, $4, $5, $6)",
        params![of.feed.slug, now, component, name, before.map(Status::as_str), status.map(Status::as_str)],
    )
    .map(drop)
}

/// Forgets what is older than `limit`.
pub(super) fn forget(tx: &mut Tx<'_>, limit: Timestamp) -> Result<()> {
    tx.execute("DELETE FROM changes WHERE at < $1", params![limit]).map(drop)
}

/// A page of what changed of a provider, newest first.
pub(crate) fn list(
    tx: &mut Tx<'_>,
    slug: &str,
    filter: &Filter,
    paging: &Paging,
) -> Result<Page<ProviderChange>, Error> {
    super::providers::find(tx, slug)?;
    let Filter { component, from, to } = filter;
    let component = component.as_deref().map(|key| if key == "*" { "" } else { key });
    let count = tx.query_one(
        "SELECT COUNT(*) AS n FROM changes
         WHERE provider = $1 AND (CAST($2 AS TEXT) IS NULL OR component = $2)
           AND (CAST($3 AS BIGINT) IS NULL OR at >= $3) AND (CAST($4 AS BIGINT) IS NULL OR at < $4)",
        params![slug, component, from, to],
        |row| row.get("n"),
    )?;
    let window = paging.window(count).ok_or(Error::NoSuchPage)?;
    let results = tx.query(
        "SELECT at, component, name, before, status FROM changes
         WHERE provider = $1 AND (CAST($2 AS TEXT) IS NULL OR component = $2)
           AND (CAST($3 AS BIGINT) IS NULL OR at >= $3) AND (CAST($4 AS BIGINT) IS NULL OR at < $4)
         ORDER BY at DESC, n DESC LIMIT $5 OFFSET $6",
        params![slug, component, from, to, window.limit, window.offset],
        |row| {
            let component: String = row.get("component")?;
            let word = |text: Option<String>| text.as_deref().and_then(Status::parse);
            Ok(ProviderChange {
                at: row.get("at")?,
                component: Some(component).filter(|key| !key.is_empty()),
                name: row.get("name")?,
                before: word(row.get("before")?),
                status: word(row.get("status")?),
            })
        },
    )?;
    Ok(paging.page(count, results))
}
