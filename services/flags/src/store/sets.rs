//! Flag sets, and the version of everything.

use std::collections::HashMap;

use contracts::flags::{Definition, FlagChanged, FlagSet};
use kit_base::Page;
use kit_store::{Result, Row, Tx, json, params};
use kit_web::Paging;
use serde_json::{Map, Value};

use super::{flags, links};
use crate::error::Error;
use crate::logic::Bucketing;
use crate::model::Document;

/// The set that is meant where none is said.
pub(crate) const DEFAULT: &str = "default";

/// Lays down what must be there: the version, and the default set.
pub(crate) fn begin(tx: &mut Tx<'_>) -> Result<()> {
    let (epoch, now) = (tx.ids().code(8), tx.now());
    tx.execute(
        "INSERT INTO flag_state (one, epoch, version) VALUES (1, $1, 1) ON CONFLICT (one) DO NOTHING",
        params![epoch],
    )?;
    let (none, bucketing) = ("{}", Bucketing::default().as_str());
    tx.execute(
        "INSERT INTO flag_sets (name, evaluators, metadata, bucketing, base, version, updated_at)
         VALUES ($1, $2, $2, $3, 1, 1, $4) ON CONFLICT (name) DO NOTHING",
        params![DEFAULT, none, bucketing, now],
    )
    .map(drop)
}

/// Everything has another version from now on.
pub(crate) fn next_version(tx: &mut Tx<'_>) -> Result<i64> {
    tx.query_one(
        "UPDATE flag_state SET version = version + 1 WHERE one = 1 RETURNING version",
        params![],
        |row| row.get("version"),
    )
}

/// Something in the set has changed, in this version.
pub(crate) fn touch(tx: &mut Tx<'_>, set: &str, version: i64) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "UPDATE flag_sets SET version = $2, updated_at = $3 WHERE name = $1",
        params![set, version, now],
    )
    .map(drop)
}

/// A flag of the set is gone, in this version: whoever evaluates has to read the set as a whole.
pub(crate) fn lost(tx: &mut Tx<'_>, set: &str, version: i64) -> Result<()> {
    tx.execute("UPDATE flag_sets SET base = $2 WHERE name = $1", params![set, version]).map(drop)
}

/// What a set's flags rest on.
pub(crate) struct Ground {
    pub evaluators: Map<String, Value>,
    pub metadata: Map<String, Value>,
    pub bucketing: Bucketing,
}

/// What the set's flags rest on; `None` if there is no such set.
pub(crate) fn ground(tx: &mut Tx<'_>, set: &str) -> Result<Option<Ground>> {
    tx.query_opt(
        "SELECT evaluators, metadata, bucketing FROM flag_sets WHERE name = $1",
        params![set],
        |row| {
            Ok(Ground {
                evaluators: row.json("evaluators")?,
                metadata: row.json("metadata")?,
                bucketing: row.word("bucketing", Bucketing::parse)?,
            })
        },
    )
}

/// A page of the sets, by name.
pub(crate) fn list(tx: &mut Tx<'_>, paging: &Paging) -> Result<Page<FlagSet>, Error> {
    let count = tx.query_one("SELECT COUNT(*) AS n FROM flag_sets", params![], |row| row.get("n"))?;
    let window = paging.window(count).ok_or(Error::NoSuchPage)?;
    let found = tx.query(
        "SELECT name, bucketing, version, updated_at,
                (SELECT COUNT(*) FROM flags WHERE flags.flag_set = flag_sets.name) AS flags
         FROM flag_sets ORDER BY name LIMIT $1 OFFSET $2",
        params![window.limit, window.offset],
        flag_set,
    )?;
    Ok(paging.page(count, found))
}

/// The set of that name.
pub(crate) fn find(tx: &mut Tx<'_>, set: &str) -> Result<FlagSet, Error> {
    let found = tx.query_opt(
        "SELECT name, bucketing, version, updated_at,
                (SELECT COUNT(*) FROM flags WHERE flags.flag_set = flag_sets.name) AS flags
         FROM flag_sets WHERE name = $1",
        params![set],
        flag_set,
    )?;
    found.ok_or(Error::NotFound)
}

