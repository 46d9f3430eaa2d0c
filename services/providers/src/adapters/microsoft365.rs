//! Microsoft 365 in public: the posts about the consumer services and about the admin centers, as JSON and as a feed
//! with a `<status>` of its own. How the services of a tenant are, only the tenant is told.

use std::collections::HashMap;

use contracts::Status;
use contracts::providers::{ProviderComponent, ProviderIncident, ProviderUpdate};
use serde::Deserialize;
use serde_json::Value;

use super::feed::{self, Entry, Feed};
use super::lenient::{id, text as lenient_text};
use super::microsoft::{Post, is_post, status_of};
use super::unreadable::{Root, Unreadable, begins_with, json_rooted};
use super::{Adapter, Document, PLAIN, Told, text};

/// The family of Microsoft 365.
pub(super) const ADAPTER: Adapter = Adapter {
    name: "microsoft365",
    title: "Microsoft 365",
    read,
    recognises,
    recognises_feed,
    hosts: &[("status.cloud.microsoft", "https://status.cloud.microsoft/api/posts/m365Consumer")],
    ..PLAIN
};

/// A document about all at once: a post, or the older page of the consumer services.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "a post")]
struct Page {
    services: Option<Vec<Service>>,
    is_all_up: Option<Value>,
    #[serde(flatten)]
    post: Post,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "a service")]
struct Service {
    #[serde(default, deserialize_with = "id")]
    id: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    name: Option<String>,
    is_up: Option<Value>,
}

fn read(document: &Document<'_>) -> Result<Told, Unreadable> {
    if begins_with(document.body, '<') {
        return of_feed(&feed::read(document.body, document.content_type)?);
    }
    if begins_with(document.body, '{') {
        return of_page(json_rooted(document.body, Root::Object, "a post")?);
    }
    let posts: Vec<Post> = json_rooted(document.body, Root::List, "the document of posts")?;
    if posts.is_empty() {
        return Err(Unreadable::Shape(
            "the document of posts has one for each service, this has none".into(),
        ));
    }
    let mut components: Vec<ProviderComponent> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut incidents: Vec<ProviderIncident> = Vec::new();
    for (place, post) in posts.iter().enumerate() {
        let name = post.service_display_name.as_deref().or(post.service_workload_name.as_deref());
        let (Some(name), Some(_)) = (name, &post.status) else {
            let reason = format!("entry {}: a post has a `ServiceDisplayName` and a `Status`", place + 1);
            return Err(Unreadable::Shape(reason));
        };
        let component = component(post.service_workload_name.as_deref().unwrap_or(name), name, post.status());
        if let Some(mut incident) = post.incident(name, vec![component.id.clone()]) {
            // A service in trouble twice has two posts, of which none may have an id.
            let same = incidents.iter().filter(|known| known.components == incident.components).count();
            if post.id.is_none() && same > 0 {
                incident.id = format!("{}-{}", incident.id, same + 1);
            }
            incidents.push(incident);
        }
        match places.get(&component.id).and_then(|place| components.get_mut(*place)) {
            Some(known) => known.status = known.status.worst(component.status),
            None => {
                places.insert(component.id.clone(), components.len());
                components.push(component);
            }
        }
    }
    Ok(Told { components: Some(components), incidents: Some(incidents), ..Told::default() })
}

fn component(id: &str, name: &str, status: Status) -> ProviderComponent {
    let (id, name) = (text::line(id, 200), text::title(name));
    ProviderComponent { id, name, status, ..ProviderComponent::default() }
}

fn of_page(page: Page) -> Result<Told, Unreadable> {
    if let Some(services) = page.services.filter(|services| !services.is_empty()) {
        let components = services.iter().map(|service| {
            let name = service.name.as_deref().or(service.id.as_deref()).unwrap_or_default();
            let status = match &service.is_up {
                Some(Value::Bool(true)) => Status::Operational,
                Some(Value::Bool(false)) => Status::MajorOutage,
                _ => Status::Unknown,
            };
            component(service.id.as_deref().unwrap_or(name), name, status)
        });
        let verdict = page.is_all_up.and_then(|is_up| match is_up {
            Value::Bool(true) => Some(Status::Operational),
            // That something is not well says nothing of how bad it is.
            Value::Bool(false) => None,
            _ => Some(Status::Unknown),
        });
        return Ok(Told { verdict, components: Some(components.collect()), ..Told::default() });
    }
    if page.post.status.is_none() {
        return Err(Unreadable::Shape("a post has a `Status`, this has none".into()));
    }
    let incident = page.post.incident("Microsoft 365", Vec::new());
    let incidents = Some(incident.into_iter().collect());
    Ok(Told { verdict: Some(page.post.status()), incidents, ..Told::default() })
}

fn of_feed(feed: &Feed) -> Result<Told, Unreadable> {
    if !recognises_feed(feed) {
        return Err(Unreadable::another_feed(&feed.title, "Microsoft 365"));
    }
    let components = feed.entries.iter().map(|entry| {
        let status = status_of(entry.other("status").unwrap_or_default()).0;
        component(&entry.id, if entry.title.is_empty() { &entry.id } else { &entry.title }, status)
    });
    let components = components.collect();
    let incidents = feed.entries.iter().filter_map(incident).collect();
    Ok(Told { components: Some(components), incidents: Some(incidents), ..Told::default() })
}

fn incident(entry: &Entry) -> Option<ProviderIncident> {
    let word = entry.other("status")?;
    let (impact, is_open) = status_of(word);
    is_open.then(|| {
        let state = text::state(&word.to_lowercase());
        let body = text::body(&entry.body);
        let update = ProviderUpdate { at: entry.newest(), state: Some(state.clone()), body: body.clone() };
        ProviderIncident {
            id: entry.id.clone(),
            title: entry.title.clone(),
            state,
            impact,
            components: vec![text::line(&entry.id, 200)],
            started_at: entry.published,
            updated_at: entry.newest(),
            message: body,
            updates: vec![update],
            url: entry.url(),
        }
    })
}

fn recognises(document: &Value) -> bool {
    match document {
        Value::Array(posts) => {
            posts.iter().any(|post| post.get("ServiceWorkloadName").is_some() && post.get("Status").is_some())
        }
        _ => is_post(document) && !super::azure::recognises(document) || document.get("IsAllUp").is_some(),
    }
}

fn recognises_feed(feed: &Feed) -> bool {
    let is_of_page = feed.link.contains("://status.cloud.microsoft") || feed.title.contains("Microsoft");
    is_of_page && feed.entries.iter().any(|entry| entry.other("status").is_some())
}
