//! The past of components as it is told: by day, by month, of a group, of all; what is left out of it, and who sees it.

use std::time::Duration;

use crate::stage::Stage;
use contracts::Level;
use kit_base::Role;
use kit_testkit::{Engine, TestWorld, both};
use serde_json::{Value, json};

const HOUR: Duration = Duration::from_secs(3600);
const DAY: f64 = 86_400.0;

async fn history(stage: &Stage, path: &str) -> Value {
    let reply = stage.app.anonymous().get(&format!("/api/v1/components/{path}")).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    reply.json
}

/// The days by their dates.
fn day<'a>(history: &'a Value, date: &str) -> &'a Value {
    history["days"].as_array().unwrap().iter().find(|day| day["date"] == date).unwrap()
}

/// The clock stands at 2026-11-21T12:00:00Z at first.
#[tokio::test(flavor = "multi_thread")]
async fn a_day_says_how_long_it_was_in_which_state() {
    for engine in both() {
        let stage = Stage::new(engine);
        stage.component("shop", &[]).await;
        stage.component("far", &["shop"]).await;
        stage.world.clock.advance(6 * HOUR);
        stage.signal("shop", Some(Level::PartialOutage)).await;
        stage.world.clock.advance(3 * HOUR);
        stage.signal("shop", None).await;
        stage.world.clock.advance(27 * HOUR);

        let shop = history(&stage, "shop/history?days=4").await;
        let dates: Vec<&str> =
            shop["days"].as_array().unwrap().iter().map(|day| day["date"].as_str().unwrap()).collect();
        assert_eq!(dates, ["2026-11-20", "2026-11-21", "2026-11-22", "2026-11-23"], "{engine:?}");
        let before = day(&shop, "2026-11-20");
        assert_eq!(
            (&before["uptime"], &before["worst"]),
            (&Value::Null, &Value::Null),
            "it was not there yet"
        );
        assert_eq!(before["seconds"], json!({ "not_counted": DAY }));
        let first = day(&shop, "2026-11-21");
        let seconds =
            json!({ "operational": 9.0 * 3600.0, "partial_outage": 3.0 * 3600.0, "not_counted": DAY / 2.0 });
        assert_eq!((&first["seconds"], &first["uptime"]), (&seconds, &json!(0.875)), "{engine:?}");
        assert_eq!(first["worst"], "partial_outage");
        assert_eq!(day(&shop, "2026-11-22")["seconds"], json!({ "operational": DAY }));
        assert_eq!(day(&shop, "2026-11-23")["seconds"], json!({}), "at midnight the day has no time yet");
        assert_eq!(shop["uptime"], 1.0 - 1.5 / 36.0);
        assert_eq!(
            (&shop["begins_at"], &shop["until"]),
            (&json!("2026-11-21T12:00:00Z"), &json!("2026-11-23T00:00:00Z"))
        );
        let far = history(&stage, "far/history?days=4").await;
        assert_eq!(far["uptime"], shop["uptime"], "what it needs was seen to fail");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn incidents_that_people_open_weigh_until_they_are_mitigated() {
    for engine in both() {
        let stage = Stage::new(engine);
        stage.component("shop", &[]).await;
        stage.component("far", &["shop"]).await;
        stage.component("alone", &[]).await;
        let opened = stage.open(json!({ "title": "Slow", "sev": 1, "services": ["shop"] })).await;
        let path = format!("/api/v1/incidents/{}/status", opened["id"].as_str().unwrap());
        let responder = stage.app.role(Role::Responder);
        let to = async |status: &str| {
            assert_eq!(responder.post(&path, json!({ "status": status })).await.status, 200, "{engine:?}");
        };
        let down = async |slug: &str| {
            history(&stage, &format!("{slug}/history")).await["seconds"]["major_outage"]
                .as_f64()
                .unwrap_or(0.0)
                / 3600.0
        };
        // From noon over two midnights, of which days are kept meanwhile.
        stage.world.clock.advance(40 * HOUR);
        assert_eq!(
            (down("shop").await, down("far").await, down("alone").await),
            (40.0, 40.0, 0.0),
            "{engine:?}"
        );
        to("mitigated").await;
        stage.world.clock.advance(10 * HOUR);
        assert_eq!(down("shop").await, 40.0, "the harm has stopped");
        to("open").await;
        assert_eq!(down("shop").await, 50.0, "one that is opened again was never over");
        let manager = stage.app.role(Role::Manager);
        manager.put("/api/v1/components/alone", json!({ "name": "Alone", "depends_on": ["far"] })).await;
        assert_eq!(down("alone").await, 50.0, "{engine:?}: it needs what has failed since");
        manager.put("/api/v1/components/alone", json!({ "name": "Alone", "depends_on": [] })).await;
        assert_eq!(down("alone").await, 0.0, "{engine:?}");
        to("resolved").await;
        stage.world.clock.advance(24 * HOUR);
        manager.put("/api/v1/components/alone", json!({ "name": "Alone", "depends_on": ["far"] })).await;
        assert_eq!(
            (down("shop").await, down("far").await, down("alone").await),
            (50.0, 50.0, 0.0),
            "{engine:?}"
        );
        assert_eq!(manager.delete("/api/v1/components/alone").await.status, 204);
        stage.component("alone", &["shop"]).await;
        assert_eq!(history(&stage, "alone/history").await["uptime"], Value::Null, "a new one has no past");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_knows_is_no_part_of_the_percentage() {
    for engine in both() {
        let stage = Stage::new(engine);
        stage.component("ci", &["github:actions"]).await;
        stage.component("work", &[]).await;
        let set = json!({ "status": "under_maintenance", "note": "New disks" });
        stage.app.role(Role::Responder).post("/api/v1/components/work/override", set).await;
        stage.world.clock.advance(36 * HOUR);
        let ci = history(&stage, "ci/history?days=3").await;
        assert_eq!(
            (&ci["uptime"], &day(&ci, "2026-11-22")["uptime"]),
            (&Value::Null, &Value::Null),
            "{engine:?}"
        );
        assert_eq!(ci["seconds"], json!({ "unknown": 1.5 * DAY, "not_counted": DAY / 2.0 }));
        assert_eq!(day(&ci, "2026-11-22")["worst"], "unknown");
        let work = history(&stage, "work/history?days=3").await;
        assert_eq!(
            (&work["uptime"], &work["seconds"]["under_maintenance"]),
            (&Value::Null, &json!(1.5 * DAY))
        );
        stage.watch(None, false).await;
        stage.world.clock.advance(12 * HOUR);
        assert_eq!(history(&stage, "ci/history?days=3").await["uptime"], 1.0, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_and_all_are_told_and_the_public_sees_what_is_public() {
    for engine in both() {
        let stage = Stage::new(engine);
        let manager = stage.app.role(Role::Manager);
        for (slug, group, visibility) in [
            ("a", "One", "public"),
            ("b", "One", "public"),
            ("i", "One", "internal"),
            ("j", "Own", "internal"),
        ] {
            let new = json!({ "slug": slug, "name": slug, "group": group, "visibility": visibility });
            assert_eq!(manager.post("/api/v1/components", new).await.status, 201);
        }
        stage.signal("a", Some(Level::MajorOutage)).await;
        stage.signal("i", Some(Level::MajorOutage)).await;
        stage.world.clock.advance(12 * HOUR);
        stage.signal("a", None).await;
        stage.world.clock.advance(36 * HOUR);

        let all = history(&stage, "history?days=30").await;
        assert_eq!((&all["first"], &all["last"]), (&json!("2026-10-25"), &json!("2026-11-23")));
        let told: Vec<(&str, usize)> = all["components"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| (one["slug"].as_str().unwrap(), one["days"].as_array().unwrap().len()))
            .collect();
        assert_eq!(told, [("a", 1), ("b", 1)], "{engine:?}: the day in which they began");
        assert_eq!(all["components"][0]["days"][0]["worst"], "major_outage");
        assert_eq!(
            (&all["components"][0]["uptime"], &all["components"][1]["uptime"]),
            (&json!(0.75), &json!(1.0))
        );
        let team = manager.get("/api/v1/components/history").await.json;
        assert_eq!(team["components"].as_array().unwrap().len(), 4);

        assert_eq!(history(&stage, "groups/One/history").await["uptime"], 0.875, "{engine:?}");
        let team = manager.get("/api/v1/components/groups/One/history").await.json;
        assert_eq!(team["uptime"], 1.0 - (0.25 + 1.0) / 3.0, "the sums of all three");
        for hidden in ["groups/Own/history", "groups/None/history", "i/history", "none/history"] {
            let reply = stage.app.anonymous().get(&format!("/api/v1/components/{hidden}")).await;
            assert_eq!(reply.status, 404, "{hidden}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn months_are_whole_and_weights_are_a_setting() {
    let weight = incidents::SETTINGS
        .iter()
        .find(|setting| setting.name == "incidents.uptime_weight_degraded")
        .unwrap();
    let world = TestWorld::new(Engine::Sqlite).with(weight, "0.3");
    let service = incidents::build(&world.context).unwrap();
    let stage = Stage { app: world.start_living(vec![service]), world };
    stage.component("shop", &[]).await;
    stage.signal("shop", Some(Level::DegradedPerformance)).await;
    stage.world.clock.advance(24 * 12 * HOUR);
    let year = history(&stage, "shop/history?months=12").await;
    let months: Vec<&str> =
        year["months"].as_array().unwrap().iter().map(|month| month["month"].as_str().unwrap()).collect();
    assert_eq!((months.len(), months[0], months[10], months[11]), (12, "2026-01", "2026-11", "2026-12"));
    assert_eq!((&year["days"], &year["months"][0]["uptime"]), (&json!([]), &Value::Null));
    let november = &year["months"][10];
    assert_eq!(
        (&november["uptime"], &november["seconds"]["degraded_performance"]),
        (&json!(0.7), &json!(9.5 * DAY))
    );
    assert_eq!(november["seconds"]["not_counted"], 20.5 * DAY);
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_are_of_the_last_whole_minute_and_change_when_something_changes() {
    let stage = Stage::new(Engine::Sqlite);
    stage.component("shop", &[]).await;
    stage.world.clock.advance(Duration::from_secs(90));
    let first = stage.app.anonymous().get("/api/v1/components/history").await;
    assert_eq!(first.json["until"], "2026-11-21T12:01:00Z");
    stage.world.clock.advance(Duration::from_secs(29));
    let same = stage.app.anonymous().get("/api/v1/components/history").await;
    assert_eq!(same.header("etag"), first.header("etag"));
    stage.world.clock.advance(Duration::from_secs(1));
    let next = stage.app.anonymous().get("/api/v1/components/history").await;
    assert_eq!(next.json["until"], "2026-11-21T12:02:00Z");
    stage.component("other", &[]).await;
    let changed = stage.app.anonymous().get("/api/v1/components/history").await;
    assert_eq!(
        changed.json["components"].as_array().unwrap().len(),
        2,
        "an acknowledged change is in the next read"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_told_is_refused_with_the_rule() {
    let stage = Stage::new(Engine::Sqlite);
    stage.component("shop", &[]).await;
    let anyone = stage.app.anonymous();
    for (asked, field, says) in [
        ("shop/history?days=0", "days", "Choose a whole number from 1 to 366."),
        ("shop/history?days=1e2", "days", "Choose a whole number from 1 to 366."),
        ("shop/history?months=37", "months", "Choose a whole number from 1 to 36."),
        ("shop/history?days=3&months=3", "months", "Ask for days or for months, not for both."),
        ("history?days=367", "days", "Choose a whole number from 1 to 366."),
    ] {
        let reply = anyone.get(&format!("/api/v1/components/{asked}")).await;
        assert_eq!((reply.status, reply.json[field][0].as_str()), (400, Some(says)), "{asked}");
    }
    for whole in ["shop/history?days=366", "shop/history?days=", "shop/history?months=36"] {
        assert_eq!(anyone.get(&format!("/api/v1/components/{whole}")).await.status, 200, "{whole}");
    }
    let taken = json!({ "slug": "history", "name": "History" });
    let reply = stage.app.role(Role::Manager).post("/api/v1/components", taken).await;
    assert_eq!((reply.status, reply.json["slug"].is_array()), (400, true));
}

/// The clock stands at 2026-11-21T12:00:00Z.
#[tokio::test(flavor = "multi_thread")]
async fn a_component_has_a_past_since_the_day_that_people_say_and_incidents_written_down_change_it() {
    for engine in both() {
        let stage = Stage::new(engine);
        let (manager, responder) = (stage.app.role(Role::Manager), stage.app.role(Role::Responder));
        let shop = json!({ "slug": "shop", "name": "Shop", "start_date": "2026-11-18" });
        assert_eq!(manager.post("/api/v1/components", shop).await.status, 201);
        stage.component("far", &["shop"]).await;
        let seconds = async |date: &str| {
            let shop = history(&stage, "shop/history?days=5").await;
            day(&shop, date)["seconds"].clone()
        };
        assert_eq!(seconds("2026-11-17").await, json!({ "not_counted": DAY }), "{engine:?}");
        assert_eq!(seconds("2026-11-18").await, json!({ "operational": DAY }));

        let old = json!({ "title": "Old", "sev": 1, "services": ["shop"], "started_at": "2026-11-19T10:00:00Z",
                          "resolved_at": "2026-11-19T11:00:00Z" });
        let old = stage.open(old).await;
        assert_eq!(
            seconds("2026-11-19").await,
            json!({ "operational": DAY - 3600.0, "major_outage": 3600.0 })
        );
        let path = format!("/api/v1/incidents/{}", old["id"].as_str().unwrap());
        let longer = json!({ "started_at": "2026-11-18T23:00:00Z", "sev": 2 });
        assert_eq!(responder.put(&path, longer).await.status, 200);
        assert_eq!(
            seconds("2026-11-18").await,
            json!({ "operational": DAY - 3600.0, "partial_outage": 3600.0 })
        );
        let eleven = 11.0 * 3600.0;
        assert_eq!(
            seconds("2026-11-19").await,
            json!({ "operational": DAY - eleven, "partial_outage": eleven })
        );
        assert_eq!(responder.put(&path, json!({ "services": [] })).await.status, 200);
        assert_eq!(seconds("2026-11-19").await, json!({ "operational": DAY }), "it names the shop no more");

        let later = json!({ "name": "Shop", "start_date": "2026-11-20" });
        assert_eq!(manager.put("/api/v1/components/shop", later).await.status, 200);
        assert_eq!(seconds("2026-11-19").await, json!({ "not_counted": DAY }));
        let past = json!({ "origin": "cachet",
            "components": [{ "slug": "web", "name": "Web", "start_date": "2026-11-17" }],
            "incidents": [{ "id": "1", "title": "Down", "sev": 1, "services": ["web"],
                            "started_at": "2026-11-17T06:00:00Z", "resolved_at": "2026-11-17T18:00:00Z" }] });
        assert_eq!(manager.post("/api/v1/incidents/import", past).await.status, 200);
        let web = history(&stage, "web/history?days=5").await;
        assert_eq!(day(&web, "2026-11-17")["uptime"], 0.5, "{engine:?}: {web}");
        assert_eq!(web["uptime"], 1.0 - 0.5 / 4.5);
    }
}

/// The clock stands at 2026-11-21T12:00:00Z.
#[tokio::test(flavor = "multi_thread")]
async fn maintenance_is_no_part_of_the_percentage_even_if_nobody_was_there_to_see_it() {
    for engine in both() {
        let stage = Stage::new(engine);
        stage.component("shop", &[]).await;
        let window = json!({ "title": "Move", "components": ["shop"], "starts_at": "2026-11-22T22:00:00Z",
                             "ends_at": "2026-11-23T02:00:00Z" });
        let planned = stage.app.role(Role::Responder).post("/api/v1/maintenances", window).await;
        assert_eq!(planned.status, 201, "{}", planned.text);
        let path = format!("/api/v1/maintenances/{}", planned.json["id"].as_str().unwrap());
        stage.world.clock.advance(72 * HOUR);
        let is_over = || async { stage.app.anonymous().get(&path).await.json["state"] == "completed" };
        stage.until_so(is_over, "the maintenance to be over").await;
        stage
            .until_so(
                || async { history(&stage, "shop/history?days=4").await["uptime"] == 1.0 },
                "the days to be counted",
            )
            .await;
        let shop = history(&stage, "shop/history?days=4").await;
        let worked = json!({ "operational": DAY - 7200.0, "under_maintenance": 7200.0 });
        assert_eq!(day(&shop, "2026-11-22")["seconds"], worked, "{engine:?}");
        assert_eq!(day(&shop, "2026-11-23")["seconds"], worked);
    }
}
