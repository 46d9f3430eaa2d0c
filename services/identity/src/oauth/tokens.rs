//! What clients may ask of tokens: to end one (RFC 7009), and whose one is (RFC 7662).

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use kit_store::StoreError;
use kit_web::{Source, Visitor};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::model::{self, INTROSPECTION, Kind};
use super::parameters::Parameters;
use super::refusal::{Refusal, answer, nothing};
use super::store::tokens::{self, Shown};
use super::token::seconds;
use crate::Identity;

/// A token that is asked about. The client proves itself as at the token endpoint.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "it describes what is read name by name")]
pub(crate) struct TokenNamed {
    /// An access token, or a refresh token.
    #[schema(example = "zG8vCqXkLw2nB5rT9yUeHsJdFaPm3K")]
    token: String,
    /// `access_token` or `refresh_token`; it makes no difference.
    #[schema(example = "access_token")]
    token_type_hint: Option<String>,
    /// The client, where it does not use Basic.
    #[schema(example = "SJnQ5bO2cfZ8kqWcYxKGzRvTtEdNw3MuAhLoPiB7")]
    client_id: Option<String>,
    /// Its secret, where it has one and does not use Basic.
    client_secret: Option<String>,
}

/// Ends a token of the client, and the other one of the pair.
///
/// A token that is unknown, dead or another client's gets the same answer (RFC 7009 2.2).
#[utoipa::path(post, path = "/oauth2/revoke_token", tag = "oauth2",
    request_body(content((TokenNamed = "application/x-www-form-urlencoded"), (TokenNamed = "application/json"))),
    responses(
        (status = 200, description = "The token is good for nothing. The answer is empty.", content_type = "text/plain",
         body = String, example = ""),
        (status = 400, description = "No token is named.", content_type = "application/json", body = Object,
         example = json!({"error": "invalid_request", "error_description": "Request is missing token parameter."})),
        (status = 401, description = "The client is unknown, or its secret is wrong.",
         content_type = "application/json", body = Object, example = json!({"error": "invalid_client"}))))]
pub(crate) async fn revoke(
    State(state): State<Identity>,
    headers: HeaderMap,
    source: Source,
    parameters: Result<Parameters, Refusal>,
) -> Result<Response, Refusal> {
    let parameters = parameters?;
    let hash = model::hash(parameters.must("token")?);
    let client = state.client(&headers, &parameters, &source).await?;
    let end = state.db.write(move |tx| -> Result<(), StoreError> {
        match tokens::family(tx, &hash, &client.id)? {
            Some(family) => tokens::end_family(tx, &family),
            None => Ok(()),
        }
    });
    end.await?;
    Ok(nothing())
}

/// Tells whether an access token is good now, and whose it is.
///
/// For confidential clients, and for whoever has a token of the scope `introspection`.
#[utoipa::path(post, path = "/oauth2/introspect", tag = "oauth2",
    request_body(content((TokenNamed = "application/x-www-form-urlencoded"), (TokenNamed = "application/json"))),
    responses(
        (status = 200, description = "What is known of it; only `active`, and that false, where it is good for nothing.",
         content_type = "application/json", body = Object,
         example = json!({"active": true, "scope": "read write", "client_id": "SJnQ5bO2cfZ8kqWcYxKGzRvTtEdNw3MuAhLoPiB7",
                          "username": "Ada Lovelace", "token_type": "Bearer", "exp": 1795298400,
                          "iat": 1795262400, "sub": "019aa0c4-5c00-7000-8000-2f6e3b1a9d47",
                          "iss": "https://status.example.org"})),
        (status = 401, description = "The client is unknown, or its secret is wrong.",
         content_type = "application/json", body = Object, example = json!({"error": "invalid_client"}))))]
pub(crate) async fn introspect(
    State(state): State<Identity>,
    Visitor(caller): Visitor,
    headers: HeaderMap,
    source: Source,
    parameters: Result<Parameters, Refusal>,
) -> Result<Response, Refusal> {
    let parameters = parameters?;
    let hash = model::hash(parameters.must("token")?);
    if !caller.is_some_and(|caller| caller.has_scope(INTROSPECTION)) {
        let client = state.client(&headers, &parameters, &source).await?;
        // A public client proves nothing: anybody could ask in its name.
        if client.kind == Kind::Public {
            return Err(Refusal::invalid_client());
        }
    }
    let found = state.db.read(move |tx| tokens::shown(tx, &hash)).await?;
    let issuer = state.oauth.base(&source);
    Ok(answer(&found.map_or_else(|| json!({"active": false}), |shown| active(&shown, &issuer))))
}

fn active(shown: &Shown, issuer: &str) -> Value {
    json!({
        "active": true,
        "scope": shown.scope,
        "client_id": shown.client_id,
        "username": shown.name,
        "token_type": "Bearer",
        "exp": seconds(shown.expires_at),
        "iat": seconds(shown.created_at),
        "sub": shown.subject,
        "iss": issuer,
    })
}
