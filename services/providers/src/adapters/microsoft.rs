//! What Microsoft's status pages have in common: posts, which are JSON objects or items of a feed, and their words.

use contracts::Status;
use contracts::providers::{ProviderIncident, ProviderUpdate};
use kit_base::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::lenient::{id, moment, text as lenient_text};
use super::text;

/// A post of `status.cloud.microsoft`: one about all, or one of a list for each service.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "a post")]
pub(super) struct Post {
    #[serde(default, deserialize_with = "id")]
    pub id: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    pub title: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    pub message: Option<String>,
    pub status: Option<Value>,
    #[serde(default, deserialize_with = "lenient_text")]
    pub service_display_name: Option<String>,
    #[serde(default, deserialize_with = "id")]
    pub service_workload_name: Option<String>,
    #[serde(default, deserialize_with = "moment")]
    authored_date_time: Option<Timestamp>,
    #[serde(default, deserialize_with = "moment")]
    last_updated_time: Option<Timestamp>,
}

/// Whether `value` is a post.
pub(super) fn is_post(value: &Value) -> bool {
    ["Status", "Message", "AuthoredDateTime"].iter().all(|field| value.get(field).is_some())
}

/// What a post's word says: how it is, and whether there is something to tell of. The words are those of the service
/// health of Microsoft 365 (`serviceHealthStatus` of Microsoft Graph) and of the public page.
pub(super) fn status_of(word: &str) -> (Status, bool) {
    let letters: String = word.chars().filter(char::is_ascii_alphabetic).collect();
    match letters.to_ascii_lowercase().as_str() {
        "available" | "operational" | "serviceoperational" | "healthy" | "normal" | "normalservice" => {
            (Status::Operational, false)
        }
        "servicerestored"
        | "restored"
        | "resolved"
        | "resolvedexternal"
        | "mitigated"
        | "mitigatedexternal"
        | "falsepositive"
        | "postincidentreportpublished"
        | "postincidentreviewpublished" => (Status::Operational, false),
        "informational" | "information" | "notice" => (Status::Operational, true),
        "maintenance" | "plannedmaintenance" | "undermaintenance" => (Status::UnderMaintenance, true),
        "investigating"
        | "investigationsuspended"
        | "restoringservice"
        | "restoring"
        | "verifyingservice"
        | "extendedrecovery"
        | "confirmed"
        | "reported"
        | "servicedegradation"
        | "degraded"
        | "degradation"
        | "advisory"
        | "warning" => (Status::DegradedPerformance, true),
        "partialoutage" | "partialserviceinterruption" => (Status::PartialOutage, true),
        "serviceinterruption"
        | "interruption"
        | "outage"
        | "serviceoutage"
        | "unavailable"
        | "notavailable"
        | "down"
        | "unhealthy"
        | "incident" => (Status::MajorOutage, true),
        _ => (Status::Unknown, true),
    }
}

impl Post {
    pub fn word(&self) -> &str {
        self.status.as_ref().and_then(Value::as_str).unwrap_or_default()
    }

    pub fn status(&self) -> Status {
        status_of(self.word()).0
    }

    /// What it tells of, if that is not over.
    pub fn incident(&self, name: &str, components: Vec<String>) -> Option<ProviderIncident> {
        let (impact, is_open) = status_of(self.word());
        // A post that says nothing in a word that nobody knows is no incident.
        let is_told = self.title.is_some() || self.message.is_some() || impact != Status::Unknown;
        let state = if self.word().is_empty() { "unknown" } else { self.word() };
        (is_open && is_told).then(|| {
            let body = text::body(self.message.as_deref().unwrap_or_default());
            let updated_at = since_2000(self.last_updated_time);
            let update = ProviderUpdate {
                at: updated_at,
                state: Some(text::state(&state.to_lowercase())),
                body: body.clone(),
            };
            ProviderIncident {
                id: self.id.clone().or_else(|| self.service_workload_name.clone()).unwrap_or_default(),
                title: text::title(&text::plain(self.title.as_deref().unwrap_or(name), 2000)),
                state: text::state(&state.to_lowercase()),
                impact,
                components,
                started_at: since_2000(self.authored_date_time).or(updated_at),
                updated_at,
                message: body,
                updates: vec![update],
                url: Some("https://status.cloud.microsoft/".to_owned()),
            }
        })
    }
}

/// What is not set is the first day of the first year.
fn since_2000(moment: Option<Timestamp>) -> Option<Timestamp> {
    moment.filter(|moment| moment.micros() > 946_684_800_000_000)
}
