//! Meta: its products for businesses and developers, each with services whose state is a sentence, and the outages of
//! a product. How Facebook, Instagram and WhatsApp are for everybody, it does not say.

use contracts::Status;
use contracts::providers::{ProviderComponent, ProviderIncident, ProviderUpdate};
use kit_base::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::feed::{self, Feed};
use super::lenient::{date, id, text as lenient_text};
use super::unreadable::{Root, Unreadable, begins_with, json_rooted};
use super::{Adapter, Document, PLAIN, Told, history, text};

/// The family of Meta.
pub(super) const ADAPTER: Adapter = Adapter {
    name: "meta",
    title: "Meta",
    read,
    recognises,
    recognises_feed,
    hosts: &[("metastatus.com", "https://metastatus.com/data/orgs.json")],
    ages: true,
    ..PLAIN
};

/// A product of `orgs.json`, or an outage of `outages/<product>.json`.
#[derive(Deserialize)]
#[serde(expecting = "a product or an outage")]
struct Entry {
    #[serde(default, deserialize_with = "id")]
    id: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    name: Option<String>,
    services: Option<Vec<Service>>,
    posts: Option<Vec<Post>>,
    #[serde(default, deserialize_with = "id")]
    service_id: Option<String>,
    status: Option<Value>,
    #[serde(default, deserialize_with = "date")]
    time: Option<Timestamp>,
}

#[derive(Deserialize)]
#[serde(expecting = "a service")]
struct Service {
    #[serde(default, deserialize_with = "id")]
    id: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    name: Option<String>,
    status: Option<Value>,
}

#[derive(Deserialize)]
#[serde(expecting = "a post")]
struct Post {
    #[serde(default, deserialize_with = "lenient_text")]
    description: Option<String>,
    #[serde(default, deserialize_with = "date")]
    time: Option<Timestamp>,
}

/// A sentence as a state: "No known issues", "High disruptions". Which others there are is not documented, so that
/// anything else is unknown.
fn status_of(sentence: Option<&Value>) -> Status {
    let sentence = sentence.and_then(Value::as_str).unwrap_or_default().to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| sentence.contains(word));
    if ["no known issues", "operational", "resolved"].contains(&sentence.trim()) {
        Status::Operational
    } else if says(&["maintenance"]) {
        Status::UnderMaintenance
    } else if says(&["high", "major", "outage", "unavailable", "down"]) {
        Status::MajorOutage
    } else if says(&["medium", "some", "partial", "elevated"]) {
        Status::PartialOutage
    } else if says(&["low", "minor", "degrad", "disrupt"]) {
        Status::DegradedPerformance
    } else {
        Status::Unknown
    }
}

fn read(document: &Document<'_>) -> Result<Told, Unreadable> {
    if begins_with(document.body, '<') {
        let feed = feed::read(document.body, document.content_type)?;
        if !recognises_feed(&feed) {
            return Err(Unreadable::another_feed(&feed.title, "Meta"));
        }
        let history = history::read(&feed, document.fetched_at, true);
        return Ok(Told { incidents: Some(history.incidents), ..Told::default() });
    }
    let entries: Vec<Entry> = json_rooted(document.body, Root::List, "a document of Meta")?;
    if entries.is_empty() {
        return Err(Unreadable::Shape("a document of Meta lists its products, this has none".into()));
    }
    let mut told = Told::default();
    for (place, entry) in entries.into_iter().enumerate() {
        let fault = |what: &str| Unreadable::Shape(format!("entry {}: {what}", place + 1));
        if let Some(posts) = &entry.posts {
            let incidents = told.incidents.get_or_insert_default();
            incidents.extend(entry.outage(posts));
            continue;
        }
        let (Some(id), Some(services)) = (entry.id, entry.services) else {
            return Err(fault("a product has an `id` and `services`"));
        };
        let group = text::title(entry.name.as_deref().unwrap_or(&id));
        for service in services {
            let Some(name) = service.name.as_deref().or(service.id.as_deref()) else {
                return Err(fault("a service has a `name`"));
            };
            told.components.get_or_insert_default().push(ProviderComponent {
                id: format!("{id}/{}", service.id.as_deref().unwrap_or(name)),
                name: text::title(name),
                group: Some(group.clone()),
                status: status_of(service.status.as_ref()),
                ..ProviderComponent::default()
            });
        }
    }
    Ok(told)
}

impl Entry {
    /// Oldest post first.
    fn outage(&self, posts: &[Post]) -> Option<ProviderIncident> {
        let state = self.status.as_ref().and_then(Value::as_str).unwrap_or("unknown").to_lowercase();
        let impact = status_of(self.status.as_ref());
        let mut updates: Vec<ProviderUpdate> = posts.iter().rev().map(Post::told).collect();
        updates.sort_by_key(|update| std::cmp::Reverse(update.at));
        let message = updates.first().map_or_else(String::new, |update| update.body.clone());
        (!state.contains("resolved")).then(|| ProviderIncident {
            id: self.id.clone().or_else(|| self.service_id.clone()).unwrap_or_default(),
            title: text::title(if message.is_empty() { "Untitled" } else { &message }),
            state: text::state(&state),
            impact: if impact == Status::Operational { Status::Unknown } else { impact },
            started_at: self.time.or_else(|| updates.last().and_then(|update| update.at)),
            updated_at: updates.first().and_then(|update| update.at).or(self.time),
            message,
            url: Some("https://metastatus.com/".to_owned()),
            components: Vec::new(),
            updates,
        })
    }
}

impl Post {
    fn told(&self) -> ProviderUpdate {
        let body = text::body(self.description.as_deref().unwrap_or_default());
        ProviderUpdate { at: self.time, state: None, body }
    }
}

fn recognises(document: &Value) -> bool {
    let entries = document.as_array().map(Vec::as_slice).unwrap_or_default();
    entries.iter().any(|entry| {
        let is_product = entry.get("rss_file_paths").is_some() && entry.get("services").is_some();
        is_product || entry.get("posts").is_some() && entry.get("service_id").is_some()
    })
}

fn recognises_feed(feed: &Feed) -> bool {
    feed.link.contains("://metastatus.com") || feed.own_link.contains("://metastatus.com")
}
