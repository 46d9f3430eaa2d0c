//! What is refused, with the field and the rule; and that nothing of it is stored.

use contracts::Level;
use kit_base::Role;
use kit_testkit::{Engine, both};
use serde_json::{Value, json};

use super::Works;

#[tokio::test(flavor = "multi_thread")]
async fn what_makes_no_sense_is_refused_by_field_and_nothing_is_stored() {
    for engine in both() {
        let works = Works::new(engine).await;
        for (more, field, words) in [
            (json!({ "title": "" }), "title", "blank"),
            (json!({ "title": null }), "title", "null"),
            (json!({ "components": [] }), "components", "at least one"),
            (
                json!({ "components": ["database", "nowhere"] }),
                "components",
                "no component with the slug nowhere",
            ),
            (json!({ "components": ["A B"] }), "components", "\"A B\" is not the slug"),
            (json!({ "starts_at": "soon" }), "starts_at", "Enter a moment such as"),
            (json!({ "starts_at": "2026-11-31T14:00:00Z" }), "starts_at", "Enter a moment such as"),
            (json!({ "ends_at": "2026-11-21T14:00:00Z" }), "ends_at", "must end after it begins"),
            (json!({ "ends_at": "2026-11-21T13:00:00Z" }), "ends_at", "must end after it begins"),
            (json!({ "ends_at": "2027-11-21T13:00:00Z" }), "ends_at", "at most 90 days"),
            (
                json!({ "starts_at": "2026-11-20T14:00:00Z", "ends_at": "2026-11-21T12:00:00Z" }),
                "ends_at",
                "over already",
            ),
            (
                json!({ "starts_at": "2206-11-20T14:00:00Z", "ends_at": "2206-11-20T15:00:00Z" }),
                "starts_at",
                "more than ten years ahead",
            ),
            (
                json!({ "starts_at": "1926-11-20T14:00:00Z", "ends_at": "1926-11-20T15:00:00Z",
                        "rrule": "FREQ=DAILY" }),
                "starts_at",
                "more than ten years ago",
            ),
            (json!({ "time_zone": "Europe/Atlantis" }), "time_zone", "no such time zone"),
            (json!({ "rrule": "every tuesday" }), "rrule", "no NAME=VALUE"),
            (json!({ "rrule": "FREQ=SECONDLY" }), "rrule", "FREQ is needed"),
            (json!({ "rrule": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30" }), "rrule", "no time after the first"),
            (json!({ "rrule": "FREQ=DAILY;UNTIL=20261120" }), "rrule", "UNTIL is before starts_at"),
            (
                json!({ "rrule": "FREQ=DAILY", "ends_at": "2026-11-22T15:00:00Z" }),
                "rrule",
                "is not over when it comes again at 2026-11-22T14:00:00Z",
            ),
            (
                json!({ "rrule": "FREQ=DAILY;UNTIL=20261003", "starts_at": "2026-10-01T02:00:00Z",
                        "ends_at": "2026-10-01T03:00:00Z" }),
                "rrule",
                "All of its times are over",
            ),
            (json!({ "exceptions": ["2026-11-28"] }), "exceptions", "by an rrule"),
            (
                json!({ "rrule": "FREQ=WEEKLY", "exceptions": ["2026-11-29"] }),
                "exceptions",
                "not come at 2026-11-29",
            ),
            (json!({ "rrule": "FREQ=WEEKLY", "exceptions": ["x"] }), "exceptions", "\"x\" is neither a day"),
            (
                json!({ "rrule": "FREQ=WEEKLY;COUNT=2", "exceptions": ["2026-11-21", "2026-11-28"] }),
                "exceptions",
                "leave out every time",
            ),
            (json!({ "notify_before": -1 }), "notify_before", "greater than or equal to 0"),
            (json!({ "notify_before": 50_000 }), "notify_before", "less than or equal to 43200"),
        ] {
            let reply = works.announce(more.clone()).await;
            assert_eq!(reply.status, 400, "{more}: {}", reply.text);
            let told = reply.json[field][0].as_str().unwrap_or_default();
            assert!(told.contains(words), "{more}: {}", reply.text);
            assert!(works.is_empty().await, "{more} left something on {engine:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn all_mistakes_are_told_at_once_and_a_bad_change_changes_nothing() {
    let works = Works::new(Engine::Sqlite).await;
    let responder = works.stage.app.role(Role::Responder);
    let bad = json!({ "rrule": "FREQ=NEVER", "time_zone": "Mars", "starts_at": "x", "notify_before": "y" });
    let reply = responder.post("/api/v1/maintenances", bad).await;
    let mut fields: Vec<&String> = reply.json.as_object().unwrap().keys().collect();
    fields.sort();
    let all = ["components", "ends_at", "notify_before", "rrule", "starts_at", "time_zone", "title"];
    assert_eq!((reply.status, fields), (400, all.map(str::to_owned).iter().collect()));

    let id = works.announced(json!({ "rrule": "FREQ=WEEKLY" })).await;
    let before = works.see(&id).await;
    for more in [
        json!({ "title": "Other", "components": ["nowhere"] }),
        json!({ "title": "Other", "rrule": "FREQ=DAILY", "ends_at": "2026-11-22T15:00:00Z" }),
    ] {
        assert_eq!(works.put(&id, more).await.status, 400);
        assert_eq!(works.see(&id).await, before);
    }
    for path in ["MNT-NONE", "x"] {
        assert_eq!(works.put(path, json!({})).await.status, 404);
        assert_eq!(works.post(path, "state", json!({ "state": "completed" })).await.status, 404);
        assert_eq!(
            works.post(path, "extend", json!({ "ends_at": "2026-11-21T18:00:00Z" })).await.status,
            404
        );
        assert_eq!(responder.delete(&format!("/api/v1/maintenances/{path}")).await.status, 404);
        assert_eq!(responder.get(&format!("/api/v1/maintenances/{path}")).await.status, 404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_sees_maintenances_of_public_components_without_the_internal_ones() {
    for engine in both() {
        let works = Works::new(engine).await;
        let hidden = json!({ "slug": "vault", "name": "Vault", "visibility": "internal" });
        assert_eq!(works.stage.app.role(Role::Manager).post("/api/v1/components", hidden).await.status, 201);
        let both = works.announced(json!({ "components": ["vault", "database"] })).await;
        let secret = works.announced(json!({ "components": ["vault"], "title": "Keys" })).await;
        let (anyone, team) = (works.stage.app.anonymous(), works.stage.app.role(Role::Viewer));
        assert_eq!(works.see(&both).await["components"], json!(["database"]), "{engine:?}");
        let seen = team.get(&format!("/api/v1/maintenances/{both}")).await.json;
        assert_eq!(seen["components"], json!(["vault", "database"]));
        assert_eq!(anyone.get(&format!("/api/v1/maintenances/{secret}")).await.status, 404);
        let ids = |reply: Value| reply["results"].as_array().unwrap().len();
        assert_eq!(ids(anyone.get("/api/v1/maintenances").await.json), 1);
        assert_eq!(ids(anyone.get("/api/v1/maintenances?component=vault").await.json), 0);
        assert_eq!(ids(team.get("/api/v1/maintenances?component=vault").await.json), 2);

        works.advance(super::HOUR * 2);
        works.becomes(&both, "in_progress").await;
        works
            .until(
                async || team.get("/api/v1/components/vault").await.json,
                |seen| seen["status"] == "under_maintenance",
            )
            .await;
        works.stage.signal("vault", Some(Level::MajorOutage)).await;
        works.stage.component("safe", &["vault"]).await;
        let safe = works.stage.see("safe").await;
        assert_eq!(safe["status"], "under_maintenance", "{engine:?}: {safe}");
        assert!(!safe.to_string().contains("ault") && !safe.to_string().contains("Keys"), "{safe}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_is_narrowed_and_sorted_by_begin() {
    for engine in both() {
        let works = Works::new(engine).await;
        let days = |n: u64| {
            (
                works.now().plus(super::HOUR * 24 * n as u32).to_string(),
                works.now().plus(super::HOUR * (24 * n as u32 + 1)).to_string(),
            )
        };
        for (title, n, component) in [("third", 3, "shop"), ("first", 1, "database"), ("second", 2, "shop")] {
            let (from, to) = days(n);
            works
                .announced(
                    json!({ "title": title, "starts_at": from, "ends_at": to, "components": [component] }),
                )
                .await;
        }
        let now = works.announced(json!({ "title": "now", "starts_at": works.now().to_string() })).await;
        assert_eq!(works.see(&now).await["state"], "in_progress", "at once on {engine:?}");
        let anyone = works.stage.app.anonymous();
        let titles = async |query: &str| -> String {
            let reply = anyone.get(&format!("/api/v1/maintenances?{query}")).await;
            let all = reply.json["results"].as_array().unwrap_or_else(|| panic!("{}", reply.text)).clone();
            all.iter().map(|one| one["title"].as_str().unwrap().to_owned()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(titles("").await, "third second first now");
        assert_eq!(titles("ordering=starts_at").await, "now first second third");
        assert_eq!(titles("ordering=starts_at&page=2&page_size=3").await, "third");
        assert_eq!(titles("state=in_progress").await, "now");
        assert_eq!(titles("state=scheduled&component=shop").await, "third second");
        let (from, until) = (days(2).0, days(3).0);
        assert_eq!(titles(&format!("from={from}&until={until}")).await, "second");
        assert_eq!(titles(&format!("until={from}&ordering=starts_at")).await, "now first");
        for bad in ["state=open", "from=x", "until=2026", "ordering=title"] {
            assert_eq!(anyone.get(&format!("/api/v1/maintenances?{bad}")).await.status, 400, "{bad}");
        }
        assert_eq!(anyone.get("/api/v1/maintenances?page=9").await.status, 404);
    }
}
