//! What was learned from an incident.

use axum::extract::Path;
use axum::response::Response;
use contracts::incidents::{Postmortem, PostmortemState};
use kit_web::Failure;

use super::ConsoleForm;
use super::desk::{Area, Desk, go, must, page};
use super::form::{Choice, Field, Filled, Form, Sent};
use super::new_incident::PlainPage;
use super::room::room;
use super::said::Said;

/// Shows the form in which a postmortem is written.
#[utoipa::path(get, path = "/console/incidents/{id}/postmortem", tag = "console",
    params(("id" = String, Path, description = "the incident", example = "INC-7QKX2MPA")),
    responses((status = 200, description = "The form.", body = String, content_type = "text/html")))]
pub(super) async fn postmortem(desk: Desk, Path(id): Path<String>) -> Result<Response, Failure> {
    show(&desk, &id, &Filled::default()).await
}

/// Saves a postmortem, and leads back to the room.
#[utoipa::path(post, path = "/console/incidents/{id}/postmortem", tag = "console",
    params(("id" = String, Path, description = "the incident", example = "INC-7QKX2MPA")),
    request_body(content = ConsoleForm, content_type = "application/x-www-form-urlencoded"),
    responses((status = 303, description = "It is saved; the room follows."),
              (status = 400, description = "Fields are at fault. The form again.", body = String, content_type = "text/html")))]
pub(super) async fn write_postmortem(
    desk: Desk,
    Path(id): Path<String>,
    Sent(filled): Sent,
) -> Result<Response, Failure> {
    let new = Postmortem {
        what_happened: filled.text("what_happened"),
        root_cause: filled.text("root_cause"),
        action_items: filled.lines("action_items"),
        timeline: filled.text("timeline"),
        state: PostmortemState::parse(&filled.text("state")).unwrap_or_default(),
    };
    match desk.client.write_postmortem(&id, &new).await {
        Ok(_) => go(&room(&id), Said::PostmortemWritten),
        Err(error) => show(&desk, &id, &filled.refused(&error)?).await,
    }
}

async fn show(desk: &Desk, id: &str, filled: &Filled) -> Result<Response, Failure> {
    let incident = must(desk.client.read_incident(id).await)?;
    let was = must(desk.client.read_postmortem(id).await)?;
    let states = [
        (PostmortemState::Draft, "Keep it as a draft", "Only the team sees it."),
        (PostmortemState::Published, "Publish it", "Everybody sees it on the incident's page."),
    ]
    .map(|(state, word, means)| Choice::new(state.as_str(), word).chosen(was.state == state).help(means));
    let room = room(&incident.id);
    let form = Form::new(desk, &format!("{room}/postmortem"), "postmortem", filled)
        .add(
            Field::area("what_happened", "What happened?", 50_000, 5)
                .must()
                .or(was.what_happened)
                .help("As seen from outside: who could not do what, and for how long."),
        )
        .add(
            Field::area("root_cause", "Why did it happen?", 50_000, 5)
                .must()
                .or(was.root_cause)
                .help("What made it possible. It is never a person."),
        )
        .add(
            Field::area("action_items", "What will be done so that it does not happen again?", 50_000, 5)
                .must()
                .or(was.action_items.join("\n"))
                .help("One thing on each line."),
        )
        .add(
            Field::area("timeline", "What happened when?", 50_000, 8)
                .or(was.timeline)
                .help("The part of the timeline that tells the story. Take out what nobody needs."),
        )
        .add(Field::radios("state", "Who may read it?", states.to_vec()).must())
        .back(&room, "Back to the incident")
        .button("Save the postmortem");
    let shell = desk.shell(Area::Incidents, format!("Postmortem: {}", incident.title));
    let lead = "Written for those who were not there, without blame. You can change it later.";
    page(filled.status(), &PlainPage { shell, lead, form })
}
