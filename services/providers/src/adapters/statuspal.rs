//! StatusPal: services within services, each with the type of the incident that it is in or null. Its times are in UTC
//! and do not say so.

mod wire;

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use contracts::Status;
use contracts::providers::{ProviderComponent, ProviderIncident, ProviderMaintenance, ProviderUpdate};
use kit_base::Timestamp;
use serde_json::Value;

use self::wire::{Entry, Service, Summary, Update};
use super::told::SCHEDULED;
use super::unreadable::{Root, Unreadable, json_rooted};
use super::{Adapter, Document, PLAIN, Told, text};

/// The family of StatusPal.
pub(super) const ADAPTER: Adapter = Adapter {
    name: "statuspal",
    title: "StatusPal",
    read,
    recognises: |document| document.get("services").is_some_and(Value::is_array) && has_page(document),
    paths: &["/api/v2/status_pages/{slug}/summary"],
    ages: true,
    ..PLAIN
};

fn has_page(document: &Value) -> bool {
    document.pointer("/status_page").is_some_and(|page| page.get("current_incident_type").is_some())
}

/// How something is that is in an incident of that type; null is in none.
fn status(kind: &Value) -> Status {
    match kind {
        Value::Null => Status::Operational,
        Value::String(word) => match word.as_str() {
            "info" => Status::Operational,
            "performance" => Status::DegradedPerformance,
            "minor" => Status::PartialOutage,
            "major" => Status::MajorOutage,
            "scheduled" | "emergency-maintenance" => Status::UnderMaintenance,
            _ => Status::Unknown,
        },
        _ => Status::Unknown,
    }
}

fn read(document: &Document<'_>) -> Result<Told, Unreadable> {
    let summary: Summary = json_rooted(document.body, Root::Object, "a summary")?;
    let (Some(page), Some(services)) = (summary.status_page, summary.services) else {
        return Err(Unreadable::Shape(
            "a summary of StatusPal has `status_page` and `services`, this lacks one of them".into(),
        ));
    };
    let services = Services::of(&services);
    let lists = [&summary.incidents, &summary.maintenances, &summary.upcoming_maintenances];
    let now = document.fetched_at.or_else(|| newest(lists.into_iter().flatten().flatten()));
    let open = |listed: Option<Vec<Entry>>| {
        let listed = listed.unwrap_or_default();
        listed.into_iter().filter(|entry| !entry.is_over(now)).collect::<Vec<_>>()
    };
    let told_works = summary.maintenances.is_some() || summary.upcoming_maintenances.is_some();
    let going_on = open(summary.maintenances);
    let to_come = summary.upcoming_maintenances.unwrap_or_default();
    let works = going_on.iter().map(|entry| (entry, "in_progress"));
    let works = works.chain(to_come.iter().map(|entry| (entry, SCHEDULED)));
    let works = works.map(|(entry, state)| maintenance(entry, state, &services));
    Ok(Told {
        verdict: Some(status(&page.current_incident_type)),
        maintenances: told_works.then(|| works.collect()),
        incidents: summary
            .incidents
            .map(|listed| open(Some(listed)).iter().map(|entry| incident(entry, &services)).collect()),
        components: Some(services.leaves),
        ..Told::default()
    })
}

/// The newest time of anything that was written. Times that are announced are not of the past.
fn newest<'a>(entries: impl Iterator<Item = &'a Entry>) -> Option<Timestamp> {
    let texts = |entry: &'a Entry| entry.updates.iter().map(|update| update.posted_at.or(update.inserted_at));
    entries.flat_map(|entry| texts(entry).chain([entry.inserted_at, entry.updated_at])).flatten().max()
}

/// How many services an incident is taken to be about that names the one above them.
const MEMBERS: usize = 1000;

/// The services without those that hold others, and what an id means.
struct Services {
    leaves: Vec<ProviderComponent>,
    /// By the id of a service that holds others: the places of all the leaves below it.
    below: HashMap<String, Range<usize>>,
}

