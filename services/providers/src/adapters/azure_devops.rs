//! Azure DevOps: one document with the health of each service in each geography, and a verdict on all. It tells of no
//! incident.

use contracts::Status;
use contracts::providers::ProviderComponent;
use serde::Deserialize;
use serde_json::Value;

use super::lenient::{id, text as lenient_text};
use super::unreadable::{Root, Unreadable, json_rooted};
use super::{Adapter, PLAIN, Told, text};

/// The family of Azure DevOps.
pub(super) const ADAPTER: Adapter = Adapter {
    name: "azure-devops",
    title: "Azure DevOps",
    read: |document| read(document.body),
    recognises,
    hosts: &[("status.dev.azure.com", "https://status.dev.azure.com/_apis/status/health")],
    ..PLAIN
};

#[derive(Deserialize)]
#[serde(expecting = "the health of Azure DevOps")]
struct Health {
    status: Option<Value>,
    services: Option<Vec<Service>>,
}

#[derive(Deserialize)]
#[serde(expecting = "a service")]
struct Service {
    #[serde(default, deserialize_with = "id")]
    id: Option<String>,
    geographies: Option<Vec<Geography>>,
}

#[derive(Deserialize)]
#[serde(expecting = "a geography")]
struct Geography {
    #[serde(default, deserialize_with = "id")]
    id: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    name: Option<String>,
    health: Option<Value>,
}

/// `AzureDevOpsServiceHealth` of its API.
fn health(word: Option<&Value>) -> Status {
    match word.and_then(Value::as_str).unwrap_or_default().to_ascii_lowercase().as_str() {
        "healthy" => Status::Operational,
        "advisory" | "degraded" => Status::DegradedPerformance,
        "unhealthy" => Status::MajorOutage,
        _ => Status::Unknown,
    }
}

fn read(body: &[u8]) -> Result<Told, Unreadable> {
    let document: Health = json_rooted(body, Root::Object, "the health of Azure DevOps")?;
    let (Some(status), Some(services)) = (document.status, document.services) else {
        return Err(Unreadable::Shape("the health of Azure DevOps has a `status` and `services`".into()));
    };
    let mut components = Vec::new();
    for (place, service) in services.into_iter().enumerate() {
        let (Some(name), Some(geographies)) = (service.id, service.geographies) else {
            let reason = format!("entry {}: a service has an `id` and `geographies`", place + 1);
            return Err(Unreadable::Shape(reason));
        };
        components.extend(geographies.into_iter().map(|geography| {
            let status = health(geography.health.as_ref());
            let region = geography.id.or(geography.name);
            let id = format!("{name}/{}", region.as_deref().unwrap_or_default());
            ProviderComponent { id, name: text::title(&name), region, status, ..ProviderComponent::default() }
        }));
    }
    Ok(Told { verdict: Some(health(status.get("health"))), components: Some(components), ..Told::default() })
}

fn recognises(document: &Value) -> bool {
    let has_geographies = |service: &Value| service.get("geographies").is_some_and(Value::is_array);
    let services = document.get("services").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    document.pointer("/status/health").is_some_and(Value::is_string)
        && (services.is_empty() || services.iter().any(has_geographies))
}
