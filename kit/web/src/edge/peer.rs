//! Requests of our own services in other processes: known by their proof, and treated like those within the process.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{Request, StatusCode, header};
use http_body_util::{BodyExt, Limited};
use serde_json::json;

use super::Edge;
use super::arrival::FromWithin;
use crate::peers::{self, Asked};

impl Edge {
    /// Answers a request that says it comes from a service of ours. One whose proof is no good is refused: whoever sends
    /// it is none of ours, or is set up wrongly and should learn of it.
    pub(super) async fn answer_peer(&self, request: Request<Body>) -> Response {
        let (parts, body) = request.into_parts();
        let Ok(body) = Limited::new(body, self.config.max_body).collect().await else {
            return refused(StatusCode::PAYLOAD_TOO_LARGE, "The body is larger than this server accepts.");
        };
        let body = body.to_bytes();
        let target = parts.uri.path_and_query().map_or("/", |target| target.as_str());
        let asked = Asked { method: &parts.method, target, headers: &parts.headers, body: &body };
        let proof = parts.headers.get(peers::HEADER).and_then(|proof| proof.to_str().ok()).unwrap_or("");
        match peers::check(&self.config.secret, self.config.clock.now(), proof, &asked) {
            Ok(from) => {
                tracing::trace!(from, path = parts.uri.path(), "another service asks");
                let mut request = Request::from_parts(parts, Body::from(body));
                request.headers_mut().remove(peers::HEADER);
                request.extensions_mut().insert(FromWithin);
                self.answer_asked(request).await
            }
            Err(reason) => {
                tracing::warn!(reason, path = parts.uri.path(), "a service that asks was refused");
                refused(StatusCode::UNAUTHORIZED, reason)
            }
        }
    }
}

fn refused(status: StatusCode, reason: &str) -> Response {
    let kind = [(header::CONTENT_TYPE, "application/json"), (header::X_CONTENT_TYPE_OPTIONS, "nosniff")];
    (status, kind, json!({ "detail": reason }).to_string()).into_response()
}
