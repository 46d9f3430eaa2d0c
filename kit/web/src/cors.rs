//! Pages of other origins: they may ask everything of the API and read the answers, but never with the visitor's cookies.

use axum::body::Body;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::{Method, Response};

const ANY: HeaderValue = HeaderValue::from_static("*");
const METHODS: HeaderValue = HeaderValue::from_static("GET, POST, PUT, DELETE, HEAD, OPTIONS");
const ASKED: HeaderValue = HeaderValue::from_static(
    "accept, accept-language, authorization, content-type, flagd-selector, if-match, if-none-match, origin, x-api-key, \
     x-csrftoken, x-data-format, x-requested-with",
);
const EXPOSED: HeaderValue = HeaderValue::from_static(
    "ETag, Link, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Retry-After, X-Request-Id",
);
/// A day; browsers hold it for two hours to a day at most.
const MAX_AGE: HeaderValue = HeaderValue::from_static("86400");

/// Whether a browser asks if it may send what a page of another origin wants to send (Fetch, "CORS-preflight request").
pub fn is_preflight(method: &Method, headers: &HeaderMap) -> bool {
    method == Method::OPTIONS
        && headers.contains_key(header::ORIGIN)
        && headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

/// The answer to a preflight: the same for every page and every resource, but for `allow`, what this one can do.
pub fn preflight(allow: &str) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    let headers = response.headers_mut();
    if let Ok(allow) = HeaderValue::from_str(allow) {
        headers.insert(header::ALLOW, allow);
    }
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(0));
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, ANY);
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, ASKED);
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, MAX_AGE);
    response
}

/// What lets a page of another origin read an answer.
pub(crate) const OPEN: [(HeaderName, HeaderValue); 2] =
    [(header::ACCESS_CONTROL_ALLOW_ORIGIN, ANY), (header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED)];

/// Lets the page that asked read the answer. Without `Origin` no page of another origin asked.
pub fn decorate(asked: &HeaderMap, answered: &mut HeaderMap) {
    if asked.contains_key(header::ORIGIN) {
        for (name, value) in OPEN {
            answered.insert(name, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(names: &[&'static str]) -> HeaderMap {
        names
            .iter()
            .map(|name| (name.parse().unwrap(), HeaderValue::from_static("https://a.example")))
            .collect()
    }

    #[test]
    fn a_preflight_is_options_of_another_origin_with_a_method() {
        let whole = headers(&["origin", "access-control-request-method"]);
        assert!(is_preflight(&Method::OPTIONS, &whole));
        assert!(!is_preflight(&Method::GET, &whole));
        assert!(!is_preflight(&Method::OPTIONS, &headers(&["origin"])));
        assert!(!is_preflight(&Method::OPTIONS, &headers(&["access-control-request-method"])));
    }

    #[test]
    fn any_page_may_ask_but_not_with_cookies() {
        let response = preflight("GET, HEAD, OPTIONS");
        let value = |name: &str| response.headers().get(name).map(|value| value.to_str().unwrap());
        assert_eq!(response.status(), 200);
        assert_eq!(value("allow"), Some("GET, HEAD, OPTIONS"));
        assert_eq!(value("access-control-allow-origin"), Some("*"));
        assert_eq!(value("access-control-allow-credentials"), None);
        assert_eq!(value("access-control-max-age"), Some("86400"));
        let methods: Vec<_> = value("access-control-allow-methods").unwrap().split(", ").collect();
        assert_eq!(methods, ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS"]);
        let allowed: Vec<_> = value("access-control-allow-headers").unwrap().split(", ").collect();
        for name in [
            "x-requested-with",
            "content-type",
            "accept",
            "origin",
            "authorization",
            "x-csrftoken",
            "x-data-format",
            "x-api-key",
            "flagd-selector",
        ] {
            assert!(allowed.contains(&name), "{name}");
        }
    }

    #[test]
    fn answers_tell_of_it_only_where_another_origin_asks() {
        let mut answered = HeaderMap::new();
        decorate(&headers(&["accept"]), &mut answered);
        assert!(answered.is_empty());
        decorate(&headers(&["origin"]), &mut answered);
        assert_eq!(answered["access-control-allow-origin"], "*");
        let exposed = answered["access-control-expose-headers"].to_str().unwrap();
        for name in ["ETag", "Link", "RateLimit-Remaining", "Retry-After", "X-Request-Id"] {
            assert!(exposed.split(", ").any(|told| told == name), "{name}");
        }
    }
}
