//! Planning, changing and cancelling maintenance.

use axum::extract::Path;
use axum::response::Response;
use contracts::maintenances::{Maintenance, NewMaintenance};
use jiff::tz::TimeZone;
use kit_base::Timestamp;
use kit_web::Failure;

use super::ConsoleForm;
use super::desk::{Area, Desk, go, must, page};
use super::form::{Choice, Field, Filled, Form, Sent, Weight};
use super::maintenances::address;
use super::new_incident::{PlainPage, by_group};
use super::said::Said;
use crate::text;

const NEW: &str = "/console/new/maintenance";
const LIST: &str = "/console/maintenances";
/// Rules that most want, as they are chosen.
const REPEATS: [(&str, &str); 4] = [
    ("", "Never"),
    ("FREQ=DAILY", "Every day"),
    ("FREQ=WEEKLY", "Every week, on the same day"),
    ("FREQ=MONTHLY", "Every month, on the same date"),
];
/// How long beforehand people may be told, in minutes.
const NOTICES: [(i64, &str); 6] = [
    (0, "Not at all"),
    (60, "1 hour"),
    (360, "6 hours"),
    (1440, "1 day"),
    (2880, "2 days"),
    (10_080, "1 week"),
];
const USUAL_NOTICE: i64 = 1440;

/// Shows the form that plans a maintenance.
#[utoipa::path(get, path = "/console/new/maintenance", tag = "console",
    responses((status = 200, description = "The form.", body = String, content_type = "text/html")))]
pub(super) async fn new_maintenance(desk: Desk) -> Result<Response, Failure> {
    show(&desk, None, &Filled::default()).await
}

/// Plans a maintenance, and leads to its page.
#[utoipa::path(post, path = "/console/new/maintenance", tag = "console",
    request_body(content = ConsoleForm, content_type = "application/x-www-form-urlencoded"),
    responses((status = 303, description = "It is planned; its page follows."),
              (status = 400, description = "Fields are at fault. The form again.", body = String, content_type = "text/html")))]
pub(super) async fn plan_maintenance(desk: Desk, Sent(filled): Sent) -> Result<Response, Failure> {
    match desk.client.add_maintenance(&read(&filled, None)).await {
        Ok(maintenance) => go(&address(&maintenance.id), Said::WorkPlanned),
        Err(error) => show(&desk, None, &filled.refused(&error)?).await,
    }
}

/// Shows the form that changes a maintenance.
#[utoipa::path(get, path = "/console/maintenances/{id}/edit", tag = "console",
    params(("id" = String, Path, description = "the maintenance", example = "MNT-7QKX2MPA")),
    responses((status = 200, description = "The form.", body = String, content_type = "text/html")))]
pub(super) async fn maintenance_form(desk: Desk, Path(id): Path<String>) -> Result<Response, Failure> {
    let maintenance = must(desk.client.read_maintenance(&id).await)?;
    show(&desk, Some(&maintenance), &Filled::default()).await
}

/// Changes a maintenance, and leads back to its page.
#[utoipa::path(post, path = "/console/maintenances/{id}/edit", tag = "console",
    params(("id" = String, Path, description = "the maintenance", example = "MNT-7QKX2MPA")),
    request_body(content = ConsoleForm, content_type = "application/x-www-form-urlencoded"),
    responses((status = 303, description = "It is saved; its page follows."),
              (status = 400, description = "Fields are at fault. The form again.", body = String, content_type = "text/html")))]
pub(super) async fn change_maintenance(
    desk: Desk,
    Path(id): Path<String>,
    Sent(filled): Sent,
) -> Result<Response, Failure> {
    let old = must(desk.client.read_maintenance(&id).await)?;
    match desk.client.change_maintenance(&id, &read(&filled, Some(&old))).await {
        Ok(maintenance) => go(&address(&maintenance.id), Said::WorkChanged),
        Err(error) => show(&desk, Some(&old), &filled.refused(&error)?).await,
    }
}

