//! When a signal becomes an incident, and when an incident ends by itself.

use std::time::Duration;

use contracts::{Level, Status};
use kit_base::settings::{Kind, Settings};
use kit_base::{Setting, Timestamp};

pub(crate) const OPEN_AT_MAJOR_AFTER: Setting = Setting::new(
    "incidents.open_at_major_after",
    Kind::Duration,
    "0s",
    "how long a signal must stand at major_outage before it opens an incident",
);
pub(crate) const OPEN_AT_PARTIAL_AFTER: Setting = Setting::new(
    "incidents.open_at_partial_after",
    Kind::Duration,
    "2m",
    "how long a signal must stand at partial_outage before it opens an incident",
);
pub(crate) const MITIGATE_AFTER: Setting = Setting::new(
    "incidents.mitigate_after",
    Kind::Duration,
    "5m",
    "how long all signals of an incident must have been clear before it counts as mitigated",
);
pub(crate) const RESOLVE_AFTER: Setting = Setting::new(
    "incidents.resolve_after",
    Kind::Duration,
    "1h",
    "how long an incident that signals opened stays mitigated before it is resolved by itself",
);

/// The rules by which signals open and end incidents.
#[derive(Clone, Debug)]
pub(crate) struct Policy {
    open_at_major_after: Duration,
    open_at_partial_after: Duration,
    pub mitigate_after: Duration,
    pub resolve_after: Duration,
}

impl Policy {
    pub(crate) fn from_settings(settings: &Settings) -> Self {
        Self {
            open_at_major_after: settings.duration(&OPEN_AT_MAJOR_AFTER),
            open_at_partial_after: settings.duration(&OPEN_AT_PARTIAL_AFTER),
            mitigate_after: settings.duration(&MITIGATE_AFTER),
            resolve_after: settings.duration(&RESOLVE_AFTER),
        }
    }

    /// When a signal raised `now` at this level opens an incident; never for the least level, which is left to people.
    pub(crate) fn opens_at(&self, level: Level, now: Timestamp) -> Option<Timestamp> {
        match level {
            Level::MajorOutage => Some(now.plus(self.open_at_major_after)),
            Level::PartialOutage => Some(now.plus(self.open_at_partial_after)),
            Level::DegradedPerformance => None,
        }
    }
}

/// The severity of an incident opened by a signal of this level.
pub(crate) fn severity(level: Level) -> i64 {
    match level {
        Level::MajorOutage => 1,
        Level::PartialOutage => 2,
        Level::DegradedPerformance => 3,
    }
}

/// What an open incident of this severity says of the components it names. The least says nothing.
pub(crate) fn weight(sev: i64) -> Status {
    match sev {
        1 => Status::MajorOutage,
        2 => Status::PartialOutage,
        3 => Status::DegradedPerformance,
        _ => Status::Operational,
    }
}
