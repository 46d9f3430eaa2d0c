//! Status.io: codes instead of words, which every page may change, and components that are in one or several
//! containers (places), each with a state of its own.

mod wire;

use std::collections::{BTreeSet, HashMap};

use contracts::Status;
use contracts::providers::{ProviderComponent, ProviderIncident, ProviderMaintenance, ProviderUpdate};
use serde_json::Value;

use self::wire::{Answer, Component, Entry, Found, Maintenances, Message};
use super::told::SCHEDULED;
use super::unreadable::{Root, Unreadable, json_rooted};
use super::{Adapter, Document, PLAIN, Told, text};

/// The family of Status.io.
pub(super) const ADAPTER: Adapter = Adapter {
    name: "statusio",
    title: "Status.io",
    read,
    recognises: |document| document.pointer("/result/status_overall").is_some_and(Value::is_object),
    paths: &["/1.0/status/{slug}"],
    ages: true,
    ..PLAIN
};

/// The codes of states.
fn status(code: Option<i64>) -> Status {
    match code {
        Some(100) => Status::Operational,
        Some(200) => Status::UnderMaintenance,
        // A security event (600) says nothing of how well the service runs, and is no good news.
        Some(300 | 600) => Status::DegradedPerformance,
        Some(400) => Status::PartialOutage,
        Some(500) => Status::MajorOutage,
        _ => Status::Unknown,
    }
}

fn read(asked: &Document<'_>) -> Result<Told, Unreadable> {
    let document: Answer = json_rooted(asked.body, Root::Object, "the document of a page")?;
    let Some(Found { status_overall: Some(overall), status: listed, incidents, maintenance }) =
        document.result
    else {
        return Err(match document.status.and_then(|refusal| refusal.message) {
            Some(words) => Unreadable::Refused(text::line(&words, 200)),
            None => {
                Unreadable::Shape("a page of Status.io has `result.status_overall`, this has none".to_owned())
            }
        });
    };
    let components = listed.map(|listed| components(&listed));
    let known = Known::of(components.iter().flatten());
    let maintenances = maintenance.map(maintenances).transpose()?;
    Ok(Told {
        verdict: Some(status(overall.status_code)),
        components,
        incidents: incidents.map(|listed| {
            listed.iter().filter(|entry| !entry.is_over()).map(|entry| incident(entry, &known)).collect()
        }),
        maintenances: maintenances.map(|Maintenances { active, upcoming }| {
            let (active, upcoming) = (active.unwrap_or_default(), upcoming.unwrap_or_default());
            // Works that nobody began stay announced after their time.
            let now =
                asked.fetched_at.or_else(|| active.iter().chain(&upcoming).filter_map(Entry::changed).max());
            let is_past = |e: &Entry| e.datetime_planned_end.zip(now).is_some_and(|(end, now)| end < now);
            let going_on = active.iter().map(|entry| (entry, "in_progress"));
            let to_come = upcoming.iter().filter(|entry| !is_past(entry)).map(|entry| (entry, SCHEDULED));
            let open = going_on.chain(to_come).filter(|(entry, _)| !entry.is_over());
            open.map(|(entry, state)| maintenance_of(entry, state, &known)).collect()
        }),
        ..Told::default()
    })
}

fn maintenances(value: Value) -> Result<Maintenances, Unreadable> {
    if value.as_array().is_some_and(Vec::is_empty) || value.is_null() {
        return Ok(Maintenances::default());
    }
    serde_json::from_value(value)
        .map_err(|error| Unreadable::Shape(text::line(&format!("`maintenance`: {error}"), 200)))
}

/// What a component is in a container is known by: the component's id alone where it is in one only.
fn identity(component: &str, container: &str) -> String {
    format!("{component}/{container}")
}

/// How many containers an incident is taken to be about that names a component and none of them.
const MEMBERS: usize = 1000;

/// What an id of a component means.
struct Known {
    /// By the id of a component: the containers that it is in, or none where it goes by its own id.
    containers: HashMap<String, Vec<String>>,
}

