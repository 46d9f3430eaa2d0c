//! Subscriptions by mail: asked for, confirmed by whoever reads the mail and by nobody else, ended with one click.

use std::time::Duration;

use kit_base::Role;
use kit_testkit::{Engine, MailServer, TestReply, TestWorld, both};
use serde_json::{Value, json};

use crate::stage::{Stage, setting, until};

const FORM: &str = "application/x-www-form-urlencoded";

pub fn world(engine: Engine, server: &MailServer) -> TestWorld {
    TestWorld::new(engine).with(&setting("smtp_url"), &server.url())
}

/// The mails that the server has, once there are so many.
pub async fn mails(server: &MailServer, many: usize) -> Vec<Value> {
    until(async || server.mails(), |mails| mails.len() >= many).await
}

/// The path of the link in a mail.
fn link(mail: &Value) -> String {
    let text = mail["text"].as_str().unwrap();
    let at = text.find("http://test/subscriptions/").unwrap() + "http://test".len();
    text[at..].split_whitespace().next().unwrap().to_owned()
}

/// A form is sent, as a browser or a mail program does.
async fn post_form(stage: &Stage, path: &str, body: &str) -> TestReply {
    let request = http::Request::builder().method("POST").uri(path).header("host", "test");
    let request = request.header("content-type", FORM).body(body.to_owned().into()).unwrap();
    TestReply::read(stage.app.answer(request).await).await
}

/// The button on the page that the link leads to is pressed.
async fn press(stage: &Stage, link: &str) -> TestReply {
    let (path, query) = link.split_once('?').unwrap();
    post_form(stage, path, query).await
}

