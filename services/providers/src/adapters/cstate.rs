//! cState: one document with a word on the whole and one on each system, under which its open issues stand. An issue
//! that touches several systems stands under each.

use std::collections::HashMap;

use contracts::Status;
use contracts::providers::{ProviderComponent, ProviderIncident};
use kit_base::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::lenient::{id, list, or_default, parse_moment, text as lenient_text};
use super::unreadable::{Root, Unreadable, json_rooted};
use super::{Adapter, PLAIN, Told, text};

/// The family of cState.
pub(super) const ADAPTER: Adapter = Adapter {
    name: "cstate",
    title: "cState",
    read: |document| read(document.body),
    recognises: |document| {
        document.get("cStateVersion").is_some() && document.get("systems").is_some_and(Value::is_array)
    },
    paths: &["/index.json"],
    ..PLAIN
};

#[derive(Deserialize)]
#[serde(expecting = "the document of a page")]
struct Document {
    #[serde(default, rename = "cStateVersion", deserialize_with = "lenient_text")]
    version: Option<String>,
    #[serde(default, rename = "summaryStatus", deserialize_with = "lenient_text")]
    summary: Option<String>,
    systems: Option<Vec<System>>,
}

#[derive(Deserialize)]
#[serde(expecting = "a system")]
struct System {
    #[serde(default, deserialize_with = "id")]
    name: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    category: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    status: Option<String>,
    #[serde(rename = "unresolvedIssues")]
    issues: Option<Vec<Issue>>,
}

#[derive(Deserialize)]
#[serde(expecting = "an issue")]
struct Issue {
    #[serde(default, deserialize_with = "lenient_text")]
    title: Option<String>,
    #[serde(default, rename = "createdAt", deserialize_with = "lenient_text")]
    created: Option<String>,
    #[serde(default, rename = "lastMod", deserialize_with = "lenient_text")]
    changed: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    permalink: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    severity: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    resolved: bool,
    #[serde(default, deserialize_with = "or_default")]
    informational: bool,
    #[serde(default, deserialize_with = "id")]
    filename: Option<String>,
    #[serde(default, deserialize_with = "list")]
    affected: Vec<String>,
}

/// The family's words for the whole, for systems and for issues. A notice is no trouble.
fn status(word: Option<&str>) -> Status {
    match word {
        Some("ok" | "notice") => Status::Operational,
        Some("disrupted") => Status::PartialOutage,
        Some("down") => Status::MajorOutage,
        _ => Status::Unknown,
    }
}

/// A moment as Go prints it: `2026-11-21 09:00:00 +0100 CET`.
fn moment(written: &str) -> Option<Timestamp> {
    let mut parts = written.split_whitespace();
    let (day, time, offset) = (parts.next()?, parts.next(), parts.next());
    let (Some(time), Some(offset)) = (time, offset) else { return parse_moment(written) };
    let offset = match offset.split_at_checked(3) {
        Some((hours, minutes)) if minutes.len() == 2 => format!("{hours}:{minutes}"),
        _ => offset.to_owned(),
    };
    parse_moment(&format!("{day}T{time}{offset}"))
}

fn read(body: &[u8]) -> Result<Told, Unreadable> {
    let document: Document = json_rooted(body, Root::Object, "the document of a page")?;
    let (Some(_), Some(systems)) = (&document.version, document.systems) else {
        return Err(Unreadable::Shape(
            "a page of cState has `cStateVersion` and `systems`, this lacks one of them".into(),
        ));
    };
    let mut incidents: Vec<ProviderIncident> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    let listed = |system: &System| system.issues.as_ref().map_or(0, Vec::len);
    let told_issues =
        systems.iter().all(|system| system.issues.is_some()) || systems.iter().any(|s| listed(s) > 0);
    for issue in
        systems.iter().flat_map(|system| system.issues.iter().flatten()).filter(|issue| !issue.resolved)
    {
        let incident = incident(issue);
        if places.insert(incident.id.clone(), incidents.len()).is_none() {
            incidents.push(incident);
        }
    }
    Ok(Told {
        verdict: Some(status(document.summary.as_deref())),
        components: Some(systems.iter().map(component).collect()),
        incidents: told_issues.then_some(incidents),
        ..Told::default()
    })
}

fn component(system: &System) -> ProviderComponent {
    let id = system.name.clone().unwrap_or_default();
    ProviderComponent {
        name: text::title(&id),
        group: system.category.as_deref().map(text::title),
        status: status(system.status.as_deref()),
        id,
        ..ProviderComponent::default()
    }
}

/// An issue has no id, but a file that it is written in. What was written about it is not in the document.
fn incident(issue: &Issue) -> ProviderIncident {
    let created = issue.created.as_deref().and_then(moment);
    let url = issue.permalink.as_deref().and_then(text::link);
    let title = text::title(issue.title.as_deref().unwrap_or("Untitled"));
    ProviderIncident {
        id: issue.filename.clone().or_else(|| url.clone()).unwrap_or_else(|| title.clone()),
        title,
        state: "unresolved".to_owned(),
        impact: if issue.informational { Status::Operational } else { status(issue.severity.as_deref()) },
        components: issue.affected.iter().map(|name| text::line(name, 200)).collect(),
        started_at: created,
        updated_at: issue.changed.as_deref().and_then(moment).or(created),
        url,
        ..ProviderIncident::default()
    }
}
