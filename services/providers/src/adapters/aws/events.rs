//! `currentevents`: a list of events, of which some are over. An empty one is how AWS says that all is well.

use std::collections::HashMap;

use contracts::Status;
use contracts::providers::{ProviderComponent, ProviderIncident, ProviderUpdate};
use kit_base::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::region_of;
use crate::adapters::lenient::{epoch, id, list, map, text as lenient_text};
use crate::adapters::unreadable::{Root, Unreadable, text_rooted};
use crate::adapters::{Told, text};

/// An event. What says whether it is over is kept as it came, to be checked.
#[derive(Deserialize)]
#[serde(expecting = "an event")]
struct Event {
    #[serde(default, deserialize_with = "id")]
    arn: Option<String>,
    #[serde(default, deserialize_with = "epoch")]
    date: Option<Timestamp>,
    status: Option<Value>,
    end_time: Option<Value>,
    #[serde(default, deserialize_with = "id")]
    service: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    service_name: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    summary: Option<String>,
    #[serde(default, deserialize_with = "list")]
    event_log: Vec<Update>,
    #[serde(default, deserialize_with = "map")]
    impacted_services: Vec<(String, Impact)>,
}

#[derive(Default, Deserialize)]
struct Impact {
    #[serde(default, deserialize_with = "lenient_text")]
    service_name: Option<String>,
    #[serde(default)]
    current: Value,
}

#[derive(Deserialize)]
struct Update {
    #[serde(default, deserialize_with = "lenient_text")]
    message: Option<String>,
    #[serde(default)]
    status: Value,
    #[serde(default, deserialize_with = "epoch")]
    timestamp: Option<Timestamp>,
}

/// What a number stands for, as AWS's feeds put it in words.
fn level(code: &Value) -> Option<(&'static str, Status)> {
    let code = match code {
        Value::String(text) => text.trim().to_owned(),
        other => other.to_string(),
    };
    match code.as_str() {
        "0" => Some(("resolved", Status::Operational)),
        "1" => Some(("informational", Status::Operational)),
        "2" => Some(("degradation", Status::DegradedPerformance)),
        "3" => Some(("disruption", Status::MajorOutage)),
        _ => None,
    }
}

fn state(code: &Value) -> Option<&'static str> {
    level(code).map(|(word, _)| word)
}

fn status(code: &Value) -> Status {
    level(code).map_or(Status::Unknown, |(_, status)| status)
}

pub(super) fn read(document: &str) -> Result<Told, Unreadable> {
    let listed: Vec<Event> = text_rooted(document, Root::List, "the document of events")?;
    let mut open = Vec::new();
    for (place, event) in listed.into_iter().enumerate() {
        let is_open =
            event.check().map_err(|why| Unreadable::Shape(format!("entry {}: {why}", place + 1)))?;
        if is_open {
            open.push(event);
        }
    }
    Ok(Told {
        components: Some(components(&open)),
        incidents: Some(open.iter().map(Event::incident).collect()),
        names_only_trouble: true,
        ..Told::default()
    })
}

impl Event {
    /// Whether it is open, or why this is no event.
    fn check(&self) -> Result<bool, &'static str> {
        if !self.arn.as_deref().is_some_and(|arn| arn.starts_with("arn:")) {
            return Err("an event has an `arn`");
        }
        if self.status.is_none() && self.event_log.is_empty() {
            return Err("an event has a `status`");
        }
        let has_ended = match &self.end_time {
            None | Some(Value::Null) => false,
            Some(Value::String(end)) if matches!(end.trim(), "" | "0") => false,
            Some(Value::String(end)) if end.trim().parse::<u64>().is_ok() => true,
            Some(Value::Number(end)) if end.is_u64() => end.as_u64() != Some(0),
            Some(_) => return Err("the `end_time` of an event is a number of seconds"),
        };
        let is_over = self.status.as_ref().and_then(state) == Some("resolved");
        let says_so = self.summary.as_deref().is_some_and(|summary| summary.trim().starts_with("[RESOLVED]"));
        Ok(!(has_ended || is_over || says_so))
    }

    fn status(&self) -> Status {
        self.status.as_ref().map_or(Status::Unknown, status)
    }

    /// `eu-west-1` of `arn:aws:health:eu-west-1::event/…`.
    fn region(&self) -> Option<&str> {
        let named = self.arn.as_deref().and_then(|arn| arn.split(':').nth(3));
        // What is global is of no region, so that whoever asks for one is told of it too.
        named
            .filter(|name| !matches!(*name, "" | "global"))
            .or_else(|| self.service.as_deref().and_then(region_of))
    }

    /// The services that it is about; where it is about one alone, it may not list that one again.
    fn services(&self) -> Vec<(String, Option<&str>, Status)> {
        let listed = &self.impacted_services;
        if listed.is_empty() {
            let service = self.service.clone().map(|key| (key, self.service_name.as_deref(), self.status()));
            return service.into_iter().collect();
        }
        listed.iter().map(|(key, i)| (key.clone(), i.service_name.as_deref(), status(&i.current))).collect()
    }

    fn incident(&self) -> ProviderIncident {
        let arn = self.arn.clone().unwrap_or_default();
        let mut updates: Vec<&Update> = self.event_log.iter().collect();
        updates.sort_by_key(|update| std::cmp::Reverse(update.timestamp));
        let message = updates.first().and_then(|update| update.message.as_deref()).unwrap_or_default();
        ProviderIncident {
            title: text::title(self.summary.as_deref().unwrap_or("Untitled")),
            state: self.status.as_ref().and_then(state).unwrap_or("unknown").to_owned(),
            impact: self.status(),
            components: self.services().into_iter().map(|(key, ..)| key).collect(),
            started_at: self.date.or_else(|| updates.last().and_then(|update| update.timestamp)),
            updated_at: updates.first().and_then(|update| update.timestamp).or(self.date),
            message: text::body(message),
            updates: updates.iter().map(|update| update.told()).collect(),
            url: text::link(&format!("https://health.aws.amazon.com/health/status?eventID={arn}")),
            id: arn,
        }
    }
}

impl Update {
    fn told(&self) -> ProviderUpdate {
        ProviderUpdate {
            at: self.timestamp,
            state: state(&self.status).map(str::to_owned),
            body: text::body(self.message.as_deref().unwrap_or_default()),
        }
    }
}

/// The services that open events name, each with the worst that is said of it. Names bear the region, as a service that
/// is alone in trouble today must be called the same tomorrow, when others are.
fn components(open: &[Event]) -> Vec<ProviderComponent> {
    let mut components: Vec<ProviderComponent> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for event in open {
        for (key, name, status) in event.services() {
            let region = region_of(&key).or_else(|| event.region()).map(str::to_owned);
            if let Some(known) = places.get(&key).and_then(|place| components.get_mut(*place)) {
                known.status = known.status.worst(status);
                known.region = known.region.take().filter(|known| region.as_ref() == Some(known));
                continue;
            }
            places.insert(key.clone(), components.len());
            components.push(component(key, name, region, status));
        }
    }
    components
}

pub(super) fn component(
    key: String,
    name: Option<&str>,
    region: Option<String>,
    status: Status,
) -> ProviderComponent {
    let name = match (name, region_of(&key)) {
        (Some(name), Some(region)) => format!("{name} ({region})"),
        (Some(name), None) => name.to_owned(),
        (None, _) => key.clone(),
    };
    ProviderComponent { id: key, name: text::title(&name), region, status, ..ProviderComponent::default() }
}
