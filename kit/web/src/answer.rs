//! What a handler gives back: a value with a status, or a failure that the edge words for the caller.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode, header};
use kit_base::Problem;
use serde::Serialize;

/// What a handler returns.
pub type Reply<T> = Result<Answer<T>, Failure>;

/// A value for the caller.
pub struct Answer<T> {
    status: StatusCode,
    body: T,
}

impl<T> Answer<T> {
    /// 200 with this value.
    pub fn ok(body: T) -> Self {
        Self { status: StatusCode::OK, body }
    }

    /// 201 with what was created.
    pub fn created(body: T) -> Self {
        Self { status: StatusCode::CREATED, body }
    }
}

impl<T: Serialize> IntoResponse for Answer<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.body) {
            Ok(json) => (self.status, [(header::CONTENT_TYPE, "application/json")], json).into_response(),
            Err(error) => {
                tracing::error!(%error, "an answer could not be written");
                Failure::from(Problem::internal()).into_response()
            }
        }
    }
}

/// Anything that a service's error turns into; the edge gives it the form that the caller asked for.
#[derive(Debug)]
pub struct Failure(Box<Told>);

/// On the heap, because what can fail gives it back beside something small.
#[derive(Debug)]
struct Told {
    problem: Problem,
    headers: HeaderMap,
}

impl Failure {
    /// A problem with headers that belong to it.
    pub(crate) fn with_headers(problem: Problem, headers: HeaderMap) -> Self {
        Self(Box::new(Told { problem, headers }))
    }
}

impl<E: Into<Problem>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::with_headers(error.into(), HeaderMap::new())
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let Told { problem, headers } = *self.0;
        let mut response = Response::new(Body::empty());
        *response.status_mut() =
            StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        *response.headers_mut() = headers;
        response.extensions_mut().insert(problem);
        response
    }
}
