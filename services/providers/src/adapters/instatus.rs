//! Instatus: a summary with the verdict and what goes on, and a document of components, flat or as a tree. Lists that
//! would be empty are left out of the summary.

mod wire;

use std::collections::HashSet;

use contracts::Status;
use contracts::providers::{ProviderComponent, ProviderIncident, ProviderMaintenance, ProviderUpdate};
use serde_json::Value;

use self::wire::{Component, Document, Incident, Maintenance, Update};
use super::told::SCHEDULED;
use super::unreadable::{Root, Unreadable, json_rooted};
use super::{Adapter, PLAIN, Told, text};

/// The family of Instatus.
pub(super) const ADAPTER: Adapter = Adapter {
    name: "instatus",
    title: "Instatus",
    read: |document| read(document.body),
    recognises,
    paths: &["/summary.json", "/v3/summary.json"],
    companions: components_beside,
    ..PLAIN
};

/// A page's components stand in a document of their own.
fn components_beside(url: &str) -> Vec<String> {
    let base = url.strip_suffix("/v3/summary.json").or_else(|| url.strip_suffix("/summary.json"));
    base.map(|base| format!("{base}/v3/components.json")).into_iter().collect()
}

/// Whether `document` is plainly one of Instatus: a page with one of its words, or components with them.
fn recognises(document: &Value) -> bool {
    let word = document.pointer("/page/status").and_then(Value::as_str);
    let components = document.get("components").and_then(Value::as_array).map(Vec::as_slice);
    let speaks =
        |c: &Value| c.get("status").and_then(Value::as_str).is_some_and(|s| component_state(s).is_some());
    word.is_some_and(|word| verdict(word).is_some()) || components.unwrap_or_default().iter().any(speaks)
}

fn read(body: &[u8]) -> Result<Told, Unreadable> {
    let document: Document = json_rooted(body, Root::Object, "the document of an Instatus page")?;
    let has_page = document.page.is_some();
    let word = document.page.and_then(|page| page.status);
    if word.is_none() && document.components.is_none() {
        return Err(Unreadable::Shape(
            "a page of Instatus has `page.status` or `components`, this has none".into(),
        ));
    }
    let components = document.components.map(|listed| leaves(&listed));
    if word.is_none() && components.as_ref().is_none_or(Vec::is_empty) {
        return Err(Unreadable::Shape("a list of components has some, this has none".into()));
    }
    // The summary leaves out the lists that would be empty; the document of components has none of them.
    let is_summary = word.is_some();
    let incidents = document.incidents.or(is_summary.then(Vec::new));
    let maintenances = document.maintenances.or(is_summary.then(Vec::new));
    let open = |incidents: Vec<Incident>| incidents.into_iter().filter(|i| !is_over(i.status.as_deref()));
    let coming = |listed: Vec<Maintenance>| listed.into_iter().filter(|m| !is_over(m.status.as_deref()));
    Ok(with_level(Told {
        // A page without a word, or with one that nobody knows, does not say that it is well.
        verdict: has_page.then(|| word.as_deref().and_then(verdict).unwrap_or(Status::Unknown)),
        components,
        incidents: incidents.map(|listed| open(listed).map(incident).collect()),
        maintenances: maintenances.map(|listed| coming(listed).map(maintenance).collect()),
        ..Told::default()
    }))
}

/// `HASISSUES` says that there is something and not how bad it is, which the open incidents and the components do.
fn with_level(mut told: Told) -> Told {
    if told.verdict == Some(Status::DegradedPerformance) {
        let impacts = told.incidents.iter().flatten().map(|incident| incident.impact);
        let states = told.components.iter().flatten().map(|component| component.status);
        let known = impacts.chain(states).filter(|status| status.is_trouble());
        told.verdict = Some(known.fold(Status::DegradedPerformance, Status::worst));
    }
    told
}

fn verdict(word: &str) -> Option<Status> {
    match word {
        "UP" => Some(Status::Operational),
        "HASISSUES" => Some(Status::DegradedPerformance),
        "UNDERMAINTENANCE" => Some(Status::UnderMaintenance),
        _ => None,
    }
}

