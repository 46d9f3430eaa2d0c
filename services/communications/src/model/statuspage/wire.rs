//! The documents of Statuspage's API, version 2, in their exact shape: every key is always there, times have
//! milliseconds, ids are twelve small letters and digits.

use serde::Serialize;
use utoipa::ToSchema;

/// Whose page it is.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = StatuspagePage)]
pub(crate) struct Page {
    /// The page's id.
    pub id: String,
    /// Whose page it is.
    pub name: String,
    /// Where it is.
    pub url: String,
    /// The zone of its times.
    pub time_zone: &'static str,
    /// When anything on it last changed; while nobody knows how things are, when it was last known.
    pub updated_at: String,
}

/// The verdict on the whole.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = StatuspageStatus)]
pub(crate) struct Status {
    /// `none`, `minor`, `major`, `critical` or `maintenance`.
    pub indicator: &'static str,
    /// The same in words for people.
    pub description: &'static str,
}

/// A component, or a group of components.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = StatuspageComponent)]
pub(crate) struct Component {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// `operational`, `degraded_performance`, `partial_outage`, `major_outage` or `under_maintenance`.
    pub status: &'static str,
    /// When it was first known.
    pub created_at: String,
    /// When it last changed.
    pub updated_at: String,
    /// Its place among those beside it, from 1.
    pub position: usize,
    /// What it does.
    pub description: Option<String>,
    /// Always true.
    pub showcase: bool,
    /// The day from which on it is known.
    pub start_date: Option<String>,
    /// The group that it belongs to.
    pub group_id: Option<String>,
    /// The page's id.
    pub page_id: String,
    /// Whether it is a group.
    pub group: bool,
    /// Always false.
    pub only_show_if_degraded: bool,
    /// The ids of a group's components; for groups alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub components: Option<Vec<String>>,
}

/// Something that the public was told about an incident.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = StatuspageIncidentUpdate)]
pub(crate) struct IncidentUpdate {
    /// Its id.
    pub id: String,
    /// `investigating`, `identified`, `monitoring` or `resolved`.
    pub status: &'static str,
    /// What was told.
    pub body: String,
    /// The incident's id.
    pub incident_id: String,
    /// When it was told.
    pub created_at: String,
    /// When it was told.
    pub updated_at: String,
    /// When it was told.
    pub display_at: String,
    /// Always null: `components` of the incident has them.
    #[schema(value_type = Option<Vec<Object>>)]
    pub affected_components: Option<Vec<()>>,
    /// Whether subscribers were told.
    pub deliver_notifications: bool,
    /// Always null.
    pub custom_tweet: Option<String>,
    /// Always null.
    pub tweet_id: Option<String>,
}

/// An incident.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = StatuspageIncident)]
pub(crate) struct Incident {
    /// Its id.
    pub id: String,
    /// What is wrong.
    pub name: String,
    /// `investigating`, `identified`, `monitoring` or `resolved`.
    pub status: &'static str,
    /// When it began.
    pub created_at: String,
    /// When something was last told about it.
    pub updated_at: String,
    /// When the harm had stopped.
    pub monitoring_at: Option<String>,
    /// When it was over.
    pub resolved_at: Option<String>,
    /// `none`, `minor`, `major` or `critical`.
    pub impact: &'static str,
    /// Where it can be read about.
    pub shortlink: String,
    /// When it began.
    pub started_at: String,
    /// The page's id.
    pub page_id: String,
    /// What was told, the latest first.
    pub incident_updates: Vec<IncidentUpdate>,
    /// The components that it is about.
    pub components: Vec<Component>,
}

/// Announced maintenance: one of the times that it comes.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = StatuspageScheduledMaintenance)]
pub(crate) struct ScheduledMaintenance {
    /// The incident that a maintenance is.
    #[serde(flatten)]
    pub incident: Incident,
    /// When it begins.
    pub scheduled_for: String,
    /// When it ends.
    pub scheduled_until: String,
}

/// `summary.json`.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = StatuspageSummary)]
pub(crate) struct Summary {
    /// Whose page it is.
    pub page: Page,
    /// Every component and every group.
    pub components: Vec<Component>,
    /// The incidents that go on.
    pub incidents: Vec<Incident>,
    /// Maintenance that is to come or goes on.
    pub scheduled_maintenances: Vec<ScheduledMaintenance>,
    /// The verdict on the whole.
    pub status: Status,
}

/// `status.json`.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = StatuspageStatusPage)]
pub(crate) struct StatusDocument {
    /// Whose page it is.
    pub page: Page,
    /// The verdict on the whole.
    pub status: Status,
}

/// `components.json`.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = StatuspageComponents)]
pub(crate) struct ComponentsDocument {
    /// Whose page it is.
    pub page: Page,
    /// Every component and every group.
    pub components: Vec<Component>,
}

/// `incidents.json` and `incidents/unresolved.json`.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = StatuspageIncidents)]
pub(crate) struct IncidentsDocument {
    /// Whose page it is.
    pub page: Page,
    /// Incidents, newest first.
    pub incidents: Vec<Incident>,
}

/// `scheduled-maintenances.json` and its parts.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = StatuspageMaintenances)]
pub(crate) struct MaintenancesDocument {
    /// Whose page it is.
    pub page: Page,
    /// Maintenance, newest first.
    pub scheduled_maintenances: Vec<ScheduledMaintenance>,
}
