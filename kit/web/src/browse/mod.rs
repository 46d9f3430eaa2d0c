//! The browsable view of an API answer, as Django REST framework has it: what was asked, what came back, and forms for
//! what the caller may do here. It reads and posts without a script.

mod form;
mod json;
mod words;

use http::{HeaderMap, StatusCode};
use serde_json::Value;
use utoipa::openapi::Components;
use utoipa::openapi::path::PathItem;

use crate::html::{escape, shell};
use crate::metadata;
use crate::schema::operations;
use words::{Words, words};

/// The headers that tell a reader something, in the order in which they are shown.
const HEADERS: [&str; 8] =
    ["Allow", "Vary", "ETag", "Link", "Location", "Retry-After", "WWW-Authenticate", "Last-Modified"];

/// What is shown: a request, its answer, and what is known of the place.
pub struct View<'a> {
    /// The site's name.
    pub site: &'a str,
    /// The method of the request.
    pub method: &'a str,
    /// The address as it was asked for, absolute, with its parameters.
    pub url: &'a str,
    /// The status of the answer.
    pub status: u16,
    /// The headers of the answer, as it would be in JSON.
    pub headers: &'a HeaderMap,
    /// The answer, if it has a body.
    pub value: Option<&'a Value>,
    /// The description of the path, if it is one of ours.
    pub item: Option<&'a PathItem>,
    /// The schemas that the description names.
    pub schemas: Option<&'a Components>,
    /// The methods that the caller may use here.
    pub may: &'a [&'a str],
    /// The caller's name; nobody when absent.
    pub who: Option<&'a str>,
    /// What forms carry to show that they are ours.
    pub csrf: Option<&'a str>,
    /// Whether the view speaks French; what the API says of itself stays English.
    pub french: bool,
}

/// The view as an HTML document, to be sent with [`crate::html::CONTENT_SECURITY_POLICY`].
pub fn page(view: &View) -> String {
    let words = words(view.french);
    let (title, lead) = said_of(view);
    let lead = if lead.is_empty() { lead } else { format!("<p class=\"lead\">{}</p>\n", said(&lead)) };
    let main = format!(
        "{}<h1>{}</h1>\n{lead}{}{}{}",
        crumbs(view, words),
        said(&title),
        answer(view, words),
        links(view, words),
        form::forms(view, words),
    );
    shell(words.language, view.site, &format!("{title} · API"), &who(view, words), &main)
}

/// A title and the rest of what is said of the operation. A path without description has its address as title.
fn said_of(view: &View) -> (String, String) {
    let operation = view.item.and_then(|item| {
        let asked = if view.method == "HEAD" { "GET" } else { view.method };
        let same = operations(item).find(|(method, _)| *method == asked);
        same.or_else(|| operations(item).next()).map(|(_, operation)| operation)
    });
    let Some(operation) = operation else {
        let name = view.item.map(metadata::name);
        return (name.unwrap_or_else(|| path(view.url).to_owned()), String::new());
    };
    let summary = operation.summary.as_deref().unwrap_or_else(|| path(view.url)).trim();
    let (title, rest) = summary.split_once(". ").unwrap_or((summary, ""));
    let more = operation.description.as_deref().unwrap_or_default();
    let lead = [rest, more].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n\n");
    (title.trim_end_matches('.').to_owned(), lead)
}

/// Text of a description, with `code` between backticks.
fn said(text: &str) -> String {
    let mut html = String::new();
    for (at, part) in text.split('`').enumerate() {
        let part = escape(part);
        html.push_str(&if at % 2 == 1 { format!("<code>{part}</code>") } else { part });
    }
    html
}

/// The path and the parameters of an address.
fn location(url: &str) -> &str {
    let after = url.split_once("://").map_or(url, |(_, rest)| rest);
    after.find('/').and_then(|at| after.get(at..)).unwrap_or("/")
}

fn path(url: &str) -> &str {
    location(url).split('?').next().unwrap_or("/")
}

