//! `/feed.atom`: what the public was told, for feed readers. They ask often and get the same bytes, which are kept.

use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use kit_base::reads::{self, Seen};
use kit_base::{Timestamp, hex};
use kit_web::{Built, Class, Failure, Routes, Rule, Source};
use sha2::{Digest, Sha256};
use utoipa_axum::routes;

use crate::Communications;
use crate::model::atom;
use crate::model::statuspage::Site;
use crate::store::documents;

#[derive(Clone)]
struct Feed {
    state: Communications,
    /// The feed as it was made last, for whoever asks by the same name.
    kept: Arc<Mutex<Option<Kept>>>,
}

#[derive(Clone)]
struct Kept {
    base: String,
    xml: Bytes,
    etag: String,
    seen: Seen,
    made_at: Timestamp,
}

impl Kept {
    fn is_good(&self, base: &str, now: Timestamp) -> bool {
        let in_time = self.seen.lasts().is_none_or(|span| now.since(self.made_at) < span);
        self.base == base && in_time && self.seen.is_current()
    }
}

/// The routes of the feed.
pub(super) fn routes(state: Communications) -> Built {
    Routes::new(Feed { state, kept: Arc::default() })
        .class(Class::Public)
        .add(Rule::Anyone, routes!(atom))
        .add(Rule::Anyone, routes!(plain))
        .build()
}

/// Gives the latest announcements as an Atom feed (RFC 4287).
#[utoipa::path(get, path = "/feed.atom", tag = "feeds",
    responses((status = 200, description = "The feed.", content_type = "application/atom+xml", body = String),
              (status = 304, description = "The feed is the one that the caller has.")))]
async fn atom(State(feed): State<Feed>, source: Source, headers: HeaderMap) -> Result<Response, Failure> {
    feed.answer(&source, &headers).await
}

/// Gives the same as `/feed.atom`.
#[utoipa::path(get, path = "/feed", tag = "feeds",
    responses((status = 200, description = "The feed.", content_type = "application/atom+xml", body = String),
              (status = 304, description = "The feed is the one that the caller has.")))]
async fn plain(State(feed): State<Feed>, source: Source, headers: HeaderMap) -> Result<Response, Failure> {
    feed.answer(&source, &headers).await
}

impl Feed {
    async fn answer(&self, source: &Source, headers: &HeaderMap) -> Result<Response, Failure> {
        let Kept { xml, etag, .. } = self.look(self.state.base(source)).await?;
        let validators = [(header::ETAG, etag.clone()), (header::CACHE_CONTROL, "public, max-age=30".to_owned())];
        let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or("");
        if known.split(',').any(|tag| [etag.as_str(), "*"].contains(&tag.trim().trim_start_matches("W/"))) {
            return Ok((StatusCode::NOT_MODIFIED, validators).into_response());
        }
        let kind = [(header::CONTENT_TYPE, "application/atom+xml; charset=utf-8")];
        Ok((validators, kind, xml).into_response())
    }

    async fn look(&self, base: String) -> Result<Kept, Failure> {
        let now = self.state.clock.now();
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(kept) = kept.filter(|kept| kept.is_good(&base, now)) {
            return Ok(kept);
        }
        let (entries, seen) = reads::observe(self.state.db.read(documents::latest)).await;
        let site = Site { name: &self.state.site_name, base: &base };
        let xml = Bytes::from(atom::feed(&self.state.secret, &site, &entries?));
        let digest = hex(Sha256::digest(&xml).get(..16).unwrap_or_default());
        let kept = Kept { base, xml, etag: format!("\"{digest}\""), seen, made_at: now };
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(kept.clone());
        Ok(kept)
    }
}
