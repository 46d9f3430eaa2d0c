//! Cachet: lists of its API under `data`; version 3 wraps each thing in JSON:API.

use std::collections::BTreeMap;

use contracts::incidents::{EntryType, PastComponent, PastIncident, PastUpdate};
use serde_json::{Map, Value};

use super::Reading;
use super::components::Components;
use super::loose::{cut, id, moment, number, plain, text};

/// The state of an incident that is over (`IncidentStatusEnum::fixed`).
const FIXED: i64 = 4;
/// The state of one that is watched: the harm has stopped.
const WATCHING: i64 = 3;

/// Whether the document has anything that is read here.
pub(super) fn knows(document: &Value) -> bool {
    things(document).next().is_some() || document["data"].as_array().is_some_and(Vec::is_empty)
}

pub(super) fn read(documents: &[&Value]) -> Reading {
    let all: Vec<Value> = documents.iter().flat_map(|document| things(document)).collect();
    let groups: BTreeMap<String, String> = all
        .iter()
        .filter(|one| kind(one) == Kind::Group)
        .filter_map(|one| Some((id(&one["id"])?, text(one, "name").to_owned())))
        .collect();
    let mut components = Components::default();
    for one in all.iter().filter(|one| kind(one) == Kind::Component) {
        let group = id(&one["group_id"]).or_else(|| id(&one["component_group_id"]));
        let component = PastComponent {
            name: text(one, "name").to_owned(),
            description: plain(text(one, "description")),
            group: group.and_then(|group| groups.get(&group).cloned()).unwrap_or_default(),
            ..PastComponent::default()
        };
        components.add(&id(&one["id"]).unwrap_or_default(), component);
    }
    let mut reading = Reading::default();
    for one in all.iter().filter(|one| kind(one) == Kind::Incident) {
        match past(one, &components) {
            Some(past) => reading.history.incidents.push(past),
            None => {
                let name = text(one, "name");
                reading.passed_over.push(format!("{name}: it has no id, or nothing says when it was"));
            }
        }
    }
    let planned = all.iter().filter(|one| kind(one) == Kind::Schedule).count();
    if planned > 0 {
        reading.passed_over.push(format!("{planned} schedules: only incidents are taken over"));
    }
    reading.history.components = components.all;
    reading
}

#[derive(PartialEq)]
enum Kind {
    Component,
    Group,
    Incident,
    Schedule,
}

fn kind(thing: &Value) -> Kind {
    let has = |name: &str| thing.get(name).is_some();
    match text(thing, "type") {
        "components" => Kind::Component,
        "componentGroups" | "component-groups" | "component_groups" => Kind::Group,
        "incidents" => Kind::Incident,
        "schedules" => Kind::Schedule,
        _ if has("scheduled_at") => Kind::Schedule,
        _ if has("message") => Kind::Incident,
        _ if has("status") => Kind::Component,
        _ => Kind::Group,
    }
}

/// Each thing with its fields beside its id, whatever the version.
fn things(document: &Value) -> impl Iterator<Item = Value> {
    let listed = document["data"].as_array().into_iter().flatten();
    listed.filter(|thing| !thing["id"].is_null() && thing.is_object()).map(flat)
}

fn flat(thing: &Value) -> Value {
    let mut fields: Map<String, Value> = thing["attributes"].as_object().cloned().unwrap_or_default();
    if fields.is_empty() {
        return thing.clone();
    }
    for name in ["id", "type"] {
        fields.insert(name.to_owned(), thing[name].clone());
    }
    Value::Object(fields)
}

fn time(thing: &Value, names: &[&str]) -> Option<kit_base::Timestamp> {
    names.iter().find_map(|name| moment(&thing[*name]))
}

fn past(incident: &Value, components: &Components) -> Option<PastIncident> {
    let own_id = id(&incident["id"])?;
    let started_at = time(incident, &["occurred_at", "occurred", "created_at", "created"])?;
    let mut updates: Vec<PastUpdate> = Vec::new();
    let message = plain(text(incident, "message"));
    if !message.is_empty() {
        let first = PastUpdate { id: own_id.clone(), at: started_at, entry_type: EntryType::Update, message };
        updates.push(first);
    }
    let told: Vec<Value> = incident["updates"].as_array().into_iter().flatten().map(flat).collect();
    updates.extend(told.iter().filter_map(update));
    updates.sort_by_key(|update| update.at);
    let is_over = number(&incident["status"]).or_else(|| number(&incident["latest_status"])) == Some(FIXED);
    let fixed =
        updates.iter().rev().find(|update| update.entry_type == EntryType::Resolution).map(|last| last.at);
    let ended = fixed.or_else(|| time(incident, &["updated_at", "updated"]));
    let watched =
        updates.iter().find(|update| update.entry_type == EntryType::Mitigation).map(|first| first.at);
    let own = id(&incident["component_id"]).and_then(|id| components.slug(&id));
    let others = incident["components"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|one| components.slug(&id(&one["id"])?));
    let mut services: Vec<String> = own.into_iter().chain(others).collect();
    services.dedup();
    let resolved_at = ended.filter(|_| is_over).map(|at| at.max(started_at));
    Some(PastIncident {
        id: own_id,
        title: cut(text(incident, "name"), 300),
        sev: severity(incident),
        services,
        started_at,
        mitigated_at: watched.filter(|at| *at >= started_at && resolved_at.is_none_or(|end| *at <= end)),
        resolved_at,
        updates,
    })
}

/// Cachet has no severity; the status that the incident gave its component stands for it.
fn severity(incident: &Value) -> i64 {
    let of_component = number(&incident["component_status"]);
    let worst = incident["components"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|one| number(&one["status"]))
        .max();
    match of_component.or(worst) {
        Some(4) => 1,
        Some(3) => 2,
        _ => 3,
    }
}

fn update(update: &Value) -> Option<PastUpdate> {
    let message = plain(text(update, "message"));
    (!message.is_empty()).then_some(())?;
    let entry_type = match number(&update["status"]) {
        Some(FIXED) => EntryType::Resolution,
        Some(WATCHING) => EntryType::Mitigation,
        _ => EntryType::Update,
    };
    let at = time(update, &["created_at", "created"])?;
    Some(PastUpdate { id: format!("update-{}", id(&update["id"])?), at, entry_type, message })
}
