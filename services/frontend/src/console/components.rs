//! Components by group, and the page of one: how it is and why, and its status set by hand.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use contracts::Status;
use contracts::incidents::{Component, NewOverride, Visibility};
use http::StatusCode;
use kit_base::Role;
use kit_web::Failure;

use super::ConsoleForm;
use super::desk::{Area, Desk, Shell, go, must, page};
use super::form::{Choice, Field, Filled, Form, Sent, Weight};
use super::moments::{LENGTHS, after, typed};
use super::said::Said;
use crate::when::Moment;
use crate::{text, words};

/// The source of the reason that a person gave.
const BY_HAND: &str = "override";

struct Row {
    slug: String,
    name: String,
    status: Status,
    word: &'static str,
    reason: String,
    is_internal: bool,
    by_hand: bool,
}

struct Reason {
    word: &'static str,
    status: Status,
    title: String,
    source: &'static str,
    since: Moment,
    link: Option<String>,
}

#[derive(Template)]
#[template(path = "console/components.html", whitespace = "minimize")]
struct ComponentsPage {
    shell: Shell,
    groups: Vec<(String, Vec<Row>)>,
    may_add: bool,
}

#[derive(Template)]
#[template(path = "console/component.html", whitespace = "minimize")]
struct ComponentPage {
    shell: Shell,
    slug: String,
    name: String,
    description: String,
    group: String,
    status: Status,
    word: &'static str,
    since: Moment,
    is_internal: bool,
    reasons: Vec<Reason>,
    needs: Vec<String>,
    may_open: bool,
    may_change: bool,
    set: Option<Form>,
    lift: Option<Form>,
}

/// Lists the components.
#[utoipa::path(get, path = "/console/components", tag = "console",
    responses((status = 200, description = "The page.", body = String, content_type = "text/html")))]
pub(super) async fn components(desk: Desk) -> Result<Response, Failure> {
    let mut groups: Vec<(String, Vec<Row>)> = Vec::new();
    for one in must(desk.client.components().await)? {
        let heading = text::line(&one.group, text::TITLE);
        let row = row(&one);
        match groups.iter_mut().find(|(known, _)| *known == heading) {
            Some((_, rows)) => rows.push(row),
            None => groups.push((heading, vec![row])),
        }
    }
    let shell = desk.shell(Area::Components, "Components");
    page(StatusCode::OK, &ComponentsPage { shell, groups, may_add: desk.may(Role::Manager) })
}

fn row(component: &Component) -> Row {
    Row {
        slug: component.slug.clone(),
        name: text::title_or(&component.name, &component.slug),
        status: component.status,
        word: words::state(component.status),
        reason: component.because.first().map(|why| text::line(&why.title, text::TITLE)).unwrap_or_default(),
        is_internal: component.visibility == Visibility::Internal,
        by_hand: component.because.iter().any(|why| why.source == BY_HAND),
    }
}

/// Shows a component.
#[utoipa::path(get, path = "/console/components/{slug}", tag = "console",
    params(("slug" = String, Path, description = "its name in addresses", example = "checkout")),
    responses((status = 200, description = "The page.", body = String, content_type = "text/html")))]
pub(super) async fn component(desk: Desk, Path(slug): Path<String>) -> Result<Response, Failure> {
    show(&desk, &slug, &Filled::default()).await
}

/// Sets a component's status by hand, or lifts what was set.
#[utoipa::path(post, path = "/console/components/{slug}", tag = "console",
    params(("slug" = String, Path, description = "its name in addresses", example = "checkout")),
    request_body(content = ConsoleForm, content_type = "application/x-www-form-urlencoded"),
    responses((status = 303, description = "Done; the component follows."),
              (status = 400, description = "Fields are at fault. The page again.", body = String, content_type = "text/html")))]
pub(super) async fn override_component(
    desk: Desk,
    Path(slug): Path<String>,
    Sent(mut filled): Sent,
) -> Result<Response, Failure> {
    let done = if filled.act() == "lift" {
        desk.client.lift_override(&slug).await.map(|component| (component, Said::Lifted))
    } else {
        let new = read(&mut filled, &desk);
        if !filled.is_good() {
            return show(&desk, &slug, &filled).await;
        }
        desk.client.override_component(&slug, &new).await.map(|component| (component, Said::Overridden))
    };
    match done {
        Ok((component, said)) => go(&address(&component.slug), said),
        Err(error) => show(&desk, &slug, &filled.refused(&error)?).await,
    }
}

