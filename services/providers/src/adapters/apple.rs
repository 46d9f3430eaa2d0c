//! Apple: services with events, of which those that are over stay listed and one that touches several services stands
//! under each. It was a script once (`jsonCallback({...});`) and may be again.

use std::collections::HashMap;

use contracts::Status;
use contracts::providers::{ProviderComponent, ProviderIncident, ProviderMaintenance, ProviderUpdate};
use kit_base::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::lenient::{id, text as lenient_text, whole};
use super::told::SCHEDULED;
use super::unreadable::{Root, Unreadable, json_rooted};
use super::{Adapter, Document, PLAIN, Told, text};

const SUPPORT: &str = "https://www.apple.com/support/systemstatus/data/system_status_en_US.js";
const DEVELOPER: &str = "https://www.apple.com/support/systemstatus/data/developer/system_status_en_US.js";

/// The family of Apple's two status pages.
pub(super) const ADAPTER: Adapter = Adapter {
    name: "apple",
    title: "Apple",
    read,
    recognises: |document| {
        let first = document.pointer("/services/0");
        first.is_some_and(|first| {
            first.get("serviceName").is_some() && first.get("events").is_some_and(Value::is_array)
        })
    },
    hosts: &[
        ("www.apple.com/support/systemstatus", SUPPORT),
        ("developer.apple.com/system-status", DEVELOPER),
    ],
    ages: true,
    ..PLAIN
};

#[derive(Deserialize)]
#[serde(expecting = "the system status")]
struct SystemStatus {
    services: Option<Vec<Service>>,
}

#[derive(Deserialize)]
#[serde(expecting = "a service")]
struct Service {
    #[serde(default, rename = "serviceName", deserialize_with = "id")]
    name: Option<String>,
    events: Option<Vec<Event>>,
}

#[derive(Deserialize)]
#[serde(expecting = "an event")]
struct Event {
    #[serde(default, rename = "messageId", deserialize_with = "id")]
    id: Option<String>,
    #[serde(default, rename = "statusType", deserialize_with = "lenient_text")]
    kind: Option<String>,
    #[serde(default, rename = "eventStatus", deserialize_with = "lenient_text")]
    status: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    message: Option<String>,
    #[serde(default, rename = "usersAffected", deserialize_with = "lenient_text")]
    users: Option<String>,
    /// Milliseconds. The dates beside it are in the words of one place.
    #[serde(default, rename = "epochStartDate", deserialize_with = "whole")]
    start: Option<i64>,
    #[serde(default, rename = "epochEndDate", deserialize_with = "whole")]
    end: Option<i64>,
}

/// The JSON of it, where it is wrapped into a call.
fn unwrapped(body: &[u8]) -> &[u8] {
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"_$.".contains(byte);
    let call = body.trim_ascii();
    let name = call.iter().take_while(|byte| is_name(byte)).count();
    let inside = call.get(name..).and_then(|rest| rest.strip_prefix(b"(")).filter(|_| name > 0);
    let ended = inside.and_then(|inside| {
        let inside = inside.strip_suffix(b";").unwrap_or(inside).trim_ascii_end();
        inside.strip_suffix(b")")
    });
    ended.unwrap_or(body)
}

fn read(document: &Document<'_>) -> Result<Told, Unreadable> {
    let body = unwrapped(document.body);
    let listed: SystemStatus = json_rooted(body, Root::Object, "the system status")?;
    let services = listed.services.unwrap_or_default();
    let is_of_family = |service: &Service| service.name.is_some() && service.events.is_some();
    if services.is_empty() || !services.iter().all(is_of_family) {
        let why = "the system status of Apple has `services` with a name and `events`, this has none";
        return Err(Unreadable::Shape(why.to_owned()));
    }
    let now = document.fetched_at.or_else(|| newest(&services));
    let mut found = Found::default();
    for service in &services {
        found.take_in(service, now);
    }
    Ok(Told {
        components: Some(services.iter().map(|service| component(service, now)).collect()),
        incidents: Some(found.incidents),
        maintenances: Some(found.maintenances),
        ..Told::default()
    })
}

fn newest(services: &[Service]) -> Option<Timestamp> {
    let events = services.iter().flat_map(|service| service.events.iter().flatten());
    events.filter(|event| event.status.as_deref() != Some("upcoming")).filter_map(Event::began).max()
}

