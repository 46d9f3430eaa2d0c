//! incident.io: the summary that a page itself loads (`/proxy/<host>`), the widget API (`/api/v1/summary`), and a
//! document that imitates Statuspage. How a component is now and the worst that it was stand side by side in them.

mod widget;
mod wire;

use std::collections::{HashMap, HashSet};

use contracts::Status;
use contracts::providers::{ProviderComponent, ProviderIncident, ProviderMaintenance, ProviderUpdate};
use serde_json::Value;

use self::wire::{Document, Entry, Item, Listed, Summary, Widget};
use super::told::SCHEDULED;
use super::unreadable::{Root, Unreadable, json_rooted};
use super::{Adapter, PLAIN, Told, statuspage, text};

/// The family of incident.io's status pages.
pub(super) const ADAPTER: Adapter = Adapter {
    name: "incidentio",
    title: "incident.io",
    read: |document| read(document.body),
    recognises,
    paths: &["/api/v2/summary.json", "/api/v1/summary"],
    ..PLAIN
};

/// The imitation of Statuspage is left to that family: nothing but its ids tells the two apart.
fn recognises(document: &Value) -> bool {
    let has = |path: &str| document.pointer(path).is_some();
    let is_proxy =
        has("/summary/ongoing_incidents") && (has("/summary/structure") || has("/summary/components"));
    is_proxy || has("/page_title") && has("/ongoing_incidents")
}

fn read(body: &[u8]) -> Result<Told, Unreadable> {
    match json_rooted(body, Root::Object, "the document of an incident.io page")? {
        Document { summary: Some(summary), .. } => proxy(summary),
        Document {
            ongoing_incidents: Some(ongoing),
            in_progress_maintenances,
            scheduled_maintenances,
            ..
        } => Ok(widget::told(&Widget {
            ongoing,
            in_progress: in_progress_maintenances.unwrap_or_default(),
            scheduled: scheduled_maintenances.unwrap_or_default(),
        })),
        _ => statuspage::read(body),
    }
}

/// `/proxy/<host>`: every component by its place on the page, and those that are affected.
fn proxy(summary: Summary) -> Result<Told, Unreadable> {
    let Some(ongoing) = summary.ongoing_incidents else {
        return Err(Unreadable::Shape("a summary has a list of `ongoing_incidents`, this has none".into()));
    };
    let listed = ongoing.into_iter().chain(summary.scheduled_maintenances.unwrap_or_default());
    let (works, incidents): (Vec<Entry>, Vec<Entry>) =
        listed.filter(|entry| !entry.is_over()).partition(Entry::is_maintenance);
    let affected = summary.affected_components.unwrap_or_else(|| {
        incidents.iter().flat_map(|incident| incident.affected_components.iter().cloned()).collect()
    });
    let mut states: HashMap<String, Status> = HashMap::new();
    for component in affected {
        let status = component.now();
        states.entry(component.component_id).and_modify(|s| *s = s.worst(status)).or_insert(status);
    }
    let mut components =
        components(summary.structure.map(|s| s.items).unwrap_or_default(), &summary.components);
    for component in &mut components {
        component.status = states.remove(&component.id).unwrap_or(component.status);
    }
    // What is hidden on the page can be affected all the same.
    let mut hidden: Vec<(String, Status)> = states.into_iter().collect();
    hidden.sort_by(|a, b| a.0.cmp(&b.0));
    let mut names: HashMap<String, Option<String>> =
        summary.components.into_iter().map(|listed| (listed.id, listed.name)).collect();
    components.extend(hidden.into_iter().map(|(id, status)| {
        let name = names.remove(&id).flatten();
        component(id, name, None, status)
    }));
    if components.is_empty() {
        return Err(Unreadable::Shape("a summary has components or pages below it, this has none".into()));
    }
    let url = summary.public_url.unwrap_or_default();
    Ok(Told {
        components: Some(components),
        incidents: Some(incidents.iter().map(|entry| incident(entry, &url)).collect()),
        maintenances: Some(works.iter().map(|entry| maintenance(entry, &url)).collect()),
        ..Told::default()
    })
}