/// Somebody has subscribed and confirmed it.
pub async fn subscriber(stage: &Stage, server: &MailServer, email: &str) {
    let before = server.mails().len();
    assert_eq!(stage.subscribe(email).await.status, 201);
    let mails = mails(server, before + 1).await;
    let mail = mails.iter().rev().find(|mail| mail["to"] == json!([email])).unwrap();
    assert_eq!(press(stage, &link(mail)).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_comes_before_it_is_confirmed_and_nothing_after_it_is_ended() {
    for engine in both() {
        let server = MailServer::start();
        let stage = Stage::of(world(engine, &server));
        stage.incident("INC-AAAAAA", 2, "open", &[]).await;
        stage.sees("/api/v1/public/status", |page| page["count"] == 1).await;
        assert_eq!(stage.subscribe("Ada@example.org").await.status, 201);
        let asked = mails(&server, 1).await.remove(0);
        assert_eq!(asked["headers"].get("list-unsubscribe"), None, "there is nothing to end yet");
        let told = stage.announce("INC-AAAAAA", "investigating", "one").await;
        assert_eq!(told["reach"]["mails"], 0);
        // A guard of mail boxes looks at the link.
        for _ in 0..2 {
            let page = stage.app.anonymous().get(&link(&asked)).await;
            assert!(page.status == 200 && page.text.contains("<form"), "{}", page.text);
            assert_eq!(page.header("cache-control"), "no-store");
        }
        assert_eq!(stage.announce("INC-AAAAAA", "investigating", "two").await["reach"]["mails"], 0);
        assert_eq!(press(&stage, &link(&asked)).await.status, 200);
        assert_eq!(press(&stage, &link(&asked)).await.status, 400, "it is good for one use");

        assert_eq!(stage.announce("INC-AAAAAA", "identified", "It is\nthe bank.").await["reach"]["mails"], 1);
        let mail = mails(&server, 2).await.remove(1);
        assert_eq!(mail["to"], json!(["Ada@example.org"]));
        assert_eq!(mail["subject"], "Cause found: Trouble with INC-AAAAAA (PolyStatus)");
        let text = mail["text"].as_str().unwrap();
        assert!(
            text.contains("It is\nthe bank.") && text.contains("http://test/incidents/INC-AAAAAA"),
            "{text}"
        );
        let end = mail["headers"]["list-unsubscribe"].as_str().unwrap();
        let end = end.trim_matches(['<', '>']).strip_prefix("http://test").unwrap().to_owned();
        assert_eq!(mail["headers"]["list-unsubscribe-post"], "List-Unsubscribe=One-Click");
        assert_eq!(end, link(&mail), "the same link stands in the text");

        assert_eq!(stage.app.anonymous().get(&end).await.status, 200);
        let all = async || stage.app.role(Role::Manager).get("/api/v1/subscriptions").await.json;
        assert_eq!(all().await["results"][0]["state"], "active", "to look at the page ends nothing");
        // RFC 8058, section 3.2: the address as it is, and these words.
        assert_eq!(post_form(&stage, &end, "List-Unsubscribe=One-Click").await.status, 200);
        assert_eq!(all().await["count"], 0, "the address is forgotten");
        assert_eq!(post_form(&stage, &end, "List-Unsubscribe=One-Click").await.status, 200, "ended is ended");
        assert_eq!(stage.announce("INC-AAAAAA", "resolved", "over").await["reach"]["mails"], 0);
        assert_eq!(server.mails().len(), 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_answer_does_not_tell_who_is_known_and_mails_come_far_apart() {
    for engine in both() {
        let server = MailServer::start();
        let stage = Stage::of(world(engine, &server));
        subscriber(&stage, &server, "ada@example.org").await;
        stage.world.clock.advance(Duration::from_secs(300));
        let (known, unknown) =
            (stage.subscribe("ADA@example.org").await, stage.subscribe("eve@example.org").await);
        assert_eq!((known.status, &known.text), (unknown.status, &unknown.text), "{engine:?}");
        let sent = mails(&server, 3).await.len();
        for _ in 0..3 {
            assert_eq!(stage.subscribe("eve@example.org").await.text, known.text);
        }
        stage.world.clock.advance(Duration::from_secs(299));
        stage.subscribe("eve@example.org").await;
        stage.world.clock.advance(Duration::from_secs(1));
        stage.subscribe("eve@example.org").await;
        let all = mails(&server, sent + 1).await;
        assert_eq!(all.len(), sent + 1, "one more, and not four");
        let to_eve: Vec<&Value> = all.iter().filter(|mail| mail["to"][0] == "eve@example.org").collect();
        assert_eq!(press(&stage, &link(to_eve[0])).await.status, 400, "the older link is good no longer");
        assert_eq!(press(&stage, &link(to_eve[1])).await.status, 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn links_expire_and_cannot_be_guessed() {
    for engine in both() {
        let server = MailServer::start();
        let stage = Stage::of(world(engine, &server));
        stage.subscribe("ada@example.org").await;
        let link = link(&mails(&server, 1).await[0]);
        let (id, tag) = link.split_once("token=").unwrap().1.split_once('.').unwrap();
        let other = format!("{id}.{}", tag.chars().rev().collect::<String>());
        for token in ["", "x", "a.b", &other, id, &format!("{id}."), "%00", &"a".repeat(5000)] {
            let confirm = post_form(&stage, "/subscriptions/confirm", &format!("token={token}")).await;
            assert_eq!(confirm.status, 400, "{token}");
            let end = post_form(&stage, &format!("/subscriptions/unsubscribe?token={token}"), "").await;
            assert_eq!(end.status, 400, "{token}");
        }
        assert_eq!(
            post_form(&stage, &link.replace("confirm", "unsubscribe"), "").await.status,
            400,
            "another purpose"
        );
        let page = stage.app.anonymous().get("/subscriptions/confirm?token=%22%3E%3Cscript%3E").await;
        assert!(page.text.contains("value=\"&quot;&gt;&lt;script&gt;\""), "{}", page.text);
        stage.world.clock.advance(Duration::from_secs(24 * 3600));
        assert_eq!(press(&stage, &link).await.status, 400, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_chose_components_hears_of_those() {
    for engine in both() {
        let server = MailServer::start();
        let stage = Stage::of(world(engine, &server));
        for slug in ["shop", "mail"] {
            stage.component(slug, "", "operational").await;
        }
        stage.sees("/api/v2/components.json", |all| all["components"].as_array().unwrap().len() == 2).await;
        let ask = async |components: Value| {
            let body = json!({ "email": "ada@example.org", "components": components });
            stage.app.anonymous().post("/api/v1/subscriptions/email", body).await
        };
        assert_eq!(
            ask(json!(["moon"])).await.json["components"],
            json!(["There is no component with the slug moon."])
        );
        assert_eq!(ask(json!("shop")).await.status, 400);
        assert_eq!(ask(json!(["shop", "shop"])).await.status, 201);
        assert_eq!(press(&stage, &link(&mails(&server, 1).await[0])).await.status, 200);
        stage.incident("INC-SHOP", 2, "open", &["shop", "other"]).await;
        stage.incident("INC-MAIL", 2, "open", &["mail"]).await;
        stage.incident("INC-ALL", 2, "open", &[]).await;
        stage.sees("/api/v1/public/status", |page| page["count"] == 3).await;
        for (incident, mails) in [("INC-SHOP", 1), ("INC-MAIL", 0), ("INC-ALL", 1)] {
            let path = format!("/api/v1/public/reach?incident_id={incident}");
            let reach = stage.app.role(Role::Responder).get(&path).await.json;
            let told = stage.announce(incident, "identified", "m").await;
            assert_eq!(
                (&told["reach"]["mails"], &reach),
                (&json!(mails), &told["reach"]),
                "{engine:?} {incident}"
            );
        }
        let responder = stage.app.role(Role::Responder);
        let nobody = responder.get("/api/v1/public/reach?incident_id=INC-NONE").await;
        assert_eq!(nobody.json, json!({ "mails": 0, "webhooks": 0 }), "{}", nobody.text);
        let unnamed = responder.get("/api/v1/public/reach").await;
        assert_eq!((unnamed.status, unnamed.json["incident_id"].is_array()), (400, true));
        let listed = stage.app.role(Role::Manager).get("/api/v1/subscriptions").await.json;
        assert_eq!(listed["results"][0]["components"], json!(["shop"]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_people_write_never_becomes_a_header() {
    let server = MailServer::start();
    let stage = Stage::of(world(Engine::Sqlite, &server));
    subscriber(&stage, &server, "ada@example.org").await;
    for bad in
        ["ada@example.org\r\nBcc: eve@example.org", "a@example.org,b@example.org", "<a@example.org>", "", "x"]
    {
        assert_eq!(stage.subscribe(bad).await.status, 400, "{bad:?}");
    }
    let id = "INC-A\r\nBcc: eve@example.org";
    stage.shown(id, 1, "open", &[]);
    // It is found when all is asked for, which is done every minute.
    stage.world.clock.advance(Duration::from_secs(60));
    stage.sees("/api/v1/public/status", |page| page["count"] == 1).await;
    stage.announce(id, "resolved", "a\r\n.\r\nSubject: b\r\n\r\nQUIT\r\n{{7*7}}").await;
    let mail = mails(&server, 2).await.remove(1);
    assert_eq!(mail["headers"].get("bcc"), None);
    assert_eq!(mail["subject"], "Resolved: Trouble with INC-A Bcc: eve@example.org (PolyStatus)");
    let text = mail["text"].as_str().unwrap();
    assert!(text.contains("a\n.\nSubject: b\n\nQUIT\n{{7*7}}"), "{text}");
}
