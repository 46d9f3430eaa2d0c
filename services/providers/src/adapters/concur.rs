//! SAP Concur: how each service is in one data center, the list of all incidents since the beginning, and a banner.

mod wire;

use std::collections::HashMap;

use contracts::Status;
use contracts::providers::{ProviderComponent, ProviderIncident, ProviderUpdate};
use serde_json::Value;

use self::wire::{Banner, Incident, Page, Service};
use super::unreadable::{Root, Unreadable, json_rooted};
use super::{Adapter, PLAIN, Told, text};

/// The family of SAP Concur.
pub(super) const ADAPTER: Adapter = Adapter {
    name: "concur",
    title: "SAP Concur",
    read: |document| read(document.body),
    recognises,
    hosts: &[(
        "open.concur.com",
        "https://open.concur.com/api/open/status_history?data_center=us2&utc_offset=-0500",
    )],
    ..PLAIN
};

fn read(body: &[u8]) -> Result<Told, Unreadable> {
    let page: Page = json_rooted(body, Root::Object, "a document of SAP Concur")?;
    if let Some(listed) = page.incidents {
        // All incidents since the beginning: what is in trouble is among them.
        let names_only_trouble = !listed.is_empty();
        return Ok(Told { incidents: Some(open(&listed)?), names_only_trouble, ..Told::default() });
    }
    match page.data {
        Some(Value::Object(data)) if data.contains_key("display") => banner(Value::Object(data)),
        // `success` is false even where all is told.
        Some(Value::Object(data)) => services(data),
        _ => Err(Unreadable::Shape(
            "a document of SAP Concur has `data` or `incidents`, this has neither".into(),
        )),
    }
}

/// Its own words, of which "disruption" is the worst.
fn status_of(word: &str) -> Status {
    match word.trim().to_ascii_lowercase().as_str() {
        "normal" | "operational" | "available" | "information" | "informational" => Status::Operational,
        "degradation" | "degraded" | "warning" | "performance" => Status::DegradedPerformance,
        "partial" | "partial outage" | "partial disruption" => Status::PartialOutage,
        "disruption" | "outage" | "major" | "unavailable" => Status::MajorOutage,
        "maintenance" => Status::UnderMaintenance,
        _ => Status::Unknown,
    }
}

fn banner(data: Value) -> Result<Told, Unreadable> {
    let banner: Banner = wire::part(data)?;
    let verdict = match banner.display {
        Value::Bool(false) => Status::Operational,
        Value::Bool(true) => Status::DegradedPerformance,
        _ => Status::Unknown,
    };
    let shown = (verdict != Status::Operational).then(|| {
        let written = text::body(&banner.text.told());
        ProviderIncident {
            id: "banner".to_owned(),
            title: text::title(if written.is_empty() { "A notice is shown" } else { &written }),
            state: "investigating".to_owned(),
            impact: verdict,
            message: written,
            url: Some("https://open.concur.com/".to_owned()),
            ..ProviderIncident::default()
        }
    });
    Ok(Told { verdict: Some(verdict), incidents: Some(shown.into_iter().collect()), ..Told::default() })
}

fn services(data: serde_json::Map<String, Value>) -> Result<Told, Unreadable> {
    let mut components = Vec::new();
    let mut incidents: Vec<ProviderIncident> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for (name, service) in data {
        let service: Service = wire::part(service)?;
        let Some(current) = service.current else {
            return Err(Unreadable::Shape("a service of SAP Concur has a `Current Status`".into()));
        };
        let name = text::title(service.name.as_deref().unwrap_or(&name));
        let status = current.status.as_str().map_or(Status::Unknown, status_of);
        for listed in current.incidents.iter().filter(|incident| !incident.is_over()) {
            let mut told = listed.told(vec![name.clone()]);
            told.impact = if listed.severity.is_some() { told.impact } else { status };
            match places.get(&told.id).and_then(|place| incidents.get_mut(*place)) {
                Some(known) if !told.id.is_empty() => {
                    known.impact = known.impact.worst(told.impact);
                    known.components.push(name.clone());
                }
                _ => {
                    places.insert(told.id.clone(), incidents.len());
                    incidents.push(told);
                }
            }
        }
        let id = text::line(&name, 200);
        components.push(ProviderComponent { id, name, status, ..ProviderComponent::default() });
    }
    if components.is_empty() {
        return Err(Unreadable::Shape("a document of SAP Concur names its services, this has none".into()));
    }
    Ok(Told { components: Some(components), incidents: Some(incidents), ..Told::default() })
}

fn open(listed: &[Incident]) -> Result<Vec<ProviderIncident>, Unreadable> {
    let mut open = Vec::new();
    for (place, incident) in listed.iter().enumerate() {
        if incident.id.is_none() || incident.status.is_none() || incident.severity.is_none() {
            return Err(Unreadable::Shape(format!(
                "entry {}: an incident of SAP Concur has an `id`, a `status` and a `severity`",
                place + 1
            )));
        }
        if !incident.is_over() {
            open.push(incident.told(Vec::new()));
        }
    }
    Ok(open)
}

impl Incident {
    fn is_over(&self) -> bool {
        let status = self.status.as_deref().unwrap_or_default().to_ascii_lowercase();
        ["resolved", "closed", "completed", "cancelled"].contains(&status.as_str())
    }

    fn told(&self, components: Vec<String>) -> ProviderIncident {
        let mut updates: Vec<ProviderUpdate> = self.messages.iter().map(wire::Message::told).collect();
        updates.sort_by_key(|update| std::cmp::Reverse(update.at));
        let newest = updates.first();
        let severity = self.severity.as_deref().unwrap_or("incident");
        let about = [self.services.join(", "), self.centers.join(", ")];
        let about: Vec<&str> = about.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
        ProviderIncident {
            id: self.id.clone().unwrap_or_default(),
            title: text::title(&[&[severity], about.as_slice()].concat().join(" \u{2013} ")),
            state: text::state(&self.status.as_deref().unwrap_or("open").to_lowercase()),
            impact: self.severity.as_deref().map_or(Status::Unknown, status_of),
            components,
            started_at: self.started_at.or(self.created_at),
            updated_at: newest.and_then(|update| update.at).or(self.created_at),
            message: newest.map_or_else(String::new, |update| update.body.clone()),
            url: Some("https://open.concur.com/".to_owned()),
            updates,
        }
    }
}

fn recognises(document: &Value) -> bool {
    let data = document.get("data").and_then(Value::as_object);
    let is_banner = data.is_some_and(|data| {
        data.get("display").is_some_and(Value::is_boolean) && data.get("text").is_some_and(Value::is_object)
    });
    let tells_services =
        data.is_some_and(|data| data.values().any(|one| one.get("Current Status").is_some()));
    let incidents =
        document.get("incidents").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    is_banner || tells_services || incidents.iter().any(|incident| incident.get("data_centers").is_some())
}
