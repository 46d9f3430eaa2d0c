//! What a running maintenance does: its components are under maintenance, and what is signalled about them waits.

use contracts::Level;
use kit_base::Role;
use kit_testkit::{Engine, both};
use serde_json::{Value, json};

use super::{HOUR, MINUTE, Works};

async fn working(engine: Engine) -> (Works, String) {
    let works = Works::new(engine).await;
    let id = works.announced(json!({})).await;
    works.advance(HOUR * 2);
    works.component_is("database", "under_maintenance").await;
    (works, id)
}

#[tokio::test(flavor = "multi_thread")]
async fn its_components_and_what_needs_them_are_under_maintenance_and_say_why() {
    for engine in both() {
        let (works, _) = working(engine).await;
        let (database, shop) = (works.stage.see("database").await, works.stage.see("shop").await);
        assert_eq!(
            database["because"],
            json!([{ "source": "maintenance", "level": "under_maintenance", "title": "New disks",
                     "component": "database", "since": "2026-11-21T14:00:00Z", "evidence_url": null }]),
            "{engine:?}"
        );
        assert_eq!(shop["status"], "under_maintenance");
        assert_eq!(shop["because"][0]["title"], "DATABASE: New disks");
        assert_eq!(works.spans("shop").await, [], "nobody said that the shop is worked on");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn signals_are_kept_but_change_nothing_until_it_is_over_and_then_count_from_there() {
    for engine in both() {
        let (works, id) = working(engine).await;
        works.stage.signal("database", Some(Level::PartialOutage)).await;
        works.advance(HOUR);
        let seen = works.stage.see("database").await;
        assert_eq!(
            (&seen["status"], seen["because"].as_array().unwrap().len()),
            (&json!("under_maintenance"), 1)
        );
        let standing = works.stage.app.role(Role::Viewer).get("/api/v1/signals?active=true").await.json;
        assert_eq!(
            (&standing["count"], &standing["results"][0]["component"]),
            (&json!(1), &json!("database"))
        );
        assert!(works.stage.incidents().await.is_empty());

        works.advance(HOUR);
        works.becomes(&id, "completed").await;
        works.component_is("database", "partial_outage").await;
        assert!(works.stage.incidents().await.is_empty(), "two minutes run from the end on {engine:?}");
        works.advance(MINUTE * 2);
        let incident = works.stage.incident_becomes("open").await;
        assert_eq!(incident["services"], json!(["database", "shop"]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_worst_opens_an_incident_at_the_end_and_what_has_cleared_opens_none() {
    for engine in both() {
        let (works, id) = working(engine).await;
        works.stage.signal("database", Some(Level::MajorOutage)).await;
        works.stage.signal("database", None).await;
        works.post(&id, "state", json!({ "state": "completed" })).await;
        assert_eq!(works.stage.status("database").await, "operational");
        assert!(works.stage.incidents().await.is_empty());

        let again = works.announced(json!({ "starts_at": works.now().to_string() })).await;
        works.stage.signal("database", Some(Level::MajorOutage)).await;
        works.post(&again, "state", json!({ "state": "completed" })).await;
        assert_eq!(works.stage.status("database").await, "major_outage", "{engine:?}");
        assert_eq!(works.stage.incidents().await.len(), 1, "at once");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_maintenances_the_last_one_ends_the_silence() {
    for engine in both() {
        let (works, first) = working(engine).await;
        let second = works
            .announced(json!({ "title": "Also the network", "starts_at": works.now().to_string(), "ends_at": "2026-11-21T20:00:00Z" }))
            .await;
        works.stage.signal("database", Some(Level::MajorOutage)).await;
        works.post(&first, "state", json!({ "state": "completed" })).await;
        let seen = works.stage.see("database").await;
        assert_eq!(
            (&seen["status"], &seen["because"][0]["title"]),
            (&json!("under_maintenance"), &json!("Also the network"))
        );
        assert!(works.stage.incidents().await.is_empty(), "{engine:?}");
        works.post(&second, "state", json!({ "state": "completed" })).await;
        assert_eq!(works.stage.incidents().await.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hand_people_and_other_components_still_count() {
    for engine in both() {
        let (works, _) = working(engine).await;
        let by_hand = json!({ "status": "partial_outage", "note": "Worse than we thought" });
        let responder = works.stage.app.role(Role::Responder);
        responder.post("/api/v1/components/database/override", by_hand).await;
        assert_eq!(works.stage.status("database").await, "partial_outage");
        responder.delete("/api/v1/components/database/override").await;
        assert_eq!(works.stage.status("database").await, "under_maintenance");
        works.stage.open(json!({ "title": "Data is lost", "sev": 1, "services": ["database"] })).await;
        assert_eq!(works.stage.status("database").await, "major_outage", "{engine:?}");
        works.stage.signal("shop", Some(Level::MajorOutage)).await;
        let shop = works.stage.see("shop").await;
        assert_eq!(shop["because"][0]["source"], "csp", "the shop is not worked on: {shop}");
        assert_eq!(works.stage.incidents().await.len(), 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_incident_that_was_open_before_hears_nothing_new_until_the_end() {
    for engine in both() {
        let works = Works::new(engine).await;
        let id = works.announced(json!({})).await;
        works.stage.signal("database", Some(Level::MajorOutage)).await;
        let before = works.stage.incident_becomes("open").await;
        works.advance(HOUR * 2);
        works.becomes(&id, "in_progress").await;
        assert_eq!(works.stage.status("database").await, "under_maintenance");
        works.stage.signal("database", None).await;
        works.stage.signal("database", Some(Level::MajorOutage)).await;
        let signals = |incident: &Value| {
            let timeline = incident["timeline"].as_array().unwrap().clone();
            timeline.iter().filter(|entry| entry["message"] == "database is in trouble").count()
        };
        let [during] = works.stage.incidents().await.try_into().unwrap();
        assert_eq!(signals(&during), signals(&before), "{engine:?}");
        works.post(&id, "state", json!({ "state": "completed" })).await;
        let [after] = works.stage.incidents().await.try_into().unwrap();
        assert_eq!(signals(&after), signals(&before) + 1, "it stands still, so it belongs to it: {after}");
        assert_eq!(works.stage.status("database").await, "major_outage");
    }
}
