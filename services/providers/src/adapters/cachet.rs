//! Cachet, versions 1 to 3: a document each of components, groups, incidents and maintenances, all in the same
//! envelope, so that what is listed tells which it is. Version 3 writes JSON:API, before it all stood flat.

mod entry;
mod wire;

use contracts::Status;
use contracts::providers::{ProviderComponent, ProviderIncident, ProviderMaintenance, ProviderUpdate};
use serde_json::Value;

use self::entry::Included;
use self::wire::{Entry, Envelope, Kind};
use super::told::SCHEDULED;
use super::unreadable::{Root, Unreadable, json_rooted};
use super::{Adapter, Document, PLAIN, Told, text};

/// The family of Cachet.
pub(super) const ADAPTER: Adapter = Adapter {
    name: "cachet",
    title: "Cachet",
    read,
    recognises,
    paths: &["/api/v1/components?per_page=100", "/api/components?per_page=100"],
    companions: beside_components,
    ..PLAIN
};

/// Incidents come oldest first unless asked otherwise, so that the open ones could be on a later page.
fn beside_components(url: &str) -> Vec<String> {
    let address = url.split(['?', '#']).next().unwrap_or_default();
    let Some(base) = address.strip_suffix("/components") else { return Vec::new() };
    let groups =
        if base.ends_with("/v1") { "components/groups" } else { "component-groups?include=components" };
    let newest =
        if base.ends_with("/v1") { "sort=id&order=desc" } else { "sort=-id&include=components,updates" };
    vec![
        format!("{base}/incidents?{newest}&per_page=50"),
        format!("{base}/schedules?{newest}&per_page=50"),
        format!("{base}/{groups}"),
    ]
}

/// Whether `document` is plainly one of Cachet: a list of entries of one of its kinds.
fn recognises(document: &Value) -> bool {
    let first = document.pointer("/data/0").and_then(Value::as_object);
    let Some(first) = first else { return false };
    let fields = first.get("attributes").and_then(Value::as_object).unwrap_or(first);
    let has = |name: &str| fields.contains_key(name);
    if has("name") && has("enabled_components") {
        return true;
    }
    let is_entry = has("name") && has("status") && (has("created_at") || has("created"));
    is_entry
        && (has("enabled") || has("visible") || has("scheduled_at") || has("scheduled") || has("group_id"))
}

fn read(document: &Document<'_>) -> Result<Told, Unreadable> {
    let envelope: Envelope = json_rooted(document.body, Root::Object, "a document of Cachet")?;
    let is_paged = envelope.is_paged();
    let entries = match envelope.data {
        Some(wire::Data::List(entries)) => entries,
        Some(wire::Data::One(status)) => return verdict(&status),
        None => {
            return Err(Unreadable::Shape("a document of Cachet has a list of `data`, this has none".into()));
        }
    };
    let kinds = entries.iter().map(Entry::kind).collect::<Option<Vec<Kind>>>();
    let Some(kinds) = kinds else {
        return Err(Unreadable::Shape(
            "what Cachet lists is components, groups, incidents or maintenances, this is none of them".into(),
        ));
    };
    // An empty list does not say of what it is one, so that it tells nothing.
    let Some(kind) = kinds.first() else {
        let why = "a list of Cachet has entries or says on which page it is, this does neither";
        return if is_paged { Ok(Told::default()) } else { Err(Unreadable::Shape(why.into())) };
    };
    if kinds.iter().any(|other| other != kind) {
        return Err(Unreadable::Shape("a list of Cachet has entries of one kind, this has several".into()));
    }
    let included = Included::of(&envelope.included);
    let names = envelope.included.iter().filter_map(Entry::named).collect();
    Ok(match kind {
        Kind::Components => Told { components: Some(components(&entries, &included)), ..Told::default() },
        Kind::Groups => {
            let (told, known): (Vec<_>, Vec<_>) =
                entries.iter().flat_map(Entry::members).partition(|(_, is_told)| *is_told);
            let only = |members: Vec<(ProviderComponent, bool)>| {
                members.into_iter().map(|(member, _)| member).collect()
            };
            let components: Vec<ProviderComponent> = only(told);
            Told {
                components: (!components.is_empty()).then_some(components),
                known: only(known),
                ..Told::default()
            }
        }
        Kind::Incidents => {
            let open = entries.iter().filter(|entry| entry.is_open_incident());
            let incidents = open.map(|entry| incident(entry, &included)).collect();
            Told { incidents: Some(incidents), names, ..Told::default() }
        }
        Kind::Schedules => {
            let open = entries.iter().filter(|entry| entry.status_value() != Some(2));
            Told { maintenances: Some(open.map(maintenance).collect()), names, ..Told::default() }
        }
    })
}

