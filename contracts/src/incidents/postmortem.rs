//! What was learned from an incident.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::words::words;

words! {
    /// Who may read a postmortem.
    #[derive(Default)]
    pub enum PostmortemState {
        /// The team, while it is written.
        Draft = "draft",
        /// Everybody.
        #[default]
        Published = "published",
    }
}

/// What was learned. The texts are Markdown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Postmortem {
    /// What happened, as seen from outside.
    #[schema(example = "For 42 minutes a third of all payments failed.", max_length = 50_000)]
    pub what_happened: String,
    /// Why it happened.
    #[schema(example = "A certificate expired, and nothing watched it.", max_length = 50_000)]
    pub root_cause: String,
    /// What will be done so that it does not happen again.
    #[schema(example = json!(["Watch every certificate", "Renew them a month ahead"]))]
    pub action_items: Vec<String>,
    /// The part of the timeline that it tells of, as text.
    #[serde(default)]
    #[schema(example = "- 2026-11-22 10:00 UTC: Payments fail.", max_length = 50_000)]
    pub timeline: String,
    /// Whether it is a draft; published when absent.
    #[serde(default)]
    pub state: PostmortemState,
}
