//! The state of a component or provider, in Statuspage's words, and the rule that compares them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How a component or a provider is, best to worst. `Unknown` stands outside the order: it is never shown as
/// operational, and [`Status::worst`] lets it win only where nothing is known to be wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It works.
    Operational,
    /// It is being worked on, as announced.
    UnderMaintenance,
    /// It works, but slowly or with errors.
    DegradedPerformance,
    /// It fails for some.
    PartialOutage,
    /// It fails for all, or nearly.
    MajorOutage,
    /// Nobody can tell.
    #[default]
    Unknown,
}

impl Status {
    /// Every state, best to worst, then unknown.
    pub const ALL: [Status; 6] = [
        Status::Operational,
        Status::UnderMaintenance,
        Status::DegradedPerformance,
        Status::PartialOutage,
        Status::MajorOutage,
        Status::Unknown,
    ];

    /// The word for it in the API and in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Operational => "operational",
            Status::UnderMaintenance => "under_maintenance",
            Status::DegradedPerformance => "degraded_performance",
            Status::PartialOutage => "partial_outage",
            Status::MajorOutage => "major_outage",
            Status::Unknown => "unknown",
        }
    }

    /// The state of that name.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }

    /// Something is known to be wrong (an announced maintenance is not).
    pub fn is_trouble(self) -> bool {
        self.rank() >= Status::DegradedPerformance.rank() && self != Status::Unknown
    }

    /// The worse of the two. Unknown is worse than operational and better than everything else.
    #[must_use]
    pub fn worst(self, other: Status) -> Status {
        if other.rank() > self.rank() { other } else { self }
    }

    /// Place in the order of [`Status::worst`].
    pub fn rank(self) -> u8 {
        match self {
            Status::Operational => 0,
            Status::Unknown => 1,
            Status::UnderMaintenance => 2,
            Status::DegradedPerformance => 3,
            Status::PartialOutage => 4,
            Status::MajorOutage => 5,
        }
    }
}

/// How bad a signal says it is: the part of [`Status`] that a watcher may raise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// It works, but slowly or with errors.
    DegradedPerformance,
    /// It fails for some.
    PartialOutage,
    /// It fails for all, or nearly.
    MajorOutage,
}

impl Level {
    /// Every level, least first.
    pub const ALL: [Level; 3] = [Level::DegradedPerformance, Level::PartialOutage, Level::MajorOutage];

    /// The level that shows as this status, if it is one that a signal can have.
    pub fn of(status: Status) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.status() == status)
    }

    /// The status of a component that has a signal of this level.
    pub fn status(self) -> Status {
        match self {
            Level::DegradedPerformance => Status::DegradedPerformance,
            Level::PartialOutage => Status::PartialOutage,
            Level::MajorOutage => Status::MajorOutage,
        }
    }

    /// The word for it in the API and in the store.
    pub fn as_str(self) -> &'static str {
        self.status().as_str()
    }

    /// The level of that name.
    pub fn parse(word: &str) -> Option<Self> {
        Status::parse(word).and_then(Self::of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_wins_only_over_operational() {
        assert_eq!(Status::Operational.worst(Status::Unknown), Status::Unknown);
        assert_eq!(Status::Unknown.worst(Status::Operational), Status::Unknown);
        assert_eq!(Status::Unknown.worst(Status::DegradedPerformance), Status::DegradedPerformance);
        assert!(!Status::Unknown.is_trouble());
    }

    #[test]
    fn words_are_the_wire_words() {
        for status in Status::ALL {
            assert_eq!(serde_json::to_string(&status).unwrap(), format!("\"{}\"", status.as_str()));
            assert_eq!(Status::parse(status.as_str()), Some(status));
        }
        assert_eq!(Level::parse("unknown"), None);
    }
}
