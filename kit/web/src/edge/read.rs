//! Reading: from what is kept if it is still true, or else from the handler; and not at all if the caller has it.

use std::sync::Arc;

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use http_body_util::BodyExt;
use kit_base::{Problem, reads};
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::Edge;
use super::arrival::Arrival;
use super::conditional::Conditions;
use super::keep::Kept;
use super::site::View;
use super::squeeze::accepted;
use crate::Failure;
use crate::format::Format;

/// What a handler gave for a read.
pub(super) enum Reading {
    /// A value that is shown in the form the caller wants.
    Value(Arc<Kept>),
    /// Anything else: it is passed on as it is.
    Other(Response),
}

impl Edge {
    /// Answers `GET` and `HEAD`.
    pub(super) async fn read(
        &self,
        arrival: &mut Arrival<'_>,
        view: &View,
        parts: &Parts,
    ) -> Result<Response, Failure> {
        match self.look(arrival, view, parts).await? {
            Reading::Other(response) => Ok(response),
            Reading::Value(kept) => Ok(give(arrival, &kept, &parts.headers)),
        }
    }

    /// What is there, kept or made anew.
    pub(super) async fn look(
        &self,
        arrival: &Arrival<'_>,
        view: &View,
        parts: &Parts,
    ) -> Result<Reading, Failure> {
        let (format, audience) = (arrival.wanted.format, arrival.audience());
        // A page of a value is made for one reader.
        if !view.is_kept() || format == Format::Html {
            let response = self.run(arrival, view, parts, Body::empty()).await?;
            return self.shaped(arrival, response).await.map(Reading::Other);
        }
        let question = arrival.question(audience.as_deref());
        if let Some(kept) = self.keep.get(&question, arrival.at) {
            return Ok(Reading::Value(kept));
        }
        let (response, seen) = reads::observe(self.run(arrival, view, parts, Body::empty())).await;
        let response = response?;
        if !is_plain_value(&response) {
            return self.shaped(arrival, response).await.map(Reading::Other);
        }
        let json = whole(response.into_body()).await?;
        let (body, link) = (form(&json, format)?, link(&json));
        let same = self.same_for_all(arrival, view);
        let kept = Kept::new(body, format, audience.as_deref(), link, same, seen, arrival.at);
        let kept = Arc::new(kept);
        self.keep.put(&question, kept.clone());
        Ok(Reading::Value(kept))
    }

    /// What is there now, for a condition: its tag, if there is anything.
    pub(super) async fn current(
        &self,
        arrival: &Arrival<'_>,
        view: &View,
        parts: &Parts,
    ) -> Option<Arc<Kept>> {
        if !view.has(&Method::GET) {
            return None;
        }
        let mut parts = parts.clone();
        parts.method = Method::GET;
        parts.headers.remove(header::CONTENT_LENGTH);
        parts.headers.remove(header::CONTENT_TYPE);
        match self.look(arrival, view, &parts).await {
            Ok(Reading::Value(kept)) => Some(kept),
            _ => None,
        }
    }
}

/// The bytes as the caller reads them best, or nothing if the caller has them.
pub(super) fn give(arrival: &mut Arrival<'_>, kept: &Arc<Kept>, headers: &HeaderMap) -> Response {
    arrival.dressed = true;
    let conditions = Conditions::of(headers);
    if conditions.as_ref().is_some_and(|conditions| conditions.fails_to_match(Some(&kept.tag))) {
        return without_body(StatusCode::PRECONDITION_FAILED, kept);
    }
    if conditions.is_some_and(|conditions| conditions.is_known(Some(&kept.tag))) {
        return without_body(StatusCode::NOT_MODIFIED, kept);
    }
    let form = accepted(headers).and_then(|coding| kept.form(coding));
    let (body, headers) = form.map_or((&kept.body, &kept.headers), |form| (&form.body, &form.headers));
    let mut response = Response::new(Body::from(body.clone()));
    *response.headers_mut() = headers.clone();
    response
}

fn without_body(status: StatusCode, kept: &Kept) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    *response.headers_mut() = kept.bare.clone();
    response
}

/// No body, and the tag of what is there.
pub(super) fn bare(status: StatusCode, etag: HeaderValue) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response.headers_mut().insert(header::ETAG, etag);
    response
}

/// Whether it is a value that went well and that may be kept.
fn is_plain_value(response: &Response) -> bool {
    response.status() == StatusCode::OK
        && response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == "application/json")
        && !response.headers().contains_key(header::CACHE_CONTROL)
}

/// The body, read to its end.
pub(super) async fn whole(body: Body) -> Result<Bytes, Failure> {
    match body.collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) => {
            tracing::error!(%error, "an answer broke off while it was made");
            Err(Problem::internal().into())
        }
    }
}

fn form(json: &Bytes, format: Format) -> Result<Bytes, Failure> {
    if format == (Format::Json { indent: None }) {
        return Ok(json.clone());
    }
    let value = serde_json::from_slice(json).map_err(|error| {
        tracing::error!(%error, "an answer is no JSON");
        Problem::internal()
    })?;
    Ok(super::wording::written(&value, format).into())
}

/// The links of a page of a list as a header (RFC 8288).
pub(super) fn link(json: &[u8]) -> Option<HeaderValue> {
    #[derive(Deserialize)]
    struct Page {
        next: Option<String>,
        previous: Option<String>,
        #[serde(rename = "results")]
        _results: IgnoredAny,
    }
    if !json.starts_with(b"{\"count\":") {
        return None;
    }
    let page: Page = serde_json::from_slice(json).ok()?;
    let links = [(page.next, "next"), (page.previous, "prev")];
    let links = links.into_iter().filter_map(|(url, rel)| Some(format!("<{}>; rel=\"{rel}\"", url?)));
    let links: Vec<String> = links.collect();
    if links.is_empty() { None } else { HeaderValue::from_str(&links.join(", ")).ok() }
}
