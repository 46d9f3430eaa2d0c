//! Maintenances: those that run and come, those that are over, and the page of one with what can be done about it.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use contracts::Status;
use contracts::incidents::Component;
use contracts::maintenances::{Maintenance, MaintenanceFilter, MaintenanceState, Occurrence};
use http::StatusCode;
use kit_base::{Role, Timestamp};
use kit_web::Failure;

use super::ConsoleForm;
use super::desk::{Area, Desk, Shell, go, known, missing_words, must, page};
use super::form::{Choice, Field, Filled, Form, Sent, Weight};
use super::moments::{LENGTHS, typed};
use super::now::names;
use super::said::Said;
use crate::when::{Moment, span};
use crate::{text, words};

/// Of those that are over, so many are shown.
const OVER: u32 = 20;
/// It may be begun by hand so long beforehand, in microseconds: what the API allows.
const EARLIEST: i64 = 86_400_000_000;

struct Row {
    address: String,
    title: String,
    status: Option<Status>,
    word: &'static str,
    from: Moment,
    until: Moment,
    components: String,
    again: Option<Moment>,
}

/// One time that it comes or came.
struct Time {
    from: Moment,
    until: Moment,
    lasts: String,
}

#[derive(Template)]
#[template(path = "console/maintenances.html", whitespace = "minimize")]
struct MaintenancesPage {
    shell: Shell,
    missing: Option<String>,
    coming: Vec<Row>,
    over: Vec<Row>,
    may_plan: bool,
}

#[derive(Template)]
#[template(path = "console/maintenance.html", whitespace = "minimize")]
struct MaintenancePage {
    shell: Shell,
    missing: Option<String>,
    id: String,
    row: Row,
    description: String,
    time_zone: String,
    rrule: Option<String>,
    exceptions: String,
    told: String,
    upcoming: Vec<Time>,
    past: Vec<Time>,
    acts: Vec<Form>,
    extend: Option<Form>,
    may_change: bool,
    is_public: String,
}

/// Lists the maintenances.
#[utoipa::path(get, path = "/console/maintenances", tag = "console",
    responses((status = 200, description = "The page.", body = String, content_type = "text/html")))]
pub(super) async fn maintenances(desk: Desk) -> Result<Response, Failure> {
    let coming = MaintenanceFilter {
        from: desk.now.to_string(),
        ordering: "starts_at".to_owned(),
        ..MaintenanceFilter::default()
    };
    let over = MaintenanceFilter { state: "completed".to_owned(), ..MaintenanceFilter::default() };
    let (coming, over, components) = tokio::join!(
        desk.client.maintenances(&coming),
        desk.client.list_maintenances(&over, 1, OVER),
        desk.client.components()
    );
    let mut missing = Vec::new();
    let coming = known(coming, "maintenance", &mut missing)?.unwrap_or_default();
    let components = known(components, "components", &mut missing)?.unwrap_or_default();
    let over = over.map(|page| page.results).unwrap_or_default();
    let rows = |list: &[Maintenance]| list.iter().map(|one| row(&desk, one, &components)).collect();
    let mut coming: Vec<Maintenance> =
        coming.into_iter().filter(|one| one.state != MaintenanceState::Completed).collect();
    coming.sort_by_key(|one| (!one.state.runs(), one.occurrence.starts_at));
    let template = MaintenancesPage {
        missing: missing_words(&missing),
        coming: rows(&coming),
        over: rows(&over),
        may_plan: desk.may(Role::Responder),
        shell: desk.shell(Area::Maintenance, "Maintenance"),
    };
    page(StatusCode::OK, &template)
}

fn row(desk: &Desk, one: &Maintenance, components: &[Component]) -> Row {
    let Time { from, until, .. } = time(desk, &one.occurrence);
    Row {
        address: address(&one.id),
        title: text::title_or(&one.title, words::UNTITLED_WORK),
        status: one.state.runs().then_some(Status::UnderMaintenance),
        word: words::work(one.state),
        from,
        until,
        components: names(&one.components, components),
        again: one.upcoming.first().map(|next| desk.moment(next.starts_at)),
    }
}

fn time(desk: &Desk, one: &Occurrence) -> Time {
    let (from, until) = (one.began_at.unwrap_or(one.starts_at), one.ended_at.unwrap_or(one.ends_at));
    Time { from: desk.moment(from), until: desk.moment(until), lasts: span(until.since(from)) }
}

/// The page of a maintenance. What is no id of one leads to no other place than the list.
pub(super) fn address(id: &str) -> String {
    let plain = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if plain { format!("/console/maintenances/{id}") } else { "/console/maintenances".to_owned() }
}

/// Shows a maintenance.
#[utoipa::path(get, path = "/console/maintenances/{id}", tag = "console",
    params(("id" = String, Path, description = "the maintenance", example = "MNT-7QKX2MPA")),
    responses((status = 200, description = "The page.", body = String, content_type = "text/html")))]
pub(super) async fn maintenance(desk: Desk, Path(id): Path<String>) -> Result<Response, Failure> {
    show(&desk, &id, &Filled::default()).await
}

