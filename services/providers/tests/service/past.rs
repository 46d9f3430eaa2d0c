//! What is kept: how providers and their parts changed, what they announced, who runs on whom.

use std::time::Duration;

use kit_base::Role;
use kit_testkit::both;
use serde_json::{Value, json};

use crate::documents::{page, storage_down, well};
use crate::feed::{Answer, Feed};
use crate::stage::Stage;

const HOUR: Duration = Duration::from_secs(3600);

#[tokio::test(flavor = "multi_thread")]
async fn the_past_is_kept_as_changes_only() {
    for engine in both() {
        let (stage, feed) = (Stage::still(engine), Feed::start(Answer::document(well())).await);
        stage.watch("Nimbus", &feed).await;
        let mail = page("none", &[("DNS", "operational"), ("Mail", "degraded_performance")]);
        for document in [well(), storage_down(), storage_down(), well(), mail] {
            feed.answers(Answer::document(document));
            stage.refresh("nimbus").await;
            stage.world.clock.advance(HOUR);
        }
        let past = async |query: &str| {
            let path = format!("/api/v1/csp/providers/nimbus/history?page_size=100&{query}");
            let reply = stage.app.anonymous().get(&path).await;
            assert_eq!(reply.status, 200, "{}", reply.text);
            let word = |value: &Value| value.as_str().unwrap_or("-").to_owned();
            let results = reply.json["results"].as_array().unwrap().clone();
            let short = |c: &Value| {
                format!("{} {} {}", word(&c["component"]), word(&c["before"]), word(&c["status"]))
            };
            results.iter().rev().map(short).collect::<Vec<_>>()
        };
        assert_eq!(
            past("").await,
            [
                "- - operational",
                "- operational partial_outage",
                "storage operational major_outage",
                "- partial_outage operational",
                "storage major_outage operational",
                "mail - degraded_performance",
                "storage operational -",
            ],
            "{engine:?}"
        );
        assert_eq!(past("component=mail").await, ["mail - degraded_performance"]);
        assert_eq!(past("component=*").await.len(), 3);
        assert_eq!(past("component=*&from=2026-11-21T13:00:00Z&to=2026-11-21T15:00:00Z").await.len(), 1);
        let anyone = stage.app.anonymous();
        assert_eq!(anyone.get("/api/v1/csp/providers/nobody/history").await.status, 404);
        assert_eq!(anyone.get("/api/v1/csp/providers/nimbus/history?from=x").await.status, 400);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_is_changed_and_never_repeated_and_ends() {
    for engine in both() {
        let (stage, feed) = (Stage::still(engine), Feed::start(Answer::document(storage_down())).await);
        stage.watch("Nimbus", &feed).await;
        stage.refresh("nimbus").await;
        let mut eased = storage_down();
        eased["incidents"][0]["status"] = json!("monitoring");
        eased["incidents"][0]["impact"] = json!("minor");
        stage.world.clock.advance(HOUR);
        feed.answers(Answer::document(eased));
        stage.refresh("nimbus").await;
        let events = async |query: &str| {
            let reply = stage.app.anonymous().get(&format!("/api/v1/csp/events?{query}")).await;
            assert_eq!(reply.status, 200, "{}", reply.text);
            reply.json["results"].as_array().unwrap().clone()
        };
        let [event] = events("provider=nimbus").await.try_into().unwrap();
        assert_eq!(
            (&event["state"], &event["status"]),
            (&json!("monitoring"), &json!("degraded_performance"))
        );
        assert_eq!(event["ts_end"], Value::Null);
        feed.answers(Answer::document(well()));
        stage.refresh("nimbus").await;
        let [event] = events("kind=incident").await.try_into().unwrap();
        let now = json!(stage.world.clock.now().to_string());
        assert_eq!((&event["active"], &event["ts_end"]), (&json!(false), &now), "{engine:?}");
        assert_eq!(events("kind=maintenance").await.len() + events("provider=other").await.len(), 0);
        assert_eq!(events("status=degraded_performance&from=2026-11-21&to=2026-11-22").await.len(), 1);
        assert_eq!(events("status=major_outage").await.len(), 0);
        let bad = stage.app.anonymous().get("/api/v1/csp/events?kind=party&status=fine&from=x").await;
        let fields: Vec<&String> = bad.json.as_object().unwrap().keys().collect();
        assert_eq!(
            (bad.status, fields),
            (400, ["kind", "status", "from"].map(str::to_owned).iter().collect())
        );
    }
}

/// A feed of the verdict alone says nothing of incidents, so none of them has ended.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_feed_does_not_tell_of_goes_on() {
    for engine in both() {
        let (stage, feed) = (Stage::still(engine), Feed::start(Answer::document(storage_down())).await);
        stage.watch("Nimbus", &feed).await;
        stage.refresh("nimbus").await;
        feed.answers(Answer::document(json!({ "page": {}, "status": { "indicator": "minor" } })));
        stage.refresh("nimbus").await;
        let seen = stage.see("nimbus").await;
        assert_eq!(seen["last_good"]["not_told"], json!(["components", "incidents", "maintenances"]));
        let events = stage.app.anonymous().get("/api/v1/csp/events?active=true").await.json;
        assert_eq!(events["count"], 1, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_runs_on_whom_is_known_and_can_be_put_right() {
    for engine in both() {
        let (stage, feed) = (Stage::still(engine), Feed::start(Answer::document(storage_down())).await);
        stage.watch("Nimbus", &feed).await;
        stage.watch("Heroku", &feed).await;
        let manager = stage.app.role(Role::Manager);
        let relate = async |provider: &str, runs_on: &str| {
            let body = json!({ "provider": provider, "runs_on": runs_on });
            let reply = manager.post("/api/v1/csp/relations", body).await;
            (reply.status, reply.json)
        };
        let runs = async || {
            let graph = stage.app.anonymous().get("/api/v1/csp/graph").await.json;
            let relations = graph["relations"].as_array().unwrap().clone();
            let short = |r: &Value| {
                format!("{} on {}", r["provider"].as_str().unwrap(), r["runs_on"].as_str().unwrap())
            };
            relations.iter().map(short).collect::<Vec<_>>()
        };
        assert!(runs().await.contains(&"heroku on amazon-web-services".to_owned()));
        assert_eq!(
            relate("heroku", "nimbus").await,
            (201, json!({ "provider": "heroku", "runs_on": "nimbus", "known": false }))
        );
        assert!(runs().await.contains(&"heroku on nimbus".to_owned()));
        let (status, circle) = relate("nimbus", "heroku").await;
        assert_eq!(status, 400);
        assert!(circle["runs_on"][0].as_str().unwrap().contains("nimbus → heroku → nimbus"), "{circle}");
        assert_eq!(relate("heroku", "heroku").await.0, 400);
        assert_eq!(relate("heroku", "no-such").await.0, 400);

        let aws = "/api/v1/csp/relations/heroku/amazon-web-services";
        assert_eq!(manager.delete(aws).await.status, 204);
        assert!(!runs().await.contains(&"heroku on amazon-web-services".to_owned()), "{engine:?}");
        assert_eq!(manager.delete(aws).await.status, 404);
        assert_eq!(relate("heroku", "amazon-web-services").await.1["known"], true);
        assert_eq!(manager.delete("/api/v1/csp/relations/heroku/nimbus").await.status, 204);
        assert!(!runs().await.contains(&"heroku on nimbus".to_owned()));

        relate("heroku", "nimbus").await;
        for provider in ["nimbus", "heroku"] {
            stage.refresh(provider).await;
        }
        let graph = stage.app.anonymous().get("/api/v1/csp/graph").await.json;
        let overlap = &graph["overlaps"][0];
        assert_eq!(
            (graph["overlaps"].as_array().unwrap().len(), &overlap["related"]),
            (1, &json!(true)),
            "{graph}"
        );
        assert_eq!(overlap["until"], Value::Null);
        let aws = graph["providers"]
            .as_array()
            .unwrap()
            .iter()
            .find(|p| p["slug"] == "amazon-web-services")
            .unwrap();
        assert_eq!((&aws["watched"], &aws["status"]), (&json!(false), &json!("unknown")));
    }
}
