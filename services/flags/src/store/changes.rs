//! What evaluation reads: what has changed since it looked last, and no more.

use std::collections::HashMap;

use contracts::flags::Definition;
use kit_store::{Result, Tx, params};
use serde_json::{Map, Value};

use super::holds;
use crate::logic::Bucketing;
use crate::model::Overlay;

/// The version of everything, and which database it is of.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Version {
    pub epoch: String,
    pub version: i64,
}

/// What is known of a set already.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known {
    pub version: i64,
    pub base: i64,
}

/// A set as it is now.
pub(crate) struct SetRow {
    pub name: String,
    pub version: i64,
    pub base: i64,
    pub bucketing: Bucketing,
    pub evaluators: Map<String, Value>,
    pub metadata: Map<String, Value>,
    /// What is new of its flags; `None` where nothing is.
    pub changes: Option<Changes>,
}

/// Flags that have changed.
pub(crate) struct Changes {
    /// Whether these are all flags of the set, and not only the changed ones.
    pub whole: bool,
    pub flags: Vec<FlagRow>,
}

/// A flag as it is evaluated.
pub(crate) struct FlagRow {
    pub key: String,
    pub definition: Definition,
    pub overlay: Option<Overlay>,
}

/// The version now.
pub(crate) fn version(tx: &mut Tx<'_>) -> Result<Version> {
    tx.query_one("SELECT epoch, version FROM flag_state WHERE one = 1", params![], |row| {
        Ok(Version { epoch: row.get("epoch")?, version: row.get("version")? })
    })
}

/// Every set, with what has changed in it since it was `known`.
pub(crate) fn since(tx: &mut Tx<'_>, known: &HashMap<String, Known>) -> Result<(Version, Vec<SetRow>)> {
    let version = version(tx)?;
    let mut overlays = holds::overlays(tx)?;
    let sets = tx.query(
        "SELECT name, version, base, bucketing, evaluators, metadata FROM flag_sets ORDER BY name",
        params![],
        |row| {
            Ok(SetRow {
                name: row.get("name")?,
                version: row.get("version")?,
                base: row.get("base")?,
                bucketing: row.word("bucketing", Bucketing::parse)?,
                evaluators: row.json("evaluators")?,
                metadata: row.json("metadata")?,
                changes: None,
            })
        },
    )?;
    let mut changed = Vec::with_capacity(sets.len());
    for mut set in sets {
        let known = known.get(&set.name).filter(|known| known.base == set.base);
        if known.is_none_or(|known| known.version != set.version) {
            set.changes = Some(changes(tx, &set.name, known, &mut overlays)?);
        }
        changed.push(set);
    }
    Ok((version, changed))
}

type Overlays = HashMap<(String, String), Overlay>;

fn changes(tx: &mut Tx<'_>, set: &str, known: Option<&Known>, overlays: &mut Overlays) -> Result<Changes> {
    let since = known.map_or(0, |known| known.version);
    Ok(Changes { whole: known.is_none(), flags: after(tx, set, since, overlays)? })
}

fn after(tx: &mut Tx<'_>, set: &str, version: i64, overlays: &mut Overlays) -> Result<Vec<FlagRow>> {
    let mut rows = tx.query(
        "SELECT key, definition FROM flags WHERE flag_set = $1 AND version > $2",
        params![set, version],
        |row| Ok(FlagRow { key: row.get("key")?, definition: row.json("definition")?, overlay: None }),
    )?;
    for row in &mut rows {
        row.overlay = overlays.get(&(set.to_owned(), row.key.clone())).cloned();
    }
    Ok(rows)
}
