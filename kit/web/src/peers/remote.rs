//! Asking a service in another process: over HTTP with connections that stay open, a limit on time, and one more try
//! where that can do no harm.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderValue, Request, Response, Uri};
use kit_base::settings::Settings;
use kit_base::{Clock, Patience, SecretKey, Transport, TransportError, reads};

use super::TIMEOUT;
use super::proof::{self, Asked, HEADER};

/// Answers of services are pages of lists at most.
const LARGEST: usize = 64 << 20;
/// What another process answers is not heard of when it changes.
const BRIEFLY: Duration = Duration::from_secs(1);

/// How requests are sent and proved; shared by all the services that are asked.
#[derive(Clone)]
pub(super) struct Line {
    client: reqwest::Client,
    key: SecretKey,
    clock: Clock,
    /// Who asks.
    from: Arc<str>,
    patience: Duration,
}

impl Line {
    pub(super) fn new(settings: &Settings, key: SecretKey, clock: Clock, from: &str) -> Result<Self, String> {
        let patience = settings.duration(&TIMEOUT);
        let client = crate::outbound::trusted(patience)?;
        Ok(Self { client, key, clock, from: from.into(), patience })
    }
}

/// A service in another process.
#[derive(Clone)]
pub(super) struct Remote {
    line: Line,
    service: &'static str,
    base: String,
}

impl Remote {
    /// The service at `url`, which is scheme, host and port. The error is a line for the terminal.
    pub(super) fn new(line: Line, service: &'static str, url: &str) -> Result<Self, String> {
        let bad = || format!("peers.{service} is {url:?}: expected an address such as http://10.0.0.7:8080");
        let uri: Uri = url.parse().map_err(|_| bad())?;
        let scheme = uri.scheme_str().filter(|scheme| ["http", "https"].contains(scheme)).ok_or_else(bad)?;
        let authority = uri.authority().ok_or_else(bad)?;
        if uri.path() != "/" || uri.query().is_some() || authority.as_str().contains('@') {
            return Err(bad());
        }
        Ok(Self { line, service, base: format!("{scheme}://{authority}") })
    }

    async fn once(&self, request: Request<Bytes>) -> Result<Response<Bytes>, reqwest::Error> {
        let patience =
            request.extensions().get::<Patience>().map_or(self.line.patience, |patience| patience.0);
        let (parts, body) = request.into_parts();
        let url = format!("{}{}", self.base, parts.uri);
        let asked = self.line.client.request(parts.method, url).headers(parts.headers).timeout(patience);
        let answer = asked.body(body).send().await?;
        let mut response = Response::builder().status(answer.status());
        if let Some(headers) = response.headers_mut() {
            headers.clone_from(answer.headers());
        }
        let body = bounded(answer).await?;
        Ok(response.body(body).unwrap_or_default())
    }

    fn prove(&self, request: &mut Request<Bytes>) {
        let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
        let asked =
            Asked { method: request.method(), target, headers: request.headers(), body: request.body() };
        let proof = proof::prove(&self.line.key, self.line.clock.now(), &self.line.from, &asked);
        if let Ok(proof) = HeaderValue::from_str(&proof) {
            request.headers_mut().insert(HEADER, proof);
        }
    }

    fn in_words(&self, error: &reqwest::Error) -> TransportError {
        if error.is_timeout() {
            return TransportError::TimedOut(self.service.to_owned());
        }
        let reason = if error.is_connect() { "nobody listens there" } else { "the connection broke off" };
        TransportError::Unreachable { service: self.service.to_owned(), reason: reason.to_owned() }
    }
}

/// The whole body; one that is too long breaks off, and is then no JSON.
async fn bounded(mut answer: reqwest::Response) -> Result<Bytes, reqwest::Error> {
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await? {
        if body.len() + chunk.len() > LARGEST {
            break;
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.into())
}

#[async_trait]
impl Transport for Remote {
    async fn send(&self, mut request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        reads::note_briefly(BRIEFLY);
        self.prove(&mut request);
        let again = request.method().is_safe().then(|| request.clone());
        match (self.once(request).await, again) {
            // A connection that was kept open may have been closed just now.
            (Err(error), Some(again)) if !error.is_timeout() && !error.is_connect() => {
                self.once(again).await.map_err(|error| self.in_words(&error))
            }
            (answer, _) => answer.map_err(|error| self.in_words(&error)),
        }
    }
}
