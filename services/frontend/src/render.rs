//! From what is shown to HTML. Everything is escaped by the templates, and no page holds a style or a script of its own.

use askama::Template;
use contracts::Status;

use crate::text;
use crate::view::{self, StatusView};

/// The content security policy that every page keeps: nothing inline, nothing from elsewhere.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
     connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

#[derive(Template)]
#[template(path = "status.html", whitespace = "minimize")]
struct StatusPage<'a> {
    v: &'a StatusView,
}

#[derive(Template)]
#[template(path = "error.html", whitespace = "minimize")]
struct ErrorPage<'a> {
    status: u16,
    title: &'a str,
    size: &'static str,
    text: &'a str,
}

/// The public status page.
pub fn status_page(view: &StatusView) -> Result<String, askama::Error> {
    StatusPage { v: view }.render()
}

/// The page for what is not there or went wrong: what happened, and what to do.
pub fn error_page(status: u16, title: &str, text: &str) -> Result<String, askama::Error> {
    let (title, text) = (text::line(title, text::TITLE), text::prose(text, text::PROSE));
    ErrorPage { status, title: &title, size: view::size(&title), text: &text }.render()
}
