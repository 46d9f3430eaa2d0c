//! The one word that every watcher speaks: something about a component is wrong, or no longer wrong.
//! And the watch itself: which components a watcher has its eyes on, and since when it has lost sight of them.

use kit_base::{Event, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Level;
use crate::words::words;

words! {
    /// Whether a signal stands.
    pub enum SignalState {
        /// It is so now.
        Raised = "raised",
        /// It was so.
        Cleared = "cleared",
    }
}

/// A signal as a watcher tells it. The same `source` and `key` are the same signal, told again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NewSignal {
    /// Who watches: `csp` (providers), `reports`, `probe`, `errors`, or a name of one's own.
    #[schema(example = "csp")]
    pub source: String,
    /// What it is about, in the watcher's own terms; unique within the source.
    #[schema(example = "github:actions")]
    pub key: String,
    /// The component: one of ours by its slug, or a provider's as `provider:component`.
    #[schema(example = "github:actions")]
    pub component: String,
    /// How bad it is.
    pub level: Level,
    /// What is wrong, in one line.
    #[schema(example = "GitHub Actions: partial outage")]
    pub title: String,
    /// Whether it stands; raised when absent.
    pub state: Option<SignalState>,
    /// Where the evidence can be seen.
    #[schema(example = "https://www.githubstatus.com/incidents/x1", format = "uri")]
    pub evidence_url: Option<String>,
    /// Since when it is so; the time of arrival when absent.
    pub since: Option<Timestamp>,
    /// When it clears by itself, unless it is told again.
    pub expires_at: Option<Timestamp>,
}

/// A signal as it is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Signal {
    /// Who watches.
    pub source: String,
    /// What it is about, in the watcher's own terms.
    pub key: String,
    /// The component: ours, or `provider:component`.
    pub component: String,
    /// How bad it is, or was.
    pub level: Level,
    /// What is wrong, in one line.
    pub title: String,
    /// Whether it stands.
    pub state: SignalState,
    /// Where the evidence can be seen.
    pub evidence_url: Option<String>,
    /// Since when it is in this state.
    pub since: Timestamp,
    /// When it clears by itself.
    pub expires_at: Option<Timestamp>,
    /// The incident that it is evidence of, if any.
    pub incident: Option<String>,
    /// Whether it comes and goes so often that it is held until it has been clear for a while.
    #[serde(default)]
    pub flapping: bool,
}

/// A message of Alertmanager or Grafana: alerts that belong together. Only what is read of it is described here; both
/// send more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "version": "4",
    "status": "firing",
    "alerts": [{
        "status": "firing",
        "labels": { "alertname": "HighErrors", "severity": "critical", "component": "checkout" },
        "annotations": { "summary": "Half of all payments fail" },
        "startsAt": "2026-11-22T10:00:00Z",
        "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": "https://prometheus.example/graph",
        "fingerprint": "2cc8b5b5a5c5a8fc"
    }]
}))]
pub struct AlertGroup {
    /// The alerts, each with `status`, `labels`, `annotations`, `startsAt`, `endsAt`, `generatorURL` and `fingerprint`.
    #[schema(value_type = Vec<Object>)]
    pub alerts: Vec<serde_json::Value>,
}

/// What became of alerts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AlertsTaken {
    /// How many are signals now.
    #[schema(example = 1)]
    pub taken: u64,
    /// Those that are not.
    pub left_out: Vec<AlertLeftOut>,
}

/// An alert that is no signal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AlertLeftOut {
    /// Its name, where it has one.
    #[schema(example = "DiskFull")]
    pub alert: String,
    /// Why it was left out.
    #[schema(example = "There is no component \"db\".")]
    pub reason: String,
}

/// `signal.raised`: a watcher saw trouble, or saw it change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SignalRaised(pub NewSignal);

impl Event for SignalRaised {
    const NAME: &'static str = "signal.raised";

    fn subject(&self) -> &str {
        &self.0.key
    }
}

/// `signal.cleared`: the trouble is over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SignalCleared(pub NewSignal);

impl Event for SignalCleared {
    const NAME: &'static str = "signal.cleared";

    fn subject(&self) -> &str {
        &self.0.key
    }
}

/// `watch.changed`: what a watcher can see within a scope, told when that changes. A component that no watch
/// covers is unknown; one whose watch is lost keeps its last state, with a remark.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WatchChanged {
    /// Who watches: `csp`.
    pub source: String,
    /// The part of its components' names before the colon: `github`.
    pub scope: String,
    /// The name to show for the scope: `GitHub`.
    pub name: String,
    /// The components it can tell about (the part after the colon); `None` where it tells only of those in trouble.
    pub covers: Option<Vec<String>>,
    /// Since when it sees nothing, if it does not.
    pub lost_since: Option<Timestamp>,
    /// Why it sees nothing.
    pub reason: Option<String>,
    /// The scope is no longer watched at all.
    pub ended: bool,
}

impl Event for WatchChanged {
    const NAME: &'static str = "watch.changed";

    fn subject(&self) -> &str {
        &self.scope
    }
}
