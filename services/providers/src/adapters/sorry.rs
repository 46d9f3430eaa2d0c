//! Sorry: a page with its state, and beside it documents of components and of notices, which are incidents where they
//! are unplanned and maintenances where they are planned.

mod wire;

use std::collections::{HashMap, HashSet};

use contracts::Status;
use contracts::providers::{ProviderComponent, ProviderIncident, ProviderMaintenance, ProviderUpdate};
use serde_json::Value;

use self::wire::{Component, Document, Notice};
use super::told::SCHEDULED;
use super::unreadable::{Root, Unreadable, json_rooted};
use super::{Adapter, PLAIN, Told, text};

/// The family of Sorry.
pub(super) const ADAPTER: Adapter = Adapter {
    name: "sorry",
    title: "Sorry",
    read: |document| read(document.body),
    recognises,
    paths: &["/api/v1/status.json"],
    companions: beside_status,
    ..PLAIN
};

/// The page names these in its `links`, always at the same places.
fn beside_status(url: &str) -> Vec<String> {
    let Some(base) = url.strip_suffix("/status.json").or_else(|| url.strip_suffix("/status")) else {
        return Vec::new();
    };
    vec![format!("{base}/components"), format!("{base}/notices?include=components,updates")]
}

fn recognises(document: &Value) -> bool {
    let has_state = |place: &str| document.pointer(place).is_some_and(Value::is_string);
    let is_page = has_state("/page/state") && document.pointer("/page/links").is_some();
    is_page
        || has_state("/components/0/state")
        || has_state("/response/0/state")
        || has_state("/notices/0/timeline_state")
}

/// The family's words, in which a dash or an underscore may stand.
fn status(word: &str) -> Status {
    match word.replace('_', "-").as_str() {
        "operational" => Status::Operational,
        "under-maintenance" | "maintenance" => Status::UnderMaintenance,
        "partially-degraded" => Status::DegradedPerformance,
        // The worst word that components have.
        "degraded" | "partial-outage" => Status::PartialOutage,
        "major-outage" | "outage" => Status::MajorOutage,
        _ => Status::Unknown,
    }
}

fn read(body: &[u8]) -> Result<Told, Unreadable> {
    let document: Document = json_rooted(body, Root::Object, "a document of Sorry")?;
    let state = document.page.and_then(|page| page.state);
    let is_stated = |listed: &[Component]| listed.iter().all(|component| component.state.is_some());
    let has_components = document.components.as_deref().is_some_and(is_stated);
    if state.is_none() && !has_components && document.notices.is_none() {
        return Err(Unreadable::Shape(
            "Sorry tells `page.state`, `components` with a `state` each or `notices`, this has none".into(),
        ));
    }
    let open =
        document.notices.map(|notices| notices.into_iter().filter(Notice::is_open).collect::<Vec<_>>());
    let (works, incidents) = match open {
        None => (None, None),
        Some(open) => {
            let (works, incidents): (Vec<_>, Vec<_>) = open.iter().partition(|notice| notice.is_planned());
            (
                Some(works.into_iter().map(maintenance).collect()),
                Some(incidents.into_iter().map(incident).collect()),
            )
        }
    };
    Ok(Told {
        verdict: state.as_deref().map(status),
        components: document.components.map(|listed| leaves(&listed)),
        incidents,
        maintenances: works,
        ..Told::default()
    })
}

/// The components that hold no others.
fn leaves(listed: &[Component]) -> Vec<ProviderComponent> {
    let parents: HashSet<&str> = listed.iter().filter_map(|c| c.parent_id.as_deref()).collect();
    let names: HashMap<&str, &str> =
        listed.iter().filter_map(|c| Some((c.id.as_deref()?, c.name.as_deref()?))).collect();
    let is_leaf = |c: &&Component| !c.id.as_deref().is_some_and(|id| parents.contains(id));
    let leaf = |component: &Component| {
        let id = component.id.clone().unwrap_or_default();
        ProviderComponent {
            name: text::title(component.name.as_deref().unwrap_or(&id)),
            group: component.parent_id.as_deref().and_then(|id| names.get(id)).map(|name| text::title(name)),
            status: component.state.as_deref().map_or(Status::Unknown, status),
            id,
            ..ProviderComponent::default()
        }
    };
    listed.iter().filter(is_leaf).map(leaf).collect()
}

/// How bad an incident is its components say. Where none does, an open one counts as the least.
fn incident(notice: &Notice) -> ProviderIncident {
    let mut updates: Vec<ProviderUpdate> = notice
        .updates
        .iter()
        .map(|update| ProviderUpdate {
            at: update.created_at,
            state: update.state.as_deref().map(text::state),
            body: text::markdown_body(update.content.as_deref().unwrap_or_default()),
        })
        .collect();
    updates.sort_by_key(|update| std::cmp::Reverse(update.at));
    let states = notice.components.iter().filter_map(|component| component.state.as_deref().map(status));
    let synopsis = text::markdown_body(notice.synopsis.as_deref().unwrap_or_default());
    ProviderIncident {
        id: notice.id.clone().unwrap_or_default(),
        title: notice.title(),
        state: text::state(notice.state.as_deref().unwrap_or("unknown")),
        impact: match states.fold(Status::Operational, Status::worst) {
            Status::Operational => Status::DegradedPerformance,
            known => known,
        },
        components: notice.component_ids(),
        started_at: notice.began_at.or(notice.created_at),
        updated_at: updates.first().and_then(|newest| newest.at).or(notice.updated_at),
        message: updates.first().map_or(synopsis, |newest| newest.body.clone()),
        updates,
        url: notice.url.as_deref().and_then(text::link),
    }
}

fn maintenance(notice: &Notice) -> ProviderMaintenance {
    let state = match notice.state.as_deref() {
        Some("scheduled") => SCHEDULED.to_owned(),
        Some("underway") => "in_progress".to_owned(),
        other => text::state(other.unwrap_or("unknown")),
    };
    ProviderMaintenance {
        id: notice.id.clone().unwrap_or_default(),
        title: notice.title(),
        state,
        components: notice.component_ids(),
        starts_at: notice.begins_at.or(notice.began_at),
        ends_at: notice.ends_at.or(notice.ended_at),
        url: notice.url.as_deref().and_then(text::link),
    }
}
