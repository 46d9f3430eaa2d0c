//! Incidents in figures: how many there were, and how long it took to notice, to answer, to stop the harm and to end it.

use kit_base::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::words::words;

words! {
    /// What incidents are put together by.
    pub enum FiguresBy {
        /// By the month in UTC in which they began.
        Month = "month",
        /// By severity.
        Sev = "sev",
        /// By component; an incident that names several counts for each.
        Component = "component",
    }
}

/// How long something took, in seconds, over the incidents in which it has happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Spread {
    /// In how many incidents it has happened.
    pub count: u64,
    /// The middle of all times, or the mean of the two in the middle; null where there is none.
    #[schema(example = 240.0)]
    pub median: Option<f64>,
    /// The least time that nine in ten did not exceed; null where there is none.
    #[schema(example = 1260.0)]
    pub p90: Option<f64>,
}

/// The figures of some incidents.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Figure {
    /// What they have in common: `2026-11`, `2` or a slug. Null for all of them, and for those that name no component.
    #[schema(example = "2026-11")]
    pub key: Option<String>,
    /// How many there are.
    pub incidents: u64,
    /// How many of them are not resolved.
    pub unresolved: u64,
    /// From the beginning until it was written down.
    pub detect: Spread,
    /// From when it was written down until a person first did something about it.
    pub acknowledge: Spread,
    /// From the beginning until the harm stopped.
    pub mitigate: Spread,
    /// From the beginning until it was over.
    pub resolve: Spread,
}

/// Where incidents came from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SourceFigure {
    /// `manual`, or the source of the signals that opened them.
    #[schema(example = "csp")]
    pub source: String,
    /// How many.
    pub incidents: u64,
}

/// Incidents that began within a time, in figures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Figures {
    /// From this moment on.
    pub from: Timestamp,
    /// Before this moment.
    pub to: Timestamp,
    /// What they are put together by.
    pub by: FiguresBy,
    /// All of them together; each counts once.
    pub whole: Figure,
    /// Each group of them: months and severities in order, of components the one with most incidents first.
    pub groups: Vec<Figure>,
    /// The sources, the noisiest first; ten at most.
    pub sources: Vec<SourceFigure>,
}
