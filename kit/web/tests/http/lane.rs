//! The lane against hyper: whatever is asked, on connections that begin in the lane it is answered as on those that do
//! not, but for what differs from answer to answer. What the lane answered is known by its date: that of the edge's clock.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream;
use http::header;
use kit_base::reads::{Seen, Stamp, note};
use kit_base::{Role, SecretKey, Settings, Timestamp};
use kit_testkit::{RoleTokens, TestClock};
use kit_web::{Answer, Built, Edge, EdgeConfig, Member, Routes, Rule, SETTINGS, Server, Source, Visitor};
use proptest::prelude::*;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;
use utoipa_axum::routes;

use crate::common::{Served, patient, soon};

/// What the answers are made from.
#[derive(Clone, Default)]
struct Data(Stamp);

impl Data {
    fn read(&self) -> u64 {
        let (mut seen, version) = (Seen::default(), self.0.version());
        seen.stamp(&self.0, version);
        note(&seen);
        version
    }
}

/// A page of a list, long enough to be compressed.
#[utoipa::path(get, path = "/things", responses((status = 200, body = Value, content_type = "application/json")))]
async fn things(State(data): State<Data>, source: Source) -> Answer<Value> {
    let things: Vec<Value> = (0..40).map(|n| json!({ "id": n, "name": format!("thing {n}") })).collect();
    let next = format!("{}/things?page=2", source.base());
    Answer::ok(
        json!({ "count": 80, "next": next, "previous": null, "results": things, "version": data.read() }),
    )
}

/// Who asks.
#[utoipa::path(get, path = "/me", responses((status = 200, body = Value, content_type = "application/json")))]
async fn me(State(data): State<Data>, Visitor(caller): Visitor) -> Answer<Value> {
    Answer::ok(json!({ "me": caller.map(|caller| caller.user_id), "version": data.read() }))
}

/// For managers.
#[utoipa::path(get, path = "/guarded", responses((status = 200, body = Value, content_type = "application/json")))]
async fn guarded(State(data): State<Data>, Member(caller): Member) -> Answer<Value> {
    Answer::ok(json!({ "manager": caller.user_id, "version": data.read() }))
}

/// Changes something.
#[utoipa::path(post, path = "/things", responses((status = 200, body = Value, content_type = "application/json")))]
async fn change() -> Answer<Value> {
    Answer::ok(json!({ "changed": true }))
}

