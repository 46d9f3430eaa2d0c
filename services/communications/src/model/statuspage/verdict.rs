//! The verdict on the whole: the worst of the components and of the incidents that go on. Statuspage itself may say
//! `none` while an incident is open; its readers know that trap, and need not with us.

use contracts::Status;
use contracts::incidents::IncidentStatus;

use super::incidents::impact;
use super::{known_status, wire};
use crate::store::documents::Snapshot;

/// From best to worst; `maintenance` is announced, so every trouble is worse.
const INDICATORS: [&str; 5] = ["none", "maintenance", "minor", "major", "critical"];

/// The verdict, by the worst there is.
pub(super) fn verdict(snapshot: &Snapshot) -> wire::Status {
    let statuses = || snapshot.components.iter().map(|known| known_status(known, snapshot.stale));
    let unknown = snapshot.stale || statuses().any(|status| status == Status::Unknown);
    let components = statuses().map(indicator);
    let open = snapshot.incidents.iter().filter(|known| known.incident.status != IncidentStatus::Resolved);
    let told = open.map(|known| impact(known.incident.sev));
    let certain = components.chain(told).fold("none", worse);
    let indicator = if unknown { worse(certain, "minor") } else { certain };
    let description = match indicator {
        _ if unknown && place(certain) <= place("minor") => "Status Unknown",
        "none" => "All Systems Operational",
        "maintenance" => "Service Under Maintenance",
        "minor" if statuses().any(|status| status == Status::DegradedPerformance) => "Partially Degraded Service",
        "minor" => "Minor Service Outage",
        "major" => "Partial System Outage",
        _ => "Major Service Outage",
    };
    wire::Status { indicator, description }
}

fn indicator(status: Status) -> &'static str {
    match status {
        Status::Operational | Status::Unknown => "none",
        Status::UnderMaintenance => "maintenance",
        Status::DegradedPerformance => "minor",
        Status::PartialOutage => "major",
        Status::MajorOutage => "critical",
    }
}

fn place(indicator: &str) -> usize {
    INDICATORS.iter().position(|known| *known == indicator).unwrap_or(INDICATORS.len())
}

fn worse(one: &'static str, other: &'static str) -> &'static str {
    if place(other) > place(one) { other } else { one }
}
