//! Bodies of every kind as fields: by `Content-Type`, whole or not at all.

use std::convert::Infallible;

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use http::header::{self, HeaderMap, HeaderName};
use http_body_util::{BodyExt, LengthLimitError};
use kit_base::Problem;
use serde_json::{Map, Value};

use super::{Fields, Origin, kind};
use crate::preferences::{parameter, pieces};
use crate::{form, json, xml};

impl Fields {
    /// The fields of a body of this kind: JSON (also where none is said), XML, or a form of either kind. An empty body
    /// has no fields, whatever its kind. What is wrong with the body as a whole is told by [`Fields::finish`].
    pub fn from_body(content_type: Option<&str>, bytes: &[u8]) -> Self {
        read(content_type.unwrap_or_default(), bytes, json::MOST_MEMBERS).unwrap_or_else(Self::refused)
    }

    fn refused(problem: Problem) -> Self {
        Self { problem: Some(problem), ..Self::default() }
    }

    fn of_object(value: Value, origin: Origin) -> Result<Self, Problem> {
        let values = match value {
            Value::Object(values) => values,
            // A root without elements is an object without members.
            Value::Null if origin == Origin::Xml => Map::new(),
            other => {
                let found = kind(&other);
                let message = format!("Invalid data. Expected a dictionary, but got {found}.");
                return Err(Problem::invalid_field("non_field_errors", message));
            }
        };
        Ok(Self { values, origin, ..Self::default() })
    }

    fn of_form(values: Map<String, Value>) -> Self {
        let repeated = values.iter().filter(|(_, value)| value.is_array()).map(|(name, _)| name.clone());
        Self { repeated: repeated.collect(), values, origin: Origin::Form, ..Self::default() }
    }
}

/// It never refuses: a body that cannot be read is told when the handler finishes the fields.
impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = Infallible;

    async fn from_request(request: Request, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of_request(request, json::MOST_MEMBERS).await)
    }
}

/// The fields of a body that holds a whole document, which may have ten times as many members as other bodies.
pub struct Bulk(pub Fields);

impl<S: Send + Sync> FromRequest<S> for Bulk {
    type Rejection = Infallible;

    async fn from_request(request: Request, _: &S) -> Result<Self, Infallible> {
        Ok(Self(Fields::of_request(request, json::MOST_IN_BULK).await))
    }
}

impl Fields {
    async fn of_request(request: Request, most_members: usize) -> Self {
        let (parts, body) = request.into_parts();
        let content_type = all(&parts.headers, header::CONTENT_TYPE);
        let encoding = all(&parts.headers, header::CONTENT_ENCODING);
        let fields = match whole(body).await {
            Ok(bytes) if !bytes.is_empty() && !is_identity(&encoding) => Err(Problem::new(
                415,
                format!("Unsupported content encoding \"{encoding}\" in request; send the body as it is."),
            )),
            Ok(bytes) => read(&content_type, &bytes, most_members),
            Err(problem) => Err(problem),
        };
        fields.unwrap_or_else(Self::refused)
    }
}

/// A header as one text; one that came twice is then of no kind that is known.
fn all(headers: &HeaderMap, name: HeaderName) -> String {
    let values: Vec<_> =
        headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
    values.join(", ")
}

fn is_identity(encoding: &str) -> bool {
    encoding.trim().is_empty() || encoding.trim().eq_ignore_ascii_case("identity")
}

fn read(content_type: &str, bytes: &[u8], most_members: usize) -> Result<Fields, Problem> {
    if bytes.is_empty() {
        return Ok(Fields::default());
    }
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let read: fn(&str, &[u8], usize) -> Result<Fields, Problem> = match essence.as_str() {
        "application/json" => read_json,
        "application/xml" => |_: &str, bytes: &[u8], _| Fields::of_object(xml::read(bytes)?, Origin::Xml),
        "application/x-www-form-urlencoded" => {
            |_: &str, bytes: &[u8], _| Ok(Fields::of_form(form::read_urlencoded(bytes)?))
        }
        "multipart/form-data" => {
            |kind: &str, bytes: &[u8], _| Ok(Fields::of_form(form::read_multipart(kind, bytes)?))
        }
        "" if content_type.trim().is_empty() => read_json,
        _ => {
            return Err(Problem::new(415, format!("Unsupported media type \"{content_type}\" in request.")));
        }
    };
    check_charset(content_type)?;
    read(content_type, bytes, most_members)
}

fn read_json(_: &str, bytes: &[u8], most_members: usize) -> Result<Fields, Problem> {
    Fields::of_object(json::read(bytes, most_members)?, Origin::Json)
}

/// Text is UTF-8. Whoever says otherwise means other letters than would be read.
fn check_charset(content_type: &str) -> Result<(), Problem> {
    let charsets = pieces(content_type, ';')
        .filter_map(parameter)
        .filter(|(name, _)| name.eq_ignore_ascii_case("charset"));
    for (_, charset) in charsets {
        if !charset.eq_ignore_ascii_case("utf-8") && !charset.eq_ignore_ascii_case("utf8") {
            return Err(Problem::new(
                415,
                format!("Unsupported charset \"{charset}\" in request; send UTF-8."),
            ));
        }
    }
    Ok(())
}

async fn whole(body: Body) -> Result<Bytes, Problem> {
    match body.collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if is_too_long(&error) => {
            Err(Problem::new(413, "The body is larger than this server accepts."))
        }
        Err(_) => Err(Problem::bad_request("The body ended before it was complete.")),
    }
}

fn is_too_long(error: &axum::Error) -> bool {
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        if cause.is::<LengthLimitError>() {
            return true;
        }
        source = cause.source();
    }
    false
}
