//! Lists in pages: which one is asked for, and the links to its neighbours.

use axum::extract::FromRequestParts;
use http::Uri;
use http::request::Parts;
use kit_base::Page;

use crate::Source;

const SIZE: u64 = 10;
const LARGEST: u64 = 100;

/// Which page of a list is asked for, by `page` and `page_size`.
#[derive(Clone, Debug)]
pub struct Paging {
    /// `http://host/path`, without parameters.
    base: String,
    /// Decoded parameters, in alphabetical order.
    parameters: Vec<(String, String)>,
}

/// The part of a list that a page shows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Window {
    /// Entries on the page, at most.
    pub limit: i64,
    /// Entries before it.
    pub offset: i64,
}

impl Paging {
    fn new(base: String, query: &str) -> Self {
        let mut parameters: Vec<(String, String)> =
            query.split('&').filter(|pair| !pair.is_empty()).map(decode_pair).collect();
        parameters.sort();
        Self { base, parameters }
    }

    fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    fn size(&self) -> u64 {
        let asked = self.parameter("page_size").and_then(|text| text.parse().ok());
        asked.filter(|size| *size > 0).unwrap_or(SIZE).min(LARGEST)
    }

    /// The number of the page asked for in a list of `count`, from 1; `None` if there is no such page.
    fn number(&self, count: u64) -> Option<u64> {
        let last = count.div_ceil(self.size()).max(1);
        let number = match self.parameter("page").unwrap_or("") {
            "" => 1,
            "last" => last,
            text => text.parse().ok()?,
        };
        (1..=last).contains(&number).then_some(number)
    }

    /// The entries to show of a list of `count`; `None` (404 "Invalid page.") if there is no such page.
    pub fn window(&self, count: u64) -> Option<Window> {
        let before = (self.number(count)? - 1).checked_mul(self.size())?;
        Some(Window { limit: self.size().try_into().ok()?, offset: before.try_into().ok()? })
    }

    /// The page with its links. `results` are the entries of [`Paging::window`].
    pub fn page<T>(&self, count: u64, results: Vec<T>) -> Page<T> {
        let number = self.number(count).unwrap_or(1);
        let more = number.saturating_mul(self.size()) < count;
        Page {
            count,
            next: more.then(|| self.link(number + 1)),
            previous: (number > 1).then(|| self.link(number - 1)),
            results,
        }
    }

    /// The address of a page: parameters in alphabetical order, unknown ones kept, none for the first page.
    fn link(&self, number: u64) -> String {
        let mut parameters: Vec<(String, String)> =
            self.parameters.iter().filter(|(name, _)| name != "page").cloned().collect();
        if number > 1 {
            parameters.push(("page".to_owned(), number.to_string()));
        }
        parameters.sort();
        let query: Vec<String> =
            parameters.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
        if query.is_empty() { self.base.clone() } else { format!("{}?{}", self.base, query.join("&")) }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Paging {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        // The edge may have taken a final slash off; links keep the address as it was asked for.
        let source = Source::from_request_parts(parts, state).await?;
        let asked = parts.extensions.get::<AskedPath>().map_or(&parts.uri, |asked| &asked.0);
        Ok(Self::new(format!("{}{}", source.base(), asked.path()), asked.query().unwrap_or("")))
    }
}

/// The value of a parameter of an address, decoded; the last where there are several.
pub(crate) fn parameter(query: &str, name: &str) -> Option<String> {
    let mut pairs = query.split('&').rev().filter(|pair| pair.starts_with(name)).map(decode_pair);
    pairs.find(|(key, _)| key == name).map(|(_, value)| value)
}

/// The address as the caller wrote it.
#[derive(Clone)]
pub(crate) struct AskedPath(pub Uri);

fn decode_pair(pair: &str) -> (String, String) {
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    (decode(name), decode(value))
}

/// `+` is a space and `%2F` a slash; a `%` that begins no such code stands for itself.
fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        match (first, escaped(after)) {
            (b'+', _) => bytes.push(b' '),
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            _ => bytes.push(*first),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The byte that two hexadecimal digits at the beginning of `text` stand for.
fn escaped(text: &[u8]) -> Option<u8> {
    let digits = std::str::from_utf8(text.get(..2)?).ok()?;
    u8::from_str_radix(digits, 16).ok()
}

fn encode(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                char::from(byte).to_string()
            }
            b' ' => "+".to_owned(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paging(query: &str) -> Paging {
        Paging::new("http://h/api/things/".to_owned(), query)
    }

    #[test]
    fn pages_are_counted_from_one_and_sizes_are_bounded() {
        assert_eq!(paging("").window(11), Some(Window { limit: 10, offset: 0 }));
        assert_eq!(paging("page=2").window(11), Some(Window { limit: 10, offset: 10 }));
        assert_eq!(paging("page=last&page_size=4").window(11), Some(Window { limit: 4, offset: 8 }));
        assert_eq!(paging("page=").window(0), Some(Window { limit: 10, offset: 0 }));
        assert_eq!(paging("page_size=1000").window(500).map(|w| w.limit), Some(100));
        for bad in ["page=0", "page=-1", "page=x", "page=3", "page=99999999999999999999"] {
            assert_eq!(paging(bad).window(11), None, "{bad}");
        }
    }

    #[test]
    fn links_keep_parameters_in_order_and_leave_out_page_one() {
        let page = paging("q=a+b%2F&page_size=1000&page=2").page(250, vec![()]);
        assert_eq!(page.next.as_deref(), Some("http://h/api/things/?page=3&page_size=1000&q=a+b%2F"));
        assert_eq!(page.previous.as_deref(), Some("http://h/api/things/?page_size=1000&q=a+b%2F"));
        let only = paging("").page(10, vec![()]);
        assert_eq!((only.next, only.previous), (None, None));
    }
}
