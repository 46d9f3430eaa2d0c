//! The Statuspage v2 documents as they really come: `summary.json` and its parts, from Atlassian and its
//! imitators.

use kit_base::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use crate::adapters::lenient::{id, long_list, moment, or_default, text};

/// Any of the documents: `status.json` has a verdict only, `incidents.json` neither verdict nor components.
/// The lists are null or absent where imitators have nothing to list; any other type is a change of shape.
#[derive(Deserialize)]
#[serde(expecting = "a page")]
pub(super) struct Document {
    #[serde(default, deserialize_with = "or_default")]
    pub page: Option<Page>,
    pub status: Option<Value>,
    pub components: Option<Vec<Component>>,
    pub incidents: Option<Vec<Entry>>,
    pub scheduled_maintenances: Option<Vec<Entry>>,
    #[serde(default, deserialize_with = "text")]
    pub error: Option<String>,
    #[serde(default, deserialize_with = "text")]
    pub message: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Page {
    #[serde(default, deserialize_with = "text")]
    pub url: Option<String>,
}

/// A component, or a group of them.
#[derive(Deserialize)]
#[serde(expecting = "a component")]
pub(super) struct Component {
    #[serde(default, deserialize_with = "id")]
    pub id: Option<String>,
    #[serde(default, deserialize_with = "text")]
    pub name: Option<String>,
    #[serde(default, deserialize_with = "text")]
    pub status: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    pub group: bool,
    #[serde(default, deserialize_with = "id")]
    pub group_id: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    pub position: Option<i64>,
}

/// An incident or a maintenance: Statuspage has one form for both.
#[derive(Deserialize)]
#[serde(expecting = "an incident")]
pub(super) struct Entry {
    #[serde(default, deserialize_with = "id")]
    pub id: Option<String>,
    #[serde(default, deserialize_with = "text")]
    pub name: Option<String>,
    #[serde(default, deserialize_with = "text")]
    pub status: Option<String>,
    #[serde(default, deserialize_with = "text")]
    pub impact: Option<String>,
    #[serde(default, deserialize_with = "text")]
    pub impact_override: Option<String>,
    #[serde(default, deserialize_with = "moment")]
    pub started_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "moment")]
    pub created_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "moment")]
    pub updated_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "moment")]
    pub resolved_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "moment")]
    pub scheduled_for: Option<Timestamp>,
    #[serde(default, deserialize_with = "moment")]
    pub scheduled_until: Option<Timestamp>,
    #[serde(default, deserialize_with = "text")]
    pub shortlink: Option<String>,
    #[serde(default, deserialize_with = "long_list")]
    pub components: Vec<Component>,
    #[serde(default, deserialize_with = "long_list")]
    pub incident_updates: Vec<Update>,
}

/// What was written about an incident at one time.
#[derive(Deserialize)]
pub(super) struct Update {
    #[serde(default, deserialize_with = "text")]
    pub status: Option<String>,
    #[serde(default, deserialize_with = "text")]
    pub body: Option<String>,
    #[serde(default, deserialize_with = "moment")]
    pub display_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "moment")]
    pub created_at: Option<Timestamp>,
}

impl Entry {
    /// It is over, or nobody says so. Words that end it count first, then words that keep it open; where the
    /// word is neither, the time of its end tells.
    pub fn is_over(&self) -> bool {
        match self.status.as_deref() {
            Some("resolved" | "postmortem" | "completed") => true,
            Some(
                "investigating" | "identified" | "monitoring" | "scheduled" | "in_progress" | "verifying",
            ) => false,
            _ => self.resolved_at.is_some(),
        }
    }

    /// What was written about it, newest first. So they come, which decides where their times do not.
    pub fn updates(&self) -> Vec<&Update> {
        let mut written: Vec<&Update> =
            self.incident_updates.iter().filter(|update| update.body.is_some()).collect();
        written.sort_by_key(|update| std::cmp::Reverse(update.display_at.or(update.created_at)));
        written
    }
}