/// What is never kept.
#[utoipa::path(get, path = "/now", responses((status = 200, body = Value, content_type = "application/json")))]
async fn now() -> Response {
    ([(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")], "{}").into_response()
}

/// What has no known length.
#[utoipa::path(get, path = "/stream", responses((status = 200, body = Value, content_type = "application/json")))]
async fn streamed() -> Response {
    let pieces = ["a,b\n", "1,2\n"]
        .map(|piece| Ok::<_, std::convert::Infallible>(Bytes::from_static(piece.as_bytes())));
    ([(header::CONTENT_TYPE, "text/csv")], Body::from_stream(stream::iter(pieces))).into_response()
}

/// What does not exist, by its number.
#[utoipa::path(get, path = "/things/{number}", responses((status = 200, body = Value, content_type = "application/json")))]
async fn missing() -> Result<Answer<Value>, kit_web::Failure> {
    Err(kit_base::Problem::not_found().into())
}

fn built(data: Data) -> Built {
    Routes::new(data)
        .add(Rule::Anyone, routes!(things))
        .add(Rule::Anyone, routes!(missing))
        .add(Rule::Anyone, routes!(me))
        .add(Rule::Anyone, routes!(now))
        .add(Rule::Anyone, routes!(streamed))
        .add(Rule::AtLeast(Role::Manager), routes!(guarded))
        .add(Rule::AtLeast(Role::Manager), routes!(change))
        .build()
}

async fn server(data: &Data, clock: &TestClock, proxied: bool, lane: bool) -> Served {
    let mut settings = Settings::default();
    for (name, value) in [
        ("web.allowed_hosts", "test,.example.org,localhost"),
        ("web.trusted_proxies", if proxied { "127.0.0.1" } else { "" }),
        ("web.throttle.anonymous", "12/hour"),
        ("web.throttle.user", "6/hour"),
        ("web.throttle.failures", "3/hour"),
    ] {
        let setting = SETTINGS.iter().find(|setting| setting.name == name).unwrap();
        settings = settings.with(setting, value);
    }
    let config = EdgeConfig {
        authenticator: Arc::new(RoleTokens),
        secret: SecretKey::new("the same for both, so that their pages are the same"),
        settings: Arc::new(settings),
        ..EdgeConfig::plain(clock.clock())
    };
    let edge = Arc::new(Edge::new(built(data.clone()), config).unwrap());
    let (stop, server) = (CancellationToken::new(), Server::bind(patient()).await.unwrap());
    let address = server.address();
    let server = if lane { server } else { server.without_lane() };
    let serving = tokio::spawn(server.serve(edge.clone(), stop.clone()));
    Served { address, edge, stop, serving }
}

/// A connection that is opened again whenever the server has ended it.
struct Caller<'s> {
    server: &'s Served,
    stream: Option<TcpStream>,
    came: Vec<u8>,
}

/// An answer as it came.
#[derive(Clone, Debug, PartialEq)]
struct Came {
    line: String,
    headers: BTreeMap<String, Vec<String>>,
    body: Bytes,
    ends: bool,
}

impl Came {
    fn one(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|values| values.first()).map_or("", String::as_str)
    }

    /// But for what differs from answer to answer.
    fn in_general(&self) -> Self {
        let mut general = self.clone();
        for name in ["date", "x-request-id"] {
            general.headers.get_mut(name).into_iter().flatten().for_each(String::clear);
        }
        general
    }
}

impl<'s> Caller<'s> {
    fn new(server: &'s Served) -> Self {
        Self { server, stream: None, came: Vec::new() }
    }

    /// Sends these bytes, in two pieces if there is to be a pause.
    async fn send(&mut self, bytes: &[u8], pause: Option<usize>) {
        if self.stream.is_none() {
            self.stream = Some(self.server.raw().await);
            self.stream.as_mut().unwrap().set_nodelay(true).unwrap();
        }
        let stream = self.stream.as_mut().unwrap();
        let (first, second) = bytes.split_at(pause.unwrap_or(bytes.len()).min(bytes.len()));
        let _ = stream.write_all(first).await;
        if !second.is_empty() {
            tokio::time::sleep(Duration::from_millis(2)).await;
            let _ = stream.write_all(second).await;
        }
    }

    /// Reads until there is a byte more; `false` at the end.
    async fn more(&mut self) -> bool {
        let Some(stream) = self.stream.as_mut() else { return false };
        if soon(stream.read_buf(&mut self.came)).await.unwrap_or_default() == 0 {
            self.stream = None;
        }
        self.stream.is_some()
    }

    /// The next answer.
    async fn answer(&mut self, only_head: bool) -> Came {
        let end = loop {
            match self.came.windows(4).position(|four| four == b"\r\n\r\n") {
                Some(end) => break end + 4,
                None if self.more().await => {}
                None => {
                    let body = std::mem::take(&mut self.came).into();
                    return Came { line: String::new(), headers: BTreeMap::new(), body, ends: true };
                }
            }
        };
        let head: Vec<u8> = self.came.drain(..end).collect();
        let head = String::from_utf8(head).unwrap();
        let mut lines = head.split("\r\n").filter(|line| !line.is_empty());
        let line = lines.next().unwrap().to_owned();
        let mut headers: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in lines.map(|line| line.split_once(": ").unwrap()) {
            headers.entry(name.to_owned()).or_default().push(value.to_owned());
        }
        let mut came = Came { line, headers, body: Bytes::new(), ends: false };
        let empty = only_head || came.line.contains(" 304 ") || came.line.contains(" 204 ");
        if !empty && came.one("transfer-encoding") == "chunked" {
            while !self.came.ends_with(b"0\r\n\r\n") && self.more().await {}
            came.body = std::mem::take(&mut self.came).into();
        } else if !empty && came.one("content-length").is_empty() {
            while self.more().await {}
            came.body = std::mem::take(&mut self.came).into();
        } else if !empty {
            let length = came.one("content-length").parse().expect("a length");
            while self.came.len() < length && self.more().await {}
            came.body = self.came.drain(..length).collect();
        }
        if came.one("connection") == "close" {
            assert!(!self.more().await, "it says that it ends: {came:?}");
        }
        came.ends = self.stream.is_none();
        came
    }
}

/// What may come before a request.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Before {
    Nothing,
    Change,
    Time(u64),
}

