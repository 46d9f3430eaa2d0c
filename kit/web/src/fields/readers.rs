//! The readers: one for each kind of field, once for fields that must be there and once for those that may.

use std::ops::RangeInclusive;

use kit_base::Timestamp;
use serde_json::Value;

use super::{Fields, Origin};

impl Fields {
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

    /// The same, or nothing.
    pub fn secret(&mut self, name: &str, longest: usize) -> Option<String> {
        let value = self.optional(name)?;
        let text = self.string(name, value)?;
        self.check_text(name, text, longest, false)
    }

    /// Text of at most `longest` letters, or nothing. It may be empty.
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
        let value = self.optional(name)?;
        self.read_integer(name, &value, range)
    }

    /// A boolean that must be there: `true`, or a word for it such as `yes`, `on`, `1`. A form does not send a box
    /// that is not ticked, so there what is absent is false.
    pub fn must_flag(&mut self, name: &str) -> bool {
        if self.origin == Origin::Form && !self.has(name) {
            return false;
        }
        self.present(name).and_then(|value| self.read_flag(name, &value)).unwrap_or_default()
    }

    /// A boolean, or nothing.
    pub fn flag(&mut self, name: &str) -> Option<bool> {
        let value = self.optional(name)?;
        self.read_flag(name, &value)
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
        let value = self.optional(name)?;
        self.read_choice(name, &value, choices, word)
    }

    /// A moment with its offset (RFC 3339), or nothing.
    pub fn time(&mut self, name: &str) -> Option<Timestamp> {
        let value = self.optional(name)?;
        let time = value.as_str().and_then(Timestamp::parse);
        if time.is_none() {
            self.reject(name, "Enter a moment such as 2026-11-21T20:15:00Z.");
        }
        time
    }

    /// A day of the calendar such as `2026-11-21`, empty text, or nothing.
    pub fn date(&mut self, name: &str) -> Option<String> {
        let text = self.text(name, 10)?;
        if !text.is_empty() && Timestamp::of_day(&text).is_none() {
            self.reject(name, "Enter a day such as 2026-11-21.");
        }
        Some(text)
    }

    /// A mail address that must be there.
    pub fn must_email(&mut self, name: &str) -> String {
        self.present(name).and_then(|value| self.read_email(name, value)).unwrap_or_default()
    }

    /// A mail address, or nothing.
    pub fn email(&mut self, name: &str) -> Option<String> {
        let value = self.optional(name)?;
        self.read_email(name, value)
    }

    /// An `http` or `https` address, or nothing.
    pub fn url(&mut self, name: &str) -> Option<String> {
        let value = self.optional(name)?;
        let url = self.read_text(name, value, 2000, true)?;
        self.check_url(name, url)
    }

    /// An `http` or `https` address that must be there.
    pub fn must_url(&mut self, name: &str) -> String {
        let url = self.must_text(name, 2000);
        if url.is_empty() { url } else { self.check_url(name, url).unwrap_or_default() }
    }

    /// A list of texts, each of at most `longest` letters, or nothing.
    pub fn texts(&mut self, name: &str, longest: usize) -> Option<Vec<String>> {
        let value = self.optional(name)?;
        self.read_texts(name, value, longest)
    }

    /// A list of texts that must be there.
    pub fn must_texts(&mut self, name: &str, longest: usize) -> Vec<String> {
        if self.origin == Origin::Xml && self.values.get(name).is_some_and(Value::is_null) {
            self.values.remove(name);
            return Vec::new();
        }
        match self.present(name) {
            Some(value) => self.read_texts(name, value, longest).unwrap_or_default(),
            None => Vec::new(),
        }
    }
}
