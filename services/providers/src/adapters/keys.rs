//! Names the components of a page for addresses and dependencies: short while that is clear, longer where
//! names repeat.

use std::collections::{HashMap, HashSet};

use kit_base::slug;

use super::text;

const KEY_LETTERS: usize = 120;

/// What a component's key is made of.
pub(super) struct Named<'a> {
    pub(super) id: &'a str,
    pub(super) name: &'a str,
    pub(super) group: Option<&'a str>,
}

/// A key for each component, all different. A name that stands once on the page gives the key by itself;
/// where it stands more often every copy gets its group before it, so that no copy keeps the short key by
/// chance of order.
pub(super) fn assign(components: &[Named<'_>]) -> Vec<String> {
    let short: Vec<String> = components.iter().map(short_key).collect();
    let repeated = repeated(&short);
    let long: Vec<String> =
        components.iter().zip(&short).map(|(c, key)| long_key(c, key, &repeated)).collect();
    let still_repeated = self::repeated(&long);
    let last = components.iter().zip(&short).zip(&long).map(|((component, short), long)| {
        // A name that is alone on the page keeps its key even where a group and a name happen to spell the
        // same.
        let settled = !repeated.contains(short.as_str()) || !still_repeated.contains(long.as_str());
        if settled { long.clone() } else { join(long, &spell(component.id)) }
    });
    number_repeats(last.collect())
}

/// `name` as it stands in keys, cut where it is longer than any that a person wants to read.
pub(super) fn spell(name: &str) -> String {
    slug(&text::line(name, KEY_LETTERS))
}

fn short_key(component: &Named<'_>) -> String {
    let keys = [spell(component.name), spell(component.id)];
    keys.into_iter().find(|key| !key.is_empty()).unwrap_or_else(|| "component".to_owned())
}

fn long_key(component: &Named<'_>, short: &str, repeated: &HashSet<&str>) -> String {
    match component.group {
        Some(group) if repeated.contains(short) => join(&spell(group), short),
        _ => short.to_owned(),
    }
}

fn join(first: &str, second: &str) -> String {
    format!("{first}-{second}").trim_matches('-').to_owned()
}

fn repeated(keys: &[String]) -> HashSet<&str> {
    let mut seen = HashSet::new();
    keys.iter().map(String::as_str).filter(|key| !seen.insert(*key)).collect()
}

/// Only a page that repeats its ids too comes here with keys that are not yet unique.
fn number_repeats(keys: Vec<String>) -> Vec<String> {
    let mut taken: HashSet<String> = keys.iter().cloned().collect();
    let mut times: HashMap<String, usize> = HashMap::new();
    let numbered = keys.into_iter().map(|key| {
        let time = times.entry(key.clone()).or_default();
        *time += 1;
        if *time == 1 {
            return key;
        }
        loop {
            let candidate = format!("{key}-{time}");
            if taken.insert(candidate.clone()) {
                return candidate;
            }
            *time += 1;
        }
    });
    numbered.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Keys of components given as (id, name, group).
    fn keys(components: &[(&str, &str, &str)]) -> Vec<String> {
        let named = components.iter().map(|(id, name, group)| Named {
            id,
            name,
            group: Some(*group).filter(|group| !group.is_empty()),
        });
        assign(&named.collect::<Vec<_>>())
    }

    #[test]
    fn a_name_alone_is_the_key() {
        assert_eq!(keys(&[("1", "API Requests", "Core"), ("2", "Web", "")]), ["api-requests", "web"]);
    }

    #[test]
    fn an_endless_name_gives_a_key_all_the_same() {
        assert_eq!(spell("API Requests"), "api-requests");
        assert_eq!(spell(&"a".repeat(1_000_000)), "a".repeat(KEY_LETTERS - 1));
    }

    #[test]
    fn every_copy_of_a_repeated_name_gets_its_group() {
        assert_eq!(
            keys(&[("1", "API", "EU West"), ("2", "API", "US East"), ("3", "api!", "")]),
            ["eu-west-api", "us-east-api", "api"]
        );
    }

    #[test]
    fn copies_that_share_a_group_get_their_id() {
        assert_eq!(
            keys(&[("k1", "API", "EU"), ("k2", "API", "EU"), ("k3", "API", "US")]),
            ["eu-api-k1", "eu-api-k2", "us-api"]
        );
        assert_eq!(keys(&[("k1", "API", ""), ("k2", "API", "")]), ["api-k1", "api-k2"]);
    }

    #[test]
    fn a_name_alone_keeps_its_key_against_a_group_that_spells_the_same() {
        let components = [("1", "EU API", ""), ("2", "API", "EU"), ("3", "API", "US")];
        assert_eq!(keys(&components), ["eu-api", "eu-api-2", "us-api"]);
    }

    #[test]
    fn keys_differ_even_where_nothing_else_does() {
        assert_eq!(
            keys(&[("x9", "!!", ""), ("", "", ""), ("", "?", "")]),
            ["x9", "component", "component-2"]
        );
        assert_eq!(keys(&[("", "A", ""), ("", "A", ""), ("", "A-2", "")]), ["a", "a-3", "a-2"]);
        let many = vec![("", "same", "same"); 10_000];
        assert_eq!(keys(&many).into_iter().collect::<HashSet<_>>().len(), 10_000);
    }
}
