//! How one service asks another: a request in, an answer out. The kit's web part carries it, in process or over HTTP.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;

/// Carries a request to a service and brings back its answer.
#[async_trait]
pub trait Transport: Send + Sync {
    /// Sends `request` (its URI is a path) and waits for the whole answer.
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, TransportError>;
}

/// How long the answer to this request may take, as an extension of it, where that is not as long as usual.
#[derive(Clone, Copy, Debug)]
pub struct Patience(pub Duration);

/// Why no answer came back.
#[derive(Clone, Debug, thiserror::Error)]
pub enum TransportError {
    /// The service cannot be reached.
    #[error("{service} cannot be reached: {reason}")]
    Unreachable {
        /// The service that was asked.
        service: String,
        /// What the network said.
        reason: String,
    },
    /// The service did not answer in time.
    #[error("{0} did not answer in time")]
    TimedOut(String),
}
