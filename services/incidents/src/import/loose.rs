//! Values as other tools write them: a number or its text, a moment in one of several forms, text that may be HTML.

use kit_base::Timestamp;
use serde_json::Value;

/// The text of a field; empty where there is none.
pub(super) fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_default().trim()
}

/// An id, which may be a number or text.
pub(super) fn id(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A number that may be text, or an object that holds it as `value` (Cachet 3).
pub(super) fn number(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.parse().ok(),
        Value::Object(inner) => inner.get("value").and_then(number),
        _ => None,
    }
}

/// A moment: RFC 3339, `2026-09-12 13:00:03` (taken as UTC), or an object that holds it as `string` (Cachet 3).
pub(super) fn moment(value: &Value) -> Option<Timestamp> {
    match value {
        Value::String(text) if text.starts_with("0001-") => None,
        Value::String(text) => Timestamp::parse(text)
            .or_else(|| Timestamp::parse(&format!("{}Z", text.trim().replacen(' ', "T", 1)))),
        Value::Object(inner) => inner.get("string").and_then(moment),
        _ => None,
    }
}

/// At most so many letters of a text.
pub(super) fn cut(text: &str, longest: usize) -> String {
    if text.chars().count() <= longest {
        return text.to_owned();
    }
    text.chars().take(longest.saturating_sub(1)).chain(['…']).collect()
}

/// Text without the tags of HTML, whose paragraphs and breaks become lines.
pub(super) fn plain(text: &str) -> String {
    let text = ["<br />", "<br/>", "<br>", "</p>", "</li>"]
        .iter()
        .fold(text.to_owned(), |text, end| text.replace(end, "\n"));
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once('<') {
        plain.push_str(before);
        let is_tag =
            after.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '/' || letter == '!');
        match after.split_once('>').filter(|_| is_tag) {
            Some((_, behind)) => rest = behind,
            None => {
                plain.push('<');
                rest = after;
            }
        }
    }
    plain.push_str(rest);
    let named =
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&nbsp;", " "), ("&amp;", "&")];
    let plain = named.iter().fold(plain, |plain, (name, letter)| plain.replace(name, letter));
    plain.trim().to_owned()
}
