//! Asking a service over a transport: the one client that every service and the frontend use.

use std::net::IpAddr;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Method, Request, StatusCode, header};
use kit_base::{Authenticator, Caller, Page, Problem, Transport, TransportError};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::identity::{TokenAnswer, TokenQuestion};
use crate::incidents::{Component, Incident};
use crate::providers::Provider;

/// Pages are asked for at the largest size that the API gives.
const PAGE_SIZE: u32 = 100;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// The service could not be asked.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// The service refused.
    #[error("{path} answered {status}: {body}")]
    Refused {
        /// What was asked for.
        path: String,
        /// Its status.
        status: StatusCode,
        /// The beginning of its answer.
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
            let body = String::from_utf8_lossy(answer.body()).chars().take(200).collect();
            return Err(AskError::Refused { path: path.to_owned(), status: answer.status(), body });
        }
        serde_json::from_slice(answer.body()).map_err(|error| shape(error.to_string()))
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
