//! A document as a value: elements and their text, nothing else. What could reach out or blow up is refused.

use kit_base::Problem;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesDecl, BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use serde_json::{Map, Value};

use super::{ITEM, is_letter, is_name};

/// How deep elements may be in each other, the root included.
const DEEPEST: usize = 64;
/// How many elements a document may have.
const MOST_ELEMENTS: usize = 10_000;
/// How many attributes an element may have; they are dropped anyway.
const MOST_ATTRIBUTES: usize = 100;

/// Reads a document. Its root, whatever its name, becomes an object, or a list if its first child is a `list-item`;
/// text stays text, and an empty element is null. Attributes are dropped.
///
/// A DTD, an entity that XML itself does not define, a processing instruction and any encoding but UTF-8 are refused,
/// and so are the same name twice and text beside elements, which no value could keep.
pub fn read(bytes: &[u8]) -> Result<Value, Problem> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.strip_prefix('\u{feff}').unwrap_or(text),
        Err(error) => {
            let good = bytes.get(..error.valid_up_to()).unwrap_or_default();
            return Err(problem("not UTF-8", &String::from_utf8_lossy(good)));
        }
    };
    if let Some((at, letter)) = text.char_indices().find(|(_, letter)| !is_letter(*letter)) {
        let reason = format!("the character U+{:04X} is not allowed", u32::from(letter));
        return Err(problem(&reason, text.get(..at).unwrap_or_default()));
    }
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.expand_empty_elements = true;
    config.check_comments = true;
    let mut building = Building::default();
    loop {
        let begin = reader.buffer_position();
        let read = match reader.read_event() {
            Ok(Event::Eof) => return building.end().map_err(|reason| problem(&reason, text)),
            Ok(event) => building.take(event, begin == 0).map_err(|reason| (reason, begin)),
            Err(error) => Err((error.to_string(), reader.error_position())),
        };
        if let Err((reason, at)) = read {
            let at = usize::try_from(at).unwrap_or(text.len());
            return Err(problem(&reason, text.get(..text.floor_char_boundary(at)).unwrap_or_default()));
        }
    }
}

fn problem(reason: &str, before: &str) -> Problem {
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    let reason: String = reason.chars().take(200).collect();
    Problem::bad_request(format!("XML parse error - {reason}: line {line}, column {column}"))
}

/// What an element has been found to hold so far.
#[derive(Default)]
struct Element {
    name: String,
    text: String,
    children: Children,
}

#[derive(Default)]
enum Children {
    #[default]
    None,
    List(Vec<Value>),
    Members(Map<String, Value>),
}

impl Element {
    fn take(&mut self, name: String, value: Value) -> Result<(), String> {
        if let Children::None = self.children {
            let list = name == ITEM;
            self.children = if list { Children::List(Vec::new()) } else { Children::Members(Map::new()) };
        }
        match &mut self.children {
            Children::Members(members) if members.contains_key(&name) => {
                return Err(format!("the element \"{name}\" comes twice"));
            }
            Children::Members(members) => drop(members.insert(name, value)),
            Children::List(items) => items.push(value),
            Children::None => {}
        }
        Ok(())
    }

    fn value(self) -> Result<Value, String> {
        match self.children {
            Children::None if self.text.is_empty() => Ok(Value::Null),
            Children::None => Ok(Value::String(self.text)),
            _ if !is_blank(&self.text) => Err(format!("text beside elements in \"{}\"", self.name)),
            Children::List(items) => Ok(Value::Array(items)),
            Children::Members(members) => Ok(Value::Object(members)),
        }
    }
}

/// The document as far as it was read.
#[derive(Default)]
struct Building {
    open: Vec<Element>,
    root: Option<Value>,
    elements: usize,
}

impl Building {
    fn take(&mut self, event: Event<'_>, at_the_beginning: bool) -> Result<(), String> {
        match event {
            Event::Start(start) => self.open(&start),
            Event::End(_) => self.close(),
            Event::Text(text) => {
                if text.contains("]]>") {
                    return Err("\"]]>\" in text".to_owned());
                }
                self.text(&text.xml10_content())
            }
            Event::CData(text) if !self.open.is_empty() => self.text(&text.xml10_content()),
            Event::GeneralRef(reference) if !self.open.is_empty() => {
                let letter = resolved(&reference)?;
                self.text(letter.encode_utf8(&mut [0; 4]))
            }
            Event::CData(_) | Event::GeneralRef(_) => Err("text outside the root element".to_owned()),
            Event::Decl(declaration) if at_the_beginning => check_declaration(&declaration),
            Event::Decl(_) => Err("an XML declaration that is not at the beginning".to_owned()),
            Event::DocType(_) => Err("a document type is not accepted".to_owned()),
            Event::PI(_) => Err("processing instructions are not accepted".to_owned()),
            Event::Comment(_) | Event::Empty(_) | Event::Eof => Ok(()),
        }
    }

