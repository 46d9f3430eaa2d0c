//! Answers that are kept: made once, and given out as ready bytes until what they were made from changes. Kept apart
//! for each audience, so that nobody ever gets what was made for another.

use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use kit_base::reads::Seen;
use kit_base::{Timestamp, hex};
use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, Equivalent, OptionsBuilder, Weighter};
use ring::digest;

use super::squeeze::{Coding, Squeezed};
use super::wire;
use crate::format::Format;

/// However certain it seems that nothing has changed: longer than this nothing is kept.
const LONGEST: Duration = Duration::from_secs(30);
/// What an entry weighs besides its bytes: its headers, in maps and written out.
const OVERHEAD: usize = 4096;
/// Larger answers are made anew each time.
const LARGEST: usize = 1 << 20;

/// What tells answers apart, borrowed from a request.
#[derive(Clone, Copy, Hash, PartialEq)]
pub(crate) struct Question<'a> {
    /// Path and parameters as they were asked.
    pub target: &'a str,
    /// The host, which links begin with.
    pub host: &'a str,
    /// Whether links begin with https.
    pub https: bool,
    /// The form of the answer.
    pub format: Format,
    /// The user it is made for; nobody is everybody who is not known.
    pub audience: Option<&'a str>,
}

#[derive(Clone, PartialEq, Eq)]
struct Key {
    target: Box<str>,
    host: Box<str>,
    https: bool,
    format: Format,
    audience: Option<Box<str>>,
}

impl Key {
    fn question(&self) -> Question<'_> {
        Question {
            target: &self.target,
            host: &self.host,
            https: self.https,
            format: self.format,
            audience: self.audience.as_deref(),
        }
    }
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.question().hash(state);
    }
}

impl Equivalent<Key> for Question<'_> {
    fn equivalent(&self, key: &Key) -> bool {
        *self == key.question()
    }
}

/// An answer that went well, ready to be sent.
pub(crate) struct Kept {
    pub body: Bytes,
    /// Its tag without quotes.
    pub tag: String,
    pub etag: HeaderValue,
    /// The headers that it always has.
    pub headers: HeaderMap,
    /// The same for an answer without a body.
    pub bare: HeaderMap,
    /// `headers` as they are sent with the body.
    pub head: Vec<u8>,
    /// `bare` as they are sent to whoever has the body.
    pub known: Vec<u8>,
    /// Its compressed forms, made when they are first wanted.
    pub squeezed: Squeezed,
    seen: Seen,
    until: Timestamp,
}

impl Kept {
    /// `body` in this format for this audience, made from what was `seen`; `same` are headers that every answer has.
    pub(crate) fn new(
        body: Bytes,
        format: Format,
        audience: Option<&str>,
        link: Option<HeaderValue>,
        same: HeaderMap,
        seen: Seen,
        now: Timestamp,
    ) -> Self {
        let tag = tag(&body, format, audience);
        let until = now.plus(seen.lasts().unwrap_or(LONGEST).min(LONGEST));
        let etag = HeaderValue::from_str(&format!("\"{tag}\"")).unwrap_or(HeaderValue::from_static("\"\""));
        let mut bare = same;
        bare.insert(header::ETAG, etag.clone());
        let mut headers = bare.clone();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(format.content_type()));
        if let Some(link) = link {
            headers.insert(header::LINK, link);
        }
        let head = written(StatusCode::OK, &headers, Some(body.len()));
        let known = written(StatusCode::NOT_MODIFIED, &bare, None);
        Self { squeezed: Squeezed::default(), headers, bare, head, known, body, tag, etag, seen, until }
    }

    /// The headers of its compressed form. Each coding has a tag of its own, for the bytes differ.
    pub(crate) fn coded(&self, coding: Coding) -> HeaderMap {
        let mut headers = self.headers.clone();
        let etag = HeaderValue::from_str(&format!("\"{}-{}\"", self.tag, coding.as_str()));
        headers.insert(header::ETAG, etag.unwrap_or_else(|_| self.etag.clone()));
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding.as_str()));
        headers
    }

    fn is_good(&self, now: Timestamp) -> bool {
        now < self.until && self.seen.is_current()
    }
}

/// A head as it is sent.
pub(super) fn written(status: StatusCode, headers: &HeaderMap, length: Option<usize>) -> Vec<u8> {
    let mut head = Vec::with_capacity(512);
    wire::head(status, headers, &mut head);
    if let Some(length) = length {
        wire::length(length as u64, &mut head);
    }
    head
}

/// One for each representation and each audience: half a SHA-256 of both.
fn tag(body: &[u8], format: Format, audience: Option<&str>) -> String {
    let mut context = digest::Context::new(&digest::SHA256);
    context.update(format.content_type().as_bytes());
    context.update(audience.unwrap_or("").as_bytes());
    context.update(&[0]);
    context.update(body);
    hex(context.finish().as_ref().get(..16).unwrap_or_default())
}

#[derive(Clone)]
struct ByBytes;

impl Weighter<Key, Arc<Kept>> for ByBytes {
    fn weight(&self, key: &Key, kept: &Arc<Kept>) -> u64 {
        // Room for the compressed forms, which come later.
        (OVERHEAD + key.target.len() + kept.body.len() + kept.body.len() / 2) as u64
    }
}

/// All that is kept, bounded in bytes. What is asked for but once cannot push out what is asked for again and again.
pub(crate) struct Keep(Cache<Key, Arc<Kept>, ByBytes>);

impl Keep {
    /// Keeps at most so many bytes.
    pub(crate) fn new(bytes: usize) -> Self {
        let options = OptionsBuilder::new()
            .estimated_items_capacity((bytes / 4096).max(16))
            .weight_capacity(bytes.max(1) as u64)
            .build();
        match options {
            Ok(options) => Self(Cache::with_options(
                options,
                ByBytes,
                DefaultHashBuilder::default(),
                DefaultLifecycle::default(),
            )),
            Err(_) => Self(Cache::with_weighter(16, bytes.max(1) as u64, ByBytes)),
        }
    }

    /// The answer to this question, if there is one and it is still true.
    pub(crate) fn get(&self, question: &Question<'_>, now: Timestamp) -> Option<Arc<Kept>> {
        let kept = self.0.get(question)?;
        if kept.is_good(now) {
            kit_base::reads::note(&kept.seen);
            return Some(kept);
        }
        None
    }

    /// Keeps an answer, if it is known from what it was made and is not too large.
    pub(crate) fn put(&self, question: &Question<'_>, kept: Arc<Kept>) {
        if kept.seen.is_anything() && kept.body.len() <= LARGEST {
            let key = Key {
                target: question.target.into(),
                host: question.host.into(),
                https: question.https,
                format: question.format,
                audience: question.audience.map(Box::from),
            };
            self.0.insert(key, kept);
        }
    }
}
