//! Logging in and out, and whose token it is.

use axum::extract::State;
use contracts::identity::{Login, Session, TokenAnswer, TokenQuestion};
use http::StatusCode;
use kit_base::{READ, Role};
use kit_web::{Answer, BearerToken, Built, Failure, Fields, Reply, Routes, Rule, Source, is_email};
use utoipa_axum::routes;

use super::fields::text;
use crate::Identity;
use crate::model::{BAD_EMAIL, LONGEST_EMAIL, LONGEST_PASSWORD, LONGEST_USERNAME};
use crate::sessions::Named;

/// The routes of logins.
pub(crate) fn routes(state: Identity) -> Built {
    Routes::new(state)
        .add(Rule::Anyone, routes!(login))
        // It tells of a token only to whoever has it.
        .add(Rule::Anyone, routes!(verify_token))
        // Whoever may only read may go.
        .scope(READ)
        .add(Rule::AtLeast(Role::Member), routes!(logout))
        .build()
}

/// Logs in: a mail address, or a username, and its password for a token.
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
async fn login(State(state): State<Identity>, source: Source, mut fields: Fields) -> Reply<Session> {
    let who = read_name(&mut fields);
    let password = fields.must_secret("password", LONGEST_PASSWORD);
    let (who, password) = fields.finish((who, password))?;
    Ok(Answer::ok(state.log_in(who, password, state.door("/api/v1/auth/login", &source)).await?))
}

/// By the address, unless a username stands in its place.
fn read_name(fields: &mut Fields) -> Named {
    if let Some(username) = text(fields, "username", LONGEST_USERNAME) {
        return Named::Username(username);
    }
    let email = fields.must_text("email", LONGEST_EMAIL);
    if !email.is_empty() && !is_email(&email) {
        fields.reject("email", BAD_EMAIL);
    }
    Named::Email(email)
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
