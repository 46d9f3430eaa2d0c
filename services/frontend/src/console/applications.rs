//! Applications: programs that ask for tokens on behalf of people, or of their own accord (OAuth 2).

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use contracts::applications::{Application, ApplicationFields, Grant, Kind};
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

const LIST: &str = "/console/applications";
const NEW: &str = "/console/new/application";
/// What tokens may be for, with its meaning.
const SCOPES: [(&str, &str); 6] = [
    ("read", "read what its user can read"),
    ("write", "change what its user can change"),
    ("openid", "know who its user is"),
    ("profile", "know their name"),
    ("email", "know their mail address"),
    ("introspection", "ask whose a token is"),
];

#[derive(Template)]
#[template(path = "console/applications.html", whitespace = "minimize")]
struct ApplicationsPage {
    shell: Shell,
    rows: Vec<(String, String, &'static str, Moment)>,
}

#[derive(Template)]
#[template(path = "console/application.html", whitespace = "minimize")]
struct ApplicationPage {
    shell: Shell,
    id: String,
    name: String,
    client_id: String,
    /// Its secret, where it was made just now.
    secret: Option<String>,
    kind: &'static str,
    grants: Vec<&'static str>,
    redirect_uris: Vec<String>,
    scopes: String,
    role: &'static str,
    since: Moment,
    renew: Option<Form>,
}

/// Lists the applications.
#[utoipa::path(get, path = "/console/applications", tag = "console",
    responses((status = 200, description = "The page.", body = String, content_type = "text/html")))]
pub(super) async fn applications(desk: Desk) -> Result<Response, Failure> {
    let all = must(desk.client.applications().await)?;
    let row = |one: &Application| {
        (
            one.id.clone(),
            text::title_or(&one.name, &one.client_id),
            kind(one.kind),
            desk.moment(one.created_at),
        )
    };
    let rows = all.iter().map(row).collect();
    page(StatusCode::OK, &ApplicationsPage { shell: desk.shell(Area::Applications, "Applications"), rows })
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Confidential => "runs on a server and keeps a secret",
        Kind::Public => "runs where its users are, without a secret",
    }
}

fn grant(grant: Grant) -> &'static str {
    match grant {
        Grant::AuthorizationCode => "its users agree in the browser",
        Grant::RefreshToken => "tokens can be renewed without asking again",
        Grant::DeviceCode => "its users agree on another device",
        Grant::ClientCredentials => "it acts of its own accord",
        Grant::Password => "it is told its users' passwords (for old programs only)",
    }
}

/// Shows the form that registers an application.
#[utoipa::path(get, path = "/console/new/application", tag = "console",
    responses((status = 200, description = "The form.", body = String, content_type = "text/html")))]
pub(super) async fn new_application(desk: Desk) -> Result<Response, Failure> {
    show_new(&desk, &Filled::default())
}

/// Registers an application. Its page shows the secret once.
#[utoipa::path(post, path = "/console/new/application", tag = "console",
    request_body(content = ConsoleForm, content_type = "application/x-www-form-urlencoded"),
    responses((status = 201, description = "It is registered; the page has its secret.", body = String, content_type = "text/html"),
              (status = 400, description = "Fields are at fault. The form again.", body = String, content_type = "text/html")))]
pub(super) async fn register(desk: Desk, Sent(filled): Sent) -> Result<Response, Failure> {
    let new = ApplicationFields {
        name: filled.text("name"),
        kind: Kind::parse(&filled.text("kind")),
        grants: Some(filled.all("grants").iter().filter_map(|word| Grant::parse(word)).collect()),
        redirect_uris: Some(filled.lines("redirect_uris")),
        scopes: Some(filled.all("scopes").to_vec()),
        role: Role::parse(&filled.text("role")),
    };
    match desk.client.register_application(&new).await {
        Ok(application) => show(&desk, StatusCode::CREATED, application, &Filled::default()),
        Err(error) => show_new(&desk, &filled.refused(&error)?),
    }
}

fn show_new(desk: &Desk, filled: &Filled) -> Result<Response, Failure> {
    let kinds = Kind::ALL.map(|one| {
        let word = if one == Kind::Confidential { "Confidential" } else { "Public" };
        Choice::new(one.as_str(), word).help(kind(one)).chosen(one == Kind::Confidential)
    });
    let grants = Grant::ALL.map(|one| {
        let usual = [Grant::AuthorizationCode, Grant::RefreshToken].contains(&one);
        Choice::new(one.as_str(), one.as_str().replace('_', " ")).help(grant(one)).chosen(usual)
    });
    let scopes = SCOPES.map(|(word, means)| Choice::new(word, word).help(means).chosen(word == "read"));
    let roles =
        Role::ALL.map(|role| Choice::new(role.as_str(), own::role(role)).chosen(role == Role::Member));
    let form = Form::new(desk, NEW, "application", filled)
        .add(Field::line("name", "Name", 200).must().help("Users see it when they are asked to agree."))
        .add(Field::radios("kind", "What kind is it?", kinds.to_vec()).must())
        .add(Field::checks("grants", "How does it get tokens?", vec![(String::new(), grants.to_vec())]))
        .add(
            Field::area("redirect_uris", "Where users come back to", 20_000, 2)
                .help("One address on each line: https, or the user's own machine. Needed where users agree in the browser."),
        )
        .add(Field::checks("scopes", "What may its tokens be for?", vec![(String::new(), scopes.to_vec())]))
        .add(
            Field::select("role", "What may it do of its own accord?", roles.to_vec())
                .help("With its users' tokens it may do what they may."),
        )
        .focused()
        .back(LIST, "Cancel")
        .button("Register it");
    let shell = desk.shell(Area::Applications, "Register an application");
    let lead = "A program that shall ask people for their consent, or act of its own accord.";
    page(filled.status(), &PlainPage { shell, lead, form })
}

