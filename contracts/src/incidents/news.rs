//! The news of the incidents service.

use kit_base::{Event, Timestamp};
use serde::{Deserialize, Serialize};

use super::IncidentStatus;
use crate::Status;

/// `incident.opened`, as the list of incidents would show it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IncidentOpened {
    /// Its id.
    pub id: String,
    /// What is wrong.
    pub title: String,
    /// How bad.
    pub sev: i64,
    /// Slugs of the components that fail.
    pub services: Vec<String>,
    /// Where it came from.
    pub source: String,
}

impl Event for IncidentOpened {
    const NAME: &'static str = "incident.opened";

    fn subject(&self) -> &str {
        &self.id
    }
}

/// `incident.changed`: its status, its timeline or anything else about it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IncidentChanged {
    /// Its id.
    pub id: String,
    /// Where it is now in its life.
    pub status: IncidentStatus,
}

impl Event for IncidentChanged {
    const NAME: &'static str = "incident.changed";

    fn subject(&self) -> &str {
        &self.id
    }
}

/// `component.status_changed`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ComponentStatusChanged {
    /// The component.
    pub slug: String,
    /// What it was.
    pub before: Status,
    /// What it is.
    pub after: Status,
    /// Since when.
    pub since: Timestamp,
}

impl Event for ComponentStatusChanged {
    const NAME: &'static str = "component.status_changed";

    fn subject(&self) -> &str {
        &self.slug
    }
}

/// `component.changed`: written, renamed, moved, deleted, or with other reasons for the same status.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ComponentChanged {
    /// The component.
    pub slug: String,
}

impl Event for ComponentChanged {
    const NAME: &'static str = "component.changed";

    fn subject(&self) -> &str {
        &self.slug
    }
}
