//! Heroku's own status API, versions 3 and 4: systems in colours, incidents, and announced maintenances, of which old
//! ones stay listed for months. Heroku is moving to Salesforce's status page, which is a family of its own.

mod wire;

use std::collections::HashMap;

use contracts::Status;
use contracts::providers::{ProviderComponent, ProviderIncident, ProviderMaintenance, ProviderUpdate};
use kit_base::Timestamp;
use serde_json::Value;

use self::wire::{Current, Issue, Systems, Update};
use super::told::SCHEDULED;
use super::unreadable::{Root, Unreadable, begins_with, json_rooted};
use super::{Adapter, Document, PLAIN, Told, text};

/// The family of Heroku's own status page.
pub(super) const ADAPTER: Adapter = Adapter {
    name: "heroku",
    title: "Heroku",
    read,
    recognises,
    hosts: &[("status.heroku.com", "https://status.heroku.com/api/v4/current-status")],
    ages: true,
    ..PLAIN
};

fn recognises(document: &Value) -> bool {
    let has = |path: &str, is: fn(&Value) -> bool| document.pointer(path).is_some_and(is);
    let is_version_4 = has("/status/0/system", Value::is_string);
    let is_version_3 = has("/status/Production", Value::is_string) && has("/issues", Value::is_array);
    let is_issue = ["/status_prod", "/0/status_prod"].iter().any(|path| has(path, Value::is_string));
    is_version_4 || is_version_3 || is_issue
}

/// The family's colours.
fn status(colour: Option<&str>) -> Status {
    match colour {
        Some("green") => Status::Operational,
        Some("blue") => Status::UnderMaintenance,
        Some("yellow" | "orange") => Status::DegradedPerformance,
        Some("red") => Status::MajorOutage,
        _ => Status::Unknown,
    }
}

fn read(document: &Document<'_>) -> Result<Told, Unreadable> {
    if begins_with(document.body, '[') {
        let issues: Vec<Issue> = json_rooted(document.body, Root::List, "the list of issues")?;
        return archive(issues);
    }
    let current: Current = json_rooted(document.body, Root::Object, "the current status")?;
    let Some(systems) = current.status else {
        // One issue by itself is a document too.
        return archive(vec![json_rooted(document.body, Root::Object, "an issue")?]);
    };
    let components = components(systems);
    let has_lists = current.incidents.is_some() || current.issues.is_some();
    if components.is_empty() || !has_lists {
        return Err(Unreadable::Shape(
            "the current status of Heroku has systems and `incidents` or `issues`, this lacks some of them"
                .into(),
        ));
    }
    let listed: Vec<Issue> = current.incidents.into_iter().chain(current.issues).flatten().collect();
    let (announced, issues): (Vec<Issue>, Vec<Issue>) = listed.into_iter().partition(|issue| issue.upcoming);
    let scheduled: Vec<Issue> = current.scheduled.unwrap_or_default().into_iter().chain(announced).collect();
    let states = components.iter().map(|component| (component.id.clone(), component.status)).collect();
    let now = document.fetched_at.or_else(|| newest(issues.iter().chain(&scheduled)));
    Ok(Told {
        incidents: Some(
            issues.iter().filter(|issue| !issue.is_over()).map(|issue| incident(issue, &states)).collect(),
        ),
        maintenances: Some(
            scheduled
                .iter()
                .filter(|issue| !issue.is_past(now))
                .map(|issue| maintenance(issue, now))
                .collect(),
        ),
        components: Some(components),
        ..Told::default()
    })
}

/// The newest time of anything that was written. Times that are announced are not of the past.
fn newest<'a>(issues: impl Iterator<Item = &'a Issue>) -> Option<Timestamp> {
    issues.flat_map(|issue| [issue.created_at, issue.updated_at]).flatten().max()
}

/// What was, with what still goes on; it does not say how the systems are.
fn archive(issues: Vec<Issue>) -> Result<Told, Unreadable> {
    let is_of_family =
        |issue: &Issue| issue.id.is_some() && issue.title.is_some() && issue.status_prod.is_some();
    if issues.is_empty() || !issues.iter().all(is_of_family) {
        let why = "issues of Heroku have an `id`, a `title` and colours, this has none or something else";
        return Err(Unreadable::Shape(why.to_owned()));
    }
    let open = issues.iter().filter(|issue| !issue.is_over() && !issue.upcoming);
    let states = HashMap::new();
    Ok(Told { incidents: Some(open.map(|issue| incident(issue, &states)).collect()), ..Told::default() })
}

fn components(systems: Systems) -> Vec<ProviderComponent> {
    let listed: Vec<(String, Status)> = match systems {
        Systems::List(listed) => listed
            .into_iter()
            .map(|system| (system.system.unwrap_or_default(), status(system.status.as_deref())))
            .collect(),
        // Other families have an object of that name too.
        Systems::Object(listed) if !listed.contains_key("Production") => Vec::new(),
        Systems::Object(listed) => {
            let mut listed: Vec<(String, Status)> = listed
                .into_iter()
                .map(|(name, colour)| (text::line(&name, 200), status(colour.as_str())))
                .collect();
            listed.sort_by(|a, b| b.0.cmp(&a.0));
            listed
        }
    };
    listed
        .into_iter()
        .map(|(id, status)| {
            let name = text::title(&id);
            ProviderComponent { id, name, status, ..ProviderComponent::default() }
        })
        .collect()
}

fn incident(issue: &Issue, states: &HashMap<String, Status>) -> ProviderIncident {
    let mut written: Vec<&Update> = issue.updates.iter().collect();
    written.sort_by_key(|update| std::cmp::Reverse(update.created_at));
    let updates: Vec<ProviderUpdate> = written
        .iter()
        .map(|update| ProviderUpdate {
            at: update.created_at,
            state: update.update_type.as_deref().map(text::state),
            body: text::markdown_body(update.contents.as_deref().unwrap_or_default()),
        })
        .collect();
    let newest = updates.first();
    let state =
        issue.state.as_deref().map(text::state).or_else(|| newest.and_then(|update| update.state.clone()));
    ProviderIncident {
        id: issue.id.clone().unwrap_or_default(),
        title: text::title(issue.title.as_deref().unwrap_or("Untitled")),
        state: state.unwrap_or_else(|| "unknown".to_owned()),
        impact: issue.impact(states),
        components: issue.systems(),
        started_at: issue.created_at,
        updated_at: newest.and_then(|update| update.at).or(issue.updated_at),
        message: newest.map(|update| update.body.clone()).unwrap_or_default(),
        url: issue.full_url.as_deref().and_then(text::link),
        updates,
    }
}

fn maintenance(issue: &Issue, now: Option<Timestamp>) -> ProviderMaintenance {
    let has_begun = issue.starts_at.zip(now).is_some_and(|(start, now)| start <= now);
    ProviderMaintenance {
        id: issue.id.clone().unwrap_or_default(),
        title: text::title(issue.title.as_deref().unwrap_or("Untitled")),
        state: if has_begun { "in_progress" } else { SCHEDULED }.to_owned(),
        components: issue.systems(),
        starts_at: issue.starts_at.or(issue.created_at),
        ends_at: issue.ends_at,
        url: issue.full_url.as_deref().and_then(text::link),
    }
}
