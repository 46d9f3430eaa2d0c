//! What people may do with their own words, and what becomes of these when the people are gone.

use kit_base::Role;
use kit_testkit::both;
use serde_json::json;

use crate::stage::{Stage, path};

#[tokio::test(flavor = "multi_thread")]
async fn authors_change_their_own_words_for_a_quarter_of_an_hour() {
    for engine in both() {
        let stage = Stage::new(engine);
        let mine = stage.writes(Role::Member, "1", "teh words").await;
        let (member, better) = (stage.app.role(Role::Member), json!({ "comment": "the words" }));
        stage.later(14);
        let edited = member.put(&path(&mine), better.clone()).await;
        assert_eq!((edited.status, &edited.json["comment"]), (200, &json!("the words")), "{engine:?}");
        assert_eq!(edited.json["edited_at"], "2026-11-21T12:14:00Z");
        assert!(member.put(&path(&mine), json!({ "comment": "" })).await.json["comment"].is_array());
        for role in [Role::Viewer, Role::Admin] {
            let put = stage.app.role(role).put(&path(&mine), json!({})).await;
            assert_eq!(put.status, 403, "{engine:?}: nobody puts words into others' mouths");
        }
        assert_eq!(stage.app.role(Role::Viewer).delete(&path(&mine)).await.status, 403);
        stage.later(2);
        assert_eq!(member.put(&path(&mine), better.clone()).await.status, 403, "{engine:?}: too late");
        assert_eq!(member.delete(&path(&mine)).await.status, 403);
        assert_eq!(stage.read("1").await, ["the words"]);
        let anonymous = stage.says("1", "whose?").await;
        assert_eq!(member.put(&path(&anonymous), better).await.status, 403, "{engine:?}: nobody's");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_hidden_cannot_be_changed_back_by_its_author() {
    for engine in both() {
        let stage = Stage::with(engine, "comments.moderation", "pre");
        let mine = stage.writes(Role::Member, "1", "bad").await;
        let member = stage.app.role(Role::Member);
        assert_eq!(member.get(&path(&mine)).await.json["state"], "pending", "authors see their own");
        stage.judges(&mine, "approved").await;
        let edited = member.put(&path(&mine), json!({ "comment": "other" })).await;
        assert_eq!(edited.json["state"], "pending", "{engine:?}: other words are looked at again");
        stage.judges(&mine, "rejected").await;
        assert_eq!(member.put(&path(&mine), json!({ "comment": "again" })).await.status, 403);
        assert_eq!(member.delete(&path(&mine)).await.status, 403);
        assert_eq!(member.get(&path(&mine)).await.json["comment"], "other");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_removed_leaves_its_place_where_there_are_answers() {
    for engine in both() {
        let stage = Stage::new(engine);
        let mine = stage.writes(Role::Member, "1", "secret words").await;
        let body = json!({ "content_id": 1, "comment": "answer", "parent": mine["id"], "name": "N" });
        let answer = stage.app.anonymous().post("/api/v1/comments", body.clone()).await.json;
        assert_eq!(stage.app.role(Role::Member).delete(&path(&mine)).await.status, 204, "{engine:?}");
        let place = stage.app.role(Role::Admin).get(&path(&mine)).await;
        assert_eq!((&place.json["state"], &place.json["user_id"]), (&json!("deleted"), &json!(null)));
        assert!(!place.text.contains("secret") && !place.text.contains("member"), "{}", place.text);
        assert_eq!(stage.read("1").await, ["", "answer"], "{engine:?}");
        assert_eq!(
            stage.raw("GET", "/api/comment/list/1", "").await.2,
            r#"[{"email":"","comment":"answer"}]"#
        );
        assert_eq!(stage.app.anonymous().post("/api/v1/comments", body).await.status, 400);
        assert_eq!(stage.judges(&mine, "approved").await.status, 409, "{engine:?}");
        let responder = stage.app.role(Role::Responder);
        assert_eq!(responder.delete(&path(&answer)).await.status, 204);
        assert_eq!(responder.get(&path(&answer)).await.status, 404);
        assert_eq!(responder.delete(&path(&mine)).await.status, 204, "without answers the place goes too");
        assert_eq!(responder.get(&path(&mine)).await.status, 404, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_deleted_is_forgotten_and_the_words_stay() {
    for engine in both() {
        let stage = Stage::new(engine);
        let body = json!({ "content_id": 1, "comment": "mine", "email": "canary@example.org" });
        let mine = stage.app.role(Role::Member).post("/api/v1/comments", body).await.json;
        let others = stage.writes(Role::Viewer, "1", "theirs").await;
        stage.user_is_deleted("test-member").await;
        let team = stage.app.role(Role::Admin);
        let left = team.get(&path(&mine)).await;
        assert_eq!((&left.json["name"], &left.json["comment"]), (&json!("Deleted user"), &json!("mine")));
        let all = left.text + &team.get("/api/v1/comments?content_id=1").await.text;
        assert!(!all.contains("canary") && !all.contains("test-member"), "{engine:?} {all}");
        assert_eq!(team.get(&path(&others)).await.json["user_id"], "test-viewer");
    }
}
