//! Whether a request that carries a session cookie was meant by its user: browsers send cookies along with requests that
//! another site makes them send, so where one changes something, it must come from our own page and say so.

use http::header::{self, HeaderMap};
use kit_base::{SecretKey, hex};
use subtle::ConstantTimeEq;

use crate::Source;
use crate::lines::{HeaderLines, as_text};

/// The name of the session's cookie over https: the prefix makes browsers refuse it from anybody but this very host, and
/// without encryption (RFC 6265bis 4.1.3.2).
pub const COOKIE: &str = "__Host-session";
/// Its name over plain http on the machine itself, where browsers would refuse the other.
pub const PLAIN_COOKIE: &str = "session";

const PURPOSE: &str = "csrf";

/// What a page of this session puts into its forms as `csrf_token`, or sends as `X-CSRFToken`.
pub fn token(secret: &SecretKey, session: &str) -> String {
    hex(&secret.sign(PURPOSE, session.as_bytes()))
}

/// Whether `given` is the token of this session. How long it takes tells nothing.
pub fn is_good(secret: &SecretKey, session: &str, given: &str) -> bool {
    token(secret, session).as_bytes().ct_eq(given.as_bytes()).into()
}

/// Whether the request comes from a page of ours, or from the user's own hand, as far as the browser tells: by
/// `Sec-Fetch-Site`, or else `Origin`, or else `Referer`. One that tells nothing does not.
pub fn same_origin(headers: &HeaderMap, source: &Source) -> bool {
    if headers.contains_key("sec-fetch-site") {
        return only(headers, "sec-fetch-site").is_some_and(|site| ["same-origin", "none"].contains(&site));
    }
    if headers.contains_key(header::ORIGIN) {
        return only(headers, header::ORIGIN.as_str()).is_some_and(|origin| is_ours(origin, source));
    }
    let referer = only(headers, header::REFERER.as_str()).and_then(origin_of);
    referer.is_some_and(|origin| is_ours(origin, source))
}

/// Whether the browser told anything of what [`same_origin`] looks at.
pub fn tells_origin(headers: &HeaderMap) -> bool {
    headers.contains_key("sec-fetch-site")
        || headers.contains_key(header::ORIGIN)
        || headers.contains_key(header::REFERER)
}

/// The value of the session's cookie, if there is exactly one. The plain one counts only where it can have been set, not
/// over https: there, anybody who can write to the host's plain pages could have put it in.
pub fn session_cookie(headers: &impl HeaderLines, https: bool) -> Option<&str> {
    if !headers.has(header::COOKIE) {
        return None;
    }
    let names: &[&str] = if https { &[COOKIE] } else { &[COOKIE, PLAIN_COOKIE] };
    let name = names.iter().find(|name| cookies(headers, name).next().is_some())?;
    let mut values = cookies(headers, name);
    let value = values.next().filter(|value| !value.is_empty())?;
    values.next().is_none().then_some(value)
}

fn cookies<'a>(headers: &'a impl HeaderLines, name: &'a str) -> impl Iterator<Item = &'a str> {
    let lines = headers.all(header::COOKIE).filter_map(as_text);
    let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.filter(move |(found, _)| *found == name).map(|(_, value)| value)
}

/// The header's value, where it stands but once.
fn only<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(value)
}

/// `https://host:port` of an address.
fn origin_of(address: &str) -> Option<&str> {
    let after = address.find("://")? + 3;
    let end = address.get(after..)?.find(['/', '?', '#']).map_or(address.len(), |end| after + end);
    address.get(..end)
}

