//! Real feeds, recorded on real days, told as they were told then. Where there are none, that is said.

use contracts::providers::Reading;
use kit_testkit::TestReply;
use providers::{adapters, replay};
use serde_json::json;

use crate::common::{Api, Feeds, Place, recordings};

/// So that only what the tests ask for is read, and nothing meanwhile.
const UNHURRIED: [(&str, &str); 1] = [("POLYSTATUS_PROVIDERS__INTERVAL", "1h")];

/// States of Google Cloud that are told at most; in the midst of an incident and after it take turns.
const MOMENTS: usize = 9;

#[tokio::test]
async fn github_breaks_in_eight_places_and_recovers() {
    let names = ["github-operational-2026-07", "github-eight-partial-outage", "github-operational-2026-07"];
    let Some(folder) = recordings("providers") else { return say(0) };
    let told = names.map(|name| std::fs::read(folder.join(format!("statuspage/{name}.json"))).unwrap());
    tell("GitHub", "statuspage", &told).await;
    say(2);
}

#[tokio::test]
async fn google_cloud_breaks_and_recovers_as_it_did() {
    let Some(folder) = recordings("providers") else { return say(0) };
    let recorded = std::fs::read(folder.join("gcp/incidents-2026-07.json")).unwrap();
    let moments = replay::moments(&recorded);
    let told: Vec<Vec<u8>> =
        moments.into_iter().take(MOMENTS).map(|moment| replay::as_of(&recorded, moment).unwrap()).collect();
    tell("Google Cloud", "gcp", &told).await;
    say(1);
}

fn say(recordings: usize) {
    match recordings {
        0 => println!("recordings read: none, because there is no folder of them on this machine"),
        number => println!("recordings read: {number}"),
    }
}

/// Shows the documents one after the other and holds what the program says of each against what it says itself.
async fn tell(name: &str, adapter: &str, documents: &[Vec<u8>]) {
    let read = |document: &Vec<u8>| adapters::named(adapter).unwrap().read(document).unwrap();
    let readings: Vec<Reading> = documents.iter().map(read).collect();
    assert!(!readings[0].overall.is_trouble(), "the story begins in peace");
    let place = Place::new();
    let feeds = Feeds::start().await;
    feeds.show("feed", &documents[0]);
    let program = place.serve().set_all(&UNHURRIED).start().await;
    let api = program.api().administrator().await;
    let provider = json!({ "name": name, "type": adapter, "feed_url": feeds.address("feed") });
    let slug = api.create("/api/v1/csp/providers", provider).await["slug"].as_str().unwrap().to_owned();
    api.provider_becomes(&slug, readings[0].overall.as_str()).await;

    let mut told = 0;
    for (document, reading) in documents.iter().zip(&readings) {
        feeds.show("feed", document);
        let refreshed = refresh(&api, &slug).await;
        assert_eq!(refreshed.json["status"], reading.overall.as_str(), "{}", refreshed.text);
        told += as_it_says(&api, &slug, reading).await;
    }
    assert!(told > 0, "no component of the provider was ever in trouble");
    program.stop().await;
}

async fn refresh(api: &Api, slug: &str) -> TestReply {
    let reply = api.post(&format!("/api/v1/csp/refresh?provider={slug}"), json!({})).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    reply
}

/// A component of ours for each of the provider's that is in trouble follows it, and those added before do too; returns
/// how many are in trouble.
async fn as_it_says(api: &Api, slug: &str, reading: &Reading) -> usize {
    let state = |key: &str| {
        reading.components.iter().find(|component| component.key == key).map(|found| found.status)
    };
    for failing in reading.components.iter().filter(|component| component.status.is_trouble()) {
        let needs = format!("{slug}:{}", failing.key);
        let ours =
            json!({ "slug": failing.key, "name": format!("Needs {}", failing.name), "depends_on": [needs] });
        let reply = api.post("/api/v1/components", ours).await;
        assert!(
            reply.status == 201 || reply.json["slug"].is_array(),
            "it is new or was added before: {}",
            reply.text
        );
    }
    let ours = api.see("/api/v1/components?page_size=100").await;
    let mut failing = 0;
    for component in ours["results"].as_array().unwrap() {
        let key = component["slug"].as_str().unwrap();
        let expected = match state(key) {
            Some(status) => status.as_str(),
            None if reading.names_only_trouble => "operational",
            None => "unknown",
        };
        let component = api.component_becomes(key, expected).await;
        if state(key).is_some_and(|status| status.is_trouble()) {
            failing += 1;
            assert_eq!(component["because"][0]["component"], format!("{slug}:{key}"), "{component}");
        }
    }
    failing
}
