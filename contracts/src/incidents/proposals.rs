//! Incidents that signals propose and people decide on.

use kit_base::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::signals::Signal;
use crate::words::words;

/// Signals that may be an incident: a person decides.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Proposal {
    /// What the signals have in common: a component of ours, or a provider with a colon after it.
    #[schema(example = "github:")]
    pub cause: String,
    /// What the worst of them says.
    pub title: String,
    /// The severity that the incident would have.
    pub sev: i64,
    /// Slugs of the components that it would name.
    pub services: Vec<String>,
    /// Since when the oldest of them stands.
    pub since: Timestamp,
    /// The signals, worst first.
    pub signals: Vec<Signal>,
}

words! {
    /// What becomes of a proposal.
    pub enum ProposalDecision {
        /// It is an incident.
        Open = "open",
        /// It is none; the same signals do not propose it again before they have cleared.
        Dismiss = "dismiss",
    }
}

/// What a person says to a proposal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ProposalAnswer {
    /// Which proposal.
    #[schema(example = "github:")]
    pub cause: String,
    /// What becomes of it.
    pub decision: ProposalDecision,
}
