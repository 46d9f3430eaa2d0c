//! The routes of this service: each with its right, its description and its handler.

use std::sync::Arc;

use axum::extract::{Path, State};
use contracts::identity::{Login, Session, TokenAnswer, TokenQuestion, User};
use http::StatusCode;
use kit_base::{Authenticator, Page, Role};
use kit_web::{Answer, BearerToken, Built, Failure, Fields, Paging, Reply, Routes, Rule, query};
use utoipa_axum::routes;

use crate::model::{self, LONGEST_EMAIL, LONGEST_PASSWORD};
use crate::{Error, Identity, keys, oauth, store};

/// Every route of this service.
pub(crate) fn routes(state: Identity, authenticator: Arc<dyn Authenticator>) -> Built {
    let viewer = Rule::AtLeast(Role::Viewer);
    let others = oauth::routes(state.clone(), authenticator.clone())
        .and(keys::routes(state.clone(), authenticator.clone()));
    Routes::new(state, authenticator)
        .add(Rule::Anyone, routes!(login))
        .add(viewer, routes!(logout))
        // It tells of a token only to whoever has it.
        .add(Rule::Anyone, routes!(verify_token))
        .add(viewer, routes!(list))
        .add(viewer, routes!(show))
        .build()
        .and(others)
}

/// Logs in: a mail address and its password for a token.
///
/// An unknown address and a wrong password get the same answer. After five failures within a quarter of an hour the
/// address has to wait, longer after each further failure; `Retry-After` says how long.
#[utoipa::path(post, path = "/api/v1/auth/login", tag = "auth", request_body = Login,
    responses((status = 200, description = "Logged in.", body = Session),
              (status = 401, description = "Nobody has this address and this password.",
               content_type = "application/json", body = Object,
               example = json!({"detail": "Invalid email or password."})),
              (status = 429, description = "Too many logins have failed.",
               headers(("Retry-After" = u32, description = "Seconds to wait.")),
               content_type = "application/json", body = Object,
               example = json!({"detail": "Too many failed logins. Please try again in 30 seconds."}))))]
async fn login(State(state): State<Identity>, mut fields: Fields) -> Reply<Session> {
    let email = fields.must_text("email", LONGEST_EMAIL);
    let password = fields.must_secret("password", LONGEST_PASSWORD);
    if !email.is_empty() && !model::is_email(&email) {
        fields.reject("email", model::BAD_EMAIL);
    }
    let login = fields.finish(Login { email, password })?;
    Ok(Answer::ok(state.log_in(login).await?))
}

/// Logs out: the token of this request is good for nothing from now on.
#[utoipa::path(post, path = "/api/v1/auth/logout", tag = "auth",
    responses((status = 204, description = "Logged out.")))]
async fn logout(State(state): State<Identity>, token: BearerToken) -> Result<StatusCode, Failure> {
    state.log_out(&token.0).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Tells whose token this is, and whether it is good now.
#[utoipa::path(post, path = "/api/v1/auth/verify-token", tag = "auth", request_body = TokenQuestion,
    responses((status = 200, description = "Whose it is; only `active`, and that false, where it is nobody's.",
               body = TokenAnswer)))]
async fn verify_token(State(state): State<Identity>, mut fields: Fields) -> Reply<TokenAnswer> {
    // Of any length: text that cannot be a token is nobody's, and that is an answer.
    let token = fields.must_secret("token", usize::MAX);
    let TokenQuestion { token } = fields.finish(TokenQuestion { token })?;
    Ok(Answer::ok(TokenAnswer::of(state.whose(&token).await?)))
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
