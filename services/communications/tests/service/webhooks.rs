//! Webhooks: signed, tried again, kept apart from each other, disabled when they are dead, and sent again by hand.

use std::time::Duration;

use kit_base::Role;
use kit_testkit::{Engine, TestWorld, both};
use serde_json::{Value, json};

use crate::receiver::{Answer, Call, Receiver};
use crate::signatures::verdict;
use crate::stage::{Stage, setting, until};

async fn stage(world: TestWorld) -> Stage {
    let stage = Stage::of(world.with(&setting("outbound.allow"), "127.0.0.0/8"));
    stage.incident("INC-AAAAAA", 2, "open", &["shop"]).await;
    stage.sees("/api/v1/public/status", |page| page["count"] == 1).await;
    stage
}

/// A manager adds a webhook.
async fn hook(stage: &Stage, url: &str) -> Value {
    let reply = stage.app.role(Role::Manager).post("/api/v1/webhooks", json!({ "url": url })).await;
    assert_eq!(reply.status, 201, "{}", reply.text);
    reply.json
}

fn path(hook: &Value) -> String {
    format!("/api/v1/webhooks/{}", hook["id"].as_str().unwrap())
}

async fn manager_sees(stage: &Stage, path: &str) -> Value {
    let reply = stage.app.role(Role::Manager).get(path).await;
    assert_eq!(reply.status, 200, "{path}: {}", reply.text);
    reply.json
}

/// The deliveries of the webhook, the latest first, once they are so.
async fn deliveries(stage: &Stage, hook: &Value, is_good: impl Fn(&[Value]) -> bool) -> Vec<Value> {
    let path = format!("{}/deliveries", path(hook));
    let ask = async || manager_sees(stage, &path).await["results"].as_array().unwrap().clone();
    until(ask, |all: &Vec<Value>| is_good(all)).await
}

