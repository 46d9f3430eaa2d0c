//! `/api/v1/components`: what we run, how it is and why.

use axum::extract::{Path, State};
use contracts::Status;
use contracts::incidents::{Component, NewComponent, NewOverride, Visibility};
use kit_base::{Page, Problem};
use kit_web::{Answer, Failure, Fields, Paging, Reply, Visitor, query};

use crate::Incidents;
use crate::error::Error;
use crate::model::{Reference, is_slug};
use crate::store::components;

/// What stands where a slug stands in the address of all histories.
const HISTORY: &str = "history";

/// Lists the components in the order of the page, each with its status and the reasons for it.
///
/// Everybody sees the public ones, members of the team see all.
#[utoipa::path(get, path = "/api/v1/components", tag = "components",
    params(query::PageParameters),
    responses((status = 200, description = "A page of components.", body = Page<Component>), (status = 404, description = "There is no such page.")))]
pub(super) async fn list(
    State(state): State<Incidents>,
    visitor: Visitor,
    paging: Paging,
) -> Reply<Page<Component>> {
    let public_only = !visitor.is_team();
    Ok(Answer::ok(state.db.read(move |tx| components::list(tx, public_only, &paging)).await?))
}

/// Adds a component. Its status follows at once from what is known of what it needs.
#[utoipa::path(post, path = "/api/v1/components", tag = "components", request_body = NewComponent,
    responses((status = 201, description = "The new component.", body = Component)))]
pub(super) async fn create(State(state): State<Incidents>, mut fields: Fields) -> Reply<Component> {
    let slug = slug(&mut fields);
    let new = component(slug, fields)?;
    Ok(Answer::created(state.db.write(move |tx| components::create(tx, &new)).await?))
}

/// Shows a component.
#[utoipa::path(get, path = "/api/v1/components/{slug}", tag = "components",
    params(("slug" = String, Path, description = "its name in addresses", example = "checkout")),
    responses((status = 200, description = "The component.", body = Component)))]
pub(super) async fn show(
    State(state): State<Incidents>,
    visitor: Visitor,
    Path(slug): Path<String>,
) -> Reply<Component> {
    let public_only = !visitor.is_team();
    let find = move |tx: &mut kit_store::Tx<'_>| -> Result<Component, Error> {
        let found = components::find(tx, &slug)?.ok_or(Error::NotFound)?;
        match found.visibility {
            Visibility::Internal if public_only => Err(Error::NotFound),
            _ if public_only => Ok(components::for_public(tx, found)?),
            _ => Ok(found),
        }
    };
    Ok(Answer::ok(state.db.read(find).await?))
}

/// Changes a component; what the body does not name stays as it is.
#[utoipa::path(put, path = "/api/v1/components/{slug}", tag = "components", request_body = NewComponent,
    params(("slug" = String, Path, description = "its name in addresses", example = "checkout")),
    responses((status = 200, description = "The component as it is now.", body = Component)))]
pub(super) async fn update(
    State(state): State<Incidents>,
    Path(slug): Path<String>,
    fields: Fields,
) -> Reply<Component> {
    let new = component(slug, fields)?;
    Ok(Answer::ok(state.db.write(move |tx| components::update(tx, &new)).await?))
}

/// Removes a component that no other depends on.
#[utoipa::path(delete, path = "/api/v1/components/{slug}", tag = "components",
    params(("slug" = String, Path, description = "its name in addresses", example = "checkout")),
    responses((status = 204, description = "It is gone."),
              (status = 409, description = "Another component depends on it.")))]
pub(super) async fn remove(
    State(state): State<Incidents>,
    Path(slug): Path<String>,
) -> Result<http::StatusCode, Failure> {
    state.db.write(move |tx| components::delete(tx, &slug)).await?;
    Ok(http::StatusCode::NO_CONTENT)
}

/// Sets a component's status by hand, until it is lifted or ends by itself.
///
/// It is one reason among others: the status is the worst of all of them.
#[utoipa::path(post, path = "/api/v1/components/{slug}/override", tag = "components", request_body = NewOverride,
    params(("slug" = String, Path, description = "its name in addresses", example = "checkout")),
    responses((status = 200, description = "The component with the new reason.", body = Component)))]
pub(super) async fn set_override(
    State(state): State<Incidents>,
    Path(slug): Path<String>,
    mut fields: Fields,
) -> Reply<Component> {
    let status = fields.must_choice("status", &Status::ALL, Status::as_str).unwrap_or_default();
    let new = NewOverride { status, note: fields.must_text("note", 500), until: fields.time("until") };
    let new = fields.finish(new)?;
    Ok(Answer::ok(state.db.write(move |tx| components::set_override(tx, &slug, Some(&new))).await?))
}

/// Lifts the status that was set by hand.
#[utoipa::path(delete, path = "/api/v1/components/{slug}/override", tag = "components",
    params(("slug" = String, Path, description = "its name in addresses", example = "checkout")),
    responses((status = 200, description = "The component without that reason.", body = Component)))]
pub(super) async fn lift_override(
    State(state): State<Incidents>,
    Path(slug): Path<String>,
) -> Reply<Component> {
    Ok(Answer::ok(state.db.write(move |tx| components::set_override(tx, &slug, None)).await?))
}

fn slug(fields: &mut Fields) -> String {
    let slug = fields.must_text("slug", 100);
    if !slug.is_empty() && !is_slug(&slug) {
        fields.reject("slug", "Use lower-case letters, digits, hyphens, underscores and dots.");
    }
    if slug == HISTORY {
        fields.reject("slug", "This word is taken: an address of the API ends in it.");
    }
    slug
}

fn component(slug: String, mut fields: Fields) -> Result<NewComponent, Problem> {
    let new = NewComponent {
        slug,
        name: fields.must_text("name", 200),
        description: fields.text("description", 2000),
        group: fields.text("group", 200),
        position: fields.integer("position", -1_000_000..=1_000_000),
        depends_on: fields.texts("depends_on", 300),
        visibility: fields.choice(
            "visibility",
            &[Visibility::Public, Visibility::Internal],
            Visibility::as_str,
        ),
    };
    for name in new.depends_on.iter().flatten().filter(|name| Reference::parse(name).is_none()) {
        fields.reject(
            "depends_on",
            format!("\"{name}\" is neither a component's slug nor provider:component."),
        );
    }
    fields.finish(new)
}
