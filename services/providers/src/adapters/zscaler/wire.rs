//! `cloud-status` as it really comes.

use serde::Deserialize;

use crate::adapters::lenient::{id, sequence, text};

#[derive(Deserialize)]
#[serde(expecting = "the status of Zscaler")]
pub(super) struct Page {
    #[serde(default)]
    pub data: Data,
}

#[derive(Default, Deserialize)]
#[serde(expecting = "an object with `severity` and `category`")]
pub(super) struct Data {
    pub severity: Option<Vec<Severity>>,
    pub category: Option<Vec<Category>>,
}

/// An entry of the legend.
#[derive(Deserialize)]
#[serde(expecting = "an entry of the legend")]
pub(super) struct Severity {
    #[serde(default, deserialize_with = "id")]
    pub tid: Option<String>,
    #[serde(default, deserialize_with = "text")]
    pub name: Option<String>,
    #[serde(default, deserialize_with = "text")]
    pub visible: Option<String>,
}

#[derive(Deserialize)]
#[serde(expecting = "a category")]
pub(super) struct Category {
    #[serde(default, deserialize_with = "text")]
    pub title: Option<String>,
    #[serde(default, rename = "subCategory", deserialize_with = "sequence")]
    pub sub_category: Vec<Service>,
}

#[derive(Deserialize)]
#[serde(expecting = "a service")]
pub(super) struct Service {
    #[serde(default, deserialize_with = "id")]
    pub tid: Option<String>,
    #[serde(default, deserialize_with = "text")]
    pub name: Option<String>,
    /// What goes on now.
    #[serde(default, deserialize_with = "sequence")]
    pub category_status: Vec<Event>,
    /// What went on in the week.
    #[serde(default, deserialize_with = "sequence")]
    pub issues: Vec<Event>,
}

#[derive(Deserialize)]
#[serde(expecting = "an event")]
pub(super) struct Event {
    #[serde(default, deserialize_with = "id")]
    id: Option<String>,
    #[serde(default, deserialize_with = "id")]
    pub alias: Option<String>,
    #[serde(default, deserialize_with = "text")]
    pub title: Option<String>,
    #[serde(default, deserialize_with = "text")]
    pub description: Option<String>,
    #[serde(default, deserialize_with = "text")]
    pub short_description: Option<String>,
    #[serde(default, rename = "severityTid", deserialize_with = "id")]
    pub severity_tid: Option<String>,
    #[serde(default, deserialize_with = "text")]
    pub status: Option<String>,
    #[serde(default, deserialize_with = "text")]
    pub from: Option<String>,
}

impl Event {
    /// The number at the end of its address, which it bears in both lists.
    pub fn identity(&self) -> String {
        let alias = self.alias.as_deref().and_then(|alias| alias.rsplit('/').next());
        alias.or(self.id.as_deref()).or(self.title.as_deref()).unwrap_or_default().to_owned()
    }

    pub fn is_over(&self) -> bool {
        let status = self.status.as_deref().unwrap_or_default().to_ascii_lowercase();
        ["resolved", "closed", "completed", "cancelled", "canceled"].contains(&status.as_str())
    }
}
