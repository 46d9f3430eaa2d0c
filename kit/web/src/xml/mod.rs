//! XML in the manner of djangorestframework-xml, both ways: a `root` of named elements, lists of `list-item`.

mod reading;
mod writing;

pub use reading::read;
pub use writing::write;

/// The element of a list's item.
const ITEM: &str = "list-item";

/// What a document may hold (XML 1.0, 2.2).
fn is_letter(letter: char) -> bool {
    matches!(letter, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

/// What a name may begin with (XML 1.0, 2.3), without the colon, which belongs to namespaces.
fn begins_name(letter: char) -> bool {
    matches!(letter, 'A'..='Z' | '_' | 'a'..='z' | '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}'
        | '\u{f8}'..='\u{2ff}' | '\u{370}'..='\u{37d}' | '\u{37f}'..='\u{1fff}' | '\u{200c}'..='\u{200d}'
        | '\u{2070}'..='\u{218f}' | '\u{2c00}'..='\u{2fef}' | '\u{3001}'..='\u{d7ff}'
        | '\u{f900}'..='\u{fdcf}' | '\u{fdf0}'..='\u{fffd}' | '\u{10000}'..='\u{effff}')
}

/// What a name may go on with.
fn continues_name(letter: char) -> bool {
    begins_name(letter)
        || matches!(letter, '-' | '.' | '0'..='9' | '\u{b7}' | '\u{300}'..='\u{36f}' | '\u{203f}'..='\u{2040}')
}

fn is_name(text: &str) -> bool {
    text.starts_with(begins_name) && text.chars().all(continues_name)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Map, Value, json};

    use super::*;

    #[test]
    fn what_was_written_is_read_again_as_text() {
        let value = json!({"a": "x", "n": 5, "t": true, "none": null, "empty": [],
            "list": [{"b": "1 < 2 & 3 > 2"}, ["c"], null], "line": "one\r\ntwo\r\n]]>"});
        let expected = json!({"a": "x", "n": "5", "t": "True", "none": null, "empty": null,
            "list": [{"b": "1 < 2 & 3 > 2"}, ["c"], null], "line": "one\r\ntwo\r\n]]>"});
        assert_eq!(read(write(&value).as_bytes()).unwrap(), expected);
    }

    proptest! {
        #[test]
        fn text_comes_back(texts in proptest::collection::vec("(\\PC|[ \t\r\n<>&'\"\\]]){1,40}", 0..5), name in "[a-z_é][a-z0-9.é-]{0,10}") {
            let texts: Vec<Value> = texts.iter().map(|text| {
                Value::String(text.chars().filter(|letter| is_letter(*letter)).collect())
            }).filter(|text| text != "").collect();
            let list = Value::Array(texts.clone());
            let value = Value::Object(Map::from_iter([(name, list)]));
            let read = read(write(&value).as_bytes()).unwrap();
            let read = read.as_object().unwrap().values().next().unwrap();
            prop_assert_eq!(read.as_array().cloned().unwrap_or_default(), texts);
        }

        #[test]
        fn any_value_makes_a_document(names in proptest::collection::vec(any::<String>(), 1..5), text in any::<String>()) {
            let members = names.into_iter().enumerate().map(|(n, name)| (format!("{name}{n}"), Value::String(text.clone())));
            let document = write(&Value::Object(members.collect()));
            // Two names may become the same, which is refused; everything else must be well-formed.
            if let Err(problem) = read(document.as_bytes()) {
                prop_assert!(problem.detail.contains("comes twice"), "{}: {document}", problem.detail);
            }
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..60), text in "(<|</|>|/>|a|b|=|\"|'|&|;|#|x41|!|--|\\?|xml|\\[CDATA\\[|\\]\\]>| |é){0,30}") {
            let _ = read(&bytes);
            let _ = read(text.as_bytes());
            let _ = read(format!("<root>{text}</root>").as_bytes());
        }
    }
}
