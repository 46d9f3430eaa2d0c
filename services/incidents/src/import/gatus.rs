//! Gatus: what its API says of endpoints, whose events are outages; or its configuration, which names them.

use contracts::incidents::{PastComponent, PastIncident};
use kit_base::Timestamp;
use serde_json::Value;

use super::Reading;
use super::components::Components;
use super::loose::{cut, moment, text};

/// Whether the document has anything that is read here.
pub(super) fn knows(document: &Value) -> bool {
    let named = |one: &Value| one["name"].is_string();
    let listed = document
        .as_array()
        .is_some_and(|all| all.iter().all(|one| named(one) && one.get("results").is_some()));
    listed || endpoints(document).any(named)
}

/// The endpoints of a configuration, those that are pushed too.
fn endpoints(document: &Value) -> impl Iterator<Item = &Value> {
    let lists = [&document["endpoints"], &document["external-endpoints"]];
    lists.into_iter().filter_map(Value::as_array).flatten()
}

pub(super) fn read(documents: &[&Value]) -> Reading {
    let mut reading = Reading::default();
    let mut components = Components::default();
    for document in documents {
        for endpoint in document.as_array().into_iter().flatten().chain(endpoints(document)) {
            let key = key(endpoint);
            let component = PastComponent {
                name: text(endpoint, "name").to_owned(),
                group: text(endpoint, "group").to_owned(),
                ..PastComponent::default()
            };
            components.add(&key, component);
            let slug = components.slug(&key);
            reading.history.incidents.extend(outages(endpoint).into_iter().map(|outage| PastIncident {
                id: format!("{key}@{}", outage.began),
                title: cut(&format!("{} fails its checks", text(endpoint, "name")), 300),
                sev: 2,
                services: slug.iter().cloned().collect(),
                started_at: outage.began,
                mitigated_at: None,
                resolved_at: outage.ended,
                updates: Vec::new(),
            }));
        }
    }
    reading.history.components = components.all;
    reading
}

/// The key of an endpoint (`config/key`): group and name in lower case, with hyphens for what has a meaning elsewhere.
fn key(endpoint: &Value) -> String {
    let part = |field: &str| {
        let text = text(endpoint, field).to_lowercase();
        text.replace(['/', '_', '.', ',', ' ', '#', '+', '&'], "-")
    };
    match text(endpoint, "key") {
        "" => format!("{}_{}", part("group"), part("name")),
        key => key.to_owned(),
    }
}

struct Outage {
    began: Timestamp,
    ended: Option<Timestamp>,
}

/// From each turn for the worse to the next for the better. Events reach further back than results, so they are asked
/// first.
fn outages(endpoint: &Value) -> Vec<Outage> {
    let list = |field: &str| endpoint[field].as_array().into_iter().flatten();
    let events = list("events").filter_map(|event| {
        let well = match text(event, "type") {
            "HEALTHY" => true,
            "UNHEALTHY" => false,
            _ => return None,
        };
        Some((moment(&event["timestamp"])?, well))
    });
    let results = list("results")
        .filter_map(|result| Some((moment(&result["timestamp"])?, result["success"].as_bool()?)));
    let mut turns: Vec<(Timestamp, bool)> = events.collect();
    if turns.is_empty() {
        turns = results.collect();
    }
    turns.sort();
    let mut outages: Vec<Outage> = Vec::new();
    for (at, well) in turns {
        match outages.last_mut().filter(|last| last.ended.is_none()) {
            Some(last) if well => last.ended = Some(at),
            Some(_) => {}
            None if well => {}
            None => outages.push(Outage { began: at, ended: None }),
        }
    }
    outages
}