/// What an import did.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Imported {
    /// Whether the set is new.
    pub new: bool,
    pub created: u64,
    pub changed: u64,
    pub deleted: u64,
}

/// Puts the document in the place of the whole set. Where nothing is said of the bucketing, it stays as it is.
pub(crate) fn replace(
    tx: &mut Tx<'_>,
    set: &str,
    document: &Document,
    bucketing: Option<Bucketing>,
) -> Result<Imported, Error> {
    let before = ground(tx, set)?;
    let mut imported = Imported { new: before.is_none(), ..Imported::default() };
    let version = next_version(tx)?;
    let bucketing = bucketing.or(before.as_ref().map(|before| before.bucketing)).unwrap_or_default();
    let same = before.is_some_and(|before| {
        before.bucketing == bucketing
            && before.evaluators == document.evaluators
            && before.metadata == document.metadata
    });
    write(tx, set, document, bucketing, version, same)?;
    let mut old: HashMap<String, Definition> = flags::all(tx, set)?.into_iter().collect();
    for (key, definition) in &document.flags {
        let change = match old.remove(key) {
            None => "created",
            Some(known) if known == *definition => continue,
            Some(_) => "changed",
        };
        links::check_variants(tx, set, key, definition)?;
        flags::write(tx, set, key, definition, version)?;
        *(if change == "created" { &mut imported.created } else { &mut imported.changed }) += 1;
        told(tx, set, key, change)?;
    }
    let mut gone: Vec<String> = old.into_keys().collect();
    gone.sort();
    for key in gone {
        flags::erase(tx, set, &key)?;
        imported.deleted += 1;
        told(tx, set, &key, "deleted")?;
    }
    if imported.deleted > 0 {
        lost(tx, set, version)?;
    }
    Ok(imported)
}

fn write(
    tx: &mut Tx<'_>,
    set: &str,
    document: &Document,
    bucketing: Bucketing,
    version: i64,
    same: bool,
) -> Result<()> {
    let (evaluators, metadata, now) = (json(&document.evaluators)?, json(&document.metadata)?, tx.now());
    tx.execute(
        "INSERT INTO flag_sets (name, evaluators, metadata, bucketing, base, version, updated_at)
         VALUES ($1, $2, $3, $4, $5, $5, $6)
         ON CONFLICT (name) DO UPDATE SET evaluators = excluded.evaluators, metadata = excluded.metadata,
             bucketing = excluded.bucketing, version = excluded.version, updated_at = excluded.updated_at,
             base = CASE WHEN $7 THEN flag_sets.base ELSE excluded.base END",
        params![set, evaluators, metadata, bucketing.as_str(), version, now, same],
    )
    .map(drop)
}

/// Removes the set with all its flags.
pub(crate) fn remove(tx: &mut Tx<'_>, set: &str) -> Result<(), Error> {
    find(tx, set)?;
    if set == DEFAULT {
        return Err(Error::DefaultStays);
    }
    next_version(tx)?;
    for (key, _) in flags::all(tx, set)? {
        flags::erase(tx, set, &key)?;
        told(tx, set, &key, "deleted")?;
    }
    tx.execute("DELETE FROM flag_sets WHERE name = $1", params![set])?;
    Ok(())
}

/// Tells that a definition has changed.
pub(crate) fn told(tx: &mut Tx<'_>, set: &str, key: &str, change: &str) -> Result<()> {
    tx.emit(&FlagChanged { flag_set: set.to_owned(), key: key.to_owned(), change: change.to_owned() })
}

fn flag_set(row: &Row<'_>) -> Result<FlagSet> {
    Ok(FlagSet {
        name: row.get("name")?,
        flags: row.get("flags")?,
        bucketing: row.get("bucketing")?,
        version: row.get("version")?,
        updated_at: row.get("updated_at")?,
    })
}
