//! Why a document cannot be read, in words for the person who looks after the provider, and the way in that
//! every JSON family shares.

use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::error::Category;

use super::text;

/// Why a document tells nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Nothing came.
    #[error("the answer is empty")]
    Empty,
    /// Bytes that are not text, as of a picture or of something compressed.
    #[error("the answer is not text: byte {0} is not UTF-8")]
    NotText(usize),
    /// Text, but a page for people or a feed.
    #[error("{kind} came instead of JSON: {excerpt}")]
    NotJson {
        /// `an HTML page`, `an XML document` or `plain text`.
        kind: &'static str,
        /// The title of the page, or how the text begins.
        excerpt: String,
    },
    /// JSON whose end is missing.
    #[error("the JSON breaks off at line {line}, column {column}: the answer was cut short")]
    CutShort {
        /// The last line.
        line: usize,
        /// The last column.
        column: usize,
    },
    /// JSON with a fault.
    #[error("the JSON is broken at line {line}, column {column}: {reason}")]
    Broken {
        /// The line of the fault.
        line: usize,
        /// The column of the fault.
        column: usize,
        /// What the parser did not like.
        reason: String,
    },
    /// Text, but a page for people or a JSON document.
    #[error("{kind} came instead of a feed: {excerpt}")]
    NotFeed {
        /// `an HTML page`, `a JSON document` or `plain text`.
        kind: &'static str,
        /// The title of the page, or how the text begins.
        excerpt: String,
    },
    /// XML whose end is missing.
    #[error("the XML breaks off at line {line}, column {column}: the answer was cut short")]
    XmlCutShort {
        /// The last line.
        line: usize,
        /// The last column.
        column: usize,
    },
    /// XML with a fault.
    #[error("the XML is broken at line {line}, column {column}: {reason}")]
    XmlBroken {
        /// The line of the fault.
        line: usize,
        /// The column of the fault.
        column: usize,
        /// What the parser did not like.
        reason: String,
    },
    /// Text in letters that nobody here knows.
    #[error("the answer is in an encoding that is not known here: {0}")]
    Encoding(String),
    /// A feed that is no longer made anew.
    #[error("the feed is out of date: it was last built at {built_at}")]
    OutOfDate {
        /// When it says that it was made.
        built_at: kit_base::Timestamp,
    },
    /// Good JSON which is something else than it should be.
    #[error("unexpected shape: {0}")]
    Shape(String),
    /// The provider answers that it will not tell, as the page of a closed account does.
    #[error("the provider answers with an error: {0}")]
    Refused(String),
}

impl Unreadable {
    /// Whether the document is whole, and of another form than it should be.
    pub fn is_other_form(&self) -> bool {
        matches!(
            self,
            Unreadable::NotJson { .. }
                | Unreadable::NotFeed { .. }
                | Unreadable::Shape(_)
                | Unreadable::OutOfDate { .. }
        )
    }

    /// A good feed of somebody else.
    pub(super) fn another_feed(title: &str, wanted: &str) -> Self {
        let title = text::line(title, 80);
        Self::Shape(format!("the feed \"{title}\" is not one of {wanted}"))
    }
}

/// Reads JSON into `T`. A byte order mark before it is no fault.
pub(super) fn json<T: DeserializeOwned>(body: &[u8]) -> Result<T, Unreadable> {
    parse(decode(body)?)
}

/// Reads a JSON document that must be an object or a list at its root; `what` names it. The check is needed
/// because serde takes a list for a struct too, and an empty list for a struct of which everything may be
/// absent.
pub(super) fn json_rooted<T: DeserializeOwned>(body: &[u8], root: Root, what: &str) -> Result<T, Unreadable> {
    text_rooted(decode(body)?, root, what)
}

/// The same from what has been decoded already.
pub(super) fn text_rooted<T: DeserializeOwned>(text: &str, root: Root, what: &str) -> Result<T, Unreadable> {
    let text = trimmed(text)?;
    let found = match text.chars().next() {
        Some('{') if root == Root::Object => return parse(text),
        Some('[') if root == Root::List => return parse(text),
        Some('{') => "an object",
        Some('[') => "a list",
        Some('"') => "a text",
        Some('n') => "null",
        _ => "a single value",
    };
    let _: IgnoredAny = parse(text)?;
    let wanted = if root == Root::Object { "an object" } else { "a list" };
    Err(Unreadable::Shape(format!("{what} is {wanted}, and this is {found}")))
}

/// Whether the document begins with `letter`, after a byte order mark and blanks.
pub(super) fn begins_with(body: &[u8], letter: char) -> bool {
    decode(body).is_ok_and(|text| text.starts_with(letter))
}

/// What a JSON document is at its root.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Root {
    Object,
    List,
}

fn decode(body: &[u8]) -> Result<&str, Unreadable> {
    let text = std::str::from_utf8(body).map_err(|error| Unreadable::NotText(error.valid_up_to() + 1))?;
    trimmed(text)
}

fn trimmed(text: &str) -> Result<&str, Unreadable> {
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.is_empty() { Err(Unreadable::Empty) } else { Ok(text) }
}

