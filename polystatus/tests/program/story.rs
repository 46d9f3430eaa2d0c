//! The main story, from the feed of a provider that breaks to an incident that is over, on both databases.

use std::time::Duration;

use kit_testkit::Engine;
use providers::samples::{NIMBUS, QUILL};
use serde_json::{Value, json};

use crate::common::{Api, Feeds, Place, Program, until};

/// So that what takes minutes in earnest takes moments here.
const QUICK: [(&str, &str); 6] = [
    ("POLYSTATUS_PROVIDERS__INTERVAL", "200ms"),
    ("POLYSTATUS_PROVIDERS__MAX_BACKOFF", "200ms"),
    ("POLYSTATUS_INCIDENTS__OPEN_AT_MAJOR_AFTER", "0s"),
    ("POLYSTATUS_INCIDENTS__OPEN_AT_PARTIAL_AFTER", "0s"),
    ("POLYSTATUS_INCIDENTS__MITIGATE_AFTER", "500ms"),
    ("POLYSTATUS_INCIDENTS__RESOLVE_AFTER", "1s"),
];

const FEED: &str = "nimbus";
const OUTAGE: &str = "Nimbus Cloud: Object Storage is unavailable";
const NOT_A_FEED: &[u8] = QUILL[1];

#[tokio::test]
async fn a_provider_breaks_and_recovers_on_sqlite() {
    a_provider_breaks_and_recovers(Engine::Sqlite).await;
}

#[tokio::test]
async fn a_provider_breaks_and_recovers_on_postgres() {
    a_provider_breaks_and_recovers(Engine::Postgres).await;
}

async fn a_provider_breaks_and_recovers(engine: Engine) {
    let place = Place::on(engine);
    let feeds = Feeds::start().await;
    let program = place.serve().set_all(&QUICK).start().await;
    all_is_well(&program, &feeds).await;
    let api = program.api();
    it_breaks(&api, &feeds).await;
    nobody_can_see(&api, &feeds).await;
    it_recovers(&api, &feeds).await;
    let ended = program.stop().await;
    assert!(!ended.err.contains("ERROR"), "{}", ended.err);
}

/// A provider is added that is well, and a component of ours that needs it.
async fn all_is_well(program: &Program, feeds: &Feeds) {
    feeds.show(FEED, NIMBUS[0]);
    let administrator = program.api().administrator().await;
    let provider = json!({
        "name": "Nimbus Cloud", "type": "statuspage", "feed_url": feeds.address(FEED),
        "page_url": "https://status.nimbus.example/",
    });
    administrator.create("/api/v1/csp/providers", provider).await;
    let component = json!({
        "slug": "pictures", "name": "Product pictures", "group": "Shop",
        "depends_on": ["nimbus-cloud:object-storage"],
    });
    administrator.create("/api/v1/components", component).await;
    let spared = json!({ "slug": "invoices", "name": "Invoices", "depends_on": ["nimbus-cloud:billing"] });
    administrator.create("/api/v1/components", spared).await;
    administrator.provider_becomes("nimbus-cloud", "operational").await;
    administrator.component_becomes("pictures", "operational").await;
    administrator.component_becomes("invoices", "operational").await;
    administrator.page_says(&["All systems operational", "Product pictures", "Nimbus Cloud"]).await;
}

/// Its feed tells of an outage: everything that follows is there for everybody, with its reason.
async fn it_breaks(api: &Api, feeds: &Feeds) {
    let live = api.open("/live").await;
    feeds.show(FEED, NIMBUS[2]);
    let component = api.component_becomes("pictures", "major_outage").await;
    let because = &component["because"][0];
    assert_eq!((&because["source"], &because["level"]), (&json!("csp"), &json!("major_outage")));
    assert_eq!(because["component"], "nimbus-cloud:object-storage");
    assert_eq!(
        (&because["title"], &because["evidence_url"]),
        (&json!(OUTAGE), &json!("https://stat.example/n1obj5"))
    );

    let incident = api.incident_becomes("open").await;
    assert_eq!((&incident["source"], &incident["sev"]), (&json!("csp"), &json!(1)));
    assert_eq!((&incident["title"], &incident["services"]), (&json!(OUTAGE), &json!(["pictures"])));
    let evidence = &incident["timeline"][0];
    assert_eq!((&evidence["type"], &evidence["message"]), (&json!("signal"), &json!(OUTAGE)));
    assert_eq!(api.see("/api/v1/csp/providers/nimbus-cloud").await["status"], "partial_outage");

    tells_of_a_change(live).await;
    let page =
        api.page_says(&[OUTAGE, "Affects", "Product pictures", "Major outage", "Partial outage"]).await;
    assert!(!page.contains("All systems operational"));
}

