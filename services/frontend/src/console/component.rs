//! Adding, changing and removing components.

use axum::extract::Path;
use axum::response::Response;
use contracts::incidents::{Component, NewComponent, Visibility};
use kit_web::Failure;

use super::components::address;
use super::desk::{Area, Desk, go, must, page};
use super::form::{Choice, Field, Filled, Form, Sent, Weight};
use super::new_incident::PlainPage;
use super::said::Said;
use super::{ConsoleForm, words as own};
use crate::text;

const NEW: &str = "/console/new/component";
const LIST: &str = "/console/components";

/// Shows the form that adds a component.
#[utoipa::path(get, path = "/console/new/component", tag = "console",
    responses((status = 200, description = "The form.", body = String, content_type = "text/html")))]
pub(super) async fn new_component(desk: Desk) -> Result<Response, Failure> {
    show(&desk, None, &Filled::default())
}

/// Adds a component, and leads to its page.
#[utoipa::path(post, path = "/console/new/component", tag = "console",
    request_body(content = ConsoleForm, content_type = "application/x-www-form-urlencoded"),
    responses((status = 303, description = "It is there; its page follows."),
              (status = 400, description = "Fields are at fault. The form again.", body = String, content_type = "text/html")))]
pub(super) async fn add_component(desk: Desk, Sent(filled): Sent) -> Result<Response, Failure> {
    match desk.client.add_component(&read(&filled, filled.text("slug"))).await {
        Ok(component) => go(&address(&component.slug), Said::ComponentAdded),
        Err(error) => show(&desk, None, &filled.refused(&error)?),
    }
}

/// Shows the form that changes a component.
#[utoipa::path(get, path = "/console/components/{slug}/edit", tag = "console",
    params(("slug" = String, Path, description = "its name in addresses", example = "checkout")),
    responses((status = 200, description = "The form.", body = String, content_type = "text/html")))]
pub(super) async fn component_form(desk: Desk, Path(slug): Path<String>) -> Result<Response, Failure> {
    let component = must(desk.client.read_component(&slug).await)?;
    show(&desk, Some(&component), &Filled::default())
}

/// Changes a component, and leads back to its page.
#[utoipa::path(post, path = "/console/components/{slug}/edit", tag = "console",
    params(("slug" = String, Path, description = "its name in addresses", example = "checkout")),
    request_body(content = ConsoleForm, content_type = "application/x-www-form-urlencoded"),
    responses((status = 303, description = "It is saved; its page follows."),
              (status = 400, description = "Fields are at fault. The form again.", body = String, content_type = "text/html")))]
pub(super) async fn change_component(
    desk: Desk,
    Path(slug): Path<String>,
    Sent(filled): Sent,
) -> Result<Response, Failure> {
    let component = must(desk.client.read_component(&slug).await)?;
    match desk.client.change_component(&read(&filled, slug)).await {
        Ok(component) => go(&address(&component.slug), Said::ComponentChanged),
        Err(error) => show(&desk, Some(&component), &filled.refused(&error)?),
    }
}

/// Asks whether a component shall go.
#[utoipa::path(get, path = "/console/components/{slug}/delete", tag = "console",
    params(("slug" = String, Path, description = "its name in addresses", example = "checkout")),
    responses((status = 200, description = "The question.", body = String, content_type = "text/html")))]
pub(super) async fn removal(desk: Desk, Path(slug): Path<String>) -> Result<Response, Failure> {
    ask(&desk, &slug, &Filled::default()).await
}

/// Removes a component, and leads to the list.
#[utoipa::path(post, path = "/console/components/{slug}/delete", tag = "console",
    params(("slug" = String, Path, description = "its name in addresses", example = "checkout")),
    request_body(content = ConsoleForm, content_type = "application/x-www-form-urlencoded"),
    responses((status = 303, description = "It is gone; the list follows."),
              (status = 409, description = "Something depends on it. The question again.", body = String, content_type = "text/html")))]
pub(super) async fn remove_component(
    desk: Desk,
    Path(slug): Path<String>,
    Sent(filled): Sent,
) -> Result<Response, Failure> {
    match desk.client.remove_component(&slug).await {
        Ok(()) => go(LIST, Said::ComponentRemoved),
        Err(error) => ask(&desk, &slug, &filled.refused(&error)?).await,
    }
}

