//! The documents of Instatus as they come.

use kit_base::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use crate::adapters::lenient::{id, list, moment, or_default, text as lenient_text};

#[derive(Deserialize)]
#[serde(expecting = "a document of Instatus")]
pub(super) struct Document {
    pub page: Option<Page>,
    pub components: Option<Vec<Component>>,
    #[serde(rename = "activeIncidents")]
    pub incidents: Option<Vec<Incident>>,
    #[serde(rename = "activeMaintenances")]
    pub maintenances: Option<Vec<Maintenance>>,
}

#[derive(Deserialize)]
#[serde(expecting = "a page")]
pub(super) struct Page {
    #[serde(default, deserialize_with = "lenient_text")]
    pub status: Option<String>,
}

#[derive(Deserialize)]
#[serde(expecting = "a component")]
pub(super) struct Component {
    #[serde(default, deserialize_with = "id")]
    pub id: Option<String>,
    #[serde(default, deserialize_with = "named")]
    pub name: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    pub status: Option<String>,
    #[serde(default, rename = "isParent", deserialize_with = "or_default")]
    pub is_parent: bool,
    #[serde(default, deserialize_with = "or_default")]
    pub group: Option<Group>,
    #[serde(default)]
    pub children: Option<Vec<Component>>,
}

#[derive(Deserialize)]
pub(super) struct Group {
    #[serde(default, deserialize_with = "id")]
    pub id: Option<String>,
    #[serde(default, deserialize_with = "named")]
    pub name: Option<String>,
}

#[derive(Deserialize)]
#[serde(expecting = "an incident")]
pub(super) struct Incident {
    #[serde(default, deserialize_with = "id")]
    pub id: Option<String>,
    #[serde(default, deserialize_with = "named")]
    pub name: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    pub status: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    pub impact: Option<String>,
    #[serde(default, deserialize_with = "moment")]
    pub started: Option<Timestamp>,
    #[serde(default, deserialize_with = "moment", rename = "updatedAt")]
    pub updated_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "lenient_text")]
    pub url: Option<String>,
    #[serde(default, deserialize_with = "list")]
    pub components: Vec<Named>,
    #[serde(default, deserialize_with = "list")]
    pub updates: Vec<Update>,
}

#[derive(Deserialize)]
pub(super) struct Update {
    #[serde(default, deserialize_with = "moment", alias = "createdAt")]
    pub started: Option<Timestamp>,
    #[serde(default, deserialize_with = "lenient_text")]
    pub status: Option<String>,
    #[serde(default, deserialize_with = "lenient_text", alias = "messageHtml")]
    pub message: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Named {
    #[serde(default, deserialize_with = "id")]
    pub id: Option<String>,
}

#[derive(Deserialize)]
#[serde(expecting = "a maintenance")]
pub(super) struct Maintenance {
    #[serde(default, deserialize_with = "id")]
    pub id: Option<String>,
    #[serde(default, deserialize_with = "named")]
    pub name: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    pub status: Option<String>,
    #[serde(default, deserialize_with = "moment")]
    pub start: Option<Timestamp>,
    /// Minutes, as a number or as text; there is no end.
    #[serde(default, deserialize_with = "lenient_text")]
    pub duration: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    pub url: Option<String>,
    #[serde(default, deserialize_with = "list")]
    pub components: Vec<Named>,
}

/// A name, which pages in several languages give as an object of them.
pub(super) fn named<'de, D: serde::de::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::String(name) => Some(name),
        Value::Object(names) => {
            let name = names.get("en").or_else(|| names.get("default")).or_else(|| names.values().next());
            name.and_then(Value::as_str).map(str::to_owned)
        }
        _ => None,
    })
}
