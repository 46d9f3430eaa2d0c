//! The documents of Salesforce's status API as they come.

use contracts::Status;
use kit_base::Timestamp;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use crate::adapters::lenient::{id, list, moment, or_default, text as lenient_text};
use crate::adapters::text;

#[derive(Deserialize)]
#[serde(expecting = "a product")]
pub(super) struct Product {
    #[serde(rename = "Instances")]
    pub instances: Option<Vec<Instance>>,
}

/// As much of an entry as tells what it is: an instance is in some environment.
#[derive(Deserialize)]
#[serde(expecting = "an instance or an incident")]
pub(super) struct Probe {
    pub environment: Option<IgnoredAny>,
}

/// One copy of a product, in one place.
#[derive(Deserialize)]
#[serde(from = "WrittenInstance", expecting = "an instance")]
pub(super) struct Instance {
    pub key: Option<String>,
    pub location: Option<String>,
    environment: Option<String>,
    pub status: Option<String>,
    is_active: Option<bool>,
    pub incidents: Vec<Notice>,
    pub maintenances: Vec<Notice>,
    pub tells_maintenances: bool,
}

#[derive(Deserialize)]
#[serde(expecting = "an instance")]
struct WrittenInstance {
    #[serde(default, deserialize_with = "id")]
    key: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    location: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    environment: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    status: Option<String>,
    #[serde(default, rename = "isActive", deserialize_with = "or_default")]
    is_active: Option<bool>,
    #[serde(default, rename = "Incidents")]
    incidents: Option<Vec<Notice>>,
    #[serde(default, rename = "Maintenances")]
    maintenances: Option<Vec<Notice>>,
}

impl From<WrittenInstance> for Instance {
    fn from(written: WrittenInstance) -> Self {
        Self {
            key: written.key,
            location: written.location,
            environment: written.environment,
            status: written.status,
            is_active: written.is_active,
            incidents: written.incidents.unwrap_or_default(),
            tells_maintenances: written.maintenances.is_some(),
            maintenances: written.maintenances.unwrap_or_default(),
        }
    }
}

impl Instance {
    /// An instance has these, whatever they say.
    pub fn is_one(&self) -> bool {
        self.key.is_some() && (self.status.is_some() || self.environment.is_some())
    }

    /// Sandboxes, and what is out of use, say nothing of how the product is.
    pub fn counts(&self) -> bool {
        let is_sandbox = self.environment.as_deref().is_some_and(|word| word.eq_ignore_ascii_case("sandbox"));
        !is_sandbox && self.is_active != Some(false)
    }
}

/// An incident or a maintenance.
#[derive(Deserialize)]
#[serde(expecting = "an incident")]
pub(super) struct Notice {
    #[serde(default, deserialize_with = "id")]
    pub id: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    name: Option<String>,
    #[serde(default, rename = "externalId", deserialize_with = "lenient_text")]
    external_id: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    status: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    message: Message,
    #[serde(default, rename = "createdAt", deserialize_with = "moment")]
    pub created_at: Option<Timestamp>,
    #[serde(default, rename = "updatedAt", deserialize_with = "moment")]
    pub updated_at: Option<Timestamp>,
    #[serde(default, rename = "plannedStartTime", deserialize_with = "moment")]
    pub planned_start: Option<Timestamp>,
    #[serde(default, rename = "plannedEndTime", deserialize_with = "moment")]
    pub planned_end: Option<Timestamp>,
    #[serde(default, rename = "IncidentImpacts", deserialize_with = "list")]
    impacts: Vec<Impact>,
    #[serde(default, rename = "IncidentEvents", deserialize_with = "list")]
    pub events: Vec<Event>,
    #[serde(default, rename = "MaintenanceImpacts")]
    maintenance_impacts: Option<Value>,
    #[serde(default, rename = "instanceKeys", deserialize_with = "list")]
    pub instance_keys: Vec<String>,
}

#[derive(Default, Deserialize)]
struct Message {
    #[serde(default, rename = "eventStatus", deserialize_with = "lenient_text")]
    event_status: Option<String>,
    #[serde(default, rename = "maintenanceType", deserialize_with = "lenient_text")]
    maintenance_type: Option<String>,
}

