//! Oracle Cloud: a verdict on all (`status.json`, in Statuspage's words), the health of each service in each region
//! (`components.json`, `components_v2.json`), and a feed of incidents. A service in ninety regions is one component
//! here, with the worst that is said of it: nine thousand would tell nobody more.

use std::collections::HashMap;

use contracts::Status;
use contracts::providers::ProviderComponent;
use serde::Deserialize;
use serde_json::Value;

use super::feed::{self, Feed};
use super::history;
use super::unreadable::{Root, Unreadable, begins_with, json_rooted};
use super::{Adapter, Document, PLAIN, Told, text};

/// The family of Oracle Cloud Infrastructure.
pub(super) const ADAPTER: Adapter = Adapter {
    name: "oci",
    title: "Oracle Cloud",
    read,
    recognises,
    recognises_feed,
    hosts: &[("ocistatus.oraclecloud.com", "https://ocistatus.oraclecloud.com/api/v2/components_v2.json")],
    companions: beside,
    ages: true,
    ..PLAIN
};

/// The documents that stand beside each other, of which the first is any of the two about components.
fn beside(url: &str) -> Vec<String> {
    let Some((base, file)) = url.rsplit_once('/') else { return Vec::new() };
    let others = match file {
        "components_v2.json" | "components.json" => ["status.json", "incident-summary.rss"],
        "status.json" => ["components_v2.json", "incident-summary.rss"],
        "incident-summary.rss" => ["status.json", "components_v2.json"],
        _ => return Vec::new(),
    };
    others.iter().map(|other| format!("{base}/{other}")).collect()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", expecting = "a document of Oracle Cloud")]
struct Page {
    status: Option<Value>,
    region_health_reports: Option<Vec<Region>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", expecting = "a region")]
struct Region {
    #[serde(default)]
    service_health_reports: Option<Vec<Service>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", expecting = "a service")]
struct Service {
    service_name: Option<String>,
    service_status: Option<Value>,
}

/// The words of the status page: "Service Disruption" is that many requests fail, and "Service Down" that all do.
fn service_status(word: &str) -> Status {
    let letters: String = word.chars().filter(char::is_ascii_alphabetic).collect();
    match letters.to_ascii_lowercase().as_str() {
        "normalperformance" | "normal" | "informational" | "operational" => Status::Operational,
        "degradedperformance" | "degraded" | "performanceissue" | "servicedegradation" => {
            Status::DegradedPerformance
        }
        "servicedisruption" | "partialservicedisruption" | "disruption" | "partialoutage" => {
            Status::PartialOutage
        }
        "servicedown" | "down" | "outage" | "majoroutage" | "serviceoutage" => Status::MajorOutage,
        "maintenance" | "plannedmaintenance" | "undermaintenance" => Status::UnderMaintenance,
        _ => Status::Unknown,
    }
}

fn read(document: &Document<'_>) -> Result<Told, Unreadable> {
    if begins_with(document.body, '<') {
        let feed = feed::read(document.body, document.content_type)?;
        if !recognises_feed(&feed) {
            return Err(Unreadable::another_feed(&feed.title, "Oracle Cloud"));
        }
        let history = history::read(&feed, document.fetched_at, false);
        return Ok(Told { incidents: Some(history.incidents), ..Told::default() });
    }
    let page: Page = json_rooted(document.body, Root::Object, "a document of Oracle Cloud")?;
    if page.status.is_none() && page.region_health_reports.is_none() {
        let reason = "a document of Oracle Cloud has a `status` or `regionHealthReports`, this has neither";
        return Err(Unreadable::Shape(reason.into()));
    }
    let components = page.region_health_reports.map(|regions| components(&regions)).transpose()?;
    Ok(Told { verdict: page.status.as_ref().map(verdict), components, ..Told::default() })
}

fn verdict(status: &Value) -> Status {
    match status.get("indicator").and_then(Value::as_str).unwrap_or_default() {
        "none" => Status::Operational,
        "minor" => Status::DegradedPerformance,
        "major" => Status::PartialOutage,
        "critical" => Status::MajorOutage,
        "maintenance" => Status::UnderMaintenance,
        _ => Status::Unknown,
    }
}

/// Each service once, with the worst of all regions in which there is any.
fn components(regions: &[Region]) -> Result<Vec<ProviderComponent>, Unreadable> {
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut components: Vec<ProviderComponent> = Vec::new();
    for service in regions.iter().flat_map(|region| region.service_health_reports.iter().flatten()) {
        let Some(name) = service.service_name.as_deref().filter(|name| !name.trim().is_empty()) else {
            return Err(Unreadable::Shape("a service of Oracle Cloud has a `serviceName`".into()));
        };
        let word = service.service_status.as_ref().and_then(Value::as_str).unwrap_or_default();
        // A dash stands for a service that the region does not have.
        if word == "-" {
            continue;
        }
        let status = service_status(word);
        if let Some(known) = places.get(name).and_then(|place| components.get_mut(*place)) {
            known.status = known.status.worst(status);
            continue;
        }
        places.insert(name, components.len());
        let (id, name) = (text::line(name, 200), text::title(name));
        components.push(ProviderComponent { id, name, status, ..ProviderComponent::default() });
    }
    Ok(components)
}

fn recognises(document: &Value) -> bool {
    let regions = document.get("regionHealthReports").and_then(Value::as_array);
    regions.is_some_and(|regions| regions.iter().any(|region| region.get("serviceHealthReports").is_some()))
}

fn recognises_feed(feed: &Feed) -> bool {
    feed.link.contains("://ocistatus.oraclecloud.com")
        || feed.title.contains("Oracle Cloud")
        || feed.title.starts_with("OCI ")
        || feed.entries.iter().any(|entry| entry.link.contains("://ocistatus.oraclecloud.com"))
}
