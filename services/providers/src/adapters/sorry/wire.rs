//! The documents of Sorry as they come.

use kit_base::Timestamp;
use serde::Deserialize;

use crate::adapters::lenient::{id, list, moment, text as lenient_text};
use crate::adapters::text;

#[derive(Deserialize)]
#[serde(expecting = "a document of Sorry")]
pub(super) struct Document {
    pub page: Option<Page>,
    /// The API for everybody's pages calls them `response`.
    #[serde(alias = "response")]
    pub components: Option<Vec<Component>>,
    pub notices: Option<Vec<Notice>>,
}

#[derive(Deserialize)]
#[serde(expecting = "a page")]
pub(super) struct Page {
    #[serde(default, deserialize_with = "lenient_text")]
    pub state: Option<String>,
}

#[derive(Deserialize)]
#[serde(expecting = "a component")]
pub(super) struct Component {
    #[serde(default, deserialize_with = "id")]
    pub id: Option<String>,
    #[serde(default, deserialize_with = "id")]
    pub parent_id: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    pub name: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    pub state: Option<String>,
}

#[derive(Deserialize)]
#[serde(expecting = "a notice")]
pub(super) struct Notice {
    #[serde(default, deserialize_with = "id")]
    pub id: Option<String>,
    #[serde(rename = "type", default, deserialize_with = "lenient_text")]
    pub kind: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    pub state: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    pub timeline_state: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    pub subject: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    pub synopsis: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    pub url: Option<String>,
    #[serde(default, deserialize_with = "moment")]
    pub began_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "moment")]
    pub begins_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "moment")]
    pub ended_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "moment")]
    pub ends_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "moment")]
    pub created_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "moment")]
    pub updated_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "list")]
    pub components: Vec<Component>,
    #[serde(default, deserialize_with = "list")]
    pub updates: Vec<Update>,
}

#[derive(Deserialize)]
pub(super) struct Update {
    #[serde(default, deserialize_with = "lenient_text")]
    pub state: Option<String>,
    #[serde(default, alias = "message", deserialize_with = "lenient_text")]
    pub content: Option<String>,
    #[serde(default, deserialize_with = "moment")]
    pub created_at: Option<Timestamp>,
}

impl Notice {
    pub fn is_open(&self) -> bool {
        let word = self.state.as_deref().or(self.timeline_state.as_deref());
        match word {
            Some("resolved" | "false_alarm" | "complete" | "cancelled" | "past") => false,
            Some("investigating" | "identified" | "recovering" | "scheduled" | "underway") => true,
            _ => self.ended_at.is_none(),
        }
    }

    pub fn is_planned(&self) -> bool {
        self.kind.as_deref() == Some("planned")
    }

    pub fn component_ids(&self) -> Vec<String> {
        self.components.iter().filter_map(|component| component.id.clone()).collect()
    }

    pub fn title(&self) -> String {
        text::title(self.subject.as_deref().unwrap_or("Untitled"))
    }
}
