//! Conditional requests (RFC 9110 13): whether the caller has what it asks for, or means what is there.

use http::{HeaderName, header};

use crate::lines::{HeaderLines, as_text};

/// What the caller says of what it has.
pub(crate) struct Conditions<T> {
    /// `If-Match`: go on only if one of these is what is there.
    matches: Vec<T>,
    /// `If-None-Match`: go on only if none of these is.
    differs: Vec<T>,
}

impl<'a> Conditions<&'a str> {
    /// What the headers say; `None` where they say nothing.
    pub(crate) fn of(headers: &'a impl HeaderLines) -> Option<Self> {
        if !headers.has(header::IF_MATCH) && !headers.has(header::IF_NONE_MATCH) {
            return None;
        }
        Some(Self { matches: tags(headers, header::IF_MATCH), differs: tags(headers, header::IF_NONE_MATCH) })
    }

    /// The same, to be remembered.
    pub(crate) fn owned(self) -> Conditions<String> {
        let owned = |tags: Vec<&str>| tags.into_iter().map(str::to_owned).collect();
        Conditions { matches: owned(self.matches), differs: owned(self.differs) }
    }
}

impl<T: AsRef<str>> Conditions<T> {
    /// Whether something other than what the caller means is there, or nothing at all.
    pub(crate) fn fails_to_match(&self, current: Option<&str>) -> bool {
        !self.matches.is_empty() && !any(&self.matches, current)
    }

    /// Whether the caller has what is there.
    pub(crate) fn is_known(&self, current: Option<&str>) -> bool {
        any(&self.differs, current)
    }
}

/// `*` is anything that is there. Tags are compared weakly and by representation, whatever coding it was sent in.
fn any(tags: &[impl AsRef<str>], current: Option<&str>) -> bool {
    current.is_some_and(|current| tags.iter().map(AsRef::as_ref).any(|tag| tag == "*" || tag == current))
}

/// The tags of a header: in quotes, bare, weak, in a list, or `*`; without their quotes and marks.
fn tags(headers: &impl HeaderLines, name: HeaderName) -> Vec<&str> {
    let lines = headers.all(name).filter_map(as_text);
    lines.flat_map(|line| line.split(',')).map(bare).filter(|tag| !tag.is_empty()).collect()
}

fn bare(tag: &str) -> &str {
    let tag = tag.trim();
    let tag = tag.strip_prefix("W/").or_else(|| tag.strip_prefix("w/")).unwrap_or(tag);
    let tag = tag.trim_matches('"');
    tag.strip_suffix("-br").or_else(|| tag.strip_suffix("-gzip")).unwrap_or(tag)
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;

    use super::*;

    fn check(name: HeaderName, value: &str, current: Option<&str>) -> (bool, bool) {
        let headers = HeaderMap::from_iter([(name, value.parse().unwrap())]);
        let conditions = Conditions::of(&headers).unwrap();
        (conditions.fails_to_match(current), conditions.is_known(current))
    }

    #[test]
    fn tags_are_read_in_every_form() {
        for known in
            ["\"abc\"", "abc", "W/\"abc\"", "\"x\", \"abc\"", "x,abc", "*", "\"abc-br\"", "W/\"abc-gzip\""]
        {
            assert_eq!(check(header::IF_NONE_MATCH, known, Some("abc")), (false, true), "{known}");
            assert_eq!(check(header::IF_MATCH, known, Some("abc")), (false, false), "{known}");
        }
        for other in ["\"abcd\"", "ab", "\"x\", \"y\"", "abc d"] {
            assert_eq!(check(header::IF_NONE_MATCH, other, Some("abc")), (false, false), "{other}");
            assert_eq!(check(header::IF_MATCH, other, Some("abc")), (true, false), "{other}");
        }
        assert_eq!(check(header::IF_MATCH, "*", None), (true, false));
        assert_eq!(check(header::IF_NONE_MATCH, "*", None), (false, false));
        assert!(Conditions::of(&HeaderMap::new()).is_none());
    }
}
