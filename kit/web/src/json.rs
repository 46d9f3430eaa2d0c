//! JSON as it must be (RFC 8259), within bounds: each name once, so deep, so many members; nothing is guessed.

use std::cell::Cell;
use std::fmt;

use kit_base::Problem;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// How deep lists and objects may be in each other.
const DEEPEST: usize = 64;
/// How many members and items a document may have in all.
pub(crate) const MOST_MEMBERS: usize = 10_000;
/// The same of a body that is a whole document.
pub(crate) const MOST_IN_BULK: usize = 100_000;

/// Reads a document that may have so many members. An error says where it is, in the words of Python's `json` where they
/// are the same.
pub(crate) fn read(bytes: &[u8], most_members: usize) -> Result<Value, Problem> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let good = bytes.get(..error.valid_up_to()).unwrap_or_default();
            return Err(problem("Invalid UTF-8", &String::from_utf8_lossy(good)));
        }
    };
    if text.starts_with('\u{feff}') {
        return Err(problem("Unexpected byte order mark", ""));
    }
    let left = Cell::new(most_members);
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let strict = Strict { depth: 0, most: most_members, left: &left };
    let read = strict.deserialize(&mut deserializer).and_then(|value| deserializer.end().map(|()| value));
    read.map_err(|error| problem(&reason(&error), before(text, &error)))
}

/// What comes before the mistake.
fn before<'t>(text: &'t str, error: &serde_json::Error) -> &'t str {
    let line = error.line().saturating_sub(1);
    let begin: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    // serde_json tells how much it had read: all that there was, or up to and with the letter at fault.
    let read = begin + error.column();
    let at = if error.is_eof() { read } else { read.saturating_sub(1) };
    text.get(..text.floor_char_boundary(at)).unwrap_or(text)
}

fn problem(reason: &str, before: &str) -> Problem {
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    let letters = before.chars().count();
    Problem::bad_request(format!("JSON parse error - {reason}: line {line} column {column} (char {letters})"))
}

fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let text = text.split(" at line ").next().unwrap_or_default();
    match text {
        "EOF while parsing a value" | "expected value" => "Expecting value",
        "key must be a string" | "EOF while parsing an object" => {
            "Expecting property name enclosed in double quotes"
        }
        "expected `:`" => "Expecting ':' delimiter",
        "expected `,` or `}`" | "expected `,` or `]`" | "EOF while parsing a list" => {
            "Expecting ',' delimiter"
        }
        "EOF while parsing a string" => "Unterminated string",
        "invalid escape" => "Invalid \\escape",
        "trailing characters" => "Extra data",
        other => other,
    }
    .to_owned()
}

/// Reads one value, `depth` levels down, while `left` members may still come.
struct Strict<'c> {
    depth: usize,
    most: usize,
    left: &'c Cell<usize>,
}

