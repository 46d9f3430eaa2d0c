//! Changing: the caller's conditions first, then the handler, on behalf of the caller; then the tag of what is there now.

use std::hash::{DefaultHasher, Hash, Hasher};

use axum::body::Body;
use axum::response::Response;
use http::request::Parts;
use http::{Method, StatusCode, header};
use http_body_util::{BodyExt, Limited};
use kit_base::{Acting, Problem};
use tokio::sync::MutexGuard;

use super::Edge;
use super::arrival::Arrival;
use super::conditional::Conditions;
use super::read::bare;
use super::site::View;
use crate::lines::HeaderLines;
use crate::{Failure, csrf};

impl Edge {
    /// Answers every method that may change something.
    pub(super) async fn write(
        &self,
        arrival: &Arrival<'_>,
        view: &View,
        parts: &Parts,
        body: Body,
    ) -> Result<Response, Failure> {
        let body = Body::new(Limited::new(body, self.config.max_body));
        let body = self.check_form(arrival, parts, body).await?;
        let _lane = self.lane(parts).await;
        if let Some(conditions) = Conditions::of(&parts.headers) {
            let current = self.current(arrival, view, parts).await;
            let tag = current.as_ref().map(|kept| kept.tag.as_str());
            if conditions.fails_to_match(tag) || conditions.is_known(tag) {
                let etag = current.map(|kept| kept.etag.clone());
                return match etag {
                    Some(etag) => Ok(bare(StatusCode::PRECONDITION_FAILED, etag)),
                    None => Ok(nothing_there()),
                };
            }
        }
        let response = self.act(arrival, view, parts, body).await?;
        let mut response = self.shaped(arrival, response).await?;
        if parts.method == Method::PUT
            && response.status() == StatusCode::OK
            && let Some(kept) = self.current(arrival, view, parts).await
        {
            response.headers_mut().insert(header::ETAG, kept.etag.clone());
        }
        Ok(response)
    }

    /// Runs the handler on behalf of the caller.
    async fn act(
        &self,
        arrival: &Arrival<'_>,
        view: &View,
        parts: &Parts,
        body: Body,
    ) -> Result<Response, Failure> {
        let Some(caller) = &arrival.caller else { return self.run(arrival, view, parts, body).await };
        let acting = Acting {
            user_id: caller.user_id.clone(),
            name: caller.name.clone(),
            operation: view.operation(&parts.method).to_owned(),
            target: arrival.path().to_owned(),
            from: self.config.secret.pseudonym("audit address", &arrival.source.address.to_string()),
            request_id: arrival.id.clone(),
        };
        acting.around(self.run(arrival, view, parts, body)).await
    }

    /// Changes of one thing are made one after the other, as far as this process makes them.
    async fn lane(&self, parts: &Parts) -> Option<MutexGuard<'_, ()>> {
        if parts.method == Method::POST {
            return None;
        }
        let mut hasher = DefaultHasher::new();
        parts.uri.path().trim_end_matches('/').hash(&mut hasher);
        let lane = usize::try_from(hasher.finish() % self.lanes.len().max(1) as u64).unwrap_or_default();
        Some(self.lanes.get(lane)?.lock().await)
    }

    /// A browser sends the cookie whoever wrote the form: so the form must be from here, and prove it.
    async fn check_form(&self, arrival: &Arrival<'_>, parts: &Parts, body: Body) -> Result<Body, Failure> {
        let Some(session) = arrival.token.as_deref().filter(|_| arrival.by_cookie) else { return Ok(body) };
        let refused =
            || Problem::new(403, "CSRF Failed: the form is not from this site, or too old; load it again.");
        if !csrf::same_origin(&parts.headers, &arrival.source) {
            return Err(refused().into());
        }
        if let Some(given) = parts.headers.get("x-csrftoken").and_then(|given| given.to_str().ok()) {
            return if csrf::is_good(&self.config.secret, session, given) {
                Ok(body)
            } else {
                Err(refused().into())
            };
        }
        let kind = parts.headers.text(header::CONTENT_TYPE).unwrap_or_default();
        if !kind.starts_with("application/x-www-form-urlencoded") {
            return Err(refused().into());
        }
        let cut = |_| Problem::bad_request("The body ended before it was complete, or is too long.");
        let bytes = body.collect().await.map_err(cut)?.to_bytes();
        let mut fields = form_urlencoded::parse(&bytes);
        let good = fields
            .any(|(name, value)| name == "csrf_token" && csrf::is_good(&self.config.secret, session, &value));
        if good { Ok(Body::from(bytes)) } else { Err(refused().into()) }
    }
}

fn nothing_there() -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::PRECONDITION_FAILED;
    response
}
