//! The compressed forms of a kept answer: made once, in the background, when somebody first wants them; until then
//! the plain form is sent. Nothing is ever compressed while a caller waits.

use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::{HeaderMap, StatusCode, header};

use super::keep::{Kept, written};
use crate::lines::HeaderLines;

/// Smaller answers fit into one packet anyway.
const WORTHWHILE: usize = 1024;

/// How an answer is compressed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Coding {
    Brotli,
    Gzip,
}

impl Coding {
    /// The word for it in headers.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Coding::Brotli => "br",
            Coding::Gzip => "gzip",
        }
    }
}

/// The compressed forms of one answer.
#[derive(Default)]
pub(crate) struct Squeezed {
    begun: AtomicBool,
    brotli: OnceLock<Form>,
    gzip: OnceLock<Form>,
}

/// One of the compressed forms.
pub(crate) struct Form {
    pub body: Bytes,
    pub headers: HeaderMap,
    /// The headers as they are sent.
    pub head: Vec<u8>,
}

impl Kept {
    /// The form in this coding, if it is ready and worthwhile; asking for one has it made.
    pub(crate) fn form(self: &Arc<Self>, coding: Coding) -> Option<&Form> {
        if self.body.len() < WORTHWHILE {
            return None;
        }
        let ready = match coding {
            Coding::Brotli => self.squeezed.brotli.get(),
            Coding::Gzip => self.squeezed.gzip.get(),
        };
        if ready.is_none() {
            self.squeeze();
        }
        ready
    }

    fn squeeze(self: &Arc<Self>) {
        if self.squeezed.begun.swap(true, Ordering::Relaxed) {
            return;
        }
        let kept = self.clone();
        tokio::task::spawn_blocking(move || {
            if let Some(bytes) = gzip(&kept.body) {
                let _ = kept.squeezed.gzip.set(Form::new(&kept, Coding::Gzip, bytes));
            }
            if let Some(bytes) = brotli(&kept.body) {
                let _ = kept.squeezed.brotli.set(Form::new(&kept, Coding::Brotli, bytes));
            }
        });
    }
}

impl Form {
    fn new(kept: &Kept, coding: Coding, body: Bytes) -> Self {
        let headers = kept.coded(coding);
        Self { head: written(StatusCode::OK, &headers, Some(body.len())), headers, body }
    }
}

fn gzip(body: &[u8]) -> Option<Bytes> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(body).ok()?;
    encoder.finish().ok().map(Bytes::from)
}

fn brotli(body: &[u8]) -> Option<Bytes> {
    let mut bytes = Vec::new();
    let params = brotli::enc::BrotliEncoderParams { quality: 5, ..Default::default() };
    brotli::BrotliCompress(&mut &*body, &mut bytes, &params).ok()?;
    Some(bytes.into())
}

/// The coding that the caller prefers of those we make (RFC 9110 12.5.3); brotli where it has no preference.
pub(crate) fn accepted(headers: &impl HeaderLines) -> Option<Coding> {
    let header = headers.text(header::ACCEPT_ENCODING)?;
    let weight = |coding: Coding| {
        let mut any = None;
        for entry in header.split(',') {
            let (name, parameters) = entry.split_once(';').unwrap_or((entry, ""));
            let q = parameters.trim().strip_prefix("q=").map_or(Some(1.0), |q| q.trim().parse::<f32>().ok());
            match name.trim() {
                name if name.eq_ignore_ascii_case(coding.as_str()) => return q.unwrap_or(0.0),
                "*" => any = q,
                _ => {}
            }
        }
        any.unwrap_or(0.0)
    };
    let (brotli, gzip) = (weight(Coding::Brotli), weight(Coding::Gzip));
    match (brotli > 0.0, gzip > 0.0) {
        (true, _) if brotli >= gzip => Some(Coding::Brotli),
        (_, true) => Some(Coding::Gzip),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_coding_is_the_one_that_is_liked_best() {
        let of = |value: &str| {
            accepted(&HeaderMap::from_iter([(header::ACCEPT_ENCODING, value.parse().unwrap())]))
        };
        assert_eq!(of("gzip, deflate, br"), Some(Coding::Brotli));
        assert_eq!(of("gzip"), Some(Coding::Gzip));
        assert_eq!(of("gzip;q=1.0, br;q=0.5"), Some(Coding::Gzip));
        assert_eq!(of("br;q=0, gzip"), Some(Coding::Gzip));
        assert_eq!(of("*"), Some(Coding::Brotli));
        assert_eq!(of("identity, *;q=0"), None);
        assert_eq!(of("br;q=x"), None);
        assert_eq!(accepted(&HeaderMap::new()), None);
    }

    #[test]
    fn what_is_squeezed_is_the_same_when_it_is_let_out() {
        let body = b"abcabcabc".repeat(200);
        let mut out = Vec::new();
        std::io::copy(&mut flate2::read::GzDecoder::new(&*gzip(&body).unwrap()), &mut out).unwrap();
        assert_eq!(out, body);
        let mut out = Vec::new();
        ::brotli::BrotliDecompress(&mut &*brotli(&body).unwrap(), &mut out).unwrap();
        assert_eq!(out, body);
    }
}
