//! The documents of SAP Concur as they really come. Texts are in four languages.

use contracts::providers::ProviderUpdate;
use kit_base::Timestamp;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::adapters::lenient::{date, id, list, or_default, text as lenient_text};
use crate::adapters::text;
use crate::adapters::unreadable::Unreadable;

/// One of its documents.
#[derive(Deserialize)]
#[serde(expecting = "a document of SAP Concur")]
pub(super) struct Page {
    pub data: Option<Value>,
    pub incidents: Option<Vec<Incident>>,
}

#[derive(Deserialize)]
pub(super) struct Banner {
    #[serde(default)]
    pub display: Value,
    #[serde(default, deserialize_with = "or_default")]
    pub text: Languages,
}

/// A text in several languages; the English one is told.
#[derive(Default, Deserialize)]
pub(super) struct Languages {
    en: Option<String>,
    de: Option<String>,
}

impl Languages {
    pub fn told(&self) -> String {
        self.en.clone().or_else(|| self.de.clone()).unwrap_or_default()
    }
}

/// A service in a data center. Its days stand beside its state, and are not read.
#[derive(Deserialize)]
#[serde(expecting = "a service")]
pub(super) struct Service {
    #[serde(default, rename = "Service", deserialize_with = "lenient_text")]
    pub name: Option<String>,
    #[serde(rename = "Current Status")]
    pub current: Option<Current>,
}

#[derive(Deserialize)]
#[serde(expecting = "a state")]
pub(super) struct Current {
    #[serde(default)]
    pub status: Value,
    #[serde(default)]
    pub incidents: Vec<Incident>,
}

#[derive(Deserialize)]
#[serde(expecting = "an incident")]
pub(super) struct Incident {
    #[serde(default, deserialize_with = "id")]
    pub id: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    pub status: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    pub severity: Option<String>,
    #[serde(default, rename = "affected_services", deserialize_with = "list")]
    pub services: Vec<String>,
    #[serde(default, rename = "data_centers", deserialize_with = "list")]
    pub centers: Vec<String>,
    #[serde(default, rename = "start_date", deserialize_with = "date")]
    pub started_at: Option<Timestamp>,
    #[serde(default, rename = "created_date", deserialize_with = "date")]
    pub created_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "list")]
    pub messages: Vec<Message>,
}

#[derive(Deserialize)]
pub(super) struct Message {
    #[serde(default, deserialize_with = "or_default")]
    body: Languages,
    #[serde(default, rename = "created_date", deserialize_with = "date")]
    created_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "lenient_text")]
    message_type: Option<String>,
}

impl Message {
    pub fn told(&self) -> ProviderUpdate {
        let state = self.message_type.as_deref().map(|kind| text::state(&kind.to_lowercase()));
        ProviderUpdate { at: self.created_at, state, body: text::body(&self.body.told()) }
    }
}

/// A part of a document that has been read as a value, since its names are not known beforehand.
pub(super) fn part<T: DeserializeOwned>(value: Value) -> Result<T, Unreadable> {
    serde_json::from_value(value).map_err(|error| Unreadable::Shape(text::line(&error.to_string(), 200)))
}
