//! The form of what is said: values as JSON, XML or a page; errors in the caller's language and shape.

use axum::body::Body;
use axum::response::Response;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use kit_base::Problem;
use serde_json::{Map, Value, json};

use super::Edge;
use super::arrival::Arrival;
use super::read::{link, whole};
use crate::Failure;
use crate::browse;
use crate::format::Format;
use crate::language::Language;
use crate::{csrf, xml};

impl Edge {
    /// A handler's answer in the form that the caller wants; what is no value stays as it is.
    pub(super) async fn shaped(
        &self,
        arrival: &Arrival<'_>,
        response: Response,
    ) -> Result<Response, Failure> {
        let is_value = arrival.view.is_some_and(|view| view.negotiated)
            && response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == "application/json")
            && response.headers().get(header::CACHE_CONTROL).is_none_or(|control| control != "no-store");
        if !is_value {
            return Ok(response);
        }
        let (parts, body) = response.into_parts();
        let json = whole(body).await?;
        let mut headers = parts.headers;
        if let Some(link) = link(&json) {
            headers.insert(header::LINK, link);
        }
        if arrival.wanted.format == (Format::Json { indent: None }) {
            let mut response = Response::new(Body::from(json));
            (*response.status_mut(), *response.headers_mut()) = (parts.status, headers);
            return Ok(response);
        }
        let value = serde_json::from_slice(&json).map_err(|_| Problem::internal())?;
        Ok(self.say(arrival, parts.status, headers, &value))
    }

    /// A value in the form that the caller wants.
    pub(super) fn say(
        &self,
        arrival: &Arrival<'_>,
        status: StatusCode,
        mut headers: HeaderMap,
        value: &Value,
    ) -> Response {
        headers.remove(header::CONTENT_LENGTH);
        let format = arrival.wanted.format;
        let body = match format {
            Format::Html => self.page(arrival, status, &mut headers, value),
            format => written(value, format),
        };
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(format.content_type()));
        let mut response = Response::new(Body::from(body));
        (*response.status_mut(), *response.headers_mut()) = (status, headers);
        response
    }

    /// An error in the caller's language and in the shape that the caller reads.
    pub(super) fn tell(&self, arrival: &Arrival<'_>, problem: &Problem, mut headers: HeaderMap) -> Response {
        if problem.status == 401
            && let Some(page) = arrival.view.and_then(|view| view.login)
            && arrival.wanted.format == Format::Html
        {
            return to_login(page, arrival.target());
        }
        let language = arrival.language();
        let problem = self.words.tell(language, problem.clone());
        headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
        let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        if let Some(seconds) = problem.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if status == StatusCode::UNAUTHORIZED {
            let challenge = HeaderValue::from_static("Bearer realm=\"api\"");
            headers.entry(header::WWW_AUTHENTICATE).or_insert(challenge);
        }
        if arrival.wanted.problem {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
            headers.remove(header::CONTENT_LENGTH);
            let mut response = Response::new(Body::from(problem_json(&problem).to_string()));
            (*response.status_mut(), *response.headers_mut()) = (status, headers);
            return response;
        }
        let is_api = arrival.view.is_some_and(|view| view.negotiated);
        if arrival.wanted.format == Format::Html && !is_api {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(Format::Html.content_type()));
            // The page has a style and a script of the site's own; the length is that of the handler's empty answer.
            let policy = HeaderValue::from_static(crate::html::CONTENT_SECURITY_POLICY);
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
            headers.remove(header::CONTENT_LENGTH);
            let page = (self.config.error_page)(problem.status, &problem.detail);
            let mut response = Response::new(Body::from(page));
            (*response.status_mut(), *response.headers_mut()) = (status, headers);
            return response;
        }
        self.say(arrival, status, headers, &plain(&problem))
    }

    /// The browsable page of a value.
    fn page(
        &self,
        arrival: &Arrival<'_>,
        status: StatusCode,
        headers: &mut HeaderMap,
        value: &Value,
    ) -> String {
        headers.insert(
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(crate::html::CONTENT_SECURITY_POLICY),
        );
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        let proof = arrival.token.as_deref().filter(|_| arrival.by_cookie);
        let proof = proof.map(|session| csrf::token(&self.config.secret, session));
        let mut shown = headers.clone();
        if let Some(view) = arrival.view {
            shown.insert(header::ALLOW, view.allow.clone());
            shown.insert(header::VARY, HeaderValue::from_static("Accept, Cookie"));
        }
        browse::page(&browse::View {
            method: arrival.method.as_str(),
            url: &format!("{}{}", arrival.source.base(), arrival.target()),
            status: status.as_u16(),
            headers: &shown,
            value: Some(value),
            item: arrival.view.map(|view| &view.item),
            schemas: Some(&self.site.schemas),
            may: &arrival.view.map(|view| arrival.may(view)).unwrap_or_default(),
            who: arrival.caller.as_ref().map(|caller| caller.name.as_str()),
            csrf: proof.as_deref(),
            french: arrival.language() == Language::French,
        })
    }
}

/// Leads a browser to the page on which it logs in, and from there back to `target`.
fn to_login(page: &str, target: &str) -> Response {
    let next: String = form_urlencoded::byte_serialize(target.as_bytes()).collect();
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SEE_OTHER;
    let headers = response.headers_mut();
    if let Ok(address) = HeaderValue::from_str(&format!("{page}?next={next}")) {
        headers.insert(header::LOCATION, address);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The value in a form for programs.
pub(super) fn written(value: &Value, format: Format) -> String {
    match format {
        Format::Xml => xml::write(value),
        Format::Json { indent: Some(indent) } => indented(value, indent),
        Format::Json { indent: None } | Format::Html => value.to_string(),
    }
}

fn indented(value: &Value, indent: u8) -> String {
    let spaces = " ".repeat(usize::from(indent));
    let mut bytes = Vec::new();
    let formatter = serde_json::ser::PrettyFormatter::with_indent(spaces.as_bytes());
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, formatter);
    match serde::Serialize::serialize(value, &mut serializer) {
        Ok(()) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(_) => value.to_string(),
    }
}

/// As Django REST framework words errors: messages by field, or one `detail`.
fn plain(problem: &Problem) -> Value {
    if problem.fields.is_empty() { json!({ "detail": problem.detail }) } else { json!(problem.fields) }
}

/// RFC 9457.
fn problem_json(problem: &Problem) -> Value {
    let title = StatusCode::from_u16(problem.status).ok().and_then(|status| status.canonical_reason());
    let mut members = Map::new();
    members.insert("type".to_owned(), json!("about:blank"));
    members.insert("title".to_owned(), json!(title.unwrap_or("Error")));
    members.insert("status".to_owned(), json!(problem.status));
    members.insert("detail".to_owned(), json!(problem.detail));
    if !problem.fields.is_empty() {
        members.insert("errors".to_owned(), json!(problem.fields));
    }
    Value::Object(members)
}
