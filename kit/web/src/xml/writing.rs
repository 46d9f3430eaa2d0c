//! Values as a document.

use std::borrow::Cow;

use serde_json::Value;

use super::{ITEM, begins_name, continues_name, is_letter};

/// The document of a value. Null, empty text and an empty list are all an empty element.
///
/// Whatever the value holds, the document is well-formed: what XML cannot hold becomes U+FFFD, and a name that is none
/// gets underscores.
pub fn write(value: &Value) -> String {
    let mut document = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
    element(&mut document, "root", value);
    document
}

fn element(document: &mut String, name: &str, value: &Value) {
    document.extend(["<", name, ">"]);
    match value {
        Value::Null => {}
        Value::Bool(true) => document.push_str("True"),
        Value::Bool(false) => document.push_str("False"),
        Value::Number(number) => document.push_str(&number.to_string()),
        Value::String(content) => text(document, content),
        Value::Array(items) => items.iter().for_each(|item| element(document, ITEM, item)),
        Value::Object(members) => {
            members.iter().for_each(|(name, value)| element(document, &safe_name(name), value));
        }
    }
    document.extend(["</", name, ">"]);
}

fn text(document: &mut String, content: &str) {
    for letter in content.chars() {
        match letter {
            '&' => document.push_str("&amp;"),
            '<' => document.push_str("&lt;"),
            '>' => document.push_str("&gt;"),
            // A reader would make a line feed of it.
            '\r' => document.push_str("&#13;"),
            letter if is_letter(letter) => document.push(letter),
            _ => document.push(char::REPLACEMENT_CHARACTER),
        }
    }
}

fn safe_name(name: &str) -> Cow<'_, str> {
    if super::is_name(name) {
        return Cow::Borrowed(name);
    }
    let first = name.chars().next().filter(|letter| begins_name(*letter) || !continues_name(*letter));
    let front = if first.is_some() { "" } else { "_" };
    let letters = name.chars().map(|letter| if continues_name(letter) { letter } else { '_' });
    Cow::Owned(front.chars().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn inside(value: &Value) -> String {
        let document = write(value);
        let inside = document.strip_prefix("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<root>").unwrap();
        inside.strip_suffix("</root>").unwrap().to_owned()
    }

    #[test]
    fn a_page_is_written_to_the_letter() {
        let value = json!({"count": 2, "next": "https://a.example/?page=2&page_size=1", "previous": null,
            "results": [{"pk": 3, "username": "ada", "is_active": true, "site": ""}, {"pk": -1.5, "is_active": false}]});
        assert_eq!(
            write(&value),
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<root><count>2</count>\
             <next>https://a.example/?page=2&amp;page_size=1</next><previous></previous><results>\
             <list-item><pk>3</pk><username>ada</username><is_active>True</is_active><site></site></list-item>\
             <list-item><pk>-1.5</pk><is_active>False</is_active></list-item></results></root>"
        );
    }

    #[test]
    fn whatever_comes_the_document_stays_well_formed() {
        for (value, expected) in [
            (json!([]), ""),
            (json!(null), ""),
            (
                json!([1, [2], null]),
                "<list-item>1</list-item><list-item><list-item>2</list-item></list-item><list-item></list-item>",
            ),
            (json!("]]> \"'"), "]]&gt; \"'"),
            (json!("a\u{0}\u{8}\u{1b}\u{fffe}\t\n\r"), "a\u{fffd}\u{fffd}\u{fffd}\u{fffd}\t\n&#13;"),
            (
                json!({"a b": 1, "1": 2, "": 3, "x><y": 4, "a:b": 5, "-": 6, "é·": 7}),
                "<a_b>1</a_b><_1>2</_1><_>3</_><x__y>4</x__y><a_b>5</a_b><_->6</_-><é·>7</é·>",
            ),
        ] {
            assert_eq!(inside(&value), expected);
        }
    }
}