async fn calls(receiver: &Receiver, many: usize) -> Vec<Call> {
    until(async || receiver.calls(), |calls| calls.len() >= many).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_is_called_and_the_published_library_accepts_its_signature() {
    for engine in both() {
        let receiver = Receiver::start().await;
        let stage = stage(TestWorld::new(engine)).await;
        let hook = hook(&stage, &receiver.url).await;
        let secret = hook["secret"].as_str().unwrap();
        assert!(manager_sees(&stage, &path(&hook)).await.get("secret").is_none(), "it is shown once");
        let told = stage.announce("INC-AAAAAA", "identified", "It is the bänk.").await;
        assert_eq!(told["reach"]["webhooks"], 1);
        let call = calls(&receiver, 1).await.remove(0);
        let now = stage.world.clock.now().micros() / 1_000_000;
        assert_eq!(verdict(secret, &call, now), "good", "{engine:?} {call:?}");
        assert_eq!(verdict(secret, &call, now + 301), "bad: Message timestamp too old");
        let forged = Call { body: call.body.replace("bänk", "cat"), ..call.clone() };
        assert_eq!(verdict(secret, &forged, now), "bad: No matching signature found");
        let body: Value = serde_json::from_str(&call.body).unwrap();
        assert_eq!(body["type"], "announcement.published");
        assert_eq!(
            (&body["data"]["message"], &body["data"]["state"]),
            (&json!("It is the bänk."), &json!("identified"))
        );
        assert_eq!(body["data"]["incident"]["id"], "INC-AAAAAA");
        assert_eq!(
            (call.header("webhook-id"), call.header("content-type")),
            (told["id"].as_str().unwrap(), "application/json")
        );
        let done = deliveries(&stage, &hook, |all| all[0]["state"] == "delivered").await;
        assert_eq!(done[0]["outcome"], "It answered 204 No Content.");
        assert_eq!((&done[0]["attempts"], &done[0]["announcement_id"]), (&json!(1), &told["id"]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn while_a_secret_is_exchanged_both_are_good() {
    for engine in both() {
        let receiver = Receiver::start().await;
        let stage = stage(TestWorld::new(engine)).await;
        let first = hook(&stage, &receiver.url).await;
        let manager = stage.app.role(Role::Manager);
        let renewed = manager.send("POST", &format!("{}/secret", path(&first)), None).await;
        let (old, new) = (first["secret"].as_str().unwrap(), renewed.json["secret"].as_str().unwrap());
        assert_ne!(old, new);
        let test = format!("{}/test", path(&first));
        let judged = async |many: usize| {
            assert_eq!(manager.send("POST", &test, None).await.status, 201);
            let call = calls(&receiver, many).await.remove(many - 1);
            let now = stage.world.clock.now().micros() / 1_000_000;
            (verdict(old, &call, now) == "good", verdict(new, &call, now) == "good")
        };
        assert_eq!(judged(1).await, (true, true), "{engine:?}");
        stage.world.clock.advance(Duration::from_secs(24 * 3600));
        assert_eq!(judged(2).await, (false, true), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_is_tried_again_by_the_schedule_and_then_given_up() {
    for engine in both() {
        let receiver = Receiver::start().await;
        let world = TestWorld::new(engine).with(&setting("communications.webhook_retries"), "5s,5m");
        let stage = stage(world).await;
        let hook = hook(&stage, &receiver.url).await;
        receiver.says("302 Found");
        stage.announce("INC-AAAAAA", "identified", "m").await;
        let after = deliveries(&stage, &hook, |all| !all[0]["outcome"].is_null()).await;
        assert_eq!(
            (&after[0]["state"], &after[0]["outcome"]),
            (&json!("waiting"), &json!("It answered 302 Found."))
        );
        assert!(
            !after[0]["next_at"].is_null()
                && !manager_sees(&stage, &path(&hook)).await["failing_since"].is_null()
        );
        assert_eq!(receiver.calls().len(), 1);
        // Give or take a tenth: not before 4.5 s, and by 5.5 s.
        stage.world.clock.advance(Duration::from_millis(5500));
        receiver.says("500 Internal Server Error");
        deliveries(&stage, &hook, |all| all[0]["attempts"] == 2 && !all[0]["next_at"].is_null()).await;
        stage.world.clock.advance(Duration::from_secs(330));
        let given_up = deliveries(&stage, &hook, |all| all[0]["state"] == "failed").await;
        assert_eq!(
            (&given_up[0]["attempts"], &given_up[0]["next_at"]),
            (&json!(3), &Value::Null),
            "{engine:?}"
        );
        let ids: Vec<String> =
            receiver.calls().iter().map(|call| call.header("webhook-id").to_owned()).collect();
        assert_eq!(ids, vec![ids[0].clone(); 3], "the same id at every attempt");

        receiver.says("200 OK");
        let replay = format!("{}/deliveries/{}/replay", path(&hook), given_up[0]["id"].as_str().unwrap());
        assert_eq!(stage.app.role(Role::Manager).send("POST", &replay, None).await.status, 200);
        deliveries(&stage, &hook, |all| all[0]["state"] == "delivered").await;
        assert_eq!(receiver.calls()[3].header("webhook-id"), ids[0]);
        assert_eq!(manager_sees(&stage, &path(&hook)).await["failing_since"], Value::Null);
        let unknown = replay.replace(given_up[0]["id"].as_str().unwrap(), "x");
        assert_eq!(stage.app.role(Role::Manager).send("POST", &unknown, None).await.status, 404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_hangs_or_floods_delays_no_other() {
    for engine in both() {
        let (slow, flood, cut, good) = (
            Receiver::start().await,
            Receiver::start().await,
            Receiver::start().await,
            Receiver::start().await,
        );
        let world = TestWorld::new(engine).with(&setting("communications.webhooks_at_once"), "3");
        let world = world.with(&setting("communications.webhook_timeout"), "400ms");
        let stage = stage(world).await;
        slow.answers(Answer::Silence);
        flood.answers(Answer::Flood);
        cut.answers(Answer::Cut);
        let mut hooks = Vec::new();
        for receiver in [&slow, &flood, &cut, &good] {
            hooks.push(hook(&stage, &receiver.url).await);
        }
        for message in ["one", "two", "three"] {
            stage.announce("INC-AAAAAA", "identified", message).await;
        }
        let bodies: Vec<String> = calls(&good, 3).await.into_iter().map(|call| call.body).collect();
        for (body, message) in bodies.iter().zip(["one", "two", "three"]) {
            assert!(body.contains(message), "in their order: {bodies:?}");
        }
        let outcome = async |hook: &Value| {
            let all = deliveries(&stage, hook, |all| all.iter().all(|one| !one["outcome"].is_null())).await;
            all[0]["outcome"].as_str().unwrap().to_owned()
        };
        assert_eq!(outcome(&hooks[0]).await, "It did not answer in time.", "{engine:?}");
        assert_eq!(outcome(&hooks[1]).await, "It answered 200 OK.", "its body is not waited for");
        assert_eq!(outcome(&hooks[2]).await, "It broke off, or answered what cannot be read.");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_one_is_disabled_and_can_be_enabled_again() {
    for engine in both() {
        let receiver = Receiver::start().await;
        let world = TestWorld::new(engine).with(&setting("communications.webhook_retries"), "5s");
        let stage = stage(world).await;
        let hook = hook(&stage, &receiver.url).await;
        receiver.says("503 Service Unavailable");
        stage.announce("INC-AAAAAA", "identified", "one").await;
        deliveries(&stage, &hook, |all| all[0]["attempts"] == 1 && !all[0]["next_at"].is_null()).await;
        stage.world.clock.advance(Duration::from_secs(5 * 24 * 3600));
        let look = async || manager_sees(&stage, &path(&hook)).await;
        let disabled = until(look, |hook| hook["state"] == "disabled").await;
        assert_eq!(disabled["reason"], "Every delivery has failed for too long.", "{engine:?}");
        assert_eq!(stage.announce("INC-AAAAAA", "resolved", "two").await["reach"]["webhooks"], 0);
        let manager = stage.app.role(Role::Manager);
        assert_eq!(manager.send("POST", &format!("{}/test", path(&hook)), None).await.status, 409);
        receiver.says("200 OK");
        let enabled = manager.put(&path(&hook), json!({ "active": true })).await;
        assert_eq!(
            (&enabled.json["state"], &enabled.json["failing_since"]),
            (&json!("active"), &Value::Null)
        );
        assert_eq!(manager.send("POST", &format!("{}/test", path(&hook)), None).await.status, 201);
        let done = deliveries(&stage, &hook, |all| all[0]["state"] == "delivered").await;
        assert_eq!(done[0]["announcement_id"], Value::Null, "it was a test");
        receiver.says("410 Gone");
        manager.send("POST", &format!("{}/test", path(&hook)), None).await;
        until(look, |hook| hook["state"] == "disabled").await;
        assert_eq!(manager.delete(&path(&hook)).await.status, 204);
        assert_eq!(manager.get(&path(&hook)).await.status, 404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hiccup_long_after_the_last_one_disables_nothing() {
    for engine in both() {
        let receiver = Receiver::start().await;
        let world = TestWorld::new(engine).with(&setting("communications.webhook_retries"), "5s");
        let stage = stage(world).await;
        let hook = hook(&stage, &receiver.url).await;
        receiver.says("503 Service Unavailable");
        stage.announce("INC-AAAAAA", "identified", "one").await;
        deliveries(&stage, &hook, |all| all[0]["attempts"] == 1 && !all[0]["next_at"].is_null()).await;
        stage.world.clock.advance(Duration::from_secs(6));
        deliveries(&stage, &hook, |all| all[0]["state"] == "failed").await;

        stage.world.clock.advance(Duration::from_secs(30 * 24 * 3600));
        stage.announce("INC-AAAAAA", "monitoring", "two").await;
        let all =
            deliveries(&stage, &hook, |all| all[0]["attempts"] == 1 && !all[0]["outcome"].is_null()).await;
        assert_eq!(all[0]["state"], "waiting", "{engine:?}: it is tried again as always");
        receiver.says("200 OK");
        stage.world.clock.advance(Duration::from_secs(6));
        deliveries(&stage, &hook, |all| all[0]["state"] == "delivered").await;
        assert_eq!(manager_sees(&stage, &path(&hook)).await["failing_since"], Value::Null);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_on_its_way_while_the_clock_is_set_forward_is_not_sent_twice() {
    for engine in both() {
        let (slow, good) = (Receiver::start().await, Receiver::start().await);
        let stage = stage(TestWorld::new(engine)).await;
        slow.answers(Answer::Silence);
        for receiver in [&slow, &good] {
            hook(&stage, &receiver.url).await;
        }
        stage.announce("INC-AAAAAA", "identified", "one").await;
        calls(&slow, 1).await;
        calls(&good, 1).await;
        stage.world.clock.advance(Duration::from_secs(3600));
        // Whoever delivers these has looked for what is due, and found the other's lease ended.
        for (message, many) in [("two", 2), ("three", 3)] {
            stage.announce("INC-AAAAAA", "identified", message).await;
            calls(&good, many).await;
        }
        assert_eq!(slow.calls().len(), 1, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn private_addresses_are_not_called_and_bad_ones_not_taken() {
    let receiver = Receiver::start().await;
    let stage = Stage::new(Engine::Sqlite);
    let port = receiver.url.split(':').nth(2).unwrap().to_owned();
    for host in ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1"] {
        let hook = hook(&stage, &format!("http://{host}:{port}")).await;
        let test = format!("{}/test", path(&hook));
        assert_eq!(stage.app.role(Role::Manager).send("POST", &test, None).await.status, 201);
        let tried = deliveries(&stage, &hook, |all| !all[0]["outcome"].is_null()).await;
        let outcome = tried[0]["outcome"].as_str().unwrap();
        assert!(outcome.contains("resolves to a private address"), "{host}: {outcome}");
    }
    assert_eq!(receiver.calls().len(), 0);
    let manager = stage.app.role(Role::Manager);
    for url in
        [json!("ftp://example.org"), json!("example.org"), json!(""), json!(1), json!(null), json!("http://")]
    {
        let reply = manager.post("/api/v1/webhooks", json!({ "url": url })).await;
        assert_eq!((reply.status, reply.json["url"].is_array()), (400, true), "{url}: {}", reply.text);
    }
    let twice = json!({ "url": "https://example.org/hook" });
    assert_eq!(manager.post("/api/v1/webhooks", twice.clone()).await.status, 201);
    assert_eq!(manager.post("/api/v1/webhooks", twice).await.status, 400);
}