#[derive(Deserialize)]
struct Impact {
    #[serde(default, rename = "startTime", deserialize_with = "moment")]
    start: Option<Timestamp>,
    #[serde(default, rename = "endTime", deserialize_with = "moment")]
    end: Option<Timestamp>,
    #[serde(rename = "type", default, deserialize_with = "lenient_text")]
    kind: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    severity: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Event {
    #[serde(rename = "type", default, deserialize_with = "lenient_text")]
    pub kind: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    pub message: Option<String>,
    #[serde(default, rename = "createdAt", deserialize_with = "moment")]
    pub created_at: Option<Timestamp>,
}

impl Notice {
    pub fn is_one(&self) -> bool {
        self.id.is_some()
            && (!self.instance_keys.is_empty() || !self.impacts.is_empty() || self.is_maintenance())
    }

    pub fn is_maintenance(&self) -> bool {
        self.planned_start.is_some() || self.maintenance_impacts.is_some()
    }

    /// All that it did has an end, or it says so itself.
    pub fn is_over(&self) -> bool {
        let has_ended = !self.impacts.is_empty() && self.impacts.iter().all(|impact| impact.end.is_some());
        has_ended || self.status.as_deref().is_some_and(|word| word.eq_ignore_ascii_case("resolved"))
    }

    /// A maintenance that is over.
    pub fn is_past(&self, now: Option<Timestamp>) -> bool {
        let word = self.message.event_status.as_deref().or(self.status.as_deref()).unwrap_or_default();
        let is_ended = ["completed", "complete", "canceled", "cancelled"]
            .iter()
            .any(|end| word.eq_ignore_ascii_case(end));
        is_ended || self.planned_end.zip(now).is_some_and(|(end, now)| end <= now)
    }

    pub fn has_begun(&self, now: Option<Timestamp>) -> bool {
        self.planned_start.zip(now).is_some_and(|(start, now)| start <= now)
    }

    /// How bad an incident is now: what of it has no end. One that says nothing of it counts as the least.
    pub fn impact(&self) -> Status {
        let going_on = self.impacts.iter().filter(|impact| impact.end.is_none()).map(Impact::status);
        going_on.reduce(Status::worst).unwrap_or(Status::DegradedPerformance)
    }

    pub fn began(&self) -> Option<Timestamp> {
        self.impacts.iter().filter_map(|impact| impact.start).min().or(self.created_at)
    }

    /// Incidents have no title of their own: what it does to people is the best there is.
    pub fn title(&self) -> String {
        let kind = self.impacts.iter().filter_map(|impact| impact.kind.as_deref()).find_map(words);
        let of_maintenance = self.message.maintenance_type.as_deref().and_then(words);
        let named = self.name.as_deref().map(text::title).or(kind).or(of_maintenance);
        named
            .or_else(|| self.external_id.as_deref().map(text::title))
            .unwrap_or_else(|| "Untitled".to_owned())
    }

    pub fn url(&self, kind: &str) -> Option<String> {
        let id = self.id.as_deref().filter(|id| id.bytes().all(|b| b.is_ascii_alphanumeric()))?;
        text::link(&format!("https://status.salesforce.com/{kind}/{id}"))
    }
}

impl Impact {
    fn status(&self) -> Status {
        let is_major = self.severity.as_deref().is_some_and(|word| word.eq_ignore_ascii_case("major"));
        match self.kind.as_deref() {
            Some("serviceDisruption") if is_major => Status::MajorOutage,
            Some("serviceDisruption" | "featureDisruption") => Status::PartialOutage,
            _ if is_major => Status::PartialOutage,
            _ => Status::DegradedPerformance,
        }
    }
}

/// `serviceDisruption` as `Service disruption`.
fn words(name: &str) -> Option<String> {
    let mut words = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !words.is_empty() && !words.ends_with(' ') {
            words.push(' ');
        }
        if words.is_empty() {
            words.extend(letter.to_uppercase())
        } else {
            words.extend(letter.to_lowercase())
        }
    }
    Some(text::title(&words)).filter(|words| !words.is_empty())
}
