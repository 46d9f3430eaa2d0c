//! What every answer carries, whatever it is.

use axum::body::{Body, HttpBody};
use axum::response::Response;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::request::Parts;
use http::{Method, StatusCode};
use kit_base::Problem;

use super::Edge;
use super::arrival::Arrival;
use super::site::View;
use crate::{cors, throttle};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// For everything that is no page of ours: it may load nothing and be framed by nobody.
const NOTHING_MAY_LOAD: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
/// A year, as browsers' lists of such sites ask for.
const ONLY_HTTPS: HeaderValue = HeaderValue::from_static("max-age=31536000");

impl Edge {
    /// The headers of a kept answer that are the same for everybody who gets it.
    pub(super) fn same_for_all(&self, arrival: &Arrival<'_>, view: &View) -> HeaderMap {
        let mut headers = HeaderMap::with_capacity(16);
        dress(&mut headers, Some(view), arrival.source.https);
        headers
    }

    /// Words what failed, and puts the headers on.
    pub(super) fn finish(&self, arrival: &Arrival<'_>, parts: &Parts, mut response: Response) -> Response {
        if let Some(problem) = response.extensions_mut().remove::<Problem>() {
            response = self.tell(arrival, &problem, response.into_parts().0.headers);
        }
        let status = response.status();
        let headers = response.headers_mut();
        let has_policy = headers.contains_key(header::CONTENT_SECURITY_POLICY);
        if let Ok(id) = HeaderValue::from_str(&arrival.id) {
            headers.insert(REQUEST_ID, id);
        }
        if arrival.view.is_some_and(|view| view.negotiated) {
            vary(headers, arrival, status);
        }
        if !arrival.dressed {
            dress(headers, arrival.view, arrival.source.https);
        }
        if status == StatusCode::NOT_MODIFIED && !has_policy {
            // The caller takes the headers of this answer over to what it has (RFC 9111 3.2), and that may be a page.
            headers.remove(header::CONTENT_SECURITY_POLICY);
        }
        if let Some(quota) = &arrival.quota {
            throttle::headers(quota, headers);
        }
        cors::decorate(&parts.headers, headers);
        if arrival.method == Method::HEAD {
            without_body(&mut response);
        }
        response
    }
}

/// The headers that every answer has, the same for everybody.
fn dress(headers: &mut HeaderMap, view: Option<&View>, https: bool) {
    if let Some(view) = view {
        headers.insert(header::ALLOW, view.allow.clone());
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.entry(header::REFERRER_POLICY).or_insert(HeaderValue::from_static("same-origin"));
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(NOTHING_MAY_LOAD);
    if https {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, ONLY_HTTPS);
    }
}

/// What the answer depends on besides the address, as the contract words it, with the language and the coding for
/// those who name one.
fn vary(headers: &mut HeaderMap, arrival: &Arrival<'_>, status: StatusCode) {
    let before_asking_who =
        [StatusCode::NOT_ACCEPTABLE, StatusCode::UNSUPPORTED_MEDIA_TYPE].contains(&status);
    let cookie = arrival.cookie_matters && !before_asking_who;
    let words = varies_by(cookie, arrival.names_language(), arrival.names_coding);
    headers.insert(header::VARY, HeaderValue::from_static(words));
}

pub(super) fn varies_by(cookie: bool, language: bool, coding: bool) -> &'static str {
    match (cookie, language, coding) {
        (false, false, false) => "Accept",
        (true, false, false) => "Accept, Cookie",
        (false, true, false) => "Accept, Accept-Language",
        (true, true, false) => "Accept, Cookie, Accept-Language",
        (false, false, true) => "Accept, Accept-Encoding",
        (true, false, true) => "Accept, Cookie, Accept-Encoding",
        (false, true, true) => "Accept, Accept-Language, Accept-Encoding",
        (true, true, true) => "Accept, Cookie, Accept-Language, Accept-Encoding",
    }
}

/// As the answer to `GET`, with its length, and without a body (RFC 9110 9.3.2).
fn without_body(response: &mut Response) {
    if let Some(length) = response.body().size_hint().exact()
        && response.status() != StatusCode::NOT_MODIFIED
    {
        response.headers_mut().entry(header::CONTENT_LENGTH).or_insert(HeaderValue::from(length));
    }
    *response.body_mut() = Body::empty();
}
