//! Every incident, newest first, narrowed by what one looks for.

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use contracts::Status;
use contracts::incidents::{Incident, IncidentFilter, IncidentStatus};
use http::StatusCode;
use kit_base::{Page, Role};
use kit_web::Failure;
use utoipa::IntoParams;

use super::desk::{Area, Desk, Shell, known, missing_words, must, page};
use super::form::Choice;
use super::now::{names, weight};
use super::words as own;
use crate::when::Moment;
use crate::{text, words};

/// Incidents on one page.
const PAGE_SIZE: u32 = 25;

/// What the list is narrowed to.
#[derive(Default, serde::Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Narrowed {
    /// `open`, `mitigated` or `resolved`.
    #[param(example = "open")]
    status: Option<String>,
    /// 1 to 4.
    #[param(example = "2")]
    sev: Option<String>,
    /// The slug of a component.
    #[param(example = "checkout")]
    service: Option<String>,
    /// Text in title or summary.
    #[param(example = "payments")]
    q: Option<String>,
    /// Which page; they count from 1.
    #[param(example = "1")]
    page: Option<String>,
}

struct Row {
    id: String,
    title: String,
    severity: String,
    life: &'static str,
    status: Status,
    since: Moment,
    lasted: Option<String>,
    components: String,
}

#[derive(Template)]
#[template(path = "console/incidents.html", whitespace = "minimize")]
struct IncidentsPage {
    shell: Shell,
    missing: Option<String>,
    statuses: Vec<Choice>,
    severities: Vec<Choice>,
    services: Vec<Choice>,
    q: String,
    narrowed: bool,
    rows: Vec<Row>,
    count: u64,
    earlier: Option<String>,
    later: Option<String>,
    may_open: bool,
}

/// Lists the incidents.
#[utoipa::path(get, path = "/console/incidents", tag = "console", params(Narrowed),
    responses((status = 200, description = "The page.", body = String, content_type = "text/html")))]
pub(super) async fn incidents(desk: Desk, Query(narrowed): Query<Narrowed>) -> Result<Response, Failure> {
    let number = narrowed.page.and_then(|page| page.parse().ok()).unwrap_or(1_u32).max(1);
    let filter = IncidentFilter {
        status: narrowed.status.unwrap_or_default(),
        sev: narrowed.sev.unwrap_or_default(),
        service: narrowed.service.unwrap_or_default(),
        q: narrowed.q.unwrap_or_default().trim().to_owned(),
    };
    let (found, components) =
        tokio::join!(desk.client.list_incidents(&filter, number, PAGE_SIZE), desk.client.components());
    let mut missing = Vec::new();
    let components = known(components, "components", &mut missing)?.unwrap_or_default();
    let Page { count, next, results, .. } = must(found)?;
    let chosen = |choices: Vec<Choice>, wanted: &str| {
        choices.into_iter().map(|choice| Choice { chosen: choice.value == wanted, ..choice }).collect()
    };
    let statuses = IncidentStatus::ALL.map(|status| Choice::new(status.as_str(), own::life(status)));
    let severities = own::SEVERITIES.map(|(sev, ..)| Choice::new(sev, own::severity(sev)));
    let services = components.iter().map(|one| Choice::new(&one.slug, text::title_or(&one.name, &one.slug)));
    let template = IncidentsPage {
        shell: desk.shell(Area::Incidents, "Incidents"),
        missing: missing_words(&missing),
        statuses: chosen(statuses.to_vec(), &filter.status),
        severities: chosen(severities.to_vec(), &filter.sev),
        services: chosen(services.collect(), &filter.service),
        narrowed: filter != IncidentFilter::default(),
        rows: results.iter().map(|one| row(&desk, one, &names(&one.services, &components))).collect(),
        count,
        earlier: next.map(|_| address(&filter, number.saturating_add(1))),
        later: (number > 1).then(|| address(&filter, number - 1)),
        may_open: desk.may(Role::Responder),
        q: filter.q,
    };
    page(StatusCode::OK, &template)
}

/// The address of a page of the list.
fn address(filter: &IncidentFilter, number: u32) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    let parts =
        [("status", &filter.status), ("sev", &filter.sev), ("service", &filter.service), ("q", &filter.q)];
    query.extend_pairs(parts.iter().filter(|(_, text)| !text.is_empty()));
    format!("/console/incidents?{}", query.append_pair("page", &number.to_string()).finish())
}

fn row(desk: &Desk, incident: &Incident, components: &str) -> Row {
    Row {
        id: incident.id.clone(),
        title: text::title_or(&incident.title, words::UNTITLED),
        severity: own::severity(incident.sev),
        life: own::life(incident.status),
        status: weight(incident),
        since: desk.moment(incident.started_at),
        lasted: incident.resolved_at.map(|end| crate::when::span(end.since(incident.started_at))),
        components: components.to_owned(),
    }
}
