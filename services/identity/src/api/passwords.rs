//! Registering, confirming, and choosing a password by mail.

use axum::extract::State;
use contracts::identity::{Done, MailAddress, NewPassword, Registration, TokenQuestion, User};
use kit_base::Problem;
use kit_web::{Answer, Built, Fields, Reply, Routes, Rule, Source, is_email};
use utoipa_axum::routes;

use super::fields::{must_email, must_password, text, username};
use crate::model::{BAD_EMAIL, LONGEST_EMAIL, LONGEST_NAME, SHORTEST_OF_MEMBERS, SHORTEST_PASSWORD};
use crate::registration::Newcomer;
use crate::{Error, Identity};

/// The longest text that is taken for a token, in letters.
const LONGEST_TOKEN: usize = 200;

/// The routes of registering and passwords.
pub(crate) fn routes(state: Identity) -> Built {
    Routes::new(state)
        .add(Rule::Anyone, routes!(register))
        .add(Rule::Anyone, routes!(confirm))
        .add(Rule::Anyone, routes!(forgot_password))
        .add(Rule::Anyone, routes!(reset_password))
        .build()
}

/// Registers a member, who is active once the address is confirmed by the token that is mailed to it.
#[utoipa::path(post, path = "/api/v1/auth/register", tag = "auth", request_body = Registration,
    responses((status = 201, description = "The new user, not active yet.", body = User)))]
async fn register(State(state): State<Identity>, source: Source, fields: Fields) -> Reply<User> {
    let newcomer = read_newcomer(&state, fields)?;
    let added = state.register(newcomer, state.base(&source)).await?;
    let user = state.db.read(move |tx| crate::store::user(tx, &added.id)).await?;
    Ok(Answer::created(user.ok_or(Error::NotFound)?))
}

/// Confirms the address to which this token was mailed. It is good for one use, within an hour.
#[utoipa::path(post, path = "/api/v1/auth/confirm", tag = "auth", request_body = TokenQuestion,
    responses((status = 200, description = "The user, who may log in now.", body = User)))]
async fn confirm(State(state): State<Identity>, mut fields: Fields) -> Reply<User> {
    let token = fields.must_secret("token", LONGEST_TOKEN);
    let token = fields.finish(token)?;
    Ok(Answer::ok(state.confirm(token).await?))
}

/// Mails a token that chooses a new password, if somebody has this address; the answer does not tell.
#[utoipa::path(post, path = "/api/v1/auth/forgot-password", tag = "auth", request_body = MailAddress,
    responses((status = 200, description = "If there is somebody, the mail is on its way.", body = Done)))]
async fn forgot_password(State(state): State<Identity>, source: Source, mut fields: Fields) -> Reply<Done> {
    let email = fields.must_text("email", LONGEST_EMAIL);
    if !email.is_empty() && !is_email(&email) {
        fields.reject("email", BAD_EMAIL);
    }
    let email = fields.finish(email)?;
    state.forgot_password(email, state.base(&source)).await?;
    Ok(done("If somebody has this address, a mail is on its way to it."))
}

/// Chooses a new password with a token from a mail. It is good for one use, and ends all logins of its user.
#[utoipa::path(post, path = "/api/v1/auth/reset-password", tag = "auth", request_body = NewPassword,
    responses((status = 200, description = "The password is changed.", body = Done)))]
async fn reset_password(State(state): State<Identity>, mut fields: Fields) -> Reply<Done> {
    let token = fields.must_secret("token", LONGEST_TOKEN);
    let password = must_password(&mut fields, SHORTEST_PASSWORD);
    let NewPassword { token, password } = fields.finish(NewPassword { token, password })?;
    state.reset_password(token, password).await?;
    Ok(done("The password is changed; log in with the new one."))
}

fn done(detail: &str) -> Answer<Done> {
    Answer::ok(Done { detail: detail.to_owned() })
}

/// One of name and username must be there; the other follows from it.
fn read_newcomer(state: &Identity, mut fields: Fields) -> Result<Newcomer, Problem> {
    let username = username(&mut fields);
    let name = match &username {
        Some(username) => text(&mut fields, "name", LONGEST_NAME).unwrap_or_else(|| username.clone()),
        None => fields.must_text("name", LONGEST_NAME),
    };
    let email = must_email(state, &mut fields);
    let password = must_password(&mut fields, SHORTEST_OF_MEMBERS);
    fields.finish(Newcomer { username, name, email, password })
}
