//! The token endpoint (RFC 6749 3.2): which grant is asked for, by whom, and what is answered.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use kit_base::Timestamp;
use kit_web::Source;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::applications::Application;
use super::model::{Grant, OPENID, has_scope};
use super::parameters::Parameters;
use super::refusal::{Refusal, answer, members};
use super::signing::Subject;
use super::store::tokens::{ACCESS_LIFETIME, Issue, Issued};
use crate::Identity;

/// What is sent to get a token: a form or JSON, every value a text. Which members are needed depends on `grant_type`.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "it describes what is read name by name")]
pub(crate) struct TokenRequest {
    /// `password`, `authorization_code`, `client_credentials`, `refresh_token` or
    /// `urn:ietf:params:oauth:grant-type:device_code`.
    #[schema(example = "client_credentials")]
    grant_type: String,
    /// The client, where it does not use Basic.
    #[schema(example = "SJnQ5bO2cfZ8kqWcYxKGzRvTtEdNw3MuAhLoPiB7")]
    client_id: Option<String>,
    /// Its secret, where it has one and does not use Basic.
    client_secret: Option<String>,
    /// Words with spaces between; `read write` where it is absent.
    #[schema(example = "read")]
    scope: Option<String>,
    /// For `password`: the name or the mail address of the user.
    username: Option<String>,
    /// For `password`.
    password: Option<String>,
    /// For `refresh_token`.
    refresh_token: Option<String>,
    /// For `authorization_code`.
    code: Option<String>,
    /// For `authorization_code`: as in the request for the code.
    redirect_uri: Option<String>,
    /// For `authorization_code`: what the challenge was made of.
    code_verifier: Option<String>,
    /// For the device code.
    device_code: Option<String>,
}

/// What a grant brought.
pub(crate) struct Granted {
    pub issued: Issued,
    pub issue: Issue,
    pub nonce: Option<String>,
}

/// Gives a token for a grant.
///
/// Members of the answer: `access_token` (30 letters and digits), `expires_in` (seconds), `token_type`, `scope`, and
/// where they apply `refresh_token` and `id_token`. Errors have `error` and `error_description` (RFC 6749 5.2).
#[utoipa::path(post, path = "/oauth2/token", tag = "oauth2",
    request_body(content((TokenRequest = "application/x-www-form-urlencoded"), (TokenRequest = "application/json"))),
    responses(
        (status = 200, description = "A token.", content_type = "application/json", body = Object,
         example = json!({"access_token": "zG8vCqXkLw2nB5rT9yUeHsJdFaPm3K", "expires_in": 36000,
                          "token_type": "Bearer", "scope": "read write"})),
        (status = 400, description = "The grant cannot be given.", content_type = "application/json", body = Object,
         example = json!({"error": "invalid_grant", "error_description": "Invalid credentials given."})),
        (status = 401, description = "The client is unknown, or its secret is wrong.",
         content_type = "application/json", body = Object, example = json!({"error": "invalid_client"})),
        (status = 429, description = "Too many logins have failed.",
         headers(("Retry-After" = u32, description = "Seconds to wait.")))))]
pub(crate) async fn token(
    State(state): State<Identity>,
    headers: HeaderMap,
    source: Source,
    parameters: Result<Parameters, Refusal>,
) -> Result<Response, Refusal> {
    let parameters = parameters?;
    let grant = asked_grant(&parameters)?;
    let client = state.client(&headers, &parameters, &source).await?;
    if !client.grants.contains(&grant) {
        return Err(Refusal::unauthorized_client());
    }
    let granted = state.grant(grant, &client, &parameters, &source).await?;
    state.answer_token(&client, granted, &source).await
}

fn asked_grant(parameters: &Parameters) -> Result<Grant, Refusal> {
    let asked = parameters.must("grant_type")?;
    let known = Grant::ALL.into_iter().find(|grant| grant.grant_type() == asked);
    known.ok_or_else(|| Refusal::because("unsupported_grant_type", "There is no such grant here."))
}

impl Identity {
    async fn grant(
        &self,
        grant: Grant,
        client: &Application,
        parameters: &Parameters,
        source: &Source,
    ) -> Result<Granted, Refusal> {
        match grant {
            Grant::Password => self.by_password(client, parameters, source).await,
            Grant::AuthorizationCode => self.by_code(client, parameters).await,
            Grant::ClientCredentials => self.by_itself(client, parameters).await,
            Grant::RefreshToken => self.by_refresh_token(client, parameters).await,
            Grant::DeviceCode => self.by_device_code(client, parameters).await,
        }
    }

    async fn answer_token(
        &self,
        client: &Application,
        granted: Granted,
        source: &Source,
    ) -> Result<Response, Refusal> {
        let Granted { issued, issue, nonce } = granted;
        let auth_time = issue.auth_time.map(seconds);
        let id_token = match issue.user.as_deref().filter(|_| has_scope(&issue.scope, OPENID)) {
            Some(user) => {
                let subject =
                    Subject { user, client_id: &client.client_id, scope: &issue.scope, nonce, auth_time };
                Some(self.id_token(subject, &issued.access, source).await?)
            }
            None => None,
        };
        let body = members([
            ("access_token", Some(json!(issued.access))),
            ("expires_in", Some(json!(ACCESS_LIFETIME))),
            ("token_type", Some(json!("Bearer"))),
            ("scope", Some(json!(issue.scope))),
            ("refresh_token", issued.refresh.map(Value::from)),
            ("id_token", id_token.map(Value::from)),
        ]);
        Ok(answer(&Value::Object(body)))
    }
}

/// Whole seconds since 1970, as JWT count them (RFC 7519 2).
pub(crate) fn seconds(moment: Timestamp) -> i64 {
    moment.micros().div_euclid(1_000_000)
}
