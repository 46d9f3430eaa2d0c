//! The widget API of incident.io, which names only what is in trouble.

use std::collections::HashMap;

use contracts::Status;
use contracts::providers::{ProviderComponent, ProviderIncident, ProviderMaintenance, ProviderUpdate};

use super::wire::{Widget, WidgetEntry};
use super::{component, impact, status};
use crate::adapters::told::SCHEDULED;
use crate::adapters::{Told, text};

/// `/api/v1/summary`: only what is going on or to come, each with the components it affects.
pub(super) fn told(widget: &Widget) -> Told {
    let open = || widget.ongoing.iter().filter(|entry| !entry.is_over());
    let works = || widget.in_progress.iter().filter(|entry| !entry.is_over());
    let coming = widget.scheduled.iter().filter(|entry| !entry.is_over());
    let mut components: Vec<ProviderComponent> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    for affected in open().chain(works()).flat_map(|entry| &entry.affected_components) {
        let now = affected.current_status.as_deref().map_or(Status::Unknown, status);
        if let Some(known) = places.get(affected.id.as_str()).and_then(|place| components.get_mut(*place)) {
            known.status = known.status.worst(now);
            continue;
        }
        places.insert(&affected.id, components.len());
        components.push(component(
            affected.id.clone(),
            affected.name.clone(),
            affected.group_name.as_deref(),
            now,
        ));
    }
    let maintenances =
        works().map(|entry| (entry, "in_progress")).chain(coming.map(|entry| (entry, SCHEDULED)));
    Told {
        components: Some(components),
        incidents: Some(open().map(incident).collect()),
        maintenances: Some(maintenances.map(|(entry, state)| maintenance(entry, state)).collect()),
        names: widget.names(),
        names_only_trouble: true,
        ..Told::default()
    }
}

fn incident(entry: &WidgetEntry) -> ProviderIncident {
    let message = text::markdown_body(entry.last_update_message.as_deref().unwrap_or_default());
    let state = entry.status.as_deref().map(text::state);
    ProviderIncident {
        id: entry.id.clone().unwrap_or_default(),
        title: text::title(entry.name.as_deref().unwrap_or("Untitled")),
        state: state.clone().unwrap_or_else(|| "unknown".to_owned()),
        impact: impact(entry.current_worst_impact.as_deref().map(status).into_iter()),
        components: entry.affected_components.iter().map(|c| c.id.clone()).collect(),
        started_at: entry.starts_at.or(entry.last_update_at),
        updated_at: entry.last_update_at,
        updates: vec![ProviderUpdate { at: entry.last_update_at, state, body: message.clone() }],
        message,
        url: entry.url.as_deref().and_then(text::link),
    }
}

fn maintenance(entry: &WidgetEntry, state: &str) -> ProviderMaintenance {
    ProviderMaintenance {
        id: entry.id.clone().unwrap_or_default(),
        title: text::title(entry.name.as_deref().unwrap_or("Untitled")),
        state: state.to_owned(),
        components: entry.affected_components.iter().map(|c| c.id.clone()).collect(),
        starts_at: entry.starts_at,
        ends_at: entry.ends_at,
        url: entry.url.as_deref().and_then(text::link),
    }
}
