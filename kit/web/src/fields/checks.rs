//! What a value must be like to be taken, and what is said if it is not.

use std::ops::RangeInclusive;

use serde_json::Value;

use super::{Fields, Origin, kind};
use crate::email::{LONGEST_EMAIL, is_email};

/// Up to here every whole number has a floating one (2^53).
const EXACT: f64 = 9_007_199_254_740_992.0;
/// Mistakes in the items of one list that are told, at most.
const MOST_TOLD: usize = 10;

impl Fields {
    pub(super) fn read_text(
        &mut self,
        name: &str,
        value: Value,
        longest: usize,
        blank: bool,
    ) -> Option<String> {
        let text = self.string(name, value)?;
        self.check_text(name, text.trim().to_owned(), longest, blank)
    }

    pub(super) fn string(&mut self, name: &str, value: Value) -> Option<String> {
        match value {
            Value::String(text) => return Some(text),
            // A number too great to be exact is no longer what was written.
            Value::Number(number)
                if number.as_f64().is_some_and(|size| number.is_f64() && size.abs() > EXACT) =>
            {
                self.reject(name, "Not a valid string.");
            }
            Value::Number(number) => return Some(number.to_string()),
            _ => self.reject(name, "Not a valid string."),
        }
        None
    }

    pub(super) fn check_text(
        &mut self,
        name: &str,
        text: String,
        longest: usize,
        blank: bool,
    ) -> Option<String> {
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

    pub(super) fn read_integer(
        &mut self,
        name: &str,
        value: &Value,
        range: RangeInclusive<i64>,
    ) -> Option<i64> {
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

    /// The words are those of Django REST framework, in any case of letters.
    pub(super) fn read_flag(&mut self, name: &str, value: &Value) -> Option<bool> {
        let word = match value {
            Value::Bool(flag) => return Some(*flag),
            Value::Number(number) => number.to_string(),
            Value::String(text) => text.trim().to_ascii_lowercase(),
            _ => String::new(),
        };
        match word.as_str() {
            "true" | "t" | "yes" | "y" | "on" | "1" => return Some(true),
            "false" | "f" | "no" | "n" | "off" | "0" => return Some(false),
            _ => self.reject(name, "Must be a valid boolean."),
        }
        None
    }

    pub(super) fn read_email(&mut self, name: &str, value: Value) -> Option<String> {
        let email = self.read_text(name, value, LONGEST_EMAIL, false)?;
        if is_email(&email) {
            return Some(email);
        }
        self.reject(name, "Enter a valid email address.");
        None
    }

    pub(super) fn read_choice<T: Copy>(
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

    pub(super) fn read_texts(&mut self, name: &str, value: Value, longest: usize) -> Option<Vec<String>> {
        let items = match value {
            Value::Array(items) => items,
            Value::String(_) if self.origin == Origin::Form => vec![value],
            other => {
                self.reject(name, format!("Expected a list of items but got type \"{}\".", kind(&other)));
                return None;
            }
        };
        let before = self.errors.len();
        let mut texts = Vec::new();
        for item in items {
            texts.extend(self.read_text(name, item, longest, false));
            // Whoever sends thousands of bad ones learns nothing from a line for each.
            if self.errors.get(name).is_some_and(|errors| errors.len() >= MOST_TOLD) {
                break;
            }
        }
        (self.errors.len() == before).then_some(texts)
    }

    pub(super) fn check_url(&mut self, name: &str, url: String) -> Option<String> {
        if is_web_address(&url) {
            return Some(url);
        }
        self.reject(name, "Enter an address that begins with http:// or https://.");
        None
    }
}

/// Whether this is an `http` or `https` address, which may be shown as a link.
pub fn is_web_address(url: &str) -> bool {
    let parsed = url.parse::<http::Uri>().ok();
    let scheme = parsed.as_ref().and_then(|uri| uri.scheme_str().zip(uri.host()));
    matches!(scheme, Some(("http" | "https", host)) if !host.is_empty())
}
