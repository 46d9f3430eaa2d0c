//! Heroku's own status API, versions 3 and 4: systems in colours, incidents, and announced maintenances, of which old
//! ones stay listed for months. Heroku is moving to Salesforce's status page, which is a family of its own.

use std::collections::HashMap;
use std::time::Duration;

use contracts::Status;
use contracts::providers::{ProviderComponent, ProviderIncident, ProviderMaintenance, ProviderUpdate};
use kit_base::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::lenient::{id, list, moment, or_default, text as lenient_text};
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
    ..PLAIN
};

/// How long a maintenance stays listed that does not say when it ends.
const MAINTENANCE_LASTS: Duration = Duration::from_secs(7 * 24 * 60 * 60);

fn recognises(document: &Value) -> bool {
    let has = |path: &str, is: fn(&Value) -> bool| document.pointer(path).is_some_and(is);
    let is_version_4 = has("/status/0/system", Value::is_string);
    let is_version_3 = has("/status/Production", Value::is_string) && has("/issues", Value::is_array);
    let is_issue = ["/status_prod", "/0/status_prod"].iter().any(|path| has(path, Value::is_string));
    is_version_4 || is_version_3 || is_issue
}

#[derive(Deserialize)]
#[serde(expecting = "a status")]
struct Current {
    status: Option<Systems>,
    incidents: Option<Vec<Issue>>,
    scheduled: Option<Vec<Issue>>,
    issues: Option<Vec<Issue>>,
}

/// Version 4 lists systems, version 3 had an object of the two there were.
#[derive(Deserialize)]
#[serde(untagged, expecting = "a list of systems, or an object of them")]
enum Systems {
    List(Vec<System>),
    Object(HashMap<String, Value>),
}

#[derive(Deserialize)]
#[serde(expecting = "a system")]
struct System {
    #[serde(default, alias = "name", deserialize_with = "id")]
    system: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    status: Option<String>,
}

/// An incident, or a maintenance, of either version.
#[derive(Deserialize)]
#[serde(expecting = "an incident")]
struct Issue {
    #[serde(default, deserialize_with = "id")]
    id: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    title: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    state: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    resolved: Option<bool>,
    #[serde(default, deserialize_with = "or_default")]
    upcoming: bool,
    #[serde(default, deserialize_with = "lenient_text")]
    status_prod: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    status_dev: Option<String>,
    #[serde(default, deserialize_with = "moment")]
    created_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "moment")]
    updated_at: Option<Timestamp>,
    #[serde(default, alias = "start_time", alias = "scheduled_for", deserialize_with = "moment")]
    starts_at: Option<Timestamp>,
    #[serde(default, alias = "end_time", alias = "scheduled_until", deserialize_with = "moment")]
    ends_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "lenient_text")]
    full_url: Option<String>,
    #[serde(default, deserialize_with = "list")]
    systems: Vec<Value>,
    #[serde(default, deserialize_with = "list")]
    updates: Vec<Update>,
}

#[derive(Deserialize)]
struct Update {
    #[serde(default, deserialize_with = "lenient_text")]
    contents: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    update_type: Option<String>,
    #[serde(default, deserialize_with = "moment")]
    created_at: Option<Timestamp>,
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
    let now = document.fetched_at.or_else(|| newest(issues.iter().chain(&scheduled)));
    Ok(Told {
        incidents: Some(
            issues
                .iter()
                .filter(|issue| !issue.is_over())
                .map(|issue| incident(issue, &components))
                .collect(),
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
    Ok(Told { incidents: Some(open.map(|issue| incident(issue, &[])).collect()), ..Told::default() })
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

impl Issue {
    /// The state tells: `resolved` stays false in version 4, which has a state, and tells in version 3, which has none.
    fn is_over(&self) -> bool {
        match self.state.as_deref() {
            Some(word) => matches!(word, "resolved" | "closed" | "completed"),
            None => self.resolved == Some(true),
        }
    }

    /// A maintenance that is over, though it may still be listed as one to come.
    fn is_past(&self, now: Option<Timestamp>) -> bool {
        let Some(now) = now else { return self.is_over() };
        let begins = self.starts_at.or(self.updated_at).or(self.created_at);
        let ends = self.ends_at.or_else(|| begins.map(|at| at.plus(MAINTENANCE_LASTS)));
        self.is_over() || ends.is_some_and(|end| end <= now)
    }

    /// The systems it is about, which are listed as names or as objects with one.
    fn systems(&self) -> Vec<String> {
        let named = self.systems.iter().filter_map(|system| {
            let name = system.get("name").or_else(|| system.get("system")).unwrap_or(system);
            name.as_str().map(|name| text::line(name, 200)).filter(|name| !name.is_empty())
        });
        let by_colour = [("Production", &self.status_prod), ("Development", &self.status_dev)];
        let ill = by_colour.into_iter().filter(|(_, colour)| colour.as_deref().is_some_and(|c| c != "green"));
        named.chain(ill.map(|(name, _)| name.to_owned())).collect()
    }

    /// How bad it is: its own colours, else those of the systems that it names. One that is open and names none that is
    /// ill counts as the least.
    fn impact(&self, components: &[ProviderComponent]) -> Status {
        let systems = self.systems();
        let named = components.iter().filter(|component| systems.contains(&component.id)).map(|c| c.status);
        let own =
            [&self.status_prod, &self.status_dev].into_iter().flatten().map(|colour| status(Some(colour)));
        match own.chain(named).fold(Status::Operational, Status::worst) {
            Status::Operational => Status::DegradedPerformance,
            known => known,
        }
    }
}

fn incident(issue: &Issue, components: &[ProviderComponent]) -> ProviderIncident {
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
        impact: issue.impact(components),
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
