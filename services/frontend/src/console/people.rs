//! The people of the team: who is there, inviting, changing and removing them.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use contracts::identity::{NewUser, User, UserChange};
use http::StatusCode;
use kit_base::Role;
use kit_web::Failure;

use super::desk::{Area, Desk, Shell, go, must, page};
use super::form::{Choice, Field, Filled, Form, Sent, Weight};
use super::new_incident::PlainPage;
use super::said::Said;
use super::{ConsoleForm, words as own};
use crate::text;
use crate::when::Moment;

const LIST: &str = "/console/people";
const NEW: &str = "/console/new/person";

struct Row {
    id: String,
    name: String,
    email: String,
    team: String,
    since: Moment,
    is_me: bool,
}

#[derive(Template)]
#[template(path = "console/people.html", whitespace = "minimize")]
struct PeoplePage {
    shell: Shell,
    groups: Vec<(&'static str, &'static str, Vec<Row>)>,
    may_change: bool,
}

#[derive(Template)]
#[template(path = "console/person.html", whitespace = "minimize")]
struct PersonPage {
    shell: Shell,
    id: String,
    email: String,
    since: Moment,
    form: Form,
}

/// Lists the people by what they may do.
#[utoipa::path(get, path = "/console/people", tag = "console",
    responses((status = 200, description = "The page.", body = String, content_type = "text/html")))]
pub(super) async fn people(desk: Desk) -> Result<Response, Failure> {
    let users = must(desk.client.users().await)?;
    let group = |role: Role| {
        let rows: Vec<Row> =
            users.iter().filter(|user| user.role == role).map(|user| row(&desk, user)).collect();
        (own::role(role), own::role_means(role), rows)
    };
    let groups = Role::ALL.into_iter().rev().map(group).filter(|(.., rows)| !rows.is_empty()).collect();
    let shell = desk.shell(Area::People, "People");
    page(StatusCode::OK, &PeoplePage { shell, groups, may_change: desk.may(Role::Admin) })
}

fn row(desk: &Desk, user: &User) -> Row {
    Row {
        id: user.id.clone(),
        name: text::title_or(&user.name, "Somebody"),
        email: text::line(&user.email, 320),
        team: text::line(user.team.as_deref().unwrap_or_default(), text::TITLE),
        since: desk.moment(user.created_at),
        is_me: user.id == desk.caller.user_id,
    }
}

/// Shows the form that adds or invites somebody.
#[utoipa::path(get, path = "/console/new/person", tag = "console",
    responses((status = 200, description = "The form.", body = String, content_type = "text/html")))]
pub(super) async fn new_person(desk: Desk) -> Result<Response, Failure> {
    show_new(&desk, &Filled::default())
}

/// Adds or invites somebody, and leads to the list.
#[utoipa::path(post, path = "/console/new/person", tag = "console",
    request_body(content = ConsoleForm, content_type = "application/x-www-form-urlencoded"),
    responses((status = 303, description = "They are there; the list follows."),
              (status = 400, description = "Fields are at fault. The form again.", body = String, content_type = "text/html")))]
pub(super) async fn add_person(desk: Desk, Sent(filled): Sent) -> Result<Response, Failure> {
    // A password is taken as it was typed: blanks belong to it.
    let password = filled.all("password").first().filter(|password| !password.is_empty()).cloned();
    let said = if password.is_some() { Said::PersonAdded } else { Said::Invited };
    let new = NewUser {
        name: filled.text("name"),
        email: filled.text("email"),
        role: Role::parse(&filled.text("role")),
        team: filled.given("team"),
        password,
    };
    match desk.client.add_user(&new).await {
        Ok(_) => go(LIST, said),
        Err(error) => show_new(&desk, &filled.refused(&error)?),
    }
}

fn show_new(desk: &Desk, filled: &Filled) -> Result<Response, Failure> {
    let form = Form::new(desk, NEW, "person", filled)
        .add(Field::line("name", "Name", 200).must().help("As others shall read it."))
        .add(Field::line("email", "Email address", 254).kind("email").must().help("They log in with it."))
        .add(roles(Role::Responder))
        .add(Field::line("team", "Team", 100))
        .add(Field::line("password", "Password", 1000).kind("password").autocomplete("new-password").help(
            "At least 10 characters. Left empty, a mail invites them to choose one: that is the better way.",
        ))
        .focused()
        .back(LIST, "Cancel")
        .button("Add them");
    let shell = desk.shell(Area::People, "Invite somebody");
    page(filled.status(), &PlainPage { shell, lead: "", form })
}

