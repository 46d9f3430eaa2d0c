//! Tests of fields: what the readers take from each kind of body, and what they say of the rest.

use proptest::prelude::*;
use serde_json::json;

use super::*;

fn from_json(body: &str) -> Fields {
    Fields::from_body(Some("application/json"), body.as_bytes())
}

fn from_form(body: &str) -> Fields {
    Fields::from_body(Some("application/x-www-form-urlencoded"), body.as_bytes())
}

fn from_xml(body: &str) -> Fields {
    Fields::from_body(Some("application/xml; charset=UTF-8"), body.as_bytes())
}

/// What is wrong with `field` when `reader` has read it.
fn complaint<T>(mut fields: Fields, reader: impl FnOnce(&mut Fields) -> T) -> String {
    reader(&mut fields);
    let problem = fields.finish(()).expect_err("something is wrong");
    assert_eq!(problem.status, 400);
    problem.fields.values().flatten().cloned().collect::<Vec<_>>().join(" ")
}

#[test]
fn every_bad_field_is_named_in_the_order_of_reading() {
    let body = r#"{"sev": 9, "services": "web", "url": "javascript:1", "note": "a\u0000b", "mail": "wrong email", "on": 2}"#;
    let mut fields = from_json(body);
    fields.must_text("title", 5);
    fields.must_integer("sev", 1..=4);
    fields.texts("services", 10);
    fields.url("url");
    fields.text("note", 10);
    fields.must_email("mail");
    fields.must_flag("on");
    let problem = fields.finish(()).unwrap_err();
    let expected = json!({
        "title": ["This field is required."],
        "sev": ["Ensure this value is less than or equal to 4."],
        "services": ["Expected a list of items but got type \"str\"."],
        "url": ["Enter an address that begins with http:// or https://."],
        "note": ["Null characters are not allowed."],
        "mail": ["Enter a valid email address."],
        "on": ["Must be a valid boolean."],
    });
    assert_eq!((problem.status, json!(problem.fields).to_string()), (400, expected.to_string()));
}

