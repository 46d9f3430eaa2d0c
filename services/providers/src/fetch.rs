//! Getting a feed's document: conditional, bounded in time and size, and suspicious of everything that comes
//! back.

use std::time::Duration;

use http::{StatusCode, header};
use kit_base::settings::Settings;
use kit_web::outbound::{self, Outbound, Refused};
use reqwest::Response;

use crate::settings::{MAX_DOCUMENT, TIMEOUT};

/// The longest wait that a server may ask for.
pub(crate) const LONGEST_RETRY: Duration = Duration::from_secs(3600);

/// Fetches documents.
#[derive(Clone)]
pub(crate) struct Fetcher {
    outbound: Outbound,
    max_document: usize,
}

/// What makes a server answer 304 where nothing has changed.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Validators {
    pub etag: Option<String>,
    pub last_modified: Option<String>,
}

/// What came of asking.
#[derive(Debug)]
pub(crate) enum Fetched {
    /// The document is as it was.
    NotModified,
    /// A document.
    Document(Got),
    /// Nothing that can be used; the reason is for people.
    Failed {
        reason: String,
        retry_after: Option<Duration>,
        /// There is no such document (404 or 410).
        is_absent: bool,
    },
}

/// A document that came.
#[derive(Debug)]
pub(crate) struct Got {
    pub body: Vec<u8>,
    pub validators: Validators,
    pub content_type: Option<String>,
    /// Where it came from in the end, after all redirects.
    pub url: String,
}

impl Fetcher {
    pub(crate) fn new(settings: &Settings) -> Result<Self, String> {
        let outbound = Outbound::new(settings, settings.duration(&TIMEOUT))?;
        Ok(Self { outbound, max_document: settings.size(&MAX_DOCUMENT) })
    }

    /// Asks for the document at `url`, unless it is still the one that `known` describes.
    pub(crate) async fn fetch(&self, url: &str, known: &Validators) -> Fetched {
        let mut request = match self.outbound.get(url) {
            Ok(request) => request,
            Err(refused) => return failed(kept_out(&refused)),
        };
        request = request.header(header::ACCEPT, "application/json, application/xml;q=0.9, */*;q=0.5");
        if let Some(etag) = &known.etag {
            request = request.header(header::IF_NONE_MATCH, etag);
        }
        if let Some(date) = &known.last_modified {
            request = request.header(header::IF_MODIFIED_SINCE, date);
        }
        match request.send().await {
            // To somebody who did not ask whether it has changed, this says nothing.
            Ok(response)
                if response.status() == StatusCode::NOT_MODIFIED && *known != Validators::default() =>
            {
                Fetched::NotModified
            }
            Ok(response) => self.take(response).await,
            Err(error) => failed(in_words(&error)),
        }
    }

    async fn take(&self, mut response: Response) -> Fetched {
        let status = response.status();
        if status != StatusCode::OK {
            return Fetched::Failed {
                reason: format!("the feed answered {status}"),
                retry_after: retry_after(&response),
                is_absent: [StatusCode::NOT_FOUND, StatusCode::GONE].contains(&status),
            };
        }
        let too_large = || failed(format!("the feed is larger than {} bytes", self.max_document));
        // Packed or not: what is announced to be too large need not be waited for.
        if response.content_length().is_some_and(|length| length > self.max_document as u64) {
            return too_large();
        }
        let validators = Validators {
            etag: text(&response, header::ETAG),
            last_modified: text(&response, header::LAST_MODIFIED),
        };
        let (content_type, url) = (text(&response, header::CONTENT_TYPE), response.url().to_string());
        let mut body = Vec::new();
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if body.len() + chunk.len() <= self.max_document => {
                    body.extend_from_slice(&chunk)
                }
                Ok(Some(_)) => return too_large(),
                Ok(None) => return Fetched::Document(Got { body, validators, content_type, url }),
                Err(error) => return failed(in_words(&error)),
            }
        }
    }
}

fn failed(reason: String) -> Fetched {
    Fetched::Failed { reason, retry_after: None, is_absent: false }
}

fn text(response: &Response, name: header::HeaderName) -> Option<String> {
    response.headers().get(name)?.to_str().ok().map(str::to_owned)
}

/// Whole seconds only; a date is as good as no word, since the next try is not long off.
fn retry_after(response: &Response) -> Option<Duration> {
    let seconds: u64 = text(response, header::RETRY_AFTER)?.parse().ok()?;
    Some(Duration::from_secs(seconds).min(LONGEST_RETRY))
}

fn kept_out(refused: &Refused) -> String {
    match refused {
        Refused::Private => format!("the feed is not read: {refused}"),
        Refused::Unusable => "the feed's address cannot be used".to_owned(),
    }
}

/// Without the address: it may hold a key.
fn in_words(error: &reqwest::Error) -> String {
    if let Some(refused) = outbound::refusal(error) {
        kept_out(&refused)
    } else if error.is_timeout() {
        "the feed did not answer in time".to_owned()
    } else if error.is_redirect() {
        "the feed redirects too often".to_owned()
    } else if error.is_connect() {
        "the feed cannot be reached".to_owned()
    } else if error.is_decode() || error.is_body() {
        "the feed's answer broke off or is not what it says it is".to_owned()
    } else if error.is_builder() {
        "the feed's address cannot be used".to_owned()
    } else {
        "the feed's answer cannot be read".to_owned()
    }
}
