//! Slack: what goes on (`/current`) and what was (`/history`). Services are named only while something is about them,
//! and how they are the type of it says.

use std::collections::HashMap;

use contracts::Status;
use contracts::providers::{ProviderComponent, ProviderIncident, ProviderMaintenance, ProviderUpdate};
use kit_base::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::lenient::{id, list, moment, text as lenient_text};
use super::told::SCHEDULED;
use super::unreadable::{Root, Unreadable, begins_with, json_rooted};
use super::{Adapter, PLAIN, Told, text};

/// The family of Slack's own status page.
pub(super) const ADAPTER: Adapter = Adapter {
    name: "slack",
    title: "Slack",
    read: |document| read(document.body),
    recognises,
    hosts: &[
        ("slack-status.com", "https://slack-status.com/api/v2.0.0/current"),
        ("status.slack.com", "https://slack-status.com/api/v2.0.0/current"),
    ],
    ..PLAIN
};

fn recognises(document: &Value) -> bool {
    let is_history =
        document.get(0).is_some_and(|first| first.get("notes").is_some() && first.get("services").is_some());
    document.get("active_incidents").is_some_and(Value::is_array) || is_history
}

#[derive(Deserialize)]
#[serde(expecting = "the current status")]
struct Current {
    #[serde(default, deserialize_with = "lenient_text")]
    status: Option<String>,
    active_incidents: Option<Vec<Entry>>,
    #[serde(default, deserialize_with = "lenient_text")]
    error: Option<String>,
}

#[derive(Deserialize)]
#[serde(expecting = "an incident")]
struct Entry {
    #[serde(default, deserialize_with = "id")]
    id: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    title: Option<String>,
    #[serde(rename = "type", default, deserialize_with = "lenient_text")]
    kind: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    status: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    url: Option<String>,
    #[serde(default, deserialize_with = "moment")]
    date_created: Option<Timestamp>,
    #[serde(default, deserialize_with = "moment")]
    date_updated: Option<Timestamp>,
    #[serde(default, deserialize_with = "list")]
    services: Vec<String>,
    #[serde(default, deserialize_with = "list")]
    notes: Vec<Note>,
}

#[derive(Deserialize)]
struct Note {
    #[serde(default, deserialize_with = "moment")]
    date_created: Option<Timestamp>,
    #[serde(default, deserialize_with = "lenient_text")]
    body: Option<String>,
}

fn read(body: &[u8]) -> Result<Told, Unreadable> {
    if begins_with(body, '[') {
        return history(body);
    }
    let current: Current = json_rooted(body, Root::Object, "the current status")?;
    let (Some(word), Some(listed)) = (current.status, current.active_incidents) else {
        return Err(match current.error {
            Some(words) => Unreadable::Refused(text::line(&words, 200)),
            None => Unreadable::Shape(
                "the current status of Slack has `status` and `active_incidents`, this lacks one of them"
                    .into(),
            ),
        });
    };
    let told = told(&listed);
    let names_nothing = listed.iter().all(|entry| entry.is_over());
    Ok(Told {
        verdict: match word.as_str() {
            "ok" => Some(Status::Operational),
            // How bad it is, what is active says. If it is said that something is and not what, nobody knows.
            "active" if !names_nothing => None,
            _ => Some(Status::Unknown),
        },
        names_only_trouble: true,
        ..told
    })
}

/// What was, with what still goes on. It does not say that there is nothing else.
fn history(body: &[u8]) -> Result<Told, Unreadable> {
    let listed: Vec<Entry> = json_rooted(body, Root::List, "the history")?;
    let is_of_family = |entry: &Entry| entry.id.is_some() && entry.kind.is_some() && entry.status.is_some();
    if listed.is_empty() || !listed.iter().all(is_of_family) {
        let why = "the history of Slack lists incidents with an `id`, a `type` and a `status`, this does not";
        return Err(Unreadable::Shape(why.to_owned()));
    }
    Ok(told(&listed))
}

fn told(listed: &[Entry]) -> Told {
    let open = || listed.iter().filter(|entry| !entry.is_over());
    let mut components: Vec<ProviderComponent> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for entry in open().filter(|entry| !entry.is_scheduled()) {
        for name in entry.services() {
            if let Some(known) = places.get(&name).and_then(|place| components.get_mut(*place)) {
                known.status = known.status.worst(entry.impact());
                continue;
            }
            places.insert(name.clone(), components.len());
            let (id, status) = (name.clone(), entry.impact());
            components.push(ProviderComponent { id, name, status, ..ProviderComponent::default() });
        }
    }
    let (works, incidents): (Vec<&Entry>, Vec<&Entry>) = open().partition(|entry| entry.is_maintenance());
    Told {
        components: Some(components),
        incidents: Some(incidents.into_iter().map(incident).collect()),
        maintenances: Some(works.into_iter().map(maintenance).collect()),
        names: open().flat_map(Entry::services).map(|name| (name.clone(), name)).collect(),
        ..Told::default()
    }
}

impl Entry {
    fn is_over(&self) -> bool {
        matches!(self.status.as_deref(), Some("resolved" | "completed" | "cancelled" | "canceled"))
    }

    fn is_scheduled(&self) -> bool {
        self.status.as_deref() == Some("scheduled")
    }

    fn is_maintenance(&self) -> bool {
        self.is_scheduled() || self.kind.as_deref() == Some("maintenance")
    }

    /// The services have no ids but their names.
    fn services(&self) -> Vec<String> {
        self.services.iter().map(|name| text::title(name)).filter(|name| !name.is_empty()).collect()
    }

    fn impact(&self) -> Status {
        match self.kind.as_deref() {
            Some("notice") => Status::Operational,
            Some("maintenance") => Status::UnderMaintenance,
            Some("incident") => Status::DegradedPerformance,
            Some("outage") => Status::MajorOutage,
            _ => Status::Unknown,
        }
    }
}

fn incident(entry: &Entry) -> ProviderIncident {
    let mut updates: Vec<ProviderUpdate> = entry
        .notes
        .iter()
        .rev()
        .map(|note| ProviderUpdate {
            at: note.date_created,
            state: None,
            body: text::body(note.body.as_deref().unwrap_or_default()),
        })
        .collect();
    // They come oldest first, which decides where their times do not.
    updates.sort_by_key(|update| std::cmp::Reverse(update.at));
    ProviderIncident {
        id: entry.id.clone().unwrap_or_default(),
        title: text::title(entry.title.as_deref().unwrap_or("Untitled")),
        state: text::state(entry.status.as_deref().unwrap_or("unknown")),
        impact: entry.impact(),
        components: entry.services(),
        started_at: entry.date_created,
        updated_at: entry.date_updated.or(entry.date_created),
        message: updates.first().map(|newest| newest.body.clone()).unwrap_or_default(),
        updates,
        url: entry.url.as_deref().and_then(text::link),
    }
}

fn maintenance(entry: &Entry) -> ProviderMaintenance {
    ProviderMaintenance {
        id: entry.id.clone().unwrap_or_default(),
        title: text::title(entry.title.as_deref().unwrap_or("Untitled")),
        state: if entry.is_scheduled() { SCHEDULED } else { "in_progress" }.to_owned(),
        components: entry.services(),
        starts_at: entry.date_created,
        ends_at: None,
        url: entry.url.as_deref().and_then(text::link),
    }
}
