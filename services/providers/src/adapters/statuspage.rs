//! Statuspage v2 (Atlassian), which many other products imitate: `/api/v2/summary.json` and the parts of it.
//! The traps that this family sets are named one by one in `tests/adapters/statuspage.rs`.

mod components;
mod events;
mod wire;

use contracts::Status;
use contracts::providers::{ProviderComponent, ProviderIncident, Reading};
use serde_json::Value;

use self::components::Directory;
use self::wire::Document;
use super::text;
use super::unreadable::{Root, Unreadable, json_rooted};

/// Reads any of the family's documents.
pub(super) fn read(body: &[u8]) -> Result<Reading, Unreadable> {
    let document = recognised(json_rooted(body, Root::Object, "a status page")?)?;
    let verdict = document.status.as_ref().map(verdict);
    let page_url = document.page.and_then(|page| page.url).unwrap_or_default();
    let directory = Directory::of(document.components.unwrap_or_default());
    let incidents = events::incidents(document.incidents.unwrap_or_default(), &directory, &page_url);
    let maintenances =
        events::maintenances(document.scheduled_maintenances.unwrap_or_default(), &directory, &page_url);
    let components = directory.into_components();
    Ok(Reading {
        overall: overall(verdict, &components, &incidents),
        non_operational_components: super::count_not_operational(&components),
        open_incidents: incidents.len(),
        scheduled_or_active_maintenances: maintenances.len(),
        components,
        incidents,
        maintenances,
        names_only_trouble: false,
    })
}

/// Whether `document` is plainly of this family: a verdict with an indicator, or a page with lists of its
/// words.
pub(super) fn recognises(document: &Value) -> bool {
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

/// The page's own verdict first. Two things it says "none" in spite of: an open incident of real impact,
/// where it is computed from components that nobody set, and words that it understands and we do not.
fn overall(
    verdict: Option<Status>,
    components: &[ProviderComponent],
    incidents: &[ProviderIncident],
) -> Status {
    match verdict {
        Some(Status::Operational) => {
            let impacts = incidents.iter().map(|incident| incident.impact);
            if impacts.clone().any(Status::is_trouble) {
                return Status::DegradedPerformance;
            }
            let is_unclear = impacts.chain(components.iter().map(|c| c.status)).any(|s| s == Status::Unknown);
            if is_unclear { Status::Unknown } else { Status::Operational }
        }
        Some(Status::Unknown) | None => worst_seen(verdict, components, incidents),
        Some(known) => known,
    }
}

/// Where the page does not say: the worst of what it lists. Only components can show that all is well.
fn worst_seen(
    verdict: Option<Status>,
    components: &[ProviderComponent],
    incidents: &[ProviderIncident],
) -> Status {
    let shows_health = verdict.is_none() && !components.is_empty();
    let best = if shows_health { Status::Operational } else { Status::Unknown };
    let seen = components.iter().map(|c| c.status).chain(incidents.iter().map(|i| i.impact));
    seen.fold(best, Status::worst)
}
