//! Users, as the team sees them.

use axum::extract::{Path, State};
use contracts::identity::User;
use kit_base::{Page, Role};
use kit_web::{Answer, Built, Paging, Reply, Routes, Rule, query};
use utoipa_axum::routes;

use crate::{Error, Identity, store};

/// The routes of users.
pub(crate) fn routes(state: Identity) -> Built {
    let viewer = Rule::AtLeast(Role::Viewer);
    Routes::new(state).add(viewer, routes!(list)).add(viewer, routes!(show)).build()
}

/// Lists the users, in the order in which they came.
#[utoipa::path(get, path = "/api/v1/users", tag = "users",
    params(query::PageParameters),
    responses((status = 200, description = "A page of users.", body = Page<User>),
              (status = 404, description = "There is no such page.")))]
async fn list(State(state): State<Identity>, paging: Paging) -> Reply<Page<User>> {
    Ok(Answer::ok(state.db.read(move |tx| store::users(tx, &paging)).await?))
}

/// Shows a user.
#[utoipa::path(get, path = "/api/v1/users/{id}", tag = "users",
    params(("id" = String, Path, description = "the user's id", example = "019aa0c4-5c00-7000-8000-2f6e3b1a9d47")),
    responses((status = 200, description = "The user.", body = User)))]
async fn show(State(state): State<Identity>, Path(id): Path<String>) -> Reply<User> {
    let user = state.db.read(move |tx| store::user(tx, &id)).await?;
    Ok(Answer::ok(user.ok_or(Error::NotFound)?))
}