/// The components in the page's order, and what is listed without a place on it. A page below this one tells for
/// itself how it is, so that here nobody knows.
fn components(items: Vec<Item>, listed: &[Listed]) -> Vec<ProviderComponent> {
    let mut components = Vec::new();
    for Item { component: single, group, sub_page } in items {
        let (name, members) = group.map_or((None, Vec::new()), |group| (group.name, group.components));
        for member in single.into_iter().chain(members) {
            components.push(component(member.id, member.name, name.as_deref(), Status::Operational));
        }
        if let Some(page) = sub_page {
            components.push(component(page.id, page.name, None, Status::Unknown));
        }
    }
    if components.is_empty() {
        let all = listed.iter().cloned();
        components.extend(all.map(|member| component(member.id, member.name, None, Status::Operational)));
    }
    let mut seen = HashSet::new();
    components.retain(|c| seen.insert(c.id.clone()));
    components
}

fn component(id: String, name: Option<String>, group: Option<&str>, status: Status) -> ProviderComponent {
    ProviderComponent {
        name: text::title(name.as_deref().unwrap_or(&id)),
        group: group.map(text::title),
        id,
        status,
        ..ProviderComponent::default()
    }
}

/// The family's words for how a component is.
fn status(word: &str) -> Status {
    match word {
        "full_outage" => Status::MajorOutage,
        other => Status::parse(other).unwrap_or(Status::Unknown),
    }
}

/// How bad an incident is now. One that is watched after all is well again, or that names nothing, is no proof of
/// health while it is open.
fn impact(states: impl Iterator<Item = Status>) -> Status {
    match states.fold(Status::Operational, Status::worst) {
        Status::Operational => Status::DegradedPerformance,
        known => known,
    }
}

fn incident(entry: &Entry, page_url: &str) -> ProviderIncident {
    let mut updates: Vec<ProviderUpdate> = entry.updates.iter().map(update).collect();
    updates.reverse();
    updates.sort_by_key(|update| std::cmp::Reverse(update.at));
    ProviderIncident {
        id: entry.id.clone().unwrap_or_default(),
        title: text::title(entry.name.as_deref().unwrap_or("Untitled")),
        state: text::state(entry.status.as_deref().unwrap_or("unknown")),
        impact: impact(entry.affected_components.iter().map(wire::Affected::now)),
        components: entry.affected_ids(),
        started_at: entry.began(),
        updated_at: updates.first().and_then(|newest| newest.at).or(entry.published_at),
        message: updates.first().map(|newest| newest.body.clone()).unwrap_or_default(),
        updates,
        url: url(entry.id.as_deref(), page_url),
    }
}

fn update(written: &wire::Update) -> ProviderUpdate {
    ProviderUpdate {
        at: written.published_at,
        state: written.to_status.as_deref().map(text::state),
        body: text::markdown_body(written.message_string.as_deref().unwrap_or_default()),
    }
}

fn maintenance(entry: &Entry, page_url: &str) -> ProviderMaintenance {
    ProviderMaintenance {
        id: entry.id.clone().unwrap_or_default(),
        title: text::title(entry.name.as_deref().unwrap_or("Untitled")),
        state: maintenance_state(entry.status.as_deref()),
        components: entry.affected_ids(),
        starts_at: entry.began(),
        ends_at: entry.ends(),
        url: url(entry.id.as_deref(), page_url),
    }
}

/// `maintenance_in_progress` is `in_progress`, as everywhere.
fn maintenance_state(word: Option<&str>) -> String {
    let word = word.unwrap_or(SCHEDULED);
    text::state(word.strip_prefix("maintenance_").unwrap_or(word))
}

fn url(id: Option<&str>, page_url: &str) -> Option<String> {
    let id = id.filter(|id| id.bytes().all(|b| b.is_ascii_alphanumeric()))?;
    text::link(&format!("{}/incidents/{id}", page_url.trim_end_matches('/')))
}