/// Begins a maintenance, has it verified, ends it or moves its end.
#[utoipa::path(post, path = "/console/maintenances/{id}", tag = "console",
    params(("id" = String, Path, description = "the maintenance", example = "MNT-7QKX2MPA")),
    request_body(content = ConsoleForm, content_type = "application/x-www-form-urlencoded"),
    responses((status = 303, description = "Done; the page follows."),
              (status = 400, description = "Fields are at fault. The page again.", body = String, content_type = "text/html")))]
pub(super) async fn maintenance_act(
    desk: Desk,
    Path(id): Path<String>,
    Sent(mut filled): Sent,
) -> Result<Response, Failure> {
    let done = match MaintenanceState::parse(filled.act()) {
        Some(state) => {
            let said = match state {
                MaintenanceState::Completed => Said::WorkEnded,
                MaintenanceState::Verifying => Said::WorkVerified,
                _ => Said::WorkBegun,
            };
            desk.client.set_maintenance_state(&id, state).await.map(|_| said)
        }
        None => {
            let running = must(desk.client.read_maintenance(&id).await)?.occurrence;
            match new_end(&filled, running.ends_at) {
                Some(end) => desk.client.extend_maintenance(&id, end).await.map(|_| Said::WorkExtended),
                None => {
                    filled.reject("ends_at", "Give a moment that is still to come, in UTC.");
                    return show(&desk, &id, &filled).await;
                }
            }
        }
    };
    match done {
        Ok(said) => go(&address(&id), said),
        Err(error) => show(&desk, &id, &filled.refused(&error)?).await,
    }
}

/// What was typed goes before the length of time.
fn new_end(filled: &Filled, ends_at: Timestamp) -> Option<Timestamp> {
    match filled.given("ends_at") {
        Some(text) => typed(&text),
        None => super::moments::after(&filled.text("by"), ends_at),
    }
}

async fn show(desk: &Desk, id: &str, filled: &Filled) -> Result<Response, Failure> {
    let (maintenance, components) = tokio::join!(desk.client.read_maintenance(id), desk.client.components());
    let maintenance = must(maintenance)?;
    let mut missing = Vec::new();
    let components = known(components, "components", &mut missing)?.unwrap_or_default();
    let may_act = desk.may(Role::Responder);
    let times = |list: &[Occurrence]| list.iter().map(|one| time(desk, one)).collect();
    let template = MaintenancePage {
        shell: desk.shell(Area::Maintenance, &maintenance.title),
        missing: missing_words(&missing),
        id: text::line(&maintenance.id, 40),
        row: row(desk, &maintenance, &components),
        description: text::prose(&maintenance.description, text::PROSE),
        time_zone: text::line(&maintenance.time_zone, 60),
        rrule: maintenance.rrule.as_deref().map(|rule| text::line(rule, 500)),
        exceptions: text::line(&maintenance.exceptions.join(", "), 500),
        told: told(maintenance.notify_before),
        upcoming: times(&maintenance.upcoming),
        past: times(&maintenance.past),
        acts: if may_act { acts(desk, &maintenance, filled) } else { Vec::new() },
        extend: (may_act && maintenance.state.runs()).then(|| extend(desk, &maintenance, filled)),
        may_change: may_act,
        is_public: format!("/maintenances/{}", text::line(&maintenance.id, 40)),
    };
    page(filled.status(), &template)
}

fn told(minutes: i64) -> String {
    match u64::try_from(minutes) {
        Ok(0) | Err(_) => "Nobody is told beforehand.".to_owned(),
        Ok(minutes) => format!("Told {} beforehand.", span(std::time::Duration::from_secs(minutes * 60))),
    }
}

/// What can be said of where it is: one step on, and the end.
fn acts(desk: &Desk, one: &Maintenance, filled: &Filled) -> Vec<Form> {
    let act = |to: MaintenanceState, weight: Weight, words: &'static str| {
        Form::new(desk, &address(&one.id), to.as_str(), filled).weight(weight).button(words)
    };
    let soon = one.occurrence.starts_at.micros() - desk.now.micros() <= EARLIEST;
    match one.state {
        MaintenanceState::Scheduled if soon => {
            vec![act(MaintenanceState::InProgress, Weight::Main, "Begin it now")]
        }
        MaintenanceState::InProgress => vec![
            act(MaintenanceState::Verifying, Weight::Main, "The work is done: verify it"),
            act(MaintenanceState::Completed, Weight::Plain, "It is over"),
        ],
        MaintenanceState::Verifying => vec![
            act(MaintenanceState::Completed, Weight::Main, "It is over"),
            act(MaintenanceState::InProgress, Weight::Plain, "Work goes on"),
        ],
        MaintenanceState::Scheduled | MaintenanceState::Completed => Vec::new(),
    }
}

fn extend(desk: &Desk, one: &Maintenance, filled: &Filled) -> Form {
    let lengths = LENGTHS.iter().map(|(word, label, _)| Choice::new(word, *label).chosen(*word == "1h"));
    Form::new(desk, &address(&one.id), "extend", filled)
        .add(Field::select("by", "Extend it by", lengths.collect()))
        .add(
            Field::line("ends_at", "Or exactly until", 30)
                .kind("datetime-local")
                .help("In UTC. It goes before the length of time."),
        )
        .weight(Weight::Plain)
        .button("Extend it")
}
