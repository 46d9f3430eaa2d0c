//! The incident documents of Google Cloud and Google Workspace: one list of open and closed incidents, newest
//! first, which names products only while they are in trouble. An empty list is how they say that all is
//! well.

mod wire;

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use contracts::Status;
use contracts::providers::{ProviderComponent, ProviderIncident, Reading};
use serde_json::Value;

use self::wire::{Incident, Product};
use super::unreadable::{Root, Unreadable, json_rooted};
use super::{keys, text};

const CLOUD_PAGE: &str = "https://status.cloud.google.com";
const WORKSPACE_PAGE: &str = "https://www.google.com/appsstatus/dashboard";
const TITLE_LETTERS: usize = 300;
const MESSAGE_LETTERS: usize = 2000;

/// Reads the document of Google Cloud.
pub(super) fn read_cloud(body: &[u8]) -> Result<Reading, Unreadable> {
    read(body, CLOUD_PAGE)
}

/// Reads the document of Google Workspace.
pub(super) fn read_workspace(body: &[u8]) -> Result<Reading, Unreadable> {
    read(body, WORKSPACE_PAGE)
}

/// Whether `document` is plainly that of Google Cloud, which tells locations.
pub(super) fn recognises_cloud(document: &Value) -> bool {
    is_of_family(document)
        && any_entry_has(document, &["currently_affected_locations", "previously_affected_locations"])
}

/// Whether `document` is plainly that of Google Workspace.
pub(super) fn recognises_workspace(document: &Value) -> bool {
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

fn read(body: &[u8], page_url: &str) -> Result<Reading, Unreadable> {
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
    open.sort_by_key(|incident| Reverse(incident.began()));
    let components = components(&open);
    let incidents: Vec<ProviderIncident> =
        open.iter().map(|incident| provider_incident(incident, page_url)).collect();
    Ok(Reading {
        overall: incidents.iter().map(|incident| incident.impact).fold(Status::Operational, Status::worst),
        non_operational_components: super::count_not_operational(&components),
        open_incidents: incidents.len(),
        scheduled_or_active_maintenances: 0,
        components,
        incidents,
        maintenances: Vec::new(),
        names_only_trouble: true,
    })
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
            let Some(key) = key(&product) else { continue };
            if let Some(known) = places.get(&key).and_then(|place| components.get_mut(*place)) {
                known.status = known.status.worst(status);
            } else {
                places.insert(key.clone(), components.len());
                components.push(component(product, key, status));
            }
        }
    }
    components
}

fn component(product: Product, key: String, status: Status) -> ProviderComponent {
    let id = product.id.unwrap_or_default();
    let name = text::line(product.title.as_deref().unwrap_or(&id), TITLE_LETTERS);
    ProviderComponent { key, id, name, group: None, status }
}

fn key(product: &Product) -> Option<String> {
    let names = [&product.title, &product.id];
    names.into_iter().flatten().map(|name| keys::spell(name)).find(|key| !key.is_empty())
}

fn provider_incident(incident: &Incident, page_url: &str) -> ProviderIncident {
    let newest = incident.newest();
    let mut seen = HashSet::new();
    let keys = incident.products().iter().filter_map(key).filter(|key| seen.insert(key.clone())).collect();
    let message = newest.and_then(|update| update.text.as_deref()).unwrap_or_default();
    let state = newest.and_then(|update| update.status.as_deref()).or(incident.status_impact.as_deref());
    ProviderIncident {
        id: incident.identity().unwrap_or_default().to_owned(),
        title: text::first_line(incident.external_desc.as_deref().unwrap_or("Untitled"), TITLE_LETTERS),
        state: text::line(&state.unwrap_or("unknown").to_lowercase(), 40),
        impact: live(incident),
        components: keys,
        started_at: incident.began(),
        updated_at: newest.and_then(|update| update.when).or(incident.modified),
        message: text::plain_markdown(message, MESSAGE_LETTERS),
        url: incident.uri.as_deref().and_then(|uri| url(uri, page_url)),
    }
}

/// Addresses are given relative to the page.
fn url(uri: &str, page_url: &str) -> Option<String> {
    text::link(uri).or_else(|| text::link(&format!("{page_url}/{}", uri.trim_start_matches('/'))))
}
