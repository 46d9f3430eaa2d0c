//! An element of a feed as its text and its attributes, of bounded size, and the small parts of markup.

use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart};

use crate::adapters::text;

/// How long the text of one element may become; what goes on longer is cut there.
pub(super) const MOST_BYTES: usize = 256 * 1024;
/// How many attributes of an element are looked at.
const MOST_ATTRIBUTES: usize = 20;

/// One element directly in a feed or an entry, with all that is in it as text or HTML.
#[derive(Default)]
pub(super) struct Field {
    pub name: String,
    pub text: String,
    attributes: Vec<(String, String)>,
}

impl Field {
    /// An element as it begins.
    pub fn of(start: &BytesStart<'_>) -> Self {
        let name = start.name();
        let name: &str = name.as_ref();
        Self { name: name.to_owned(), text: String::new(), attributes: attributes(start) }
    }

    /// Writes on, as far as there is room.
    pub fn write(&mut self, text: &str) {
        let room = MOST_BYTES.saturating_sub(self.text.len());
        self.text.push_str(text.get(..text.floor_char_boundary(room)).unwrap_or_default());
    }

    pub fn attribute(&self, name: &str) -> &str {
        self.attributes.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// Atom has links of several kinds; RSS has only the one.
    pub fn is_main_link(&self) -> bool {
        matches!(self.attribute("rel"), "" | "alternate")
    }

    /// The address of a link, which Atom has in an attribute.
    pub fn address(&self) -> String {
        let address = if self.text.trim().is_empty() { self.attribute("href") } else { self.text.trim() };
        text::line(address, 2000)
    }
}

pub(super) fn attributes(start: &BytesStart<'_>) -> Vec<(String, String)> {
    let mut attributes = start.attributes();
    let readable = attributes.with_checks(false).take(MOST_ATTRIBUTES).flatten();
    readable.map(|a| (a.key.as_ref().to_string(), text::plain(&a.value, 2000))).collect()
}

/// A name without its prefix.
pub(super) fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

/// The letter that `&…;` stands for, where XML itself says so.
pub(super) fn resolved(reference: &BytesRef<'_>) -> Option<char> {
    match reference.resolve_char_ref() {
        Ok(Some(letter)) => Some(letter),
        Ok(None) => resolve_predefined_entity(reference).and_then(|text| text.chars().next()),
        Err(_) => None,
    }
}
