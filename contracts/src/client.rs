//! Asking a service over a transport: the one client that every service and the frontend use.

use std::net::IpAddr;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Method, Request, StatusCode, header};
use kit_base::{Authenticator, Caller, FieldErrors, Page, Problem, Transport, TransportError};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::identity::{TokenAnswer, TokenQuestion};
use crate::incidents::{Component, Incident};
use crate::providers::Provider;

/// Pages are asked for at the largest size that the API gives.
const PAGE_SIZE: u32 = 100;
/// How much of a refusal is kept, in letters: enough for the words about every field of a form.
const LONGEST_REFUSAL: usize = 20_000;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// The service could not be asked.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// The service refused.
    #[error("{path} answered {status}: {}", beginning(.body))]
    Refused {
        /// What was asked for.
        path: String,
        /// Its status.
        status: StatusCode,
        /// Its answer; the beginning of one that is too long to be a refusal.
        body: String,
    },
    /// The answer or the question is not of the agreed shape.
    #[error("{path}: {reason}")]
    Shape {
        /// What was asked for.
        path: String,
        /// What does not fit.
        reason: String,
    },
}

impl AskError {
    /// What whoever asked through us is told: the service's own words where it refused, 503 where it could not be asked.
    pub fn problem(&self) -> Problem {
        let Self::Refused { status, body, .. } = self else {
            return Problem::unavailable(
                "A part of the system cannot be asked at the moment; please try again.",
            );
        };
        let words: Value = serde_json::from_str(body).unwrap_or_default();
        if let Some(detail) = words.get("detail").and_then(Value::as_str) {
            return Problem::new(status.as_u16(), detail);
        }
        let fields = serde_json::from_value::<FieldErrors>(words).unwrap_or_default();
        match status.as_u16() {
            400 if !fields.is_empty() => Problem::invalid(fields),
            status @ 500.. => Problem { status, ..Problem::internal() },
            status => Problem::new(status, "This was refused."),
        }
    }
}

/// As much of an answer as belongs into a log.
fn beginning(body: &str) -> String {
    body.chars().take(200).collect()
}

/// One segment of a path: whatever would end it or change its meaning is written by its code (RFC 3986 2.1).
pub fn segment(text: &str) -> String {
    let mut segment = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                segment.push(char::from(byte))
            }
            byte => segment.push_str(&format!("%{byte:02X}")),
        }
    }
    segment
}

/// A client of the services behind one transport.
#[derive(Clone)]
pub struct Client {
    transport: Arc<dyn Transport>,
    /// On whose behalf is asked; on nobody's in particular when absent.
    token: Option<Arc<str>>,
    /// The visitor for whom is asked, in the words of `Forwarded`.
    visitor: Option<Arc<str>>,
}

impl Client {
    /// A client that sends over `transport`.
    pub fn new(transport: Arc<dyn Transport>) -> Self {
        Self { transport, token: None, visitor: None }
    }

    /// The same client, asking on behalf of whoever holds `token`: with that person's rights, not with ours.
    pub fn on_behalf_of(&self, token: &str) -> Self {
        Self { token: Some(token.into()), ..self.clone() }
    }

    /// The same client, asking for a visitor who came from this network address to this host, by https or not. The other
    /// service takes that for where the request comes from, as it would a trusted proxy's word (`Forwarded`, RFC 7239).
    pub fn for_visitor(&self, address: IpAddr, https: bool, host: &str) -> Self {
        let node = if address.is_ipv6() { format!("[{address}]") } else { address.to_string() };
        let host: String = host.chars().filter(|letter| !matches!(letter, '"' | '\\')).collect();
        let proto = if https { "https" } else { "http" };
        let told = format!("for=\"{node}\";proto={proto};host=\"{host}\"");
        Self { visitor: Some(told.into()), ..self.clone() }
    }

    /// Every component that the public may see.
    pub async fn components(&self) -> Result<Vec<Component>, AskError> {
        self.all("/api/v1/components?").await
    }

    /// Every incident with this status.
    pub async fn incidents(&self, status: &str) -> Result<Vec<Incident>, AskError> {
        self.all(&format!("/api/v1/incidents?status={status}&")).await
    }

