//! Links: which incidents pull which flags.

use contracts::flags::{Definition, Link, NewLink, SwitchAction};
use kit_base::Page;
use kit_store::{Result, Row, Tx, params};
use kit_web::Paging;

use super::{flags, holds, incidents, sets};
use crate::error::Error;

/// Links in all, at most.
const MOST: u64 = 1_000;

/// Makes a link. Incidents that go on and match pull the flag at once.
pub(crate) fn create(tx: &mut Tx<'_>, new: &NewLink, policy: &holds::Policy) -> Result<Link, Error> {
    let set = new.set.as_deref().unwrap_or(sets::DEFAULT);
    sets::ground(tx, set)?.ok_or_else(|| Error::NoSuchSet(set.to_owned()))?;
    let definition =
        flags::definition(tx, set, &new.flag)?.ok_or_else(|| Error::NoSuchFlag(new.flag.clone()))?;
    let unknown = new.variant.as_ref().filter(|variant| !definition.variants.contains_key(*variant));
    if let Some(variant) = unknown {
        return Err(Error::NoSuchVariant(variant.clone()));
    }
    let count: u64 = tx.query_one("SELECT COUNT(*) AS n FROM links", params![], |row| row.get("n"))?;
    if count >= MOST {
        return Err(Error::TooManyLinks(MOST));
    }
    let link = Link {
        id: tx.ids().uuid(),
        flag: new.flag.clone(),
        set: set.to_owned(),
        component: new.component.clone(),
        min_severity: new.min_severity,
        action: new.action.unwrap_or_default(),
        variant: new.variant.clone(),
        created_at: tx.now(),
    };
    tx.execute(
        "INSERT INTO links (id, flag_set, key, component, min_severity, action, variant, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        params![
            link.id,
            link.set,
            link.flag,
            link.component,
            link.min_severity,
            link.action.as_str(),
            link.variant,
            link.created_at
        ],
    )?;
    settle_all(tx, policy)?;
    Ok(link)
}

/// Removes a link; what it alone has pulled is restored.
pub(crate) fn remove(tx: &mut Tx<'_>, id: &str, policy: &holds::Policy) -> Result<(), Error> {
    let removed = tx.execute("DELETE FROM links WHERE id = $1", params![id])?;
    if removed == 0 {
        return Err(Error::NotFound);
    }
    Ok(settle_all(tx, policy)?)
}

fn settle_all(tx: &mut Tx<'_>, policy: &holds::Policy) -> Result<()> {
    for incident in incidents::active(tx)? {
        holds::settle(tx, &incident, policy)?;
    }
    Ok(())
}

/// Removes the links of a flag that is no more.
pub(crate) fn forget(tx: &mut Tx<'_>, set: &str, key: &str) -> Result<()> {
    tx.execute("DELETE FROM links WHERE flag_set = $1 AND key = $2", params![set, key]).map(drop)
}

/// Every link, those that disable first: where several match, the first counts.
pub(crate) fn all(tx: &mut Tx<'_>) -> Result<Vec<Link>> {
    tx.query(
        "SELECT id, flag_set, key, component, min_severity, action, variant, created_at FROM links
         ORDER BY action, created_at, id",
        params![],
        link,
    )
}

/// A page of links, of one flag where one is said.
pub(crate) fn list(
    tx: &mut Tx<'_>,
    set: Option<&str>,
    flag: Option<&str>,
    paging: &Paging,
) -> Result<Page<Link>, Error> {
    let count = tx.query_one(
        "SELECT COUNT(*) AS n FROM links
         WHERE (CAST($1 AS TEXT) IS NULL OR flag_set = $1) AND (CAST($2 AS TEXT) IS NULL OR key = $2)",
        params![set, flag],
        |row| row.get("n"),
    )?;
    let window = paging.window(count).ok_or(Error::NoSuchPage)?;
    let found = tx.query(
        "SELECT id, flag_set, key, component, min_severity, action, variant, created_at FROM links
         WHERE (CAST($1 AS TEXT) IS NULL OR flag_set = $1) AND (CAST($2 AS TEXT) IS NULL OR key = $2)
         ORDER BY flag_set, key, created_at, id LIMIT $3 OFFSET $4",
        params![set, flag, window.limit, window.offset],
        link,
    )?;
    Ok(paging.page(count, found))
}

/// Refuses a definition that leaves out a variant which a link forces.
pub(crate) fn check_variants(
    tx: &mut Tx<'_>,
    set: &str,
    key: &str,
    definition: &Definition,
) -> Result<(), Error> {
    let forced: Vec<Option<String>> = tx.query(
        "SELECT variant FROM links WHERE flag_set = $1 AND key = $2 AND variant IS NOT NULL",
        params![set, key],
        |row| row.get("variant"),
    )?;
    match forced.into_iter().flatten().find(|variant| !definition.variants.contains_key(variant)) {
        Some(variant) => Err(Error::VariantNeeded(variant)),
        None => Ok(()),
    }
}

fn link(row: &Row<'_>) -> Result<Link> {
    Ok(Link {
        id: row.get("id")?,
        flag: row.get("key")?,
        set: row.get("flag_set")?,
        component: row.get("component")?,
        min_severity: row.get("min_severity")?,
        action: row.word("action", SwitchAction::parse)?,
        variant: row.get("variant")?,
        created_at: row.get("created_at")?,
    })
}
