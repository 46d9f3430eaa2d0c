//! Comments in pages and threads.

use std::time::Duration;

use contracts::comments::CommentCreated;
use kit_base::Role;
use kit_testkit::both;
use serde_json::{Value, json};

use crate::stage::{Stage, path, words};

#[tokio::test(flavor = "multi_thread")]
async fn a_comment_has_an_author_and_no_address_for_the_public() {
    for engine in both() {
        let stage = Stage::new(engine);
        let mut news = stage.world.context.bus.listen();
        let said = stage.says("inc-1", "It works again.").await;
        let expected = json!({
            "id": said["id"], "content_id": "inc-1", "parent": null, "depth": 0, "name": "Grace", "user_id": null,
            "email": null, "comment": "It works again.", "state": "approved",
            "created_at": "2026-11-21T12:00:00Z", "edited_at": null,
        });
        assert_eq!(said, expected, "{engine:?}");
        assert_eq!(stage.app.anonymous().get(&path(&said)).await.json, expected);
        let team = stage.app.role(Role::Viewer).get(&path(&said)).await.json;
        assert_eq!(team["email"], "grace@example.org");
        let member = stage.app.role(Role::Member).get("/api/v1/comments?content_id=inc-1").await;
        assert!(!member.text.contains("grace@"), "{}", member.text);
        let written = stage.writes(Role::Member, "inc-1", "Thanks").await;
        assert_eq!((&written["name"], &written["user_id"]), (&json!("Test member"), &json!("test-member")));
        assert_eq!(stage.read("inc-1").await, ["It works again.", "Thanks"]);
        for comment in [&said, &written] {
            let told = tokio::time::timeout(Duration::from_secs(20), news.recv()).await.unwrap().unwrap();
            let created = CommentCreated {
                id: comment["id"].as_str().unwrap().to_owned(),
                content_id: "inc-1".to_owned(),
            };
            assert_eq!(told.open::<CommentCreated>().unwrap().unwrap(), created, "{engine:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn comments_come_in_pages_in_the_order_of_arrival() {
    for engine in both() {
        let stage = Stage::new(engine);
        for n in 0..12 {
            stage.says("a b", &n.to_string()).await;
            stage.says("other", "x").await;
        }
        let first = stage.app.anonymous().get("/api/v1/comments/?content_id=a+b").await;
        assert_eq!((first.status, &first.json["count"]), (200, &json!(12)), "{engine:?}");
        assert_eq!(words(&first.json), (0..10).map(|n| n.to_string()).collect::<Vec<_>>());
        let next = first.json["next"].as_str().unwrap();
        assert_eq!(next, "http://test/api/v1/comments/?content_id=a+b&page=2");
        assert_eq!(words(&stage.app.anonymous().get(&next[11..]).await.json), ["10", "11"]);
        assert_eq!(stage.app.anonymous().get("/api/v1/comments?content_id=a+b&page=3").await.status, 404);
        assert_eq!(stage.read("nothing").await, Vec::<String>::new());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn threads_have_a_bounded_depth_and_stay_with_what_they_are_about() {
    for engine in both() {
        let stage = Stage::new(engine);
        let answer = async |to: &Value, content_id: &str| {
            let body = json!({ "content_id": content_id, "comment": "re", "name": "N", "parent": to["id"] });
            stage.app.anonymous().post("/api/v1/comments", body).await
        };
        let mut last = stage.says("1", "top").await;
        for depth in 1..=5 {
            let reply = answer(&last, "1").await;
            assert_eq!((reply.status, &reply.json["depth"]), (201, &json!(depth)), "{engine:?}");
            assert_eq!(reply.json["parent"], last["id"]);
            last = reply.json;
        }
        let too_deep = answer(&last, "1").await;
        assert_eq!((too_deep.status, too_deep.json["parent"].is_array()), (400, true), "{}", too_deep.text);
        let top = stage.says("1", "another").await;
        let elsewhere = answer(&top, "2").await;
        assert_eq!((elsewhere.status, elsewhere.json["parent"].is_array()), (400, true));
        stage.judges(&top, "rejected").await;
        assert_eq!(answer(&top, "1").await.status, 400, "what is hidden cannot be answered");
        assert_eq!(answer(&json!({ "id": "none" }), "1").await.status, 400);
        assert_eq!(stage.read("2").await, Vec::<String>::new(), "{engine:?}: nothing was kept");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn there_are_never_too_many() {
    for engine in both() {
        let stage = Stage::with(engine, "comments.max_per_content", "2");
        let first = stage.says("1", "a").await;
        stage.says("1", "b").await;
        let body = json!({ "content_id": 1, "comment": "c", "name": "N", "email": "n@example.org" });
        assert_eq!(
            stage.app.anonymous().post("/api/v1/comments", body.clone()).await.status,
            409,
            "{engine:?}"
        );
        assert_eq!(stage.app.anonymous().post("/api/comment/new", body.clone()).await.status, 409);
        stage.says("2", "elsewhere there is room").await;
        assert_eq!(stage.app.role(Role::Responder).delete(&path(&first)).await.status, 204);
        assert_eq!(stage.app.anonymous().post("/api/v1/comments", body).await.status, 201, "{engine:?}");
        assert_eq!(stage.read("1").await, ["b", "c"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_input_is_told_field_by_field() {
    let stage = Stage::new(kit_testkit::Engine::Sqlite);
    let anonymous = stage.app.anonymous();
    let fields = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let reply = anonymous.post("/api/v1/comments", json!({})).await;
    assert_eq!(
        (reply.status, fields(&reply.json)),
        (400, ["name", "content_id", "comment"].map(String::from).into())
    );
    let bad =
        json!({ "name": "x".repeat(101), "content_id": [], "comment": " ", "email": "x", "parent": 1.5e300 });
    let reply = anonymous.post("/api/v1/comments", bad).await;
    let all = ["name", "content_id", "comment", "parent", "email"].map(String::from);
    assert_eq!((reply.status, fields(&reply.json)), (400, all.into()));
    assert_eq!(fields(&anonymous.get("/api/v1/comments").await.json), ["content_id"]);
    assert_eq!(fields(&anonymous.get("/api/v1/comments?content_id=1&state=x").await.json), ["state"]);
    assert_eq!(anonymous.get("/api/v1/comments/unknown").await.status, 404);
}
