//! The documents of incident.io as they come. A value that is absent may be there as the text `$undefined`.

use std::collections::{HashMap, HashSet};

use contracts::Status;
use kit_base::Timestamp;
use serde::Deserialize;
use serde::de::{Deserializer, Error};

use super::status;
use crate::adapters::lenient::{id, list, moment, or_default, text};

/// Any of the documents: what it is shows in what it has.
#[derive(Deserialize)]
#[serde(expecting = "a document")]
pub(super) struct Document {
    pub summary: Option<Summary>,
    pub ongoing_incidents: Option<Vec<WidgetEntry>>,
    pub in_progress_maintenances: Option<Vec<WidgetEntry>>,
    pub scheduled_maintenances: Option<Vec<WidgetEntry>>,
}

#[derive(Deserialize)]
#[serde(expecting = "a summary")]
pub(super) struct Summary {
    #[serde(default, deserialize_with = "text")]
    pub public_url: Option<String>,
    #[serde(default, deserialize_with = "list")]
    pub components: Vec<Listed>,
    #[serde(default, deserialize_with = "or_default")]
    pub structure: Option<Structure>,
    pub affected_components: Option<Vec<Affected>>,
    pub ongoing_incidents: Option<Vec<Entry>>,
    pub scheduled_maintenances: Option<Vec<Entry>>,
}

#[derive(Deserialize)]
pub(super) struct Structure {
    #[serde(default, deserialize_with = "list")]
    pub items: Vec<Item>,
}

/// A place on the page: one of the three.
#[derive(Deserialize)]
pub(super) struct Item {
    #[serde(default, deserialize_with = "or_default")]
    pub component: Option<Listed>,
    #[serde(default, deserialize_with = "or_default")]
    pub group: Option<Group>,
    #[serde(default, deserialize_with = "or_default")]
    pub sub_page: Option<Listed>,
}

#[derive(Deserialize)]
pub(super) struct Group {
    #[serde(default, deserialize_with = "said")]
    pub name: Option<String>,
    #[serde(default, deserialize_with = "list")]
    pub components: Vec<Listed>,
}

#[derive(Clone, Deserialize)]
pub(super) struct Listed {
    #[serde(alias = "component_id", deserialize_with = "known_id")]
    pub id: String,
    #[serde(default, deserialize_with = "said")]
    pub name: Option<String>,
}

/// A component that something affects.
#[derive(Clone, Deserialize)]
#[serde(expecting = "an affected component")]
pub(super) struct Affected {
    #[serde(deserialize_with = "known_id")]
    pub component_id: String,
    #[serde(default, deserialize_with = "said")]
    status: Option<String>,
    #[serde(default, deserialize_with = "said")]
    current_status: Option<String>,
}

/// An incident or a maintenance: there is one form for both.
#[derive(Deserialize)]
#[serde(expecting = "an incident")]
pub(super) struct Entry {
    #[serde(default, deserialize_with = "id")]
    pub id: Option<String>,
    #[serde(default, deserialize_with = "said")]
    pub name: Option<String>,
    #[serde(default, deserialize_with = "said")]
    pub status: Option<String>,
    #[serde(rename = "type", default, deserialize_with = "said")]
    kind: Option<String>,
    #[serde(default, deserialize_with = "moment")]
    pub published_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "or_default")]
    pub affected_components: Vec<Affected>,
    #[serde(default, deserialize_with = "list")]
    component_impacts: Vec<Impact>,
    #[serde(default, deserialize_with = "list")]
    status_summaries: Vec<Span>,
    #[serde(default, deserialize_with = "list")]
    pub updates: Vec<Update>,
}

#[derive(Deserialize)]
struct Impact {
    #[serde(default, deserialize_with = "id")]
    component_id: Option<String>,
    #[serde(flatten)]
    span: Span,
}

#[derive(Deserialize)]
struct Span {
    #[serde(default, deserialize_with = "moment")]
    start_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "moment")]
    end_at: Option<Timestamp>,
}

#[derive(Deserialize)]
pub(super) struct Update {
    #[serde(default, deserialize_with = "moment")]
    pub published_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "said")]
    pub to_status: Option<String>,
    #[serde(default, deserialize_with = "said")]
    pub message_string: Option<String>,
}

