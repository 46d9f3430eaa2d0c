//! The history of another tool, as it is taken over: the same again changes only what differs.

use kit_base::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::EntryType;

/// A part of a history.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Past {
    /// The tool that it comes from, and which of its pages if there are several: with an incident's id there it says
    /// which incident is the same.
    #[schema(example = "statuspage")]
    pub origin: String,
    /// Components; those that are here already stay as they are.
    #[serde(default)]
    pub components: Vec<PastComponent>,
    /// Incidents.
    #[serde(default)]
    pub incidents: Vec<PastIncident>,
}

/// A component as another tool tells of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PastComponent {
    /// Its name in addresses here.
    #[schema(example = "api")]
    pub slug: String,
    /// Its name for people.
    #[schema(example = "API")]
    pub name: String,
    /// What it does.
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub description: String,
    /// The heading it stands under, or empty.
    #[serde(default)]
    #[schema(example = "Shop")]
    pub group: String,
    /// The day on which it went into service, or empty.
    #[serde(default)]
    #[schema(example = "2024-01-15", format = "date")]
    pub start_date: String,
}

/// An incident as another tool tells of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PastIncident {
    /// Its id there.
    #[schema(example = "p31zjtct2jer")]
    pub id: String,
    /// What was wrong.
    #[schema(example = "Payments fail for some customers", max_length = 300)]
    pub title: String,
    /// How bad: 1 is worst, 4 least.
    #[schema(minimum = 1, maximum = 4, example = 2)]
    pub sev: i64,
    /// Slugs of the components that failed.
    #[serde(default)]
    #[schema(example = json!(["api"]))]
    pub services: Vec<String>,
    /// When it began.
    pub started_at: Timestamp,
    /// When the harm stopped.
    pub mitigated_at: Option<Timestamp>,
    /// When it was over; open when absent.
    pub resolved_at: Option<Timestamp>,
    /// What was told.
    #[serde(default)]
    pub updates: Vec<PastUpdate>,
}

/// Something that was told about an incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PastUpdate {
    /// Its id there.
    #[schema(example = "dp2rsz7g1jtb")]
    pub id: String,
    /// When.
    pub at: Timestamp,
    /// What it is.
    #[serde(rename = "type")]
    pub entry_type: EntryType,
    /// The text.
    #[schema(example = "A fix has been implemented.", max_length = 20_000)]
    pub message: String,
}

/// How many were new, differed, or were as they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Taken {
    /// Were not here.
    pub created: u64,
    /// Were here and differed.
    pub changed: u64,
    /// Were here as they are told.
    pub unchanged: u64,
}

/// Something that could not be taken over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LeftOut {
    /// What: its id or slug.
    pub what: String,
    /// Why.
    pub reason: String,
}

/// What became of a history, or would become of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PastTaken {
    /// Nothing was stored: this is what would be.
    pub dry_run: bool,
    /// Of components.
    pub components: Taken,
    /// Of incidents.
    pub incidents: Taken,
    /// Of entries in their timelines.
    pub updates: Taken,
    /// What could not be taken over.
    pub left_out: Vec<LeftOut>,
}
