//! RSS 2.0, RSS 1.0 and Atom as one thing: a feed with entries. What could reach out or blow up is refused or stays
//! text; how a family understands its entries is the family's matter.

mod dates;
mod field;
#[cfg(test)]
mod tests;
mod xml;

use kit_base::Timestamp;

pub(super) use self::dates::{parse as parse_date, without_year};
use self::field::Field;
use super::unreadable::Unreadable;
use super::{encoding, text};

/// How many elements of other names are kept of an entry.
const OTHERS: usize = 40;

/// A feed of any of the three kinds.
#[derive(Debug, Default)]
pub struct Feed {
    /// Its title, as plain text.
    pub title: String,
    /// The page it belongs to.
    pub link: String,
    /// Its own address, where it says it.
    pub own_link: String,
    /// What it says of itself.
    pub description: String,
    /// What made it.
    pub generator: String,
    /// When it was made. It ticks by itself and has no place in a reading.
    pub built_at: Option<Timestamp>,
    /// Its entries, in its order.
    pub entries: Vec<Entry>,
}

/// One entry of a feed.
#[derive(Debug, Default)]
pub struct Entry {
    /// `guid`, `id` or `rdf:about`, else the link; empty where there is none of them.
    pub id: String,
    /// Its title, as plain text on one line.
    pub title: String,
    /// Where to read on.
    pub link: String,
    /// When it was first written.
    pub published: Option<Timestamp>,
    /// When it was last written.
    pub updated: Option<Timestamp>,
    /// Its text as HTML: the longest that it brings.
    pub body: String,
    /// Its categories.
    pub categories: Vec<String>,
    /// The texts of its other elements by their full names, as `status` or `site24x7:responsetime`.
    pub others: Vec<(String, String)>,
}

impl Entry {
    /// The text of the first other element of that name.
    pub fn other(&self, name: &str) -> Option<&str> {
        self.others.iter().find(|(known, _)| known == name).map(|(_, text)| text.as_str())
    }

    /// When it was last written, or else first.
    pub fn newest(&self) -> Option<Timestamp> {
        self.updated.max(self.published)
    }

    /// Where to read on, if that is an address.
    pub fn url(&self) -> Option<String> {
        text::link(self.link.trim()).or_else(|| text::link(self.id.trim()))
    }
}

/// Reads a feed.
pub(super) fn read(body: &[u8], content_type: Option<&str>) -> Result<Feed, Unreadable> {
    parse(&encoding::decode(body, content_type)?)
}

/// Reads a feed that has been decoded.
pub(super) fn parse(text: &str) -> Result<Feed, Unreadable> {
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.is_empty() {
        return Err(Unreadable::Empty);
    }
    if let Some(other) = super::unreadable::no_feed(text) {
        return Err(other);
    }
    xml::read(text)
}

/// What the elements directly in a channel, a feed or an entry are called by the three kinds.
fn in_feed(feed: &mut Feed, field: Field) {
    match field.name.as_str() {
        "title" => feed.title = plain_line(&field.text),
        "link" if field.is_main_link() => feed.link = field.address(),
        "link" | "atom:link" if field.attribute("rel") == "self" => feed.own_link = field.address(),
        "description" | "subtitle" => feed.description = plain_line(&field.text),
        "generator" => feed.generator = plain_line(&field.text),
        "lastBuildDate" | "updated" => feed.built_at = parse_date(&field.text),
        "pubDate" | "dc:date" => feed.built_at = feed.built_at.or_else(|| parse_date(&field.text)),
        _ => {}
    }
}

fn in_entry(entry: &mut Entry, field: Field) {
    match field.name.as_str() {
        "guid" | "id" => entry.id = text::line(&field.text, 300),
        "title" => entry.title = plain_line(&field.text),
        "link" if field.is_main_link() => entry.link = field.address(),
        "link" => {}
        "pubDate" | "published" | "issued" | "dc:date" => entry.published = parse_date(&field.text),
        "updated" | "modified" | "atom:updated" | "a10:updated" => entry.updated = parse_date(&field.text),
        "description" | "summary" | "content" | "content:encoded" if field.text.len() > entry.body.len() => {
            entry.body = field.text;
        }
        "description" | "summary" | "content" | "content:encoded" => {}
        "category" => {
            let name =
                if field.text.trim().is_empty() { field.attribute("term") } else { field.text.as_str() };
            if entry.categories.len() < OTHERS {
                entry.categories.push(plain_line(name));
            }
        }
        _ if entry.others.len() < OTHERS => {
            entry.others.push((field.name, text::line(&field.text, 2000)));
        }
        _ => {}
    }
}

/// Titles come as text, as HTML, and as HTML that was escaped twice.
fn plain_line(markup: &str) -> String {
    text::title(&text::plain(markup, 2000))
}
