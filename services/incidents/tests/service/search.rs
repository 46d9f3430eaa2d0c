//! Finding incidents again: by words anywhere in them, by what they are, in the order that is asked for.

use std::time::Duration;

use crate::stage::Stage;
use kit_base::Role;
use kit_testkit::{Engine, both};
use serde_json::{Value, json};

/// The titles that a list gives to `who`.
async fn titles(stage: &Stage, role: Option<Role>, query: &str) -> Vec<String> {
    let caller = role.map_or_else(|| stage.app.anonymous(), |role| stage.app.role(role));
    let reply = caller.get(&format!("/api/v1/incidents?{query}")).await;
    assert_eq!(reply.status, 200, "{query}: {}", reply.json);
    let titles =
        reply.json["results"].as_array().unwrap().iter().map(|one| one["title"].as_str().unwrap().to_owned());
    titles.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn words_are_found_wherever_they_stand_and_only_by_whom_they_are_for() {
    for engine in both() {
        let stage = Stage::new(engine);
        let responder = stage.app.role(Role::Responder);
        let slow =
            stage.open(json!({ "title": "École est lente", "sev": 4, "summary": "100% of pages" })).await;
        let id = slow["id"].as_str().unwrap();
        let entry = |kind: &str, text: &str| json!({ "type": kind, "message": text });
        let path = format!("/api/v1/incidents/{id}/timeline");
        let said =
            responder.post(&path, entry("update", "The certificate of api.example.com has expired.")).await;
        assert_eq!(said.status, 200, "{}", said.json);
        responder.post(&path, entry("note", "Zebra knows the password.")).await;
        stage.world.clock.advance(Duration::from_secs(60));
        stage.open(json!({ "title": "Certificates fail", "sev": 1 })).await;

        let public = async |q: &str| titles(&stage, None, &format!("q={q}")).await;
        assert_eq!(public("ECOLE").await, ["École est lente"], "{engine:?}");
        assert_eq!(public("%C3%A9cole").await.len(), 1);
        assert_eq!(public("certific").await, ["Certificates fail", "École est lente"]);
        assert_eq!(
            public("expir+ecole+100%25").await,
            ["École est lente"],
            "title, summary and timeline together"
        );
        assert_eq!(public("api.example.com").await.len(), 1);
        assert_eq!(public(id).await.len(), 1);
        assert_eq!(public("ertificate").await.len(), 0, "words begin so, they do not end so");
        assert_eq!(public("%25+_+%27").await.len(), 0, "there is no word in it");
        assert_eq!(public("lente+OR+fail").await.len(), 0, "there are no operators");
        assert_eq!(public("%22lente%22*)").await.len(), 1);
        assert_eq!(public("").await.len(), 2);

        assert_eq!(public("zebra").await.len(), 0, "notes are for the team");
        assert_eq!(titles(&stage, Some(Role::Viewer), "q=zebra+lente").await.len(), 1);

        let n = said.json["timeline"].as_array().unwrap().last().unwrap()["id"].as_i64().unwrap();
        let changed =
            responder.put(&format!("{path}/{n}"), json!({ "message": "The licence has expired." })).await;
        assert_eq!(changed.status, 200, "{}", changed.json);
        assert_eq!(
            public("certificate").await,
            ["Certificates fail"],
            "what it said before is not said any more"
        );
        assert_eq!(public("licence").await, ["École est lente"]);

        let learned = json!({ "what_happened": "Quokka", "root_cause": "Unclear", "action_items": [], "state": "draft" });
        let postmortem = format!("/api/v1/incidents/{id}/postmortem");
        responder.put(&postmortem, learned.clone()).await;
        assert_eq!(public("quokka").await.len(), 0, "a draft is for the team");
        assert_eq!(titles(&stage, Some(Role::Viewer), "q=quokka").await.len(), 1);
        let published =
            json!({ "what_happened": "Quokka", "root_cause": "A certificate", "action_items": [] });
        let answer = responder.put(&postmortem, published).await;
        assert_eq!(answer.status, 200, "{}", answer.json);
        assert_eq!(public("quokka").await.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_narrowed_and_ordered() {
    for engine in both() {
        let stage = Stage::new(engine);
        let past = |title: &str, sev: i64, day: u32, hours: u32| {
            json!({ "title": title, "sev": sev, "started_at": format!("2020-03-{day:02}T00:00:00Z"),
                "resolved_at": format!("2020-03-{day:02}T{hours:02}:00:00Z") })
        };
        stage.open(past("a", 3, 1, 20)).await;
        stage.open(past("b", 1, 2, 1)).await;
        stage.open(past("c", 2, 3, 9)).await;
        stage.open(json!({ "title": "d", "sev": 2, "source": "errors" })).await;
        let list = async |query: &str| titles(&stage, None, query).await.concat();
        for (ordering, titles) in [
            ("", "dcba"),
            ("-started_at", "dcba"),
            ("started_at", "abcd"),
            ("sev", "bdca"),
            ("-sev", "adcb"),
            ("resolved_at", "abcd"),
            ("-resolved_at", "cbad"),
        ] {
            assert_eq!(list(&format!("ordering={ordering}")).await, titles, "{ordering} {engine:?}");
        }
        assert_eq!(list("source=errors").await, "d");
        assert_eq!(list("from=2020-03-02&to=2020-03-03").await, "b");
        assert_eq!(list("to=2020-03-02T00:00:01Z&ordering=started_at").await, "ab");
        let bad =
            stage.app.anonymous().get("/api/v1/incidents?ordering=title&from=monday&to=2020-01-01").await;
        let fields: Vec<&String> = bad.json.as_object().unwrap().keys().collect();
        assert_eq!(
            (bad.status, fields),
            (
                400,
                vec!["ordering", "from"]
                    .into_iter()
                    .map(|f| f.to_owned())
                    .collect::<Vec<_>>()
                    .iter()
                    .collect()
            )
        );
        let turned = stage.app.anonymous().get("/api/v1/incidents?from=2020-03-03&to=2020-03-01").await;
        assert_eq!(turned.json["from"], json!(["It must lie before `to`."]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_taken_over_from_another_tool_is_found_too() {
    let stage = Stage::new(Engine::Sqlite);
    let update =
        json!({ "id": "u", "at": "2020-03-01T01:00:00Z", "type": "update", "message": "A wombat was seen." });
    let past = json!({ "origin": "old", "incidents": [{ "id": "1", "title": "Old trouble", "sev": 3, "services": [],
        "started_at": "2020-03-01T00:00:00Z", "resolved_at": "2020-03-01T02:00:00Z", "updates": [update] }] });
    let taken = stage.app.role(Role::Admin).post("/api/v1/incidents/import", past).await;
    assert_eq!(taken.json["incidents"]["created"], Value::from(1), "{} {}", taken.status, taken.json);
    assert_eq!(titles(&stage, None, "q=wombat").await, ["Old trouble"]);
}
