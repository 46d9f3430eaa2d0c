//! Who looks at a page: pages are the same for everybody, but for who is logged in and for the proof in their forms.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{HeaderMap, StatusCode, header};
use kit_base::SecretKey;
use kit_runtime::Context;
use kit_web::{Source, Visitor, csrf};

use crate::keeper::Page;
use crate::render::{self, CONTENT_SECURITY_POLICY};

/// Gives pages to readers.
#[derive(Clone)]
pub(crate) struct Readers {
    secret: SecretKey,
}

/// Whoever looks at a page.
pub(crate) struct Reader {
    name: Option<String>,
    session: Option<String>,
    headers: HeaderMap,
}

impl<S: Send + Sync> FromRequestParts<S> for Reader {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let Visitor(caller) = Visitor::from_request_parts(parts, state).await?;
        let source = Source::from_request_parts(parts, state).await?;
        let session = csrf::session_cookie(&parts.headers, source.https).map(str::to_owned);
        Ok(Self { name: caller.map(|caller| caller.name), session, headers: parts.headers.clone() })
    }
}

impl Readers {
    pub(crate) fn new(context: &Context) -> Self {
        Self { secret: context.secret.clone() }
    }

    /// The page for this reader, or that the reader has it already.
    pub(crate) fn give(&self, reader: &Reader, page: &Page) -> Response {
        self.give_with(StatusCode::OK, reader, page)
    }

    /// The same with another status than 200.
    pub(crate) fn give_with(&self, status: StatusCode, reader: &Reader, page: &Page) -> Response {
        let page = match (&reader.session, &reader.name) {
            (Some(session), Some(name)) => self.dressed(page, session, name),
            _ => page.clone(),
        };
        let validators = [
            (header::ETAG, page.etag.as_str()),
            (header::CACHE_CONTROL, if reader.session.is_some() { "private, no-cache" } else { "no-cache" }),
            (header::VARY, "Cookie"),
        ];
        if status == StatusCode::OK && is_known(&reader.headers, &page.etag) {
            return (StatusCode::NOT_MODIFIED, validators).into_response();
        }
        let kind = [
            (header::CONTENT_TYPE, "text/html; charset=utf-8"),
            (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        ];
        (status, validators, kind, page.html).into_response()
    }

    fn dressed(&self, page: &Page, session: &str, name: &str) -> Page {
        let html = String::from_utf8_lossy(&page.html);
        match render::for_reader(&html, name, &csrf::token(&self.secret, session)) {
            Ok(html) => Page::new(html),
            Err(error) => {
                tracing::error!(%error, "a page could not be made for its reader");
                page.clone()
            }
        }
    }
}

/// Whether the caller has the page already.
pub(crate) fn is_known(headers: &HeaderMap, etag: &str) -> bool {
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or("");
    known.split(',').any(|tag| tag.trim().trim_start_matches("W/") == etag)
}