/// The page of a component. A slug has no letter that would mean something in an address.
pub(super) fn address(slug: &str) -> String {
    format!("/console/components/{slug}")
}

fn read(filled: &mut Filled, desk: &Desk) -> NewOverride {
    let status = Status::parse(&filled.text("status"));
    if status.is_none() {
        filled.reject("status", "Choose a status.");
    }
    let exactly = filled.given("until");
    let until = match &exactly {
        Some(text) => typed(text),
        None => after(&filled.text("for"), desk.now),
    };
    if exactly.is_some() && until.is_none_or(|until| until <= desk.now) {
        filled.reject("until", "Give a moment that is still to come, in UTC.");
    }
    NewOverride { status: status.unwrap_or_default(), note: filled.text("note"), until }
}

async fn show(desk: &Desk, slug: &str, filled: &Filled) -> Result<Response, Failure> {
    let component = must(desk.client.read_component(slug).await)?;
    let by_hand = component.because.iter().any(|why| why.source == BY_HAND);
    let may_set = desk.may(Role::Responder);
    let lift = Form::new(desk, &address(&component.slug), "lift", filled);
    let template = ComponentPage {
        shell: desk.shell(Area::Components, &component.name),
        name: text::title_or(&component.name, &component.slug),
        description: text::prose(&component.description, text::PROSE),
        group: text::line(&component.group, text::TITLE),
        status: component.status,
        word: words::state(component.status),
        since: desk.moment(component.since),
        is_internal: component.visibility == Visibility::Internal,
        reasons: component.because.iter().map(|why| reason(desk, why)).collect(),
        needs: component.depends_on.iter().map(|name| text::line(name, text::TITLE)).collect(),
        may_open: may_set,
        may_change: desk.may(Role::Manager),
        set: may_set.then(|| set(desk, &component, filled)),
        lift: (may_set && by_hand).then(|| lift.weight(Weight::Plain).button("Lift what was set by hand")),
        slug: component.slug,
    };
    page(filled.status(), &template)
}

fn reason(desk: &Desk, why: &contracts::incidents::Reason) -> Reason {
    Reason {
        word: words::state(why.level),
        status: why.level,
        title: text::title_or(&why.title, words::UNTITLED),
        source: match why.source.as_str() {
            BY_HAND => "set by hand",
            "incident" => "an incident",
            "dependency" => "something it needs",
            "maintenance" => "announced maintenance",
            "csp" => "a provider's status",
            "reports" => "reports of users",
            _ => "a signal",
        },
        since: desk.moment(why.since),
        link: why.evidence_url.as_deref().and_then(text::link),
    }
}

fn set(desk: &Desk, component: &Component, filled: &Filled) -> Form {
    let by_hand = component.because.iter().find(|why| why.source == BY_HAND);
    let states = Status::ALL.into_iter().filter(|status| *status != Status::Unknown).map(|status| {
        let chosen = by_hand.is_some_and(|why| why.level == status);
        Choice::new(status.as_str(), words::state(status)).chosen(chosen)
    });
    let lengths = LENGTHS.iter().map(|(word, label, _)| Choice::new(word, *label).chosen(*word == "2h"));
    let for_ever = Choice::new("", "Until it is lifted");
    Form::new(desk, &address(&component.slug), "set", filled)
        .add(Field::radios("status", "Show it as", states.collect()).must().help(
            "One reason among others: the component shows the worst of them. What watchers see stays visible here.",
        ))
        .add(Field::line("note", "Why?", 500).must().help("Everybody sees it on the page."))
        .add(Field::select("for", "For how long?", lengths.chain([for_ever]).collect()))
        .add(
            Field::line("until", "Or exactly until", 30)
                .kind("datetime-local")
                .help("In UTC. It goes before the length of time."),
        )
        .weight(Weight::Plain)
        .button("Set the status")
}
