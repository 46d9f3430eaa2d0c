//! The news about maintenances. They say which and when; what it is about is asked for, so that only what somebody may
//! see comes to them.

use kit_base::{Event, Timestamp};
use serde::{Deserialize, Serialize};

/// Which maintenance, and which of its times.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MaintenanceNews {
    /// Its id.
    pub id: String,
    /// When that time begins as planned.
    pub starts_at: Timestamp,
    /// When that time ends: as planned, as extended, or as it really did.
    pub ends_at: Timestamp,
}

/// `maintenance.scheduled`: it was announced, or is to come at other times than was said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MaintenanceScheduled(pub MaintenanceNews);

/// `maintenance.starting`: it comes soon.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MaintenanceStarting(pub MaintenanceNews);

/// `maintenance.started`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MaintenanceStarted(pub MaintenanceNews);

/// `maintenance.extended`: the one that runs ends at another time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MaintenanceExtended(pub MaintenanceNews);

/// `maintenance.ended`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MaintenanceEnded(pub MaintenanceNews);

/// `maintenance.cancelled`: it does not come, or was broken off; there is no such maintenance any more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MaintenanceCancelled(pub MaintenanceNews);

/// `maintenance.changed`: something about it that nobody needs to be told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MaintenanceChanged(pub MaintenanceNews);

impl Event for MaintenanceScheduled {
    const NAME: &'static str = "maintenance.scheduled";

    fn subject(&self) -> &str {
        &self.0.id
    }
}

impl Event for MaintenanceStarting {
    const NAME: &'static str = "maintenance.starting";

    fn subject(&self) -> &str {
        &self.0.id
    }
}

impl Event for MaintenanceStarted {
    const NAME: &'static str = "maintenance.started";

    fn subject(&self) -> &str {
        &self.0.id
    }
}

impl Event for MaintenanceExtended {
    const NAME: &'static str = "maintenance.extended";

    fn subject(&self) -> &str {
        &self.0.id
    }
}

impl Event for MaintenanceEnded {
    const NAME: &'static str = "maintenance.ended";

    fn subject(&self) -> &str {
        &self.0.id
    }
}

impl Event for MaintenanceCancelled {
    const NAME: &'static str = "maintenance.cancelled";

    fn subject(&self) -> &str {
        &self.0.id
    }
}

impl Event for MaintenanceChanged {
    const NAME: &'static str = "maintenance.changed";

    fn subject(&self) -> &str {
        &self.0.id
    }
}
