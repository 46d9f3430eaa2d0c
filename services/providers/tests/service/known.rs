//! Providers that are known: enabled by their slug, found from their page, followed in some regions, seen to move.

use kit_base::Role;
use kit_testkit::{Engine, both};
use serde_json::{Value, json};

use crate::documents::{storage_down, well};
use crate::feed::{Answer, Feed};
use crate::stage::{Stage, until};

#[tokio::test(flavor = "multi_thread")]
async fn the_catalogue_is_searched_and_a_slug_is_enough() {
    for engine in both() {
        let stage = Stage::still(engine);
        let found = stage.app.anonymous().get("/api/v1/csp/catalogue?q=git+hub").await.json;
        let github = &found["results"][0];
        assert_eq!(
            (&found["count"], &github["slug"], &github["type"]),
            (&json!(1), &json!("github"), &json!("statuspage"))
        );
        assert_eq!(github["watched"], false);
        assert!(github["runs_on"].as_array().unwrap().contains(&json!("microsoft-azure")), "{github}");
        let added = stage.add(json!({ "slug": "github" })).await;
        assert_eq!(
            (&added["slug"], &added["name"], &added["type"]),
            (&json!("github"), &json!("GitHub"), &json!("statuspage"))
        );
        assert_eq!(added["feed_url"], "https://www.githubstatus.com/api/v2/summary.json");
        let again = stage.app.anonymous().get("/api/v1/csp/catalogue?q=git+hub").await.json;
        assert_eq!(again["results"][0]["watched"], true, "{engine:?}");
        let all = stage.app.anonymous().get("/api/v1/csp/catalogue?page_size=100&page=last").await.json;
        assert!(all["count"].as_u64().unwrap() > 400 && all["next"].is_null());

        let manager = stage.app.role(Role::Manager);
        let twice = manager.post("/api/v1/csp/providers", json!({ "slug": "github" })).await;
        assert_eq!(twice.status, 400, "{}", twice.text);
        let nobody = manager.post("/api/v1/csp/providers", json!({ "slug": "no-such" })).await;
        assert!(nobody.json["slug"][0].as_str().unwrap().contains("no such entry"), "{}", nobody.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_is_enough_where_its_document_is_found() {
    let stage = Stage::still(Engine::Sqlite);
    let feed = Feed::start(Answer::document(storage_down())).await;
    let page = feed.url().replace("/summary.json", "");
    let manager = stage.app.role(Role::Manager);
    let detected = manager.get(&format!("/api/v1/csp/detect?url={page}")).await;
    assert_eq!(detected.status, 200, "{}", detected.text);
    assert_eq!(
        (&detected.json["type"], &detected.json["status"], &detected.json["components"]),
        (&json!("statuspage"), &json!("partial_outage"), &json!(2))
    );
    let added = stage.add(json!({ "name": "Nimbus", "page_url": page })).await;
    assert_eq!((&added["type"], &added["feed_url"]), (&json!("statuspage"), &detected.json["feed_url"]));
    assert_eq!(stage.refreshed("nimbus").await.1, "partial_outage");

    let shop = Feed::start(Answer::document("<!doctype html><title>A shop</title>")).await;
    let lost = manager.post("/api/v1/csp/providers", json!({ "name": "Shop", "page_url": shop.url() })).await;
    assert!(lost.json["page_url"][0].as_str().unwrap().starts_with("No status document"), "{}", lost.text);
    assert!(shop.asked().len() >= 3, "it was looked for in several places");
    let inside = manager.get("/api/v1/csp/detect?url=http://10.0.0.1/").await;
    assert!(inside.json["url"][0].as_str().unwrap().contains("private address"), "{}", inside.text);
    for nothing in ["", "?url=", "?url=status"] {
        assert_eq!(manager.get(&format!("/api/v1/csp/detect{nothing}")).await.status, 400, "{nothing}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_has_moved_is_named() {
    for engine in both() {
        let (stage, old) = (Stage::still(engine), Feed::start(Answer::document(well())).await);
        let new = Feed::start(Answer::document(well())).await;
        let body =
            json!({ "name": "Nimbus", "feed_url": old.url(), "type": "statuspage", "page_url": new.url() });
        stage.add(body).await;
        stage.refresh("nimbus").await;
        assert_eq!(stage.see("nimbus").await["notice"], Value::Null);

        old.answers(Answer::document("<!doctype html><title>We have moved</title>"));
        assert_eq!(stage.refreshed("nimbus").await.0, "failed");
        let notice = stage.see("nimbus").await["notice"].clone();
        assert!(notice.as_str().unwrap().contains(&new.url()), "{engine:?}: {notice}");
        let asked = new.asked().len();
        stage.refresh("nimbus").await;
        assert_eq!(new.asked().len(), asked, "it is not looked for at every turn");

        old.answers(Answer::status("301 Moved Permanently", "").with("Location", new.url()));
        assert_eq!(stage.refreshed("nimbus").await.1, "operational");
        let notice = stage.see("nimbus").await["notice"].clone();
        assert!(notice.as_str().unwrap().starts_with("The feed redirects: "), "{engine:?}: {notice}");
        old.answers(Answer::document(storage_down()));
        stage.refresh("nimbus").await;
        assert_eq!(stage.see("nimbus").await["notice"], Value::Null);
    }
}

/// Two feeds of one host at a time, so that no server feels a crowd.
#[tokio::test(flavor = "multi_thread")]
async fn no_more_of_one_host_are_asked_at_once_than_the_setting_says() {
    let (answer, leave) = Answer::document(well()).held();
    let (stage, feed) = (Stage::new(Engine::Sqlite), Feed::start(answer).await);
    let other = Feed::start(Answer::document(well())).await;
    for n in 0..5 {
        stage.watch(&format!("Nimbus {n}"), &feed).await;
    }
    stage.watch("Other", &other).await;
    stage.becomes("other", "operational").await;
    until(async || feed.asked().len(), |times| *times == 2).await;
    leave.add_permits(1);
    until(async || feed.asked().len(), |times| *times == 3).await;
    leave.add_permits(10);
    until(async || feed.asked().len(), |times| *times == 5).await;
}
