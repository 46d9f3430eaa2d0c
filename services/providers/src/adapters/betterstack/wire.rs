//! The document of Better Stack as it comes: JSON:API, in which everything stands beside everything.

use kit_base::Timestamp;
use serde::Deserialize;

use crate::adapters::lenient::{id, list, moment, or_default, text as lenient_text, whole};

#[derive(Deserialize)]
#[serde(expecting = "the document of a page")]
pub(super) struct Whole {
    pub data: Option<Item>,
    pub included: Option<Vec<Item>>,
}

/// The page or something that it includes: `type` says what.
#[derive(Deserialize)]
#[serde(expecting = "a part of a page")]
pub(super) struct Item {
    #[serde(default, deserialize_with = "id")]
    pub id: Option<String>,
    #[serde(rename = "type", default, deserialize_with = "lenient_text")]
    pub kind: Option<String>,
    // Read at once, as the history of each day is in them too.
    #[serde(default)]
    pub attributes: Attributes,
    #[serde(default, deserialize_with = "or_default")]
    pub relationships: Relationships,
}

#[derive(Default, Deserialize)]
pub(super) struct Attributes {
    #[serde(default, deserialize_with = "lenient_text")]
    pub aggregate_state: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    pub name: Option<String>,
    #[serde(default, deserialize_with = "id")]
    pub status_page_section_id: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    pub public_name: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    pub status: Option<String>,
    #[serde(default, deserialize_with = "whole")]
    pub position: Option<i64>,
    #[serde(default, deserialize_with = "lenient_text")]
    pub title: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    pub report_type: Option<String>,
    #[serde(default, deserialize_with = "moment")]
    pub starts_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "moment")]
    pub ends_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "moment")]
    pub updated_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "moment")]
    pub published_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "lenient_text")]
    pub message: Option<String>,
    #[serde(default, deserialize_with = "list")]
    pub affected_resources: Vec<Affected>,
}

#[derive(Deserialize)]
pub(super) struct Affected {
    #[serde(default, deserialize_with = "id")]
    pub status_page_resource_id: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    pub status: Option<String>,
}

#[derive(Default, Deserialize)]
pub(super) struct Relationships {
    #[serde(default, deserialize_with = "or_default")]
    pub status_updates: Linked,
}

#[derive(Default, Deserialize)]
pub(super) struct Linked {
    #[serde(default, deserialize_with = "list")]
    pub data: Vec<Link>,
}

#[derive(Deserialize)]
pub(super) struct Link {
    #[serde(default, deserialize_with = "id")]
    pub id: Option<String>,
}
