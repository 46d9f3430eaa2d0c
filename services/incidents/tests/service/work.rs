//! What people do about incidents: who works, what is to be done, what is written and changed, what hangs together,
//! what comes again, what was learned.

use std::time::Duration;

use crate::stage::Stage;
use kit_base::Role;
use kit_testkit::{Engine, both};
use serde_json::{Value, json};

async fn opened(stage: &Stage, title: &str, services: &[&str]) -> String {
    let incident = stage.open(json!({ "title": title, "sev": 2, "services": services })).await;
    incident["id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn responders_tasks_and_followers_are_for_the_team() {
    for engine in both() {
        let stage = Stage::new(engine);
        let responder = stage.app.role(Role::Responder);
        let id = opened(&stage, "Payments fail", &[]).await;
        let path = |what: &str| format!("/api/v1/incidents/{id}/{what}");
        let joined = responder.post(&path("responders"), json!({ "user": "bob", "role": "scribe" })).await;
        assert_eq!(joined.json["responders"], json!([{ "user": "bob", "role": "scribe" }]), "{engine:?}");
        let task = json!({ "title": "Ask the bank", "assignee": "bob", "due": "2026-12-01" });
        let task = responder.post(&path("tasks"), task).await.json["tasks"][0].clone();
        let done = responder.put(&path(&format!("tasks/{}", task["id"])), json!({ "done": true })).await;
        assert_eq!(done.json["tasks"][0]["done_at"], stage.world.clock.now().to_string());
        assert_eq!(
            (&done.json["tasks"][0]["assignee"], &done.json["tasks"][0]["due"]),
            (&json!("bob"), &json!("2026-12-01"))
        );
        let again =
            responder.put(&path(&format!("tasks/{}", task["id"])), json!({ "done": false, "due": "" })).await;
        assert_eq!(
            (&again.json["tasks"][0]["done_at"], &again.json["tasks"][0]["due"]),
            (&Value::Null, &Value::Null)
        );
        assert_eq!(responder.delete(&path(&format!("tasks/{}", task["id"]))).await.json["tasks"], json!([]));
        assert_eq!(responder.put(&path("tasks/99"), json!({ "done": true })).await.status, 404);

        let viewer = stage.app.role(Role::Viewer);
        let followed = viewer.post(&path("follow"), json!({})).await;
        assert_eq!(followed.json["followers"], json!(["bob", "test-responder", "test-viewer"]));
        assert_eq!(viewer.delete(&path("follow")).await.json["followers"], json!(["bob", "test-responder"]));
        let public = stage.app.anonymous().get(&format!("/api/v1/incidents/{id}")).await.json;
        for hidden in ["responders", "tasks", "followers"] {
            assert_eq!(public[hidden], json!([]), "{hidden}");
        }
        assert_eq!(responder.delete(&path("responders/bob")).await.json["responders"], json!([]));
        assert_eq!(responder.delete(&path("responders/bob")).await.status, 404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_entry_keeps_what_it_said_before() {
    for engine in both() {
        let stage = Stage::new(engine);
        let responder = stage.app.role(Role::Responder);
        let id = opened(&stage, "Payments fail", &[]).await;
        let at = stage.world.clock.now().minus(Duration::from_secs(600)).to_string();
        let written = json!({ "type": "update", "message": "Half of all payments fail.", "at": at });
        let written = responder.post(&format!("/api/v1/incidents/{id}/timeline"), written).await.json;
        let first = &written["timeline"][0];
        assert_eq!(
            (first["at"].as_str(), first["message"].as_str()),
            (Some(at.as_str()), Some("Half of all payments fail.")),
            "by time"
        );
        let path = format!("/api/v1/incidents/{id}/timeline/{}", first["id"]);
        stage.world.clock.advance(Duration::from_secs(60));
        let changed = responder.put(&path, json!({ "message": "A third of all payments fail." })).await.json;
        assert_eq!(changed["versions"][0]["message"], "Half of all payments fail.", "{engine:?}");
        assert_eq!(
            (&changed["versions"][0]["changed_by"], &changed["entry"]["edited_at"]),
            (&json!("test-responder"), &json!(stage.world.clock.now().to_string()))
        );
        let machine = &written["timeline"][1]["id"];
        let refused = responder
            .put(&format!("/api/v1/incidents/{id}/timeline/{machine}"), json!({ "message": "No." }))
            .await;
        assert_eq!(refused.json["message"][0], "What the machine saw cannot be changed.");
        let future = stage.world.clock.now().plus(Duration::from_secs(60)).to_string();
        let future = json!({ "type": "note", "message": "Later", "at": future });
        assert_eq!(
            responder.post(&format!("/api/v1/incidents/{id}/timeline"), future).await.json["at"][0],
            "It lies in the future."
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_incident_is_changed_unless_somebody_else_has_changed_it() {
    for engine in both() {
        let stage = Stage::new(engine);
        stage.component("shop", &[]).await;
        let responder = stage.app.role(Role::Responder);
        let id = opened(&stage, "Payments fail", &["shop"]).await;
        let path = format!("/api/v1/incidents/{id}");
        let read = responder.get(&path).await;
        let tag = read.header("etag").to_owned();
        let first = responder.with("If-Match", &tag).put(&path, json!({ "sev": 1, "services": [] })).await;
        assert_eq!(
            (first.status, &first.json["sev"], &first.json["services"]),
            (200, &json!(1), &json!([])),
            "{engine:?}"
        );
        assert_eq!(stage.status("shop").await, "operational", "it no longer names the shop");
        let second = responder.with("If-Match", &tag).put(&path, json!({ "sev": 4 })).await;
        assert_eq!(second.status, 412);
        let last = first.json["timeline"].as_array().unwrap().last().unwrap()["message"].clone();
        assert_eq!(last, "Changed: severity, components.");

        let early = responder.put(&path, json!({ "resolved_at": "2026-01-01T00:00:00Z" })).await;
        assert_eq!(
            early.json["resolved_at"][0],
            "It is not resolved yet; give it that status, and its time follows."
        );
        let unknown = responder.put(&path, json!({ "services": ["nothing"], "title": "X" })).await;
        assert_eq!(unknown.json["services"][0], "There is no component with the slug nothing.");
        assert_eq!(responder.get(&path).await.json["title"], "Payments fail", "nothing of it is stored");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_incident_that_is_over_is_written_down_with_its_times() {
    for engine in both() {
        let stage = Stage::new(engine);
        let day = json!({ "slug": "shop", "name": "Shop", "start_date": "2020-01-15" });
        assert_eq!(stage.app.role(Role::Manager).post("/api/v1/components", day).await.status, 201);
        let responder = stage.app.role(Role::Responder);
        let post = async |started: &str, mitigated: Option<&str>, resolved: &str| {
            let body = json!({ "title": "Old", "sev": 2, "services": ["shop"], "started_at": started,
                               "mitigated_at": mitigated, "resolved_at": resolved });
            responder.post("/api/v1/incidents", body).await
        };
        let (start, end) = ("2020-02-01T10:00:00Z", "2020-02-01T11:00:00Z");
        let written = post(start, None, end).await;
        assert_eq!(
            (written.status, written.json["status"].as_str()),
            (201, Some("resolved")),
            "{}",
            written.text
        );
        assert_eq!((&written.json["mitigated_at"], &written.json["resolved_at"]), (&json!(end), &json!(end)));
        assert_eq!(
            stage.status("shop").await,
            "operational",
            "what is over says nothing of now on {engine:?}"
        );
        let moved = responder
            .put(
                &format!("/api/v1/incidents/{}", written.json["id"].as_str().unwrap()),
                json!({ "started_at": "2020-02-01T09:00:00Z" }),
            )
            .await;
        assert_eq!(moved.json["started_at"], "2020-02-01T09:00:00Z");
        for (reply, field) in [
            (post(start, Some("2020-02-01T09:00:00Z"), end).await, "mitigated_at"),
            (post(start, None, "2020-02-01T09:00:00Z").await, "resolved_at"),
            (post("2019-12-31T00:00:00Z", None, end).await, "started_at"),
            (post(start, None, "2999-01-01T00:00:00Z").await, "resolved_at"),
        ] {
            assert_eq!(reply.status, 400, "{}", reply.text);
            assert!(reply.json[field][0].is_string(), "{field}: {}", reply.text);
        }
        assert_eq!(stage.incidents().await.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn incidents_are_linked_and_merged() {
    for engine in both() {
        let stage = Stage::new(engine);
        stage.component("shop", &[]).await;
        stage.component("mail", &[]).await;
        let responder = stage.app.role(Role::Responder);
        let (shop, mail) = (
            opened(&stage, "Shop is down", &["shop"]).await,
            opened(&stage, "Mail is down", &["mail"]).await,
        );
        let link = |to: &str, kind: &str| json!({ "incident": to, "type": kind });
        let linked =
            responder.post(&format!("/api/v1/incidents/{shop}/links"), link(&mail, "caused_by")).await;
        assert_eq!(
            linked.json["links"],
            json!([{ "type": "caused_by", "incident": mail, "title": "Mail is down" }]),
            "{engine:?}"
        );
        let other = responder.get(&format!("/api/v1/incidents/{mail}")).await.json;
        assert_eq!(other["links"][0]["type"], "causes");
        let circle =
            responder.post(&format!("/api/v1/incidents/{mail}/links"), link(&shop, "caused_by")).await;
        assert_eq!(circle.status, 400, "{}", circle.text);
        let nobody =
            responder.post(&format!("/api/v1/incidents/{mail}/links"), link("INC-NOPE", "related")).await;
        assert_eq!(nobody.json["incident"][0], "There is no incident INC-NOPE.");
        let gone = responder.delete(&format!("/api/v1/incidents/{mail}/links/{shop}")).await;
        assert_eq!(gone.json["links"], json!([]));

        let merge = format!("/api/v1/incidents/{shop}/merge");
        assert_eq!(responder.post(&merge, json!({ "into": shop })).await.status, 400);
        let merged = responder.post(&merge, json!({ "into": mail })).await;
        assert_eq!(
            (merged.status, &merged.json["services"]),
            (200, &json!(["mail", "shop"])),
            "{}",
            merged.text
        );
        let old = responder.get(&format!("/api/v1/incidents/{shop}")).await.json;
        assert_eq!((&old["status"], &old["merged_into"]), (&json!("resolved"), &json!(mail)));
        assert_eq!(stage.status("shop").await, "partial_outage", "the one that goes on says so now");
        let late =
            responder.post(&format!("/api/v1/incidents/{shop}/status"), json!({ "status": "open" })).await;
        assert_eq!(late.status, 409, "{}", late.text);
        assert_eq!(
            responder.post(&format!("/api/v1/incidents/{mail}/merge"), json!({ "into": shop })).await.status,
            400
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_template_gives_what_is_not_said() {
    for engine in both() {
        let stage = Stage::new(engine);
        stage.component("shop", &[]).await;
        let (manager, responder) = (stage.app.role(Role::Manager), stage.app.role(Role::Responder));
        let form = json!({ "name": "Bank", "title": "Payments by {{bank}} fail", "sev": 2, "services": ["shop"],
                           "summary": "{{bank}} does not answer.", "update": "We are in touch with {{person}}." });
        let form = manager.put("/api/v1/incidents/templates/bank", form).await;
        assert_eq!(form.json["variables"], json!(["bank", "person"]), "{engine:?}");
        let missing = json!({ "template": "bank", "variables": { "bank": "First Bank" } });
        let missing = responder.post("/api/v1/incidents", missing).await;
        assert_eq!(missing.json["variables"][0], "The template needs a value for person.");
        let values = json!({ "bank": "First Bank", "person": "Ada" });
        let opened = stage.open(json!({ "template": "bank", "sev": 1, "variables": values })).await;
        assert_eq!(
            (&opened["title"], &opened["sev"], &opened["services"]),
            (&json!("Payments by First Bank fail"), &json!(1), &json!(["shop"]))
        );
        assert!(
            opened["timeline"]
                .as_array()
                .unwrap()
                .iter()
                .any(|line| line["message"] == "We are in touch with Ada.")
        );
        let nothing = responder.post("/api/v1/incidents", json!({ "template": "nothing" })).await;
        assert_eq!(nothing.json["template"][0], "There is no template with the slug nothing.");
        assert_eq!(manager.delete("/api/v1/incidents/templates/bank").await.status, 204);
        assert_eq!(manager.get("/api/v1/incidents/templates").await.json["count"], 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_postmortem_begins_with_what_the_record_says_and_is_public_when_published() {
    for engine in both() {
        let stage = Stage::new(engine);
        let responder = stage.app.role(Role::Responder);
        let id = opened(&stage, "Payments fail", &[]).await;
        let path = format!("/api/v1/incidents/{id}/postmortem");
        responder
            .post(
                &format!("/api/v1/incidents/{id}/timeline"),
                json!({ "type": "update", "message": "We see it." }),
            )
            .await;
        responder
            .post(
                &format!("/api/v1/incidents/{id}/timeline"),
                json!({ "type": "note", "message": "Bob did it." }),
            )
            .await;
        responder.post(&format!("/api/v1/incidents/{id}/tasks"), json!({ "title": "Test the cache" })).await;
        stage.world.clock.advance(Duration::from_secs(42 * 60));
        responder.post(&format!("/api/v1/incidents/{id}/status"), json!({ "status": "resolved" })).await;
        let mut draft = responder.get(&path).await.json;
        assert_eq!(
            (&draft["state"], &draft["action_items"]),
            (&json!("draft"), &json!(["Test the cache"])),
            "{engine:?}"
        );
        let (story, timeline) =
            (draft["what_happened"].as_str().unwrap(), draft["timeline"].as_str().unwrap());
        assert!(story.contains("It was over after 42 minutes."), "{story}");
        assert!(timeline.contains("We see it.") && !timeline.contains("Bob"), "{timeline}");

        draft["root_cause"] = json!("A cache.");
        assert_eq!(responder.put(&path, draft.clone()).await.status, 200);
        let anyone = stage.app.anonymous();
        assert_eq!(anyone.get(&path).await.status, 404);
        assert_eq!(anyone.get(&format!("/api/v1/incidents/{id}")).await.json["postmortem"], Value::Null);
        draft["state"] = json!("published");
        assert_eq!(responder.post(&path, draft).await.status, 200);
        assert_eq!(anyone.get(&path).await.json["root_cause"], "A cache.");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_act_of_a_person_acknowledges() {
    let stage = Stage::new(Engine::Sqlite);
    stage.component("shop", &[]).await;
    stage.signal("shop", Some(contracts::Level::MajorOutage)).await;
    let id = stage.incident_becomes("open").await["id"].as_str().unwrap().to_owned();
    let responder = stage.app.role(Role::Responder);
    let seen = responder.get(&format!("/api/v1/incidents/{id}")).await.json;
    assert_eq!((&seen["acknowledged_at"], &seen["detected_at"]), (&Value::Null, &seen["started_at"]));
    stage.world.clock.advance(Duration::from_secs(90));
    let first = stage.world.clock.now().to_string();
    responder.post(&format!("/api/v1/incidents/{id}/acknowledge"), json!({})).await;
    stage.world.clock.advance(Duration::from_secs(90));
    let led = responder.post(&format!("/api/v1/incidents/{id}/assign"), json!({ "commander": "ada" })).await;
    assert_eq!(led.json["acknowledged_at"], first);
    let back =
        responder.post(&format!("/api/v1/incidents/{id}/status"), json!({ "status": "resolved" })).await;
    assert_eq!(back.status, 200);
    let out_of_order =
        responder.post(&format!("/api/v1/incidents/{id}/status"), json!({ "status": "mitigated" })).await;
    assert_eq!(
        out_of_order.json["status"][0],
        "What is resolved can be opened again; then it can be mitigated."
    );
}
