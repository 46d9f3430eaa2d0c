//! Upptime: its summary with the minutes down of each day, its configuration, and the issues that are its incidents.

use std::time::Duration;

use contracts::incidents::{EntryType, PastComponent, PastIncident, PastUpdate};
use kit_base::{Timestamp, slug};
use serde_json::Value;

use super::Reading;
use super::components::Components;
use super::loose::{cut, id, moment, number, text};

/// Whether the document has anything that is read here.
pub(super) fn knows(document: &Value) -> bool {
    let of_its = |one: &Value| is_site(one) || is_issue(one);
    document.as_array().is_some_and(|all| all.iter().all(of_its)) || document["sites"].is_array()
}

fn is_site(one: &Value) -> bool {
    one["slug"].is_string() && one["name"].is_string()
}

fn is_issue(one: &Value) -> bool {
    one["number"].is_number() && one["title"].is_string()
}

pub(super) fn read(documents: &[&Value]) -> Reading {
    let mut reading = Reading::default();
    let mut components = Components::default();
    let lists = || documents.iter().filter_map(|document| document.as_array()).flatten();
    let configured = documents.iter().filter_map(|document| document["sites"].as_array()).flatten();
    for site in lists().filter(|one| is_site(one)).chain(configured) {
        let name = text(site, "name");
        let component = PastComponent {
            name: name.to_owned(),
            description: text(site, "url").to_owned(),
            ..PastComponent::default()
        };
        components.add(&site_id(site), component);
        let own = components.slug(&site_id(site));
        reading.history.incidents.extend(days_down(site, name, own.as_deref()));
    }
    for issue in lists().filter(|one| is_issue(one) && one.get("pull_request").is_none()) {
        if labels(issue).any(|label| label == "maintenance") {
            reading.passed_over.push(format!("#{}: it is a maintenance", issue["number"]));
            continue;
        }
        match past(issue, &components) {
            Some(past) => reading.history.incidents.push(past),
            None => reading.passed_over.push(format!("#{}: nothing says when it was", issue["number"])),
        }
    }
    reading.history.components = components.all;
    reading
}

fn site_id(site: &Value) -> String {
    match text(site, "slug") {
        "" => slug(text(site, "name")),
        own => own.to_owned(),
    }
}

/// The summary says for how many minutes of a day a site was down, and not when: the first minutes stand for them.
fn days_down(site: &Value, name: &str, own: Option<&str>) -> Vec<PastIncident> {
    let days = site["dailyMinutesDown"].as_object().into_iter().flatten();
    let down = days.filter_map(|(day, minutes)| {
        let minutes = u64::try_from(number(minutes)?).ok().filter(|minutes| (1..=1440).contains(minutes))?;
        let began = Timestamp::of_day(day)?;
        let told = format!("{name} was down for {minutes} minutes of this day. When, is not known.");
        Some(PastIncident {
            id: format!("{}@{day}", site_id(site)),
            title: cut(&format!("{name} was down"), 300),
            sev: 1,
            services: own.into_iter().map(str::to_owned).collect(),
            started_at: began,
            mitigated_at: None,
            resolved_at: Some(began.plus(Duration::from_secs(minutes * 60))),
            updates: vec![PastUpdate {
                id: day.clone(),
                at: began,
                entry_type: EntryType::Note,
                message: told,
            }],
        })
    });
    down.collect()
}

fn labels(issue: &Value) -> impl Iterator<Item = &str> {
    let listed = issue["labels"].as_array().into_iter().flatten();
    listed.filter_map(|label| label.as_str().or_else(|| label["name"].as_str()))
}

fn past(issue: &Value, components: &Components) -> Option<PastIncident> {
    let started_at = moment(&issue["created_at"]).or_else(|| moment(&issue["createdAt"]))?;
    let closed = moment(&issue["closed_at"]).or_else(|| moment(&issue["closedAt"]));
    let body = text(issue, "body");
    let first = (!body.is_empty()).then(|| PastUpdate {
        id: "issue".to_owned(),
        at: started_at,
        entry_type: EntryType::Update,
        message: cut(body, 20_000),
    });
    let told = issue["comments"].as_array().into_iter().flatten().filter_map(|comment| {
        let at = moment(&comment["created_at"]).or_else(|| moment(&comment["createdAt"]))?;
        let message = Some(cut(text(comment, "body"), 20_000)).filter(|message| !message.is_empty())?;
        Some(PastUpdate { id: id(&comment["id"])?, at, entry_type: EntryType::Update, message })
    });
    Some(PastIncident {
        id: format!("issue-{}", issue["number"]),
        title: cut(text(issue, "title"), 300),
        sev: 2,
        services: labels(issue).filter_map(|label| components.slug(label)).collect(),
        started_at,
        mitigated_at: None,
        resolved_at: closed.map(|at| at.max(started_at)),
        updates: first.into_iter().chain(told).collect(),
    })
}
