//! Flags: their definitions, one by one.

use contracts::flags::{Definition, Flag};
use kit_base::{Page, Timestamp};
use kit_store::{Result, Row, Tx, json, params};
use kit_web::Paging;

use super::{holds, links, sets};
use crate::error::Error;

/// Flags of one set, at most.
const MOST: u64 = 10_000;

/// What a list of flags is narrowed to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filter {
    pub set: Option<String>,
    /// Letters to be found in the key.
    pub q: Option<String>,
    /// `ENABLED` or `DISABLED`.
    pub state: Option<String>,
}

/// Every flag of the set with its definition.
pub(crate) fn all(tx: &mut Tx<'_>, set: &str) -> Result<Vec<(String, Definition)>> {
    tx.query("SELECT key, definition FROM flags WHERE flag_set = $1 ORDER BY key", params![set], |row| {
        Ok((row.get("key")?, row.json("definition")?))
    })
}

/// The definition of that flag.
pub(crate) fn definition(tx: &mut Tx<'_>, set: &str, key: &str) -> Result<Option<Definition>> {
    tx.query_opt("SELECT definition FROM flags WHERE flag_set = $1 AND key = $2", params![set, key], |row| {
        row.json("definition")
    })
}

/// Adds a flag that is not there yet.
pub(crate) fn create(tx: &mut Tx<'_>, set: &str, key: &str, definition: &Definition) -> Result<Flag, Error> {
    if self::definition(tx, set, key)?.is_some() {
        return Err(Error::KeyTaken(key.to_owned()));
    }
    save(tx, set, key, definition)?;
    find(tx, set, key)
}

/// Writes a flag that is there.
pub(crate) fn update(tx: &mut Tx<'_>, set: &str, key: &str, definition: &Definition) -> Result<Flag, Error> {
    self::definition(tx, set, key)?.ok_or(Error::NotFound)?;
    save(tx, set, key, definition)?;
    find(tx, set, key)
}

/// Writes a flag; true if it is new. The same again changes nothing.
pub(crate) fn save(tx: &mut Tx<'_>, set: &str, key: &str, definition: &Definition) -> Result<bool, Error> {
    let old = self::definition(tx, set, key)?;
    if old.as_ref() == Some(definition) {
        return Ok(false);
    }
    if old.is_none() && count(tx, set)? >= MOST {
        return Err(Error::SetFull(MOST));
    }
    links::check_variants(tx, set, key, definition)?;
    let version = sets::next_version(tx)?;
    write(tx, set, key, definition, version)?;
    sets::touch(tx, set, version)?;
    sets::told(tx, set, key, if old.is_some() { "changed" } else { "created" })?;
    Ok(old.is_none())
}

fn count(tx: &mut Tx<'_>, set: &str) -> Result<u64> {
    tx.query_one("SELECT COUNT(*) AS n FROM flags WHERE flag_set = $1", params![set], |row| row.get("n"))
}

/// Writes the row of a flag, in this version.
pub(crate) fn write(
    tx: &mut Tx<'_>,
    set: &str,
    key: &str,
    definition: &Definition,
    version: i64,
) -> Result<()> {
    let (text, now) = (json(definition)?, tx.now());
    tx.execute(
        "INSERT INTO flags (flag_set, key, state, definition, version, updated_at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (flag_set, key) DO UPDATE SET state = excluded.state, definition = excluded.definition,
             version = excluded.version, updated_at = excluded.updated_at",
        params![set, key, definition.state.as_str(), text, version, now],
    )
    .map(drop)
}

/// What is said of the flag has changed, but not its definition.
pub(crate) fn touch(tx: &mut Tx<'_>, set: &str, key: &str) -> Result<()> {
    let version = sets::next_version(tx)?;
    tx.execute("UPDATE flags SET version = $3 WHERE flag_set = $1 AND key = $2", params![set, key, version])?;
    sets::touch(tx, set, version)
}

/// Removes a flag with its links.
pub(crate) fn remove(tx: &mut Tx<'_>, set: &str, key: &str) -> Result<(), Error> {
    definition(tx, set, key)?.ok_or(Error::NotFound)?;
    erase(tx, set, key)?;
    let version = sets::next_version(tx)?;
    sets::touch(tx, set, version)?;
    sets::lost(tx, set, version)?;
    Ok(sets::told(tx, set, key, "deleted")?)
}

/// Removes all that is kept of a flag.
pub(crate) fn erase(tx: &mut Tx<'_>, set: &str, key: &str) -> Result<()> {
    holds::forget(tx, set, key)?;
    links::forget(tx, set, key)?;
    tx.execute("DELETE FROM flags WHERE flag_set = $1 AND key = $2", params![set, key]).map(drop)
}

/// The flag with that key.
pub(crate) fn find(tx: &mut Tx<'_>, set: &str, key: &str) -> Result<Flag, Error> {
    let found = tx.query_opt(
        "SELECT flag_set, key, definition, updated_at FROM flags WHERE flag_set = $1 AND key = $2",
        params![set, key],
        flag,
    )?;
    let mut flag = found.ok_or(Error::NotFound)?;
    flag.switch = holds::switch(tx, set, key)?;
    Ok(flag)
}

/// A page of flags, by set and key.
pub(crate) fn list(tx: &mut Tx<'_>, filter: &Filter, paging: &Paging) -> Result<Page<Flag>, Error> {
    let q = filter.q.as_deref().map(like);
    let count = tx.query_one(
        "SELECT COUNT(*) AS n FROM flags
         WHERE (CAST($1 AS TEXT) IS NULL OR flag_set = $1) AND (CAST($2 AS TEXT) IS NULL OR state = $2)
           AND (CAST($3 AS TEXT) IS NULL OR LOWER(key) LIKE LOWER($3) ESCAPE '!')",
        params![filter.set, filter.state, q],
        |row| row.get("n"),
    )?;
    let window = paging.window(count).ok_or(Error::NoSuchPage)?;
    let mut found = tx.query(
        "SELECT flag_set, key, definition, updated_at FROM flags
         WHERE (CAST($1 AS TEXT) IS NULL OR flag_set = $1) AND (CAST($2 AS TEXT) IS NULL OR state = $2)
           AND (CAST($3 AS TEXT) IS NULL OR LOWER(key) LIKE LOWER($3) ESCAPE '!')
         ORDER BY flag_set, key LIMIT $4 OFFSET $5",
        params![filter.set, filter.state, q, window.limit, window.offset],
        flag,
    )?;
    let mut switches = holds::switches(tx)?;
    for flag in &mut found {
        flag.switch = switches.remove(&(flag.set.clone(), flag.key.clone()));
    }
    Ok(paging.page(count, found))
}

/// A pattern that finds the text anywhere; its own wildcards are taken as letters.
fn like(text: &str) -> String {
    let plain = text.replace('!', "!!").replace('%', "!%").replace('_', "!_");
    format!("%{plain}%")
}

fn flag(row: &Row<'_>) -> Result<Flag> {
    let updated_at: Timestamp = row.get("updated_at")?;
    Ok(Flag {
        set: row.get("flag_set")?,
        key: row.get("key")?,
        definition: row.json("definition")?,
        switch: None,
        updated_at,
    })
}
