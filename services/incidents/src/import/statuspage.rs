//! Atlassian Statuspage: the documents of its public API v2, and the lists of its management API.

use std::collections::BTreeMap;

use contracts::incidents::{EntryType, PastComponent, PastIncident, PastUpdate};
use serde_json::Value;

use super::Reading;
use super::components::Components;
use super::loose::{cut, id, moment, plain, text};

/// Whether the document has anything that is read here.
pub(super) fn knows(document: &Value) -> bool {
    let listed =
        |list: &Value| list.as_array().is_some_and(|list| list.is_empty() || list.iter().any(is_one_of_its));
    ["components", "incidents", "scheduled_maintenances"].iter().any(|name| listed(&document[name]))
        || listed(document)
}

fn is_one_of_its(value: &Value) -> bool {
    value["id"].is_string() && value["name"].is_string() && value["status"].is_string()
}

pub(super) fn read(documents: &[&Value]) -> Reading {
    let incidents: Vec<&Value> = documents.iter().flat_map(|document| incidents_in(document)).collect();
    let listed = documents.iter().flat_map(|document| list(&document["components"]));
    let named = incidents.iter().flat_map(|incident| list(&incident["components"]));
    let mut reading = Reading::default();
    let components = components(&listed.chain(named).collect::<Vec<&Value>>());
    for incident in &incidents {
        match past(incident, &components) {
            Ok(past) => reading.history.incidents.push(past),
            Err(reason) => {
                let title = text(incident, "name");
                reading.passed_over.push(format!("{}: {title}: {reason}", text(incident, "id")));
            }
        }
    }
    let planned =
        documents.iter().map(|document| list(&document["scheduled_maintenances"]).count()).sum::<usize>();
    if planned > 0 {
        reading.passed_over.push(format!("{planned} maintenances: only incidents are taken over"));
    }
    reading.history.incidents.dedup_by(|one, other| one.id == other.id);
    reading.history.components = components.all;
    reading
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// A bare list is one of incidents, unless it is one of components.
fn incidents_in(document: &Value) -> Vec<&Value> {
    let bare = list(document).filter(|one| one.get("incident_updates").is_some());
    list(&document["incidents"]).chain(bare).collect()
}

fn components(all: &[&Value]) -> Components {
    let is_group = |one: &Value| one["group"].as_bool().unwrap_or_default();
    let groups: BTreeMap<&str, &str> =
        all.iter().filter(|one| is_group(one)).map(|one| (text(one, "id"), text(one, "name"))).collect();
    let mut components = Components::default();
    for one in all.iter().filter(|one| !is_group(one)) {
        let Some(id) = id(&one["id"]) else { continue };
        let group = groups.get(text(one, "group_id")).copied().unwrap_or_default();
        let component = PastComponent {
            slug: String::new(),
            name: text(one, "name").to_owned(),
            description: plain(text(one, "description")),
            group: group.to_owned(),
            start_date: text(one, "start_date").to_owned(),
        };
        components.add(&id, component);
    }
    components
}

fn past(incident: &Value, components: &Components) -> Result<PastIncident, String> {
    if text(incident, "impact") == "maintenance" || !incident["scheduled_for"].is_null() {
        return Err("it is a maintenance".to_owned());
    }
    let id = id(&incident["id"]).ok_or("it has no id")?;
    let started_at = moment(&incident["started_at"]).or_else(|| moment(&incident["created_at"]));
    let started_at = started_at.ok_or("nothing says when it began")?;
    let mut updates: Vec<PastUpdate> = list(&incident["incident_updates"]).filter_map(update).collect();
    updates.sort_by_key(|update| update.at);
    let is_over = ["resolved", "postmortem", "completed"].contains(&text(incident, "status"));
    let last = updates.iter().rev().find(|update| update.entry_type == EntryType::Resolution);
    let ended = moment(&incident["resolved_at"])
        .or(last.map(|last| last.at))
        .or_else(|| moment(&incident["updated_at"]));
    let resolved_at = ended.filter(|_| is_over).map(|at| at.max(started_at));
    let calmed = moment(&incident["monitoring_at"]).map(|at| at.max(started_at));
    let services = list(&incident["components"]).filter_map(|one| components.slug(text(one, "id")));
    Ok(PastIncident {
        id,
        title: cut(text(incident, "name"), 300),
        sev: severity(text(incident, "impact")),
        services: services.collect(),
        started_at,
        // The time of a mitigation that was taken back stays in its documents.
        mitigated_at: calmed.filter(|_| is_over || text(incident, "status") == "monitoring").map(|at| {
            match resolved_at {
                Some(end) => at.min(end),
                None => at,
            }
        }),
        resolved_at,
        updates,
    })
}

fn severity(impact: &str) -> i64 {
    match impact {
        "critical" => 1,
        "major" => 2,
        "minor" => 3,
        _ => 4,
    }
}

fn update(update: &Value) -> Option<PastUpdate> {
    let status = text(update, "status");
    let entry_type = match status {
        "resolved" | "completed" => EntryType::Resolution,
        "monitoring" => EntryType::Mitigation,
        _ => EntryType::Update,
    };
    let body = plain(text(update, "body"));
    let message = if body.is_empty() { status.to_owned() } else { body };
    let at = moment(&update["display_at"]).or_else(|| moment(&update["created_at"]))?;
    let message = cut(&message, 20_000);
    (!message.is_empty()).then_some(())?;
    Some(PastUpdate { id: id(&update["id"])?, at, entry_type, message })
}