#[test]
fn required_fields_are_neither_absent_nor_null_nor_blank() {
    for (body, message) in [
        ("{}", "This field is required."),
        (r#"{"a": null}"#, "This field may not be null."),
        (r#"{"a": " "}"#, "This field may not be blank."),
        (r#"{"a": []}"#, "Not a valid string."),
        (r#"{"a": true}"#, "Not a valid string."),
        (r#"{"a": "12345678"}"#, "Ensure this field has no more than 7 characters."),
    ] {
        assert_eq!(complaint(from_json(body), |fields| fields.must_text("a", 7)), message, "{body}");
    }
    assert_eq!(complaint(from_json("{}"), |fields| fields.must_flag("a")), "This field is required.");
    assert_eq!(complaint(from_json("{}"), |fields| fields.must_email("a")), "This field is required.");
    assert_eq!(
        complaint(from_json(r#"{"a": ""}"#), |fields| fields.email("a")),
        "This field may not be blank."
    );
    assert_eq!(
        complaint(from_json(r#"{"a": ""}"#), |fields| fields.secret("a", 9)),
        "This field may not be blank."
    );
}

#[test]
fn booleans_have_many_words() {
    for (json, expected) in [
        ("true", true),
        ("false", false),
        ("1", true),
        ("0", false),
        ("\"True\"", true),
        ("\"FALSE\"", false),
        ("\"yes\"", true),
        ("\"no\"", false),
        ("\"on\"", true),
        ("\"Off\"", false),
        ("\"t\"", true),
        ("\"n\"", false),
    ] {
        let mut fields = from_json(&format!("{{\"a\": {json}, \"b\": {json}}}"));
        let read = (fields.must_flag("a"), fields.flag("b"));
        assert_eq!(fields.finish(read), Ok((expected, Some(expected))), "{json}");
    }
    for json in ["\"maybe\"", "2", "[]", "{}", "\"\"", "1.5", "[true]"] {
        let fields = from_json(&format!("{{\"a\": {json}}}"));
        assert_eq!(complaint(fields, |fields| fields.flag("a")), "Must be a valid boolean.", "{json}");
    }
    assert_eq!(from_json(r#"{"a": null}"#).flag("a"), None);
}

#[test]
fn a_number_is_kept_as_text_where_text_is_wanted() {
    assert_eq!(from_json(r#"{"a": 123}"#).must_text("a", 9), "123");
    assert_eq!(from_json(r#"{"a": 18446744073709551615}"#).must_text("a", 99), "18446744073709551615");
    assert_eq!(from_json(r#"{"a": -2.5}"#).must_text("a", 9), "-2.5");
    let huge = from_json(r#"{"a": -184467440737095516150}"#);
    assert_eq!(complaint(huge, |fields| fields.must_text("a", 99)), "Not a valid string.");
    assert_eq!(from_xml("<r><a>00123</a></r>").must_text("a", 9), "00123");
}

#[test]
fn secrets_are_taken_to_the_letter() {
    assert_eq!(from_json(r#"{"a": " x "}"#).must_secret("a", 9), " x ");
    assert_eq!(from_json(r#"{"a": " x "}"#).secret("a", 9).as_deref(), Some(" x "));
    assert_eq!(from_json(r#"{"a": " x "}"#).must_text("a", 9), "x");
}

#[test]
fn text_is_enough_where_there_is_nothing_else() {
    let form = "n=7&yes=on&at=2026-11-21T20:15:00Z&one=a&two=a&two=b&level=low&nothing=&empty=&mail=ada%40example.org";
    let xml = "<r><n>7</n><yes>True</yes><at>2026-11-21T20:15:00Z</at><one><list-item>a</list-item></one>\
        <two><list-item>a</list-item><list-item>b</list-item></two><level>low</level><nothing/><mail>ada@example.org</mail></r>";
    for mut fields in [from_form(form), from_xml(xml)] {
        assert_eq!(fields.must_integer("n", 1..=9), 7);
        assert!(fields.must_flag("yes"));
        assert!(fields.time("at").is_some());
        assert_eq!(fields.must_texts("one", 9), ["a"]);
        assert_eq!(fields.texts("two", 9).unwrap(), ["a", "b"]);
        assert_eq!(fields.must_choice("level", &["low"], |word| word), Some("low"));
        assert_eq!(fields.must_email("mail"), "ada@example.org");
        assert_eq!(fields.integer("nothing", 1..=9), None);
        assert_eq!(fields.finish(()), Ok(()));
    }
    assert_eq!(from_form(form).text("empty", 9).as_deref(), Some(""));
    assert_eq!(from_form(form).url("empty"), None);
    assert_eq!(from_xml("<r><a></a></r>").must_texts("a", 9), Vec::<String>::new());
    // A box that is not ticked is not sent.
    let mut fields = from_form("a=1");
    assert!(!fields.must_flag("box") && fields.flag("box").is_none());
    assert_eq!(fields.finish(()), Ok(()));
}

#[test]
fn names_can_be_asked_for() {
    let fields = from_form("a=1&b=&a=2");
    assert!(fields.repeated("a") && !fields.repeated("b") && !fields.repeated("c"));
    assert!(fields.has("b") && !fields.has("c"));
    assert_eq!(fields.peek("a"), Some(&json!(["1", "2"])));
    assert_eq!(complaint(fields, |fields| fields.must_text("a", 9)), "Not a valid string.");
    assert!(!from_json(r#"{"a": ["1", "2"]}"#).repeated("a"));
    assert!(from_json(r#"{"a": null}"#).has("a"));
}

#[test]
fn a_body_that_cannot_be_read_is_told_at_the_end_before_its_fields() {
    for (kind, body, status, detail) in [
        ("text/plain", "a", 415, "Unsupported media type \"text/plain\" in request."),
        ("text/xml", "<a/>", 415, "Unsupported media type \"text/xml\" in request."),
        ("application/jsonx", "{}", 415, "Unsupported media type \"application/jsonx\" in request."),
        (
            "application/json, text/plain",
            "{}",
            415,
            "Unsupported media type \"application/json, text/plain\" in request.",
        ),
        ("; charset=utf-8", "{}", 415, "Unsupported media type \"; charset=utf-8\" in request."),
        (
            "application/json; charset=utf-16",
            "{}",
            415,
            "Unsupported charset \"utf-16\" in request; send UTF-8.",
        ),
        (
            "application/json; charset=utf-8; Charset=\"utf-7\"",
            "{}",
            415,
            "Unsupported charset \"utf-7\" in request; send UTF-8.",
        ),
        (
            "application/xml;charset=latin1",
            "<a/>",
            415,
            "Unsupported charset \"latin1\" in request; send UTF-8.",
        ),
        ("application/json", "{\"a\": ", 400, "JSON parse error - Expecting value: line 1 column 7 (char 6)"),
        ("", "x", 400, "JSON parse error - Expecting value: line 1 column 1 (char 0)"),
        (
            "application/xml",
            "<a>",
            400,
            "XML parse error - the element \"a\" is not closed: line 1, column 4",
        ),
        ("multipart/form-data", "x", 400, "Multipart form parse error - the content type names no boundary"),
    ] {
        let mut fields = Fields::from_body(Some(kind), body.as_bytes());
        assert_eq!(fields.must_text("title", 9), "");
        assert!(fields.problem().is_some(), "{kind}");
        let problem = fields.finish(()).unwrap_err();
        assert_eq!((problem.status, problem.detail.as_str()), (status, detail), "{kind} {body}");
        assert!(problem.fields.is_empty());
    }
}

#[test]
fn a_body_without_names_is_told_by_its_kind() {
    for (body, kind) in [
        ("[1]", "list"),
        ("\"a\"", "str"),
        ("1", "int"),
        ("1.5", "float"),
        ("true", "bool"),
        ("null", "null"),
    ] {
        let problem = from_json(body).finish(()).unwrap_err();
        let message = format!("Invalid data. Expected a dictionary, but got {kind}.");
        assert_eq!(problem.fields["non_field_errors"], [message]);
    }
    assert!(from_xml("<a><list-item/></a>").finish(()).is_err());
    assert!(from_xml("<a>text</a>").finish(()).is_err());
    assert_eq!(from_xml("<a/>").finish(()), Ok(()));
}

#[test]
fn an_empty_body_has_no_fields() {
    for kind in [None, Some(""), Some("application/json"), Some("application/xml"), Some("text/plain")] {
        assert_eq!(Fields::from_body(kind, b"").finish(()), Ok(()), "{kind:?}");
    }
}

proptest! {
    #[test]
    fn no_reader_panics(value in r#"("[a-z0-9@:/. é]{0,12}"|-?[0-9]{1,25}|true|null|\[("a"|1|null)?\]|\{\})"#, form in "[a-z=&%0-9+]{0,20}") {
        for make in [|value: &str, _: &str| from_json(&format!("{{\"a\": {value}}}")), |_: &str, form: &str| from_form(&format!("a={form}"))] {
            let make = || make(&value, &form);
            prop_assert!(make().problem().is_none_or(|problem| problem.status == 400));
            make().text("a", 3);
            make().must_secret("a", 3);
            make().integer("a", i64::MIN..=i64::MAX);
            make().flag("a");
            make().email("a");
            make().url("a");
            make().time("a");
            make().texts("a", 3);
            make().choice("a", &["x"], |word| word);
        }
    }
}

#[test]
fn of_a_long_list_of_mistakes_only_the_first_are_told() {
    let mut fields = Fields::from_body(None, format!("{{\"a\":[{}0.5]}}", "{},".repeat(9_000)).as_bytes());
    assert_eq!(fields.texts("a", 9), None);
    let problem = fields.finish(()).unwrap_err();
    assert_eq!(problem.fields["a"].len(), 10);
}
