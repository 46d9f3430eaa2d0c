//! What clients can find out by themselves: where everything is and what is spoken there (RFC 8414, OpenID Connect
//! Discovery), and the keys of id tokens.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header;
use kit_web::{Failure, Source};
use serde_json::{Value, json};

use super::model::{Grant, SCOPES};
use crate::Identity;

/// Describes the OpenID provider, beside the other endpoints.
#[utoipa::path(get, path = "/oauth2/.well-known/openid-configuration", tag = "oauth2",
    responses((status = 200, description = "Where everything is.", content_type = "application/json", body = Object,
               example = json!({"issuer": "https://status.example.org",
                                "token_endpoint": "https://status.example.org/oauth2/token/"}))))]
pub(crate) async fn oauth_openid_configuration(State(state): State<Identity>, source: Source) -> Response {
    json_for_all(&describe(&state.oauth.base(&source)))
}

/// Describes the OpenID provider.
#[utoipa::path(get, path = "/.well-known/openid-configuration", tag = "oauth2",
    responses((status = 200, description = "Where everything is.", content_type = "application/json", body = Object,
               example = json!({"issuer": "https://status.example.org",
                                "token_endpoint": "https://status.example.org/oauth2/token/"}))))]
pub(crate) async fn openid_configuration(State(state): State<Identity>, source: Source) -> Response {
    json_for_all(&describe(&state.oauth.base(&source)))
}

/// Describes the authorization server (RFC 8414).
#[utoipa::path(get, path = "/.well-known/oauth-authorization-server", tag = "oauth2",
    responses((status = 200, description = "Where everything is.", content_type = "application/json", body = Object,
               example = json!({"issuer": "https://status.example.org",
                                "token_endpoint": "https://status.example.org/oauth2/token/"}))))]
pub(crate) async fn oauth_authorization_server(State(state): State<Identity>, source: Source) -> Response {
    json_for_all(&describe(&state.oauth.base(&source)))
}

/// Gives the keys that id tokens are checked with (RFC 7517).
#[utoipa::path(get, path = "/oauth2/.well-known/jwks.json", tag = "oauth2",
    responses((status = 200, description = "The keys.", content_type = "application/json", body = Object,
               example = json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA",
                                          "kid": "019aa0c4-5c00-7000-8000-2f6e3b1a9d47",
                                          "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}))))]
pub(crate) async fn jwks(State(state): State<Identity>) -> Result<Response, Failure> {
    Ok(json_for_all(&state.published_keys().await?))
}

fn describe(base: &str) -> Value {
    let at = |path: &str| format!("{base}/oauth2/{path}");
    let client = json!(["client_secret_basic", "client_secret_post"]);
    let client_or_none = json!(["client_secret_basic", "client_secret_post", "none"]);
    json!({
        "issuer": base,
        "authorization_endpoint": at("authorize/"),
        "token_endpoint": at("token/"),
        "revocation_endpoint": at("revoke_token/"),
        "introspection_endpoint": at("introspect/"),
        "userinfo_endpoint": at("userinfo/"),
        "device_authorization_endpoint": at("device_authorization/"),
        "jwks_uri": at(".well-known/jwks.json"),
        "scopes_supported": SCOPES,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": Grant::ALL.map(Grant::grant_type),
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": client_or_none,
        "revocation_endpoint_auth_methods_supported": client_or_none,
        "introspection_endpoint_auth_methods_supported": client,
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["EdDSA"],
        "claims_supported": ["iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "at_hash", "name",
                             "preferred_username", "email"],
        "prompt_values_supported": ["none", "consent"],
        "claims_parameter_supported": false,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
        "authorization_response_iss_parameter_supported": true,
    })
}

/// Public, and read by browsers of any origin.
fn json_for_all(body: &Value) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::CACHE_CONTROL, "public, max-age=300"),
    ];
    (headers, body.to_string()).into_response()
}