fn is_ours(origin: &str, source: &Source) -> bool {
    let base = source.base();
    let usual = if source.https { ":443" } else { ":80" };
    origin.eq_ignore_ascii_case(base.strip_suffix(usual).unwrap_or(&base))
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};

    use super::*;

    fn headers(lines: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        headers
    }

    fn source(https: bool, host: &str) -> Source {
        Source { address: [127, 0, 0, 1].into(), https, host: host.to_owned() }
    }

    #[test]
    fn a_token_is_good_for_its_session_alone() {
        let secret = SecretKey::new("k");
        let made = token(&secret, "pss_a");
        assert_eq!(made.len(), 64);
        assert!(is_good(&secret, "pss_a", &made));
        let wrong = [String::new(), made[1..].to_owned(), format!("{made} "), made.replace(|_| true, "0")];
        for given in wrong.iter().chain([&made.to_uppercase()]) {
            assert!(!is_good(&secret, "pss_a", given), "{given}");
        }
        assert!(!is_good(&secret, "pss_b", &made));
        assert!(!is_good(&SecretKey::new("l"), "pss_a", &made));
    }

    #[test]
    fn who_sent_the_browser_here_is_known_by_three_headers() {
        let ours = source(true, "status.example.org");
        let (fetch, origin, referer) = ("sec-fetch-site", "origin", "referer");
        for (lines, good) in [
            (&[][..], false),
            (&[(fetch, "same-origin")], true),
            (&[(fetch, "none")], true),
            (&[(fetch, "same-site")], false),
            (&[(fetch, "cross-site")], false),
            (&[(fetch, "")], false),
            (&[(fetch, "same-origin"), (fetch, "cross-site")], false),
            (&[(fetch, "cross-site"), (origin, "https://status.example.org")], false),
            (&[(fetch, "same-origin"), (origin, "https://evil.example")], true),
            (&[(origin, "https://status.example.org")], true),
            (&[(origin, "https://STATUS.example.org")], true),
            (&[(origin, "http://status.example.org")], false),
            (&[(origin, "https://status.example.org:8443")], false),
            (&[(origin, "https://status.example.org.evil.example")], false),
            (&[(origin, "https://evil.example")], false),
            (&[(origin, "null")], false),
            (&[(origin, "null"), (referer, "https://status.example.org/login")], false),
            (&[(origin, "https://status.example.org"), (origin, "https://evil.example")], false),
            (&[(referer, "https://status.example.org/login?next=/")], true),
            (&[(referer, "https://status.example.org")], true),
            (&[(referer, "https://status.example.org?x")], true),
            (&[(referer, "https://status.example.org@evil.example/")], false),
            (&[(referer, "https://evil.example/https://status.example.org/")], false),
            (&[(referer, "status.example.org")], false),
            (&[(referer, "")], false),
        ] {
            assert_eq!(same_origin(&headers(lines), &ours), good, "{lines:?}");
            assert_eq!(tells_origin(&headers(lines)), !lines.is_empty(), "{lines:?}");
        }
        let local = source(false, "localhost:8000");
        assert!(same_origin(&headers(&[(origin, "http://localhost:8000")]), &local));
        assert!(!same_origin(&headers(&[(origin, "http://localhost")]), &local));
        let spelled = source(true, "status.example.org:443");
        assert!(same_origin(&headers(&[(origin, "https://status.example.org")]), &spelled));
    }

    #[test]
    fn the_cookie_is_taken_where_it_is_the_only_one() {
        let cookie = "cookie";
        for (lines, https, plain) in [
            (&[][..], None, None),
            (&[(cookie, "__Host-session=a")], Some("a"), Some("a")),
            (&[(cookie, "session=a")], None, Some("a")),
            (&[(cookie, "x=1; __Host-session=a;y=2")], Some("a"), Some("a")),
            (&[(cookie, "x=1"), (cookie, "__Host-session=a")], Some("a"), Some("a")),
            (&[(cookie, "__Host-session=a; session=b")], Some("a"), Some("a")),
            (&[(cookie, "__Host-session=a; __Host-session=b")], None, None),
            (&[(cookie, "__Host-session=a"), (cookie, "__Host-session=a")], None, None),
            (&[(cookie, "session=a; session=a")], None, None),
            (&[(cookie, "__Host-session=")], None, None),
            (&[(cookie, "__host-session=a; my_session=b; session")], None, None),
        ] {
            let headers = headers(lines);
            assert_eq!(session_cookie(&headers, true), https, "{lines:?} by https");
            assert_eq!(session_cookie(&headers, false), plain, "{lines:?} by http");
        }
    }
}
