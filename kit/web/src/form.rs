//! Bodies that forms send: `application/x-www-form-urlencoded` and `multipart/form-data`, text only.

use bytes::Bytes;
use futures_util::{FutureExt, stream};
use kit_base::Problem;
use multer::{Multipart, parse_boundary};
use serde_json::{Map, Value};

/// How many fields a form may have.
const MOST_FIELDS: usize = 1000;

/// Fields by name, as they come: a text, or the list of texts of a name that came more than once.
#[derive(Default)]
struct Form {
    values: Map<String, Value>,
    count: usize,
}

impl Form {
    fn take(&mut self, name: String, text: String) -> Result<(), Problem> {
        self.count += 1;
        if self.count > MOST_FIELDS {
            return Err(unreadable(&format!("more than {MOST_FIELDS} fields")));
        }
        if name.contains('\0') {
            return Err(unreadable("a null character in the name of a field"));
        }
        let text = Value::String(text);
        match self.values.get_mut(&name) {
            None => drop(self.values.insert(name, text)),
            Some(Value::Array(texts)) => texts.push(text),
            Some(first) => *first = Value::Array(vec![first.take(), text]),
        }
        Ok(())
    }
}

fn unreadable(reason: &str) -> Problem {
    Problem::bad_request(format!("Form parse error - {reason}"))
}

/// Reads `name=value&…`.
pub(crate) fn read_urlencoded(bytes: &[u8]) -> Result<Map<String, Value>, Problem> {
    let mut form = Form::default();
    for pair in bytes.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
        let mut halves = pair.splitn(2, |byte| *byte == b'=');
        let (name, value) = (halves.next().unwrap_or_default(), halves.next().unwrap_or_default());
        let name = decoded(name)
            .ok_or_else(|| unreadable(&format!("the name of field {} cannot be decoded", form.count + 1)))?;
        let value = decoded(value).ok_or_else(|| {
            Problem::invalid_field(&name, "This cannot be decoded: give UTF-8, percent-encoded.")
        })?;
        form.take(name, value)?;
    }
    Ok(form.values)
}

/// Text from its percent-encoding; nothing if a `%` is not followed by two digits or the bytes are no UTF-8.
fn decoded(encoded: &[u8]) -> Option<String> {
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut rest = encoded;
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        bytes.push(match first {
            b'+' => b' ',
            b'%' => {
                let (digits, after) = rest.split_at_checked(2)?;
                rest = after;
                digits.iter().try_fold(0, |byte, digit| {
                    let digit = char::from(*digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok())?;
                    Some(byte << 4 | digit)
                })?
            }
            byte => *byte,
        });
    }
    String::from_utf8(bytes).ok()
}

/// Reads the parts of a body with this content type.
pub(crate) fn read_multipart(content_type: &str, bytes: &[u8]) -> Result<Map<String, Value>, Problem> {
    let boundary = parse_boundary(content_type).ok().filter(|boundary| (1..=70).contains(&boundary.len()));
    let boundary = boundary.ok_or_else(|| multipart_error("the content type names no boundary"))?;
    let whole = stream::iter([Ok::<_, std::convert::Infallible>(Bytes::copy_from_slice(bytes))]);
    // All of it is there, so there is nothing to wait for.
    let read = parts(Multipart::new(whole, boundary)).now_or_never();
    read.unwrap_or_else(|| Err(multipart_error("the body is incomplete")))
}

async fn parts(mut multipart: Multipart<'static>) -> Result<Map<String, Value>, Problem> {
    let mut form = Form::default();
    while let Some(part) =
        multipart.next_field().await.map_err(|error| multipart_error(&error.to_string()))?
    {
        let name = part.name().map(str::to_owned);
        let name = name.ok_or_else(|| multipart_error(&format!("part {} has no name", form.count + 1)))?;
        if is_file(&part) {
            return Err(Problem::invalid_field(&name, "Files are not accepted here."));
        }
        let charset = part.content_type().and_then(|kind| kind.get_param("charset"));
        let foreign = charset.is_some_and(|charset| !charset.as_str().eq_ignore_ascii_case("utf-8"));
        let content = part.bytes().await.map_err(|error| multipart_error(&error.to_string()))?;
        let text = String::from_utf8(content.into()).ok().filter(|_| !foreign);
        let text =
            text.ok_or_else(|| Problem::invalid_field(&name, "This cannot be decoded: give UTF-8."))?;
        form.take(name, text)?;
    }
    Ok(form.values)
}

/// Whether a part has the name of a file, in whatever way it is written (RFC 7578 4.2).
fn is_file(part: &multer::Field<'_>) -> bool {
    let disposition = part.headers().get(http::header::CONTENT_DISPOSITION);
    let disposition = disposition.map(|value| String::from_utf8_lossy(value.as_bytes()).to_ascii_lowercase());
    let disposition = disposition.unwrap_or_default().replace([' ', '\t'], "");
    part.file_name().is_some() || disposition.contains(";filename=") || disposition.contains(";filename*")
}

