//! The document of Status.io as it comes.

use kit_base::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use crate::adapters::lenient::{id, list, moment, or_default, text as lenient_text, whole};

#[derive(Deserialize)]
#[serde(expecting = "a document of Status.io")]
pub(super) struct Answer {
    pub result: Option<Found>,
    #[serde(default, deserialize_with = "or_default")]
    pub status: Option<Refusal>,
}

/// How the API says that it has no such page.
#[derive(Deserialize)]
pub(super) struct Refusal {
    #[serde(default, deserialize_with = "lenient_text")]
    pub message: Option<String>,
}

#[derive(Deserialize)]
#[serde(expecting = "a result")]
pub(super) struct Found {
    pub status_overall: Option<Coded>,
    pub status: Option<Vec<Component>>,
    pub incidents: Option<Vec<Entry>>,
    pub maintenance: Option<Value>,
}

#[derive(Deserialize)]
#[serde(expecting = "a state")]
pub(super) struct Coded {
    #[serde(default, deserialize_with = "whole")]
    pub status_code: Option<i64>,
}

#[derive(Deserialize)]
#[serde(expecting = "a component")]
pub(super) struct Component {
    #[serde(default, deserialize_with = "id")]
    pub id: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    pub name: Option<String>,
    #[serde(default, deserialize_with = "whole")]
    pub status_code: Option<i64>,
    pub containers: Option<Vec<Container>>,
}

#[derive(Deserialize)]
#[serde(expecting = "a container")]
pub(super) struct Container {
    #[serde(default, deserialize_with = "id")]
    pub id: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    pub name: Option<String>,
    #[serde(default, deserialize_with = "whole")]
    pub status_code: Option<i64>,
}

/// An incident or a maintenance: there is one form for both.
#[derive(Deserialize)]
#[serde(expecting = "an incident")]
pub(super) struct Entry {
    #[serde(default, rename = "_id", deserialize_with = "id")]
    pub id: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    pub name: Option<String>,
    #[serde(default, deserialize_with = "moment")]
    pub datetime_open: Option<Timestamp>,
    #[serde(default, alias = "datetime_resolved", deserialize_with = "moment")]
    pub datetime_close: Option<Timestamp>,
    #[serde(default, deserialize_with = "whole")]
    pub status_code: Option<i64>,
    #[serde(default, deserialize_with = "moment")]
    pub datetime_planned_start: Option<Timestamp>,
    #[serde(default, deserialize_with = "moment")]
    pub datetime_planned_end: Option<Timestamp>,
    #[serde(default, deserialize_with = "list")]
    pub messages: Vec<Message>,
    #[serde(default, deserialize_with = "list")]
    pub components_affected: Vec<Named>,
    #[serde(default, deserialize_with = "list")]
    pub containers_affected: Vec<Named>,
}

#[derive(Deserialize)]
pub(super) struct Message {
    #[serde(default, deserialize_with = "lenient_text")]
    pub details: Option<String>,
    #[serde(default, deserialize_with = "whole")]
    pub state: Option<i64>,
    #[serde(default, deserialize_with = "whole")]
    pub status: Option<i64>,
    #[serde(default, deserialize_with = "moment")]
    pub datetime: Option<Timestamp>,
}

#[derive(Deserialize)]
pub(super) struct Named {
    #[serde(default, rename = "_id", alias = "id", deserialize_with = "id")]
    pub id: Option<String>,
}

/// The lists of maintenances. A page without any may give an empty list in their place.
#[derive(Default, Deserialize)]
pub(super) struct Maintenances {
    pub active: Option<Vec<Entry>>,
    pub upcoming: Option<Vec<Entry>>,
}

impl Entry {
    /// State 400 is the end of incidents and of maintenances.
    pub fn is_over(&self) -> bool {
        self.datetime_close.is_some() || self.newest().and_then(|message| message.state) == Some(400)
    }

    /// When it was last written about.
    pub fn changed(&self) -> Option<Timestamp> {
        self.newest().and_then(|message| message.datetime).or(self.datetime_open)
    }

    pub fn newest(&self) -> Option<&Message> {
        self.messages.iter().max_by_key(|message| message.datetime)
    }
}