async fn ask(desk: &Desk, slug: &str, filled: &Filled) -> Result<Response, Failure> {
    let component = must(desk.client.read_component(slug).await)?;
    let here = address(&component.slug);
    let form = Form::new(desk, &format!("{here}/delete"), "delete", filled)
        .weight(Weight::Grave)
        .back(&here, "Keep it")
        .button("Remove it");
    let title = format!("Remove {}?", text::title_or(&component.name, &component.slug));
    let lead = "It leaves the page at once, with its history. This cannot be undone.";
    page(filled.status(), &PlainPage { shell: desk.shell(Area::Components, title), lead, form })
}

/// What the form says of a component. Empty text is told as such, because what is not told stays as it was.
fn read(filled: &Filled, slug: String) -> NewComponent {
    NewComponent {
        slug,
        name: filled.text("name"),
        description: Some(filled.text("description")),
        group: Some(filled.text("group")),
        position: filled.given("position").and_then(|text| text.parse().ok()),
        depends_on: Some(filled.lines("depends_on")),
        visibility: Visibility::parse(&filled.text("visibility")),
        owner: Some(filled.text("owner")),
        start_date: Some(filled.text("start_date")),
        ..NewComponent::default()
    }
}

fn show(desk: &Desk, old: Option<&Component>, filled: &Filled) -> Result<Response, Failure> {
    let (action, back) = match old {
        Some(component) => (format!("{}/edit", address(&component.slug)), address(&component.slug)),
        None => (NEW.to_owned(), LIST.to_owned()),
    };
    let text_of = |part: fn(&Component) -> String| old.map(part).unwrap_or_default();
    let visibilities = [Visibility::Public, Visibility::Internal].map(|one| {
        let chosen = old.map_or(Visibility::Public, |old| old.visibility) == one;
        Choice::new(one.as_str(), own::visibility(one)).chosen(chosen)
    });
    let mut form = Form::new(desk, &action, "component", filled).add(
        Field::line("name", "Name", 200)
            .must()
            .or(text_of(|old| old.name.clone()))
            .help("What customers call it: Checkout, Search, API."),
    );
    if old.is_none() {
        form =
            form.add(Field::line("slug", "Name in addresses", 100).must().help(
                "Lower-case letters, digits and hyphens, such as checkout. It stays as it is for good.",
            ));
    }
    let form = form
        .add(Field::line("description", "What it does", 2000).or(text_of(|old| old.description.clone())))
        .add(
            Field::line("group", "Group", 200)
                .or(text_of(|old| old.group.clone()))
                .help("The heading it stands under. Components of the same group stand together."),
        )
        .add(
            Field::area("depends_on", "What it needs", 20_000, 3)
                .or(text_of(|old| old.depends_on.join("\n")))
                .help("One on each line: the name in addresses of a component, or provider:component, such as github:actions. When one fails, this shows it."),
        )
        .add(
            Field::line("owner", "Team that answers for it", 200)
                .or(text_of(|old| old.owner.clone()))
                .help("Only the team sees this."),
        )
        .add(
            Field::line("start_date", "In service since", 10)
                .or(text_of(|old| old.start_date.clone().unwrap_or_default()))
                .help("A day such as 2026-01-15. Before it, the component counts neither as up nor as down."),
        )
        .add(Field::radios("visibility", "Who sees it?", visibilities.to_vec()).must())
        .add(
            Field::line("position", "Place in its group", 10)
                .kind("number")
                .or(old.map(|old| old.position.to_string()).unwrap_or_default())
                .help("A whole number; lower comes first."),
        )
        .focused()
        .back(&back, "Cancel")
        .button(if old.is_some() { "Save" } else { "Add the component" });
    let title = old.map_or_else(|| "Add a component".to_owned(), |old| format!("Change {}", old.name));
    let lead = if old.is_some() { "" } else { "Something of yours that people use, and that can fail." };
    page(filled.status(), &PlainPage { shell: desk.shell(Area::Components, title), lead, form })
}
