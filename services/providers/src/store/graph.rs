//! Which providers run on which, from the catalogue and from what was said here, and which of their incidents overlap.

use std::collections::{BTreeSet, HashMap};

use contracts::Status;
use contracts::providers::{GraphProvider, Overlap, ProviderEvent, ProviderGraph, Relation};
use kit_base::Timestamp;
use kit_store::{Result, Tx, params};

use super::events;
use crate::catalogue;
use crate::error::Error;

/// The most overlaps that are told.
const MOST: usize = 200;

/// The most incidents that are compared with each other.
const MOST_EVENTS: i64 = 500;

/// The watched providers, what they run on, and which of their incidents since `from` overlap.
pub(crate) fn graph(tx: &mut Tx<'_>, from: Timestamp) -> Result<ProviderGraph> {
    let watched: HashMap<String, (String, Status)> = tx
        .query("SELECT slug, name, status FROM providers", params![], |row| {
            Ok((row.get("slug")?, (row.get("name")?, row.word("status", Status::parse)?)))
        })?
        .into_iter()
        .collect();
    let relations: Vec<Relation> =
        relations(tx)?.into_iter().filter(|relation| watched.contains_key(&relation.provider)).collect();
    let slugs: BTreeSet<&String> = watched.keys().chain(relations.iter().map(|r| &r.runs_on)).collect();
    let providers = slugs.into_iter().map(|slug| provider(slug, watched.get(slug))).collect();
    let overlaps = overlaps(&events::harmful_since(tx, from, MOST_EVENTS)?, &relations, tx.now());
    Ok(ProviderGraph { providers, relations, overlaps })
}

fn provider(slug: &str, watched: Option<&(String, Status)>) -> GraphProvider {
    let known = || catalogue::find(slug).map_or_else(|| slug.to_owned(), |entry| entry.name.clone());
    GraphProvider {
        slug: slug.to_owned(),
        name: watched.map_or_else(known, |(name, _)| name.clone()),
        status: watched.map_or(Status::Unknown, |(_, status)| *status),
        watched: watched.is_some(),
    }
}

/// Every relation: those of the catalogue that nobody denied, and those that were added.
pub(crate) fn relations(tx: &mut Tx<'_>) -> Result<Vec<Relation>> {
    let said: Vec<(Relation, bool)> = tx.query(
        "SELECT provider, runs_on, denied FROM relations ORDER BY provider, runs_on",
        params![],
        |row| {
            let relation =
                Relation { provider: row.get("provider")?, runs_on: row.get("runs_on")?, known: false };
            Ok((relation, row.get("denied")?))
        },
    )?;
    let is_same = |a: &Relation, b: &Relation| (&a.provider, &a.runs_on) == (&b.provider, &b.runs_on);
    let known: Vec<Relation> =
        catalogue::relations().filter(|known| !said.iter().any(|(said, _)| is_same(known, said))).collect();
    let added = said.into_iter().filter(|(_, denied)| !denied).map(|(relation, _)| relation);
    let mut all: Vec<Relation> = known.into_iter().chain(added).collect();
    all.sort_by(|a, b| (&a.provider, &a.runs_on).cmp(&(&b.provider, &b.runs_on)));
    Ok(all)
}

/// Says that a provider runs on another one; refused where that would close a circle.
pub(crate) fn relate(tx: &mut Tx<'_>, provider: &str, runs_on: &str) -> Result<Relation, Error> {
    let mut path = vec![runs_on.to_owned()];
    if let Some(circle) = way(&relations(tx)?, &mut path, provider) {
        return Err(Error::Circle(format!("{provider} → {}", circle.join(" → "))));
    }
    let is_known = catalogue::runs_on(provider).iter().any(|known| known == runs_on);
    if is_known {
        tx.execute("DELETE FROM relations WHERE provider = $1 AND runs_on = $2", params![provider, runs_on])?;
    } else {
        tx.execute(
            "INSERT INTO relations (provider, runs_on, denied) VALUES ($1, $2, FALSE)
             ON CONFLICT (provider, runs_on) DO UPDATE SET denied = FALSE",
            params![provider, runs_on],
        )?;
    }
    Ok(Relation { provider: provider.to_owned(), runs_on: runs_on.to_owned(), known: is_known })
}

/// Says that a provider does not run on another one, whatever the catalogue says.
pub(crate) fn unrelate(tx: &mut Tx<'_>, provider: &str, runs_on: &str) -> Result<(), Error> {
    if !relations(tx)?.iter().any(|relation| relation.provider == provider && relation.runs_on == runs_on) {
        return Err(Error::NotFound);
    }
    if catalogue::runs_on(provider).iter().any(|known| known == runs_on) {
        tx.execute(
            "INSERT INTO relations (provider, runs_on, denied) VALUES ($1, $2, TRUE)
             ON CONFLICT (provider, runs_on) DO UPDATE SET denied = TRUE",
            params![provider, runs_on],
        )?;
    } else {
        tx.execute("DELETE FROM relations WHERE provider = $1 AND runs_on = $2", params![provider, runs_on])?;
    }
    Ok(())
}