/// The family's words for components and impacts.
fn component_state(word: &str) -> Option<Status> {
    match word {
        "OPERATIONAL" => Some(Status::Operational),
        "UNDERMAINTENANCE" => Some(Status::UnderMaintenance),
        "DEGRADEDPERFORMANCE" => Some(Status::DegradedPerformance),
        "PARTIALOUTAGE" | "MINOROUTAGE" => Some(Status::PartialOutage),
        "MAJOROUTAGE" => Some(Status::MajorOutage),
        _ => None,
    }
}

fn is_over(word: Option<&str>) -> bool {
    matches!(word, Some("RESOLVED" | "COMPLETED" | "CANCELLED" | "CANCELED"))
}

/// The components without their groups. In a tree these have children; in a flat list others name them.
fn leaves(listed: &[Component]) -> Vec<ProviderComponent> {
    let groups: HashSet<&str> =
        listed.iter().filter_map(|c| c.group.as_ref().and_then(|group| group.id.as_deref())).collect();
    let mut leaves = Vec::new();
    for component in listed {
        if component.id.as_deref().is_some_and(|id| groups.contains(id)) {
            continue;
        }
        let group = component.group.as_ref().and_then(|group| group.name.as_deref());
        collect(component, group, &mut leaves);
    }
    leaves
}

fn collect(component: &Component, group: Option<&str>, leaves: &mut Vec<ProviderComponent>) {
    let children = component.children.as_deref().unwrap_or_default();
    let name = component.name.as_deref();
    if !children.is_empty() || component.is_parent {
        children.iter().for_each(|child| collect(child, name.or(group), leaves));
        return;
    }
    let id = component.id.clone().unwrap_or_default();
    leaves.push(ProviderComponent {
        name: text::title(name.unwrap_or(&id)),
        group: group.map(text::title),
        status: component.status.as_deref().and_then(component_state).unwrap_or(Status::Unknown),
        id,
        ..ProviderComponent::default()
    });
}

fn incident(listed: Incident) -> ProviderIncident {
    let mut updates: Vec<ProviderUpdate> = listed.updates.iter().map(update).collect();
    updates.sort_by_key(|update| std::cmp::Reverse(update.at));
    ProviderIncident {
        title: text::title(listed.name.as_deref().unwrap_or("Untitled")),
        state: state(listed.status.as_deref()),
        impact: listed.impact.as_deref().and_then(component_state).unwrap_or(Status::Unknown),
        components: listed.components.into_iter().filter_map(|component| component.id).collect(),
        started_at: listed.started,
        updated_at: listed.updated_at.or(listed.started),
        message: updates.first().map(|newest| newest.body.clone()).unwrap_or_default(),
        updates,
        url: listed.url.as_deref().and_then(text::link),
        id: listed.id.unwrap_or_default(),
    }
}

fn update(written: &Update) -> ProviderUpdate {
    ProviderUpdate {
        at: written.started,
        state: written.status.as_deref().map(|word| state(Some(word))),
        body: text::body(written.message.as_deref().unwrap_or_default()),
    }
}

fn maintenance(listed: Maintenance) -> ProviderMaintenance {
    let minutes = listed.duration.as_deref().and_then(|minutes| minutes.trim().parse::<u64>().ok());
    // A year is longer than any works that somebody announces, and within what a moment can hold.
    let span = minutes.filter(|minutes| (1..=527_040).contains(minutes)).map(|m| m.saturating_mul(60));
    ProviderMaintenance {
        title: text::title(listed.name.as_deref().unwrap_or("Untitled")),
        state: state(listed.status.as_deref()),
        components: listed.components.into_iter().filter_map(|component| component.id).collect(),
        starts_at: listed.start,
        ends_at: listed.start.zip(span).map(|(start, s)| start.plus(std::time::Duration::from_secs(s))),
        url: listed.url.as_deref().and_then(text::link),
        id: listed.id.unwrap_or_default(),
    }
}

/// The family's words in the words of the model where they mean the same.
fn state(word: Option<&str>) -> String {
    match word {
        None => "unknown".to_owned(),
        Some("NOTSTARTEDYET") => SCHEDULED.to_owned(),
        Some("INPROGRESS") => "in_progress".to_owned(),
        Some(other) => text::state(&other.to_lowercase()),
    }
}