fn component(service: &Service, now: Option<Timestamp>) -> ProviderComponent {
    let id = service.name.clone().unwrap_or_default();
    let going_on = service.events.iter().flatten().filter(|event| event.goes_on(now)).map(Event::impact);
    ProviderComponent {
        name: text::title(&id),
        status: going_on.fold(Status::Operational, Status::worst),
        id,
        ..ProviderComponent::default()
    }
}

impl Event {
    fn is_over(&self, now: Option<Timestamp>) -> bool {
        match self.status.as_deref() {
            Some("resolved" | "completed") => true,
            Some("ongoing" | "upcoming") => false,
            _ => self.ended().is_some_and(|end| now.is_none_or(|now| end <= now)),
        }
    }

    fn is_to_come(&self) -> bool {
        self.status.as_deref() == Some("upcoming")
    }

    fn goes_on(&self, now: Option<Timestamp>) -> bool {
        !self.is_over(now) && !self.is_to_come()
    }

    fn is_maintenance(&self) -> bool {
        self.kind.as_deref() == Some("Maintenance") || self.is_to_come()
    }

    fn impact(&self) -> Status {
        match self.kind.as_deref() {
            Some("Maintenance") => Status::UnderMaintenance,
            Some("Issue" | "Performance") => Status::DegradedPerformance,
            Some("Outage") => Status::MajorOutage,
            _ => Status::Unknown,
        }
    }

    fn began(&self) -> Option<Timestamp> {
        self.start.and_then(at)
    }

    fn ended(&self) -> Option<Timestamp> {
        self.end.and_then(at)
    }
}

/// Milliseconds since 1970, as long as they are of this age.
fn at(millis: i64) -> Option<Timestamp> {
    (0..=4_102_444_800_000).contains(&millis).then(|| Timestamp::from_micros(millis.saturating_mul(1000)))
}

/// What goes on and what is to come, each once, with all the services under which it stands.
#[derive(Default)]
struct Found {
    incidents: Vec<ProviderIncident>,
    maintenances: Vec<ProviderMaintenance>,
    places: HashMap<String, usize>,
}

impl Found {
    fn take_in(&mut self, service: &Service, now: Option<Timestamp>) {
        let name = service.name.clone().unwrap_or_default();
        for event in service.events.iter().flatten().filter(|event| !event.is_over(now)) {
            // A maintenance and an incident never share an id, so that one list of places is enough for both.
            let known = event.id.as_ref().and_then(|id| self.places.get(id)).copied();
            let place = known.unwrap_or_else(|| self.add(event));
            let components = if event.is_maintenance() {
                self.maintenances.get_mut(place).map(|maintenance| &mut maintenance.components)
            } else {
                self.incidents.get_mut(place).map(|incident| &mut incident.components)
            };
            components.into_iter().for_each(|components| components.push(name.clone()));
        }
    }

    fn add(&mut self, event: &Event) -> usize {
        let place = if event.is_maintenance() {
            self.maintenances.push(maintenance(event));
            self.maintenances.len().saturating_sub(1)
        } else {
            self.incidents.push(incident(event));
            self.incidents.len().saturating_sub(1)
        };
        if let Some(id) = &event.id {
            self.places.insert(id.clone(), place);
        }
        place
    }
}

/// An event has no title: what it says first is the best there is.
fn title(event: &Event) -> String {
    let title = text::first_line(event.message.as_deref().unwrap_or_default(), 300);
    if title.is_empty() { "Untitled".to_owned() } else { title }
}

fn incident(event: &Event) -> ProviderIncident {
    let said = [event.message.as_deref(), event.users.as_deref()].into_iter().flatten();
    let message = text::body(&said.collect::<Vec<_>>().join("\n"));
    let state = text::state(event.status.as_deref().unwrap_or("unknown"));
    ProviderIncident {
        id: event.id.clone().unwrap_or_default(),
        title: title(event),
        state: state.clone(),
        impact: event.impact(),
        started_at: event.began(),
        updated_at: event.began(),
        updates: vec![ProviderUpdate { at: event.began(), state: Some(state), body: message.clone() }],
        message,
        ..ProviderIncident::default()
    }
}

fn maintenance(event: &Event) -> ProviderMaintenance {
    ProviderMaintenance {
        id: event.id.clone().unwrap_or_default(),
        title: title(event),
        state: if event.is_to_come() { SCHEDULED } else { "in_progress" }.to_owned(),
        starts_at: event.began(),
        ends_at: event.ended(),
        ..ProviderMaintenance::default()
    }
}
