//! Site24x7 StatusIQ: a feed with an item for each component, whose title ends with its state, and the JSON that its
//! own page reads, with states as numbers of its own order.

mod summary;

use contracts::Status;
use contracts::providers::ProviderComponent;
use serde_json::Value;

use super::feed::{self, Entry, Feed};
use super::unreadable::{Unreadable, begins_with};
use super::{Adapter, Document, PLAIN, Told, text};

/// The family of StatusIQ.
pub(super) const ADAPTER: Adapter = Adapter {
    name: "statusiq",
    title: "Site24x7 StatusIQ",
    read,
    recognises,
    recognises_feed,
    paths: &["/sp/api/u/summary_details", "/rss"],
    ..PLAIN
};

fn read(document: &Document<'_>) -> Result<Told, Unreadable> {
    if !begins_with(document.body, '<') {
        return summary::read(document.body);
    }
    let feed = feed::read(document.body, document.content_type)?;
    if !recognises_feed(&feed) {
        return Err(Unreadable::another_feed(&feed.title, "StatusIQ"));
    }
    let components: Result<Vec<ProviderComponent>, Unreadable> = feed.entries.iter().map(component).collect();
    Ok(Told { components: Some(components?), ..Told::default() })
}

/// `<name> - <state>`, where the name may have a dash too.
fn component(entry: &Entry) -> Result<ProviderComponent, Unreadable> {
    let (name, state) = match entry.title.rsplit_once(" - ") {
        Some((name, state)) => (name.trim(), state.trim()),
        None => (entry.title.trim(), ""),
    };
    if name.is_empty() {
        let reason = "an item of StatusIQ is titled with a component and its state, this is not";
        return Err(Unreadable::Shape(reason.into()));
    }
    // A guid may be that of all items; only the link is of this one, and some have none.
    let id = entry.link.split_once("#/components/").map_or(name, |(_, id)| id);
    let (id, name) = (text::line(id, 200), text::title(name));
    Ok(ProviderComponent { id, name, status: status_of(state), ..ProviderComponent::default() })
}

/// The states in the words of the feed.
fn status_of(state: &str) -> Status {
    match state.to_ascii_lowercase().as_str() {
        "operational" | "informational" => Status::Operational,
        "degraded performance" | "degraded" => Status::DegradedPerformance,
        "under maintenance" | "maintenance" => Status::UnderMaintenance,
        "partial outage" => Status::PartialOutage,
        "major outage" => Status::MajorOutage,
        _ => Status::Unknown,
    }
}

fn recognises(document: &Value) -> bool {
    document.pointer("/data/current_status").is_some_and(Value::is_array)
        && (document.pointer("/data/statuspage_details").is_some() || document.get("code").is_some())
}

fn recognises_feed(feed: &Feed) -> bool {
    feed.description.contains("StatusIQ")
        || feed.entries.iter().any(|entry| entry.other("site24x7:responsetime").is_some())
}
