//! A request's body, field by field: every mistake is collected, so that the caller learns of all of them at once.
//! Messages are those of Django REST framework, which the API's manner comes from.

use std::ops::RangeInclusive;

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use http::header;
use http_body_util::{BodyExt, LengthLimitError};
use kit_base::{FieldErrors, Problem, Timestamp};
use serde_json::{Map, Value};

use crate::Failure;

/// The fields of a body. Each reader takes a field out; [`Fields::finish`] tells what was wrong.
///
/// A reader whose name begins with `must_` gives a stand-in where the field is missing or bad; nobody sees it, because
/// `finish` then refuses.
#[derive(Default)]
pub struct Fields {
    values: Map<String, Value>,
    errors: FieldErrors,
}

impl Fields {
    /// The fields of a JSON object.
    pub fn from_json(body: &[u8]) -> Result<Self, Problem> {
        let value: Value = serde_json::from_slice(body).map_err(|error| syntax(&error))?;
        match value {
            Value::Object(values) => Ok(Self { values, errors: FieldErrors::new() }),
            other => {
                let found = kind(&other);
                Err(Problem::invalid_field(
                    "non_field_errors",
                    format!("Invalid data. Expected a dictionary, but got {found}."),
                ))
            }
        }
    }

    /// Whether the field is there and not null.
    pub fn has(&self, name: &str) -> bool {
        self.values.get(name).is_some_and(|value| !value.is_null())
    }

    /// Notes a mistake.
    pub fn reject(&mut self, name: &str, message: impl Into<String>) {
        self.errors.entry(name.to_owned()).or_default().push(message.into());
    }

    /// `value` if nothing was wrong with any field.
    pub fn finish<T>(self, value: T) -> Result<T, Problem> {
        if self.errors.is_empty() { Ok(value) } else { Err(Problem::invalid(self.errors)) }
    }

    /// Text of at most `longest` letters that must be there and not be blank.
    pub fn must_text(&mut self, name: &str, longest: usize) -> String {
        match self.present(name) {
            Some(value) => self.read_text(name, value, longest, false).unwrap_or_default(),
            None => String::new(),
        }
    }

    /// Text exactly as it was written, spaces included, of at most `longest` letters, that must be there and not be
    /// empty: for passwords and tokens.
    pub fn must_secret(&mut self, name: &str, longest: usize) -> String {
        let text = self.present(name).and_then(|value| self.string(name, value));
        text.and_then(|text| self.check_text(name, text, longest, false)).unwrap_or_default()
    }

    /// Text of at most `longest` letters, or nothing.
    pub fn text(&mut self, name: &str, longest: usize) -> Option<String> {
        let value = self.values.remove(name).filter(|value| !value.is_null())?;
        self.read_text(name, value, longest, true)
    }

    /// A whole number in `range` that must be there.
    pub fn must_integer(&mut self, name: &str, range: RangeInclusive<i64>) -> i64 {
        match self.present(name) {
            Some(value) => self.read_integer(name, &value, range).unwrap_or_default(),
            None => 0,
        }
    }

    /// A whole number in `range`, or nothing.
    pub fn integer(&mut self, name: &str, range: RangeInclusive<i64>) -> Option<i64> {
        let value = self.values.remove(name).filter(|value| !value.is_null())?;
        self.read_integer(name, &value, range)
    }

    /// One of `choices`, each with the word for it, that must be there.
    pub fn must_choice<T: Copy>(
        &mut self,
        name: &str,
        choices: &[T],
        word: fn(T) -> &'static str,
    ) -> Option<T> {
        let value = self.present(name)?;
        self.read_choice(name, &value, choices, word)
    }

    /// One of `choices`, or nothing.
    pub fn choice<T: Copy>(&mut self, name: &str, choices: &[T], word: fn(T) -> &'static str) -> Option<T> {
        let value = self.values.remove(name).filter(|value| !value.is_null())?;
        self.read_choice(name, &value, choices, word)
    }