/// The lists of the widget API.
pub(super) struct Widget {
    pub ongoing: Vec<WidgetEntry>,
    pub in_progress: Vec<WidgetEntry>,
    pub scheduled: Vec<WidgetEntry>,
}

/// An incident or a maintenance in the widget API.
#[derive(Deserialize)]
#[serde(expecting = "an incident")]
pub(super) struct WidgetEntry {
    #[serde(default, deserialize_with = "id")]
    pub id: Option<String>,
    #[serde(default, deserialize_with = "text")]
    pub name: Option<String>,
    #[serde(default, deserialize_with = "text")]
    pub status: Option<String>,
    #[serde(default, deserialize_with = "text")]
    pub url: Option<String>,
    #[serde(default, deserialize_with = "moment")]
    pub last_update_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "text")]
    pub last_update_message: Option<String>,
    #[serde(default, deserialize_with = "text")]
    pub current_worst_impact: Option<String>,
    #[serde(default, alias = "started_at", deserialize_with = "moment")]
    pub starts_at: Option<Timestamp>,
    #[serde(default, alias = "scheduled_end_at", deserialize_with = "moment")]
    pub ends_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "or_default")]
    pub affected_components: Vec<WidgetComponent>,
}

#[derive(Deserialize)]
pub(super) struct WidgetComponent {
    #[serde(deserialize_with = "known_id")]
    pub id: String,
    #[serde(default, deserialize_with = "text")]
    pub name: Option<String>,
    #[serde(default, deserialize_with = "text")]
    pub group_name: Option<String>,
    #[serde(default, deserialize_with = "text")]
    pub current_status: Option<String>,
}

/// A text that is really there.
fn said<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(text(deserializer)?.filter(|text| text != "$undefined"))
}

fn known_id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    id(deserializer)?.ok_or_else(|| D::Error::custom("a component has an id"))
}

fn is_over(word: Option<&str>) -> bool {
    let endings = ["complete", "completed", "canceled", "cancelled"];
    let is_ending = |word: &str| {
        word == "resolved" || word.strip_prefix("maintenance_").is_some_and(|end| endings.contains(&end))
    };
    word.is_some_and(is_ending)
}

impl Affected {
    /// How it is now; `status` alone is the worst that it was, which is all that is known then.
    pub fn now(&self) -> Status {
        self.current_status.as_deref().or(self.status.as_deref()).map_or(Status::Unknown, status)
    }
}

impl Entry {
    pub fn is_over(&self) -> bool {
        is_over(self.status.as_deref())
    }

    pub fn is_maintenance(&self) -> bool {
        let says_so = self.status.as_deref().is_some_and(|word| word.starts_with("maintenance_"));
        says_so || self.kind.as_deref() == Some("maintenance")
    }

    /// The components that it affects, or is going to.
    pub fn affected_ids(&self) -> Vec<String> {
        let named = self.affected_components.iter().map(|c| &c.component_id);
        let mut seen = HashSet::new();
        let planned = self.component_impacts.iter().filter_map(|impact| impact.component_id.as_ref());
        named.chain(planned).filter(|id| seen.insert(id.as_str())).cloned().collect()
    }

    fn spans(&self) -> impl Iterator<Item = &Span> {
        self.component_impacts.iter().map(|impact| &impact.span).chain(&self.status_summaries)
    }

    pub fn began(&self) -> Option<Timestamp> {
        self.spans().filter_map(|span| span.start_at).min().or(self.published_at)
    }

    pub fn ends(&self) -> Option<Timestamp> {
        self.spans().filter_map(|span| span.end_at).max()
    }
}

impl WidgetEntry {
    pub fn is_over(&self) -> bool {
        is_over(self.status.as_deref())
    }
}

impl Widget {
    /// The names of what is announced for components that are well now.
    pub fn names(&self) -> HashMap<String, String> {
        let entries = self.ongoing.iter().chain(&self.in_progress).chain(&self.scheduled);
        let named = entries.flat_map(|entry| &entry.affected_components);
        named.filter_map(|c| Some((c.id.clone(), c.name.clone()?))).collect()
    }
}