/// Asks whether a maintenance shall be cancelled.
#[utoipa::path(get, path = "/console/maintenances/{id}/delete", tag = "console",
    params(("id" = String, Path, description = "the maintenance", example = "MNT-7QKX2MPA")),
    responses((status = 200, description = "The question.", body = String, content_type = "text/html")))]
pub(super) async fn cancelling(desk: Desk, Path(id): Path<String>) -> Result<Response, Failure> {
    ask(&desk, &id, &Filled::default()).await
}

/// Cancels a maintenance, and leads to the list.
#[utoipa::path(post, path = "/console/maintenances/{id}/delete", tag = "console",
    params(("id" = String, Path, description = "the maintenance", example = "MNT-7QKX2MPA")),
    request_body(content = ConsoleForm, content_type = "application/x-www-form-urlencoded"),
    responses((status = 303, description = "It is cancelled; the list follows."),
              (status = 403, description = "It was refused. The question again.", body = String, content_type = "text/html")))]
pub(super) async fn cancel_maintenance(
    desk: Desk,
    Path(id): Path<String>,
    Sent(filled): Sent,
) -> Result<Response, Failure> {
    match desk.client.remove_maintenance(&id).await {
        Ok(()) => go(LIST, Said::WorkCancelled),
        Err(error) => ask(&desk, &id, &filled.refused(&error)?).await,
    }
}

async fn ask(desk: &Desk, id: &str, filled: &Filled) -> Result<Response, Failure> {
    let maintenance = must(desk.client.read_maintenance(id).await)?;
    let here = address(&maintenance.id);
    let form = Form::new(desk, &format!("{here}/delete"), "delete", filled)
        .weight(Weight::Grave)
        .back(&here, "Keep it")
        .button("Cancel the maintenance");
    let title = format!("Cancel {}?", text::title_or(&maintenance.title, "it"));
    let lead = "It comes no more, and leaves the page. If it runs it is broken off. Who was told of it is told of this.";
    page(filled.status(), &PlainPage { shell: desk.shell(Area::Maintenance, title), lead, form })
}

/// What the form says. A time that was not touched stays exactly what it was.
fn read(filled: &Filled, old: Option<&Maintenance>) -> NewMaintenance {
    let zone = filled.text("time_zone");
    let time = |name: &str, of: fn(&Maintenance) -> Timestamp| {
        let text = filled.text(name);
        let same = old.filter(|old| old.time_zone == zone && text == on_clock(of(old), &zone));
        same.map_or(text, |old| of(old).to_string())
    };
    let rule = filled.given("rrule").unwrap_or_else(|| filled.text("repeat"));
    NewMaintenance {
        title: filled.text("title"),
        components: filled.all("components").to_vec(),
        starts_at: time("starts_at", |old| old.starts_at),
        ends_at: time("ends_at", |old| old.ends_at),
        time_zone: Some(zone),
        rrule: Some(rule),
        exceptions: Some(filled.lines("exceptions")),
        description: Some(filled.text("description")),
        notify_before: filled.given("notify_before").and_then(|text| text.parse().ok()),
    }
}

/// As an input of the kind `datetime-local` holds it, on the clocks of the zone.
fn on_clock(at: Timestamp, zone: &str) -> String {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let at = jiff::Timestamp::from_microsecond(at.micros()).unwrap_or_default();
    zone.to_datetime(at).strftime("%Y-%m-%dT%H:%M").to_string()
}

