//! The markup of a feed. No entity but XML's own is resolved, nothing is fetched, and size and depth are bounded.

use quick_xml::Reader;
use quick_xml::errors::{Error, SyntaxError};
use quick_xml::events::{BytesStart, Event};

use super::field::{Field, attributes, local, resolved};
use super::{Entry, Feed, in_entry, in_feed};
use crate::adapters::text;
use crate::adapters::unreadable::Unreadable;

/// How deep elements may be in each other.
const DEEPEST: usize = 100;
/// How many elements a feed may have.
const MOST_ELEMENTS: usize = 200_000;
/// How many entries it may have. More are refused and not left out: the one that matters could be the last.
const MOST_ENTRIES: usize = 5_000;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Rss,
    Rdf,
    Atom,
}

/// Where in the feed an open element is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Root,
    Channel,
    Entry,
    Field,
    Inner,
}

pub(super) fn read(text: &str) -> Result<Feed, Unreadable> {
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.expand_empty_elements = true;
    config.allow_dangling_amp = true;
    let mut building = Building::default();
    loop {
        let before = reader.buffer_position();
        let (reason, at, is_end) = match reader.read_event() {
            Ok(Event::Eof) if building.is_over() => return Ok(building.feed),
            Ok(Event::Eof) => (String::new(), before, true),
            Ok(event) => match building.take(&event) {
                Ok(()) => continue,
                Err(Fault::Broken(reason)) => (reason, before, false),
                Err(Fault::Other(unreadable)) => return Err(unreadable),
            },
            Err(error) => {
                let is_end = is_at_the_end(&error);
                (error.to_string(), reader.error_position(), is_end)
            }
        };
        let at = usize::try_from(at).unwrap_or(text.len());
        let (line, column) =
            place(if is_end { text } else { text.get(..text.floor_char_boundary(at)).unwrap_or(text) });
        return Err(match is_end {
            true => Unreadable::XmlCutShort { line, column },
            false => Unreadable::XmlBroken { line, column, reason: text::line(&reason, 200) },
        });
    }
}

/// Whether the fault is that the document stops inside a piece of markup.
fn is_at_the_end(error: &Error) -> bool {
    matches!(
        error,
        Error::Syntax(
            SyntaxError::UnclosedTag
                | SyntaxError::UnclosedSingleQuotedAttributeValue
                | SyntaxError::UnclosedDoubleQuotedAttributeValue
                | SyntaxError::UnclosedCData
                | SyntaxError::UnclosedComment
                | SyntaxError::UnclosedDoctype
                | SyntaxError::UnclosedPI
                | SyntaxError::UnclosedXmlDecl
        )
    )
}

fn place(before: &str) -> (usize, usize) {
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (line, column)
}

enum Fault {
    Broken(String),
    Other(Unreadable),
}

fn broken(reason: &str) -> Fault {
    Fault::Broken(reason.to_owned())
}

fn shape(reason: String) -> Fault {
    Fault::Other(Unreadable::Shape(reason))
}

/// The feed as far as it was read.
#[derive(Default)]
struct Building {
    kind: Option<Kind>,
    has_channel: bool,
    open: Vec<Place>,
    elements: usize,
    feed: Feed,
    entry: Option<Entry>,
    field: Option<Field>,
}

impl Building {
    fn is_over(&self) -> bool {
        self.kind.is_some() && self.open.is_empty()
    }

    fn take(&mut self, event: &Event<'_>) -> Result<(), Fault> {
        match event {
            Event::Start(start) => self.start(start)?,
            Event::End(end) => self.end(local(end.name().as_ref()))?,
            Event::Text(text) => self.text(&text.xml10_content())?,
            Event::CData(text) => self.text(&text.xml10_content())?,
            Event::GeneralRef(reference) => match resolved(reference) {
                Some(letter) => self.text(letter.encode_utf8(&mut [0; 4]))?,
                // An entity of HTML, or one that a DTD would have to define: it stays what it is.
                None => self.text(&format!("&{};", &**reference))?,
            },
            Event::DocType(doctype) if doctype.contains('[') => {
                return Err(broken("a document type with definitions of its own is not accepted"));
            }
            _ => {}
        }
        Ok(())
    }

