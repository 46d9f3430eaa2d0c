//! Telling the public: what is said, how it will look, and whom it reaches.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use contracts::communications::{Announcement, NewAnnouncement, PublicState, Reach};
use contracts::incidents::{Incident, IncidentStatus};
use kit_web::Failure;

use super::ConsoleForm;
use super::desk::{Area, Desk, Shell, go, known, missing_words, must, page};
use super::form::{Choice, Field, Filled, Form, Sent};
use super::room::room;
use super::said::Said;
use crate::when::Moment;
use crate::{text, words};

/// Letters of an announcement at most.
const LONGEST: usize = 5000;

/// An announcement as the public reads it.
struct Told {
    state: &'static str,
    text: String,
    at: Moment,
}

#[derive(Template)]
#[template(path = "console/announce.html", whitespace = "minimize")]
struct AnnouncePage {
    shell: Shell,
    room: String,
    title: String,
    missing: Option<String>,
    reach: String,
    form: Form,
    preview: Option<Told>,
    told: Vec<Told>,
}

/// Shows the composer of an announcement.
#[utoipa::path(get, path = "/console/incidents/{id}/announce", tag = "console",
    params(("id" = String, Path, description = "the incident", example = "INC-7QKX2MPA")),
    responses((status = 200, description = "The form.", body = String, content_type = "text/html")))]
pub(super) async fn announcement(desk: Desk, Path(id): Path<String>) -> Result<Response, Failure> {
    show(&desk, &id, &Filled::default()).await
}

/// Shows how an announcement will look, or publishes it and leads back to the room.
#[utoipa::path(post, path = "/console/incidents/{id}/announce", tag = "console",
    params(("id" = String, Path, description = "the incident", example = "INC-7QKX2MPA")),
    request_body(content = ConsoleForm, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, description = "How it will look.", body = String, content_type = "text/html"),
              (status = 303, description = "It is published; the room follows."),
              (status = 400, description = "Fields are at fault. The form again.", body = String, content_type = "text/html")))]
pub(super) async fn announce(
    desk: Desk,
    Path(id): Path<String>,
    Sent(mut filled): Sent,
) -> Result<Response, Failure> {
    let Some(state) = PublicState::parse(&filled.text("state")) else {
        filled.reject("state", "Choose where it is.");
        return show(&desk, &id, &filled).await;
    };
    if filled.text("step") == "preview" {
        return show(&desk, &id, &filled).await;
    }
    let new = NewAnnouncement { incident_id: id.clone(), message: filled.text("message"), state };
    match desk.client.announce(&new).await {
        Ok(done) => go(&room(&id), Said::Announced(done.reach.mails.saturating_add(done.reach.webhooks))),
        Err(error) => show(&desk, &id, &filled.refused(&error)?).await,
    }
}

async fn show(desk: &Desk, id: &str, filled: &Filled) -> Result<Response, Failure> {
    let incident = must(desk.client.read_incident(id).await)?;
    let (reach, before) = tokio::join!(desk.client.reach(id), desk.client.announcements(&incident.id));
    let mut missing = Vec::new();
    let reach = known(reach, "subscribers", &mut missing)?;
    let before = before.unwrap_or_default();
    let room = room(&incident.id);
    let states = PublicState::ALL.map(|state| {
        let (word, means) = words_for(state);
        Choice::new(state.as_str(), word).help(means).chosen(state == likely(&incident, before.first()))
    });
    let form = Form::new(desk, &format!("{room}/announce"), "announce", filled)
        .add(Field::radios("state", "Where is it?", states.to_vec()).must())
        .add(Field::area("message", "What do you tell people?", LONGEST, 6).must().help(
            "Plain words: who is affected, what they can do, when you will say more. No names, no blame.",
        ))
        .second("preview", "Preview")
        .back(&room, "Back to the incident")
        .button(button(reach));
    let preview = PublicState::parse(&filled.text("state")).zip(filled.given("message"));
    let template = AnnouncePage {
        shell: desk.shell(Area::Incidents, format!("Announce: {}", incident.title)),
        title: text::title_or(&incident.title, words::UNTITLED),
        missing: missing_words(&missing),
        reach: reaches(reach),
        preview: preview.map(|(state, message)| Told {
            state: words_for(state).0,
            text: text::prose(&message, LONGEST),
            at: desk.moment(desk.now),
        }),
        told: before.iter().map(|one| told(desk, one)).collect(),
        form,
        room,
    };
    page(filled.status(), &template)
}

fn told(desk: &Desk, one: &Announcement) -> Told {
    Told { state: words_for(one.state).0, text: text::prose(&one.message, LONGEST), at: desk.moment(one.ts) }
}

/// The word that the public reads for a state, and what it means for who writes.
fn words_for(state: PublicState) -> (&'static str, &'static str) {
    match state {
        PublicState::Investigating => ("Investigating", "we are looking for the cause"),
        PublicState::Identified => ("Identified", "we know the cause, and work on it"),
        PublicState::Monitoring => ("Monitoring", "what we did seems to help, and we watch it"),
        PublicState::Resolved => ("Resolved", "it is over"),
    }
}

/// Where the incident most likely is, so that the form begins there.
fn likely(incident: &Incident, last: Option<&Announcement>) -> PublicState {
    match (incident.status, last.map(|last| last.state)) {
        (IncidentStatus::Resolved, _) => PublicState::Resolved,
        (IncidentStatus::Mitigated, _) => PublicState::Monitoring,
        (IncidentStatus::Open, Some(PublicState::Identified)) => PublicState::Identified,
        (IncidentStatus::Open, _) => PublicState::Investigating,
    }
}

/// "Publish to 412 subscribers and 3 webhooks".
fn button(reach: Option<Reach>) -> String {
    match reach.map(counted).filter(|words| !words.is_empty()) {
        Some(words) => format!("Publish to {words}"),
        None => "Publish on the page".to_owned(),
    }
}

/// "412 subscribers and 3 webhooks"; nothing where there is nobody.
fn counted(reach: Reach) -> String {
    let some = |count: u64, one: &str, many: &str| match count {
        0 => None,
        1 => Some(format!("1 {one}")),
        many_of_them => Some(format!("{many_of_them} {many}")),
    };
    let parts = [some(reach.mails, "subscriber", "subscribers"), some(reach.webhooks, "webhook", "webhooks")];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" and ")
}

fn reaches(reach: Option<Reach>) -> String {
    match reach.map(counted) {
        None => "It appears on the public page and in its feeds.".to_owned(),
        Some(nobody) if nobody.is_empty() => {
            "It appears on the public page and in its feeds. Nobody has subscribed yet.".to_owned()
        }
        Some(words) => format!(
            "It appears on the public page and in its feeds, and goes to {words}. It cannot be taken back."
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_button_says_whom_it_reaches() {
        for (mails, webhooks, words) in [
            (412, 0, "Publish to 412 subscribers"),
            (1, 3, "Publish to 1 subscriber and 3 webhooks"),
            (0, 1, "Publish to 1 webhook"),
            (0, 0, "Publish on the page"),
        ] {
            assert_eq!(button(Some(Reach { mails, webhooks })), words);
        }
        assert_eq!(button(None), "Publish on the page");
    }
}
