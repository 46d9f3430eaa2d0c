//! Statuspage v2 (Atlassian), which many other products imitate: `/api/v2/summary.json` and the parts of it.
//! The traps that this family sets are named one by one in `tests/adapters/statuspage.rs`.

mod components;
mod events;
mod wire;

use std::collections::HashMap;

use contracts::Status;
use serde_json::Value;

use self::components::Directory;
use self::wire::{Component, Document, Entry};
use super::unreadable::{Root, Unreadable, json_rooted};
use super::{Adapter, PLAIN, Told, text};

/// The family of Atlassian's Statuspage.
pub(super) const ADAPTER: Adapter = Adapter {
    name: "statuspage",
    title: "Atlassian Statuspage",
    read: |document| read(document.body),
    recognises,
    paths: &["/api/v2/summary.json"],
    ..PLAIN
};

/// Reads any of the family's documents.
pub(super) fn read(body: &[u8]) -> Result<Told, Unreadable> {
    let document = recognised(json_rooted(body, Root::Object, "a status page")?)?;
    let is_summary = document.status.is_some() && document.components.is_some();
    let page_url = document.page.and_then(|page| page.url).unwrap_or_default();
    let directory = Directory::of(document.components.as_deref().unwrap_or_default());
    let incidents = document.incidents.or(is_summary.then(Vec::new));
    let maintenances = document.scheduled_maintenances.or(is_summary.then(Vec::new));
    Ok(Told {
        verdict: document.status.as_ref().map(verdict),
        names: names(incidents.iter().chain(&maintenances).flatten()),
        incidents: incidents.map(|listed| events::incidents(&listed, &directory, &page_url)),
        maintenances: maintenances.map(|listed| events::maintenances(&listed, &directory, &page_url)),
        components: document.components.is_some().then(|| directory.into_components()),
        ..Told::default()
    })
}

/// The names of what incidents name, for what the page does not list, or no longer.
fn names<'a>(entries: impl Iterator<Item = &'a Entry>) -> HashMap<String, String> {
    let named = entries.flat_map(|entry| &entry.components);
    named.filter_map(|Component { id, name, .. }| Some((id.clone()?, name.clone()?))).collect()
}

/// Whether `document` is plainly of this family: a verdict with an indicator, or a page with lists of its
/// words.
fn recognises(document: &Value) -> bool {
    let has = |path: &str, is: fn(&Value) -> bool| document.pointer(path).is_some_and(is);
    let has_verdict = has("/status/indicator", Value::is_string);
    let has_states = has("/components", speaks_of_components);
    let has_lists = has("/incidents", Value::is_array) || has("/scheduled_maintenances", Value::is_array);
    if has("/page", Value::is_object) {
        has_verdict || has_states || has_lists
    } else {
        has_verdict && has_states
    }
}

fn speaks_of_components(list: &Value) -> bool {
    let components = list.as_array().map(Vec::as_slice).unwrap_or_default();
    components.iter().any(|c| c.get("status").and_then(Value::as_str).and_then(Status::parse).is_some())
}

/// The document, once it is sure that it is one of the family's: everything in it may be absent, so that
/// without this any JSON object would be a page with nothing to say.
fn recognised(document: Document) -> Result<Document, Unreadable> {
    let tells_state = document.status.is_some() || document.components.is_some();
    let has_lists = document.incidents.is_some() || document.scheduled_maintenances.is_some();
    if tells_state || document.page.is_some() && has_lists {
        return Ok(document);
    }
    match document.error.or(document.message) {
        Some(words) => Err(Unreadable::Refused(text::line(&words, 200))),
        None => Err(Unreadable::Shape(
            "a status page has `status`, `components` or `incidents`, this has none".into(),
        )),
    }
}

/// The page's word on the whole. One that is there but says nothing known is unknown, not absent.
fn verdict(status: &Value) -> Status {
    let indicator = status.get("indicator").and_then(Value::as_str).unwrap_or_default();
    severity(indicator).unwrap_or(Status::Unknown)
}

/// The words that indicators and impacts share.
fn severity(word: &str) -> Option<Status> {
    match word {
        "none" => Some(Status::Operational),
        "minor" => Some(Status::DegradedPerformance),
        "major" => Some(Status::PartialOutage),
        "critical" => Some(Status::MajorOutage),
        "maintenance" => Some(Status::UnderMaintenance),
        _ => None,
    }
}
