//! Users, as the team sees them and administrators manage them.

use axum::extract::{Path, State};
use contracts::identity::{NewUser, User, UserChange};
use http::StatusCode;
use kit_base::{Page, Problem, READ, Role};
use kit_web::{
    Answer, BearerToken, Built, Failure, Fields, Member, Paging, Reply, Routes, Rule, Source, is_email, query,
};
use utoipa_axum::routes;

use super::fields::{must_password, text};
use crate::model::{BAD_EMAIL, LONGEST_EMAIL, LONGEST_NAME, SHORTEST_PASSWORD};
use crate::team::{admin_or_self, may_change_user, may_remove};
use crate::{Identity, store};

const LONGEST_TEAM: usize = 100;

/// The routes of users.
pub(crate) fn routes(state: Identity) -> Built {
    let member = Rule::AtLeast(Role::Member);
    Routes::new(state)
        .add(Rule::AtLeast(Role::Viewer), routes!(list))
        .add(Rule::AtLeast(Role::Admin), routes!(create))
        // Everybody for themselves; the handlers look who asks for whom.
        .add(member, routes!(show))
        .add(member, routes!(change))
        // Whoever may only read may go.
        .scope(READ)
        .add(member, routes!(remove))
        .build()
}

/// Lists the users, in the order in which they came.
#[utoipa::path(get, path = "/api/v1/users", tag = "users",
    params(query::PageParameters),
    responses((status = 200, description = "A page of users.", body = Page<User>),
              (status = 404, description = "There is no such page.")))]
async fn list(State(state): State<Identity>, paging: Paging) -> Reply<Page<User>> {
    Ok(Answer::ok(state.db.read(move |tx| store::users(tx, &paging)).await?))
}

/// Adds a user. Without a password a mail invites them to choose one within a week.
#[utoipa::path(post, path = "/api/v1/users", tag = "users", request_body = NewUser,
    responses((status = 201, description = "The new user.", body = User)))]
async fn create(State(state): State<Identity>, source: Source, fields: Fields) -> Reply<User> {
    let new = read_new(fields)?;
    Ok(Answer::created(state.add_to_team(new, state.base(&source)).await?))
}

/// Shows a user: anybody to the team, themselves to others.
#[utoipa::path(get, path = "/api/v1/users/{id}", tag = "users",
    params(("id" = String, Path, description = "the user's id", example = "019aa0c4-5c00-7000-8000-2f6e3b1a9d47")),
    responses((status = 200, description = "The user.", body = User)))]
async fn show(State(state): State<Identity>, Path(id): Path<String>, Member(caller): Member) -> Reply<User> {
    Ok(Answer::ok(state.known(&caller, id).await?))
}

/// Changes a user: an administrator anything, others their own name.
///
/// The last administrator stays one. Whoever is no longer active is logged out at once.
#[utoipa::path(put, path = "/api/v1/users/{id}", tag = "users", request_body = UserChange,
    params(("id" = String, Path, description = "the user's id", example = "019aa0c4-5c00-7000-8000-2f6e3b1a9d47")),
    responses((status = 200, description = "The user as it is now.", body = User),
              (status = 409, description = "It is the last administrator.")))]
async fn change(
    State(state): State<Identity>,
    Path(id): Path<String>,
    Member(caller): Member,
    fields: Fields,
) -> Reply<User> {
    let user = state.known(&caller, id).await?;
    admin_or_self(&caller, &user.id)?;
    let change = read_change(fields)?;
    may_change_user(&caller, &change)?;
    Ok(Answer::ok(state.change_user(user.id, change).await?))
}

/// Removes a user with all that is known of them: an administrator anybody, others themselves.
///
/// It cannot be undone. The audit log keeps what the user did, under a pseudonym.
#[utoipa::path(delete, path = "/api/v1/users/{id}", tag = "users",
    params(("id" = String, Path, description = "the user's id", example = "019aa0c4-5c00-7000-8000-2f6e3b1a9d47")),
    responses((status = 204, description = "The user is gone."),
              (status = 409, description = "It is the last administrator.")))]
async fn remove(
    State(state): State<Identity>,
    Path(id): Path<String>,
    Member(caller): Member,
    BearerToken(token): BearerToken,
) -> Result<StatusCode, Failure> {
    let user = state.known(&caller, id).await?;
    may_remove(&caller, &token, &user.id)?;
    state.forget(user.id).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn read_new(mut fields: Fields) -> Result<NewUser, Problem> {
    let name = fields.must_text("name", LONGEST_NAME);
    let email = fields.must_text("email", LONGEST_EMAIL);
    if !email.is_empty() && !is_email(&email) {
        fields.reject("email", BAD_EMAIL);
    }
    let role = fields.choice("role", &Role::ALL, Role::as_str);
    let team = text(&mut fields, "team", LONGEST_TEAM);
    let password = fields.has("password").then(|| must_password(&mut fields, SHORTEST_PASSWORD));
    fields.finish(NewUser { name, email, role, team, password })
}

fn read_change(mut fields: Fields) -> Result<UserChange, Problem> {
    let change = UserChange {
        name: text(&mut fields, "name", LONGEST_NAME),
        role: fields.choice("role", &Role::ALL, Role::as_str),
        team: fields.text("team", LONGEST_TEAM),
        is_active: fields.flag("is_active"),
    };
    fields.finish(change)
}
