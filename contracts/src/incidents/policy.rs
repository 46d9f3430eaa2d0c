//! What a component makes of the signals about it: which watchers it believes, how many of them, for how long.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Level;
use crate::words::words;

words! {
    /// What a signal leads to, from least to most; each holds all before it.
    #[derive(PartialOrd, Ord, Hash)]
    pub enum Act {
        /// The component's status follows it.
        Status = "status",
        /// An incident is proposed to people.
        Propose = "propose",
        /// An incident opens.
        Open = "open",
    }
}

/// A rule of a policy: signals that are bad enough, old enough and many enough lead to something.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SignalRule {
    /// The signals of this level and worse.
    pub level: Level,
    /// Of these sources; of any when empty.
    #[serde(default)]
    #[schema(example = json!(["probe", "reports"]))]
    pub sources: Vec<String>,
    /// How many of them must stand at once.
    #[serde(default = "one")]
    #[schema(example = 2, minimum = 1, maximum = 100, default = 1)]
    pub at_least: i64,
    /// For how many seconds each must have stood.
    #[serde(default)]
    #[schema(example = 120, minimum = 0, maximum = 86400, default = 0)]
    pub for_seconds: i64,
    /// What they lead to.
    pub then: Act,
}

/// When a signal that comes and goes is held: after `turns` changes `within_seconds` it stays raised until it has been
/// clear for `calm_seconds`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Damping {
    /// How many times it is raised or cleared.
    #[schema(example = 6, minimum = 2, maximum = 50)]
    pub turns: i64,
    /// Within how many seconds.
    #[schema(example = 900, minimum = 1, maximum = 86400)]
    pub within_seconds: i64,
    /// How many seconds it must be clear after that.
    #[schema(example = 300, minimum = 1, maximum = 86400)]
    pub calm_seconds: i64,
}

/// What a component makes of signals.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SignalPolicy {
    /// The rules; the one that leads to most decides. A signal that no rule fits is kept and changes nothing.
    pub rules: Vec<SignalRule>,
    /// When signals that come and go are held; the settings decide when it is absent.
    pub damping: Option<Damping>,
}

fn one() -> i64 {
    1
}