fn roles(chosen: Role) -> Field {
    let choice = |role: Role| {
        Choice::new(role.as_str(), own::role(role)).help(own::role_means(role)).chosen(role == chosen)
    };
    Field::radios("role", "What may they do?", Role::ALL.map(choice).to_vec()).must()
}

/// Shows somebody.
#[utoipa::path(get, path = "/console/people/{id}", tag = "console",
    params(("id" = String, Path, description = "the user's id", example = "019aa0c4-5c00-7000-8000-2f6e3b1a9d47")),
    responses((status = 200, description = "The page.", body = String, content_type = "text/html")))]
pub(super) async fn person(desk: Desk, Path(id): Path<String>) -> Result<Response, Failure> {
    show(&desk, &id, &Filled::default()).await
}

/// Changes somebody's name, role and team, and leads to the list.
#[utoipa::path(post, path = "/console/people/{id}", tag = "console",
    params(("id" = String, Path, description = "the user's id", example = "019aa0c4-5c00-7000-8000-2f6e3b1a9d47")),
    request_body(content = ConsoleForm, content_type = "application/x-www-form-urlencoded"),
    responses((status = 303, description = "It is saved; the list follows."),
              (status = 400, description = "Fields are at fault. The form again.", body = String, content_type = "text/html")))]
pub(super) async fn change_person(
    desk: Desk,
    Path(id): Path<String>,
    Sent(filled): Sent,
) -> Result<Response, Failure> {
    let change = UserChange {
        name: Some(filled.text("name")),
        role: Role::parse(&filled.text("role")),
        team: Some(filled.text("team")),
        is_active: None,
    };
    match desk.client.change_user(&id, &change).await {
        Ok(_) => go(LIST, Said::PersonChanged),
        Err(error) => show(&desk, &id, &filled.refused(&error)?).await,
    }
}

async fn show(desk: &Desk, id: &str, filled: &Filled) -> Result<Response, Failure> {
    let user = must(desk.client.user(id).await)?;
    let form = Form::new(desk, &format!("{LIST}/{}", user.id), "person", filled)
        .add(Field::line("name", "Name", 200).must().or(&user.name))
        .add(roles(user.role))
        .add(Field::line("team", "Team", 100).or(user.team.clone().unwrap_or_default()))
        .back(LIST, "Cancel")
        .button("Save");
    let row = row(desk, &user);
    let shell = desk.shell(Area::People, &row.name);
    page(filled.status(), &PersonPage { shell, id: row.id, email: row.email, since: row.since, form })
}

/// Asks whether somebody shall be removed.
#[utoipa::path(get, path = "/console/people/{id}/delete", tag = "console",
    params(("id" = String, Path, description = "the user's id", example = "019aa0c4-5c00-7000-8000-2f6e3b1a9d47")),
    responses((status = 200, description = "The question.", body = String, content_type = "text/html")))]
pub(super) async fn person_removal(desk: Desk, Path(id): Path<String>) -> Result<Response, Failure> {
    ask(&desk, &id, &Filled::default()).await
}

/// Removes somebody with all that is known of them, and leads to the list.
#[utoipa::path(post, path = "/console/people/{id}/delete", tag = "console",
    params(("id" = String, Path, description = "the user's id", example = "019aa0c4-5c00-7000-8000-2f6e3b1a9d47")),
    request_body(content = ConsoleForm, content_type = "application/x-www-form-urlencoded"),
    responses((status = 303, description = "They are gone; the list follows."),
              (status = 409, description = "It is the last administrator. The question again.", body = String, content_type = "text/html")))]
pub(super) async fn remove_person(
    desk: Desk,
    Path(id): Path<String>,
    Sent(filled): Sent,
) -> Result<Response, Failure> {
    match desk.client.remove_user(&id).await {
        Ok(()) => go(LIST, Said::PersonRemoved),
        Err(error) => ask(&desk, &id, &filled.refused(&error)?).await,
    }
}

async fn ask(desk: &Desk, id: &str, filled: &Filled) -> Result<Response, Failure> {
    let user = must(desk.client.user(id).await)?;
    let here = format!("{LIST}/{}", user.id);
    let form = Form::new(desk, &format!("{here}/delete"), "delete", filled)
        .weight(Weight::Grave)
        .back(&here, "Keep them")
        .button("Remove for good");
    let title = format!("Remove {}?", text::title_or(&user.name, "this person"));
    let lead = "They are logged out at once, and what is known of them is forgotten. What they did stays in the audit \
                log, under a pseudonym. This cannot be undone.";
    page(filled.status(), &PlainPage { shell: desk.shell(Area::People, title), lead, form })
}