/// `/status`: the word on the whole, whose words have changed with the versions.
fn verdict(status: &Entry) -> Result<Told, Unreadable> {
    let Some(word) = status.status_word() else {
        return Err(Unreadable::Shape("the status of Cachet has a `status`, this has none".into()));
    };
    let verdict = match word.to_lowercase().replace(' ', "_").as_str() {
        "success" | "operational" => Status::Operational,
        "info" | "partial_outage" => Status::PartialOutage,
        "danger" | "major_outage" => Status::MajorOutage,
        "under_maintenance" => Status::UnderMaintenance,
        _ => Status::Unknown,
    };
    Ok(Told { verdict: Some(verdict), ..Told::default() })
}

/// Components that are switched off are not shown on the page either.
fn components(entries: &[Entry], included: &Included<'_>) -> Vec<ProviderComponent> {
    let shown = entries.iter().filter(|entry| entry.enabled != Some(false));
    shown
        .map(|entry| ProviderComponent {
            id: entry.identity(),
            name: entry.title(),
            group: entry.group(included),
            status: component_status(entry.status_value()),
            ..ProviderComponent::default()
        })
        .collect()
}

/// The numbers of component states. Version 3 added the last ones.
fn component_status(value: Option<i64>) -> Status {
    match value {
        Some(1) => Status::Operational,
        Some(2) => Status::DegradedPerformance,
        Some(3) => Status::PartialOutage,
        Some(4) => Status::MajorOutage,
        Some(6) => Status::UnderMaintenance,
        _ => Status::Unknown,
    }
}

/// An incident says nothing of how bad it is, so that an open one counts as the least.
fn incident(entry: &Entry, included: &Included<'_>) -> ProviderIncident {
    let mut updates: Vec<ProviderUpdate> = entry.updates(included).map(update).collect();
    updates.sort_by_key(|update| std::cmp::Reverse(update.at));
    let opening = entry.message.as_deref().filter(|message| !message.trim().is_empty());
    updates.extend(opening.map(|message| ProviderUpdate {
        at: entry.began(),
        state: Some(incident_state(if entry.is_flat() { entry.status_value() } else { None })),
        body: text::markdown_body(message),
    }));
    let newest = updates.first();
    ProviderIncident {
        id: entry.identity(),
        title: entry.title(),
        state: incident_state(entry.latest_status()),
        impact: Status::DegradedPerformance,
        components: entry.component_ids(),
        started_at: entry.began(),
        updated_at: newest.and_then(|update| update.at).or(entry.changed()),
        message: newest.map(|update| update.body.clone()).unwrap_or_default(),
        updates,
        url: entry.permalink.as_deref().and_then(text::link),
    }
}

fn update(written: &Entry) -> ProviderUpdate {
    ProviderUpdate {
        at: written.began(),
        state: Some(incident_state(written.status_value())),
        body: text::markdown_body(written.message.as_deref().unwrap_or_default()),
    }
}

fn incident_state(value: Option<i64>) -> String {
    let word = match value {
        Some(0) => "scheduled",
        Some(1) => "investigating",
        Some(2) => "identified",
        Some(3) => "watching",
        Some(4) => "fixed",
        _ => "unknown",
    };
    word.to_owned()
}

/// `completed_at` is when it should end, or when it did: only the state says which.
fn maintenance(entry: &Entry) -> ProviderMaintenance {
    let state = match entry.status_value() {
        Some(0) => SCHEDULED,
        Some(1) => "in_progress",
        _ => "unknown",
    };
    ProviderMaintenance {
        id: entry.identity(),
        title: entry.title(),
        state: state.to_owned(),
        components: entry.component_ids(),
        starts_at: entry.scheduled(),
        ends_at: entry.completed().filter(|end| entry.scheduled().is_none_or(|start| *end > start)),
        url: entry.permalink.as_deref().and_then(text::link),
    }
}
