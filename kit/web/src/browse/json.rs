//! A JSON value for reading: indented, each kind of thing in its colour, addresses as links. All of it is escaped.

use serde_json::Value;

use crate::html::escape;

/// The longest answer that is shown, in lines and in bytes of HTML; the whole is a click away.
const MOST_LINES: usize = 2000;
const MOST_BYTES: usize = 2 << 20;
/// The longest text that is shown whole, in letters.
const LONGEST: usize = 20_000;

/// `value` as HTML, and whether all of it is there.
pub(super) fn show(value: &Value) -> (String, bool) {
    let mut writer = Writer::default();
    writer.value(value, 0);
    (writer.html, !writer.full)
}

#[derive(Default)]
struct Writer {
    html: String,
    lines: usize,
    full: bool,
}

impl Writer {
    fn value(&mut self, value: &Value, depth: usize) {
        match value {
            Value::Object(members) if !members.is_empty() => {
                let members = members.iter().map(|(name, value)| (Some(name.as_str()), value));
                self.nested(('{', '}'), members, depth);
            }
            Value::Array(items) if !items.is_empty() => {
                self.nested(('[', ']'), items.iter().map(|item| (None, item)), depth);
            }
            Value::Object(_) => self.html.push_str("{}"),
            Value::Array(_) => self.html.push_str("[]"),
            Value::String(text) => self.text(text),
            Value::Number(number) => self.html.push_str(&format!("<span class=\"n\">{number}</span>")),
            Value::Bool(_) | Value::Null => self.html.push_str(&format!("<span class=\"z\">{value}</span>")),
        }
    }

    fn nested<'a>(
        &mut self,
        (open, close): (char, char),
        members: impl Iterator<Item = (Option<&'a str>, &'a Value)>,
        depth: usize,
    ) {
        self.html.push(open);
        for (at, (name, value)) in members.enumerate() {
            if self.full || self.lines >= MOST_LINES || self.html.len() >= MOST_BYTES {
                self.full = true;
                return;
            }
            self.html.push_str(if at == 0 { "" } else { "," });
            self.line(depth + 1);
            if let Some(name) = name {
                self.html.push_str(&format!("<span class=\"k\">{}</span>: ", quoted(name)));
            }
            self.value(value, depth + 1);
        }
        if !self.full {
            self.line(depth);
            self.html.push(close);
        }
    }

    fn line(&mut self, depth: usize) {
        self.lines += 1;
        self.html.push('\n');
        self.html.push_str(&"  ".repeat(depth));
    }

    fn text(&mut self, text: &str) {
        let shown = match text.char_indices().nth(LONGEST) {
            Some((end, _)) => {
                self.full = true;
                text.get(..end).unwrap_or_default()
            }
            None => text,
        };
        let words = quoted(shown);
        let html = match is_address(text) {
            true => format!(
                "<span class=\"s\"><a href=\"{}\" rel=\"nofollow noreferrer\">{words}</a></span>",
                escape(text)
            ),
            false => format!("<span class=\"s\">{words}</span>"),
        };
        self.html.push_str(&html);
    }
}

/// `text` as JSON writes it, made harmless.
fn quoted(text: &str) -> String {
    escape(&Value::from(text).to_string())
}

/// Whether `text` may be a link: of http or https, or a path of the API. Anything else could be a script.
pub(super) fn is_address(text: &str) -> bool {
    let begins = text.starts_with("http://") || text.starts_with("https://") || text.starts_with("/api/");
    begins
        && text.len() <= 2000
        && !text.contains(|letter: char| letter.is_whitespace() || letter.is_control())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn it_reads_like_json() {
        let (html, whole) = show(&json!({ "a": [1, true, null, "x"], "b": {}, "c": [] }));
        let plain = ["k", "n", "z", "s"].iter().fold(html.replace("</span>", ""), |html, class| {
            html.replace(&format!("<span class=\"{class}\">"), "")
        });
        let expected =
            "{\n  \"a\": [\n    1,\n    true,\n    null,\n    \"x\"\n  ],\n  \"b\": {},\n  \"c\": []\n}";
        assert_eq!(plain.replace("&quot;", "\""), expected);
        assert!(whole);
    }

    #[test]
    fn nothing_in_a_value_becomes_html() {
        let evil = "\"><script>alert(1)</script>";
        let (html, _) =
            show(&json!({ evil: evil, "url": format!("https://x/{evil}"), "q": "https://x/?'onclick=1" }));
        assert!(!html.contains("<script") && !html.contains("\"><s"), "{html}");
        assert!(html.contains("href=\"https://x/?&#39;onclick=1\""), "{html}");
    }

    #[test]
    fn only_web_addresses_are_links() {
        for good in ["https://example.org/a?b=c#d", "http://h", "/api/v1/components/"] {
            assert!(is_address(good), "{good}");
        }
        for bad in [
            "javascript:alert(1)",
            "data:text/html,x",
            "//evil.example",
            "/login",
            "ftp://x",
            "https://x y",
            "see https://x",
            "JaVaScRiPt:x",
            "https://x\n.y",
        ] {
            assert!(!is_address(bad), "{bad}");
        }
    }

    #[test]
    fn very_large_answers_are_cut() {
        let (html, whole) = show(&Value::from((0..5000).collect::<Vec<i32>>()));
        assert!(!whole && html.lines().count() <= MOST_LINES + 1);
        assert!(show(&Value::from((0..1990).collect::<Vec<i32>>())).1);
        let (html, whole) = show(&json!({ "a": "x".repeat(LONGEST + 5), "b": 1 }));
        assert!(!whole && html.len() < LONGEST + 200);
    }
}
