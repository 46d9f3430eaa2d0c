//! IBM Cloud: one large document of incidents, maintenances, announcements and release notes, of which only those of
//! the first two kinds say how it is. It names services only while they are in trouble.

mod wire;

use std::collections::HashMap;

use contracts::Status;
use contracts::providers::{ProviderComponent, ProviderIncident, ProviderMaintenance, ProviderUpdate};
use serde_json::Value;

use self::wire::{Item, Page};
use super::told::SCHEDULED;
use super::unreadable::{Root, Unreadable, json_rooted};
use super::{Adapter, PLAIN, Told, text};

/// The most pairs of a service and a region that an incident may name; above, its regions are not told apart.
const PAIRS: usize = 1000;

const PAGE: &str = "https://cloud.ibm.com/status";

/// The family of IBM Cloud.
pub(super) const ADAPTER: Adapter = Adapter {
    name: "ibm",
    title: "IBM Cloud",
    read: |document| read(document.body),
    recognises,
    hosts: &[("cloud.ibm.com/status", "https://cloud.ibm.com/status/getEnhancedStatus")],
    ..PLAIN
};

fn read(body: &[u8]) -> Result<Told, Unreadable> {
    let page: Page = json_rooted(body, Root::Object, "the status of IBM Cloud")?;
    let Some(items) = page.status_items else {
        let reason = "the status of IBM Cloud has a list of `statusItems`, this has none";
        return Err(Unreadable::Shape(reason.into()));
    };
    let names: HashMap<&str, &str> = page.resources.iter().filter_map(wire::Resource::pair).collect();
    let mut open = Vec::new();
    let mut maintenances = Vec::new();
    for (place, item) in items.iter().enumerate() {
        let Some(kind) = item.kind.as_deref() else {
            return Err(Unreadable::Shape(format!("entry {}: an item has a `type`", place + 1)));
        };
        match kind.to_ascii_lowercase().as_str() {
            "announcement" | "release_note" | "security" => {}
            _ if item.is_over() => {}
            "maintenance" => maintenances.push(maintenance(item)),
            "incident" => open.push((item, severity(item))),
            // What it is nobody knows, but it is not over.
            _ => open.push((item, Status::Unknown)),
        }
    }
    Ok(Told {
        components: Some(components(&open, &names)),
        incidents: Some(open.iter().map(|(item, impact)| incident(item, *impact)).collect()),
        maintenances: Some(maintenances),
        names_only_trouble: true,
        ..Told::default()
    })
}

/// One is the worst. An incident that has none is an incident all the same.
fn severity(item: &Item) -> Status {
    let number = match &item.sev {
        Value::Number(number) => number.as_u64(),
        Value::String(text) if text.trim().is_empty() => Some(4),
        Value::String(text) => text.trim().parse().ok(),
        Value::Null => Some(4),
        _ => None,
    };
    match number {
        Some(1) => Status::MajorOutage,
        Some(2) => Status::PartialOutage,
        Some(3 | 4) => Status::DegradedPerformance,
        _ => Status::Unknown,
    }
}

/// The services that an item names, each in each of its regions: id, resource, region.
fn pairs(item: &Item) -> Vec<(String, &str, Option<&str>)> {
    let resources = || item.resource_ids.iter().map(String::as_str);
    if item.regions.is_empty() || item.resource_ids.len().saturating_mul(item.regions.len()) > PAIRS {
        return resources().map(|resource| (text::line(resource, 200), resource, None)).collect();
    }
    let pairs = resources().flat_map(|resource| {
        item.regions.iter().map(move |region| {
            let id = text::line(&format!("{resource}/{region}"), 200);
            (id, resource, Some(region.as_str()))
        })
    });
    pairs.collect()
}

/// Names bear the region, as what is alone in trouble today must be called the same tomorrow, when more is.
fn components(open: &[(&Item, Status)], names: &HashMap<&str, &str>) -> Vec<ProviderComponent> {
    let mut components: Vec<ProviderComponent> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for (item, status) in open {
        let own = item.name.as_deref().filter(|_| item.resource_ids.len() == 1);
        for (id, resource, region) in pairs(item) {
            if let Some(known) = places.get(&id).and_then(|place| components.get_mut(*place)) {
                known.status = known.status.worst(*status);
                continue;
            }
            places.insert(id.clone(), components.len());
            let name = own.or_else(|| names.get(resource).copied()).unwrap_or(resource);
            // What is global is of no region, so that whoever asks for one is told of it too.
            let region = region.filter(|region| *region != "global").map(|region| text::line(region, 100));
            let name = region.as_ref().map_or_else(|| name.to_owned(), |region| format!("{name} ({region})"));
            let name = text::title(&name);
            components.push(ProviderComponent {
                id,
                name,
                region,
                status: *status,
                ..ProviderComponent::default()
            });
        }
    }
    components
}

fn title(item: &Item) -> String {
    let title = [&item.short_description, &item.name].into_iter().flatten().next();
    text::title(&text::plain(title.map_or("Untitled", String::as_str), 2000))
}

fn incident(item: &Item, impact: Status) -> ProviderIncident {
    let written = [&item.long_description, &item.short_description, &item.name].into_iter().flatten().next();
    let message = text::body(written.map_or("", String::as_str));
    let state = text::state(&item.state.as_deref().unwrap_or("open").to_lowercase());
    let updated_at = item.update_time.or(item.creation_time);
    ProviderIncident {
        id: item.id.clone().unwrap_or_default(),
        title: title(item),
        impact,
        components: pairs(item).into_iter().map(|(id, ..)| id).collect(),
        started_at: item.outage_start.or(item.creation_time),
        updated_at,
        updates: vec![ProviderUpdate { at: updated_at, state: Some(state.clone()), body: message.clone() }],
        state,
        message,
        url: Some(PAGE.to_owned()),
    }
}

/// Its services are not named: they are components here only while they are in trouble.
fn maintenance(item: &Item) -> ProviderMaintenance {
    let state = item.state.as_deref().unwrap_or_default().to_lowercase();
    let is_coming = matches!(state.as_str(), "" | "scheduled" | "planned" | "new" | "upcoming");
    ProviderMaintenance {
        id: item.id.clone().unwrap_or_default(),
        title: title(item),
        state: if is_coming { SCHEDULED.to_owned() } else { "in_progress".to_owned() },
        components: Vec::new(),
        starts_at: item.outage_start.or(item.creation_time),
        ends_at: item.outage_end,
        url: Some(PAGE.to_owned()),
    }
}

fn recognises(document: &Value) -> bool {
    document.get("statusItems").is_some_and(Value::is_array)
}
