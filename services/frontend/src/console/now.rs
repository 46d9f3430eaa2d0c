//! Now: what is wrong, and what to do next.

use askama::Template;
use axum::response::Response;
use contracts::Status;
use contracts::incidents::{Component, EntryType, Incident, IncidentStatus};
use contracts::signals::Signal;
use http::StatusCode;
use kit_base::Role;
use kit_web::Failure;

use super::desk::{Area, Desk, Shell, known, missing_words, page};
use super::words as own;
use crate::when::Moment;
use crate::{text, words};

/// An incident that goes on.
struct Row {
    id: String,
    title: String,
    severity: String,
    life: &'static str,
    status: Status,
    since: Moment,
    components: String,
    /// What to do about it next: the address and the words.
    next: Option<(String, &'static str)>,
}

/// A component that is not well and that no incident names.
struct Trouble {
    slug: String,
    name: String,
    status: Status,
    word: &'static str,
    since: Moment,
    reason: String,
}

#[derive(Template)]
#[template(path = "console/now.html", whitespace = "minimize")]
struct NowPage {
    shell: Shell,
    headline: String,
    status: Status,
    missing: Option<String>,
    incidents: Vec<Row>,
    troubles: Vec<Trouble>,
    signals: Vec<(String, Moment)>,
    unwritten: Vec<(String, String)>,
    may_open: bool,
    is_empty: bool,
    may_add: bool,
}

/// What is wrong now, and what to do next.
#[utoipa::path(get, path = "/console", tag = "console",
    responses((status = 200, description = "The page.", body = String, content_type = "text/html")))]
pub(super) async fn now(desk: Desk) -> Result<Response, Failure> {
    let (components, open, mitigated, resolved, signals) = tokio::join!(
        desk.client.components(),
        desk.client.incidents("open"),
        desk.client.incidents("mitigated"),
        desk.client.newest_incidents("resolved"),
        desk.client.standing_signals()
    );
    let mut missing = Vec::new();
    let components = known(components, "components", &mut missing)?.unwrap_or_default();
    let open = known(open, "incidents", &mut missing)?.unwrap_or_default();
    let lasting = mitigated.unwrap_or_default();
    let mut incidents: Vec<Incident> = open.into_iter().chain(lasting).collect();
    incidents.sort_by_key(|one| (one.status != IncidentStatus::Open, one.sev));
    let troubles = troubles(&desk, &components, &incidents);
    let headline = headline(&incidents, &troubles, missing.is_empty());
    let status = incidents.iter().map(weight).chain(troubles.iter().map(|one| one.status));
    let status = status.fold(Status::Operational, Status::worst);
    let template = NowPage {
        headline,
        status: if missing.is_empty() { status } else { status.worst(Status::Unknown) },
        missing: missing_words(&missing),
        signals: signals.unwrap_or_default().iter().filter_map(|one| proposed(&desk, one)).collect(),
        unwritten: unwritten(&resolved.unwrap_or_default()),
        may_open: desk.may(Role::Responder),
        is_empty: components.is_empty() && missing.is_empty(),
        may_add: desk.may(Role::Manager),
        incidents: incidents.iter().map(|one| row(&desk, one, &components)).collect(),
        troubles,
        shell: desk.shell(Area::Now, "Now"),
    };
    page(StatusCode::OK, &template)
}

fn headline(incidents: &[Incident], troubles: &[Trouble], all_known: bool) -> String {
    let open = incidents.iter().filter(|one| one.status == IncidentStatus::Open).count();
    match (open, incidents.len(), troubles.len()) {
        (0, 0, 0) if !all_known => "We cannot tell how things are".to_owned(),
        (0, 0, 0) => "Nothing is wrong".to_owned(),
        (0, 0, 1) => "One component is not well".to_owned(),
        (0, 0, many) => format!("{many} components are not well"),
        (0, 1, _) => "One incident to watch".to_owned(),
        (0, many, _) => format!("{many} incidents to watch"),
        (1, ..) => "One incident is open".to_owned(),
        (many, ..) => format!("{many} incidents are open"),
    }
}

/// How much an incident weighs, as a state.
pub(super) fn weight(incident: &Incident) -> Status {
    match (incident.status, incident.sev) {
        (IncidentStatus::Resolved, _) => Status::Operational,
        (IncidentStatus::Mitigated, _) => Status::Unknown,
        (_, 1) => Status::MajorOutage,
        (_, 2) => Status::PartialOutage,
        (_, 3) => Status::DegradedPerformance,
        _ => Status::Unknown,
    }
}

fn row(desk: &Desk, incident: &Incident, components: &[Component]) -> Row {
    Row {
        id: incident.id.clone(),
        title: text::title_or(&incident.title, words::UNTITLED),
        severity: own::severity(incident.sev),
        life: own::life(incident.status),
        status: weight(incident),
        since: desk.moment(incident.started_at),
        components: names(&incident.services, components),
        next: next(incident).filter(|_| desk.may(Role::Responder)),
    }
}

/// The names of these components in one line; the slug where a name is not known.
pub(super) fn names(slugs: &[String], components: &[Component]) -> String {
    let name = |slug: &String| {
        let found = components.iter().find(|one| one.slug == *slug);
        text::title_or(found.map_or(slug, |one| &one.name), slug)
    };
    let names: Vec<String> = slugs.iter().map(name).collect();
    words::list(&names.iter().map(String::as_str).collect::<Vec<_>>(), 4)
}

/// The next thing to do about an incident, in the order in which they help people most.
pub(super) fn next(incident: &Incident) -> Option<(String, &'static str)> {
    let room = format!("/console/incidents/{}", incident.id);
    let told = incident.timeline.iter().any(|entry| entry.entry_type == EntryType::Update);
    match incident.status {
        IncidentStatus::Open if incident.commander.is_none() => {
            Some((format!("{room}#assign"), "Say who leads"))
        }
        IncidentStatus::Open if !told => Some((format!("{room}/announce"), "Tell people")),
        IncidentStatus::Open => Some((room, "Go on")),
        IncidentStatus::Mitigated => Some((format!("{room}#status"), "Is it over?")),
        IncidentStatus::Resolved => None,
    }
}

/// What is not well without an incident that says so.
fn troubles(desk: &Desk, components: &[Component], incidents: &[Incident]) -> Vec<Trouble> {
    let named = |slug: &String| incidents.iter().any(|one| one.services.contains(slug));
    let alone = components.iter().filter(|one| one.status.is_trouble() && !named(&one.slug));
    let mut troubles: Vec<Trouble> = alone
        .map(|one| Trouble {
            slug: one.slug.clone(),
            name: text::title_or(&one.name, &one.slug),
            status: one.status,
            word: words::state(one.status),
            since: desk.moment(one.since),
            reason: one.because.first().map(|why| text::line(&why.title, text::TITLE)).unwrap_or_default(),
        })
        .collect();
    troubles.sort_by_key(|one| std::cmp::Reverse(one.status.rank()));
    troubles
}

/// A signal that no incident has taken up.
fn proposed(desk: &Desk, signal: &Signal) -> Option<(String, Moment)> {
    let title = text::title_or(&signal.title, words::UNTITLED);
    signal.incident.is_none().then(|| (title, desk.moment(signal.since)))
}

/// Incidents that people opened, or that were bad, from which nobody has said what was learned.
fn unwritten(resolved: &[Incident]) -> Vec<(String, String)> {
    let owed = resolved.iter().filter(|one| one.postmortem.is_none() && one.sev <= 2);
    owed.take(3).map(|one| (one.id.clone(), text::title_or(&one.title, words::UNTITLED))).collect()
}
