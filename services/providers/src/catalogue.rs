//! The providers we know of, so that one can be followed by its name alone. The list is built into the
//! program.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use contracts::providers::Relation;
use kit_base::slug;
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

static RELATIONS: LazyLock<BTreeMap<String, Vec<String>>> =
    LazyLock::new(|| serde_json::from_str(include_str!("../relations.json")).unwrap_or_default());

/// The slugs of the providers that the one of this slug is known to run on.
pub fn runs_on(slug: &str) -> &'static [String] {
    RELATIONS.get(slug).map(Vec::as_slice).unwrap_or_default()
}

/// Which providers are known to run on which.
pub fn relations() -> impl Iterator<Item = Relation> {
    RELATIONS.iter().flat_map(|(provider, all)| {
        all.iter().map(|on| Relation { provider: provider.clone(), runs_on: on.clone(), known: true })
    })
}

/// The entries of which name, slug, category or page has all words of `asked`.
pub fn search(asked: &str) -> impl Iterator<Item = &'static Entry> {
    let words: Vec<String> = asked.split_whitespace().map(str::to_lowercase).collect();
    ENTRIES.iter().filter(move |entry| {
        let text =
            format!("{} {} {} {}", entry.name.to_lowercase(), entry.slug, entry.category, entry.page_url);
        words
            .iter()
            .all(|word| text.contains(word.as_str()) || text.contains(&slug(word)) && !slug(word).is_empty())
    })
}

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
        assert!(ours.len() > 300);
        let readable: Vec<&&Entry> = ours.iter().filter(|entry| entry.is_readable()).collect();
        assert!(ours.len() - readable.len() < 10, "of few the document is still to be found");
        for entry in ours.iter().filter(|entry| entry.adapter == "statuspage") {
            assert!(entry.feed_url.ends_with("/api/v2/summary.json"), "{}", entry.slug);
        }
    }

    #[test]
    fn entries_are_found_by_words() {
        let found = |asked: &str| search(asked).map(|entry| entry.slug.as_str()).collect::<Vec<_>>();
        assert_eq!(found("git hub"), ["github"]);
        assert!(found("").len() > 400 && found("CLOUD").len() > 20);
        assert!(found("githubstatus.com").contains(&"github"));
        assert!(found("no such provider").is_empty());
    }

    #[test]
    fn relations_are_about_entries_and_go_in_no_circle() {
        assert!(relations().count() > 100);
        for Relation { provider, runs_on, .. } in relations() {
            assert!(find(&provider).is_some() && find(&runs_on).is_some(), "{provider} on {runs_on}");
            assert!(!super::runs_on(&runs_on).contains(&provider), "{provider} and {runs_on}");
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
