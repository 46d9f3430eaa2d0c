//! The host of a request: named once, made of letters that a host may have, and compared as names are.

use std::net::Ipv6Addr;

use http::header;
use kit_base::Problem;

use crate::lines::{HeaderLines, as_text};

/// The longest name there is (RFC 1035, 2.3.4), with its brackets or final dot.
const LONGEST: usize = 255;

/// A host with its port, if one was named.
pub(crate) struct Host<'a> {
    /// As it was named.
    text: &'a str,
    name: &'a str,
    port: Option<u16>,
}

/// The host as the request names it: that of an address in absolute form, or of HTTP/2, comes before the header
/// (RFC 9112, 3.2.2; RFC 9113, 8.3.1). Two headers are refused: one of them would be seen by a proxy, the other by us.
pub(crate) fn named<'a>(
    headers: &'a impl HeaderLines,
    authority: Option<&'a str>,
) -> Result<Option<&'a str>, Problem> {
    let mut all = headers.all(header::HOST);
    let first = all.next();
    if all.next().is_some() {
        return Err(Problem::bad_request("The request has several Host headers. Send one."));
    }
    match (authority, first) {
        (Some(authority), _) => Ok(Some(authority)),
        (None, Some(host)) => as_text(host).map(Some).ok_or_else(unreadable),
        (None, None) => Ok(None),
    }
}

impl<'a> Host<'a> {
    /// Reads `name`, `name:port`, `192.0.2.1:port`, `[2001:db8::1]:port`. 400 where it is none of these.
    pub(crate) fn parse(text: &'a str) -> Result<Self, Problem> {
        let split = match text.rfind(']') {
            Some(end) => text.split_at_checked(end + 1),
            None => text.split_at_checked(text.find(':').unwrap_or(text.len())),
        };
        let (name, port) = split.ok_or_else(unreadable)?;
        let port = match port.strip_prefix(':') {
            // An empty port is the usual one (RFC 3986, 3.2.3).
            Some("") => None,
            Some(port) if port.bytes().all(|letter| letter.is_ascii_digit()) => {
                Some(port.parse().map_err(|_| unreadable())?)
            }
            None if port.is_empty() => None,
            _ => return Err(unreadable()),
        };
        let name = name.strip_suffix('.').unwrap_or(name);
        if is_name(name) { Ok(Self { text, name, port }) } else { Err(unreadable()) }
    }

    /// Whether `allowed` means this host; case, port and a final dot make no difference.
    pub(crate) fn is(&self, allowed: &str) -> bool {
        let allowed = allowed.strip_suffix('.').unwrap_or(allowed);
        match allowed.strip_prefix('.') {
            Some(domain) => self.name.eq_ignore_ascii_case(domain) || self.is_below(allowed),
            None => allowed == "*" || self.name.eq_ignore_ascii_case(allowed),
        }
    }

    fn is_below(&self, domain: &str) -> bool {
        let start = self.name.len().checked_sub(domain.len());
        start.and_then(|start| self.name.get(start..)).is_some_and(|end| end.eq_ignore_ascii_case(domain))
    }

    /// As it stands in links: in small letters, with the port if it is not the usual one.
    pub(crate) fn shown(&self, https: bool) -> String {
        let usual = if https { 443 } else { 80 };
        let port = self.port.filter(|port| *port != usual);
        let plain = port.is_some() || self.text.len() == self.name.len();
        if plain && !self.text.contains(".:") && !self.text.bytes().any(|letter| letter.is_ascii_uppercase())
        {
            return self.text.to_owned();
        }
        let mut shown = self.name.to_ascii_lowercase();
        if let Some(port) = port {
            shown.push_str(&format!(":{port}"));
        }
        shown
    }
}

fn is_name(name: &str) -> bool {
    if let Some(inner) = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return inner.parse::<Ipv6Addr>().is_ok();
    }
    // A label must have a letter, so a dot may neither begin nor follow another, nor end.
    let mut before = b'.';
    for letter in name.bytes() {
        let plain = letter.is_ascii_alphanumeric() || letter == b'-' || letter == b'_';
        if !plain && (letter != b'.' || before == b'.') {
            return false;
        }
        before = letter;
    }
    before != b'.' && name.len() <= LONGEST
}

fn unreadable() -> Problem {
    Problem::bad_request(
        "The host of the request cannot be read. Send a name or an address, and a port if need be.",
    )
}
