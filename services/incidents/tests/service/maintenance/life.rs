//! A maintenance's life: by the clock, by hand, extended, cancelled, and through times when nobody was there.

use kit_base::Role;
use kit_testkit::{Engine, both};
use serde_json::{Value, json};

use super::{HOUR, MINUTE, Works};

fn span(from: &str, to: Option<&str>) -> (String, Option<String>) {
    (from.to_owned(), to.map(str::to_owned))
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_told_of_begins_and_ends_by_itself() {
    for engine in both() {
        let mut works = Works::new(engine).await;
        let id = works.announced(json!({ "notify_before": 60 })).await;
        assert!(id.len() == 12 && id.starts_with("MNT-"), "{id}");
        let seen = works.see(&id).await;
        assert_eq!((&seen["state"], &seen["notify_before"]), (&json!("scheduled"), &json!(60)));
        assert_eq!(works.stage.status("database").await, "operational");

        works.advance(HOUR);
        let (name, news) = works.news().await;
        assert_eq!((name.as_str(), news.id.as_str()), ("maintenance.scheduled", id.as_str()), "{engine:?}");
        assert_eq!(works.told(1).await, ["starting"]);
        works.advance(HOUR);
        let seen = works.becomes(&id, "in_progress").await;
        assert_eq!(seen["occurrence"]["began_at"], "2026-11-21T14:00:00Z");
        works.component_is("database", "under_maintenance").await;
        works.advance(HOUR * 2 + MINUTE);
        let over = works.becomes(&id, "completed").await;
        assert_eq!(
            over["occurrence"]["ended_at"], "2026-11-21T16:00:00Z",
            "as planned, however late it was seen"
        );
        works.component_is("database", "operational").await;
        assert_eq!(works.told(2).await, ["started", "ended"]);
        let worked = span("2026-11-21T14:00:00Z", Some("2026-11-21T16:00:00Z"));
        assert_eq!(works.spans("database").await, [worked], "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_told_twice_that_it_comes_and_nobody_where_that_is_not_wanted() {
    let mut works = Works::new(Engine::Sqlite).await;
    // It is announced two hours ahead, so the notice a day ahead would be the same again.
    let usual = works.announced(json!({ "title": "usual" })).await;
    let silent = works
        .announced(json!({ "title": "silent", "notify_before": 0, "rrule": "FREQ=DAILY;COUNT=2" }))
        .await;
    for day in 0..2 {
        works.advance(HOUR * 2);
        works.becomes(&silent, "in_progress").await;
        works.advance(HOUR * 2);
        works.becomes(&silent, if day == 0 { "scheduled" } else { "completed" }).await;
        works.advance(HOUR * 20);
    }
    works.becomes(&usual, "completed").await;
    let told = works.told(8).await;
    assert!(!told.contains(&"starting".to_owned()), "{told:?}");
    assert_eq!(told.iter().filter(|name| *name == "ended").count(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn by_hand_it_begins_early_is_verified_and_ends_early() {
    for engine in both() {
        let mut works = Works::new(engine).await;
        let id = works.announced(json!({ "rrule": "FREQ=DAILY" })).await;
        let set = async |state: &str| works.post(&id, "state", json!({ "state": state })).await;
        assert_eq!(set("completed").await.status, 409, "it does not run");
        assert_eq!(set("verifying").await.status, 409);
        assert_eq!(set("scheduled").await.status, 400);
        works.advance(HOUR);
        let begun = set("in_progress").await;
        assert_eq!((begun.status, &begun.json["state"]), (200, &json!("in_progress")), "{}", begun.text);
        assert_eq!(begun.json["occurrence"]["began_at"], "2026-11-21T13:00:00Z");
        assert_eq!(begun.json["occurrence"]["ends_at"], "2026-11-21T16:00:00Z", "the end stays");
        assert_eq!(set("in_progress").await.status, 200, "said again it changes nothing");
        let verifying = set("verifying").await;
        assert_eq!((verifying.status, &verifying.json["state"]), (200, &json!("verifying")));
        assert_eq!(works.stage.status("database").await, "under_maintenance");
        assert_eq!(set("in_progress").await.json["state"], "in_progress");
        works.advance(MINUTE);
        let over = set("completed").await;
        assert_eq!((over.status, &over.json["state"]), (200, &json!("scheduled")), "{}", over.text);
        assert_eq!(over.json["past"][0]["ended_at"], "2026-11-21T13:01:00Z");
        assert_eq!(
            over.json["occurrence"]["starts_at"], "2026-11-22T14:00:00Z",
            "the same does not come again"
        );
        assert_eq!(set("in_progress").await.status, 409, "more than a day ahead");
        assert_eq!(works.stage.status("database").await, "operational", "{engine:?}");
        assert_eq!(
            works.spans("database").await,
            [span("2026-11-21T13:00:00Z", Some("2026-11-21T13:01:00Z"))]
        );
        assert_eq!(works.told(3).await, ["scheduled", "started", "ended"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_runs_is_extended_but_not_into_the_past_or_the_next_time() {
    for engine in both() {
        let mut works = Works::new(engine).await;
        let id = works.announced(json!({ "rrule": "FREQ=DAILY", "notify_before": 0 })).await;
        let extend = async |until: &str| works.post(&id, "extend", json!({ "ends_at": until })).await;
        assert_eq!(extend("2026-11-21T18:00:00Z").await.status, 409, "it does not run yet");
        works.advance(HOUR * 3);
        works.becomes(&id, "in_progress").await;
        for (until, words) in [
            ("2026-11-21T15:00:00Z", "It must end after now"),
            ("2026-11-22T14:00:01Z", "It comes again at 2026-11-22T14:00:00Z"),
            ("2027-11-22T14:00:00Z", "at most 90 days long"),
            ("later", "Enter a moment"),
        ] {
            let refused = extend(until).await;
            assert_eq!(refused.status, 400, "{until}: {}", refused.text);
            assert!(refused.json["ends_at"][0].as_str().unwrap().contains(words), "{}", refused.text);
        }
        assert_eq!(works.post(&id, "extend", json!({})).await.status, 400);
        let extended = extend("2026-11-21T18:00:00Z").await;
        assert_eq!(extended.json["occurrence"]["ends_at"], "2026-11-21T18:00:00Z", "{}", extended.text);
        assert_eq!(extended.json["ends_at"], "2026-11-21T16:00:00Z", "the next times are as long as before");
        works.advance(HOUR * 2);
        works.component_is("database", "under_maintenance").await;
        works.advance(HOUR);
        let over = works.until(async || works.see(&id).await, |seen| seen["past"] != json!([])).await;
        assert_eq!(over["past"][0]["ended_at"], "2026-11-21T18:00:00Z", "{engine:?}");
        assert_eq!(over["occurrence"]["ends_at"], "2026-11-22T16:00:00Z");
        assert_eq!(works.told(4).await[2..], ["extended", "ended"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_runs_once_is_extended_by_writing_it_anew_and_its_begin_stays() {
    let mut works = Works::new(Engine::Sqlite).await;
    let id = works.announced(json!({})).await;
    works.advance(HOUR * 3);
    works.becomes(&id, "in_progress").await;
    let moved = works
        .put(&id, json!({ "starts_at": "2026-11-22T14:00:00Z", "ends_at": "2026-11-22T16:00:00Z" }))
        .await;
    assert_eq!(
        (moved.status, moved.json["starts_at"][0].as_str()),
        (400, Some("It has begun already; extend it or end it."))
    );
    let longer = works.put(&id, json!({ "ends_at": "2026-11-21T17:00:00Z", "components": ["shop"] })).await;
    assert_eq!(longer.json["occurrence"]["ends_at"], "2026-11-21T17:00:00Z", "{}", longer.text);
    assert_eq!(works.stage.status("database").await, "operational", "it is no longer worked on");
    assert_eq!(works.stage.status("shop").await, "under_maintenance");
    assert_eq!(works.spans("database").await, [span("2026-11-21T14:00:00Z", Some("2026-11-21T15:00:00Z"))]);
    assert_eq!(works.spans("shop").await, [span("2026-11-21T15:00:00Z", None)]);
    assert_eq!(works.told(3).await, ["scheduled", "started", "extended"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_times_are_told_and_other_words_are_not() {
    let mut works = Works::new(Engine::Sqlite).await;
    let id = works.announced(json!({ "rrule": "FREQ=WEEKLY" })).await;
    works.put(&id, json!({ "title": "Other words" })).await;
    let later = json!({ "starts_at": "2026-11-21T15:00:00Z", "ends_at": "2026-11-21T16:00:00Z" });
    let moved = works.put(&id, later).await.json;
    assert_eq!(moved["occurrence"]["starts_at"], "2026-11-21T15:00:00Z");
    assert_eq!(moved["upcoming"][0]["starts_at"], "2026-11-28T15:00:00Z");
    let first = works.news().await.1.starts_at.to_string();
    let second = works.news().await.1.starts_at.to_string();
    assert_eq!((first.as_str(), second.as_str()), ("2026-11-21T14:00:00Z", "2026-11-21T15:00:00Z"));
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelled_it_breaks_off_and_is_gone_but_its_time_is_kept() {
    for engine in both() {
        let mut works = Works::new(engine).await;
        let responder = works.stage.app.role(Role::Responder);
        let id = works.announced(json!({})).await;
        works.advance(HOUR * 3);
        works.becomes(&id, "in_progress").await;
        assert_eq!(responder.delete(&format!("/api/v1/maintenances/{id}")).await.status, 204);
        assert_eq!(works.stage.app.anonymous().get(&format!("/api/v1/maintenances/{id}")).await.status, 404);
        assert_eq!(works.stage.status("database").await, "operational", "{engine:?}");
        assert_eq!(
            works.spans("database").await,
            [span("2026-11-21T14:00:00Z", Some("2026-11-21T15:00:00Z"))]
        );
        assert!(works.is_empty().await);
        assert_eq!(works.told(3).await, ["scheduled", "started", "cancelled"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_passed_while_nobody_was_there_happened_and_what_is_now_begins_late() {
    for engine in both() {
        let works = Works::new(engine).await;
        let id = works.announced(json!({ "rrule": "FREQ=DAILY" })).await;
        // Off from noon until the third day at three: two times are over, and the third one is on.
        let mut works = works.restarted_after(HOUR * (48 + 3));
        let seen = works.becomes(&id, "in_progress").await;
        let at = |one: &Value, name: &str| one[name].as_str().unwrap_or_default().to_owned();
        assert_eq!(at(&seen["occurrence"], "began_at"), "2026-11-23T14:00:00Z", "{engine:?}");
        let past: Vec<String> =
            seen["past"].as_array().unwrap().iter().map(|one| at(one, "ended_at")).collect();
        assert_eq!(past, ["2026-11-22T16:00:00Z", "2026-11-21T16:00:00Z"]);
        assert_eq!(seen["upcoming"].as_array().unwrap().len(), 5);
        works.component_is("database", "under_maintenance").await;
        assert_eq!(
            works.spans("database").await,
            [
                span("2026-11-21T14:00:00Z", Some("2026-11-21T16:00:00Z")),
                span("2026-11-22T14:00:00Z", Some("2026-11-22T16:00:00Z")),
                span("2026-11-23T14:00:00Z", None),
            ]
        );
        // That it was announced was told before, or by the first one who came back.
        let told = works.told(1).await;
        let told = if told == ["scheduled"] { works.told(1).await } else { told };
        assert_eq!(told, ["started"], "nobody is told of what is over");

        // Off again over its end: it ended when it was to end.
        let works = works.restarted_after(HOUR * 2);
        let seen = works.until(async || works.see(&id).await, |seen| seen["state"] == "scheduled").await;
        assert_eq!(seen["past"][0]["ended_at"], "2026-11-23T16:00:00Z");
        works.component_is("database", "operational").await;
    }
}
