//! Whom to believe: addresses, schemes and hosts that proxies tell, and hosts that clients name.

use http::{HeaderMap, HeaderName, HeaderValue, Uri};
use kit_base::Settings;
use kit_base::settings::Sources;
use kit_web::{Peer, SETTINGS, Source, Trust};

const PROXY: &str = "10.0.0.1:4000";
const CLIENT: &str = "203.0.113.9:4000";

fn trust(proxies: &str, hosts: &str) -> Trust {
    let flags = vec![("web.trusted_proxies", proxies.to_owned()), ("web.allowed_hosts", hosts.to_owned())];
    let settings = Settings::load(SETTINGS, &Sources { flags, ..Sources::default() }).unwrap();
    Trust::from_settings(&settings, false).unwrap()
}

fn headers(lines: &[(&str, &str)]) -> HeaderMap {
    let parse = |(name, value): &(&str, &str)| {
        (name.parse::<HeaderName>().unwrap(), HeaderValue::from_bytes(value.as_bytes()).unwrap())
    };
    lines.iter().map(parse).collect()
}

fn peer(address: &str) -> Peer {
    Peer { address: address.parse().unwrap(), tls: false }
}

/// What comes of these headers from this peer, where 10.0.0.0/8 and 2001:db8:1::/48 are proxies.
fn source(from: &str, lines: &[(&str, &str)]) -> Source {
    let mut headers = headers(lines);
    headers.entry("host").or_insert(HeaderValue::from_static("test"));
    let trust = trust("10.0.0.0/8, 2001:db8:1::/48", "");
    trust.source(&headers, &Uri::from_static("/"), Some(&peer(from))).unwrap()
}

#[test]
fn the_client_is_the_last_address_that_no_trusted_proxy_has() {
    for (told, client) in [
        ("203.0.113.7", "203.0.113.7"),
        ("198.51.100.1, 203.0.113.7", "203.0.113.7"),
        ("198.51.100.1,203.0.113.7,10.0.0.2", "203.0.113.7"),
        ("198.51.100.1, 203.0.113.7 , 10.0.0.3, 10.0.0.2", "203.0.113.7"),
        ("10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ("203.0.113.7:5000", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:9::1, 2001:db8:1::5", "2001:db8:9::1"),
        ("[2001:db8:9::1]:5000, ::ffff:10.1.1.1", "2001:db8:9::1"),
        ("203.0.113.7, unknown", "10.0.0.1"),
        ("203.0.113.7, unknown, 10.0.0.2", "10.0.0.2"),
        ("203.0.113.7, é, 10.0.0.2", "10.0.0.1"),
        ("", "10.0.0.1"),
    ] {
        let seen = source(PROXY, &[("x-forwarded-for", told)]).address;
        assert_eq!(seen.to_string(), client, "{told:?}");
    }
    let two_lines = [("x-forwarded-for", "198.51.100.1"), ("x-forwarded-for", "203.0.113.7")];
    assert_eq!(source(PROXY, &two_lines).address.to_string(), "203.0.113.7");
}

#[test]
fn the_standard_header_says_the_same() {
    for (told, client, https, host) in [
        ("for=203.0.113.7", "203.0.113.7", false, "test"),
        ("For=\"203.0.113.7:5000\";Proto=https;Host=example.org", "203.0.113.7", true, "example.org"),
        ("for=198.51.100.1;proto=https, for=203.0.113.7;proto=http", "203.0.113.7", false, "test"),
        (
            "for=203.0.113.7;proto=https;host=example.org, for=10.0.0.2;proto=http;host=inner",
            "203.0.113.7",
            true,
            "example.org",
        ),
        ("for=\"[2001:db8:9::1]:5000\"; by=10.0.0.1 ;proto=HTTPS", "2001:db8:9::1", true, "test"),
        ("for=203.0.113.7;host=\"a\\.example\"", "203.0.113.7", false, "a.example"),
        ("for=198.51.100.1, for=_hidden", "10.0.0.1", false, "test"),
        ("for=198.51.100.1, for=unknown;proto=https", "10.0.0.1", true, "test"),
        ("proto=https", "10.0.0.1", true, "test"),
    ] {
        let seen = source(PROXY, &[("forwarded", told)]);
        assert_eq!(
            (seen.address.to_string().as_str(), seen.https, seen.host.as_str()),
            (client, https, host),
            "{told}"
        );
    }
}

