//! The room of an incident: what is going on, what to do next, and everything that has happened.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use contracts::Status;
use contracts::flags::Flag;
use contracts::identity::User;
use contracts::incidents::{EntryType, Incident, IncidentStatus, NewEntry, Postmortem, TimelineEntry};
use kit_base::Role;
use kit_web::Failure;

use super::desk::{Area, Desk, Shell, go, known, missing_words, must, page};
use super::flags::{address, held_by};
use super::form::{Choice, Field, Filled, Form, Sent, Weight};
use super::now::weight;
use super::said::Said;
use super::{ConsoleForm, words as own};
use crate::when::Moment;
use crate::{text, words};

/// Letters of an entry that are shown.
const LONGEST: usize = 20_000;

/// One line of the timeline.
struct Line {
    at: Moment,
    /// Whether a person wrote it.
    is_person: bool,
    kind: &'static str,
    word: &'static str,
    /// The team alone sees it.
    is_internal: bool,
    author: Option<String>,
    text: String,
    link: Option<String>,
}

struct Affected {
    slug: String,
    name: String,
    status: Status,
    word: &'static str,
}

#[derive(Template)]
#[template(path = "console/room.html", whitespace = "minimize")]
struct RoomPage {
    shell: Shell,
    missing: Option<String>,
    id: String,
    title: String,
    summary: String,
    severity: String,
    status: Status,
    life: &'static str,
    is_over: bool,
    began: Moment,
    mitigated: Option<Moment>,
    resolved: Option<Moment>,
    lasted: String,
    source: String,
    commander: Option<String>,
    followers: usize,
    affected: Vec<Affected>,
    /// The flags that it holds, each with its page.
    flags: Vec<(String, String)>,
    postmortem: Option<Postmortem>,
    lines: Vec<Line>,
    /// What one may do here, where one may.
    acts: Option<Acts>,
}

struct Acts {
    assign: Option<Form>,
    statuses: Vec<Form>,
    write: Form,
}

/// Shows the room of an incident.
#[utoipa::path(get, path = "/console/incidents/{id}", tag = "console",
    params(("id" = String, Path, description = "the incident", example = "INC-7QKX2MPA")),
    responses((status = 200, description = "The page.", body = String, content_type = "text/html")))]
pub(super) async fn incident(desk: Desk, Path(id): Path<String>) -> Result<Response, Failure> {
    show(&desk, &id, &Filled::default()).await
}

/// Does what a form of the room says: assigns, changes the status, writes into the timeline.
#[utoipa::path(post, path = "/console/incidents/{id}", tag = "console",
    params(("id" = String, Path, description = "the incident", example = "INC-7QKX2MPA")),
    request_body(content = ConsoleForm, content_type = "application/x-www-form-urlencoded"),
    responses((status = 303, description = "Done; the room follows."),
              (status = 400, description = "Fields are at fault. The room again.", body = String, content_type = "text/html")))]
pub(super) async fn incident_act(
    desk: Desk,
    Path(id): Path<String>,
    Sent(mut filled): Sent,
) -> Result<Response, Failure> {
    let done = match filled.act() {
        "assign" => {
            let who = filled.text("commander");
            desk.client.assign_incident(&id, &who).await.map(|_| Said::Assigned)
        }
        "open" | "mitigated" | "resolved" => {
            let status = IncidentStatus::parse(filled.act()).unwrap_or(IncidentStatus::Open);
            desk.client.set_incident_status(&id, status).await.map(|_| Said::StatusChanged)
        }
        _ => {
            let Some(entry_type) = EntryType::parse(&filled.text("type")) else {
                filled.reject("type", "Choose what it is.");
                return show(&desk, &id, &filled).await;
            };
            let entry = NewEntry { entry_type, message: filled.text("message"), at: None };
            desk.client.write_entry(&id, &entry).await.map(|_| Said::EntryWritten)
        }
    };
    match done {
        Ok(said) => go(&room(&id), said),
        Err(error) => show(&desk, &id, &filled.refused(&error)?).await,
    }
}

/// The address of a room. What is no id of an incident leads to no other place than its list.
pub(super) fn room(id: &str) -> String {
    let plain = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if plain { format!("/console/incidents/{id}") } else { "/console/incidents".to_owned() }
}

