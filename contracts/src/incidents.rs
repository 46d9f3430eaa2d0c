//! What the incidents service says: components, incidents, timelines, and the news about them.

mod client;
mod figures;
mod history;

use kit_base::{Event, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Status;

pub use client::IncidentFilter;
pub use figures::{Figure, Figures, FiguresBy, SourceFigure, Spread};
pub use history::{ComponentHistory, Histories, History, HistoryDay, HistoryMonth, Seconds};

/// Who may see a component.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Visibility {
    /// Everybody.
    #[default]
    Public,
    /// The team.
    Internal,
}

impl Visibility {
    /// The word for it in the API and in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Visibility::Public => "public",
            Visibility::Internal => "internal",
        }
    }

    /// The visibility of that name.
    pub fn parse(word: &str) -> Option<Self> {
        [Visibility::Public, Visibility::Internal].into_iter().find(|v| v.as_str() == word)
    }
}

/// A component as it is written: something of ours that can fail.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NewComponent {
    /// Its name in addresses: lower-case letters, digits and hyphens.
    #[schema(example = "checkout")]
    pub slug: String,
    /// Its name for people.
    #[schema(example = "Checkout")]
    pub name: String,
    /// What it does, in one line.
    #[schema(example = "Carts, prices and payment", max_length = 2000)]
    pub description: Option<String>,
    /// The heading it is shown under.
    #[schema(example = "Shop")]
    pub group: Option<String>,
    /// Its place among the components of its group; lower comes first.
    #[schema(example = 10)]
    pub position: Option<i64>,
    /// What it needs: slugs of our components, or `provider:component` (`provider:*` for the provider as a whole).
    #[schema(example = json!(["database", "github:api-requests"]))]
    pub depends_on: Option<Vec<String>>,
    /// Who may see it; everybody when absent.
    pub visibility: Option<Visibility>,
}

/// One reason for a component's status.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Reason {
    /// Where it comes from: `override`, `incident`, `dependency`, or the source of a signal (`csp`, `reports`, …).
    pub source: String,
    /// The status that this reason alone would give.
    pub level: Status,
    /// In one line.
    pub title: String,
    /// What it is about: the component itself, or the dependency where the trouble began.
    pub component: String,
    /// Since when.
    pub since: Timestamp,
    /// Where the evidence can be seen.
    pub evidence_url: Option<String>,
}

/// A component with its status and the reasons for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Component {
    /// Its name in addresses.
    pub slug: String,
    /// Its name for people.
    pub name: String,
    /// What it does, in one line.
    pub description: String,
    /// The heading it is shown under, or empty.
    pub group: String,
    /// Its place among the components of its group.
    pub position: i64,
    /// What it needs.
    pub depends_on: Vec<String>,
    /// Who may see it.
    pub visibility: Visibility,
    /// How it is: the worst of its reasons.
    pub status: Status,
    /// Since when it has this status.
    pub since: Timestamp,
    /// Why it has this status, worst first; empty when all is well.
    pub because: Vec<Reason>,
}

/// A status set by hand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NewOverride {
    /// The status to show.
    pub status: Status,
    /// Why, for the page.
    #[schema(example = "We are moving to new machines.", max_length = 500)]
    pub note: String,
    /// When it ends by itself.
    pub until: Option<Timestamp>,
}

/// Where an incident is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum IncidentStatus {
    /// It is going on.
    Open,
    /// The harm has stopped; it may come back.
    Mitigated,
    /// It is over.
    Resolved,
}

impl IncidentStatus {
    /// Every status, in the order of a life.
    pub const ALL: [IncidentStatus; 3] =
        [IncidentStatus::Open, IncidentStatus::Mitigated, IncidentStatus::Resolved];

    /// The word for it in the API and in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            IncidentStatus::Open => "open",
            IncidentStatus::Mitigated => "mitigated",
            IncidentStatus::Resolved => "resolved",
        }
    }

    /// The status of that name.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }
}

/// An incident as it is opened by a person or a program.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NewIncident {
    /// What is wrong, in one line.
    #[schema(example = "Payments fail for some customers")]
    pub title: String,
    /// How bad: 1 is worst, 4 least.
    #[schema(minimum = 1, maximum = 4, example = 2)]
    pub sev: i64,
    /// Slugs of the components that fail.
    #[schema(example = json!(["checkout"]))]
    pub services: Option<Vec<String>>,
    /// What is known so far.
    #[schema(example = "Card payments time out at our bank.", max_length = 20_000)]
    pub summary: Option<String>,
    /// Where it comes from: `manual` (when absent), `csp`, `reports`, `probe` or `errors`.
    #[schema(example = "manual")]
    pub source: Option<String>,
}

/// What a timeline entry is: the first four are written by people, the others by the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum EntryType {
    /// News.
    Update,
    /// A remark among the team; never shown to the public.
    Note,
    /// What was done to stop the harm.
    Mitigation,
    /// How it ended.
    Resolution,
    /// The incident's status, commander or components changed.
    Change,
    /// A watcher raised or cleared a signal.
    Signal,
}

impl EntryType {
    /// Every type; the first four are those that people write.
    pub const ALL: [EntryType; 6] = [
        EntryType::Update,
        EntryType::Note,
        EntryType::Mitigation,
        EntryType::Resolution,
        EntryType::Change,
        EntryType::Signal,
    ];

    /// The word for it in the API and in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            EntryType::Update => "update",
            EntryType::Note => "note",
            EntryType::Mitigation => "mitigation",
            EntryType::Resolution => "resolution",
            EntryType::Change => "change",
            EntryType::Signal => "signal",
        }
    }

    /// The type of that name.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|entry| entry.as_str() == word)
    }
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
}

/// One entry of an incident's timeline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TimelineEntry {
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
}

/// What was learned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Postmortem {
    /// What happened, as seen from outside.
    #[schema(example = "For 42 minutes a third of all payments failed.", max_length = 50_000)]
    pub what_happened: String,
    /// Why it happened.
    #[schema(example = "A certificate expired, and nothing watched it.", max_length = 50_000)]
    pub root_cause: String,
    /// What will be done so that it does not happen again.
    #[schema(example = json!(["Watch every certificate", "Renew them a month ahead"]))]
    pub action_items: Vec<String>,
}

/// An incident with everything that is known of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Incident {
    /// `INC-` and eight letters or digits.
    #[schema(example = "INC-7QKX2MPA")]
    pub id: String,
    /// What is wrong, in one line.
    pub title: String,
    /// How bad: 1 is worst, 4 least.
    pub sev: i64,
    /// Slugs of the components that fail.
    pub services: Vec<String>,
    /// What is known.
    pub summary: String,
    /// Where it is in its life.
    pub status: IncidentStatus,
    /// Where it came from: `manual`, or the source of the signals that opened it.
    pub source: String,
    /// When it began.
    pub started_at: Timestamp,
    /// When the harm stopped.
    pub mitigated_at: Option<Timestamp>,
    /// When it was over.
    pub resolved_at: Option<Timestamp>,
    /// The user who leads the work, by id.
    pub commander: Option<String>,
    /// What happened, oldest first.
    pub timeline: Vec<TimelineEntry>,
    /// What was learned, once it is written.
    pub postmortem: Option<Postmortem>,
    /// Ids of the users who follow it.
    pub followers: Vec<String>,
}

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