/// What the client wrote stands before what the proxy adds, whatever quotes and letters it is made of.
#[test]
fn nobody_can_write_an_address_into_the_proxys_mouth() {
    for (forged, added) in [
        ("for=198.51.100.1, for=\"", "for=203.0.113.7;proto=http"),
        ("for=198.51.100.1;x=\"a\\", "for=203.0.113.7"),
        ("for=198.51.100.1;x=\"a", "for=\"[2001:db8:9::1]:80\""),
        ("for=198.51.100.1;x=\"a\"", "for=\"[2001:db8:9::1]:80\""),
        ("for=198.51.100.1;é", "for=203.0.113.7"),
        ("for=198.51.100.1;proto=https", "for=203.0.113.7"),
    ] {
        let one_line = format!("{forged}, {added}");
        for lines in
            [vec![("forwarded", one_line.as_str())], vec![("forwarded", forged), ("forwarded", added)]]
        {
            let seen = source(PROXY, &lines);
            assert!(
                ["203.0.113.7", "2001:db8:9::1", "10.0.0.1"].contains(&seen.address.to_string().as_str()),
                "{lines:?}: {}",
                seen.address
            );
            assert!(!seen.https, "{lines:?}");
        }
    }
}

#[test]
fn where_both_are_told_only_what_they_agree_on_is_believed() {
    let both = |standard, elder| {
        source(PROXY, &[("forwarded", standard), ("x-forwarded-for", elder), ("x-forwarded-proto", "https")])
    };
    let seen = both("for=203.0.113.7", "203.0.113.7");
    assert_eq!((seen.address.to_string().as_str(), seen.https), ("203.0.113.7", true));
    let seen = both("for=198.51.100.1;proto=http", "203.0.113.7");
    assert_eq!((seen.address.to_string().as_str(), seen.https), ("10.0.0.1", false));
}

#[test]
fn scheme_and_host_are_those_of_the_outermost_trusted_proxy() {
    for (fors, protos, hosts, https, host) in [
        ("203.0.113.7", "https", "example.org", true, "example.org"),
        ("203.0.113.7", "http", "example.org:8080", false, "example.org:8080"),
        ("203.0.113.7", "https, http", "evil, example.org", false, "example.org"),
        ("203.0.113.7, 10.0.0.2", "https, http", "example.org, inner", true, "example.org"),
        ("203.0.113.7, 10.0.0.2", "https", "example.org", true, "example.org"),
        (
            "1.1.1.1, 203.0.113.7, 10.0.0.2",
            "http, https, http",
            "evil, example.org, inner",
            true,
            "example.org",
        ),
        ("203.0.113.7", "wss", "", false, "test"),
    ] {
        let lines = [("x-forwarded-for", fors), ("x-forwarded-proto", protos), ("x-forwarded-host", hosts)];
        let seen = source(PROXY, &lines);
        assert_eq!((seen.https, seen.host.as_str()), (https, host), "{lines:?}");
    }
}

#[test]
fn who_is_no_trusted_proxy_can_claim_nothing() {
    for claims in [
        vec![
            ("x-forwarded-for", "198.51.100.1"),
            ("x-forwarded-proto", "https"),
            ("x-forwarded-host", "evil"),
        ],
        vec![("forwarded", "for=198.51.100.1;proto=https;host=evil")],
    ] {
        let seen = source(CLIENT, &claims);
        assert_eq!(
            (seen.address.to_string().as_str(), seen.https, seen.host.as_str()),
            ("203.0.113.9", false, "test")
        );
    }
    let mapped = source("[::ffff:203.0.113.9]:4000", &[]);
    assert_eq!(mapped.address.to_string(), "203.0.113.9");
    let mapped = source("[::ffff:10.0.0.1]:4000", &[("x-forwarded-for", "203.0.113.7")]);
    assert_eq!(mapped.address.to_string(), "203.0.113.7", "a proxy is one by whatever protocol");
}

