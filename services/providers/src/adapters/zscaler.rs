//! Zscaler Trust: the services of one of its clouds, the events about each, and a legend that says what the numbers of
//! events mean and which of them its page shows. The `status` of a service stays `true` whatever happens.

mod wire;

use std::collections::HashMap;

use contracts::Status;
use contracts::providers::{ProviderComponent, ProviderIncident, ProviderUpdate};
use serde_json::Value;

use self::wire::{Event, Page};
use super::feed::parse_date;
use super::unreadable::{Root, Unreadable, json_rooted};
use super::{Adapter, PLAIN, Told, text};

/// The family of Zscaler.
pub(super) const ADAPTER: Adapter = Adapter {
    name: "zscaler",
    title: "Zscaler Trust",
    read: |document| read(document.body),
    recognises,
    hosts: &[(
        "trust.zscaler.com",
        "https://trust.zscaler.com/api/cloud-status?cloud=zsn&requestType=core_cloud_services&dateOffset=0",
    )],
    ..PLAIN
};

/// What an entry of the legend means, and whether the page shows events of its kind.
#[derive(Clone, Copy)]
struct Meaning {
    status: Status,
    is_shown: bool,
}

fn read(body: &[u8]) -> Result<Told, Unreadable> {
    let page: Page = json_rooted(body, Root::Object, "the status of Zscaler")?;
    let (Some(legend), Some(categories)) = (page.data.severity, page.data.category) else {
        let reason = "the status of Zscaler has `data.severity` and `data.category`, this has not";
        return Err(Unreadable::Shape(reason.into()));
    };
    let legend: HashMap<String, Meaning> = legend.into_iter().filter_map(meaning).collect();
    let mut components = Vec::new();
    let mut incidents: Vec<ProviderIncident> = Vec::new();
    for category in categories {
        let group = category.title.filter(|title| title != "all").map(|title| text::title(&title));
        for service in category.sub_category {
            let (Some(id), Some(name)) = (service.tid, service.name) else {
                return Err(Unreadable::Shape("a service of Zscaler has a `tid` and a `name`".into()));
            };
            let mut status = Status::Operational;
            for event in
                service.category_status.iter().chain(&service.issues).filter(|event| !event.is_over())
            {
                let meaning = event.severity_tid.as_ref().and_then(|tid| legend.get(tid));
                let unknown = Meaning { status: Status::Unknown, is_shown: true };
                let meaning = *meaning.unwrap_or(&unknown);
                if meaning.is_shown {
                    status = status.worst(meaning.status);
                    add(&mut incidents, event, meaning.status, &id);
                }
            }
            let (group, name) = (group.clone(), text::title(&name));
            components.push(ProviderComponent { id, name, group, status, ..ProviderComponent::default() });
        }
    }
    Ok(Told { components: Some(components), incidents: Some(incidents), ..Told::default() })
}

fn meaning(entry: wire::Severity) -> Option<(String, Meaning)> {
    let name = entry.name?.to_ascii_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| name.contains(word));
    let status = if says(&["disruption", "outage"]) {
        Status::MajorOutage
    } else if says(&["degrad", "investigation"]) {
        Status::DegradedPerformance
    } else if says(&["maintenance"]) {
        Status::UnderMaintenance
    } else if says(&["informational", "no service impact", "advisory"]) {
        Status::Operational
    } else {
        Status::Unknown
    };
    // What is not known to be hidden is shown.
    Some((entry.tid?, Meaning { status, is_shown: entry.visible.as_deref() != Some("0") }))
}

/// One event stands under each service that it is about, and twice where it is also in the week's list.
fn add(incidents: &mut Vec<ProviderIncident>, event: &Event, impact: Status, component: &str) {
    let id = event.identity();
    if let Some(known) = incidents.iter_mut().find(|known| known.id == id) {
        if !known.components.iter().any(|named| named == component) {
            known.components.push(component.to_owned());
        }
        return;
    }
    let written = event.description.as_deref().or(event.short_description.as_deref()).unwrap_or_default();
    let state = text::state(&event.status.as_deref().unwrap_or("open").to_lowercase());
    let started_at = event.from.as_deref().and_then(parse_date);
    let updates = updates(written, &state);
    let newest = updates.first();
    incidents.push(ProviderIncident {
        id,
        title: text::title(&text::plain(event.title.as_deref().unwrap_or("Untitled"), 2000)),
        impact,
        components: vec![component.to_owned()],
        started_at,
        updated_at: newest.and_then(|update| update.at).or(started_at),
        message: newest.map_or_else(|| text::body(written), |update| update.body.clone()),
        url: event
            .alias
            .as_deref()
            .and_then(|alias| text::link(&format!("https://trust.zscaler.com{alias}"))),
        state,
        updates,
    });
}

/// The updates in the HTML of an event, each after its time in `report-time`.
fn updates(html: &str, state: &str) -> Vec<ProviderUpdate> {
    let mut updates: Vec<ProviderUpdate> = Vec::new();
    for part in html.split("report-time\">").skip(1) {
        let (time, rest) = part.split_once('<').unwrap_or((part, ""));
        let text = rest.split_once("</p>").map_or(rest, |(_, after)| after);
        let text = text.split("<div").next().unwrap_or_default();
        let (at, body) = (parse_date(time), text::body(text));
        // The latest stands at the top and in the list.
        if !updates.iter().any(|known| known.at == at && known.body == body) && updates.len() < 50 {
            updates.push(ProviderUpdate { at, state: None, body });
        }
    }
    updates.sort_by_key(|update| std::cmp::Reverse(update.at));
    if let Some(newest) = updates.first_mut() {
        newest.state = Some(state.to_owned());
    }
    updates
}

fn recognises(document: &Value) -> bool {
    let has = |path: &str| document.pointer(path).is_some_and(Value::is_array);
    has("/data/severity") && has("/data/category")
}
