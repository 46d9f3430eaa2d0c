//! Which tables a statement touches, and the version of each table: so that whoever keeps an answer can tell whether what
//! it was made from has changed. A statement that names a table counts as touching it, which errs on the safe side only.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use kit_base::reads::{Seen, Stamp};

/// A set of tables, a bit for each.
pub(crate) type TableSet = u128;

/// Every table beyond the 127th shares the last bit.
const LAST: usize = 127;

/// The tables of one database.
#[derive(Default)]
pub(crate) struct Tables {
    names: HashMap<String, usize>,
    stamps: Vec<Stamp>,
    /// For each table, itself and every table whose rows may vanish with its own (`ON DELETE CASCADE`).
    dragged: Vec<TableSet>,
    /// What is known of statements, by their address: they are literals and stay where they are.
    statements: RwLock<HashMap<(usize, usize), TableSet>>,
}

impl Tables {
    /// The tables that these scripts create.
    pub(crate) fn of<'a>(scripts: impl Iterator<Item = &'a str>) -> Self {
        let mut tables = Self::default();
        let mut references: Vec<(usize, String)> = Vec::new();
        for script in scripts {
            let script: String = script
                .lines()
                .map(|line| line.split("--").next().unwrap_or(""))
                .collect::<Vec<_>>()
                .join("\n");
            let mut creating = None;
            let mut before = "";
            for word in words(&script) {
                match before.to_ascii_uppercase().as_str() {
                    "TABLE" | "EXISTS" if !["IF", "ADD"].contains(&word.to_ascii_uppercase().as_str()) => {
                        creating = Some(tables.add(word));
                    }
                    "REFERENCES" => references.extend(creating.map(|table| (table, word.to_owned()))),
                    _ => {}
                }
                before = word;
            }
        }
        tables.dragged = (0..tables.stamps.len()).map(|table| 1 << table).collect();
        // As many rounds as there are references carry a change through the longest chain of them.
        for _ in 0..references.len() {
            for (child, parent) in &references {
                let below = tables.dragged.get(*child).copied().unwrap_or_default();
                if let Some(set) = tables.names.get(parent).and_then(|parent| tables.dragged.get_mut(*parent))
                {
                    *set |= below;
                }
            }
        }
        tables
    }

    fn add(&mut self, name: &str) -> usize {
        let next = self.names.len().min(LAST);
        let table = *self.names.entry(name.to_owned()).or_insert(next);
        if table >= self.stamps.len() {
            self.stamps.push(Stamp::default());
        }
        table
    }

    /// The tables that this statement names.
    pub(crate) fn named_in(&self, sql: &'static str) -> TableSet {
        let key = (sql.as_ptr().addr(), sql.len());
        if let Some(set) = self.statements.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return *set;
        }
        let set = words(sql).filter_map(|word| self.names.get(word)).fold(0, |set, table| set | 1 << table);
        self.statements.write().unwrap_or_else(PoisonError::into_inner).insert(key, set);
        set
    }

    /// The versions of all tables, to be taken before a read begins.
    pub(crate) fn versions(&self) -> Vec<u64> {
        self.stamps.iter().map(Stamp::version).collect()
    }

    /// These tables were read, and had these versions before.
    pub(crate) fn seen(&self, read: TableSet, versions: &[u64]) -> Seen {
        let mut seen = Seen::default();
        for (table, (stamp, version)) in self.stamps.iter().zip(versions).enumerate() {
            if read & (1 << table) != 0 {
                seen.stamp(stamp, *version);
            }
        }
        seen
    }

    /// These tables were changed, and the change can be read by everybody.
    pub(crate) fn changed(&self, written: TableSet) {
        let touched = |table: &usize| written & (1 << table) != 0;
        let all = (0..self.stamps.len()).filter(touched).filter_map(|table| self.dragged.get(table));
        let all = all.fold(0, |all, set| all | set);
        for (table, stamp) in self.stamps.iter().enumerate() {
            if all & (1 << table) != 0 {
                stamp.changed();
            }
        }
    }
}

fn words(sql: &str) -> impl Iterator<Item = &str> {
    sql.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_seen_by_whoever_read_the_table_or_one_that_hangs_on_it() {
        let tables = Tables::of(
            ["-- TABLE comments are none\nCREATE TABLE a (id TEXT);",
             "CREATE TABLE IF NOT EXISTS b (a TEXT REFERENCES a (id)); CREATE TABLE c (b TEXT REFERENCES b (id));",
             "ALTER TABLE a ADD COLUMN x TEXT; CREATE TABLE d (id TEXT);"]
            .into_iter(),
        );
        let read = |sql| tables.seen(tables.named_in(sql), &tables.versions());
        let (c, d) = (read("SELECT * FROM c"), read("SELECT id FROM d JOIN abc ON 1 = 1"));
        tables.changed(tables.named_in("DELETE FROM a WHERE id = $1"));
        assert!(!c.is_current() && d.is_current());
        tables.changed(tables.named_in("UPDATE d SET id = $1"));
        assert!(!d.is_current());
    }
}