fn host_of(uri: &'static str, hosts: &[&str], allowed: &str) -> Result<String, (u16, String)> {
    let lines: Vec<_> = hosts.iter().map(|host| ("host", *host)).collect();
    trust("", allowed)
        .source(&headers(&lines), &Uri::from_static(uri), Some(&peer(CLIENT)))
        .map(|source| source.host)
        .map_err(|problem| (problem.status, problem.detail))
}

#[test]
fn a_host_is_named_once_and_in_letters_that_hosts_have() {
    for (named, shown) in [
        ("Example.ORG", "example.org"),
        ("example.org.", "example.org"),
        ("example.org:80", "example.org"),
        ("example.org.:8080", "example.org:8080"),
        ("example.org:443", "example.org:443"),
        ("example.org:", "example.org"),
        ("192.0.2.1:8000", "192.0.2.1:8000"),
        ("[2001:DB8::1]:8000", "[2001:db8::1]:8000"),
        ("a_b-c.example", "a_b-c.example"),
    ] {
        assert_eq!(host_of("/", &[named], "").as_deref(), Ok(shown), "{named}");
    }
    for named in [
        "", ".", "a..b", "a b", "a/b", "a@b", "a,b", "é", "a:b", "a:+1", "a:99999", "a:1:2", "::1", "[::1",
        "[x]", "[::1]x", "a?b", "a\\b", "<a>", "a%00", ":80",
    ] {
        assert_eq!(host_of("/", &[named], "").unwrap_err().0, 400, "{named}");
    }
    assert_eq!(host_of("/", &[], "").unwrap_err().0, 400, "none");
    assert_eq!(host_of("/", &["a", "a"], "").unwrap_err().0, 400, "several");
    assert_eq!(host_of("/", &[&"a".repeat(256)], "").unwrap_err().0, 400, "longer than a name can be");
}

#[test]
fn the_address_in_absolute_form_comes_before_the_header() {
    assert_eq!(host_of("http://One.example/path", &["two.example"], "").as_deref(), Ok("one.example"));
    assert_eq!(host_of("http://one.example/path", &[], "").as_deref(), Ok("one.example"), "as in HTTP/2");
    assert_eq!(host_of("http://evil.example/", &["good.example"], "good.example").unwrap_err().0, 400);
    assert_eq!(host_of("http://one@two.example/", &["two.example"], "").unwrap_err().0, 400);
    assert_eq!(host_of("http://one.example/", &["a", "b"], "").unwrap_err().0, 400);
}

#[test]
fn only_hosts_that_are_allowed_are_answered_for() {
    let allowed = "status.example.org, .example.net,[::1]";
    for host in
        ["status.example.org", "STATUS.example.org.:8000", "example.net", "a.b.Example.net", "[::1]:80"]
    {
        assert!(host_of("/", &[host], allowed).is_ok(), "{host}");
    }
    for host in ["example.org", "x.status.example.org", "evilexample.net", "example.net.evil", "net", "[::2]"]
    {
        let (status, detail) = host_of("/", &[host], allowed).unwrap_err();
        assert!(status == 400 && detail.contains("web.allowed_hosts"), "{host}: {detail}");
    }
    assert!(host_of("/", &["anything"], "*").is_ok());
}

/// A proxy does not make a host allowed by passing it on.
#[test]
fn a_host_that_a_proxy_tells_must_be_allowed_as_well() {
    let lines = headers(&[("host", "good.example"), ("x-forwarded-host", "evil.example")]);
    let told = trust("10.0.0.1", "good.example").source(&lines, &Uri::from_static("/"), Some(&peer(PROXY)));
    assert_eq!(told.unwrap_err().status, 400);
}

