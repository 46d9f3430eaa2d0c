//! `SENTRY_DSN`: what is reported, what is not, and that a server which hangs holds up nobody.

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::common::{ADMIN, PASSWORD, Place, Reports, until};

const MAIL: &str = "stranger.in.an.error@example.org";
const ADDRESS: &str = "203.0.113.77";
const TOKEN: &str = "canaryTokenInAnError4711";

/// From now on the store refuses new components, and quotes what it should not.
fn break_the_store(place: &Place) {
    let store = Connection::open(place.data().join("incidents.db")).unwrap();
    let words = format!("Key (email)=({MAIL}) from {ADDRESS} with token {TOKEN} already exists");
    let trigger = format!(
        "CREATE TRIGGER broken BEFORE INSERT ON components BEGIN SELECT RAISE(ABORT, '{words}'); END"
    );
    store.execute_batch(&trigger).unwrap();
}

#[tokio::test]
async fn an_error_is_reported_without_what_is_private() {
    let (place, reports) = (Place::new(), Reports::start(true).await);
    let program = place
        .serve()
        .set("SENTRY_DSN", reports.dsn())
        .set("SENTRY_ENVIRONMENT", "staging")
        .set("POLYSTATUS_SENTRY__TRACES_SAMPLE_RATE", "1")
        .start()
        .await;
    let api = program.api().administrator().await;
    break_the_store(&place);
    let path = format!("/api/v1/components?who={MAIL}");
    let refused = api.post(&path, json!({ "slug": "shop", "name": "Shop" })).await;
    assert_eq!(refused.status, 500);
    assert_eq!(api.get(&format!("/api/v1/users/{MAIL}")).await.status, 404);
    let token = api.token().to_owned();
    // What is still on its way goes out before the end.
    program.stop().await;

    let received = reports.received();
    let of = |kind: &str| received.iter().flat_map(|report| report.items(kind)).collect::<Vec<Value>>();
    let events = of("event");
    let event = events.iter().find(|event| event["message"] == "the store failed").expect("the error came");
    // Left out, it is `error`.
    assert_eq!(event.get("level"), None);
    assert_eq!(event["environment"], "staging");
    assert_eq!(event["release"], format!("polystatus@{}", kit_base::VERSION));
    assert_eq!(event["logger"], "kit_store::error");
    let told = event["extra"]["error"].as_str().unwrap();
    assert!(told.contains("Key (email)=([Filtered]) from [Filtered] with token [Filtered]"), "{told}");
    for event in &events {
        for private in ["user", "request", "breadcrumbs", "server_name", "contexts"] {
            assert!(event.get(private).is_none(), "{private}: {event}");
        }
    }
    let traces = of("transaction");
    let failed = traces.iter().find(|trace| trace["transaction"] == "POST /api/v1/components");
    let failed = failed.unwrap_or_else(|| panic!("the request is traced: {traces:?}"));
    assert_eq!(failed["contexts"]["trace"]["status"], "internal_error");
    assert_eq!(failed["environment"], "staging");
    assert!(traces.iter().any(|trace| trace["transaction"] == "GET *"), "{traces:?}");

    for report in &received {
        assert!(report.head.starts_with("POST /api/42/envelope/ HTTP/1.1\r\n"), "{}", report.head);
        assert!(report.head.contains("sentry_key=the-public-key"), "{}", report.head);
        for private in
            [MAIL, ADDRESS, TOKEN, ADMIN, PASSWORD, &token, "127.0.0.1", place.path().to_str().unwrap()]
        {
            assert!(!report.body.contains(private), "{private} is in {}", report.body);
        }
    }
}

#[tokio::test]
async fn a_server_that_hangs_holds_up_neither_requests_nor_the_end() {
    let (place, reports) = (Place::new(), Reports::start(false).await);
    let program = place.serve().set("SENTRY_DSN", reports.dsn()).start().await;
    let api = program.api().administrator().await;
    break_the_store(&place);
    for _ in 0..60 {
        let refused = api.post("/api/v1/components", json!({ "slug": "shop", "name": "Shop" })).await;
        assert_eq!(refused.status, 500);
    }
    until("a report is on its way", async || reports.received().pop()).await;
    program.stop().await;
    assert_eq!(reports.received().len(), 1, "the others wait, and are given up at the end");
}

#[tokio::test]
async fn without_an_address_nothing_is_reported_and_a_bad_one_is_refused_unseen() {
    let place = Place::new();
    let ended = place.serve().set("SENTRY_DSN", "https://canary-of-a-key").run().await;
    assert_eq!(ended.code, Some(1));
    assert!(ended.err.contains("sentry.dsn is not a DSN such as"), "{}", ended.err);
    assert!(!ended.err.contains("canary"), "{}", ended.err);

    let program = place.serve().set("SENTRY_DSN", "").start().await;
    let tasks = std::fs::read_dir(format!("/proc/{}/task", program.id())).unwrap();
    let threads: Vec<_> =
        tasks.map(|task| std::fs::read_to_string(task.unwrap().path().join("comm")).unwrap()).collect();
    assert!(threads.iter().any(|name| name.starts_with("tokio")), "{threads:?}");
    assert!(!threads.iter().any(|name| name.starts_with("sentry")), "{threads:?}");
    program.stop().await;
}