#[derive(Clone, Debug)]
struct Step {
    before: Before,
    text: String,
    /// Whether it is asked on a connection of its own.
    anew: bool,
    pause: Option<usize>,
}

/// What a plain question may be made of, and what any may.
const METHODS: [&str; 6] = ["GET", "HEAD", "OPTIONS", "POST", "get", "PRI"];
const TARGETS: [&str; 23] = [
    "/things",
    "/me",
    "/guarded",
    "/things/",
    "/things?page=1",
    "/guarded?format=xml",
    "/things?format=xml",
    "/things?format=api",
    "/now",
    "/stream",
    "/things/7",
    "/things?q=%2500",
    "//things",
    "/me",
    "/nowhere",
    "/things?format=nonsense",
    "/things?q=%00",
    "/things#top",
    "/thi[ng]s",
    "/th\u{e9}",
    "http://test/things",
    "http://evil/things",
    "*",
];
const HOSTS: [&str; 11] = [
    "Host: test\r\n",
    "host: TEST\r\n",
    "HOST: test:80\r\n",
    "Host: a.example.org:8000\r\n",
    "Host: [::1]\r\n",
    "Host: evil\r\n",
    "Host:\r\n",
    "",
    "Host: test\r\nHost: test\r\n",
    "Host: te st\r\n",
    "Host : test\r\n",
];
const LINES: [&str; 56] = [
    "Accept: application/json",
    "accept: */*",
    "ACCEPT: application/xml",
    "Accept: application/json; indent=2",
    "Accept: text/html",
    "Accept: image/png",
    "Accept: application/problem+json",
    "Accept: \u{e9}",
    "Accept-Language: fr",
    "Accept-Language: \u{e9}",
    "Accept-Encoding: gzip",
    "Accept-Encoding: identity",
    "accept-encoding: br, gzip;q=0.5",
    "Authorization: Bearer role:manager",
    "authorization: bearer role:viewer",
    "Authorization: Bearer role:admin",
    "Authorization: Bearer nobody",
    "Authorization: Basic YTpi",
    "Authorization: Bearer ",
    "Cookie: session=role:manager",
    "Cookie: a=b; session=role:viewer",
    "Cookie: session=role:manager; session=role:viewer",
    "Cookie: __Host-session=role:admin",
    "Cookie: session=nobody",
    "If-None-Match: *",
    "If-None-Match: TAG",
    "If-None-Match: \"TAG\"",
    "If-None-Match: W/\"TAG-br\", x",
    "if-none-match: \"x\"",
    "If-None-Match: \u{e9}",
    "If-Match: \"TAG\"",
    "If-Match: *",
    "If-Match: \"x\"",
    "Origin: https://a.example",
    "Access-Control-Request-Method: GET",
    "Connection: keep-alive",
    "Via: 1.1 proxy",
    "X-Forwarded-For: 192.0.2.7",
    "X-Forwarded-Proto: https",
    "X-Forwarded-Host: b.example.org",
    "X-Forwarded-Host: evil",
    "X-Real-IP: 192.0.2.1",
    "Forwarded: for=\"x",
    "Forwarded: for=192.0.2.9;proto=https;host=c.example.org",
    "Connection: close",
    "Connection: upgrade\r\nUpgrade: h2c",
    "Content-Length: 0",
    "Content-Length: +0",
    "Transfer-Encoding: identity",
    "Content-Length: 5\r\nTransfer-Encoding: chunked",
    "Expect: 100-continue",
    "TE: trailers",
    " folded: line",
    "space : before",
    "no colon",
    "null: \0",
];
/// How many of each are plain.
const PLAIN: [usize; 4] = [2, 13, 5, 44];

/// The tag of the things, as nobody in particular gets them from `test`.
async fn tag(server: &Served) -> String {
    let mut caller = Caller::new(server);
    caller.send(b"GET /things HTTP/1.1\r\nHost: test\r\n\r\n", None).await;
    caller.answer(false).await.one("etag").trim_matches('"').to_owned()
}

