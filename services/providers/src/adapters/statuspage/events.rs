//! The incidents of a page that are not over, and its maintenances that are coming or going on.

use contracts::Status;
use contracts::providers::{ProviderIncident, ProviderMaintenance, ProviderUpdate};

use super::components::Directory;
use super::severity;
use super::wire::{Entry, Update};
use crate::adapters::text;

/// The incidents that are not over.
pub(super) fn incidents(entries: &[Entry], directory: &Directory, page_url: &str) -> Vec<ProviderIncident> {
    let open = entries.iter().filter(|entry| !entry.is_over());
    open.map(|entry| incident(entry, directory, page_url)).collect()
}

/// The maintenances that are not over.
pub(super) fn maintenances(
    entries: &[Entry],
    directory: &Directory,
    page_url: &str,
) -> Vec<ProviderMaintenance> {
    let open = entries.iter().filter(|entry| !entry.is_over());
    open.map(|entry| maintenance(entry, directory, page_url)).collect()
}

fn incident(entry: &Entry, directory: &Directory, page_url: &str) -> ProviderIncident {
    let updates: Vec<ProviderUpdate> = entry.updates().into_iter().map(update).collect();
    ProviderIncident {
        id: entry.id.clone().unwrap_or_default(),
        title: title(entry),
        state: text::state(entry.status.as_deref().unwrap_or("unknown")),
        impact: impact(entry),
        components: directory.ids(&entry.components),
        started_at: entry.started_at.or(entry.created_at),
        updated_at: entry.updated_at,
        message: updates.first().map(|newest| newest.body.clone()).unwrap_or_default(),
        updates,
        url: url(entry, page_url),
    }
}

fn update(written: &Update) -> ProviderUpdate {
    ProviderUpdate {
        at: written.display_at.or(written.created_at),
        state: written.status.as_deref().map(text::state),
        body: text::body(written.body.as_deref().unwrap_or_default()),
    }
}

fn maintenance(entry: &Entry, directory: &Directory, page_url: &str) -> ProviderMaintenance {
    ProviderMaintenance {
        id: entry.id.clone().unwrap_or_default(),
        title: title(entry),
        state: text::state(entry.status.as_deref().unwrap_or("scheduled")),
        components: directory.ids(&entry.components),
        starts_at: entry.scheduled_for,
        ends_at: entry.scheduled_until,
        url: url(entry, page_url),
    }
}

/// A person's word on the impact stands above the computed one.
fn impact(entry: &Entry) -> Status {
    let words = [&entry.impact_override, &entry.impact];
    words.into_iter().flatten().find_map(|word| severity(word)).unwrap_or(Status::Unknown)
}

fn title(entry: &Entry) -> String {
    text::title(entry.name.as_deref().unwrap_or("Untitled"))
}

/// The short link, or where every page keeps its incidents.
fn url(entry: &Entry, page_url: &str) -> Option<String> {
    entry.shortlink.as_deref().and_then(text::link).or_else(|| {
        let id = entry.id.as_deref().filter(|id| id.bytes().all(|b| b.is_ascii_alphanumeric()))?;
        text::link(&format!("{}/incidents/{id}", page_url.trim_end_matches('/')))
    })
}
