//! The letters that bytes mean. Most documents are UTF-8; AWS sends UTF-16, and old feeds declare what they are.

use std::borrow::Cow;

use super::unreadable::Unreadable;

/// The letters of windows-1252 from 0x80 to 0x9F, where it differs from ISO-8859-1. What is named as the latter is read
/// as the former too, as browsers do.
const WINDOWS: [char; 32] = [
    '\u{20ac}', '\u{81}', '\u{201a}', '\u{192}', '\u{201e}', '\u{2026}', '\u{2020}', '\u{2021}', '\u{2c6}',
    '\u{2030}', '\u{160}', '\u{2039}', '\u{152}', '\u{8d}', '\u{17d}', '\u{8f}', '\u{90}', '\u{2018}',
    '\u{2019}', '\u{201c}', '\u{201d}', '\u{2022}', '\u{2013}', '\u{2014}', '\u{2dc}', '\u{2122}', '\u{161}',
    '\u{203a}', '\u{153}', '\u{9d}', '\u{17e}', '\u{178}',
];

/// The text of a document, without a byte order mark. What the bytes begin with counts first, then what an XML document
/// says of itself, then what the server said.
pub(super) fn decode<'a>(body: &'a [u8], content_type: Option<&str>) -> Result<Cow<'a, str>, Unreadable> {
    match body {
        [0xef, 0xbb, 0xbf, rest @ ..] => utf8(rest, 3),
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes).map(Cow::Owned),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes).map(Cow::Owned),
        // Without a mark, but with the zeros that ASCII has in it.
        [b'<' | b'[' | b'{', 0, _, 0, ..] => utf16(body, u16::from_le_bytes).map(Cow::Owned),
        [0, b'<' | b'[' | b'{', 0, _, ..] => utf16(body, u16::from_be_bytes).map(Cow::Owned),
        _ => by_name(body, content_type),
    }
}

fn by_name<'a>(body: &'a [u8], content_type: Option<&str>) -> Result<Cow<'a, str>, Unreadable> {
    let named = declared(body).or_else(|| charset(content_type?));
    match named.as_deref() {
        None | Some("utf-8" | "utf8" | "us-ascii" | "ascii") => utf8(body, 0),
        // Said of a document without a mark, whose bytes say otherwise.
        Some("utf-16" | "utf-16le" | "utf-16be") => utf8(body, 0),
        Some("iso-8859-1" | "latin1" | "iso8859-1" | "windows-1252" | "cp1252") => {
            Ok(Cow::Owned(body.iter().map(|byte| windows(*byte)).collect()))
        }
        Some(other) => Err(Unreadable::Encoding(super::text::line(other, 40))),
    }
}

fn utf8(body: &[u8], skipped: usize) -> Result<Cow<'_, str>, Unreadable> {
    let text = std::str::from_utf8(body);
    text.map(Cow::Borrowed).map_err(|error| Unreadable::NotText(skipped + error.valid_up_to() + 1))
}

fn utf16(body: &[u8], order: fn([u8; 2]) -> u16) -> Result<String, Unreadable> {
    let (pairs, rest) = body.as_chunks::<2>();
    let units = pairs.iter().map(|pair| order(*pair));
    let mut text = String::with_capacity(pairs.len());
    for letter in char::decode_utf16(units) {
        text.push(letter.map_err(|_| Unreadable::Encoding("broken UTF-16".to_owned()))?);
    }
    if rest.is_empty() { Ok(text) } else { Err(Unreadable::Encoding("broken UTF-16".to_owned())) }
}

fn windows(byte: u8) -> char {
    byte.checked_sub(0x80)
        .and_then(|place| WINDOWS.get(usize::from(place)).copied())
        .unwrap_or(char::from(byte))
}

/// What `<?xml … encoding="…"?>` says.
fn declared(body: &[u8]) -> Option<String> {
    let start = body.trim_ascii_start();
    let end = start.iter().take(200).position(|byte| *byte == b'>')?;
    let declaration = std::str::from_utf8(start.get(..end)?).ok()?.strip_prefix("<?xml")?;
    let (_, after) = declaration.split_once("encoding")?;
    let value = after.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    value.split(quote).nth(1).map(str::to_ascii_lowercase)
}

fn charset(content_type: &str) -> Option<String> {
    let lower = content_type.to_ascii_lowercase();
    let (_, after) = lower.split_once("charset=")?;
    let name = after.split(';').next().unwrap_or_default().trim().trim_matches('"');
    (!name.is_empty()).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(body: &[u8], content_type: Option<&str>) -> String {
        decode(body, content_type).map_or_else(|error| error.to_string(), Cow::into_owned)
    }

    fn wide(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(order).collect()
    }

    #[test]
    fn marks_come_first() {
        for mark in ["\u{feff}", ""] {
            let document = format!("{mark}[\"é €\"]");
            for order in [u16::to_le_bytes, u16::to_be_bytes] {
                assert_eq!(text(&wide(&document, order), Some("text/plain; charset=utf-8")), "[\"é €\"]");
            }
        }
        assert_eq!(text("\u{feff}é".as_bytes(), Some("a/b;charset=latin1")), "é");
        assert_eq!(text(b"[]", Some("application/json;charset=utf-16")), "[]");
    }

    #[test]
    fn then_what_is_said() {
        let latin = b"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xe9 \x80 \x93</a>";
        assert!(text(latin, Some("text/xml; charset=utf-8")).ends_with("<a>é € \u{201c}</a>"));
        assert_eq!(text(b"\xe9", Some("text/xml; charset=\"Windows-1252\"; x=y")), "é");
        assert_eq!(text(b"\xe9", None), "the answer is not text: byte 1 is not UTF-8");
        assert_eq!(
            text(b"<?xml encoding=\"koi8-r\"?><a/>", None),
            "the answer is in an encoding that is not known here: koi8-r"
        );
        assert_eq!(
            text(b"\xff\xfe[", None),
            "the answer is in an encoding that is not known here: broken UTF-16"
        );
        assert_eq!(
            text(b"\xff\xfe\x00\xd8", None),
            "the answer is in an encoding that is not known here: broken UTF-16"
        );
    }
}
