//! Maintenances: what subscribers, feeds and readers of Statuspage are told of them.

use std::time::Duration;

use kit_base::Role;
use kit_testkit::{Engine, MailServer, both};
use serde_json::{Value, json};

use crate::mails::{mails, subscriber, world};
use crate::receiver::Receiver;
use crate::stage::{Stage, setting, until};

async fn stage(engine: Engine, server: &MailServer) -> Stage {
    let stage = Stage::of(world(engine, server).with(&setting("outbound.allow"), "127.0.0.0/8"));
    stage.component("shop", "", "operational").await;
    stage.component("cart", "", "operational").await;
    stage.sees("/api/v2/components.json", |all| all["components"].as_array().unwrap().len() == 2).await;
    stage
}

/// A webhook that hears of these components.
async fn hook(stage: &Stage, url: &str, components: &[&str]) {
    let body = json!({ "url": url, "components": components });
    let reply = stage.app.role(Role::Manager).post("/api/v1/webhooks", body).await;
    assert_eq!(reply.status, 201, "{}", reply.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn subscribers_are_told_of_each_step_as_far_as_they_hear_of_its_components() {
    for engine in both() {
        let (server, shop, cart) = (MailServer::start(), Receiver::start().await, Receiver::start().await);
        let stage = stage(engine, &server).await;
        subscriber(&stage, &server, "ada@example.org").await;
        hook(&stage, &shop.url, &["shop"]).await;
        hook(&stage, &cart.url, &["cart"]).await;
        for (state, news) in [
            ("scheduled", "scheduled"),
            ("scheduled", "starting"),
            ("in_progress", "started"),
            ("in_progress", "extended"),
            ("completed", "ended"),
        ] {
            stage.works("MNT-AAAAAAAA", state, &["shop"], news).await;
            stage.works("MNT-AAAAAAAA", state, &["shop"], "changed").await;
        }
        let sent = mails(&server, 6).await;
        let subjects: Vec<&str> = sent[1..].iter().map(|mail| mail["subject"].as_str().unwrap()).collect();
        let about = "Work MNT-AAAAAAAA (PolyStatus)";
        assert_eq!(
            subjects,
            [
                format!("Maintenance planned: {about}"),
                format!("Maintenance soon: {about}"),
                format!("Maintenance begins: {about}"),
                format!("Maintenance ends at another time: {about}"),
                format!("Maintenance is over: {about}"),
            ],
            "{engine:?}"
        );
        let text = sent[1]["text"].as_str().unwrap();
        for words in [
            "It comes from 2026-11-21 14:00 to 16:00 UTC.",
            "Components: SHOP",
            "It is <slow>.",
            "http://test/maintenances/MNT-AAAAAAAA",
            "To end it: http://test/subscriptions/unsubscribe",
        ] {
            assert!(text.contains(words), "{words}: {text}");
        }
        let calls = until(async || shop.calls(), |calls| calls.len() >= 5).await;
        let bodies: Vec<Value> = calls.iter().map(|call| serde_json::from_str(&call.body).unwrap()).collect();
        assert_eq!(bodies[2]["type"], "maintenance.started");
        assert_eq!(bodies[2]["data"]["maintenance"]["id"], "MNT-AAAAAAAA");
        assert_eq!(bodies[2]["data"]["starts_at"], "2026-11-21T14:00:00Z");
        assert_eq!((calls.len(), cart.calls().len()), (5, 0), "who does not hear of the shop is not told");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn that_it_was_cancelled_is_told_and_then_it_is_gone() {
    for engine in both() {
        let server = MailServer::start();
        let stage = stage(engine, &server).await;
        subscriber(&stage, &server, "ada@example.org").await;
        stage.works("MNT-AAAAAAAA", "scheduled", &["shop"], "scheduled").await;
        mails(&server, 2).await;
        stage.no_works("MNT-AAAAAAAA", "cancelled").await;
        let mail = mails(&server, 3).await.remove(2);
        assert_eq!(mail["subject"], "Maintenance cancelled: Work MNT-AAAAAAAA (PolyStatus)", "{engine:?}");
        let text = mail["text"].as_str().unwrap();
        assert!(text.contains("It was to come from 2026-11-21 14:00 to 16:00 UTC, and does not."), "{text}");
        assert!(text.contains("Follow it: http://test/\n"), "{text}");
        stage
            .sees("/api/v2/scheduled-maintenances.json", |all| all["scheduled_maintenances"] == json!([]))
            .await;
        let feed = stage.app.anonymous().get("/feed.atom").await.text;
        let entries: Vec<&str> = feed.lines().filter(|line| line.starts_with("<title>Maintenance")).collect();
        assert_eq!(entries, ["<title>Maintenance cancelled: Work MNT-AAAAAAAA</title>"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_told_of_what_not_everybody_may_see_or_of_what_has_begun_that_it_comes() {
    let server = MailServer::start();
    let stage = stage(Engine::Sqlite, &server).await;
    subscriber(&stage, &server, "ada@example.org").await;
    for news in ["scheduled", "starting", "started", "ended", "cancelled"] {
        stage.no_works("MNT-SECRETAA", news).await;
    }
    // The incidents service was silent until it had begun.
    stage.silence(true);
    stage.works("MNT-AAAAAAAA", "scheduled", &["shop"], "starting").await;
    stage.world.clock.advance(Duration::from_secs(2 * 3600));
    stage.silence(false);
    stage.works("MNT-AAAAAAAA", "in_progress", &["shop"], "started").await;
    let sent = mails(&server, 2).await;
    assert_eq!(sent[1]["subject"], "Maintenance begins: Work MNT-AAAAAAAA (PolyStatus)");
    let feed = stage.app.anonymous().get("/feed.atom").await.text;
    assert!(feed.contains("MNT-AAAAAAAA") && !feed.contains("SECRET"), "{feed}");
    assert_eq!(server.mails().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn readers_of_statuspage_find_it_in_the_lists_of_its_state() {
    for engine in both() {
        let stage = stage(engine, &MailServer::start()).await;
        let lists = async || {
            let mut found = Vec::new();
            for path in [
                "summary",
                "scheduled-maintenances",
                "scheduled-maintenances/upcoming",
                "scheduled-maintenances/active",
            ] {
                let all = stage.see(&format!("/api/v2/{path}.json")).await;
                found.push(all["scheduled_maintenances"].as_array().unwrap().len());
            }
            found
        };
        stage.works("MNT-AAAAAAAA", "scheduled", &["shop"], "scheduled").await;
        until(&lists, |found| *found == [1, 1, 1, 0]).await;
        let all = stage.see("/api/v2/scheduled-maintenances/upcoming.json").await;
        let one = &all["scheduled_maintenances"][0];
        for (key, value) in [
            ("name", "Work MNT-AAAAAAAA"),
            ("status", "scheduled"),
            ("impact", "maintenance"),
            ("scheduled_for", "2026-11-21T14:00:00.000Z"),
            ("scheduled_until", "2026-11-21T16:00:00.000Z"),
            ("created_at", "2026-11-20T10:00:00.000Z"),
            ("shortlink", "http://test/maintenances/MNT-AAAAAAAA"),
        ] {
            assert_eq!(one[key], value, "{key} on {engine:?}");
        }
        assert_eq!(one["components"][0]["name"], "SHOP");
        assert_eq!(one["incident_updates"][0]["status"], "scheduled");
        assert_eq!(one["incident_updates"].as_array().unwrap().len(), 1);

        stage.works("MNT-AAAAAAAA", "in_progress", &["shop"], "started").await;
        until(&lists, |found| *found == [1, 1, 0, 1]).await;
        stage.works("MNT-AAAAAAAA", "completed", &["shop"], "changed").await;
        until(&lists, |found| *found == [0, 1, 0, 0]).await;
        let over =
            stage.see("/api/v2/scheduled-maintenances.json").await["scheduled_maintenances"][0].clone();
        let states: Vec<&Value> =
            over["incident_updates"].as_array().unwrap().iter().map(|one| &one["status"]).collect();
        assert_eq!(states, ["completed", "in_progress", "scheduled"], "what nobody told is told by itself");
        assert_eq!(
            (&over["status"], &over["resolved_at"]),
            (&json!("completed"), &json!("2026-11-21T16:00:00.000Z"))
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_too_many_those_that_come_first_are_told() {
    for engine in both() {
        let stage = stage(engine, &MailServer::start()).await;
        for nth in 0..55 {
            stage
                .works_on(
                    &format!("MNT-AAAAAA{nth:02}"),
                    &format!("2026-12-{:02}T{:02}", nth / 24 + 1, nth % 24),
                )
                .await;
        }
        let path = "/api/v2/scheduled-maintenances/upcoming.json";
        let first = |all: &Value| {
            let list = all["scheduled_maintenances"].as_array().unwrap().clone();
            list.len() == 50
                && list[49]["name"] == "Work MNT-AAAAAA00"
                && list[0]["name"] == "Work MNT-AAAAAA49"
        };
        stage.sees(path, first).await;
    }
}