impl Services {
    fn of(listed: &[Service]) -> Self {
        let mut services = Self { leaves: Vec::new(), below: HashMap::new() };
        for service in listed {
            services.take_in(service, None);
        }
        services
    }

    /// Takes in a service with all that is below it.
    fn take_in(&mut self, service: &Service, group: Option<&str>) {
        let id = service.id.clone().unwrap_or_default();
        let name = text::title(service.name.as_deref().unwrap_or(&id));
        // The documentation has an empty object for a child, which is none.
        let children: Vec<&Service> =
            service.children.iter().flatten().filter(|child| child.is_one()).collect();
        if children.is_empty() {
            let (group, status) = (group.map(str::to_owned), status(&service.current_incident_type));
            self.leaves.push(ProviderComponent {
                id: id.clone(),
                name,
                group,
                status,
                ..ProviderComponent::default()
            });
            return;
        }
        let first = self.leaves.len();
        for child in children {
            self.take_in(child, Some(&name));
        }
        self.below.insert(id, first..self.leaves.len());
    }

    /// The leaves that an incident names. A service that holds others is named beside them; alone it means all.
    fn named(&self, ids: &[Value]) -> Vec<String> {
        let ids: Vec<String> = ids.iter().filter_map(identity).collect();
        let named: BTreeSet<&str> = ids.iter().map(String::as_str).collect();
        let mut found = Vec::new();
        for id in &named {
            let Some(places) = self.below.get(*id) else {
                found.push((*id).to_owned());
                continue;
            };
            let below = self.leaves.get(places.clone()).unwrap_or_default().iter().take(MEMBERS);
            if !below.clone().any(|leaf| named.contains(leaf.id.as_str())) {
                found.extend(below.map(|leaf| leaf.id.clone()));
            }
        }
        found
    }
}

fn identity(id: &Value) -> Option<String> {
    match id {
        Value::String(id) => Some(text::line(id, 200)),
        Value::Number(id) => Some(id.to_string()),
        _ => None,
    }
}

fn incident(entry: &Entry, services: &Services) -> ProviderIncident {
    let mut written: Vec<&Update> = entry.updates.iter().collect();
    written.sort_by_key(|update| std::cmp::Reverse(update.posted_at.or(update.inserted_at)));
    let updates: Vec<ProviderUpdate> = written.iter().map(|written| update(written)).collect();
    let newest = updates.first();
    ProviderIncident {
        id: entry.id.clone().unwrap_or_default(),
        title: text::title(entry.title.as_deref().unwrap_or("Untitled")),
        state: newest.and_then(|update| update.state.clone()).unwrap_or_else(|| "unknown".to_owned()),
        // An incident is of some type: null is health of a service, not of an incident.
        impact: if entry.kind.is_null() { Status::Unknown } else { status(&entry.kind) },
        components: services.named(&entry.service_ids),
        started_at: entry.starts_at.or(entry.inserted_at),
        updated_at: newest.and_then(|update| update.at).or(entry.updated_at),
        message: newest.map(|update| update.body.clone()).unwrap_or_default(),
        updates,
        url: entry.url.as_deref().and_then(text::link),
    }
}

fn update(written: &Update) -> ProviderUpdate {
    ProviderUpdate {
        at: written.posted_at.or(written.inserted_at),
        state: written.kind.as_deref().map(text::state),
        body: text::markdown_body(written.description.as_deref().unwrap_or_default()),
    }
}

fn maintenance(entry: &Entry, state: &str, services: &Services) -> ProviderMaintenance {
    ProviderMaintenance {
        id: entry.id.clone().unwrap_or_default(),
        title: text::title(entry.title.as_deref().unwrap_or("Untitled")),
        state: state.to_owned(),
        components: services.named(&entry.service_ids),
        starts_at: entry.starts_at,
        ends_at: entry.ends_at,
        url: entry.url.as_deref().and_then(text::link),
    }
}