fn multipart_error(reason: &str) -> Problem {
    let reason: String = reason.chars().take(200).collect();
    Problem::bad_request(format!("Multipart form parse error - {reason}"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    const KIND: &str = "multipart/form-data; boundary=XX";

    fn body(parts: &[(&str, &str)]) -> String {
        let parts = parts.iter().map(|(head, content)| {
            format!("--XX\r\nContent-Disposition: form-data; {head}\r\n\r\n{content}\r\n")
        });
        parts.chain(["--XX--\r\n".to_owned()]).collect()
    }

    #[test]
    fn forms_are_read() {
        for (form, expected) in [
            ("", json!({})),
            ("&&", json!({})),
            ("a=1&b=x+y%26%C3%A9%0a", json!({"a": "1", "b": "x y&é\n"})),
            ("a&b=&c==", json!({"a": "", "b": "", "c": "="})),
            ("a=1&b=2&a=3&%61=", json!({"a": ["1", "3", ""], "b": "2"})),
            ("é=ü", json!({"é": "ü"})),
            ("a=%00", json!({"a": "\u{0}"})),
        ] {
            assert_eq!(Value::Object(read_urlencoded(form.as_bytes()).unwrap()), expected, "{form}");
        }
    }

    #[test]
    fn what_cannot_be_decoded_is_told_by_field() {
        for (form, field) in [
            (&b"a=1&b=%"[..], "b"),
            (b"b=%1", "b"),
            (b"b=%zz", "b"),
            (b"b=%+1", "b"),
            (b"b=%ff", "b"),
            (b"b=\xff", "b"),
            (b"b=%ED%A0%80", "b"),
        ] {
            let problem = read_urlencoded(form).unwrap_err();
            assert_eq!((problem.status, problem.fields.keys().next().unwrap().as_str()), (400, field));
        }
        for (form, words) in [
            (&b"a=1&%f=1"[..], "name of field 2"),
            (b"%FF", "name of field 1"),
            (b"a%00b=1", "null character"),
        ] {
            let problem = read_urlencoded(form).unwrap_err();
            assert!(problem.status == 400 && problem.detail.contains(words), "{}", problem.detail);
        }
    }

    #[test]
    fn the_number_of_fields_is_bounded() {
        for (count, good) in [(1000, true), (1001, false), (100_000, false)] {
            assert_eq!(read_urlencoded("a=1&".repeat(count).as_bytes()).is_ok(), good, "{count}");
            let parts = body(&vec![("name=a", "1"); count]);
            let read = read_multipart(KIND, parts.as_bytes());
            assert_eq!(read.is_ok(), good, "{count} parts");
            assert!(read.err().is_none_or(|problem| problem.detail.contains("more than 1000 fields")));
        }
    }

    #[test]
    fn parts_are_read() {
        let parts = body(&[("name=\"a\"", "1\r\n2"), ("name=\"é\"", ""), ("name=\"a\"", "é")]);
        let read =
            read_multipart("Multipart/Form-Data; charset=utf-8; boundary=\"XX\"", parts.as_bytes()).unwrap();
        assert_eq!(Value::Object(read), json!({"a": ["1\r\n2", "é"], "é": ""}));
        let binary = body(&[("name=\"a\"\r\nContent-Type: text/plain; charset=UTF-8", "1")]);
        assert_eq!(Value::Object(read_multipart(KIND, binary.as_bytes()).unwrap()), json!({"a": "1"}));
    }

    #[test]
    fn files_are_refused_by_field() {
        for head in [
            "name=\"a\"; filename=\"x.png\"",
            "name=\"a\"; filename=\"\"",
            "name=a; filename*=UTF-8''x",
            "name=\"a\"; FileName = \"x\"",
        ] {
            let problem = read_multipart(KIND, body(&[(head, "1")]).as_bytes()).unwrap_err();
            assert_eq!(problem.fields["a"], ["Files are not accepted here."], "{head}");
        }
    }

    #[test]
    fn broken_parts_are_refused() {
        let good = body(&[("name=\"a\"", "1")]);
        for (kind, body) in [
            ("multipart/form-data", good.as_str()),
            ("multipart/form-data; boundary=", &good),
            ("multipart/form-data; boundary=\"\"", &good),
            ("multipart/form-data; boundary=YY", &good),
            (KIND, "--XX"),
            (KIND, "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1"),
            (KIND, "--XX\r\nContent-Disposition: form-data; name=\"a\""),
            (KIND, "--XX\r\nContent-Disposition: form-data\r\n\r\n1\r\n--XX--\r\n"),
            (KIND, "--XX\r\nno header\r\n\r\n1\r\n--XX--\r\n"),
            (KIND, "{}"),
            (&format!("multipart/form-data; boundary={}", "X".repeat(71)), &good),
        ] {
            let problem = read_multipart(kind, body.as_bytes()).unwrap_err();
            assert!(
                problem.status == 400 && problem.detail.starts_with("Multipart form parse error - "),
                "{kind} {body}"
            );
        }
        for part in [&b"--XX\r\nContent-Disposition: form-data; name=a\r\n\r\n\xff\r\n--XX--\r\n"[..],
            b"--XX\r\nContent-Disposition: form-data; name=a\r\nContent-Type: text/plain; charset=utf-7\r\n\r\n+AGE-\r\n--XX--\r\n"] {
            assert!(read_multipart(KIND, part).unwrap_err().fields.contains_key("a"));
        }
    }

    proptest! {
        #[test]
        fn text_comes_back_and_nothing_panics(name in "[^\0]{1,9}", text in any::<String>(), bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
            let form: String = form_urlencoded::Serializer::new(String::new()).append_pair(&name, &text).finish();
            let read = read_urlencoded(form.as_bytes()).unwrap();
            prop_assert_eq!(read.get(&name), Some(&Value::String(text)));
            let _ = read_urlencoded(&bytes);
            let _ = read_multipart(KIND, &[b"--XX\r\n", bytes.as_slice()].concat());
        }
    }
}
