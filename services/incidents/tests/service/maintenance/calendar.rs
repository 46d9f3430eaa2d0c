//! Rules and time zones through the API: what comes when.

use kit_testkit::{Engine, both};
use serde_json::{Value, json};

use super::{HOUR, Works};

fn times(seen: &Value) -> Vec<String> {
    let head = [seen["occurrence"].clone()];
    let all = head.iter().chain(seen["upcoming"].as_array().unwrap());
    all.map(|one| format!("{}/{}", one["starts_at"].as_str().unwrap(), one["ends_at"].as_str().unwrap()))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_keeps_its_time_on_the_clocks_of_its_zone() {
    for engine in both() {
        let works = Works::new(engine).await;
        let id = works
            .announced(json!({
                "starts_at": "2027-02-28T02:00", "ends_at": "2027-02-28T04:00", "time_zone": "Europe/Paris",
                "rrule": "freq=monthly;byday=-1su", "exceptions": ["2027-04-25"],
            }))
            .await;
        let seen = works.see(&id).await;
        assert_eq!(
            times(&seen),
            [
                "2027-02-28T01:00:00Z/2027-02-28T03:00:00Z",
                // The night on which two o'clock is three.
                "2027-03-28T01:00:00Z/2027-03-28T02:00:00Z",
                "2027-05-30T00:00:00Z/2027-05-30T02:00:00Z",
                "2027-06-27T00:00:00Z/2027-06-27T02:00:00Z",
                "2027-07-25T00:00:00Z/2027-07-25T02:00:00Z",
            ],
            "{engine:?}"
        );
        assert_eq!(
            (&seen["rrule"], &seen["state"]),
            (&json!("FREQ=MONTHLY;BYDAY=-1SU"), &json!("scheduled"))
        );
        assert_eq!(seen["starts_at"], "2027-02-28T01:00:00Z");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_named_stays_and_an_empty_rule_takes_it_away() {
    let works = Works::new(Engine::Sqlite).await;
    let id = works
        .announced(
            json!({ "rrule": "FREQ=WEEKLY;COUNT=3", "exceptions": ["2026-11-28"], "time_zone": "Asia/Tokyo",
                           "description": "Slow.", "notify_before": 30 }),
        )
        .await;
    let kept = works.put(&id, json!({ "title": "Newer disks" })).await.json;
    assert_eq!(kept["title"], "Newer disks");
    for (field, value) in [
        ("rrule", json!("FREQ=WEEKLY;COUNT=3")),
        ("exceptions", json!(["2026-11-28"])),
        ("time_zone", json!("Asia/Tokyo")),
        ("description", json!("Slow.")),
        ("notify_before", json!(30)),
    ] {
        assert_eq!(kept[field], value, "{field}");
    }
    assert_eq!(
        times(&kept),
        ["2026-11-21T14:00:00Z/2026-11-21T16:00:00Z", "2026-12-05T14:00:00Z/2026-12-05T16:00:00Z"]
    );
    let once = works.put(&id, json!({ "rrule": "" })).await.json;
    assert_eq!(
        (&once["rrule"], &once["exceptions"], &once["upcoming"]),
        (&Value::Null, &json!([]), &json!([]))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_that_began_long_ago_is_planned_from_now_on() {
    for engine in both() {
        let works = Works::new(engine).await;
        let id = works
            .announced(json!({ "starts_at": "2026-01-06T02:00:00Z", "ends_at": "2026-01-06T03:00:00Z",
                               "rrule": "FREQ=WEEKLY;BYDAY=TU" }))
            .await;
        let seen = works.see(&id).await;
        assert_eq!(
            (times(&seen)[0].as_str(), times(&seen).len()),
            ("2026-11-24T02:00:00Z/2026-11-24T03:00:00Z", 5)
        );
        assert_eq!(seen["past"], json!([]), "what was before it was announced did not happen");
        works.advance(HOUR * 24 * 3);
        let seen = works.until(async || works.see(&id).await, |seen| seen["past"] != json!([])).await;
        assert_eq!(times(&seen).len(), 5, "the next ones are planned on {engine:?}");
        assert_eq!(times(&seen)[4], "2026-12-29T02:00:00Z/2026-12-29T03:00:00Z");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_with_an_end_is_completed_after_its_last_time() {
    let works = Works::new(Engine::Sqlite).await;
    let id = works.announced(json!({ "rrule": "FREQ=DAILY;COUNT=2" })).await;
    for _ in 0..2 {
        works.advance(HOUR * 2);
        works.becomes(&id, "in_progress").await;
        works.advance(HOUR * 2);
        works.until(async || works.see(&id).await, |seen| seen["state"] != "in_progress").await;
        works.advance(HOUR * 20);
    }
    let over = works.see(&id).await;
    assert_eq!((&over["state"], over["past"].as_array().unwrap().len()), (&json!("completed"), 1));
    assert_eq!(over["occurrence"]["ended_at"], "2026-11-22T16:00:00Z");
}