/// The way from the end of `path` to `goal` along the relations, if there is one.
fn way(relations: &[Relation], path: &mut Vec<String>, goal: &str) -> Option<Vec<String>> {
    let here = path.last()?.clone();
    if here == goal {
        return Some(path.clone());
    }
    for relation in relations.iter().filter(|relation| relation.provider == here) {
        if !path.contains(&relation.runs_on) {
            path.push(relation.runs_on.clone());
            if let Some(found) = way(relations, path, goal) {
                return Some(found);
            }
            path.pop();
        }
    }
    None
}

/// Each two incidents of different providers that went on at the same time. `events` are in the order of their start.
fn overlaps(events: &[ProviderEvent], relations: &[Relation], now: Timestamp) -> Vec<Overlap> {
    let mut bases: HashMap<&str, Vec<&str>> = HashMap::new();
    for relation in relations {
        bases.entry(&relation.provider).or_default().push(&relation.runs_on);
    }
    let based_on = |provider: &str| bases.get(provider).map(Vec::as_slice).unwrap_or_default();
    let are_related = |a: &str, b: &str| {
        based_on(a).contains(&b)
            || based_on(b).contains(&a)
            || based_on(a).iter().any(|on| based_on(b).contains(on))
    };
    let mut found = Vec::new();
    for (place, second) in events.iter().enumerate() {
        let earlier = events.iter().take(place).filter(|first| first.provider != second.provider);
        for first in earlier.filter(|first| first.ts_end.is_none_or(|end| end > second.ts_start)) {
            let until = [first.ts_end, second.ts_end].into_iter().flatten().min();
            found.push(Overlap {
                first: first.provider.clone(),
                first_title: first.title.clone(),
                second: second.provider.clone(),
                second_title: second.title.clone(),
                since: second.ts_start,
                until: until.filter(|until| *until <= now),
                related: are_related(&first.provider, &second.provider),
            });
        }
    }
    found.sort_by_key(|overlap| std::cmp::Reverse((overlap.related, overlap.since)));
    found.truncate(MOST);
    found
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use contracts::providers::ProviderEventKind;

    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_micros(minute * 60_000_000)
    }

    fn event(provider: &str, start: i64, end: Option<i64>) -> ProviderEvent {
        ProviderEvent {
            provider: provider.to_owned(),
            id: String::new(),
            kind: ProviderEventKind::Incident,
            service: String::new(),
            components: Vec::new(),
            state: String::new(),
            title: format!("{provider} {start}"),
            status: Status::MajorOutage,
            ts_start: at(start),
            ts_update: at(start),
            active: end.is_none(),
            ts_end: end.map(at),
            url: None,
        }
    }

    fn relation(provider: &str, runs_on: &str) -> Relation {
        Relation { provider: provider.to_owned(), runs_on: runs_on.to_owned(), known: false }
    }

    #[test]
    fn what_went_on_at_the_same_time_overlaps() {
        let events = [
            event("aws", 0, Some(30)),
            event("slack", 10, None),
            event("other", 20, None),
            event("aws", 25, None),
            event("heroku", 40, Some(50)),
        ];
        let relations = [relation("slack", "aws"), relation("heroku", "aws")];
        let now = at(100).plus(Duration::from_secs(1));
        let found = overlaps(&events, &relations, now);
        let short: Vec<(String, String, bool)> =
            found.iter().map(|o| (o.first_title.clone(), o.second_title.clone(), o.related)).collect();
        let pair = |a: &str, b: &str, related| (a.to_owned(), b.to_owned(), related);
        assert_eq!(short[0], pair("slack 10", "heroku 40", true), "both run on the same");
        assert!(short.contains(&pair("aws 0", "slack 10", true)));
        assert!(short.contains(&pair("aws 0", "other 20", false)));
        assert!(
            !short.iter().any(|(a, b, _)| a.starts_with("aws 0") && b == "heroku 40"),
            "one was over before"
        );
        let pair = found.iter().find(|o| o.first_title == "aws 0" && o.second == "slack").unwrap();
        assert_eq!((pair.since, pair.until), (at(10), Some(at(30))));
    }

    #[test]
    fn a_circle_is_found_with_its_way() {
        let relations = [relation("a", "b"), relation("b", "c"), relation("c", "d"), relation("d", "b")];
        assert_eq!(way(&relations, &mut vec!["a".to_owned()], "d").unwrap(), ["a", "b", "c", "d"]);
        assert_eq!(way(&relations, &mut vec!["d".to_owned()], "a"), None);
    }
}