fn parse<T: DeserializeOwned>(text: &str) -> Result<T, Unreadable> {
    serde_json::from_str(text).map_err(|error| explain(text, &error))
}

fn explain(body: &str, error: &serde_json::Error) -> Unreadable {
    let (line, column) = (error.line(), error.column());
    let position = format!(" at line {line} column {column}");
    // serde repeats the value it did not expect, however long that is.
    let reason = text::line(&error.to_string().replace(&position, ""), 200);
    match error.classify() {
        Category::Eof => Unreadable::CutShort { line, column },
        Category::Data => Unreadable::Shape(format!("{reason} (line {line}, column {column})")),
        Category::Syntax | Category::Io => {
            not_json(body).unwrap_or(Unreadable::Broken { line, column, reason })
        }
    }
}

/// Names what came, where it does not even begin like JSON.
fn not_json(text: &str) -> Option<Unreadable> {
    let start: String = text.chars().take(2000).collect();
    if start.starts_with('<') {
        let lower = start.to_ascii_lowercase();
        let is_html = lower.contains("<html") || lower.starts_with("<!doctype html");
        let kind = if is_html || !lower.starts_with("<?xml") { "an HTML page" } else { "an XML document" };
        return Some(Unreadable::NotJson { kind, excerpt: title_of(&start, &lower) });
    }
    let begins_like_json =
        start.starts_with(['{', '[', '"', '-']) || start.starts_with(|c: char| c.is_ascii_digit());
    (!begins_like_json).then(|| Unreadable::NotJson { kind: "plain text", excerpt: excerpt(&start) })
}

/// Names what came, where it should have been a feed and does not even begin like one.
pub(super) fn no_feed(text: &str) -> Option<Unreadable> {
    let start: String = text.chars().take(2000).collect();
    let lower = start.to_ascii_lowercase();
    let kind = if !start.starts_with('<') {
        if start.starts_with(['{', '[']) { "a JSON document" } else { "plain text" }
    } else if lower.starts_with("<!doctype html") || lower.contains("<html") {
        return Some(Unreadable::NotFeed { kind: "an HTML page", excerpt: title_of(&start, &lower) });
    } else {
        return None;
    };
    Some(Unreadable::NotFeed { kind, excerpt: excerpt(&start) })
}

/// The text of `<title>`, found in the lower-case copy, whose ASCII letters stand where they stood.
fn title_of(markup: &str, lower: &str) -> String {
    let title = || {
        let from = lower.find("<title>")? + "<title>".len();
        let to = from + lower.get(from..)?.find('<')?;
        markup.get(from..to)
    };
    excerpt(title().unwrap_or(markup))
}

fn excerpt(text: &str) -> String {
    format!("\"{}\"", text::line(text, 80))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn words(body: &[u8]) -> String {
        json::<Value>(body).unwrap_err().to_string()
    }

    #[test]
    fn each_fault_has_its_words() {
        assert_eq!(words(b" \n"), "the answer is empty");
        assert_eq!(words(b"ab\xff"), "the answer is not text: byte 3 is not UTF-8");
        assert_eq!(
            words(b"<!DOCTYPE html><html><head><TITLE>Just a\n moment...</TITLE>"),
            "an HTML page came instead of JSON: \"Just a moment...\""
        );
        assert_eq!(
            words(b"<?xml version=\"1.0\"?><rss><channel><title>News</title>"),
            "an XML document came instead of JSON: \"News\""
        );
        assert_eq!(words(b"page is inactive"), "plain text came instead of JSON: \"page is inactive\"");
        assert_eq!(
            words(b"{\"page\":\n {\"id\""),
            "the JSON breaks off at line 2, column 6: the answer was cut short"
        );
        assert_eq!(words(b"[1,\n2,]"), "the JSON is broken at line 2, column 3: trailing comma");
    }

    #[test]
    fn a_byte_order_mark_is_no_fault() {
        assert_eq!(json::<Value>(b"\xef\xbb\xbf[]").unwrap(), Value::Array(vec![]));
    }

    #[test]
    fn the_root_must_be_of_its_kind() {
        let object = |body: &str| {
            json_rooted::<Value>(body.as_bytes(), Root::Object, "a page").map_err(|e| e.to_string())
        };
        assert!(object(" {}").is_ok());
        assert_eq!(object("[]").unwrap_err(), "unexpected shape: a page is an object, and this is a list");
        assert_eq!(object("null").unwrap_err(), "unexpected shape: a page is an object, and this is null");
        assert!(object("[").unwrap_err().contains("cut short"));
        assert!(object("no").unwrap_err().contains("plain text"));
    }

    #[test]
    fn a_fault_is_told_in_few_words_however_long_it_is() {
        let body = format!("\"{}\"", "x".repeat(1_000_000));
        let reason = json::<Vec<u8>>(body.as_bytes()).unwrap_err().to_string();
        assert!(reason.starts_with("unexpected shape: invalid type") && reason.len() < 300, "{reason}");
    }

    #[test]
    fn nesting_without_end_is_a_fault_not_a_crash() {
        assert!(words("[".repeat(1_000_000).as_bytes()).contains("recursion limit"));
    }
}
