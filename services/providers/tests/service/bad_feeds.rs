//! Feeds that fail, hang, lie or explode: nothing changes but the provider's own stale mark, and only until
//! the feed is good again.

use kit_testkit::{Engine, TestWorld, both};
use serde_json::{Value, json};

use crate::documents::{page, storage_down, well};
use crate::feed::{Answer, Feed};
use crate::gzip::{bomb, pack};
use crate::stage::{A_WHILE, Stage, setting, until};

/// What goes wrong, how, and what people read about it.
fn faults() -> Vec<(&'static str, Answer, &'static str)> {
    let whole = well().to_string();
    let half = whole.get(..whole.len() / 2).unwrap();
    let head = "HTTP/1.1 200 OK\r\nConnection: close\r\n";
    let raw = |rest: String| Answer::Raw(format!("{head}{rest}").into_bytes());
    let chunked = format!("Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{half}", whole.len());
    let long = vec![b' '; (8 << 20) + 1];
    let gzip = |body| Answer::status("200 OK", body).with("Content-Encoding", "gzip");
    let moved = Answer::status("302 Found", "").with("Location", "/summary.json");
    let inwards =
        Answer::status("302 Found", "").with("Location", "http://169.254.169.254/latest/meta-data/");
    let chunk = format!("{:x}\r\n{}\r\n", 1 << 20, " ".repeat(1 << 20));
    let flood = format!("{head}Transfer-Encoding: chunked\r\n\r\n{}", chunk.repeat(9)).into_bytes();
    let busy = Answer::status("503 Service Unavailable", whole.clone()).with("Retry-After", "30");
    let unheard = page("sparkling", &[("DNS", "sparkling"), ("Storage", "very well")]);
    let broken_off = "the feed's answer broke off or is not what it says it is";
    vec![
        (
            "a web page",
            Answer::document("<!doctype html><title>Hold on</title>"),
            "an HTML page came instead of JSON: \"Hold on\"",
        ),
        ("truncated JSON", Answer::document(half), "the JSON breaks off at line 1"),
        ("nothing at all", Answer::document(""), "the answer is empty"),
        ("other JSON", Answer::document(json!({ "ok": true })), "unexpected shape"),
        ("unknown words", Answer::document(unheard), "not in words that are known here"),
        ("500", Answer::status("500 Internal Server Error", whole.clone()), "the feed answered 500"),
        ("503", busy, "the feed answered 503"),
        ("204", Answer::status("204 No Content", ""), "the feed answered 204"),
        ("304 out of turn", Answer::status("304 Not Modified", ""), "the feed answered 304"),
        ("redirects in a ring", moved, "the feed redirects too often"),
        ("more than 8 MiB", Answer::status("200 OK", long), "the feed is larger than 8388608 bytes"),
        (
            "a gigabyte, announced",
            Answer::Raw(format!("{head}Content-Length: 1073741824\r\n\r\n{whole}").into_bytes()),
            "the feed is larger than 8388608 bytes",
        ),
        ("a flood", Answer::Flood(flood), "the feed is larger than 8388608 bytes"),
        ("redirected into the network", inwards, "resolves to a private address"),
        ("a bomb", gzip(bomb(64 << 20)), "the feed is larger than 8388608 bytes"),
        ("not packed as it says", gzip(whole.clone().into_bytes()), broken_off),
        ("packed and cut", gzip(pack(whole.as_bytes())[..200].to_vec()), broken_off),
        ("less than announced", raw(format!("Content-Length: {}\r\n\r\n{half}", whole.len())), broken_off),
        (
            "more than announced",
            raw(format!("Content-Length: {}\r\n\r\n{whole}", whole.len() / 2)),
            "breaks off",
        ),
        ("a chunk broken off", raw(chunked), broken_off),
        ("not HTTP", Answer::Raw(b"220 mail.example ESMTP\r\n".to_vec()), "the feed's answer cannot be read"),
        ("hung up", Answer::Raw(Vec::new()), "the feed's answer cannot be read"),
        (
            "a drop now and then",
            Answer::Drip(format!("{head}\r\n").into_bytes()),
            "the feed did not answer in time",
        ),
        ("silence", Answer::Silence, "the feed did not answer in time"),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_comes_only_the_stale_mark_changes() {
    // Each fault takes the poller's time to be seen, so both databases see them at the same time.
    tokio::join!(only_the_stale_mark_changes(Engine::Sqlite), only_the_stale_mark_changes(Engine::Postgres));
}

async fn only_the_stale_mark_changes(engine: Engine) {
    let stage = Stage::living(TestWorld::new(engine).with(&setting("providers.timeout"), "2s"));
    let feed = Feed::start(Answer::document(storage_down())).await;
    let steady = Feed::start(Answer::document(well())).await;
    stage.watch("Nimbus", &feed).await;
    stage.watch("Steady", &steady).await;
    let good = stage.becomes("nimbus", "partial_outage").await;
    stage.becomes("steady", "operational").await;
    stage.told().await;
    for (what, answer, words) in faults() {
        stage.later(&feed, answer);
        let now = json!(stage.world.clock.now().to_string());
        let ill = stage.becomes("nimbus", "unknown").await;
        assert_eq!((&ill["stale_since"], &ill["since"]), (&now, &now), "{what} on {engine:?}");
        let trouble = ill["trouble"].as_str().unwrap();
        assert!(trouble.contains(words), "{what} on {engine:?}: {trouble}");
        assert_eq!(ill["last_good"], good["last_good"], "{what} on {engine:?}");
        let told = stage.told().await;
        assert_eq!(told, ["watch nimbus lost dns,storage", "nimbus unknown"], "{what} on {engine:?}");
        stage.is_read_now("steady").await;

        stage.later(&feed, Answer::document(storage_down()));
        let again = stage.is_read_now("nimbus").await;
        assert_eq!(
            (&again["status"], &again["stale_since"]),
            (&json!("partial_outage"), &Value::Null),
            "{what}"
        );
        assert_eq!((&again["trouble"], &again["last_good"]), (&Value::Null, &good["last_good"]), "{what}");
        let told = stage.told().await;
        assert_eq!(told, ["watch nimbus seen dns,storage", "nimbus partial_outage"], "{what} on {engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_that_cannot_be_reached_is_read_again_when_it_can() {
    let stage = Stage::new(Engine::Sqlite);
    let mut feed = Feed::start(Answer::document(well())).await;
    stage.watch("Nimbus", &feed).await;
    stage.becomes("nimbus", "operational").await;
    feed.close().await;
    stage.world.clock.advance(A_WHILE);
    let ill = stage.becomes("nimbus", "unknown").await;
    assert_eq!(ill["trouble"], "the feed cannot be reached");
    feed.reopen().await;
    stage.world.clock.advance(A_WHILE);
    assert_eq!(stage.becomes("nimbus", "operational").await["stale_since"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_that_was_never_read_is_stale_without_a_reading() {
    let (stage, feed) =
        (Stage::new(Engine::Sqlite), Feed::start(Answer::status("304 Not Modified", "")).await);
    stage.watch("Nimbus", &feed).await;
    let ill = stage.sees("nimbus", |seen| seen["stale_since"] != Value::Null).await;
    assert_eq!(
        (&ill["status"], &ill["trouble"]),
        (&json!("unknown"), &json!("the feed answered 304 Not Modified"))
    );
    assert_eq!((&ill["last_good"], &ill["read_at"]), (&Value::Null, &Value::Null));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_hangs_holds_up_no_other() {
    let stage = Stage::living(TestWorld::new(Engine::Sqlite).with(&setting("providers.timeout"), "10m"));
    let (hung, steady) = (Feed::start(Answer::Silence).await, Feed::start(Answer::document(well())).await);
    stage.watch("Hung", &hung).await;
    until(async || hung.asked().len(), |times| *times == 1).await;
    stage.watch("Steady", &steady).await;
    for _ in 0..4 {
        stage.world.clock.advance(A_WHILE);
        stage.is_read_now("steady").await;
    }
    assert_eq!(hung.asked().len(), 1, "it still has its turn");
    assert_eq!(stage.see("hung").await["trouble"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_more_are_asked_at_once_than_the_setting_says() {
    let stage = Stage::living(TestWorld::new(Engine::Sqlite).with(&setting("providers.at_once"), "2"));
    let (answer, leave) = Answer::document(well()).held();
    let feed = Feed::start(answer).await;
    for name in ["A", "B", "C", "D", "E"] {
        stage.watch(name, &feed).await;
    }
    for answered in 0..=3 {
        until(async || feed.asked().len(), |times| *times == answered + 2).await;
        leave.add_permits(1);
    }
    leave.add_permits(1);
    stage.becomes("e", "operational").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_database_would_choke_on_is_read_all_the_same() {
    for engine in both() {
        let mut document = storage_down();
        let incident = &mut document["incidents"][0];
        for field in ["id", "name", "status", "shortlink"] {
            incident[field] =
                json!(format!("{}\u{0}{}", incident[field].as_str().unwrap(), "x".repeat(100_000)));
        }
        document["components"][1]["name"] = json!(format!("Storage\u{0}{}", "y".repeat(100_000)));
        let (stage, feed) = (Stage::still(engine), Feed::start(Answer::document(document)).await);
        stage.watch("Nimbus", &feed).await;
        let outcome = stage.refreshed("nimbus").await;
        assert_eq!(outcome, ("changed".to_owned(), "partial_outage".to_owned()), "{engine:?}");
        let events = stage.app.anonymous().get("/api/v1/csp/events").await.json;
        assert_eq!(events["count"], 1);
        assert!(events.to_string().len() < 2000, "{events}");
        assert!(stage.events().await.iter().all(|event| event.subject.len() < 2000));
    }
}

/// A provider whose clock is wrong is not believed to have trouble in a thousand years.
#[tokio::test(flavor = "multi_thread")]
async fn dates_in_the_future_are_read_as_now() {
    let (mut ahead, stage) = (storage_down(), Stage::still(Engine::Sqlite));
    for field in ["started_at", "updated_at"] {
        ahead["incidents"][0][field] = json!("2999-01-01T00:00:00Z");
    }
    let feed = Feed::start(Answer::document(ahead)).await;
    stage.watch("Nimbus", &feed).await;
    assert_eq!(stage.refreshed("nimbus").await.1, "partial_outage");
    let event = stage.app.anonymous().get("/api/v1/csp/events").await.json["results"][0].clone();
    let now = json!(stage.world.clock.now().to_string());
    assert_eq!((&event["ts_start"], &event["ts_update"], &event["active"]), (&now, &now, &json!(true)));
}