    /// True or false, or nothing: as JSON has it, or as the words and digits that forms and XML have.
    pub fn flag(&mut self, name: &str) -> Option<bool> {
        let value = self.values.remove(name).filter(|value| !value.is_null())?;
        let word = value.as_str().map_or_else(|| value.to_string(), str::to_ascii_lowercase);
        match word.as_str() {
            "true" | "1" | "on" | "yes" => Some(true),
            "false" | "0" | "off" | "no" => Some(false),
            _ => {
                self.reject(name, "Must be a valid boolean.");
                None
            }
        }
    }

    /// A moment with its offset (RFC 3339), or nothing.
    pub fn time(&mut self, name: &str) -> Option<Timestamp> {
        let value = self.values.remove(name).filter(|value| !value.is_null())?;
        let time = value.as_str().and_then(Timestamp::parse);
        if time.is_none() {
            self.reject(name, "Enter a moment such as 2026-11-21T20:15:00Z.");
        }
        time
    }

    /// An `http` or `https` address, or nothing.
    pub fn url(&mut self, name: &str) -> Option<String> {
        let url = self.text(name, 2000)?;
        self.check_url(name, url)
    }

    /// An `http` or `https` address that must be there.
    pub fn must_url(&mut self, name: &str) -> String {
        let url = self.must_text(name, 2000);
        if url.is_empty() { url } else { self.check_url(name, url).unwrap_or_default() }
    }

    /// A list of texts, each of at most `longest` letters, or nothing.
    pub fn texts(&mut self, name: &str, longest: usize) -> Option<Vec<String>> {
        let value = self.values.remove(name).filter(|value| !value.is_null())?;
        self.read_texts(name, value, longest)
    }

    /// A list of texts that must be there.
    pub fn must_texts(&mut self, name: &str, longest: usize) -> Vec<String> {
        match self.present(name) {
            Some(value) => self.read_texts(name, value, longest).unwrap_or_default(),
            None => Vec::new(),
        }
    }

    fn present(&mut self, name: &str) -> Option<Value> {
        match self.values.remove(name) {
            Some(Value::Null) => self.reject(name, "This field may not be null."),
            None => self.reject(name, "This field is required."),
            some => return some,
        }
        None
    }

    fn read_text(&mut self, name: &str, value: Value, longest: usize, blank: bool) -> Option<String> {
        let text = self.string(name, value)?;
        self.check_text(name, text.trim().to_owned(), longest, blank)
    }

    fn string(&mut self, name: &str, value: Value) -> Option<String> {
        match value {
            Value::String(text) => return Some(text),
            Value::Number(number) => return Some(number.to_string()),
            _ => self.reject(name, "Not a valid string."),
        }
        None
    }

    fn check_text(&mut self, name: &str, text: String, longest: usize, blank: bool) -> Option<String> {
        if text.is_empty() && !blank {
            self.reject(name, "This field may not be blank.");
        } else if text.contains('\0') {
            self.reject(name, "Null characters are not allowed.");
        } else if text.chars().count() > longest {
            self.reject(name, format!("Ensure this field has no more than {longest} characters."));
        } else {
            return Some(text);
        }
        None
    }

