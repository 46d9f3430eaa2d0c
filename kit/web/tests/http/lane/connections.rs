//! What the lane does with connections: questions in a row, in pieces, given up, too late, and at the end of the server.

use std::time::Duration;

use kit_testkit::TestClock;
use kit_web::ServerConfig;
use tokio::io::AsyncWriteExt;

use super::caller::{Caller, date};
use super::house::{Data, server_with};
use crate::common::{Served, patient, rest, soon};

const NO_LIMITS: [&str; 3] = ["off", "off", "off"];

async fn server(data: &Data, clock: &TestClock, config: ServerConfig) -> Served {
    server_with(data, clock, false, true, NO_LIMITS, config).await
}

fn get(target: &str) -> String {
    format!("GET {target} HTTP/1.1\r\nHost: test\r\n\r\n")
}

/// More of them than the lane reads at once, with one among them that is not for it.
#[tokio::test]
async fn questions_in_a_row_are_answered_in_their_order() {
    let (data, clock) = (Data::default(), TestClock::default());
    let server = server(&data, &clock, patient()).await;
    let mut asked = [get("/things"), get("/me"), get("/me?format=xml"), get("/nowhere")].concat();
    asked.push_str("HEAD /things HTTP/1.1\r\nHost: test\r\n\r\n");
    asked.push_str("POST /nowhere HTTP/1.1\r\nHost: test\r\nContent-Length: 5\r\n\r\nhello");
    let turns = 20;
    let mut caller = Caller::new(&server);
    caller.send(asked.repeat(turns).as_bytes(), None).await;
    for _ in 0..turns {
        let mut came = Vec::new();
        for only_head in [false, false, false, false, true, false] {
            let one = caller.answer(only_head).await;
            came.push(format!("{} {}", &one.line[9..12], one.one("content-type")));
        }
        let (json, xml) = ("application/json", "application/xml; charset=utf-8");
        let expected =
            [("200", json), ("200", json), ("200", xml), ("404", json), ("200", json), ("404", json)];
        assert_eq!(came, expected.map(|(status, kind)| format!("{status} {kind}")));
    }
}

#[tokio::test]
async fn a_question_may_come_in_pieces() {
    let (data, clock) = (Data::default(), TestClock::default());
    let server = server(&data, &clock, patient()).await;
    let asked = get("/me");
    for cut in (1..asked.len()).step_by(7) {
        let mut caller = Caller::new(&server);
        caller.send(get("/me").as_bytes(), None).await;
        assert_eq!(caller.answer(false).await.one("date"), date(clock.now()), "this is the lane");
        caller.send(asked.as_bytes(), Some(cut)).await;
        assert_eq!(caller.answer(false).await.line, "HTTP/1.1 200 OK", "{cut}");
    }
}

/// A poller whose answer has to be made anew is in the lane before and after.
#[tokio::test]
async fn what_is_made_anew_is_answered_in_the_lane() {
    let (data, clock) = (Data::default(), TestClock::default());
    let server = server(&data, &clock, patient()).await;
    let mut caller = Caller::new(&server);
    for _ in 0..3 {
        for _ in 0..2 {
            caller.send(get("/things").as_bytes(), None).await;
            let came = caller.answer(false).await;
            assert_eq!((came.line.as_str(), came.ends), ("HTTP/1.1 200 OK", false));
            assert_eq!(came.one("date"), date(clock.now()));
        }
        data.changes.changed();
        clock.advance(Duration::from_secs(1));
    }
}

#[tokio::test]
async fn who_goes_away_is_not_worked_for() {
    let (data, clock) = (Data::default(), TestClock::default());
    let server = server(&data, &clock, patient()).await;
    let mut stream = server.raw().await;
    stream.write_all(get("/slow").as_bytes()).await.unwrap();
    soon(data.begun.acquire()).await.unwrap().forget();
    assert_eq!(data.given_up.available_permits(), 0);
    drop(stream);
    soon(data.given_up.acquire()).await.unwrap().forget();
}

#[tokio::test]
async fn who_asks_nothing_more_is_cut_off() {
    let (data, clock) = (Data::default(), TestClock::default());
    let config = ServerConfig { header_timeout: Duration::from_millis(100), ..patient() };
    let server = server(&data, &clock, config).await;
    for more in ["", "GET /me HT"] {
        let came = server.raw_reply(format!("{}{more}", get("/me")).as_bytes()).await;
        assert_eq!(came.matches("HTTP/1.1 200 ").count(), 1, "{more:?}: {came}");
    }
}

#[tokio::test]
async fn what_began_as_one_protocol_does_not_become_another() {
    let server = server(&Data::default(), &TestClock::default(), patient()).await;
    let sent = [get("/me").as_str(), "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0"].concat();
    let came = server.raw_reply(sent.as_bytes()).await;
    assert!(came.ends_with("{\"me\":null,\"version\":0}"), "hyper says nothing to that: {came}");
}

#[tokio::test]
async fn at_the_end_who_has_a_question_is_answered_and_the_others_are_sent_home() {
    let (data, clock) = (Data::default(), TestClock::default());
    let mut server = server(&data, &clock, patient()).await;
    let mut busy = server.raw().await;
    let mut idle = Caller::new(&server);
    idle.send(get("/me").as_bytes(), None).await;
    assert!(!idle.answer(false).await.ends);
    busy.write_all([get("/slow"), get("/me")].concat().as_bytes()).await.unwrap();
    soon(data.begun.acquire()).await.unwrap().forget();
    server.stop.cancel();
    assert!(!idle.more().await && idle.came.is_empty());
    assert!(!server.serving.is_finished(), "it waits for what has begun");
    data.go_on.add_permits(1);
    let came = rest(&mut busy).await;
    assert!(came.contains("connection: close\r\n") && came.ends_with("{\"slow\":true}"), "{came}");
    assert_eq!(came.matches("HTTP/1.1 ").count(), 1, "nothing new begins: {came}");
    soon(&mut server.serving).await.unwrap();
}
