//! The summary of StatusPal as it comes.

use kit_base::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use crate::adapters::lenient::{id, list, moment, text as lenient_text};

#[derive(Deserialize)]
#[serde(expecting = "a summary")]
pub(super) struct Summary {
    pub status_page: Option<Page>,
    pub services: Option<Vec<Service>>,
    pub incidents: Option<Vec<Entry>>,
    pub maintenances: Option<Vec<Entry>>,
    pub upcoming_maintenances: Option<Vec<Entry>>,
}

#[derive(Deserialize)]
#[serde(expecting = "a page")]
pub(super) struct Page {
    #[serde(default = "absent")]
    pub current_incident_type: Value,
}

#[derive(Deserialize)]
#[serde(expecting = "a service")]
pub(super) struct Service {
    #[serde(default, deserialize_with = "id")]
    pub id: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    pub name: Option<String>,
    #[serde(default = "absent")]
    pub current_incident_type: Value,
    pub children: Option<Vec<Service>>,
}

/// An incident or a maintenance: there is one form for both.
#[derive(Deserialize)]
#[serde(expecting = "an incident")]
pub(super) struct Entry {
    #[serde(default, deserialize_with = "id")]
    pub id: Option<String>,
    #[serde(default = "absent", rename = "type")]
    pub kind: Value,
    #[serde(default, deserialize_with = "lenient_text")]
    pub title: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    pub url: Option<String>,
    #[serde(default, deserialize_with = "moment")]
    pub starts_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "moment")]
    pub ends_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "moment")]
    pub inserted_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "moment")]
    pub updated_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "list")]
    pub service_ids: Vec<Value>,
    #[serde(default, deserialize_with = "list")]
    pub updates: Vec<Update>,
}

#[derive(Deserialize)]
pub(super) struct Update {
    #[serde(rename = "type", default, deserialize_with = "lenient_text")]
    pub kind: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    pub description: Option<String>,
    #[serde(default, deserialize_with = "moment")]
    pub posted_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "moment")]
    pub inserted_at: Option<Timestamp>,
}

/// Stands where nothing does. Null is health here, so that absence must be something else.
pub(super) fn absent() -> Value {
    Value::Bool(false)
}

impl Service {
    pub fn is_one(&self) -> bool {
        self.id.is_some() || self.name.is_some() || self.current_incident_type != absent()
    }
}

impl Entry {
    /// Its end has passed, or its newest text says so.
    pub fn is_over(&self, now: Option<Timestamp>) -> bool {
        let has_ended = self.ends_at.is_some_and(|end| now.is_none_or(|now| end < now));
        let words = self.newest().and_then(|update| update.kind.as_deref());
        has_ended || matches!(words, Some("resolved" | "completed" | "canceled" | "cancelled"))
    }

    pub fn newest(&self) -> Option<&Update> {
        // They come newest first, which decides where their times do not.
        self.updates.iter().rev().max_by_key(|update| update.posted_at.or(update.inserted_at))
    }
}
