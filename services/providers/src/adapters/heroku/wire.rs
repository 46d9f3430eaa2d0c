//! The documents of Heroku's status API as they come, versions 3 and 4.

use std::collections::HashMap;
use std::time::Duration;

use contracts::Status;
use kit_base::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::status;
use crate::adapters::lenient::{id, list, moment, or_default, text as lenient_text};
use crate::adapters::text;

#[derive(Deserialize)]
#[serde(expecting = "a status")]
pub(super) struct Current {
    pub status: Option<Systems>,
    pub incidents: Option<Vec<Issue>>,
    pub scheduled: Option<Vec<Issue>>,
    pub issues: Option<Vec<Issue>>,
}

/// Version 4 lists systems, version 3 had an object of the two there were.
#[derive(Deserialize)]
#[serde(untagged, expecting = "a list of systems, or an object of them")]
pub(super) enum Systems {
    List(Vec<System>),
    Object(HashMap<String, Value>),
}

#[derive(Deserialize)]
#[serde(expecting = "a system")]
pub(super) struct System {
    #[serde(default, alias = "name", deserialize_with = "id")]
    pub system: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    pub status: Option<String>,
}

/// An incident, or a maintenance, of either version.
#[derive(Deserialize)]
#[serde(expecting = "an incident")]
pub(super) struct Issue {
    #[serde(default, deserialize_with = "id")]
    pub id: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    pub title: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    pub state: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    pub resolved: Option<bool>,
    #[serde(default, deserialize_with = "or_default")]
    pub upcoming: bool,
    #[serde(default, deserialize_with = "lenient_text")]
    pub status_prod: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    pub status_dev: Option<String>,
    #[serde(default, deserialize_with = "moment")]
    pub created_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "moment")]
    pub updated_at: Option<Timestamp>,
    #[serde(default, alias = "start_time", alias = "scheduled_for", deserialize_with = "moment")]
    pub starts_at: Option<Timestamp>,
    #[serde(default, alias = "end_time", alias = "scheduled_until", deserialize_with = "moment")]
    pub ends_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "lenient_text")]
    pub full_url: Option<String>,
    #[serde(default, deserialize_with = "list")]
    pub systems: Vec<Value>,
    #[serde(default, deserialize_with = "list")]
    pub updates: Vec<Update>,
}

#[derive(Deserialize)]
pub(super) struct Update {
    #[serde(default, deserialize_with = "lenient_text")]
    pub contents: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    pub update_type: Option<String>,
    #[serde(default, deserialize_with = "moment")]
    pub created_at: Option<Timestamp>,
}

/// How long a maintenance stays listed that does not say when it ends.
const MAINTENANCE_LASTS: Duration = Duration::from_secs(7 * 24 * 60 * 60);

impl Issue {
    /// The state tells: `resolved` stays false in version 4, which has a state, and tells in version 3, which has none.
    pub fn is_over(&self) -> bool {
        match self.state.as_deref() {
            Some(word) => matches!(word, "resolved" | "closed" | "completed"),
            None => self.resolved == Some(true),
        }
    }

    /// A maintenance that is over, though it may still be listed as one to come.
    pub fn is_past(&self, now: Option<Timestamp>) -> bool {
        let Some(now) = now else { return self.is_over() };
        let begins = self.starts_at.or(self.updated_at).or(self.created_at);
        let ends = self.ends_at.or_else(|| begins.map(|at| at.plus(MAINTENANCE_LASTS)));
        self.is_over() || ends.is_some_and(|end| end <= now)
    }

    /// The systems it is about, which are listed as names or as objects with one.
    pub fn systems(&self) -> Vec<String> {
        let named = self.systems.iter().filter_map(|system| {
            let name = system.get("name").or_else(|| system.get("system")).unwrap_or(system);
            name.as_str().map(|name| text::line(name, 200)).filter(|name| !name.is_empty())
        });
        let by_colour = [("Production", &self.status_prod), ("Development", &self.status_dev)];
        let ill = by_colour.into_iter().filter(|(_, colour)| colour.as_deref().is_some_and(|c| c != "green"));
        named.chain(ill.map(|(name, _)| name.to_owned())).collect()
    }

    /// How bad it is: its own colours, else those of the systems that it names. One that is open and names none that is
    /// ill counts as the least.
    pub fn impact(&self, states: &HashMap<String, Status>) -> Status {
        let systems = self.systems();
        let named = systems.iter().filter_map(|system| states.get(system).copied());
        let own =
            [&self.status_prod, &self.status_dev].into_iter().flatten().map(|colour| status(Some(colour)));
        match own.chain(named).fold(Status::Operational, Status::worst) {
            Status::Operational => Status::DegradedPerformance,
            known => known,
        }
    }
}
