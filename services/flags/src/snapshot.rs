//! What evaluation reads: every flag, compiled, in memory. A commit that changed something makes the next one; what did
//! not change is taken over from the one before.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, PoisonError, RwLock};

use bytes::Bytes;
use kit_store::{Db, Result};
use serde_json::{Map, Value};

use crate::logic::Bucketing;
use crate::model::Prepared;
use crate::store::changes::{self, Known, SetRow, Version};

/// A flag set, ready to be evaluated.
pub(crate) struct Set {
    pub version: i64,
    base: i64,
    pub bucketing: Bucketing,
    /// By key, in order.
    pub flags: BTreeMap<String, Arc<Prepared>>,
    /// The metadata of the set, as JSON.
    pub metadata: Bytes,
    /// Whether a flag looks at the time, so that a version and a context do not say everything.
    pub timed: bool,
}

/// All flag sets at one moment.
#[derive(Default)]
pub(crate) struct Snapshot {
    pub version: Version,
    pub sets: HashMap<String, Arc<Set>>,
}

/// The present snapshot, and how it is replaced. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Snapshots {
    db: Db,
    present: Arc<RwLock<Arc<Snapshot>>>,
    /// One at a time, so that none replaces a newer one.
    making: Arc<tokio::sync::Mutex<()>>,
}

impl Snapshots {
    pub(crate) fn new(db: Db) -> Self {
        Self { db, present: Arc::default(), making: Arc::default() }
    }

    /// The flags as they are now.
    pub(crate) fn present(&self) -> Arc<Snapshot> {
        self.present.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes in whatever was committed until now.
    pub(crate) async fn refresh(&self) -> Result<()> {
        let _only = self.making.lock().await;
        let before = self.present();
        let known: HashMap<String, Known> = before
            .sets
            .iter()
            .map(|(name, set)| (name.clone(), Known { version: set.version, base: set.base }))
            .collect();
        let (version, rows) = self.db.read(move |tx| changes::since(tx, &known)).await?;
        if version == before.version {
            return Ok(());
        }
        let sets = rows.into_iter().map(|row| (row.name.clone(), renewed(row, &before))).collect();
        let next = Arc::new(Snapshot { version, sets });
        *self.present.write().unwrap_or_else(PoisonError::into_inner) = next;
        Ok(())
    }

    /// Whether something was committed, by whatever node, that is not in the present snapshot.
    pub(crate) async fn is_behind(&self) -> Result<bool> {
        let version = self.db.read(changes::version).await?;
        Ok(version != self.present().version)
    }
}

fn renewed(row: SetRow, before: &Snapshot) -> Arc<Set> {
    let known = before.sets.get(&row.name);
    let Some(changes) = row.changes else {
        return known.cloned().unwrap_or_else(|| Arc::new(empty(&row.metadata)));
    };
    let mut flags = known.filter(|_| !changes.whole).map(|known| known.flags.clone()).unwrap_or_default();
    for flag in changes.flags {
        let prepared =
            Prepared::new(&flag.key, &flag.definition, &row.evaluators, &row.metadata, flag.overlay.as_ref());
        flags.insert(flag.key, Arc::new(prepared));
    }
    Arc::new(Set {
        version: row.version,
        base: row.base,
        bucketing: row.bucketing,
        timed: flags.values().any(|flag| flag.is_timed()),
        flags,
        metadata: written(&row.metadata),
    })
}

fn empty(metadata: &Map<String, Value>) -> Set {
    Set {
        version: 0,
        base: 0,
        bucketing: Bucketing::default(),
        flags: BTreeMap::new(),
        metadata: written(metadata),
        timed: false,
    }
}

fn written(metadata: &Map<String, Value>) -> Bytes {
    serde_json::to_vec(metadata).unwrap_or_else(|_| b"{}".to_vec()).into()
}