async fn show(desk: &Desk, id: &str, filled: &Filled) -> Result<Response, Failure> {
    let (incident, components, users, flags) = tokio::join!(
        desk.client.read_incident(id),
        desk.client.components(),
        desk.client.users(),
        desk.client.flags()
    );
    let incident = must(incident)?;
    let mut missing = Vec::new();
    let components = known(components, "components", &mut missing)?.unwrap_or_default();
    let users = known(users, "people", &mut missing)?.unwrap_or_default();
    let names: HashMap<&str, &str> =
        users.iter().map(|user| (user.id.as_str(), user.name.as_str())).collect();
    let name = |id: &String| names.get(id.as_str()).map_or("somebody", |name| *name).to_owned();
    let affected = incident.services.iter().map(|slug| {
        let found = components.iter().find(|one| one.slug == *slug);
        let status = found.map_or(Status::Unknown, |one| one.status);
        let name = text::title_or(found.map_or(slug, |one| &one.name), slug);
        Affected { slug: slug.clone(), name, status, word: words::state(status) }
    });
    let end = incident.resolved_at.unwrap_or(desk.now);
    let template = RoomPage {
        shell: desk.shell(Area::Incidents, &incident.title),
        missing: missing_words(&missing),
        id: incident.id.clone(),
        title: text::title_or(&incident.title, words::UNTITLED),
        summary: text::prose(&incident.summary, LONGEST),
        severity: own::severity(incident.sev),
        status: weight(&incident),
        life: own::life(incident.status),
        is_over: incident.status == IncidentStatus::Resolved,
        began: desk.moment(incident.started_at),
        mitigated: incident.mitigated_at.map(|at| desk.moment(at)),
        resolved: incident.resolved_at.map(|at| desk.moment(at)),
        lasted: crate::when::span(end.since(incident.started_at)),
        source: own::source(&incident.source),
        commander: incident.commander.as_ref().map(name),
        followers: incident.followers.len(),
        affected: affected.collect(),
        // Without them the room is as good: most incidents hold none.
        flags: flags.unwrap_or_default().iter().filter_map(|flag| held(flag, &incident.id)).collect(),
        lines: incident.timeline.iter().rev().map(|entry| line(desk, entry, &name)).collect(),
        acts: desk.may(Role::Responder).then(|| acts(desk, &incident, &users, filled)),
        postmortem: incident.postmortem,
    };
    page(filled.status(), &template)
}

/// The page and the key of a flag that this incident holds.
fn held(flag: &Flag, incident: &str) -> Option<(String, String)> {
    let holds = held_by(flag).iter().any(|id| id == incident);
    holds.then(|| (address(&flag.set, &flag.key), text::line(&flag.key, text::TITLE)))
}

fn line(desk: &Desk, entry: &TimelineEntry, name: &impl Fn(&String) -> String) -> Line {
    Line {
        at: desk.moment(entry.at),
        is_person: entry.author.is_some(),
        kind: entry.entry_type.as_str(),
        word: words::entry(entry.entry_type),
        is_internal: entry.entry_type == EntryType::Note,
        author: entry.author.as_ref().map(name),
        text: text::prose(&entry.message, LONGEST),
        link: entry.evidence_url.as_deref().and_then(text::link),
    }
}

fn acts(desk: &Desk, incident: &Incident, users: &[User], filled: &Filled) -> Acts {
    let here = room(&incident.id);
    let kinds = own::ENTRIES
        .iter()
        .enumerate()
        .map(|(nth, (kind, word, seen))| Choice::new(kind.as_str(), *word).help(*seen).chosen(nth == 0));
    let write = Form::new(desk, &here, "write", filled)
        .add(Field::radios("type", "What is it?", kinds.collect()).must())
        .add(Field::area("message", "What is new?", LONGEST, 3).must())
        .button("Write it down");
    Acts { assign: assign(desk, incident, users, filled), statuses: statuses(desk, incident, filled), write }
}

fn assign(desk: &Desk, incident: &Incident, users: &[User], filled: &Filled) -> Option<Form> {
    let able = users.iter().filter(|user| user.role >= Role::Responder);
    let choices: Vec<Choice> = able
        .map(|user| {
            let me = if user.id == desk.caller.user_id { " (you)" } else { "" };
            let team =
                user.team.as_deref().map(|team| format!(", {}", text::line(team, 60))).unwrap_or_default();
            let label = format!("{}{me}{team}", text::title_or(&user.name, "Somebody"));
            let leads = incident.commander.as_ref();
            let chosen = leads.map_or(user.id == desk.caller.user_id, |leads| *leads == user.id);
            Choice::new(&user.id, label).chosen(chosen)
        })
        .collect();
    let words = if incident.commander.is_some() { "Hand over" } else { "Assign" };
    let form = Form::new(desk, &room(&incident.id), "assign", filled)
        .add(Field::select("commander", "Who leads?", choices))
        .weight(if incident.commander.is_some() { Weight::Plain } else { Weight::Main })
        .button(words);
    (incident.status != IncidentStatus::Resolved && !users.is_empty()).then_some(form)
}

/// A button for each place in its life to which the incident can go from here.
fn statuses(desk: &Desk, incident: &Incident, filled: &Filled) -> Vec<Form> {
    let to: &[(&'static str, &str)] = match incident.status {
        IncidentStatus::Open => &[("mitigated", "The harm has stopped"), ("resolved", "It is over")],
        IncidentStatus::Mitigated => &[("resolved", "It is over"), ("open", "It is back")],
        IncidentStatus::Resolved => &[("open", "Open it again")],
    };
    let form = |(act, words): &(&'static str, &str)| {
        Form::new(desk, &room(&incident.id), act, filled).weight(Weight::Plain).button(*words)
    };
    to.iter().map(form).collect()
}