    fn open(&mut self, start: &BytesStart<'_>) -> Result<(), String> {
        self.elements += 1;
        if self.root.is_some() {
            return Err("a second root element".to_owned());
        }
        if self.open.len() == DEEPEST {
            return Err(format!("nested more than {DEEPEST} deep"));
        }
        if self.elements > MOST_ELEMENTS {
            return Err(format!("more than {MOST_ELEMENTS} elements"));
        }
        let name = start.name();
        let name: &str = name.as_ref();
        if !is_name(name) {
            return Err("an element whose name cannot be accepted".to_owned());
        }
        check_attributes(start)?;
        self.open.push(Element { name: name.to_owned(), ..Element::default() });
        Ok(())
    }

    /// That the names match has been checked by the reader.
    fn close(&mut self) -> Result<(), String> {
        let Some(mut element) = self.open.pop() else { return Ok(()) };
        let name = std::mem::take(&mut element.name);
        let value = Element { name: name.clone(), ..element }.value()?;
        match self.open.last_mut() {
            Some(parent) => parent.take(name, value),
            None => {
                self.root = Some(value);
                Ok(())
            }
        }
    }

    fn text(&mut self, text: &str) -> Result<(), String> {
        match self.open.last_mut() {
            Some(element) => element.text.push_str(text),
            None if !is_blank(text) => return Err("text outside the root element".to_owned()),
            None => {}
        }
        Ok(())
    }

    fn end(self) -> Result<Value, String> {
        match self.open.last() {
            Some(element) => Err(format!("the element \"{}\" is not closed", element.name)),
            None => self.root.ok_or_else(|| "no element found".to_owned()),
        }
    }
}

fn is_blank(text: &str) -> bool {
    text.chars().all(|letter| matches!(letter, ' ' | '\t' | '\r' | '\n'))
}

/// The letter that `&…;` stands for. No other entity is known, so none can grow or reach out.
fn resolved(reference: &BytesRef<'_>) -> Result<char, String> {
    let letter = match reference.resolve_char_ref() {
        Ok(Some(letter)) => Some(letter).filter(|letter| is_letter(*letter)),
        Ok(None) => resolve_predefined_entity(reference).and_then(|text| text.chars().next()),
        Err(_) => None,
    };
    letter.ok_or_else(|| "a reference that XML does not define".to_owned())
}

fn check_declaration(declaration: &BytesDecl<'_>) -> Result<(), String> {
    if declaration.version().map_err(|error| error.to_string())? != "1.0" {
        return Err("a version other than 1.0".to_owned());
    }
    match declaration.encoding() {
        None => Ok(()),
        Some(Ok(encoding)) if encoding.eq_ignore_ascii_case("utf-8") => Ok(()),
        Some(_) => Err("an encoding other than UTF-8".to_owned()),
    }
}

