//! `/api/v1/components/groups`: the headings under which components stand.

use axum::extract::{Path, State};
use contracts::incidents::{Group, NewGroup};
use kit_base::Page;
use kit_web::{Answer, Failure, Fields, Reply, Visitor};

use crate::Incidents;
use crate::store::groups;

/// Lists the groups in the order of the page, each with the worst status of its components.
#[utoipa::path(get, path = "/api/v1/components/groups", tag = "groups",
    responses((status = 200, description = "The groups, all on one page.", body = Page<Group>)))]
pub(super) async fn list(State(state): State<Incidents>, visitor: Visitor) -> Reply<Page<Group>> {
    let public_only = !visitor.is_team();
    Ok(Answer::ok(Page::whole(state.db.read(move |tx| groups::list(tx, public_only)).await?)))
}

/// Shows a group.
#[utoipa::path(get, path = "/api/v1/components/groups/{name}", tag = "groups",
    params(("name" = String, Path, description = "its name", example = "Shop")),
    responses((status = 200, description = "The group.", body = Group)))]
pub(super) async fn show(
    State(state): State<Incidents>,
    visitor: Visitor,
    Path(name): Path<String>,
) -> Reply<Group> {
    let public_only = !visitor.is_team();
    Ok(Answer::ok(state.db.read(move |tx| groups::find(tx, &name, public_only)).await?))
}

/// Writes a group down, or changes it: its place, its text, the group that it is within, its name.
#[utoipa::path(put, path = "/api/v1/components/groups/{name}", tag = "groups", request_body = NewGroup,
    params(("name" = String, Path, description = "its name", example = "Shop")),
    responses((status = 200, description = "The group as it is now.", body = Group)))]
pub(super) async fn write(
    State(state): State<Incidents>,
    Path(name): Path<String>,
    mut fields: Fields,
) -> Reply<Group> {
    let new = NewGroup {
        name: fields.has("name").then(|| fields.must_text("name", 200)),
        description: fields.text("description", 2000),
        parent: fields.text("parent", 200),
        position: fields.integer("position", -1_000_000..=1_000_000),
    };
    if name.trim() != name || name.is_empty() || name.chars().count() > 200 {
        fields.reject("name", "Use 1 to 200 characters, without spaces before or after them.");
    }
    let new = fields.finish(new)?;
    Ok(Answer::ok(state.db.write(move |tx| groups::write(tx, &name, &new)).await?))
}

/// Removes a group. Its components stay, without one.
#[utoipa::path(delete, path = "/api/v1/components/groups/{name}", tag = "groups",
    params(("name" = String, Path, description = "its name", example = "Shop")),
    responses((status = 204, description = "It is gone.")))]
pub(super) async fn remove(
    State(state): State<Incidents>,
    Path(name): Path<String>,
) -> Result<http::StatusCode, Failure> {
    state.db.write(move |tx| groups::delete(tx, &name)).await?;
    Ok(http::StatusCode::NO_CONTENT)
}
