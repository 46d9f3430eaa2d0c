//! The incidents of a page that are not over, and its maintenances that are coming or going on.

use std::cmp::Reverse;

use contracts::Status;
use contracts::providers::{ProviderIncident, ProviderMaintenance};

use super::components::Directory;
use super::severity;
use super::wire::Entry;
use crate::adapters::text;

const STATE_LETTERS: usize = 40;
const TITLE_LETTERS: usize = 300;
const MESSAGE_LETTERS: usize = 2000;

/// The incidents that are not over, newest first.
pub(super) fn incidents(entries: Vec<Entry>, directory: &Directory, page_url: &str) -> Vec<ProviderIncident> {
    let open = entries.iter().filter(|entry| !entry.is_over());
    let mut incidents: Vec<ProviderIncident> =
        open.map(|entry| incident(entry, directory, page_url)).collect();
    incidents.sort_by_key(|incident| Reverse(incident.started_at));
    incidents
}

/// The maintenances that are not over, next first; one without a time comes last.
pub(super) fn maintenances(
    entries: Vec<Entry>,
    directory: &Directory,
    page_url: &str,
) -> Vec<ProviderMaintenance> {
    let open = entries.iter().filter(|entry| !entry.is_over());
    let mut coming: Vec<ProviderMaintenance> =
        open.map(|entry| maintenance(entry, directory, page_url)).collect();
    coming.sort_by_key(|maintenance| (maintenance.starts_at.is_none(), maintenance.starts_at));
    coming
}

fn incident(entry: &Entry, directory: &Directory, page_url: &str) -> ProviderIncident {
    ProviderIncident {
        id: entry.id.clone().unwrap_or_default(),
        title: title(entry),
        state: text::line(entry.status.as_deref().unwrap_or("unknown"), STATE_LETTERS),
        impact: impact(entry),
        components: directory.keys(&entry.components),
        started_at: entry.started_at.or(entry.created_at),
        updated_at: entry.updated_at,
        message: text::plain(entry.newest_text().unwrap_or_default(), MESSAGE_LETTERS),
        url: url(entry, page_url),
    }
}

fn maintenance(entry: &Entry, directory: &Directory, page_url: &str) -> ProviderMaintenance {
    ProviderMaintenance {
        id: entry.id.clone().unwrap_or_default(),
        title: title(entry),
        state: text::line(entry.status.as_deref().unwrap_or("scheduled"), STATE_LETTERS),
        components: directory.keys(&entry.components),
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
    text::line(entry.name.as_deref().unwrap_or("Untitled"), TITLE_LETTERS)
}

/// The short link, or where every page keeps its incidents.
fn url(entry: &Entry, page_url: &str) -> Option<String> {
    entry.shortlink.as_deref().and_then(text::link).or_else(|| {
        let id = entry.id.as_deref().filter(|id| id.bytes().all(|b| b.is_ascii_alphanumeric()))?;
        text::link(&format!("{}/incidents/{id}", page_url.trim_end_matches('/')))
    })
}