#[test]
fn a_request_from_within_needs_no_host() {
    let within =
        trust("", "status.example.org").source(&HeaderMap::new(), &Uri::from_static("/"), None).unwrap();
    assert_eq!((within.host.as_str(), within.address.is_loopback()), ("localhost", true));
}

#[test]
fn credentials_come_by_https_or_from_this_machine() {
    let trust = trust("127.0.0.1, 10.0.0.1", "");
    let safely = |from: Option<&str>, tls: bool, lines: &[(&str, &str)]| {
        let mut headers = headers(lines);
        headers.insert("host", HeaderValue::from_static("test"));
        let peer = from.map(|from| Peer { tls, ..peer(from) });
        let source = trust.source(&headers, &Uri::from_static("/"), peer.as_ref()).unwrap();
        trust.carries_safely(&source, peer.as_ref(), &headers)
    };
    let (https, http) = ([("x-forwarded-proto", "https")], [("x-forwarded-proto", "http")]);
    for (from, tls, lines, safe, why) in [
        (None, false, &[][..], true, "from within"),
        (Some(CLIENT), false, &[], false, "in the clear"),
        (Some(CLIENT), true, &[], true, "by our own TLS"),
        (Some(CLIENT), false, &https, false, "anybody can say so"),
        (Some(PROXY), false, &https, true, "a trusted proxy says so"),
        (Some(PROXY), false, &http, false, "a trusted proxy says the opposite"),
        (Some(PROXY), true, &http, false, "our TLS is only the last hop"),
        (Some("127.0.0.1:4000"), false, &[], true, "on this machine"),
        (Some("[::1]:4000"), false, &[], true, "on this machine"),
        (Some("[::ffff:127.0.0.1]:4000"), false, &[], true, "on this machine"),
        (Some("127.0.0.1:4000"), false, &http, false, "the proxy is on this machine, the client is not"),
        (Some("127.0.0.1:4000"), false, &https, true, "a trusted proxy on this machine"),
        (Some("127.0.0.1:4000"), false, &[("x-forwarded-for", "203.0.113.7")], false, "it does not say how"),
        (Some("127.0.0.2:4000"), false, &https, false, "a proxy that is not trusted"),
        (Some("127.0.0.2:4000"), false, &[("via", "1.1 somebody")], false, "a proxy that is not trusted"),
        (
            Some("127.0.0.2:4000"),
            false,
            &[("forwarded", "for=203.0.113.7")],
            false,
            "a proxy that is not trusted",
        ),
    ] {
        assert_eq!(safely(from, tls, lines), safe, "{why}");
    }
    let settings = Settings::load(SETTINGS, &Sources::default()).unwrap();
    let debug = Trust::from_settings(&settings, true).unwrap();
    let lines = headers(&[("host", "test")]);
    let source = debug.source(&lines, &Uri::from_static("/"), Some(&peer(CLIENT))).unwrap();
    assert!(debug.carries_safely(&source, Some(&peer(CLIENT)), &lines), "while developing");
}

#[test]
fn what_cannot_be_believed_stops_the_start() {
    for (name, value, expected) in [
        ("web.trusted_proxies", "nginx", "addresses or networks such as"),
        ("web.allowed_hosts", "https://example.org", "names of hosts such as"),
        ("web.throttle.user", "many", "a rate such as"),
    ] {
        let flags = vec![(name, value.to_owned())];
        let errors = Settings::load(SETTINGS, &Sources { flags, ..Sources::default() }).unwrap_err();
        let told = errors[0].to_string();
        assert!(told.starts_with(&format!("command line: {name} is")) && told.contains(expected), "{told}");
    }
    let environment = vec![("ALLOWED_HOSTS".to_owned(), ".example.org".to_owned())];
    let settings = Settings::load(SETTINGS, &Sources { environment, ..Sources::default() }).unwrap();
    let trust = Trust::from_settings(&settings, false).unwrap();
    let other = trust.source(&headers(&[("host", "other")]), &Uri::from_static("/"), Some(&peer(CLIENT)));
    assert_eq!(other.unwrap_err().status, 400);
}