/// Attributes are dropped, but they must be some.
fn check_attributes(start: &BytesStart<'_>) -> Result<(), String> {
    for (number, attribute) in start.attributes().enumerate() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        if number == MOST_ATTRIBUTES {
            return Err(format!("more than {MOST_ATTRIBUTES} attributes"));
        }
        let key: &str = attribute.key.as_ref();
        if !key.split(':').all(is_name) {
            return Err("an attribute whose name cannot be accepted".to_owned());
        }
        if attribute.value.contains('<') {
            return Err("\"<\" in an attribute".to_owned());
        }
        attribute
            .normalized_value(XmlVersion::Implicit1_0)
            .map_err(|_| "a reference that XML does not define".to_owned())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refused(bytes: &[u8]) -> String {
        let problem = read(bytes).unwrap_err();
        assert_eq!(problem.status, 400);
        problem.detail.strip_prefix("XML parse error - ").unwrap().to_owned()
    }

    #[test]
    fn documents_become_values() {
        for (document, expected) in [
            ("<root/>", json!(null)),
            ("<any><username>00123</username><email/></any>", json!({"username": "00123", "email": null})),
            ("<?xml version='1.0'?><a><b>1</b></a>", json!({"b": "1"})),
            (
                "\u{feff}<?xml version=\"1.0\" encoding=\"Utf-8\" standalone='yes'?>\n<!-- a --><a>\n <b> 1 </b>\n</a>\n",
                json!({"b": " 1 "}),
            ),
            ("<a><list-item>1</list-item><x>2</x><list-item/></a>", json!(["1", "2", null])),
            ("<a><list><list-item><b>1</b></list-item></list></a>", json!({"list": [{"b": "1"}]})),
            (
                "<a><b id='1' x:y='&lt;'>a<!-- c -->&amp;<![CDATA[<b>&amp;]]>&#233;&#xE9;</b></a>",
                json!({"b": "a&<b>&amp;éé"}),
            ),
            ("<a><b>one\r\ntwo\rthree</b></a>", json!({"b": "one\ntwo\nthree"})),
            ("<a>text</a>", json!("text")),
        ] {
            assert_eq!(read(document.as_bytes()).unwrap(), expected, "{document}");
        }
    }

    #[test]
    fn what_is_not_well_formed_is_refused_with_its_place() {
        assert_eq!(
            refused("<a>\n <é>&x;</é></a>".as_bytes()),
            "a reference that XML does not define: line 2, column 5"
        );
        assert_eq!(refused(b"<a><b></a>").split(": ").last(), Some("line 1, column 7"));
        for document in [
            "",
            " ",
            "text",
            "<a>",
            "<a></b>",
            "</a>",
            "<a/><b/>",
            "<a/>text",
            "text<a/>",
            "<a",
            "<a b=1/>",
            "<a b='1' b='2'/>",
            "<a b='<'/>",
            "<a b='&x;'/>",
            "<a b/>",
            "<1/>",
            "<a&b/>",
            "<a:b/>",
            "< a/>",
            "<a>]]></a>",
            "<a>&</a>",
            "<a>& b;</a>",
            "<a>&#0;</a>",
            "<a>&#1;</a>",
            "<a>&#xD800;</a>",
            "<a>&#x110000;</a>",
            "<a>&nbsp;</a>",
            "<a><!-- -- --></a>",
            "<a>\u{0}</a>",
            "<a>\u{1b}</a>",
            "<a>\u{fffe}</a>",
            "<![CDATA[a]]><a/>",
            "&lt;<a/>",
            "<a><![CDATA[</a>",
            "<a><b/>text</a>",
            "<a><b/><b/></a>",
            "<a/>&#32;",
            "<a/><!",
            "<a></a b='1'>",
            "<a b='&#0;'/>",
        ] {
            assert!(read(document.as_bytes()).is_err(), "{document} is accepted");
            let reason = refused(document.as_bytes());
            assert!(reason.contains(": line ") && reason.len() < 300, "{document}: {reason}");
        }
    }

    #[test]
    fn hostile_documents_are_refused() {
        let laughs = "<!DOCTYPE lolz [<!ENTITY a \"lol\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">]><r><u>&b;</u></r>";
        let external = "<!DOCTYPE r [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><r><u>&x;</u></r>";
        let deep = "<a>".repeat(100_000);
        let many = format!("<a>{}</a>", "<list-item/>".repeat(100_000));
        let attributes = (0..100_000).fold("<a".to_owned(), |text, n| format!("{text} b{n}=''"));
        let attributes = format!("{attributes}/>");
        for (document, reason) in [
            (laughs, "a document type is not accepted"),
            (external, "a document type is not accepted"),
            (
                "<?xml version='1.0'?><!DOCTYPE r SYSTEM 'http://x.example/'><r/>",
                "a document type is not accepted",
            ),
            ("<?php echo 1 ?><a/>", "processing instructions are not accepted"),
            ("<a><?b?></a>", "processing instructions are not accepted"),
            ("<?xml-stylesheet href='x'?><a/>", "processing instructions are not accepted"),
            (" <?xml version='1.0'?><a/>", "an XML declaration that is not at the beginning"),
            ("<a><?xml version='1.0'?></a>", "an XML declaration that is not at the beginning"),
            ("<?xml version='1.0' encoding='utf-16'?><a/>", "an encoding other than UTF-8"),
            ("<?xml version='1.0' encoding='utf-7'?><a/>", "an encoding other than UTF-8"),
            ("<?xml version='1.0' encoding='latin-1'?><a/>", "an encoding other than UTF-8"),
            ("<?xml version='1.1'?><a/>", "a version other than 1.0"),
            ("<?xml encoding='utf-8'?><a/>", ""),
            (&deep, "nested more than 64 deep"),
            (&many, "more than 10000 elements"),
            (&attributes, "more than 100 attributes"),
        ] {
            let refusal = refused(document.as_bytes());
            assert!(refusal.starts_with(reason), "{:.60}: {refusal}", document);
        }
        assert!(refused(b"<a>\xff</a>").starts_with("not UTF-8: line 1, column 4"));
        assert!(refused(b"\xff\xfe<\0a\0/\0>\0").starts_with("not UTF-8"));
    }

    #[test]
    fn the_bounds_themselves_are_allowed() {
        let nested = |depth: usize| format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
        assert!(read(nested(64).as_bytes()).is_ok() && read(nested(65).as_bytes()).is_err());
        let wide = |length: usize| format!("<a>{}</a>", "<list-item/>".repeat(length - 1));
        assert!(read(wide(10_000).as_bytes()).is_ok() && read(wide(10_001).as_bytes()).is_err());
    }
}