    /// The newest incidents with this status, as many as one page holds.
    pub async fn newest_incidents(&self, status: &str) -> Result<Vec<Incident>, AskError> {
        let path = format!("/api/v1/incidents?status={status}&page_size={PAGE_SIZE}");
        let page: Page<Incident> = self.send(Method::GET, &path, None::<&()>).await?;
        Ok(page.results)
    }

    /// Every provider that is watched.
    pub async fn providers(&self) -> Result<Vec<Provider>, AskError> {
        self.all("/api/v1/csp/providers?").await
    }

    /// Whose token this is.
    pub async fn verify_token(&self, token: &str) -> Result<TokenAnswer, AskError> {
        let question = TokenQuestion { token: token.to_owned() };
        self.send(Method::POST, "/api/v1/auth/verify-token", Some(&question)).await
    }

    /// Everything on the pages at `path`, which ends in `?` or `&`.
    pub(crate) async fn all<T: DeserializeOwned>(&self, path: &str) -> Result<Vec<T>, AskError> {
        let mut all = Vec::new();
        for page in 1_u32.. {
            let path = format!("{path}page={page}&page_size={PAGE_SIZE}");
            let answer: Page<T> = self.send(Method::GET, &path, None::<&()>).await?;
            all.extend(answer.results);
            if answer.next.is_none() {
                break;
            }
        }
        Ok(all)
    }

    /// The answer to one question. A module of this crate adds its own questions in an `impl Client` beside its types.
    pub(crate) async fn send<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<&impl Serialize>,
    ) -> Result<T, AskError> {
        let shape = |reason: String| AskError::Shape { path: path.to_owned(), reason };
        let body = match body {
            Some(body) => serde_json::to_vec(body).map_err(|error| shape(error.to_string()))?.into(),
            None => Bytes::new(),
        };
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "application/json");
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        if let Some(visitor) = &self.visitor {
            request = request.header(header::FORWARDED, visitor.as_ref());
        }
        let request = request.body(body).map_err(|error| shape(error.to_string()))?;
        let answer = self.transport.send(request).await?;
        if !answer.status().is_success() {
            let body = String::from_utf8_lossy(answer.body()).chars().take(LONGEST_REFUSAL).collect();
            return Err(AskError::Refused { path: path.to_owned(), status: answer.status(), body });
        }
        // An answer without content is nothing (RFC 9110 15.3.5).
        let body: &[u8] = if answer.body().is_empty() { b"null" } else { answer.body() };
        serde_json::from_slice(body).map_err(|error| shape(error.to_string()))
    }
}

#[async_trait]
impl Authenticator for Client {
    async fn authenticate(&self, token: &str) -> Result<Option<Caller>, Problem> {
        let answer = self.verify_token(token).await;
        answer.map(TokenAnswer::caller).map_err(|_| {
            Problem::unavailable("Who you are cannot be checked at the moment; please try again.")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(status: u16, body: &str) -> Problem {
        let status = StatusCode::from_u16(status).unwrap();
        AskError::Refused { path: "/x".to_owned(), status, body: body.to_owned() }.problem()
    }

    #[test]
    fn refusals_keep_the_words_of_the_service() {
        let fields = refused(400, r#"{"title":["This field is required."]}"#);
        assert_eq!(fields.fields["title"], ["This field is required."]);
        assert_eq!(refused(409, r#"{"detail":"It is needed."}"#), Problem::conflict("It is needed."));
        for (status, body) in [(400, ""), (404, "<h1>"), (418, "[1]"), (500, "{}"), (502, r#"{"a":1}"#)] {
            let problem = refused(status, body);
            assert!(problem.status == status && problem.fields.is_empty() && !problem.detail.is_empty());
        }
        let silent = AskError::Shape { path: String::new(), reason: "secret".to_owned() }.problem();
        assert!(silent.status == 503 && !silent.detail.contains("secret"));
    }

    #[test]
    fn a_segment_stays_one() {
        assert_eq!(segment("INC-7QKX2MPA"), "INC-7QKX2MPA");
        assert_eq!(segment("a/../b?c#d é%"), "a%2F..%2Fb%3Fc%23d%20%C3%A9%25");
    }
}
