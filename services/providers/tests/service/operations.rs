//! What can be asked of the service, and what it answers.

use kit_base::Role;
use kit_testkit::{Engine, both};
use serde_json::{Value, json};

use crate::documents::{page, storage_down, well};
use crate::feed::{Answer, Feed};
use crate::stage::{A_WHILE, Stage, until};

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_is_added_read_at_once_and_shown() {
    for engine in both() {
        let (stage, feed) = (Stage::new(engine), Feed::start(Answer::document(storage_down())).await);
        let added = stage.watch("Nimbus Cloud", &feed).await;
        let now = stage.world.clock.now().to_string();
        assert_eq!((&added["slug"], &added["status"]), (&json!("nimbus-cloud"), &json!("unknown")));
        assert_eq!((&added["since"], &added["last_good"]), (&json!(now), &Value::Null), "{engine:?}");

        let seen = stage.becomes("nimbus-cloud", "partial_outage").await;
        assert_eq!(
            (&seen["read_at"], &seen["stale_since"], &seen["trouble"]),
            (&json!(now), &Value::Null, &Value::Null)
        );
        let reading = &seen["last_good"];
        let components = reading["components"].as_array().unwrap();
        assert_eq!(components.iter().map(|c| &c["key"]).collect::<Vec<_>>(), ["dns", "storage"]);
        assert_eq!(reading["incidents"][0]["message"], "We look for water.");
        assert_eq!(
            (&reading["non_operational_components"], &reading["open_incidents"]),
            (&json!(1), &json!(1))
        );

        let listed = stage.app.anonymous().get("/api/v1/csp/providers").await.json;
        assert_eq!(
            (&listed["count"], &listed["results"][0]["status"]),
            (&json!(1), &json!("partial_outage"))
        );
        let path = "/api/v1/csp/providers/nimbus-cloud";
        let shown = stage.app.anonymous().get(path).await.json["feed_url"].clone();
        assert_eq!(
            (&listed["results"][0]["feed_url"], &shown),
            (&Value::Null, &Value::Null),
            "it may hold a key"
        );
        assert!(stage.app.role(Role::Viewer).get(path).await.json["feed_url"].is_string());

        let trimmed = listed["results"][0]["last_good"]["components"].as_array().unwrap();
        assert_eq!(
            trimmed.iter().map(|c| &c["key"]).collect::<Vec<_>>(),
            ["storage"],
            "only what is in trouble"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn providers_are_listed_by_name_and_paged() {
    for engine in both() {
        let (stage, feed) = (Stage::still(engine), Feed::start(Answer::document(well())).await);
        for name in ["zeta", "Beta", "alpha"] {
            stage.watch(name, &feed).await;
        }
        let anyone = stage.app.anonymous();
        let page = anyone.get("/api/v1/csp/providers?page_size=2").await.json;
        let names: Vec<&Value> = page["results"].as_array().unwrap().iter().map(|p| &p["name"]).collect();
        assert_eq!((names, &page["count"]), (vec![&json!("alpha"), &json!("Beta")], &json!(3)));
        assert_eq!(page["next"], "http://test/api/v1/csp/providers?page=2&page_size=2");
        let nowhere = anyone.get("/api/v1/csp/providers?page=9").await;
        assert_eq!((nowhere.status, &nowhere.json["detail"]), (404, &json!("Invalid page.")));
        assert_eq!(anyone.get("/api/v1/csp/providers/nobody").await.status, 404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn events_go_on_and_are_kept_when_they_are_over() {
    for engine in both() {
        let (stage, feed) = (Stage::still(engine), Feed::start(Answer::document(storage_down())).await);
        stage.watch("Nimbus", &feed).await;
        stage.refresh("nimbus").await;
        let events = async |query: &str| {
            stage.app.anonymous().get(&format!("/api/v1/csp/events{query}")).await.json["results"].clone()
        };
        let fire = json!([{
            "provider": "nimbus", "id": "i1", "kind": "incident", "service": "storage", "components": ["storage"],
            "state": "investigating", "title": "Storage is on fire", "status": "major_outage",
            "ts_start": "2026-11-21T11:50:00Z", "ts_update": "2026-11-21T11:55:00Z", "active": true, "ts_end": null,
            "url": "https://stspg.example/i1",
        }]);
        assert_eq!(events("?active=true").await, fire, "{engine:?}");
        assert_eq!(events("?active=false").await, json!([]));

        let mut planned = well();
        planned["scheduled_maintenances"] = json!([{
            "id": "m1", "name": "New disks", "status": "scheduled", "scheduled_for": "2026-11-22T08:00:00Z",
            "components": [{ "id": "id-DNS", "name": "DNS" }, { "id": "id-Storage", "name": "Storage" }],
        }]);
        feed.answers(Answer::document(&planned));
        stage.world.clock.advance(A_WHILE);
        stage.refresh("nimbus").await;
        assert_eq!(
            events("?active=true").await,
            json!([]),
            "the fire is out, and the disks are still to come"
        );
        let all = events("").await;
        let words = |place: usize| (&all[place]["title"], &all[place]["active"], &all[place]["service"]);
        assert_eq!(
            words(0),
            (&json!("New disks"), &json!(false), &json!("Nimbus")),
            "it names several components"
        );
        assert_eq!(words(1), (&json!("Storage is on fire"), &json!(false), &json!("storage")));
        assert_eq!(all[1]["ts_update"], stage.world.clock.now().to_string());

        planned["scheduled_maintenances"][0]["status"] = json!("in_progress");
        feed.answers(Answer::document(&planned));
        stage.refresh("nimbus").await;
        assert_eq!(events("?active=true").await[0]["title"], "New disks");
        let reply = stage.app.anonymous().get("/api/v1/csp/events?active=perhaps").await;
        assert_eq!((reply.status, reply.json), (400, json!({ "active": ["Must be true or false."] })));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_tells_what_came_of_it() {
    for engine in both() {
        let (stage, feed) = (Stage::still(engine), Feed::start(Answer::document(well())).await);
        stage.watch("Nimbus Cloud", &feed).await;
        let refreshed = async || stage.refreshed("Nimbus+Cloud").await;
        let words = |outcome: &str, status: &str| (outcome.to_owned(), status.to_owned());
        assert_eq!(refreshed().await, words("changed", "operational"));
        assert_eq!(stage.refreshed("nimbus-cloud").await, words("unchanged", "operational"), "{engine:?}");
        feed.answers(Answer::status("500 Internal Server Error", ""));
        let failed = stage.refresh("nimbus-cloud").await.json;
        assert_eq!(
            failed,
            json!({ "provider": "nimbus-cloud", "outcome": "failed", "status": "unknown",
            "trouble": "the feed answered 500 Internal Server Error" })
        );
        feed.answers(Answer::document(storage_down()));
        assert_eq!(refreshed().await, words("changed", "partial_outage"));

        let unknown = stage.refresh("nobody").await;
        let problem = json!({ "provider": ["There is no provider named \"nobody\"."] });
        assert_eq!((unknown.status, unknown.json), (400, problem));
        let missing = stage.app.role(Role::Responder).send("POST", "/api/v1/csp/refresh", None).await;
        assert_eq!((missing.status, missing.json), (400, json!({ "provider": ["This field is required."] })));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_is_changed_and_keeps_its_name_in_addresses() {
    for engine in both() {
        let (stage, feed) = (Stage::new(engine), Feed::start(Answer::document(well())).await);
        stage.watch("Nimbus", &feed).await;
        stage.becomes("nimbus", "operational").await;
        let other = Feed::start(Answer::document(page("critical", &[("Mail", "major_outage")]))).await;
        let mut body = json!({ "name": "Nimbus II", "feed_url": other.url(), "type": "json" });
        body["page_url"] = json!("https://n.example/");
        let manager = stage.app.role(Role::Manager);
        let changed = manager.put("/api/v1/csp/providers/nimbus", body.clone()).await;
        assert_eq!((changed.status, &changed.json["name"]), (200, &json!("Nimbus II")), "{}", changed.text);
        assert_eq!(
            changed.json["last_good"]["components"].as_array().unwrap().len(),
            2,
            "until the new one is read"
        );
        let seen = stage.becomes("nimbus", "major_outage").await;
        assert_eq!((&seen["type"], &seen["page_url"]), (&json!("json"), &json!("https://n.example/")));
        assert_eq!(seen["last_good"]["components"][0]["key"], "mail");
        assert_eq!(manager.put("/api/v1/csp/providers/nobody", body).await.status, 404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_provider_leaves_nothing_and_is_asked_no_more() {
    for engine in both() {
        let (stage, feed) = (Stage::new(engine), Feed::start(Answer::document(storage_down())).await);
        stage.watch("Nimbus", &feed).await;
        stage.becomes("nimbus", "partial_outage").await;
        let manager = stage.app.role(Role::Manager);
        assert_eq!(manager.delete("/api/v1/csp/providers/nimbus").await.status, 204);
        assert_eq!(manager.delete("/api/v1/csp/providers/nimbus").await.status, 404);
        assert_eq!(manager.get("/api/v1/csp/providers/nimbus").await.status, 404);
        assert_eq!(manager.get("/api/v1/csp/events").await.json["count"], 0, "{engine:?}");

        let asked = feed.asked().len();
        let steady = Feed::start(Answer::document(well())).await;
        stage.world.clock.advance(A_WHILE);
        stage.watch("Steady", &steady).await;
        until(async || steady.asked().len(), |times| *times > 0).await;
        assert_eq!(feed.asked().len(), asked);
        assert_eq!(stage.watch("Nimbus", &feed).await["last_good"], Value::Null, "it begins anew");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_provider_is_told_field_by_field() {
    let stage = Stage::still(Engine::Sqlite);
    let manager = stage.app.role(Role::Manager);
    let told = async |body: Value| {
        let reply = manager.post("/api/v1/csp/providers", body).await;
        (reply.status, reply.json)
    };
    let required = json!(["This field is required."]);
    let where_from = "Give the document to read, or a page_url from which to look for it.";
    let missing = json!({ "name": required, "feed_url": [where_from] });
    assert_eq!(told(json!({})).await, (400, missing));
    let mut bad = json!({ "name": "!!", "feed_url": "ftp://x", "type": "telepathy" });
    bad["page_url"] = json!("javascript:alert(1)");
    let (status, fields) = told(bad).await;
    let mut names: Vec<&String> = fields.as_object().unwrap().keys().collect();
    names.sort();
    assert_eq!(
        (status, names),
        (400, ["feed_url", "name", "page_url", "type"].map(str::to_owned).iter().collect())
    );
    let types = fields["type"][0].as_str().unwrap();
    assert!(types.starts_with("Choose json or one of statuspage, "), "{types}");
    assert_eq!(fields["name"][0], "Use at least one letter or digit.");

    let good =
        json!({ "name": "Nimbus Cloud", "feed_url": "https://n.example/s.json", "type": "statuspage" });
    assert_eq!(told(good.clone()).await.0, 201);
    let same = json!({ "name": "nimbus  CLOUD", "feed_url": good["feed_url"], "type": "json" });
    let taken = json!({ "name": ["A provider with the name nimbus-cloud already exists."] });
    assert_eq!(told(same).await, (400, taken));
    let path = "/api/v1/csp/providers/nimbus-cloud";
    let reply = manager.put(path, json!({ "name": "", "feed_url": 5, "type": 3 })).await;
    assert_eq!((reply.status, reply.json.as_object().unwrap().len()), (400, 3), "{}", reply.text);
}
