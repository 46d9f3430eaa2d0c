//! Pages that services show to people beside the public page: logging in, consent, the browsable API. One shell for all.

use axum::response::{IntoResponse, Response};
use http::header;

/// What such a page may load.
pub(crate) const POLICY: &str = "default-src 'none'";

/// `text` with everything that means something in HTML made harmless.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            letter => escaped.push(letter),
        }
    }
    escaped
}

/// A whole page with this title; `main` is HTML.
pub fn page(title: &str, main: &str) -> Response {
    let title = escape(title);
    let html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<title>{title}</title>\n<main>\n{main}\n</main>\n</html>\n"
    );
    ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response()
}
