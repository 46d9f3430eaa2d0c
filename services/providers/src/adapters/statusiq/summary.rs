//! `/sp/api/u/summary_details`, as the SDKs and clients of StatusIQ read it: components in groups, and incidents that
//! are open.

use contracts::Status;
use contracts::providers::{ProviderComponent, ProviderIncident};
use kit_base::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use crate::adapters::lenient::{id, list, moment, text as lenient_text};
use crate::adapters::unreadable::{Root, Unreadable, json_rooted};
use crate::adapters::{Told, text};

#[derive(Deserialize)]
#[serde(expecting = "a summary of StatusIQ")]
struct Envelope {
    data: Option<Summary>,
    #[serde(default, deserialize_with = "lenient_text")]
    message: Option<String>,
}

#[derive(Deserialize)]
#[serde(expecting = "a summary")]
struct Summary {
    current_status: Option<Vec<Row>>,
    active_incident_details: Option<Vec<Incident>>,
    statuspage_details: Option<Page>,
}

#[derive(Deserialize)]
struct Page {
    status: Option<Value>,
    #[serde(default, deserialize_with = "lenient_text")]
    statuspage_url: Option<String>,
}

/// A component, or a group with its own.
#[derive(Deserialize)]
#[serde(expecting = "a component")]
struct Row {
    #[serde(default, deserialize_with = "id")]
    enc_component_id: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    display_name: Option<String>,
    component_status: Option<Value>,
    is_group: Option<Value>,
    #[serde(default, deserialize_with = "lenient_text")]
    componentgroup_display_name: Option<String>,
    componentgroup_components: Option<Vec<Row>>,
}

#[derive(Deserialize)]
#[serde(expecting = "an incident")]
struct Incident {
    #[serde(default, alias = "incident_id", deserialize_with = "id")]
    enc_incident_id: Option<String>,
    #[serde(default, alias = "incident_title", alias = "display_name", deserialize_with = "lenient_text")]
    title: Option<String>,
    #[serde(default, alias = "incident_status", deserialize_with = "lenient_text")]
    status: Option<String>,
    #[serde(default)]
    severity: Value,
    #[serde(default, alias = "begin_time", deserialize_with = "moment")]
    started_at: Option<Timestamp>,
    #[serde(default, alias = "last_updated_time", deserialize_with = "moment")]
    updated_at: Option<Timestamp>,
    #[serde(default, alias = "desc", deserialize_with = "lenient_text")]
    description: Option<String>,
    #[serde(default, deserialize_with = "list")]
    affected_components: Vec<Row>,
}

/// The numbers of its API. Maintenance is 4 and not the worst.
fn status(code: &Value) -> Status {
    let code = code.as_u64().or_else(|| code.as_str()?.trim().parse().ok());
    match code {
        Some(1 | 2) => Status::Operational,
        Some(3) => Status::DegradedPerformance,
        Some(4) => Status::UnderMaintenance,
        Some(5) => Status::PartialOutage,
        Some(6) => Status::MajorOutage,
        _ => Status::Unknown,
    }
}

pub(super) fn read(body: &[u8]) -> Result<Told, Unreadable> {
    let envelope: Envelope = json_rooted(body, Root::Object, "a summary of StatusIQ")?;
    let Some(summary) = envelope.data.filter(|data| data.current_status.is_some()) else {
        return Err(match envelope.message.filter(|message| !message.eq_ignore_ascii_case("success")) {
            Some(words) => Unreadable::Refused(text::line(&words, 200)),
            None => {
                Unreadable::Shape("a summary of StatusIQ has `data.current_status`, this has none".into())
            }
        });
    };
    let mut components = Vec::new();
    for row in summary.current_status.iter().flatten() {
        row.collect(None, &mut components)?;
    }
    let page = summary.statuspage_details.as_ref();
    let url = page.and_then(|page| page.statuspage_url.clone()).unwrap_or_default();
    let incidents =
        summary.active_incident_details.map(|all| all.iter().filter_map(|one| one.told(&url)).collect());
    let verdict = page.and_then(|page| page.status.as_ref()).map(status);
    Ok(Told { verdict, components: Some(components), incidents, ..Told::default() })
}

impl Row {
    fn collect(
        &self,
        group: Option<&str>,
        components: &mut Vec<ProviderComponent>,
    ) -> Result<(), Unreadable> {
        let heading = self.componentgroup_display_name.as_deref().or(self.display_name.as_deref());
        if let Some(members) = self.componentgroup_components.as_ref().filter(|members| !members.is_empty()) {
            return members.iter().try_for_each(|member| member.collect(heading, components));
        }
        if self.is_group == Some(Value::Bool(true)) {
            return Ok(());
        }
        let Some(name) = heading else {
            return Err(Unreadable::Shape("a component of StatusIQ has a `display_name`".into()));
        };
        components.push(ProviderComponent {
            id: self.enc_component_id.clone().unwrap_or_else(|| text::line(name, 200)),
            name: text::title(name),
            group: group.map(text::title),
            status: self.component_status.as_ref().map_or(Status::Unknown, status),
            ..ProviderComponent::default()
        });
        Ok(())
    }
}

impl Incident {
    fn told(&self, page: &str) -> Option<ProviderIncident> {
        let state = self.status.as_deref().unwrap_or("open");
        let is_over = ["resolved", "completed", "closed"].iter().any(|over| state.eq_ignore_ascii_case(over));
        let id = self.enc_incident_id.clone().unwrap_or_default();
        let impact = match status(&self.severity) {
            // That there is an incident is all that is known of it.
            Status::Unknown => Status::DegradedPerformance,
            told => told,
        };
        (!is_over).then(|| ProviderIncident {
            title: text::title(self.title.as_deref().unwrap_or("Untitled")),
            state: text::state(&state.to_lowercase()),
            impact,
            components: self
                .affected_components
                .iter()
                .filter_map(|row| row.enc_component_id.clone())
                .collect(),
            started_at: self.started_at,
            updated_at: self.updated_at.or(self.started_at),
            message: text::body(self.description.as_deref().unwrap_or_default()),
            updates: Vec::new(),
            url: text::link(&format!("{}/#/incidents/{id}", page.trim_end_matches('/'))),
            id,
        })
    }
}
