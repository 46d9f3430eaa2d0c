//! Promise F6: each subscriber gets each announcement by mail, through an outage of the mail server and through
//! `kill -9`; twice only where the kill came between the server's word and ours.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use http::Method;
use kit_base::{Clock, Ids};
use kit_testkit::{Engine, MailServer};
use serde_json::{Value, json};

use crate::common::{Api, Launch, Place, until};

const SUBSCRIBERS: usize = 25;
const ANNOUNCEMENTS: usize = 6;
/// As many as may be on their way when the kill comes.
const AT_ONCE: usize = 4;
/// The kill comes at a moment up to this long after an announcement.
const LONGEST_LIFE: Duration = Duration::from_millis(150);

#[tokio::test(flavor = "multi_thread")]
async fn every_mail_arrives_on_sqlite() {
    every_mail_arrives(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_mail_arrives_on_postgres() {
    every_mail_arrives(Engine::Postgres).await;
}

fn serve(place: &Place, server: &MailServer) -> Launch {
    place
        .serve()
        .set("SMTP_URL", server.url())
        .set("POLYSTATUS_COMMUNICATIONS__LEASE", "2s")
        .set("POLYSTATUS_COMMUNICATIONS__MAILS_AT_ONCE", AT_ONCE.to_string())
        .set("POLYSTATUS_COMMUNICATIONS__MAIL_RETRIES", ["500ms"; 40].join(","))
}

async fn every_mail_arrives(engine: Engine) {
    let (place, mut server) = (Place::on(engine), MailServer::start());
    let ids = Ids::system(Clock::system());
    let mut program = serve(&place, &server).start().await;
    let mut api = program.api().administrator().await;
    let token = api.token().to_owned();
    subscribe_all(&api, &server).await;
    let incident = api.create("/api/v1/incidents", json!({ "title": "Down", "sev": 1 })).await;
    let id = incident["id"].as_str().unwrap();
    let mut kills = 0;
    for number in 0..ANNOUNCEMENTS {
        // The server is off while the third and the fourth are told, and over the kill between them.
        if number == 2 {
            server.switch_off();
        }
        let told = json!({ "incident_id": id, "state": "identified", "message": format!("word <{number}>") });
        let told = api.create("/api/v1/public/announce", told).await;
        assert_eq!(told["reach"]["mails"], SUBSCRIBERS);
        if number == 4 {
            server.switch_on();
        }
        if number % 2 == 0 {
            tokio::time::sleep(LONGEST_LIFE.mul_f64(ids.fraction())).await;
            program.kill().await;
            kills += 1;
            program = serve(&place, &server).start().await;
            api = program.api().with_token(&token);
        }
    }
    until("every mail arrives", async || {
        (told(&server).len() == SUBSCRIBERS * ANNOUNCEMENTS).then_some(())
    })
    .await;
    // Whoever stops in good order leaves nothing half done, so nothing comes after this.
    program.stop().await;
    let told = told(&server);
    let received: usize = told.values().map(Vec::len).sum();
    let repeated = received - told.len();
    println!(
        "{engine:?}: {} sent, {received} received, {repeated} repeated, 0 lost, with {kills} kills and an outage",
        SUBSCRIBERS * ANNOUNCEMENTS
    );
    assert!(repeated <= kills * AT_ONCE, "{repeated} mails came twice");
    for (what, ids) in told {
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 1, "{what:?} came with several ids: {ids:?}");
    }
}

async fn subscribe_all(api: &Api, server: &MailServer) {
    for number in 0..SUBSCRIBERS {
        let new = json!({ "email": format!("s{number}@example.org") });
        api.create("/api/v1/subscriptions/email", new).await;
    }
    let asked = until("every address is asked", async || {
        Some(server.mails()).filter(|mails| mails.len() == SUBSCRIBERS)
    });
    for mail in asked.await {
        let text = mail["text"].as_str().unwrap();
        let path = &text[text.find("/subscriptions/confirm").unwrap()..];
        let path = path.split_whitespace().next().unwrap();
        assert_eq!(api.send(Method::POST, path, None).await.unwrap().status, 200);
    }
}

/// For each recipient and announcement, the Message-IDs of the mails that arrived.
fn told(server: &MailServer) -> BTreeMap<(String, usize), Vec<String>> {
    let mut told: BTreeMap<(String, usize), Vec<String>> = BTreeMap::new();
    for mail in server.mails() {
        let number = (0..ANNOUNCEMENTS).find(|number| says(&mail, *number));
        if let Some(number) = number {
            let to = mail["to"][0].as_str().unwrap().to_owned();
            told.entry((to, number)).or_default().push(mail["id"].as_str().unwrap().to_owned());
        }
    }
    told
}

fn says(mail: &Value, number: usize) -> bool {
    mail["text"].as_str().unwrap().contains(&format!("word <{number}>"))
}
