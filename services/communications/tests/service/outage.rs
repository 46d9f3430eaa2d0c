//! Each subscriber gets each message once, whatever the mail server does.

use std::collections::BTreeMap;
use std::time::Duration;

use kit_base::Role;
use kit_testkit::{Engine, MailServer, both};
use serde_json::Value;

use crate::mails::{mails, subscriber, world};
use crate::stage::{Stage, setting, until};

/// The mails about this message, by recipient.
fn about(mails: &[Value], message: &str) -> BTreeMap<String, Vec<String>> {
    let mut by_recipient: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for mail in mails.iter().filter(|mail| mail["text"].as_str().unwrap().contains(message)) {
        let to = mail["to"][0].as_str().unwrap().to_owned();
        by_recipient.entry(to).or_default().push(mail["id"].as_str().unwrap().to_owned());
    }
    by_recipient
}

async fn ready(engine: Engine, server: &MailServer, subscribers: usize) -> Stage {
    // These tests move the clock while mails are on their way, and no lease shall end by that.
    let stage = Stage::of(world(engine, server).with(&setting("communications.lease"), "3650d"));
    stage.incident("INC-AAAAAA", 2, "open", &[]).await;
    stage.sees("/api/v1/public/status", |page| page["count"] == 1).await;
    for number in 0..subscribers {
        subscriber(&stage, server, &format!("s{number}@example.org")).await;
    }
    stage
}

/// The mails that the server has, once there are so many; until then the time goes on, as it does when one waits.
async fn in_time(stage: &Stage, server: &MailServer, many: usize) -> Vec<Value> {
    let look = async || {
        stage.world.clock.advance(Duration::from_secs(30));
        server.mails()
    };
    until(look, |mails| mails.len() >= many).await
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_server_is_off_everything_waits_and_then_comes_once() {
    for engine in both() {
        let mut server = MailServer::start();
        let stage = ready(engine, &server, 12).await;
        server.switch_off();
        for message in ["first word", "second word"] {
            stage.announce("INC-AAAAAA", "identified", message).await;
        }
        // An outage of any length costs no attempt, so nothing is ever given up for it.
        stage.world.clock.advance(Duration::from_secs(7 * 24 * 3600));
        server.switch_on();
        let all = in_time(&stage, &server, 12 + 24).await;
        for message in ["first word", "second word"] {
            let sent = about(&all, message);
            assert_eq!(sent.len(), 12, "{engine:?}");
            assert!(sent.values().all(|ids| ids.len() == 1), "{sent:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_put_off_comes_later_and_what_is_refused_for_good_ends_it() {
    for engine in both() {
        let mut server = MailServer::start();
        let stage = ready(engine, &server, 3).await;
        server.answer_recipient("s0@example.org", "451 greylisted, try later");
        server.answer_recipient("s1@example.org", "550 no such person s1@example.org");
        stage.announce("INC-AAAAAA", "identified", "a word").await;
        mails(&server, 4).await;
        let listed = async || stage.app.role(Role::Manager).get("/api/v1/subscriptions").await.json;
        let refused = until(listed, |all| all["results"][1]["state"] == "disabled").await;
        let reason = refused["results"][1]["reason"].as_str().unwrap();
        assert!(reason.contains("550") && !reason.contains('@'), "{reason}");
        // The first wait is a minute, give or take a tenth.
        stage.world.clock.advance(Duration::from_secs(67));
        let sent = about(&mails(&server, 5).await, "a word");
        assert_eq!(sent.keys().collect::<Vec<_>>(), ["s0@example.org", "s2@example.org"], "{engine:?}");
        let told = stage.announce("INC-AAAAAA", "resolved", "another word").await;
        assert_eq!(told["reach"]["mails"], 2, "who was refused is left out");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_breaks_off_is_tried_again_with_the_same_message_id() {
    for engine in both() {
        let mut server = MailServer::start();
        let stage = ready(engine, &server, 1).await;
        server.answer_text("cut");
        server.answer_text("451 no room");
        stage.announce("INC-AAAAAA", "identified", "a word").await;
        stage.announce("INC-AAAAAA", "resolved", "the end").await;
        let all = in_time(&stage, &server, 3).await;
        assert_eq!(about(&all, "a word").values().map(Vec::len).sum::<usize>(), 1, "{engine:?}");
        assert_eq!(about(&all, "the end").values().map(Vec::len).sum::<usize>(), 1, "{engine:?}");
    }
}