/// Shows an application.
#[utoipa::path(get, path = "/console/applications/{id}", tag = "console",
    params(("id" = String, Path, description = "the application's id", example = "019aa0c4-5c00-7000-8000-2f6e3b1a9d47")),
    responses((status = 200, description = "The page.", body = String, content_type = "text/html")))]
pub(super) async fn application(desk: Desk, Path(id): Path<String>) -> Result<Response, Failure> {
    show(&desk, StatusCode::OK, must(desk.client.application(&id).await)?, &Filled::default())
}

/// Gives an application a new secret. Its page shows it once.
#[utoipa::path(post, path = "/console/applications/{id}", tag = "console",
    params(("id" = String, Path, description = "the application's id", example = "019aa0c4-5c00-7000-8000-2f6e3b1a9d47")),
    request_body(content = ConsoleForm, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, description = "The page has the new secret.", body = String, content_type = "text/html")))]
pub(super) async fn application_act(
    desk: Desk,
    Path(id): Path<String>,
    Sent(filled): Sent,
) -> Result<Response, Failure> {
    match desk.client.renew_secret(&id).await {
        Ok(application) => show(&desk, StatusCode::OK, application, &Filled::default()),
        Err(error) => {
            let filled = filled.refused(&error)?;
            show(&desk, filled.status(), must(desk.client.application(&id).await)?, &filled)
        }
    }
}

fn show(desk: &Desk, status: StatusCode, one: Application, filled: &Filled) -> Result<Response, Failure> {
    let here = format!("{LIST}/{}", one.id);
    let renew = Form::new(desk, &here, "secret", filled).weight(Weight::Grave).button("Make a new secret");
    let name = text::title_or(&one.name, &one.client_id);
    let template = ApplicationPage {
        shell: desk.shell(Area::Applications, &name),
        name,
        id: one.id,
        client_id: one.client_id,
        secret: one.client_secret,
        kind: kind(one.kind),
        grants: one.grants.into_iter().map(grant).collect(),
        redirect_uris: one.redirect_uris.iter().map(|uri| text::line(uri, 2000)).collect(),
        scopes: one.scopes.join(", "),
        role: own::role(one.role),
        since: desk.moment(one.created_at),
        renew: (one.kind == Kind::Confidential).then_some(renew),
    };
    page(status, &template)
}

/// Asks whether an application shall go.
#[utoipa::path(get, path = "/console/applications/{id}/delete", tag = "console",
    params(("id" = String, Path, description = "the application's id", example = "019aa0c4-5c00-7000-8000-2f6e3b1a9d47")),
    responses((status = 200, description = "The question.", body = String, content_type = "text/html")))]
pub(super) async fn application_removal(desk: Desk, Path(id): Path<String>) -> Result<Response, Failure> {
    ask(&desk, &id, &Filled::default()).await
}

/// Removes an application, and leads to the list.
#[utoipa::path(post, path = "/console/applications/{id}/delete", tag = "console",
    params(("id" = String, Path, description = "the application's id", example = "019aa0c4-5c00-7000-8000-2f6e3b1a9d47")),
    request_body(content = ConsoleForm, content_type = "application/x-www-form-urlencoded"),
    responses((status = 303, description = "It is gone; the list follows.")))]
pub(super) async fn remove_application(
    desk: Desk,
    Path(id): Path<String>,
    Sent(filled): Sent,
) -> Result<Response, Failure> {
    match desk.client.remove_application(&id).await {
        Ok(()) => go(LIST, Said::ApplicationRemoved),
        Err(error) => ask(&desk, &id, &filled.refused(&error)?).await,
    }
}

async fn ask(desk: &Desk, id: &str, filled: &Filled) -> Result<Response, Failure> {
    let one = must(desk.client.application(id).await)?;
    let here = format!("{LIST}/{}", one.id);
    let form = Form::new(desk, &format!("{here}/delete"), "delete", filled)
        .weight(Weight::Grave)
        .back(&here, "Keep it")
        .button("Remove it");
    let title = format!("Remove {}?", text::title_or(&one.name, "this application"));
    let lead =
        "Its tokens end at once, and its users have to be asked again by another. This cannot be undone.";
    page(filled.status(), &PlainPage { shell: desk.shell(Area::Applications, title), lead, form })
}