impl<'c> Strict<'c> {
    /// For what is in a list or an object.
    fn within<E: Error>(&self) -> Result<Strict<'c>, E> {
        if self.depth == DEEPEST {
            return Err(E::custom(format!("Nested more than {DEEPEST} deep")));
        }
        Ok(Strict { depth: self.depth + 1, ..*self })
    }

    fn count<E: Error>(&self) -> Result<(), E> {
        let left = self.left.get().checked_sub(1);
        self.left.set(left.ok_or_else(|| E::custom(format!("More than {} members", self.most)))?);
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        let number = serde_json::Number::from_f64(value);
        number.map(Value::Number).ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self.within()?)? {
            self.count()?;
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            self.count()?;
            if name.contains('\0') {
                return Err(A::Error::custom("Null character in a name"));
            }
            if map.contains_key(&name) {
                let name: String = name.chars().take(60).collect();
                return Err(A::Error::custom(format!("Duplicate name {name:?}")));
            }
            map.insert(name, members.next_value_seed(self.within()?)?);
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn read(bytes: &[u8]) -> Result<Value, Problem> {
        super::read(bytes, MOST_MEMBERS)
    }

    fn refused(bytes: &[u8]) -> String {
        let problem = read(bytes).unwrap_err();
        assert_eq!(problem.status, 400);
        problem.detail.strip_prefix("JSON parse error - ").unwrap().to_owned()
    }

    #[test]
    fn what_is_json_is_read_as_it_is() {
        let text =
            r#" {"b": [1, -2, 2.5, 18446744073709551615, true, null], "a": {"é": "\ud83d\ude00 \u0000"}} "#;
        let value = read(text.as_bytes()).unwrap();
        let expected = json!({"b": [1, -2, 2.5, u64::MAX, true, null], "a": {"é": "😀 \u{0}"}});
        assert_eq!(value.to_string(), expected.to_string());
    }

    #[test]
    fn what_is_not_is_refused_with_its_place() {
        for (text, expected) in [
            (r#"{"username": "#, "Expecting value: line 1 column 14 (char 13)"),
            ("", "Expecting value: line 1 column 1 (char 0)"),
            ("{\n \"é\": é}", "Expecting value: line 2 column 7 (char 8)"),
            (r#"{"a": 1} x"#, "Extra data: line 1 column 10 (char 9)"),
            ("{a: 1}", "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
            (r#"{"a" 1}"#, "Expecting ':' delimiter: line 1 column 6 (char 5)"),
            ("[1 2]", "Expecting ',' delimiter: line 1 column 4 (char 3)"),
        ] {
            assert_eq!(refused(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn hostile_documents_are_refused() {
        let (deep, keys) = ("[".repeat(100_000), "{\"a\":".repeat(100_000));
        let many = format!("[{}0]", "0,".repeat(100_000));
        let members: Vec<String> = (0..10_001).map(|n| format!("\"{n}\":0")).collect();
        let members = format!("{{{}}}", members.join(","));
        let digits = "9".repeat(100_000);
        for (text, reason) in [
            (deep.as_str(), "Nested more than 64 deep"),
            (&keys, "Nested more than 64 deep"),
            (&many, "More than 10000 members"),
            (&members, "More than 10000 members"),
            (r#"{"a": 1, "\u0061": 2}"#, "Duplicate name \"a\""),
            (r#"{"x": {"a": 1, "b": 1, "a": 1}}"#, "Duplicate name \"a\""),
            (r#"{"a\u0000": 1}"#, "Null character in a name"),
            (r#"["\ud800"]"#, ""),
            (r#"["\udc00 "]"#, ""),
            (r#"{"\ud800": 1}"#, ""),
            ("[1e999]", "number out of range"),
            (&digits, "number out of range"),
            ("[NaN]", "Expecting value"),
            ("[-Infinity]", ""),
            ("[01]", ""),
            ("\u{feff}{}", "Unexpected byte order mark"),
            ("[\"a\u{1}\"]", ""),
            ("[1,]", ""),
            ("{}{}", "Extra data"),
            ("// a\n{}", ""),
            ("{\"a\":1}\0", "Extra data"),
        ] {
            let detail = refused(text.as_bytes());
            assert!(detail.starts_with(reason), "{:.40}: {detail}", text);
            assert!(detail.len() < 200, "{detail}");
        }
        assert_eq!(refused(b"{\"a\": \"\xff\"}"), "Invalid UTF-8: line 1 column 8 (char 7)");
        assert!(refused(b"\xed\xa0\x80").starts_with("Invalid UTF-8"));
        assert!(refused(b"\xff\xfe{\0}\0").starts_with("Invalid UTF-8"));
    }

    #[test]
    fn the_bounds_themselves_are_allowed() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(read(nested(64).as_bytes()).is_ok() && read(nested(65).as_bytes()).is_err());
        let list = |length: usize| format!("[{}0]", "0,".repeat(length - 1));
        assert!(read(list(10_000).as_bytes()).is_ok() && read(list(10_001).as_bytes()).is_err());
        assert!(super::read(list(10_001).as_bytes(), MOST_IN_BULK).is_ok());
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..80), text in r#"[{}\[\]":,\\u0-9a-fe\n é-]{0,40}"#) {
            let _ = read(&bytes);
            if let Ok(value) = read(text.as_bytes()) {
                prop_assert_eq!(value, serde_json::from_str::<Value>(&text).unwrap());
            }
        }
    }
}
