//! What the incidents service says of announced work: maintenances, their times, and the news about them.

mod client;
mod news;

use kit_base::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::words::words;

pub use client::MaintenanceFilter;
pub use news::{
    MaintenanceCancelled, MaintenanceChanged, MaintenanceEnded, MaintenanceExtended, MaintenanceNews,
    MaintenanceScheduled, MaintenanceStarted, MaintenanceStarting,
};

words! {
    /// Where a maintenance is: Statuspage's words.
    pub enum MaintenanceState {
        /// It is to come.
        Scheduled = "scheduled",
        /// It is being worked on.
        InProgress = "in_progress",
        /// The work is done, and somebody looks whether all is well.
        Verifying = "verifying",
        /// It is over.
        Completed = "completed",
    }
}

impl MaintenanceState {
    /// Whether its components are under maintenance.
    pub fn runs(self) -> bool {
        matches!(self, MaintenanceState::InProgress | MaintenanceState::Verifying)
    }
}

/// A maintenance as it is written.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NewMaintenance {
    /// What is done, in one line.
    #[schema(example = "New disks for the database", max_length = 300)]
    pub title: String,
    /// Slugs of the components that are worked on.
    #[schema(example = json!(["database"]))]
    pub components: Vec<String>,
    /// When it begins, for the first time: a moment with its offset, or without one a wall time in `time_zone`.
    #[schema(example = "2026-12-01T02:00:00+01:00")]
    pub starts_at: String,
    /// When it ends, in the same form.
    #[schema(example = "2026-12-01T04:00:00+01:00")]
    pub ends_at: String,
    /// The time zone in which it comes again, by its IANA name; `UTC` when absent.
    #[schema(example = "Europe/Paris")]
    pub time_zone: Option<String>,
    /// When it comes again: a recurrence rule of RFC 5545.
    #[schema(example = "FREQ=MONTHLY;BYDAY=1TU", max_length = 500)]
    pub rrule: Option<String>,
    /// Times at which it does not come after all: days, wall times or moments at which it would begin.
    #[schema(example = json!(["2027-01-05"]))]
    pub exceptions: Option<Vec<String>>,
    /// What is done and what it means for those who use the components.
    #[schema(example = "Orders wait until it is over.", max_length = 20_000)]
    pub description: Option<String>,
    /// How many minutes beforehand people are told that it comes; 1440 when absent, 0 for never.
    #[schema(example = 1440, minimum = 0, maximum = 43_200)]
    pub notify_before: Option<i64>,
}

/// One time that a maintenance comes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Occurrence {
    /// When it begins as planned.
    pub starts_at: Timestamp,
    /// When it ends as planned, or as it was extended.
    pub ends_at: Timestamp,
    /// Where it is.
    pub state: MaintenanceState,
    /// When it really began.
    pub began_at: Option<Timestamp>,
    /// When it was really over.
    pub ended_at: Option<Timestamp>,
}

/// A maintenance with the time that it runs, or comes next, and those before and after.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Maintenance {
    /// `MNT-` and eight letters or digits.
    #[schema(example = "MNT-7QKX2MPA")]
    pub id: String,
    /// What is done, in one line.
    pub title: String,
    /// What is done and what it means.
    pub description: String,
    /// Slugs of the components that are worked on.
    pub components: Vec<String>,
    /// Where its present time is; `completed` when it does not come again.
    pub state: MaintenanceState,
    /// When it begins, for the first time.
    pub starts_at: Timestamp,
    /// When it ends, for the first time.
    pub ends_at: Timestamp,
    /// The time zone in which it comes again.
    #[schema(example = "Europe/Paris")]
    pub time_zone: String,
    /// When it comes again; null for once.
    #[schema(example = "FREQ=MONTHLY;BYDAY=1TU")]
    pub rrule: Option<String>,
    /// Times at which it does not come after all.
    pub exceptions: Vec<String>,
    /// How many minutes beforehand people are told; 0 for never.
    #[schema(example = 1440)]
    pub notify_before: i64,
    /// The time that runs; else the one that comes next; else the last one.
    pub occurrence: Occurrence,
    /// The next ones after it, soonest first, as far as they are worked out: five at most.
    pub upcoming: Vec<Occurrence>,
    /// Those before it, the latest first: ten at most.
    pub past: Vec<Occurrence>,
    /// When it was first written.
    pub created_at: Timestamp,
    /// When anything about it last changed.
    pub changed_at: Timestamp,
}
