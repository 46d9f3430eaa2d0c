//! stub
use axum::body::Body;
use axum::response::Response;
use http::{HeaderMap, Method};
pub fn is_preflight(_: &Method, _: &HeaderMap) -> bool {
    false
}
pub fn preflight(_: &str, _: &HeaderMap) -> Response {
    Response::new(Body::empty())
}
pub fn decorate(_: &mut HeaderMap) {}
