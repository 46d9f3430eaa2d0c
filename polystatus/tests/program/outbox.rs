//! What was acknowledged goes on after `kill -9`: timers that ran, events that waited, and each of them once.

use std::time::Duration;

use kit_testkit::Engine;
use providers::samples::NIMBUS;
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::common::{Api, Feeds, Place, Program, until};

/// Feeds are read when the test asks for it, and never by themselves.
const UNHURRIED: (&str, &str) = ("POLYSTATUS_PROVIDERS__INTERVAL", "1h");

#[tokio::test]
async fn a_signal_still_opens_its_incident() {
    for engine in kit_testkit::both() {
        a_signal_still_opens_its_incident_on(engine).await;
    }
}

async fn a_signal_still_opens_its_incident_on(engine: Engine) {
    let place = Place::on(engine);
    let patient = ("POLYSTATUS_INCIDENTS__OPEN_AT_PARTIAL_AFTER", "1s");
    let program = place.serve().set_all(&[patient]).start().await;
    let api = program.api().administrator().await;
    api.create("/api/v1/components", json!({ "slug": "shop", "name": "Shop" })).await;
    let signal = json!({
        "source": "probe", "key": "shop-answers", "component": "shop", "level": "partial_outage",
        "title": "The shop answers half of the time",
    });
    assert_eq!(api.create("/api/v1/signals", signal).await["incident"], Value::Null);
    program.kill().await;

    let program = place.serve().set_all(&[patient]).start().await;
    let incident = program.api().incident_becomes("open").await;
    assert_eq!(incident["title"], "The shop answers half of the time", "{engine:?}");
    assert_eq!(incident["services"], json!(["shop"]));
    program.stop().await;
}

/// The event is in the outbox of providers when the program is killed, because incidents could not write.
#[tokio::test]
async fn an_event_that_was_not_delivered_is_delivered_after_the_start() {
    let place = Place::new();
    let feeds = Feeds::start().await;
    let (program, api) = calm(&place, &feeds).await;
    let lock = lock(&place, "incidents");
    tell(&api, &feeds, NIMBUS[2]).await;
    assert_eq!(api.see("/api/v1/components/pictures").await["status"], "operational");
    program.kill().await;
    drop(lock);

    // No feed is read before an hour has passed: only from the outbox can anybody know.
    let asked = feeds.asked("nimbus");
    let program = place.serve().set_all(&[UNHURRIED]).start().await;
    let api = program.api();
    api.component_becomes("pictures", "major_outage").await;
    assert_eq!(api.incident_becomes("open").await["services"], json!(["pictures"]));
    assert_eq!(feeds.asked("nimbus"), asked);
    program.stop().await;
}

/// As if the program had been killed between the moment when incidents had handled the events and the one when
/// providers had taken them out of its outbox.
#[tokio::test]
async fn events_that_come_again_take_effect_once() {
    let place = Place::new();
    let feeds = Feeds::start().await;
    let (program, api) = calm(&place, &feeds).await;
    let lock = lock(&place, "incidents");
    tell(&api, &feeds, NIMBUS[2]).await;
    tell(&api, &feeds, NIMBUS[0]).await;
    let events = waiting(&place);
    assert!(events.len() >= 4, "trouble and its end are told: {events:?}");
    drop(lock);
    all_are_delivered(&place).await;
    let before = api.incident_becomes("open").await;
    let signals =
        before["timeline"].as_array().unwrap().iter().filter(|line| line["type"] == "signal").count();
    assert_eq!(signals, 2, "raised and cleared: {before}");
    program.kill().await;
    put_back(&place, &events);

    let program = place.serve().set_all(&[UNHURRIED]).start().await;
    all_are_delivered(&place).await;
    let after = program.api().incident_becomes("open").await;
    let told = |incident: &Value| -> Vec<String> {
        let lines = incident["timeline"].as_array().unwrap().iter();
        lines.map(|line| format!("{} {} {}", line["id"], line["at"], line["message"])).collect()
    };
    assert_eq!(told(&after), told(&before));
    program.stop().await;
}

/// A provider that is well, and a component of ours that needs it.
async fn calm(place: &Place, feeds: &Feeds) -> (Program, Api) {
    feeds.show("nimbus", NIMBUS[0]);
    let program = place.serve().set_all(&[UNHURRIED]).start().await;
    let api = program.api().administrator().await;
    let provider = json!({ "name": "Nimbus", "type": "statuspage", "feed_url": feeds.address("nimbus") });
    api.create("/api/v1/csp/providers", provider).await;
    let component =
        json!({ "slug": "pictures", "name": "Pictures", "depends_on": ["nimbus:object-storage"] });
    api.create("/api/v1/components", component).await;
    api.component_becomes("pictures", "operational").await;
    all_are_delivered(place).await;
    (program, api)
}

/// The provider's feed tells this, is read, and what it says is acknowledged.
async fn tell(api: &Api, feeds: &Feeds, document: &[u8]) {
    feeds.show("nimbus", document);
    let reply = api.post("/api/v1/csp/refresh?provider=nimbus", json!({})).await;
    assert_eq!((reply.status, &reply.json["outcome"]), (200, &json!("changed")), "{}", reply.text);
}

/// Keeps everybody else from writing to that database.
fn lock(place: &Place, service: &str) -> Connection {
    let connection = open(place, service);
    connection.execute_batch("BEGIN IMMEDIATE").unwrap();
    connection
}

/// A row of the outbox.
type Row = (i64, String, String, String, i64, String);

/// The events that wait in the outbox of providers.
fn waiting(place: &Place) -> Vec<Row> {
    let connection = open(place, "providers");
    let mut rows =
        connection.prepare("SELECT seq, id, name, subject, at, body FROM outbox ORDER BY seq").unwrap();
    let rows = rows.query_map([], |row| row.try_into()).unwrap();
    rows.map(Result::unwrap).collect()
}

async fn all_are_delivered(place: &Place) {
    until("the outbox is empty", async || waiting(place).is_empty().then_some(())).await;
}

/// The events are in the outbox again.
fn put_back(place: &Place, events: &[Row]) {
    let connection = open(place, "providers");
    for (seq, id, name, subject, at, body) in events {
        let row = rusqlite::params![seq, id, name, subject, at, body];
        let sql = "INSERT INTO outbox (seq, id, name, subject, at, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        connection.execute(sql, row).unwrap();
    }
}

fn open(place: &Place, service: &str) -> Connection {
    let connection = Connection::open(place.data().join(format!("{service}.db"))).unwrap();
    connection.busy_timeout(Duration::from_secs(5)).unwrap();
    connection
}
