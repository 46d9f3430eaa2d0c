//! Microsoft Azure: a feed that is empty while all is well, and a post. An item has no level and names no component,
//! so that it is trouble unless its title says that it is over; and an old copy of the empty feed proves nothing.

use std::time::Duration;

use contracts::Status;
use serde_json::Value;

use super::feed::{self, Entry, Feed};
use super::history::{self, Word};
use super::microsoft::{Post, is_post};
use super::unreadable::{Root, Unreadable, begins_with, json_rooted};
use super::{Adapter, Document, PLAIN, Told};

/// How old the feed may be when it is got. It is built anew every few minutes.
const OLDEST: Duration = Duration::from_secs(24 * 3600);

/// The family of Microsoft Azure.
pub(super) const ADAPTER: Adapter = Adapter {
    name: "azure",
    title: "Microsoft Azure",
    read,
    recognises,
    recognises_feed,
    hosts: &[
        ("azure.status.microsoft", "https://azure.status.microsoft/en-us/status/feed/"),
        ("status.azure.com", "https://azure.status.microsoft/en-us/status/feed/"),
    ],
    ages: true,
    ..PLAIN
};

fn read(document: &Document<'_>) -> Result<Told, Unreadable> {
    if begins_with(document.body, '{') {
        return of_post(&json_rooted(document.body, Root::Object, "a post")?);
    }
    let feed = feed::read(document.body, document.content_type)?;
    if !recognises_feed(&feed) {
        return Err(Unreadable::another_feed(&feed.title, "Azure"));
    }
    let Some(built_at) = feed.built_at else {
        return Err(Unreadable::Shape("the feed of Azure has a `lastBuildDate`, this has none".into()));
    };
    // Of a file nobody knows when it was got.
    if document.fetched_at.is_some_and(|now| now.since(built_at) > OLDEST) {
        return Err(Unreadable::OutOfDate { built_at });
    }
    Ok(of_feed(&feed))
}

fn of_post(post: &Post) -> Result<Told, Unreadable> {
    if post.status.is_none() || post.service_workload_name.is_some() {
        return Err(Unreadable::Shape("the post about Azure has a `Status` and no service".into()));
    }
    let incidents = post.incident("Microsoft Azure", Vec::new()).into_iter().collect();
    Ok(Told { verdict: Some(post.status()), incidents: Some(incidents), ..Told::default() })
}

fn of_feed(feed: &Feed) -> Told {
    let mut incidents = Vec::new();
    for story in history::stories(feed) {
        let is_over = story.newest_word() == Some(Word::Over) || says_over(story.entry);
        if !is_over {
            incidents.push(story.incident(level(&story.entry.title)));
        }
    }
    Told { incidents: Some(incidents), names_only_trouble: true, ..Told::default() }
}

/// Whether the title or a category says that it is over, as in `Storage - West Europe - Mitigated`.
fn says_over(entry: &Entry) -> bool {
    let mut names = std::iter::once(&entry.title).chain(&entry.categories);
    names.any(|name| words(name).any(|word| word == "mitigated" || word == "resolved"))
}

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase)
}

/// An item is trouble; the words of its title can make it more, and a few make it less.
fn level(title: &str) -> Status {
    let words: Vec<String> = words(title).collect();
    let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(&word.as_str()));
    if words.first().is_some_and(|word| ["advisory", "informational", "information"].contains(&word.as_str()))
    {
        Status::Operational
    } else if has(&["partial"]) {
        Status::PartialOutage
    } else if has(&["outage", "outages", "unavailable", "down"]) {
        Status::MajorOutage
    } else {
        Status::DegradedPerformance
    }
}

/// A post is of Azure if it speaks of it: the posts about other products look the same.
pub(super) fn recognises(document: &Value) -> bool {
    let texts = ["Title", "Message"].iter().filter_map(|field| document.get(field).and_then(Value::as_str));
    is_post(document) && document.get("ServiceWorkloadName").is_none() && { texts }
        .any(|text| text.contains("Azure"))
}

fn recognises_feed(feed: &Feed) -> bool {
    let pages = ["azure.status.microsoft", "status.azure.com", "azure.microsoft.com"];
    let is_of_page =
        pages.iter().any(|page| feed.link.contains(page)) || feed.title.starts_with("Azure Status");
    is_of_page && feed.entries.iter().all(|entry| entry.other("status").is_none())
}
