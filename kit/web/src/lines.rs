//! The header lines of a request, whether hyper has read them into a map or the lane has only found where they stand:
//! so that each rule about them is written once.

use http::{HeaderMap, HeaderName};

/// Something that has header lines.
pub trait HeaderLines {
    /// The values of all lines of this name, in their order.
    fn all(&self, name: HeaderName) -> impl Iterator<Item = &[u8]>;

    /// Whether there is such a line.
    fn has(&self, name: HeaderName) -> bool {
        self.all(name).next().is_some()
    }

    /// The value of the first such line, where it is text.
    fn text(&self, name: HeaderName) -> Option<&str> {
        as_text(self.all(name).next()?)
    }
}

impl HeaderLines for HeaderMap {
    fn all(&self, name: HeaderName) -> impl Iterator<Item = &[u8]> {
        self.get_all(name).into_iter().map(|value| value.as_bytes())
    }
}

/// Lines as they stand in a head.
pub(crate) struct Found<'h, 'b>(pub(crate) &'h [httparse::Header<'b>]);

impl HeaderLines for Found<'_, '_> {
    fn all(&self, name: HeaderName) -> impl Iterator<Item = &[u8]> {
        let same = move |line: &&httparse::Header<'_>| line.name.eq_ignore_ascii_case(name.as_str());
        self.0.iter().filter(same).map(|line| line.value)
    }
}

/// A value as text: visible ASCII, spaces and tabs, as `HeaderValue::to_str` has it.
pub(crate) fn as_text(value: &[u8]) -> Option<&str> {
    let is_text = value.iter().all(|byte| matches!(byte, b'\t' | b' '..=b'~'));
    is_text.then(|| str::from_utf8(value).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use http::{HeaderValue, header};

    use super::*;

    #[test]
    fn lines_are_the_same_in_a_map_and_in_a_head() {
        let head = b"GET / HTTP/1.1\r\nACCEPT: a\r\ncookie: \xff\r\naccept:\tb \r\nx:\r\n\r\n";
        let mut room = [httparse::EMPTY_HEADER; 8];
        let mut request = httparse::Request::new(&mut room);
        assert!(request.parse(head).unwrap().is_complete());
        let found = Found(request.headers);
        let mut map = HeaderMap::new();
        for line in found.0 {
            map.append(
                line.name.parse::<HeaderName>().unwrap(),
                HeaderValue::from_bytes(line.value).unwrap(),
            );
        }
        for name in [header::ACCEPT, header::COOKIE, HeaderName::from_static("x"), header::HOST] {
            assert!(found.all(name.clone()).eq(map.all(name.clone())), "{name}");
            assert_eq!(
                (found.has(name.clone()), found.text(name.clone())),
                (map.has(name.clone()), map.text(name))
            );
        }
        assert!(found.all(header::ACCEPT).eq([b"a", b"b"]));
        assert_eq!((found.has(header::COOKIE), found.text(header::COOKIE)), (true, None));
    }

    #[test]
    fn text_is_what_http_takes_for_text() {
        for byte in 0..=255 {
            if let Ok(value) = HeaderValue::from_bytes(&[byte]) {
                assert_eq!(as_text(&[byte]), value.to_str().ok(), "{byte}");
            }
        }
    }
}