    fn read_integer(&mut self, name: &str, value: &Value, range: RangeInclusive<i64>) -> Option<i64> {
        let number = match value {
            Value::Number(number) => number.as_i64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        match number {
            None => self.reject(name, "A valid integer is required."),
            Some(number) if number < *range.start() => {
                self.reject(
                    name,
                    format!("Ensure this value is greater than or equal to {}.", range.start()),
                );
            }
            Some(number) if number > *range.end() => {
                self.reject(name, format!("Ensure this value is less than or equal to {}.", range.end()));
            }
            number => return number,
        }
        None
    }

    fn read_choice<T: Copy>(
        &mut self,
        name: &str,
        value: &Value,
        choices: &[T],
        word: fn(T) -> &'static str,
    ) -> Option<T> {
        let chosen = choices.iter().copied().find(|choice| value.as_str() == Some(word(*choice)));
        if chosen.is_none() {
            let words: Vec<&str> = choices.iter().map(|choice| word(*choice)).collect();
            let given = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let given: String = given.chars().take(60).collect();
            self.reject(
                name,
                format!("\"{given}\" is not a valid choice; choose one of {}.", words.join(", ")),
            );
        }
        chosen
    }

    fn read_texts(&mut self, name: &str, value: Value, longest: usize) -> Option<Vec<String>> {
        let Value::Array(items) = value else {
            self.reject(name, format!("Expected a list of items but got type \"{}\".", kind(&value)));
            return None;
        };
        let before = self.errors.len();
        let texts = items.into_iter().filter_map(|item| self.read_text(name, item, longest, false)).collect();
        (self.errors.len() == before).then_some(texts)
    }

    fn check_url(&mut self, name: &str, url: String) -> Option<String> {
        let parsed = url.parse::<http::Uri>().ok();
        let scheme = parsed.as_ref().and_then(|uri| uri.scheme_str().zip(uri.host()));
        match scheme {
            Some(("http" | "https", host)) if !host.is_empty() => Some(url),
            _ => {
                self.reject(name, "Enter an address that begins with http:// or https://.");
                None
            }
        }
    }
}

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &S) -> Result<Self, Failure> {
        let media =
            request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
        let essence = media.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
        if !essence.is_empty() && essence != "application/json" {
            return Err(Problem::new(415, format!("Unsupported media type \"{media}\" in request.")).into());
        }
        let body = read(request.into_body()).await?;
        Ok(Self::from_json(&body)?)
    }
}

async fn read(body: Body) -> Result<bytes::Bytes, Problem> {
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

fn syntax(error: &serde_json::Error) -> Problem {
    let (line, column) = (error.line(), error.column());
    let text = error.to_string();
    let reason = text.split(" at line ").next().unwrap_or_default();
    Problem::bad_request(format!("JSON parse error - {reason}: line {line} column {column}"))
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_f64() => "float",
        Value::Number(_) => "int",
        Value::String(_) => "str",
        Value::Array(_) => "list",
        Value::Object(_) => "dict",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bad_field_is_named() {
        let mut fields =
            Fields::from_json(br#"{"sev": 9, "services": "web", "url": "javascript:1", "note": "a\u0000b"}"#)
                .unwrap();
        fields.must_text("title", 5);
        fields.must_integer("sev", 1..=4);
        fields.texts("services", 10);
        fields.url("url");
        fields.text("note", 10);
        let problem = fields.finish(()).unwrap_err();
        assert_eq!(problem.status, 400);
        let names: Vec<&str> = problem.fields.keys().map(String::as_str).collect();
        assert_eq!(names, ["title", "sev", "services", "url", "note"]);
        assert_eq!(problem.fields["title"], ["This field is required."]);
        assert_eq!(problem.fields["sev"], ["Ensure this value is less than or equal to 4."]);
    }

    #[test]
    fn a_yes_or_no_is_read_in_every_form() {
        let body = br#"{"a": true, "b": "False", "c": 1, "d": null, "e": "maybe", "f": [true]}"#;
        let mut fields = Fields::from_json(body).unwrap();
        let read = ["a", "b", "c", "d", "e", "f", "g"].map(|name| fields.flag(name));
        assert_eq!(read, [Some(true), Some(false), Some(true), None, None, None, None]);
        let problem = fields.finish(()).unwrap_err();
        assert_eq!(problem.fields.keys().collect::<Vec<_>>(), ["e", "f"]);
        assert_eq!(problem.fields["e"], ["Must be a valid boolean."]);
    }

    #[test]
    fn a_body_that_is_no_object_or_no_json_is_told() {
        let list = Fields::from_json(b"[]").err().unwrap();
        assert_eq!(list.fields["non_field_errors"], ["Invalid data. Expected a dictionary, but got list."]);
        let broken = Fields::from_json(b"{\"title\": }").err().unwrap();
        assert!(
            broken.detail.starts_with("JSON parse error - ") && broken.detail.contains("line 1 column 11")
        );
        let deep = "[".repeat(100_000);
        assert_eq!(Fields::from_json(deep.as_bytes()).err().unwrap().status, 400);
    }
}
