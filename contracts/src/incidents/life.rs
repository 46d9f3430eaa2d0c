//! Incidents: what goes wrong, who works on it, what is left to do.

use std::collections::BTreeMap;

use kit_base::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Postmortem, TimelineEntry};
use crate::words::words;

words! {
    /// Where an incident is in its life.
    #[derive(Default)]
    pub enum IncidentStatus {
        /// It is going on.
        #[default]
        Open = "open",
        /// The harm has stopped; it may come back.
        Mitigated = "mitigated",
        /// It is over.
        Resolved = "resolved",
    }
}

/// An incident as it is opened by a person or a program.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NewIncident {
    /// What is wrong, in one line. A template may give it.
    #[schema(example = "Payments fail for some customers")]
    pub title: String,
    /// How bad: 1 is worst, 4 least. A template may give it.
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
    /// When it began, if not now; not in the future.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    /// When the harm stopped, for an incident that is written down afterwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mitigated_at: Option<Timestamp>,
    /// When it was over, for an incident that is written down afterwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved_at: Option<Timestamp>,
    /// The template that gives what is absent here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "payment-provider")]
    pub template: Option<String>,
    /// What stands in the template's texts for `{{name}}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = json!({ "bank": "First Bank" }))]
    pub variables: Option<BTreeMap<String, String>>,
}

/// What is changed of an incident; what is absent stays.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ChangedIncident {
    /// What is wrong, in one line.
    #[schema(example = "Card payments fail for some customers")]
    pub title: Option<String>,
    /// How bad: 1 is worst, 4 least.
    #[schema(minimum = 1, maximum = 4, example = 2)]
    pub sev: Option<i64>,
    /// Slugs of the components that fail, all of them.
    #[schema(example = json!(["checkout"]))]
    pub services: Option<Vec<String>>,
    /// What is known.
    #[schema(max_length = 20_000)]
    pub summary: Option<String>,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When the harm stopped, of one that is mitigated or resolved.
    pub mitigated_at: Option<Timestamp>,
    /// When it was over, of one that is resolved.
    pub resolved_at: Option<Timestamp>,
}

/// Somebody who works on an incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Responder {
    /// The user's id.
    #[schema(example = "019aa0c4-5c00-7000-8000-2f6e3b1a9d47")]
    pub user: String,
    /// As what: scribe, communications, database; or nothing.
    #[serde(default)]
    #[schema(example = "communications", max_length = 100)]
    pub role: String,
}

/// Something to be done, as it is written. When it is changed, what is absent stays.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NewTask {
    /// What.
    #[schema(example = "Ask the bank for their timeline", max_length = 300)]
    pub title: Option<String>,
    /// By whom: a user's id; empty for nobody.
    #[schema(example = "019aa0c4-5c00-7000-8000-2f6e3b1a9d47")]
    pub assignee: Option<String>,
    /// Until which day; empty for none.
    #[schema(example = "2026-12-01", format = "date")]
    pub due: Option<String>,
    /// Whether it is done.
    pub done: Option<bool>,
}

/// Something to be done about an incident, during it or after it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Task {
    /// Its number.
    pub id: i64,
    /// What.
    pub title: String,
    /// By whom, by id.
    pub assignee: Option<String>,
    /// Until which day.
    #[schema(format = "date")]
    pub due: Option<String>,
    /// When it was done.
    pub done_at: Option<Timestamp>,
}

words! {
    /// How an incident hangs together with another.
    pub enum ConnectionType {
        /// The other is its cause.
        CausedBy = "caused_by",
        /// It is the other's cause.
        Causes = "causes",
        /// The other tells of the same.
        Duplicates = "duplicates",
        /// The other tells of the same, and this one goes on.
        DuplicatedBy = "duplicated_by",
        /// They have to do with each other.
        Related = "related",
    }
}

/// A link between incidents as it is written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NewConnection {
    /// `caused_by`, `duplicates` or `related`.
    #[serde(rename = "type")]
    pub kind: ConnectionType,
    /// The other incident.
    #[schema(example = "INC-7QKX2MPA")]
    pub incident: String,
}

/// A link between incidents, as one of the two sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Connection {
    /// What the other is to it.
    #[serde(rename = "type")]
    pub kind: ConnectionType,
    /// The other incident.
    pub incident: String,
    /// The other's title.
    pub title: String,
}

/// A template as it is written.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NewTemplate {
    /// Its name for people.
    #[schema(example = "The payment provider fails", max_length = 200)]
    pub name: String,
    /// The incident's title; `{{bank}}` stands for a variable.
    #[schema(example = "Payments by {{bank}} fail", max_length = 300)]
    pub title: String,
    /// The incident's severity.
    #[schema(minimum = 1, maximum = 4, example = 2)]
    pub sev: i64,
    /// Slugs of the components that fail.
    #[schema(example = json!(["checkout"]))]
    pub services: Option<Vec<String>>,
    /// What is known.
    #[schema(example = "{{bank}} does not answer; other cards work.", max_length = 20_000)]
    pub summary: Option<String>,
    /// The first update, if there shall be one.
    #[schema(example = "We are in touch with {{bank}}.", max_length = 20_000)]
    pub update: Option<String>,
}

/// A form for incidents that come again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Template {
    /// Its name in addresses.
    #[schema(example = "payment-provider")]
    pub slug: String,
    /// Its name for people.
    pub name: String,
    /// The incident's title.
    pub title: String,
    /// The incident's severity.
    pub sev: i64,
    /// Slugs of the components that fail.
    pub services: Vec<String>,
    /// What is known.
    pub summary: String,
    /// The first update, or empty.
    pub update: String,
    /// The variables that its texts name.
    pub variables: Vec<String>,
}

/// An incident with everything that is known of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
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
    /// When it was first known here.
    #[serde(default)]
    pub detected_at: Timestamp,
    /// When a person first took it up; shown to members of the team only.
    pub acknowledged_at: Option<Timestamp>,
    /// When the harm stopped.
    pub mitigated_at: Option<Timestamp>,
    /// When it was over.
    pub resolved_at: Option<Timestamp>,
    /// The user who leads the work, by id.
    pub commander: Option<String>,
    /// Who else works on it; shown to members of the team only.
    #[serde(default)]
    pub responders: Vec<Responder>,
    /// What is to be done; shown to members of the team only.
    #[serde(default)]
    pub tasks: Vec<Task>,
    /// The incidents that it hangs together with.
    #[serde(default)]
    pub links: Vec<Connection>,
    /// The incident that tells of it now, if it was merged into another.
    pub merged_into: Option<String>,
    /// What happened, oldest first.
    pub timeline: Vec<TimelineEntry>,
    /// What was learned, once it is written; the public sees what is published.
    pub postmortem: Option<Postmortem>,
    /// Ids of the users who follow it.
    pub followers: Vec<String>,
}
