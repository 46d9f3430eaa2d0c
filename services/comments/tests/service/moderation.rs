//! Who may read what before and after a moderator has looked.

use kit_base::Role;
use kit_testkit::both;
use serde_json::json;

use crate::stage::{Stage, path, words};

#[tokio::test(flavor = "multi_thread")]
async fn what_must_be_looked_at_first_waits_in_the_queue() {
    for engine in both() {
        let stage = Stage::with(engine, "comments.moderation", "pre");
        let pending = stage.says("1", "waits").await;
        assert_eq!(pending["state"], "pending", "{engine:?}");
        assert_eq!(stage.read("1").await, Vec::<String>::new());
        assert_eq!(stage.app.anonymous().get(&path(&pending)).await.status, 404);
        assert_eq!(stage.raw("GET", "/api/comment/list/1", "").await.0, 404);
        let founding = r#"{"email":"a@example.com","comment":"waits too","content_id":1}"#;
        assert_eq!(stage.raw("POST", "/api/comment/new", founding).await.0, 200);
        let team = stage.writes(Role::Viewer, "1", "from the team").await;
        assert_eq!(team["state"], "approved");

        let queue = stage.app.role(Role::Responder).get("/api/v1/comments").await.json;
        assert_eq!(words(&queue), ["waits", "waits too"], "{engine:?}: oldest first, of all things");
        assert_eq!(stage.judges(&pending, "approved").await.json["state"], "approved");
        assert_eq!(stage.read("1").await, ["waits", "from the team"]);
        let queue = stage.app.role(Role::Viewer).get("/api/v1/comments?state=pending").await.json;
        assert_eq!(words(&queue), ["waits too"], "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_moderator_hides_is_gone_for_the_public_and_can_come_back() {
    for engine in both() {
        let stage = Stage::new(engine);
        let said = stage.says("1", "buy gold").await;
        for state in ["spam", "rejected", "pending"] {
            assert_eq!(stage.judges(&said, state).await.json["state"], state, "{engine:?}");
            assert_eq!(stage.read("1").await, Vec::<String>::new());
            assert_eq!(stage.app.role(Role::Member).get(&path(&said)).await.status, 404);
            let seen = format!("/api/v1/comments?content_id=1&state={state}");
            assert_eq!(stage.app.anonymous().get(&seen).await.json["count"], 0);
            assert_eq!(stage.app.role(Role::Viewer).get(&seen).await.json["count"], 1);
        }
        assert_eq!(stage.judges(&said, "approved").await.status, 200);
        assert_eq!(stage.read("1").await, ["buy gold"]);
        assert_eq!(stage.judges(&said, "deleted").await.status, 400);
        assert_eq!(stage.judges(&json!({ "id": "unknown" }), "spam").await.status, 404);
    }
}
