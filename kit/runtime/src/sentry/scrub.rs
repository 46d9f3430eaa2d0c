//! What must not leave the house in a report: who somebody is, where they are, and what lets somebody in.
//!
//! Reports are made of words of ours and of what failures say. The latter may quote anything, so every word is looked at.

use std::net::{IpAddr, SocketAddr};

use ::sentry::protocol::Event;
use serde_json::Value;

/// In place of what was taken out, as Sentry's own servers write it.
const GONE: &str = "[Filtered]";
/// What a field's name holds whose value nobody else is to know.
const PRIVATE_NAMES: [&str; 10] = [
    "password",
    "secret",
    "token",
    "authorization",
    "cookie",
    "session",
    "api_key",
    "mail",
    "address",
    "_ip",
];
/// From this many letters on, a word with digits is taken for a token, unless it is an id.
const TOKEN: usize = 20;

/// The event without what is private.
pub(super) fn event(mut event: Event<'static>) -> Event<'static> {
    event.user = None;
    event.request = None;
    event.server_name = None;
    event.breadcrumbs = Vec::new().into();
    event.message = event.message.map(|words| text(&words));
    for exception in &mut event.exception.values {
        exception.value = exception.value.take().map(|words| text(&words));
    }
    for (name, value) in &mut event.extra {
        scrub(name, value);
    }
    event
}

fn scrub(name: &str, value: &mut Value) {
    if PRIVATE_NAMES.iter().any(|private| name.to_ascii_lowercase().contains(private)) {
        *value = GONE.into();
    } else if let Value::String(words) = value {
        *words = text(words);
    }
}

/// The text with its private words taken out.
fn text(words: &str) -> String {
    pieces(words, is_end, |word| match word.split_once("://") {
        // An address on the web stays without its parameters, and not at all where it holds a login.
        Some((_, rest)) if rest.split('/').next().is_some_and(|host| host.contains('@')) => GONE.to_owned(),
        Some(_) => word.split('?').next().unwrap_or_default().to_owned(),
        None => pieces(
            word,
            |letter| "=?&".contains(letter),
            |part| {
                if is_private(part) { GONE.to_owned() } else { part.to_owned() }
            },
        ),
    })
}

/// The text with each of its pieces made anew; what stands between them stays.
fn pieces(text: &str, is_end: impl Fn(char) -> bool, anew: impl Fn(&str) -> String) -> String {
    let mut whole = String::with_capacity(text.len());
    for piece in text.split_inclusive(&is_end) {
        let word = piece.trim_end_matches(&is_end);
        whole.push_str(&anew(word));
        whole.push_str(piece.get(word.len()..).unwrap_or_default());
    }
    whole
}

/// The path with its ids taken out, so that it names what was asked for, and nobody.
pub(super) fn path(path: &str) -> String {
    let parts = path.split('/').map(|part| {
        let named = part.len() < TOKEN && !part.contains(['@', '%']);
        // `v1` and `oauth2` are names, `01a200fb` is not.
        let digits = part.bytes().filter(u8::is_ascii_digit).count();
        if named && (digits == 0 || (digits == 1 && part.len() > 1)) { part } else { "*" }
    });
    parts.collect::<Vec<_>>().join("/")
}

fn is_end(letter: char) -> bool {
    letter.is_whitespace() || "\"'`<>()[]{},;|".contains(letter)
}

fn is_private(word: &str) -> bool {
    let plain = word.trim_end_matches(['.', ':']);
    let is_mail = plain.contains('@') && !plain.contains("://");
    let is_address = plain.parse::<IpAddr>().is_ok() || plain.parse::<SocketAddr>().is_ok();
    is_mail || is_address || is_token(plain)
}

/// Long, with digits among the letters, and neither an id nor a path.
fn is_token(word: &str) -> bool {
    let is_plain = word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.~+%".contains(&byte));
    let is_id = word.len() == 36 && word.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    word.len() >= TOKEN && is_plain && !is_id && word.bytes().any(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_private_is_taken_out_and_the_rest_stays() {
        for (before, after) in [
            ("the store failed", "the store failed"),
            ("Key (email)=(ada@example.org) already exists.", "Key (email)=([Filtered]) already exists."),
            ("from 203.0.113.7:4711, then [2001:db8::1]", "from [Filtered], then [[Filtered]]"),
            ("peer 203.0.113.7.", "peer [Filtered]"),
            ("token=aZ3kd9Qm2xv7Lw0pTy5b", "token=[Filtered]"),
            ("https://user:pass@feeds.example.org/a?key=1", "[Filtered]"),
            ("https://feeds.example.org/a?key=1 timed out", "https://feeds.example.org/a timed out"),
            ("/login?next=/x&token=aZ3kd9Qm2xv7Lw0pTy5b&a=b", "/login?next=/x&token=[Filtered]&a=b"),
            ("Bearer eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiIxIn0.sig", "Bearer [Filtered]"),
            (
                "incident 01a200fb-83cb-7832-ae18-4e917c7ad073",
                "incident 01a200fb-83cb-7832-ae18-4e917c7ad073",
            ),
            ("no such table: components", "no such table: components"),
            ("services/incidents/src/store/signals.rs:12", "services/incidents/src/store/signals.rs:12"),
        ] {
            assert_eq!(text(before), after);
        }
    }

    #[test]
    fn a_field_whose_name_is_private_loses_its_value() {
        for (name, value, after) in [
            ("admin_password", "x".into(), GONE.into()),
            ("Client_IP", 7.into(), GONE.into()),
            ("error", "bob@example.org is taken".into(), "[Filtered] is taken".into()),
            ("status", 500.into(), 500.into()),
        ] {
            let (mut scrubbed, after): (Value, Value) = (value, after);
            scrub(name, &mut scrubbed);
            assert_eq!(scrubbed, after, "{name}");
        }
    }

    #[test]
    fn a_path_names_what_was_asked_for() {
        for (before, after) in [
            ("/api/v1/incidents/01a200fb-83cb-7832-ae18-4e917c7ad073", "/api/v1/incidents/*"),
            ("/oauth2/token", "/oauth2/token"),
            ("/api/membres/42/", "/api/membres/*/"),
            ("/api/membres/7", "/api/membres/*"),
            ("/api/v1/users/ada@example.org", "/api/v1/users/*"),
            ("/api/comment/ada%40example.org", "/api/comment/*"),
        ] {
            assert_eq!(path(before), after);
        }
    }
}
