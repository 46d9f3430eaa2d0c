//! Uptime Kuma: a page that names its monitors and tells of incidents and maintenances, and a document of heartbeats
//! that tells how the monitors are. Only the two together say what is up.

use std::collections::BTreeMap;

use contracts::Status;
use contracts::providers::{ProviderComponent, ProviderIncident, ProviderMaintenance, ProviderUpdate};
use kit_base::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::lenient::{id, list, moment, or_default, parse_moment, text as lenient_text, whole};
use super::told::SCHEDULED;
use super::unreadable::{Root, Unreadable, json_rooted};
use super::{Adapter, PLAIN, Told, text};

/// The family of Uptime Kuma, versions 1 and 2.
pub(super) const ADAPTER: Adapter = Adapter {
    name: "uptime-kuma",
    title: "Uptime Kuma",
    read: |document| read(document.body),
    recognises: |document| {
        document.get("publicGroupList").is_some_and(Value::is_array)
            || document.get("heartbeatList").is_some_and(Value::is_object)
    },
    paths: &["/api/status-page/{slug}", "/api/status-page/default"],
    companions: the_other,
    ..PLAIN
};

const PAGES: &str = "/api/status-page/";
const BEATS: &str = "/api/status-page/heartbeat/";

/// Beside a page its heartbeats, and the other way round.
fn the_other(url: &str) -> Vec<String> {
    let other = match url.split_once(BEATS) {
        Some((host, slug)) => Some(format!("{host}{PAGES}{slug}")),
        None => url.split_once(PAGES).map(|(host, slug)| format!("{host}{BEATS}{slug}")),
    };
    other.into_iter().collect()
}

#[derive(Deserialize)]
#[serde(expecting = "a document of Uptime Kuma")]
struct Document {
    #[serde(rename = "publicGroupList")]
    groups: Option<Vec<Group>>,
    incident: Option<Incident>,
    incidents: Option<Vec<Incident>>,
    #[serde(rename = "maintenanceList")]
    maintenances: Option<Vec<Maintenance>>,
    #[serde(rename = "heartbeatList")]
    beats: Option<BTreeMap<String, Vec<Beat>>>,
    #[serde(default, deserialize_with = "lenient_text")]
    msg: Option<String>,
}

#[derive(Deserialize)]
#[serde(expecting = "a group")]
struct Group {
    #[serde(default, deserialize_with = "lenient_text")]
    name: Option<String>,
    #[serde(default, rename = "monitorList", deserialize_with = "list")]
    monitors: Vec<Monitor>,
}

#[derive(Deserialize)]
struct Monitor {
    #[serde(default, deserialize_with = "id")]
    id: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    name: Option<String>,
}

#[derive(Deserialize)]
#[serde(expecting = "a heartbeat")]
struct Beat {
    #[serde(default, deserialize_with = "whole")]
    status: Option<i64>,
}

#[derive(Deserialize)]
#[serde(expecting = "an incident")]
struct Incident {
    #[serde(default, deserialize_with = "id")]
    id: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    style: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    title: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    content: Option<String>,
    #[serde(default, rename = "createdDate", deserialize_with = "moment")]
    created: Option<Timestamp>,
    #[serde(default, rename = "lastUpdatedDate", deserialize_with = "moment")]
    updated: Option<Timestamp>,
    #[serde(default, deserialize_with = "or_default")]
    active: Option<bool>,
}

#[derive(Deserialize)]
#[serde(expecting = "a maintenance")]
struct Maintenance {
    #[serde(default, deserialize_with = "id")]
    id: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    title: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    status: Option<String>,
    #[serde(default, rename = "timezoneOffset", deserialize_with = "lenient_text")]
    offset: Option<String>,
    #[serde(default, rename = "timeslotList", deserialize_with = "list")]
    slots: Vec<Slot>,
}

/// A span of the maintenance, in the time of its place.
#[derive(Deserialize)]
struct Slot {
    #[serde(default, rename = "startDate", deserialize_with = "lenient_text")]
    start: Option<String>,
    #[serde(default, rename = "endDate", deserialize_with = "lenient_text")]
    end: Option<String>,
}

