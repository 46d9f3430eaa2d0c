//! The documents of Cachet as they come: flat entries before version 3, `attributes` and `relationships` since.
//! Numbers may be texts.

use std::collections::HashMap;

use kit_base::Timestamp;
use serde::Deserialize;
use serde::de::Deserializer;
use serde_json::Value;

use crate::adapters::lenient::{id, list, moment, or_default, parse_moment, text as lenient_text, whole};

#[derive(Deserialize)]
#[serde(expecting = "a document of Cachet")]
pub(super) struct Envelope {
    #[serde(default, deserialize_with = "or_default")]
    meta: Option<Value>,
    pub data: Option<Data>,
    #[serde(default, deserialize_with = "list")]
    pub included: Vec<Entry>,
}

impl Envelope {
    pub fn is_paged(&self) -> bool {
        let pages = ["pagination", "current_page", "per_page"];
        self.meta.as_ref().is_some_and(|meta| pages.iter().any(|name| meta.get(name).is_some()))
    }
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "a list of entries, or a status")]
pub(super) enum Data {
    List(Vec<Entry>),
    One(Box<Entry>),
}

/// What is listed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Components,
    Groups,
    Incidents,
    Schedules,
}

/// An entry of any kind, its update, or the status of the whole.
#[derive(Deserialize)]
#[serde(from = "Written", expecting = "an entry")]
pub(super) struct Entry {
    pub fields: Fields,
    pub kind: Option<String>,
    pub related: HashMap<String, Value>,
    pub is_flat: bool,
    pub enabled: Option<bool>,
    pub message: Option<String>,
    pub permalink: Option<String>,
}

/// As it is written in either form.
#[derive(Deserialize)]
#[serde(expecting = "an entry")]
struct Written {
    #[serde(rename = "type", default, deserialize_with = "lenient_text")]
    kind: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    attributes: Option<Fields>,
    #[serde(default, deserialize_with = "or_default")]
    relationships: HashMap<String, Value>,
    #[serde(flatten)]
    flat: Fields,
}

#[derive(Default, Deserialize)]
pub(super) struct Fields {
    #[serde(default, deserialize_with = "id")]
    pub id: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    pub name: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    pub message: Option<String>,
    #[serde(default)]
    pub status: Option<Value>,
    #[serde(default, deserialize_with = "whole")]
    pub latest_status: Option<i64>,
    #[serde(default, deserialize_with = "flag")]
    pub is_resolved: Option<bool>,
    #[serde(default, deserialize_with = "flag")]
    pub enabled: Option<bool>,
    #[serde(default)]
    pub visible: Option<Value>,
    #[serde(default)]
    pub collapsed: Option<Value>,
    #[serde(default)]
    pub link: Option<Value>,
    #[serde(default, deserialize_with = "id")]
    pub group_id: Option<String>,
    #[serde(default, deserialize_with = "id")]
    pub component_id: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    pub group: Option<Named>,
    #[serde(default, deserialize_with = "list")]
    pub components: Vec<Named>,
    #[serde(default, deserialize_with = "list")]
    pub enabled_components: Vec<Entry>,
    #[serde(default, deserialize_with = "list")]
    pub updates: Vec<Entry>,
    #[serde(default, deserialize_with = "moment")]
    pub occurred_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "moment")]
    pub created_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "moment")]
    pub updated_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "moment")]
    pub scheduled_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "moment")]
    pub completed_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "or_default")]
    pub occurred: Dated,
    #[serde(default, deserialize_with = "or_default")]
    pub created: Dated,
    #[serde(default, deserialize_with = "or_default")]
    pub updated: Dated,
    #[serde(default, deserialize_with = "or_default")]
    pub scheduled: Option<Dated>,
    #[serde(default, deserialize_with = "or_default")]
    pub completed: Dated,
    #[serde(default, deserialize_with = "lenient_text")]
    pub permalink: Option<String>,
}

/// A moment as version 3 writes it: for people, and to be read.
#[derive(Default, Deserialize)]
pub(super) struct Dated {
    #[serde(default, deserialize_with = "lenient_text")]
    pub string: Option<String>,
}

impl Dated {
    pub fn moment(&self) -> Option<Timestamp> {
        self.string.as_deref().and_then(parse_moment)
    }
}

#[derive(Deserialize)]
pub(super) struct Named {
    #[serde(default, deserialize_with = "id")]
    pub id: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    pub name: Option<String>,
}

/// Yes or no, which old versions write as a number or a text.
fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::Bool(flag) => Some(flag),
        Value::Number(number) => number.as_i64().map(|number| number != 0),
        Value::String(word) if ["1", "true"].contains(&word.as_str()) => Some(true),
        Value::String(word) if ["0", "false"].contains(&word.as_str()) => Some(false),
        _ => None,
    })
}

impl From<Written> for Entry {
    fn from(written: Written) -> Self {
        let is_flat = written.attributes.is_none();
        let id = written.flat.id.clone();
        let mut fields = written.attributes.unwrap_or(written.flat);
        fields.id = fields.id.or(id);
        Self {
            enabled: fields.enabled,
            message: fields.message.take(),
            permalink: fields.permalink.take(),
            kind: written.kind,
            related: written.relationships,
            is_flat,
            fields,
        }
    }
}
