//! The incident documents of Google Cloud and Google Workspace: one list of open and closed incidents, newest
//! first, which names products only while they are in trouble. An empty list is how they say that all is
//! well.

mod wire;

use std::collections::{HashMap, HashSet};

use contracts::Status;
use contracts::providers::{ProviderComponent, ProviderIncident, ProviderUpdate};
use serde_json::Value;

use self::wire::{Incident, Product, Products, Update};
use super::unreadable::{Root, Unreadable, begins_with, json_rooted};
use super::{Adapter, PLAIN, Told, keys, text};

/// The family of Google Cloud.
pub(super) const CLOUD: Adapter = Adapter {
    name: "gcp",
    title: "Google Cloud",
    read: |document| read(document.body, "https://status.cloud.google.com"),
    recognises: recognises_cloud,
    hosts: &[("status.cloud.google.com", "https://status.cloud.google.com/incidents.json")],
    companions: products_beside,
    ..PLAIN
};

/// The family of Google Workspace.
pub(super) const WORKSPACE: Adapter = Adapter {
    name: "google-workspace",
    title: "Google Workspace",
    read: |document| read(document.body, "https://www.google.com/appsstatus/dashboard"),
    recognises: recognises_workspace,
    hosts: &[("www.google.com/appsstatus", "https://www.google.com/appsstatus/dashboard/incidents.json")],
    companions: products_beside,
    ..PLAIN
};

/// The names of all products stand beside the incidents.
fn products_beside(url: &str) -> Vec<String> {
    url.strip_suffix("/incidents.json").map(|base| format!("{base}/products.json")).into_iter().collect()
}

/// Whether `document` is plainly that of Google Cloud, which tells locations.
fn recognises_cloud(document: &Value) -> bool {
    is_of_family(document)
        && any_entry_has(document, &["currently_affected_locations", "previously_affected_locations"])
}

/// Whether `document` is plainly that of Google Workspace.
fn recognises_workspace(document: &Value) -> bool {
    is_of_family(document) && !recognises_cloud(document)
}

fn is_of_family(document: &Value) -> bool {
    any_entry_has(document, &["begin"])
        && any_entry_has(document, &["most_recent_update", "most-recent-update", "affected_products"])
}

fn any_entry_has(document: &Value, fields: &[&str]) -> bool {
    let entries = document.as_array().map(Vec::as_slice).unwrap_or_default();
    entries.iter().any(|entry| fields.iter().any(|field| entry.get(field).is_some()))
}

fn read(body: &[u8], page_url: &str) -> Result<Told, Unreadable> {
    if begins_with(body, '{') {
        return products(body);
    }
    let listed: Vec<Incident> = json_rooted(body, Root::List, "the document of incidents")?;
    let mut open = Vec::new();
    for (place, incident) in listed.into_iter().enumerate() {
        // One entry of another shape makes the whole unreadable: it could be the one that matters.
        let is_open =
            incident.check().map_err(|why| Unreadable::Shape(format!("entry {}: {why}", place + 1)))?;
        if is_open {
            open.push(incident);
        }
    }
    Ok(Told {
        components: Some(components(&open)),
        incidents: Some(open.iter().map(|incident| provider_incident(incident, page_url)).collect()),
        names_only_trouble: true,
        ..Told::default()
    })
}

/// `products.json`: what there is, not how it is.
fn products(body: &[u8]) -> Result<Told, Unreadable> {
    let listed: Products = json_rooted(body, Root::Object, "the document of products")?;
    if listed.products.is_empty() {
        return Err(Unreadable::Shape(
            "the document of products has a list of `products`, this has none".into(),
        ));
    }
    let known = listed.products.into_iter().filter_map(|product| {
        let id = identity(&product)?;
        Some(component(product, id, Status::Unknown))
    });
    Ok(Told { known: known.collect(), ..Told::default() })
}

/// How it is now: the newest update tells, as `status_impact` is the worst that it ever was.
fn live(incident: &Incident) -> Status {
    let newest = incident.newest();
    let word = newest.and_then(|update| update.status.as_deref()).or(incident.status_impact.as_deref());
    match word {
        // A notice, or a service that is back while the incident is still kept open.
        Some("SERVICE_INFORMATION" | "AVAILABLE") => Status::Operational,
        Some("SERVICE_DISRUPTION") => Status::PartialOutage,
        Some("SERVICE_OUTAGE") => Status::MajorOutage,
        Some(_) => Status::Unknown,
        None => by_severity(incident),
    }
}

/// Documents from before 2021 tell no status. An incident without one is never taken for harmless.
fn by_severity(incident: &Incident) -> Status {
    match incident.severity.as_deref() {
        Some("medium") => Status::PartialOutage,
        Some("high") => Status::MajorOutage,
        _ => Status::Unknown,
    }
}

/// The products that open incidents name, each with the worst that is said of it.
fn components(open: &[Incident]) -> Vec<ProviderComponent> {
    let mut components: Vec<ProviderComponent> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for incident in open {
        let status = live(incident);
        for product in incident.products() {
            let Some(id) = identity(&product) else { continue };
            if let Some(known) = places.get(&id).and_then(|place| components.get_mut(*place)) {
                known.status = known.status.worst(status);
            } else {
                places.insert(id.clone(), components.len());
                components.push(component(product, id, status));
            }
        }
    }
    components
}

fn component(product: Product, id: String, status: Status) -> ProviderComponent {
    let name = text::title(product.title.as_deref().unwrap_or(&id));
    ProviderComponent { id, name, status, ..ProviderComponent::default() }
}

/// What a product is known by: its name as it stands in keys, since documents differ in whether it has an id.
fn identity(product: &Product) -> Option<String> {
    let names = [&product.title, &product.id];
    names.into_iter().flatten().map(|name| keys::spell(name)).find(|key| !key.is_empty())
}

fn provider_incident(incident: &Incident, page_url: &str) -> ProviderIncident {
    let newest = incident.newest();
    let mut seen = HashSet::new();
    let ids = incident.products().iter().filter_map(identity).filter(|id| seen.insert(id.clone())).collect();
    let message = newest.and_then(|update| update.text.as_deref()).unwrap_or_default();
    let state = newest.and_then(|update| update.status.as_deref()).or(incident.status_impact.as_deref());
    ProviderIncident {
        id: incident.identity().unwrap_or_default().to_owned(),
        title: text::first_line(incident.external_desc.as_deref().unwrap_or("Untitled"), 300),
        state: text::state(&state.unwrap_or("unknown").to_lowercase()),
        impact: live(incident),
        components: ids,
        started_at: incident.began(),
        updated_at: newest.and_then(|update| update.when).or(incident.modified),
        message: text::markdown_body(message),
        updates: incident.updates.iter().map(update).collect(),
        url: incident.uri.as_deref().and_then(|uri| url(uri, page_url)),
    }
}

fn update(written: &Update) -> ProviderUpdate {
    ProviderUpdate {
        at: written.when,
        state: written.status.as_deref().map(|word| text::state(&word.to_lowercase())),
        body: text::markdown_body(written.text.as_deref().unwrap_or_default()),
    }
}

/// Addresses are given relative to the page.
fn url(uri: &str, page_url: &str) -> Option<String> {
    text::link(uri).or_else(|| text::link(&format!("{page_url}/{}", uri.trim_start_matches('/'))))
}