fn read(body: &[u8]) -> Result<Told, Unreadable> {
    let document: Document = json_rooted(body, Root::Object, "a document of Uptime Kuma")?;
    if let Some(beats) = document.beats {
        return Ok(heartbeats(&beats));
    }
    let Some(groups) = document.groups else {
        return Err(match document.msg {
            Some(words) => Unreadable::Refused(text::line(&words, 200)),
            None => Unreadable::Shape(
                "Uptime Kuma tells `publicGroupList` or `heartbeatList`, this has none".to_owned(),
            ),
        });
    };
    // Version 1 has one incident or null, version 2 a list.
    let incidents = document.incident.into_iter().chain(document.incidents.unwrap_or_default());
    let maintenances = document.maintenances;
    Ok(Told {
        known: groups.iter().flat_map(monitors).collect(),
        incidents: Some(incidents.filter(|i| i.active != Some(false)).map(incident).collect()),
        maintenances: maintenances.map(|listed| listed.into_iter().filter_map(maintenance).collect()),
        up_or_down: true,
        ..Told::default()
    })
}

/// How the monitors are, by the last beat of each, which is the newest.
fn heartbeats(beats: &BTreeMap<String, Vec<Beat>>) -> Told {
    let component = |(monitor, beats): (&String, &Vec<Beat>)| {
        let id = text::line(monitor, 200);
        ProviderComponent {
            name: id.clone(),
            id,
            status: beats.last().map_or(Status::Unknown, |beat| status(beat.status)),
            ..ProviderComponent::default()
        }
    };
    Told { components: Some(beats.iter().map(component).collect()), up_or_down: true, ..Told::default() }
}

/// The numbers of heartbeats. A pending one has failed and is tried again.
fn status(beat: Option<i64>) -> Status {
    match beat {
        Some(0) => Status::MajorOutage,
        Some(1) => Status::Operational,
        Some(2) => Status::DegradedPerformance,
        Some(3) => Status::UnderMaintenance,
        _ => Status::Unknown,
    }
}

fn monitors(group: &Group) -> impl Iterator<Item = ProviderComponent> {
    group.monitors.iter().filter_map(|monitor| {
        let id = monitor.id.clone()?;
        Some(ProviderComponent {
            name: text::title(monitor.name.as_deref().unwrap_or(&id)),
            group: group.name.as_deref().map(text::title),
            status: Status::Unknown,
            id,
            ..ProviderComponent::default()
        })
    })
}

/// A note that somebody pinned to the page. Its style is a colour and not a measure, so that a warning counts as the
/// least trouble and everything else as a notice.
fn incident(note: Incident) -> ProviderIncident {
    let body = text::markdown_body(note.content.as_deref().unwrap_or_default());
    let written = note.updated.or(note.created);
    ProviderIncident {
        id: note.id.unwrap_or_default(),
        title: text::title(note.title.as_deref().unwrap_or("Untitled")),
        state: "pinned".to_owned(),
        impact: match note.style.as_deref() {
            Some("info" | "primary" | "light" | "dark") => Status::Operational,
            Some("warning" | "danger") => Status::DegradedPerformance,
            _ => Status::Unknown,
        },
        started_at: note.created,
        updated_at: written,
        updates: vec![ProviderUpdate { at: written, state: None, body: body.clone() }],
        message: body,
        ..ProviderIncident::default()
    }
}

fn maintenance(listed: Maintenance) -> Option<ProviderMaintenance> {
    let state = match listed.status.as_deref() {
        Some("under-maintenance") => "in_progress",
        Some("scheduled") => SCHEDULED,
        Some("inactive" | "ended") => return None,
        _ => "unknown",
    };
    let local = |time: &Option<String>| {
        let (time, offset) = (time.as_deref()?, listed.offset.as_deref().unwrap_or("+00:00"));
        parse_moment(&format!("{}{offset}", time.trim())).or_else(|| parse_moment(time))
    };
    let slot = listed.slots.first();
    Some(ProviderMaintenance {
        title: text::title(listed.title.as_deref().unwrap_or("Untitled")),
        state: state.to_owned(),
        starts_at: slot.and_then(|slot| local(&slot.start)),
        ends_at: slot.and_then(|slot| local(&slot.end)),
        id: listed.id.unwrap_or_default(),
        ..ProviderMaintenance::default()
    })
}
