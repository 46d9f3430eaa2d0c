//! Opening an incident by hand.

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use contracts::incidents::{Component, NewIncident};
use kit_web::Failure;
use utoipa::IntoParams;

use super::desk::{Area, Desk, Shell, go, must, page};
use super::form::{Choice, Field, Filled, Form, Sent};
use super::said::Said;
use super::{ConsoleForm, words as own};
use crate::{text, words};

const HERE: &str = "/console/new/incident";

/// What is known already of the incident to open.
#[derive(serde::Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct About {
    /// The slug of the component that fails.
    #[param(example = "checkout")]
    component: Option<String>,
}

#[derive(Template)]
#[template(path = "console/plain.html", whitespace = "minimize")]
pub(super) struct PlainPage {
    pub shell: Shell,
    pub lead: &'static str,
    pub form: Form,
}

/// Shows the form that opens an incident.
#[utoipa::path(get, path = "/console/new/incident", tag = "console", params(About),
    responses((status = 200, description = "The form.", body = String, content_type = "text/html")))]
pub(super) async fn new_incident(desk: Desk, Query(about): Query<About>) -> Result<Response, Failure> {
    show(&desk, &Filled::default(), about.component.as_deref()).await
}

/// Opens an incident, and leads to its room.
#[utoipa::path(post, path = "/console/new/incident", tag = "console",
    request_body(content = ConsoleForm, content_type = "application/x-www-form-urlencoded"),
    responses((status = 303, description = "It is open; its room follows."),
              (status = 400, description = "Fields are at fault. The form again.", body = String, content_type = "text/html")))]
pub(super) async fn open_incident(desk: Desk, Sent(mut filled): Sent) -> Result<Response, Failure> {
    let Ok(sev) = filled.text("sev").parse() else {
        filled.reject("sev", "Choose how bad it is.");
        return show(&desk, &filled, None).await;
    };
    let new = NewIncident {
        title: filled.text("title"),
        sev,
        services: Some(filled.all("services").to_vec()),
        summary: filled.given("summary"),
        ..NewIncident::default()
    };
    match desk.client.open_incident(&new).await {
        Ok(incident) => go(&format!("/console/incidents/{}", incident.id), Said::IncidentOpened),
        Err(error) => show(&desk, &filled.refused(&error)?, None).await,
    }
}

async fn show(desk: &Desk, filled: &Filled, about: Option<&str>) -> Result<Response, Failure> {
    let components = must(desk.client.components().await)?;
    let severities =
        own::SEVERITIES.map(|(sev, word, means)| Choice::new(sev, format!("{word} ({sev})")).help(means));
    let form = Form::new(desk, HERE, "open", filled)
        .add(
            Field::line("title", "What is wrong?", 300)
                .must()
                .help("One plain sentence, as a customer would say it: everybody sees it on the page."),
        )
        .add(Field::radios("sev", "How bad is it?", severities.to_vec()).must())
        .add(Field::checks("services", "What fails?", by_group(&components, |slug| Some(slug) == about)))
        .add(
            Field::area("summary", "What is known so far?", 20_000, 3)
                .help("Shown on the page until the first update. Leave it empty if nothing is known."),
        )
        .focused()
        .back("/console/incidents", "Cancel")
        .button("Open the incident");
    let shell = desk.shell(Area::Incidents, "Open an incident");
    let lead = "It appears on the public page at once. Nobody is mailed before you announce it.";
    page(filled.status(), &PlainPage { shell, lead, form })
}

/// Components to choose from, under the headings of their groups, in the order of the page.
pub(super) fn by_group(
    components: &[Component],
    chosen: impl Fn(&str) -> bool,
) -> Vec<(String, Vec<Choice>)> {
    let mut groups: Vec<(String, Vec<Choice>)> = Vec::new();
    for one in components {
        let heading = text::line(&one.group, text::TITLE);
        let state = if one.status == contracts::Status::Operational { "" } else { words::state(one.status) };
        let choice = Choice::new(&one.slug, text::title_or(&one.name, &one.slug));
        let choice = choice.help(state).chosen(chosen(&one.slug));
        match groups.iter_mut().find(|(known, _)| *known == heading) {
            Some((_, choices)) => choices.push(choice),
            None => groups.push((heading, vec![choice])),
        }
    }
    groups
}