    fn start(&mut self, start: &BytesStart<'_>) -> Result<(), Fault> {
        self.elements += 1;
        if self.elements > MOST_ELEMENTS {
            return Err(broken("more elements than any feed has"));
        }
        if self.open.len() == DEEPEST {
            return Err(broken("elements are nested deeper than in any feed"));
        }
        let name = start.name();
        let name: &str = name.as_ref();
        let place = match self.open.last() {
            None => self.root(name)?,
            Some(Place::Root) if name == "channel" && self.kind != Some(Kind::Atom) => {
                self.has_channel = true;
                Place::Channel
            }
            Some(Place::Root | Place::Channel) if self.is_entry(name) => self.begin_entry(start)?,
            // Beside channel and items RSS has nothing that concerns us.
            Some(Place::Root) if self.kind != Some(Kind::Atom) => Place::Inner,
            Some(Place::Root | Place::Channel | Place::Entry) => {
                self.field = Some(Field::of(start));
                Place::Field
            }
            Some(Place::Field | Place::Inner) => {
                self.write(&format!("<{}>", local(name)));
                Place::Inner
            }
        };
        self.open.push(place);
        Ok(())
    }

    fn root(&mut self, name: &str) -> Result<Place, Fault> {
        if self.kind.is_some() {
            return Err(broken("a second root element"));
        }
        self.kind = match name {
            "rss" => Some(Kind::Rss),
            "rdf:RDF" => Some(Kind::Rdf),
            "feed" => Some(Kind::Atom),
            other => {
                let other = text::line(other, 60);
                let reason =
                    format!("a feed is `rss`, `rdf:RDF` or `feed` at its root, and this is `{other}`");
                return Err(shape(reason));
            }
        };
        self.has_channel = name == "feed";
        Ok(Place::Root)
    }

    fn is_entry(&self, name: &str) -> bool {
        name == if self.kind == Some(Kind::Atom) { "entry" } else { "item" }
    }

    fn begin_entry(&mut self, start: &BytesStart<'_>) -> Result<Place, Fault> {
        if self.feed.entries.len() == MOST_ENTRIES {
            return Err(broken("more entries than any feed of a status page has"));
        }
        let about = attributes(start).into_iter().find(|(name, _)| name == "rdf:about");
        let id = about.map(|(_, id)| text::line(&id, 300)).unwrap_or_default();
        self.entry = Some(Entry { id, ..Entry::default() });
        Ok(Place::Entry)
    }

    fn end(&mut self, name: &str) -> Result<(), Fault> {
        match self.open.pop() {
            Some(Place::Field) => {
                let field = self.field.take().unwrap_or_default();
                match &mut self.entry {
                    Some(entry) => in_entry(entry, field),
                    None => in_feed(&mut self.feed, field),
                }
            }
            Some(Place::Entry) => {
                let mut entry = self.entry.take().unwrap_or_default();
                if entry.id.is_empty() {
                    entry.id.clone_from(&entry.link);
                }
                self.feed.entries.push(entry);
            }
            Some(Place::Inner) => self.write(&format!("</{name}>")),
            Some(Place::Root) if !self.has_channel => {
                return Err(shape("a feed has a `channel`, and this has none".to_owned()));
            }
            _ => {}
        }
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<(), Fault> {
        if self.open.is_empty() && !text.trim().is_empty() {
            return Err(broken("text outside the root element"));
        }
        self.write(text);
        Ok(())
    }

    fn write(&mut self, text: &str) {
        if let Some(field) = &mut self.field {
            field.write(text);
        }
    }
}
