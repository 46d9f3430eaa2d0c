//! Histories of other tools: taken over once, tried without a trace, and changed only where they differ.

use crate::stage::Stage;
use kit_base::Role;
use kit_testkit::both;
use serde_json::{Value, json};

fn history(resolved: Option<&str>) -> Value {
    json!({
        "origin": "statuspage",
        "components": [{ "slug": "api", "name": "API", "group": "Core" }],
        "incidents": [
            { "id": "x1", "title": "API errors", "sev": 2, "services": ["api", "gone"], "started_at": "2024-06-01T10:00:00Z",
              "resolved_at": resolved,
              "updates": [{ "id": "u1", "at": "2024-06-01T10:05:00Z", "type": "update", "message": "We look." }] },
            { "id": "x2", "title": "Backwards", "sev": 2, "started_at": "2024-06-02T10:00:00Z", "resolved_at": "2024-06-01T10:00:00Z" },
        ],
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_history_is_tried_taken_over_and_taken_over_again() {
    for engine in both() {
        let stage = Stage::new(engine);
        let manager = stage.app.role(Role::Manager);
        let open = history(None);
        let tried = manager.post("/api/v1/incidents/import?dry_run=true", open.clone()).await.json;
        assert_eq!(
            (&tried["dry_run"], &tried["incidents"]["created"]),
            (&json!(true), &json!(1)),
            "{engine:?}: {tried}"
        );
        assert_eq!(
            (stage.incidents().await.len(), stage.app.anonymous().get("/api/v1/components/api").await.status),
            (0, 404)
        );

        let first = manager.post("/api/v1/incidents/import", open.clone()).await.json;
        assert_eq!(first["components"], json!({ "created": 1, "changed": 0, "unchanged": 0 }));
        let left_out: Vec<&str> =
            first["left_out"].as_array().unwrap().iter().map(|one| one["what"].as_str().unwrap()).collect();
        assert_eq!(
            left_out,
            ["x1", "x2"],
            "a component that is not there, and times that cannot be: {first}"
        );
        assert_eq!(stage.status("api").await, "partial_outage", "it goes on");

        let again = manager.post("/api/v1/incidents/import", open).await.json;
        let unchanged = json!({ "created": 0, "changed": 0, "unchanged": 1 });
        for what in ["components", "incidents", "updates"] {
            assert_eq!(again[what], unchanged, "{what} on {engine:?}");
        }
        let over = manager.post("/api/v1/incidents/import", history(Some("2024-06-01T11:00:00Z"))).await.json;
        assert_eq!(over["incidents"], json!({ "created": 0, "changed": 1, "unchanged": 0 }));
        assert_eq!(stage.status("api").await, "operational");
        let all = stage.incidents().await;
        assert_eq!(
            (all.len(), &all[0]["status"], &all[0]["resolved_at"]),
            (1, &json!("resolved"), &json!("2024-06-01T11:00:00Z"))
        );
        let told =
            all[0]["timeline"].as_array().unwrap().iter().filter(|line| line["type"] == "update").count();
        assert_eq!(told, 1, "{}", all[0]["timeline"]);
    }
}
