//! `getEnhancedStatus` as it really comes.

use kit_base::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use crate::adapters::lenient::{epoch, id, list, moment, text};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", expecting = "the status of IBM Cloud")]
pub(super) struct Page {
    pub status_items: Option<Vec<Item>>,
    #[serde(default, deserialize_with = "list")]
    pub resources: Vec<Resource>,
}

/// A service that there is.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Resource {
    #[serde(default, rename = "resourceID", deserialize_with = "id")]
    resource_id: Option<String>,
    #[serde(default, deserialize_with = "text")]
    display_name: Option<String>,
}

/// An incident, a maintenance, or something that says nothing of how it is.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", expecting = "an item")]
pub(super) struct Item {
    #[serde(default, deserialize_with = "id")]
    pub id: Option<String>,
    #[serde(default, rename = "type", deserialize_with = "text")]
    pub kind: Option<String>,
    #[serde(default, deserialize_with = "text")]
    pub state: Option<String>,
    #[serde(default)]
    pub sev: Value,
    #[serde(default, deserialize_with = "text")]
    pub name: Option<String>,
    #[serde(default, deserialize_with = "text")]
    pub short_description: Option<String>,
    #[serde(default, deserialize_with = "text")]
    pub long_description: Option<String>,
    #[serde(default, deserialize_with = "list")]
    pub regions: Vec<String>,
    #[serde(default, rename = "resourceIDs", deserialize_with = "list")]
    pub resource_ids: Vec<String>,
    #[serde(default, deserialize_with = "moment")]
    pub creation_time: Option<Timestamp>,
    #[serde(default, deserialize_with = "epoch")]
    pub outage_start: Option<Timestamp>,
    #[serde(default, deserialize_with = "epoch")]
    pub outage_end: Option<Timestamp>,
    #[serde(default, deserialize_with = "epoch")]
    pub update_time: Option<Timestamp>,
}

impl Resource {
    pub fn pair(&self) -> Option<(&str, &str)> {
        Some((self.resource_id.as_deref()?, self.display_name.as_deref()?))
    }
}

impl Item {
    /// Any other state, and none at all, means that it goes on.
    pub fn is_over(&self) -> bool {
        let state = self.state.as_deref().unwrap_or_default().to_ascii_lowercase();
        let over = ["resolved", "complete", "completed", "closed", "archived", "cancelled", "canceled"];
        over.contains(&state.as_str())
    }
}
