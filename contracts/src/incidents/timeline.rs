//! What happened in an incident: what people wrote and what the machine saw.

use kit_base::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::words::words;

words! {
    /// What a timeline entry is: the first four are written by people, the others by the machine.
    pub enum EntryType {
        /// News.
        Update = "update",
        /// A remark among the team; never shown to the public.
        Note = "note",
        /// What was done to stop the harm.
        Mitigation = "mitigation",
        /// How it ended.
        Resolution = "resolution",
        /// The incident's status, commander or components changed.
        Change = "change",
        /// A watcher raised or cleared a signal.
        Signal = "signal",
        /// Components that the incident names have another status.
        Status = "status",
    }
}

impl EntryType {
    /// The types of entries that people write.
    pub const WRITTEN: [EntryType; 4] =
        [EntryType::Update, EntryType::Note, EntryType::Mitigation, EntryType::Resolution];
}

words! {
    /// What evidence of an entry is.
    pub enum EvidenceKind {
        /// A signal, by its source and key with a slash between.
        Signal = "signal",
        /// A component, by its slug.
        Component = "component",
        /// A feature flag, by its key.
        Flag = "flag",
        /// An announcement, by its id.
        Announcement = "announcement",
        /// Another incident, by its id.
        Incident = "incident",
    }
}

/// What an entry rests on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Evidence {
    /// What it is.
    pub kind: EvidenceKind,
    /// Which one.
    #[schema(example = "csp/github:actions")]
    pub id: String,
}

/// A timeline entry as a person writes it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NewEntry {
    /// `update`, `note`, `mitigation` or `resolution`.
    #[serde(rename = "type")]
    pub entry_type: EntryType,
    /// The text.
    #[schema(example = "We are moving traffic to the second region.", max_length = 20_000)]
    pub message: String,
    /// When it happened, if not now; not in the future.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
}

/// Another text for an entry that a person wrote.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ChangedEntry {
    /// The text.
    #[schema(example = "We are moving half of the traffic to the second region.", max_length = 20_000)]
    pub message: String,
}

/// One entry of an incident's timeline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TimelineEntry {
    /// Its number, by which it can be changed.
    #[serde(default)]
    pub id: i64,
    /// When it happened.
    pub at: Timestamp,
    /// What it is.
    #[serde(rename = "type")]
    pub entry_type: EntryType,
    /// The text.
    pub message: String,
    /// Who wrote it; null for the machine.
    pub author: Option<String>,
    /// Where the evidence can be seen.
    pub evidence_url: Option<String>,
    /// What it rests on; shown to members of the team only.
    pub evidence: Option<Evidence>,
    /// When its text was last changed.
    pub edited_at: Option<Timestamp>,
}

/// A text that an entry had.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct EntryVersion {
    /// Until when it had it.
    pub until: Timestamp,
    /// The text.
    pub message: String,
    /// Who changed it then.
    pub changed_by: String,
}

/// An entry with all the texts that it had.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct EntryHistory {
    /// The entry as it is now.
    pub entry: TimelineEntry,
    /// What it said before, oldest first.
    pub versions: Vec<EntryVersion>,
}
