//! Files inside the binary that pages need: each under an address that holds a hash of its bytes, so that browsers keep it
//! for ever and ask for a new version at once.

use std::sync::LazyLock;

use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode, header};

/// The stylesheet of every page.
pub(crate) static STYLE: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("/api/static", "api.css", include_bytes!("../assets/api.css")));
/// The script of every page.
pub(crate) static SCRIPT: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("/api/static", "api.js", include_bytes!("../assets/api.js")));

/// One file.
pub(crate) struct Asset {
    /// Its address: `/api/static/api-3f2a9c….css`.
    pub path: String,
    bytes: &'static [u8],
    content_type: &'static str,
    etag: String,
}

impl Asset {
    /// The file of that name, to be served below `folder`.
    pub(crate) fn new(folder: &str, name: &str, bytes: &'static [u8]) -> Self {
        let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
        let hash = fnv1a(bytes);
        Self {
            path: format!("{folder}/{stem}-{hash:016x}.{ending}"),
            bytes,
            content_type: content_type(ending),
            etag: format!("\"{hash:016x}\""),
        }
    }

    /// The file as it is, or that the caller has it already.
    pub(crate) fn answer(&self, asked: &HeaderMap) -> Response {
        let validators = [
            (header::ETAG, self.etag.as_str()),
            (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        ];
        if is_known(asked, &self.etag) {
            return (StatusCode::NOT_MODIFIED, validators).into_response();
        }
        (validators, [(header::CONTENT_TYPE, self.content_type)], self.bytes).into_response()
    }
}

/// The media type that the ending of a file's name stands for.
pub(crate) fn content_type(ending: &str) -> &'static str {
    match ending {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "png" => "image/png",
        _ => "application/octet-stream",
    }
}

/// Whether the caller already has what this validator stands for (`If-None-Match`, RFC 9110 13.1.2: compared weakly).
pub(crate) fn is_known(asked: &HeaderMap, etag: &str) -> bool {
    let known = asked.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or("");
    known.split(',').map(|tag| tag.trim().trim_start_matches("W/")).any(|tag| tag == etag || tag == "*")
}

/// FNV-1a of 64 bits: it keeps no secret, it only has to differ when the file does.
pub(crate) const fn fnv1a(mut bytes: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    while let [first, rest @ ..] = bytes {
        hash = (hash ^ *first as u64).wrapping_mul(0x0000_0100_0000_01b3);
        bytes = rest;
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_changes_with_the_bytes() {
        let one = Asset::new("/x", "a.css", b"foobar");
        assert_eq!(one.path, "/x/a-85944171f73967e8.css");
        assert_ne!(one.path, Asset::new("/x", "a.css", b"foobaz").path);
    }

    #[test]
    fn what_is_known_is_not_sent_again() {
        let asset = Asset::new("/x", "a.js", b"foobar");
        let fresh = asset.answer(&HeaderMap::new());
        assert_eq!(fresh.status(), 200);
        assert_eq!(fresh.headers()[header::CONTENT_TYPE], "text/javascript; charset=utf-8");
        assert!(fresh.headers()[header::CACHE_CONTROL].to_str().unwrap().contains("immutable"));
        assert_eq!(fresh.headers()[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        for tag in ["\"85944171f73967e8\"", "\"a\", W/\"85944171f73967e8\"", "*"] {
            let asked = HeaderMap::from_iter([(header::IF_NONE_MATCH, tag.parse().unwrap())]);
            assert_eq!(asset.answer(&asked).status(), 304, "{tag}");
        }
        let other = HeaderMap::from_iter([(header::IF_NONE_MATCH, "\"x\"".parse().unwrap())]);
        assert_eq!(asset.answer(&other).status(), 200);
    }
}
