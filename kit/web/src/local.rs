//! Asking a service that lives in the same process: through the same edge as everybody else, only without a socket.

use std::sync::{Arc, OnceLock, Weak};

use async_trait::async_trait;
use axum::body::Body;
use bytes::Bytes;
use http_body_util::BodyExt;
use kit_base::{Transport, TransportError};

use crate::Edge;
use crate::edge::FromWithin;

/// Carries requests to the edge of this process, once there is one and as long as it is there.
#[derive(Clone, Default)]
pub struct LocalTransport {
    /// Weak, because what is behind the edge holds this transport: a ring would keep every database open for ever.
    edge: Arc<OnceLock<Weak<Edge>>>,
}

impl LocalTransport {
    /// Says who answers from now on. Services are built before the edge is, and some need a transport to be built.
    pub fn connect(&self, edge: Arc<Edge>) {
        // A second edge would be a fault of the composition, and the first goes on answering.
        let _ = self.edge.set(Arc::downgrade(&edge));
    }
}

#[async_trait]
impl Transport for LocalTransport {
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, TransportError> {
        let unreachable =
            |reason: String| TransportError::Unreachable { service: "this process".to_owned(), reason };
        let edge = self.edge.get().ok_or_else(|| unreachable("it is still starting".to_owned()))?;
        let edge = edge.upgrade().ok_or_else(|| unreachable("it has stopped".to_owned()))?;
        let mut request = request.map(Body::from);
        request.extensions_mut().insert(FromWithin);
        let response = edge.answer(request).await;
        let (parts, body) = response.into_parts();
        let body = body.collect().await.map_err(|error| unreachable(error.to_string()))?;
        Ok(http::Response::from_parts(parts, body.to_bytes()))
    }
}