async fn show(desk: &Desk, old: Option<&Maintenance>, filled: &Filled) -> Result<Response, Failure> {
    let components = must(desk.client.components().await)?;
    let (action, back) = match old {
        Some(one) => (format!("{}/edit", address(&one.id)), address(&one.id)),
        None => (NEW.to_owned(), LIST.to_owned()),
    };
    let text_of = |part: fn(&Maintenance) -> String| old.map(part).unwrap_or_default();
    let named = |slug: &str| old.is_some_and(|old| old.components.iter().any(|one| one == slug));
    let rule = text_of(|old| old.rrule.clone().unwrap_or_default());
    let simple = REPEATS.iter().any(|(known, _)| *known == rule);
    let repeats = REPEATS.map(|(value, label)| Choice::new(value, label).chosen(simple && value == rule));
    let notice = old.map_or(USUAL_NOTICE, |old| old.notify_before);
    let mut notices: Vec<Choice> = NOTICES
        .iter()
        .map(|(minutes, label)| Choice::new(minutes, *label).chosen(*minutes == notice))
        .collect();
    if !NOTICES.iter().any(|(minutes, _)| *minutes == notice) {
        notices.push(Choice::new(notice, format!("{notice} minutes")).chosen(true));
    }
    let form = Form::new(desk, &action, "maintenance", filled)
        .add(
            Field::line("title", "What is done?", 300)
                .must()
                .or(text_of(|old| old.title.clone()))
                .help("One plain sentence: everybody sees it on the page."),
        )
        .add(Field::checks("components", "What is worked on?", by_group(&components, named)).must().help(
            "They are under maintenance while it lasts, and what is signalled about them waits.",
        ))
        .add(
            Field::line("starts_at", "Begins", 30)
                .must()
                .kind("datetime-local")
                .or(text_of(|old| on_clock(old.starts_at, &old.time_zone))),
        )
        .add(
            Field::line("ends_at", "Ends", 30)
                .must()
                .kind("datetime-local")
                .or(text_of(|old| on_clock(old.ends_at, &old.time_zone))),
        )
        .add(
            Field::line("time_zone", "Time zone", 100)
                .must()
                .or(old.map_or_else(|| "UTC".to_owned(), |old| old.time_zone.clone()))
                .help("By its name, such as Europe/Paris. Both times are on the clocks there, when they change too."),
        )
        .add(Field::select("repeat", "Comes again", repeats.to_vec()))
        .add(
            Field::line("rrule", "Or by a rule", 500)
                .or(if simple { String::new() } else { rule })
                .help("RFC 5545, such as FREQ=MONTHLY;BYDAY=1TU for each first Tuesday. It goes before the choice above."),
        )
        .add(
            Field::area("exceptions", "But not on", 20_000, 2)
                .or(text_of(|old| old.exceptions.join("\n")))
                .help("One day on each line, such as 2026-12-24."),
        )
        .add(
            Field::area("description", "What does it mean for people?", 20_000, 3)
                .or(text_of(|old| old.description.clone())),
        )
        .add(Field::select("notify_before", "Tell people beforehand", notices))
        .focused()
        .back(&back, "Cancel")
        .button(if old.is_some() { "Save" } else { "Plan it" });
    let title = old.map_or_else(|| "Plan maintenance".to_owned(), |old| format!("Change {}", old.title));
    let lead = match old {
        Some(_) => "Other times are told to who hears of its components; other words are not.",
        None => "It begins and ends by itself. Who hears of its components is told of it at once.",
    };
    page(filled.status(), &PlainPage { shell: desk.shell(Area::Maintenance, title), lead, form })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_are_those_of_the_zone() {
        let at = Timestamp::parse("2026-07-01T00:30:00Z").unwrap();
        assert_eq!(on_clock(at, "Europe/Paris"), "2026-07-01T02:30");
        assert_eq!(on_clock(at, "nowhere"), "2026-07-01T00:30");
    }

    #[test]
    fn a_rule_that_is_typed_goes_before_the_one_that_is_chosen() {
        let read = |body: &[u8]| read(&Filled::read(body), None).rrule.unwrap();
        assert_eq!(read(b"repeat=FREQ%3DDAILY&rrule="), "FREQ=DAILY");
        assert_eq!(read(b"repeat=FREQ%3DDAILY&rrule=FREQ%3DWEEKLY%3BBYDAY%3DMO"), "FREQ=WEEKLY;BYDAY=MO");
        assert_eq!(read(b"repeat=&rrule="), "");
    }
}