fn step() -> impl Strategy<Value = Step> {
    let plain = text("GET", PLAIN, Just("1.1"));
    let any = text(
        "GET",
        [METHODS.len(), TARGETS.len(), HOSTS.len(), LINES.len()],
        prop_oneof![Just("1.1"), Just("1.0")],
    );
    let text = prop_oneof![6 => plain, 1 => any];
    let before = prop_oneof![
        6 => Just(Before::Nothing),
        1 => Just(Before::Change),
        1 => Just(Before::Time(500)),
        1 => Just(Before::Time(40_000)),
    ];
    (text, before, prop::bool::weighted(0.4), prop::option::weighted(0.05, 1..60_usize))
        .prop_map(|(text, before, anew, pause)| Step { text, before, anew, pause })
}

/// A request of the first so many methods, targets, hosts and lines; half of the methods and hosts are the usual ones.
fn text(
    usual: &'static str,
    [methods, targets, hosts, lines]: [usize; 4],
    versions: impl Strategy<Value = &'static str>,
) -> impl Strategy<Value = String> {
    let some = |all: &[&'static str], most: usize| prop::sample::select(all[..most].to_vec());
    let method = prop_oneof![Just(usual), some(&METHODS, methods)];
    let host = prop_oneof![Just(HOSTS[0]), some(&HOSTS, hosts)];
    let lines = prop::collection::vec(some(&LINES, lines), 0..4);
    (method, some(&TARGETS, targets), versions, host, lines).prop_map(
        |(method, target, version, host, lines)| {
            let lines: String = lines.iter().map(|line| format!("{line}\r\n")).collect();
            format!("{method} {target} HTTP/{version}\r\n{host}{lines}\r\n")
        },
    )
}

/// Asks both and compares; what the lane answered is counted.
async fn both_answer(steps: Vec<Step>, proxied: bool, by_lane: &AtomicUsize) -> Result<(), TestCaseError> {
    let (data, clock) = (Data::default(), TestClock::default());
    let lane = server(&data, &clock, proxied, true).await;
    let hyper = server(&data, &clock, proxied, false).await;
    let tags = [tag(&lane).await, tag(&hyper).await];
    prop_assert_eq!(&tags[0], &tags[1]);
    let mut callers = [Caller::new(&lane), Caller::new(&hyper)];
    for step in steps {
        match step.before {
            Before::Nothing => {}
            Before::Change => data.0.changed(),
            Before::Time(millis) => clock.advance(Duration::from_millis(millis)),
        }
        let text = step.text.replace("TAG", &tags[0]);
        // The compressed forms are made in the background, by one sooner than by the other.
        let came = loop {
            let mut came = Vec::new();
            for caller in &mut callers {
                caller.stream = caller.stream.take().filter(|_| !step.anew);
                caller.send(text.as_bytes(), step.pause).await;
                came.push(caller.answer(text.starts_with("HEAD")).await);
            }
            if came[0].one("content-encoding") == came[1].one("content-encoding") {
                break came;
            }
        };
        prop_assert_eq!(came[0].in_general(), came[1].in_general(), "{}", text);
        prop_assert_ne!(came[1].one("date"), date(clock.now()));
        by_lane.fetch_add(usize::from(came[0].one("date") == date(clock.now())), Ordering::Relaxed);
        let plain = came[0].line.ends_with(" 200 OK") && came[0].one("content-encoding").is_empty();
        if plain && text.starts_with("GET ") && came[0].one("content-type") == "application/json" {
            let value: Value = serde_json::from_slice(&came[0].body).unwrap();
            let version = value.get("version").map_or(json!(null), Value::clone);
            let fresh = [json!(data.0.version()), json!(null)];
            prop_assert!(fresh.contains(&version), "{}: {}", text, value);
        }
    }
    Ok(())
}

fn date(at: Timestamp) -> String {
    let seconds = u64::try_from(at.micros() / 1_000_000).unwrap();
    httpdate::fmt_http_date(std::time::UNIX_EPOCH + Duration::from_secs(seconds))
}

#[test]
fn the_lane_answers_as_hyper_does() {
    let by_lane = AtomicUsize::new(0);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(96);
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let steps = (prop::collection::vec(step(), 1..16), any::<bool>());
    let outcome =
        runner.run(&steps, |(steps, proxied)| runtime.block_on(both_answer(steps, proxied, &by_lane)));
    outcome.unwrap_or_else(|error| panic!("{error}"));
    assert!(by_lane.into_inner() > 2 * cases as usize, "hardly anything was answered in the lane");
}
