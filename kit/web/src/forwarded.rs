//! What proxies say of the client: `Forwarded` (RFC 7239) and its elder `X-Forwarded-*`, read from the end that those
//! who are trusted wrote.

use std::net::{IpAddr, SocketAddr};

use http::{HeaderName, header};

use crate::lines::{HeaderLines, as_text};

const FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const REAL: HeaderName = HeaderName::from_static("x-real-ip");

/// What a trusted proxy said; what it did not say is `None`.
#[derive(Default)]
pub(crate) struct Told {
    pub address: Option<IpAddr>,
    pub https: Option<bool>,
    pub host: Option<String>,
}

/// Whether anybody says that the request was passed on.
pub(crate) fn is_forwarded(headers: &impl HeaderLines) -> bool {
    [header::FORWARDED, header::VIA, FOR, PROTO, HOST, REAL].into_iter().any(|name| headers.has(name))
}

/// Reads what stands in the headers of a request that a trusted proxy sent.
///
/// Most proxies write one of the two families and let the other through as the client wrote it. So where both are
/// there, what they say differently is believed of neither.
pub(crate) fn read(headers: &impl HeaderLines, is_proxy: impl Fn(IpAddr) -> bool) -> Told {
    let standard = headers.has(header::FORWARDED).then(|| standard(headers, &is_proxy));
    let elder = [FOR, PROTO, HOST].into_iter().any(|name| headers.has(name));
    match (standard, elder.then(|| elder_headers(headers, &is_proxy))) {
        (Some(one), Some(other)) => Told {
            address: agreed(one.address, other.address),
            https: agreed(one.https, other.https),
            host: agreed(one.host, other.host),
        },
        (one, other) => one.or(other).unwrap_or_default(),
    }
}

fn agreed<T: PartialEq>(one: Option<T>, other: Option<T>) -> Option<T> {
    match (one, other) {
        (Some(one), Some(other)) => (one == other).then_some(one),
        (one, other) => one.or(other),
    }
}

fn standard(headers: &impl HeaderLines, is_proxy: impl Fn(IpAddr) -> bool) -> Told {
    let lines = headers.all(header::FORWARDED).map(|line| as_text(line).unwrap_or_default());
    let hops: Vec<Vec<(&str, String)>> = lines.flat_map(|line| parts(line, ',')).map(pairs).collect();
    let value = |hop: usize, name: &str| {
        let (_, value) =
            hops.iter().rev().nth(hop)?.iter().find(|(known, _)| known.eq_ignore_ascii_case(name))?;
        Some(value.as_str())
    };
    let (hop, address) = walk(|hop| address(value(hop, "for")?), hops.len(), is_proxy);
    Told { address, https: value(hop, "proto").and_then(https), host: value(hop, "host").map(str::to_owned) }
}

fn elder_headers(headers: &impl HeaderLines, is_proxy: impl Fn(IpAddr) -> bool) -> Told {
    let list = |name: HeaderName| -> Vec<&str> {
        let lines = headers.all(name).map(|line| as_text(line).unwrap_or_default());
        lines.flat_map(|line| line.split(',')).map(str::trim).collect()
    };
    let (fors, protos, hosts) = (list(FOR), list(PROTO), list(HOST));
    let (hop, address) = walk(|hop| address(fors.iter().rev().nth(hop)?), fors.len(), is_proxy);
    // Who wrote fewer of these than addresses, wrote none for the hops within.
    let at = |values: &[&str]| {
        values.iter().rev().nth(hop.min(values.len().saturating_sub(1))).map(|value| (*value).to_owned())
    };
    Told {
        address,
        https: at(&protos).as_deref().and_then(https),
        host: at(&hosts).filter(|host| !host.is_empty()),
    }
}

/// From the last hop back over all that are trusted. The first that is not is the client; what cannot be read
/// ("unknown") ends the way, and the last address that could be stands for it.
fn walk(
    address_of: impl Fn(usize) -> Option<IpAddr>,
    hops: usize,
    is_proxy: impl Fn(IpAddr) -> bool,
) -> (usize, Option<IpAddr>) {
    let mut found = (0, None);
    for hop in 0..hops {
        let Some(address) = address_of(hop) else { break };
        found = (hop, Some(address));
        if !is_proxy(address) {
            break;
        }
    }
    found
}

/// `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:4711`.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let parsed =
        bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|with_port| with_port.ip()));
    parsed.map(|address: IpAddr| address.to_canonical())
}

fn https(scheme: &str) -> Option<bool> {
    match scheme {
        scheme if scheme.eq_ignore_ascii_case("https") => Some(true),
        scheme if scheme.eq_ignore_ascii_case("http") => Some(false),
        _ => None,
    }
}

/// The pairs of one hop: `for="[2001:db8::1]";proto=https`. None at all where a quote was left open: what the client
/// wrote would swallow what the proxy added.
fn pairs(hop: &str) -> Vec<(&str, String)> {
    let split = |pair| {
        let (name, value) = str::split_once(pair, '=')?;
        Some((name.trim(), unquoted(value.trim())?))
    };
    parts(hop, ';').map(split).collect::<Option<_>>().unwrap_or_default()
}

/// A token as it is, or what stands in a quoted string (RFC 9110, 5.6.4); `None` where it is neither.
fn unquoted(value: &str) -> Option<String> {
    let Some(inner) = value.strip_prefix('"') else {
        return (!value.contains(['"', ' ', '\t'])).then(|| value.to_owned());
    };
    let (inner, mut escaped) = (inner.strip_suffix('"')?, false);
    let mut text = String::with_capacity(inner.len());
    for letter in inner.chars() {
        match letter {
            letter if escaped => {
                escaped = false;
                text.push(letter);
            }
            '\\' => escaped = true,
            '"' => return None,
            letter => text.push(letter),
        }
    }
    (!escaped).then_some(text)
}

/// What stands between the separators that are not within quotes.
fn parts(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let (mut quoted, mut escaped) = (false, false);
    text.split(move |letter: char| {
        let was_escaped = escaped;
        escaped = quoted && letter == '\\' && !was_escaped;
        quoted ^= letter == '"' && !was_escaped;
        letter == separator && !quoted
    })
}