/// The way to here, each step a link; a version by itself is no place.
fn crumbs(view: &View, words: &Words) -> String {
    let path = path(view.url);
    let mut html = String::new();
    let mut end = 0;
    let count = path.split('/').filter(|part| !part.is_empty()).count();
    for (at, part) in path.split('/').filter(|part| !part.is_empty()).enumerate() {
        end += path.get(end..).and_then(|rest| rest.find(part)).unwrap_or(0) + part.len();
        let upto = path.get(..end).unwrap_or_default();
        let name = if part == "api" { "API".to_owned() } else { escape(part) };
        let here = if at + 1 == count { " aria-current=\"page\"" } else { "" };
        let is_version =
            part.strip_prefix('v').is_some_and(|rest| rest.chars().all(|one| one.is_ascii_digit()));
        html.push_str(&match is_version {
            true => format!("<li>{name}</li>\n"),
            false => format!("<li><a href=\"{}/\"{here}>{name}</a></li>\n", escape(upto)),
        });
    }
    format!("<nav class=\"crumbs\" aria-label=\"{}\"><ol>\n{html}</ol></nav>\n", words.path)
}

fn who(view: &View, words: &Words) -> String {
    match view.who {
        Some(name) => format!("<p class=\"who\">{} <b>{}</b></p>", words.known_as, escape(name)),
        None => {
            let next: String = form_urlencoded::byte_serialize(location(view.url).as_bytes()).collect();
            format!("<p class=\"who\"><a href=\"/login?next={}\">{}</a></p>", escape(&next), words.log_in)
        }
    }
}

fn answer(view: &View, words: &Words) -> String {
    let status = StatusCode::from_u16(view.status).ok();
    let reason = status.and_then(|status| status.canonical_reason()).unwrap_or_default();
    let class = if view.status < 400 { "good" } else { "bad" };
    let mut headers = match view.value {
        Some(_) => header("Content-Type", "application/json"),
        None => String::new(),
    };
    for name in HEADERS {
        let values = view.headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
        values.for_each(|value| headers.push_str(&header(name, value)));
    }
    let (body, whole) = view.value.map_or((String::new(), true), json::show);
    let cut = if whole { String::new() } else { format!("<p class=\"note\">{}</p>\n", words.cut) };
    format!(
        "<p class=\"request code\"><span class=\"method\">{}</span> {}</p>\n\
         <pre class=\"answer\" tabindex=\"0\" role=\"region\" aria-label=\"{}\">\
         <span class=\"status {class}\">HTTP {} {reason}</span>\n{headers}\n{body}</pre>\n{cut}",
        escape(view.method),
        escape(location(view.url)),
        words.answer,
        view.status,
    )
}

fn header(name: &str, value: &str) -> String {
    format!("<span class=\"name\">{name}:</span> {}\n", escape(value))
}

/// The neighbours in a list, and the same in the other forms.
fn links(view: &View, words: &Words) -> String {
    let neighbour = |name: &str, rel: &str, text: &str| {
        let url = view.value?.get(name)?.as_str().filter(|url| json::is_address(url))?;
        Some(format!("<a href=\"{}\" rel=\"{rel}\">{text}</a>\n", escape(url)))
    };
    let pages: String =
        [neighbour("previous", "prev", words.previous), neighbour("next", "next", words.next)]
            .into_iter()
            .flatten()
            .collect();
    let pages = match pages.is_empty() {
        true => pages,
        false => format!("<nav class=\"links\" aria-label=\"{}\">{pages}</nav>\n", words.pages),
    };
    let same = |format: &str, name: &str| {
        format!("<a href=\"{}\">{name}</a>\n", escape(&formatted(location(view.url), format)))
    };
    format!(
        "{pages}<div class=\"links\"><span>{}</span>{}{}</div>\n<div class=\"links\">{}</div>\n",
        words.same,
        same("json", "JSON"),
        same("xml", "XML"),
        form::options(view, words),
    )
}

/// The same address with another `format`.
fn formatted(location: &str, format: &str) -> String {
    let (path, query) = location.split_once('?').unwrap_or((location, ""));
    let kept = query.split('&').filter(|pair| !pair.is_empty() && pair.split('=').next() != Some("format"));
    let pairs: Vec<String> = kept.map(str::to_owned).chain([format!("format={format}")]).collect();
    format!("{path}?{}", pairs.join("&"))
}

#[cfg(test)]
mod tests;
