//! The providers we know of, so that one can be followed by its name alone. The list is built into the
//! program.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::adapters;

/// A provider we know of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its name in addresses.
    pub slug: String,
    /// Its name for people.
    pub name: String,
    /// What it does (`cloud`, `devtools`, `payments`, …).
    pub category: String,
    /// The family of its status page, which may be one that we do not read yet.
    pub adapter: String,
    /// Its status page, for people.
    pub page_url: String,
    /// The document to read; empty where none is known.
    pub feed_url: String,
}

impl Entry {
    /// Whether we can read it today.
    pub fn is_readable(&self) -> bool {
        !self.feed_url.is_empty() && adapters::named(&self.adapter).is_some()
    }
}

// A broken list would leave the catalogue empty; a test sees to it that it is not.
static ENTRIES: LazyLock<Vec<Entry>> =
    LazyLock::new(|| serde_json::from_str(include_str!("../catalogue.json")).unwrap_or_default());

/// All entries, in the order of their slugs.
pub fn all() -> &'static [Entry] {
    &ENTRIES
}

/// The entry of that slug.
pub fn find(slug: &str) -> Option<&'static Entry> {
    ENTRIES.iter().find(|entry| entry.slug == slug)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_whole_and_in_order() {
        assert!(all().len() > 400);
        assert!(all().is_sorted_by(|a, b| a.slug < b.slug));
        for entry in all() {
            assert_eq!(entry.slug, kit_base::slug(&entry.slug), "{}", entry.name);
            assert!(entry.page_url.starts_with("https://"), "{}", entry.slug);
            assert!(entry.feed_url.is_empty() || entry.feed_url.starts_with("http"), "{}", entry.slug);
        }
    }

    #[test]
    fn what_has_our_adapters_can_be_read() {
        let ours: Vec<&Entry> =
            all().iter().filter(|entry| adapters::named(&entry.adapter).is_some()).collect();
        assert!(ours.len() > 200);
        assert!(ours.iter().all(|entry| entry.is_readable()));
        for entry in ours.iter().filter(|entry| entry.adapter == "statuspage") {
            assert!(entry.feed_url.ends_with("/api/v2/summary.json"), "{}", entry.slug);
        }
    }

    #[test]
    fn a_family_we_do_not_know_is_kept_but_not_readable() {
        assert!(find("github").unwrap().is_readable());
        assert!(find("google-cloud").unwrap().is_readable());
        assert!(!find("8x8").unwrap().is_readable());
        assert!(find("nobody").is_none());
    }
}
