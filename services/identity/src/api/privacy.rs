//! What is known of a person, for that person.

use axum::extract::{Path, State};
use kit_base::Role;
use kit_web::{Answer, Built, Member, Reply, Routes, Rule};
use serde_json::{Map, Value};
use utoipa_axum::routes;

use crate::Identity;
use crate::team::admin_or_self;

/// The routes of privacy.
pub(crate) fn routes(state: Identity) -> Built {
    Routes::new(state).add(Rule::AtLeast(Role::Member), routes!(export)).build()
}

/// Shows all that this service knows of a person, to them and to administrators.
#[utoipa::path(get, path = "/api/v1/users/{id}/export", tag = "users",
    params(("id" = String, Path, description = "the user's id", example = "019aa0c4-5c00-7000-8000-2f6e3b1a9d47")),
    responses((status = 200, description = "A member for each kind of thing that is known.", body = Object,
               example = json!({"person": {"username": "clem", "email": "clem@example.com"}, "logins": [],
                                "sanctions": [], "invitations": [], "sessions": [], "keys": [], "applications": [],
                                "consents": [], "lent": [], "mails": [], "deeds": []}))))]
async fn export(
    State(state): State<Identity>,
    Path(id): Path<String>,
    Member(caller): Member,
) -> Reply<Map<String, Value>> {
    let user = state.known(&caller, id).await?;
    admin_or_self(&caller, &user.id)?;
    Ok(Answer::ok(state.everything_of(user.id).await?))
}
