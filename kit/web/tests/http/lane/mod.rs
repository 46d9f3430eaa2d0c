//! The lane against hyper: whatever is asked, on connections that begin in the lane it is answered as on those that do
//! not, but for what differs from answer to answer. What the lane answered is known by its date: that of the edge's clock.

mod caller;
mod connections;
mod house;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use kit_testkit::TestClock;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::common::Served;
use caller::{Caller, date};
use house::{Data, server};

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
const LINES: [&str; 58] = [
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
    "X-API-Key: role:manager",
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
    "polystatus-peer: made.up.proof",
    " folded: line",
    "space : before",
    "no colon",
    "null: \0",
];
/// How many of each are plain.
const PLAIN: [usize; 4] = [2, 13, 5, 45];

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
            Before::Change => data.changes.changed(),
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
            let fresh = [json!(data.changes.version()), json!(null)];
            prop_assert!(fresh.contains(&version), "{}: {}", text, value);
        }
    }
    Ok(())
}

const CASES: u32 = 96;

#[test]
fn the_lane_answers_as_hyper_does() {
    let by_lane = AtomicUsize::new(0);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: CASES,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let steps = (prop::collection::vec(step(), 1..16), any::<bool>());
    let outcome =
        runner.run(&steps, |(steps, proxied)| runtime.block_on(both_answer(steps, proxied, &by_lane)));
    outcome.unwrap_or_else(|error| panic!("{error}"));
    assert!(by_lane.into_inner() > 2 * CASES as usize, "hardly anything was answered in the lane");
}
