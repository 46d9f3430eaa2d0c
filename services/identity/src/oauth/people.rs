//! What an application may learn of the user whose token it has (OpenID Connect Core 5.3).

use axum::extract::State;
use axum::response::Response;
use kit_web::{Failure, Member};
use serde_json::{Value, json};

use super::refusal::answer;
use super::{signing, store};
use crate::Identity;

/// Tells who the user of this token is: `sub`; `name` with the scope `profile`, `email` with the scope `email`.
#[utoipa::path(get, path = "/oauth2/userinfo", tag = "oauth2",
    responses((status = 200, description = "The user.", content_type = "application/json", body = Object,
               example = json!({"sub": "019aa0c4-5c00-7000-8000-2f6e3b1a9d47", "name": "Ada Lovelace",
                                "preferred_username": "Ada Lovelace", "email": "ada@example.org"}))))]
pub(crate) async fn userinfo(
    State(state): State<Identity>,
    Member(caller): Member,
) -> Result<Response, Failure> {
    let (id, scope) = (caller.user_id.clone(), caller.scopes.join(" "));
    let person = state.db.read(move |tx| store::person(tx, &id)).await?;
    // An application is its own subject.
    let claims = match person {
        Some(person) => Value::Object(signing::claims(&person, &scope)),
        None => json!({ "sub": caller.user_id }),
    };
    Ok(answer(&claims))
}