impl Known {
    fn of<'a>(components: impl Iterator<Item = &'a ProviderComponent>) -> Self {
        let mut containers: HashMap<String, Vec<String>> = HashMap::new();
        for component in components {
            let (id, container) = component.id.split_once('/').unwrap_or((&component.id, ""));
            let places = containers.entry(id.to_owned()).or_default();
            places.extend(Some(container.to_owned()).filter(|container| !container.is_empty()));
        }
        Self { containers }
    }

    /// Each affected component in each affected container, as far as it is there; in all where none is named.
    fn affected(&self, entry: &Entry) -> Vec<String> {
        let named: BTreeSet<&str> =
            entry.containers_affected.iter().filter_map(|n| n.id.as_deref()).collect();
        let components: BTreeSet<&str> =
            entry.components_affected.iter().filter_map(|n| n.id.as_deref()).collect();
        let mut affected = Vec::new();
        for component in components {
            let Some(places) = self.containers.get(component) else { continue };
            if places.is_empty() {
                affected.push(component.to_owned());
            }
            let (meant, others): (Vec<&String>, Vec<&String>) =
                places.iter().take(MEMBERS).partition(|place| named.contains(place.as_str()));
            let places = if meant.is_empty() { others } else { meant };
            affected.extend(places.into_iter().map(|place| identity(component, place)));
        }
        affected
    }
}

fn components(listed: &[Component]) -> Vec<ProviderComponent> {
    let mut components = Vec::new();
    for component in listed {
        let id = component.id.clone().unwrap_or_default();
        let name = text::title(component.name.as_deref().unwrap_or(&id));
        let containers = component.containers.as_deref().unwrap_or_default();
        if containers.is_empty() {
            let status = status(component.status_code);
            components.push(ProviderComponent { id, name, status, ..ProviderComponent::default() });
            continue;
        }
        for container in containers {
            let place = container.id.as_deref().or(container.name.as_deref()).unwrap_or_default();
            components.push(ProviderComponent {
                id: if containers.len() == 1 { id.clone() } else { identity(&id, place) },
                name: name.clone(),
                region: container.name.as_deref().map(text::title),
                status: status(container.status_code),
                ..ProviderComponent::default()
            });
        }
    }
    components
}

fn incident(entry: &Entry, known: &Known) -> ProviderIncident {
    let mut messages: Vec<&Message> = entry.messages.iter().collect();
    messages.sort_by_key(|message| std::cmp::Reverse(message.datetime));
    let updates: Vec<ProviderUpdate> = messages.iter().map(|message| update(message)).collect();
    let newest = messages.first();
    ProviderIncident {
        id: entry.id.clone().unwrap_or_default(),
        title: text::title(entry.name.as_deref().unwrap_or("Untitled")),
        state: state(newest.and_then(|message| message.state)).to_owned(),
        impact: status(newest.and_then(|message| message.status).or(entry.status_code)),
        components: known.affected(entry),
        started_at: entry.datetime_open,
        updated_at: entry.changed(),
        message: updates.first().map(|newest| newest.body.clone()).unwrap_or_default(),
        updates,
        url: None,
    }
}

fn update(message: &Message) -> ProviderUpdate {
    ProviderUpdate {
        at: message.datetime,
        state: message.state.map(|code| state(Some(code)).to_owned()),
        body: text::body(message.details.as_deref().unwrap_or_default()),
    }
}

/// The codes of where an incident is in its life.
fn state(code: Option<i64>) -> &'static str {
    match code {
        Some(100) => "investigating",
        Some(200) => "identified",
        Some(300) => "monitoring",
        Some(400) => "resolved",
        _ => "unknown",
    }
}

fn maintenance_of(entry: &Entry, state: &str, known: &Known) -> ProviderMaintenance {
    ProviderMaintenance {
        id: entry.id.clone().unwrap_or_default(),
        title: text::title(entry.name.as_deref().unwrap_or("Untitled")),
        state: state.to_owned(),
        components: known.affected(entry),
        starts_at: entry.datetime_planned_start.or(entry.datetime_open),
        ends_at: entry.datetime_planned_end,
        url: None,
    }
}
