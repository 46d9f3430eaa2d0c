//! Upptime: `history/summary.json` in the page's repository, a list of sites with a word each. What went wrong is
//! written in issues, which are not part of it.

use contracts::Status;
use contracts::providers::ProviderComponent;
use serde::Deserialize;
use serde_json::Value;

use super::lenient::{id, text as lenient_text};
use super::unreadable::{Root, Unreadable, json_rooted};
use super::{Adapter, PLAIN, Told, text};

/// The family of Upptime.
pub(super) const ADAPTER: Adapter = Adapter {
    name: "upptime",
    title: "Upptime",
    read: |document| read(document.body),
    recognises,
    paths: &["/history/summary.json"],
    ..PLAIN
};

fn recognises(document: &Value) -> bool {
    let Some(first) = document.get(0) else { return false };
    let has = |name: &str| first.get(name).is_some();
    let word = first.get("status").and_then(Value::as_str);
    has("slug") && has("uptime") && word.is_some_and(|word| status(word).is_some())
}

#[derive(Deserialize)]
#[serde(expecting = "a site")]
struct Site {
    #[serde(default, deserialize_with = "id")]
    slug: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    name: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    status: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    uptime: Option<String>,
}

fn status(word: &str) -> Option<Status> {
    match word {
        "up" => Some(Status::Operational),
        "degraded" => Some(Status::DegradedPerformance),
        "down" => Some(Status::MajorOutage),
        _ => None,
    }
}

fn read(body: &[u8]) -> Result<Told, Unreadable> {
    let sites: Vec<Site> = json_rooted(body, Root::List, "the summary")?;
    let is_of_family = |site: &Site| site.slug.is_some() && (site.status.is_some() || site.uptime.is_some());
    if sites.is_empty() || !sites.iter().all(is_of_family) {
        let why = "Upptime lists sites with a `slug` and a `status`, this lists none or something else";
        return Err(Unreadable::Shape(why.to_owned()));
    }
    let components = sites.into_iter().map(|site| {
        let id = site.slug.unwrap_or_default();
        ProviderComponent {
            name: text::title(site.name.as_deref().unwrap_or(&id)),
            status: site.status.as_deref().and_then(status).unwrap_or(Status::Unknown),
            id,
            ..ProviderComponent::default()
        }
    });
    Ok(Told { components: Some(components.collect()), up_or_down: true, ..Told::default() })
}
