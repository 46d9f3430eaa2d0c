//! Gatus: a list of endpoints with the results of their last checks, oldest first. The last result tells how an
//! endpoint is; there is nothing else.

use contracts::Status;
use contracts::providers::ProviderComponent;
use serde::Deserialize;
use serde_json::Value;

use super::lenient::{id, or_default, text as lenient_text};
use super::unreadable::{Root, Unreadable, json_rooted};
use super::{Adapter, PLAIN, Told, text};

/// The family of Gatus.
pub(super) const ADAPTER: Adapter = Adapter {
    name: "gatus",
    title: "Gatus",
    read: |document| read(document.body),
    recognises,
    paths: &["/api/v1/endpoints/statuses"],
    ..PLAIN
};

fn recognises(document: &Value) -> bool {
    let first = document.get(0);
    first.is_some_and(|first| {
        first.get("key").is_some() && first.get("results").is_some_and(|r| r.is_array() || r.is_null())
    })
}

#[derive(Deserialize)]
#[serde(expecting = "an endpoint")]
struct Endpoint {
    #[serde(default, deserialize_with = "id")]
    key: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    name: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    group: Option<String>,
    results: Option<Vec<Outcome>>,
}

#[derive(Deserialize)]
#[serde(expecting = "a result")]
struct Outcome {
    #[serde(default, deserialize_with = "or_default")]
    success: Option<bool>,
}

fn read(body: &[u8]) -> Result<Told, Unreadable> {
    let listed: Vec<Endpoint> = json_rooted(body, Root::List, "the document of endpoints")?;
    // An endpoint that was never checked may have null for results.
    let has_results = |endpoint: &Endpoint| endpoint.results.is_some() || endpoint.key.is_some();
    let is_of_family = |endpoint: &Endpoint| endpoint.name.is_some() && has_results(endpoint);
    if listed.is_empty() || !listed.iter().all(is_of_family) {
        let why = "Gatus lists endpoints with a `name` and `results`, this lists none or something else";
        return Err(Unreadable::Shape(why.to_owned()));
    }
    Ok(Told {
        components: Some(listed.into_iter().map(component).collect()),
        up_or_down: true,
        ..Told::default()
    })
}

fn component(endpoint: Endpoint) -> ProviderComponent {
    let last = endpoint.results.as_deref().unwrap_or_default().last();
    let name = endpoint.name.unwrap_or_default();
    ProviderComponent {
        name: text::title(&name),
        id: endpoint.key.unwrap_or_else(|| text::line(&name, 200)),
        group: endpoint.group.as_deref().map(text::title),
        status: match last.and_then(|outcome| outcome.success) {
            Some(true) => Status::Operational,
            Some(false) => Status::MajorOutage,
            None => Status::Unknown,
        },
        ..ProviderComponent::default()
    }
}
