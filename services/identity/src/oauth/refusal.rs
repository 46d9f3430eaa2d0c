//! How the endpoints of OAuth refuse, in the words of RFC 6749 5.2, and how they answer: as JSON that nobody keeps.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use kit_base::Problem;
use kit_store::StoreError;
use serde_json::{Map, Value, json};

use crate::Error;

/// A refusal: the word for programs, and a sentence for people.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Refusal {
    status: StatusCode,
    /// The word of the standard.
    pub error: &'static str,
    /// What is wrong, where more than the word can be told.
    pub description: String,
    retry_after: Option<u32>,
}

impl Refusal {
    fn new(status: StatusCode, error: &'static str, description: impl Into<String>) -> Self {
        Self { status, error, description: description.into(), retry_after: None }
    }

    /// 400 with this word of RFC 6749 5.2, RFC 8628 3.5.
    pub(crate) fn because(error: &'static str, description: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, error, description)
    }

    /// The request cannot be read, or lacks something.
    pub(crate) fn invalid_request(description: impl Into<String>) -> Self {
        Self::because("invalid_request", description)
    }

    /// The request lacks this parameter.
    pub(crate) fn missing(name: &str) -> Self {
        Self::invalid_request(format!("Request is missing {name} parameter."))
    }

    /// The client is not who it says, or says nothing. The challenge names Basic, by which it may prove itself.
    pub(crate) fn invalid_client() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "invalid_client", "The client is unknown or its secret is wrong.")
    }

    /// What the client holds is good for nothing, or not for this client.
    pub(crate) fn invalid_grant(description: impl Into<String>) -> Self {
        Self::because("invalid_grant", description)
    }

    /// The application may not do this.
    pub(crate) fn unauthorized_client() -> Self {
        Self::because("unauthorized_client", "The application may not use this grant.")
    }

    /// The application may not have these scopes.
    pub(crate) fn invalid_scope() -> Self {
        Self::because("invalid_scope", "A scope is unknown, or not allowed to this application.")
    }

    /// Too many have failed; `seconds` are to be waited.
    pub(crate) fn wait(seconds: u32) -> Self {
        let text = format!("Too many failed logins. Please try again in {seconds} seconds.");
        let refusal = Self::new(StatusCode::TOO_MANY_REQUESTS, "temporarily_unavailable", text);
        Self { retry_after: Some(seconds), ..refusal }
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        match error {
            Error::InvalidLogin => Self::invalid_grant("Invalid credentials given."),
            error => {
                let Problem { status, detail, retry_after, .. } = error.into();
                match (status, retry_after) {
                    (429, Some(seconds)) => Self::wait(seconds),
                    _ => {
                        let status =
                            StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                        let error = if status.is_client_error() { "invalid_request" } else { "server_error" };
                        Self { retry_after, ..Self::new(status, error, detail) }
                    }
                }
            }
        }
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Error::from(error).into()
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = json!({ "error": self.error, "error_description": self.description });
        let mut response = answer(&body);
        *response.status_mut() = self.status;
        if self.status == StatusCode::UNAUTHORIZED {
            let challenge = HeaderValue::from_static("Basic realm=\"oauth2\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// 200 with this JSON, which nobody may keep (RFC 6749 5.1).
pub(crate) fn answer(body: &Value) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], unkept(), body.to_string()).into_response()
}

/// 200 with nothing, which nobody may keep.
pub(crate) fn nothing() -> Response {
    unkept().into_response()
}

fn unkept() -> [(header::HeaderName, &'static str); 2] {
    [(header::CACHE_CONTROL, "no-store"), (header::PRAGMA, "no-cache")]
}

/// A JSON object of what is there.
pub(crate) fn members<const N: usize>(all: [(&str, Option<Value>); N]) -> Map<String, Value> {
    all.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}
