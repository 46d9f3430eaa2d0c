//! One story through eight processes over HTTP, on both databases: visitors report that the shop fails, which becomes a
//! signal and an incident; the flag of the shop goes off; the public is told, on the page and by mail; when it is over the
//! flag is as before, and somebody comments on it.

use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::time::Instant;

use http::Method;
use kit_testkit::Engine;
use serde_json::{Value, json};

use crate::common::{Api, Cluster, until};

const SETTINGS: [(&str, &str); 4] = [
    ("POLYSTATUS_INCIDENTS__OPEN_AT_MAJOR_AFTER", "0s"),
    ("POLYSTATUS_INCIDENTS__OPEN_AT_PARTIAL_AFTER", "0s"),
    ("POLYSTATUS_FLAGS__ANONYMOUS", "true"),
    ("POLYSTATUS_PROVIDERS__INTERVAL", "1h"),
];

const READER: &str = "canary.reader@example.org";
const MESSAGE: &str = "Payments fail for some of you. We have found the cause & are on it.";

#[tokio::test]
async fn the_story_goes_through_eight_processes_on_sqlite() {
    the_story_goes_through_eight_processes(Engine::Sqlite).await;
}

#[tokio::test]
async fn the_story_goes_through_eight_processes_on_postgres() {
    the_story_goes_through_eight_processes(Engine::Postgres).await;
}

async fn the_story_goes_through_eight_processes(engine: Engine) {
    let mut told = Told::begin(engine);
    let mut cluster = Cluster::new(engine, &SETTINGS);
    cluster.start().await;
    told.tell("eight processes listen");
    let token = cluster.at("identity").administrator().await.token().to_owned();
    let team = |service: &str| cluster.at(service).with_token(&token);

    team("incidents").create("/api/v1/components", json!({ "slug": "shop", "name": "Shop" })).await;
    let flag = json!({ "key": "new-shop", "state": "ENABLED", "variants": { "on": true, "off": false }, "defaultVariant": "on" });
    team("flags").create("/api/v1/flags", flag).await;
    team("flags").create("/api/v1/flags/links", json!({ "flag": "new-shop", "component": "shop" })).await;
    assert_eq!(evaluated(&cluster).await["value"], true);
    subscribe(&cluster).await;
    told.tell("a component, a flag that hangs on it, a reader who has confirmed");

    storm(&cluster).await;
    let shop = cluster.at("incidents").component_becomes("shop", "major_outage").await;
    assert_eq!(shop["because"][0]["source"], "reports", "{shop}");
    let incident = cluster.at("incidents").incident_becomes("open").await;
    let id = incident["id"].as_str().unwrap();
    assert_eq!(incident["services"], json!(["shop"]));
    told.tell("forty visitors report, a signal is raised, an incident is open");

    until("the flag is off", async || (evaluated(&cluster).await["reason"] == "DISABLED").then_some(()))
        .await;
    timeline_says(&team("incidents"), id, "new-shop").await;
    told.tell("the flag is off, and the timeline says so");

    let announcement = json!({ "incident_id": id, "message": MESSAGE, "state": "identified" });
    team("communications").create("/api/v1/public/announce", announcement).await;
    let mail = mail(&cluster, "We have found the cause").await;
    assert!(mail.contains("List-Unsubscribe"), "{mail}");
    timeline_says(&cluster.at("incidents"), id, "We have found the cause").await;
    cluster.at("frontend").page_says(&["We have found the cause &#38; are on it."]).await;
    told.tell("the public is told: by mail, on the page, on the timeline");

    let resolved = json!({ "status": "resolved" });
    let answer = team("incidents").post(&format!("/api/v1/incidents/{id}/status"), resolved).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    until("the flag is as before", async || (evaluated(&cluster).await["value"] == true).then_some(())).await;
    told.tell("it is resolved, the flag is on");

    let comment = json!({ "email": READER, "comment": "Thank you.", "content_id": id });
    let answer = cluster.at("comments").post("/api/comment/new", comment).await;
    assert_eq!((answer.status, &answer.json["status"]), (200, &json!("SUCCESS")), "{}", answer.text);
    let comments = cluster.at("comments").see(&format!("/api/comment/list/{id}")).await;
    assert_eq!(comments[0]["comment"], "Thank you.");
    told.tell("somebody says thank you");

    for (service, said) in cluster.stop().await {
        assert!(!said.contains("ERROR") && !said.contains(READER), "{service}: {said}");
    }
}

/// What a program that asks for the flag is told.
async fn evaluated(cluster: &Cluster) -> Value {
    let context = json!({ "context": { "targetingKey": "somebody" } });
    let answer = cluster.at("flags").post("/ofrep/v1/evaluate/flags/new-shop", context).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json
}

/// Visitors from forty addresses.
async fn storm(cluster: &Cluster) {
    for visitor in 2..42 {
        let api = cluster.at("reports").from(IpAddr::V4(Ipv4Addr::new(127, 0, 0, visitor)));
        let answer = api.post("/api/v1/reports", json!({ "component": "shop" })).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
    }
}

async fn subscribe(cluster: &Cluster) {
    let api = cluster.at("communications");
    let answer = api.post("/api/v1/subscriptions/email", json!({ "email": READER })).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let mail = mail(cluster, "/subscriptions/confirm?token").await;
    let path = &mail[mail.find("/subscriptions/confirm").unwrap()..];
    let path = path.split_whitespace().next().unwrap();
    let answer = api.send(Method::POST, path, None).await.unwrap();
    assert_eq!(answer.status, 200, "{}", answer.text);
}

/// The mail that contains these words, once it is there, as far as quoted-printable goes.
async fn mail(cluster: &Cluster, words: &str) -> String {
    let outbox = cluster.data("communications").join("outbox");
    until(&format!("a mail says {words:?}"), async || {
        mails(&outbox).into_iter().find(|mail| mail.contains(words))
    })
    .await
}

fn mails(outbox: &Path) -> Vec<String> {
    let files = std::fs::read_dir(outbox).into_iter().flatten().flatten();
    let texts = files.filter_map(|file| std::fs::read_to_string(file.path()).ok());
    texts.map(|text| text.replace("=\r\n", "").replace("=3D", "=")).collect()
}

async fn timeline_says(api: &Api, id: &str, words: &str) {
    until(&format!("the timeline says {words:?}"), async || {
        let incident = api.see(&format!("/api/v1/incidents/{id}")).await;
        incident["timeline"].to_string().contains(words).then_some(())
    })
    .await;
}

/// The log of the story.
struct Told {
    engine: Engine,
    since: Instant,
}

impl Told {
    fn begin(engine: Engine) -> Self {
        Self { engine, since: Instant::now() }
    }

    fn tell(&mut self, what: &str) {
        println!("{:?} {:6.2} s: {what}", self.engine, self.since.elapsed().as_secs_f64());
    }
}