/// The stream tells those who watch that the page has changed.
async fn tells_of_a_change(mut live: reqwest::Response) {
    let mut told = String::new();
    let telling = async {
        while !told.contains("event: change\n") {
            let chunk = live.chunk().await.unwrap().expect("the stream stays open");
            told.push_str(&String::from_utf8_lossy(&chunk));
        }
    };
    let telling = tokio::time::timeout(Duration::from_secs(20), telling).await;
    telling.unwrap_or_else(|_| panic!("the stream tells of no change, only {told:?}"));
}

/// Its feed turns into a web page: the provider is unknown, and what we knew of ourselves stays.
async fn nobody_can_see(api: &Api, feeds: &Feeds) {
    feeds.show(FEED, NOT_A_FEED);
    let provider = api.provider_becomes("nimbus-cloud", "unknown").await;
    assert!(provider["stale_since"].is_string() && provider["trouble"].is_string(), "{provider}");
    assert_eq!(provider["last_good"]["overall"], "partial_outage");
    let component = remarked_on(api, "pictures").await;
    assert_eq!(
        (&component["status"], &component["because"][0]["title"]),
        (&json!("major_outage"), &json!(OUTAGE))
    );
    let spared = remarked_on(api, "invoices").await;
    assert_eq!(spared["status"], "operational", "a feed that breaks must not turn our page: {spared}");
    api.page_says(&["Old reading", OUTAGE, "Nimbus Cloud: no reading"]).await;

    // Longer than an incident would take to end if silence were taken for health.
    let asked = feeds.asked(FEED);
    until("the feed is read again and again", async || (feeds.asked(FEED) > asked + 8).then_some(())).await;
    assert_eq!(api.incident_becomes("open").await["title"], OUTAGE);
    assert_eq!(api.see("/api/v1/components/pictures").await["status"], "major_outage");
}

/// The component, once it is remarked on it that something it needs is out of sight.
async fn remarked_on(api: &Api, slug: &str) -> Value {
    until(&format!("{slug} is remarked on"), async || {
        let component = api.see(&format!("/api/v1/components/{slug}")).await;
        let doubtful = |why: &&Value| why["level"] == "unknown";
        (component["because"].as_array().unwrap().iter().filter(doubtful).count() == 1).then_some(component)
    })
    .await
}

/// Its feed tells that all is well again, and the incident comes to its end by itself.
async fn it_recovers(api: &Api, feeds: &Feeds) {
    feeds.show(FEED, NIMBUS[0]);
    let provider = api.provider_becomes("nimbus-cloud", "operational").await;
    assert_eq!((&provider["stale_since"], &provider["trouble"]), (&json!(null), &json!(null)));
    // The remark that nobody can see goes by an event of its own.
    until("the component is well and nothing is remarked on", async || {
        let component = api.component_becomes("pictures", "operational").await;
        (component["because"] == json!([])).then_some(())
    })
    .await;
    let incident = api.incident_becomes("mitigated").await;
    assert!(incident["mitigated_at"].is_string() && incident["resolved_at"].is_null(), "{incident}");
    let incident = api.incident_becomes("resolved").await;
    let lines = incident["timeline"].as_array().unwrap().iter().map(|line| line["message"].as_str().unwrap());
    let cleared = format!("Cleared: {OUTAGE}");
    assert_eq!(
        lines.collect::<Vec<_>>(),
        [
            OUTAGE,
            "Major outage: Product pictures.",
            &cleared,
            "Operational: Product pictures.",
            "All signals have cleared: mitigated.",
            "It has not come back: resolved."
        ]
    );
    let page = api.page_says(&["All systems operational", "Lasted", OUTAGE]).await;
    assert!(!page.contains("What is happening"), "what is over does not go on");
}
