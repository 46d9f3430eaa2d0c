//! What people are told of a maintenance, and how a person would say it.

use contracts::maintenances::{Maintenance, MaintenanceState};
use kit_base::Timestamp;

/// What has happened; the words are those of the events.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    Scheduled,
    Starting,
    Started,
    Extended,
    Ended,
    Cancelled,
}

impl Kind {
    pub(crate) const ALL: [Kind; 6] =
        [Kind::Scheduled, Kind::Starting, Kind::Started, Kind::Extended, Kind::Ended, Kind::Cancelled];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Kind::Scheduled => "scheduled",
            Kind::Starting => "starting",
            Kind::Started => "started",
            Kind::Extended => "extended",
            Kind::Ended => "ended",
            Kind::Cancelled => "cancelled",
        }
    }

    pub(crate) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// As a person would say it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Kind::Scheduled => "Maintenance planned",
            Kind::Starting => "Maintenance soon",
            Kind::Started => "Maintenance begins",
            Kind::Extended => "Maintenance ends at another time",
            Kind::Ended => "Maintenance is over",
            Kind::Cancelled => "Maintenance cancelled",
        }
    }

    /// Where the maintenance is, once this is told.
    pub(crate) fn state(self) -> MaintenanceState {
        match self {
            Kind::Scheduled | Kind::Starting => MaintenanceState::Scheduled,
            Kind::Started | Kind::Extended => MaintenanceState::InProgress,
            Kind::Ended | Kind::Cancelled => MaintenanceState::Completed,
        }
    }
}

/// What was told, and about what.
pub(crate) struct Notice {
    pub kind: Kind,
    /// The maintenance as it was when this was told.
    pub maintenance: Maintenance,
    /// The names of its components.
    pub names: Vec<String>,
    /// The time of it that this is about.
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
    pub at: Timestamp,
}

impl Notice {
    /// What happens when, and to what, in plain text.
    pub(crate) fn text(&self) -> String {
        let Self { kind, maintenance, names, starts_at, ends_at, .. } = self;
        let times = window(*starts_at, *ends_at);
        let said = match kind {
            Kind::Scheduled if maintenance.rrule.is_some() => {
                format!("It comes from {times}, and again by a rule.")
            }
            Kind::Scheduled | Kind::Starting => format!("It comes from {times}."),
            Kind::Started => format!("It has begun, and lasts until {}.", moment(*ends_at)),
            Kind::Extended => format!("It lasts until {} now.", moment(*ends_at)),
            Kind::Ended => format!("It ended at {}.", moment(*ends_at)),
            Kind::Cancelled => format!("It was to come from {times}, and does not."),
        };
        let mut text = format!("{said}\nComponents: {}", names.join(", "));
        let description = maintenance.description.trim();
        if !description.is_empty() && *kind != Kind::Cancelled {
            text.push_str(&format!("\n\n{description}"));
        }
        text
    }
}

/// `2026-12-01 01:00 to 03:00 UTC`, with the second date where it is another.
fn window(from: Timestamp, to: Timestamp) -> String {
    let (begin, end) = (moment(from), moment(to));
    let day = |text: &str| text.get(..10).map(str::to_owned);
    match day(&begin) == day(&end) {
        true => format!("{} to {} UTC", begin.trim_end_matches(" UTC"), to.clock_time()),
        false => format!("{} to {end}", begin.trim_end_matches(" UTC")),
    }
}

/// `2026-12-01 01:00 UTC`.
fn moment(at: Timestamp) -> String {
    let date: String = at.to_string().chars().take(10).collect();
    format!("{date} {} UTC", at.clock_time())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_names_each_day_once() {
        let at = |text: &str| Timestamp::parse(text).unwrap();
        let same = window(at("2026-12-01T01:00:00Z"), at("2026-12-01T03:00:00Z"));
        assert_eq!(same, "2026-12-01 01:00 to 03:00 UTC");
        let other = window(at("2026-12-01T23:00:00Z"), at("2026-12-02T03:00:00Z"));
        assert_eq!(other, "2026-12-01 23:00 to 2026-12-02 03:00 UTC");
    }
}
