//! The service in a world of its own, and people who write.

use std::time::Duration;

use axum::body::Body;
use contracts::identity::UserDeleted;
use http::Request;
use kit_base::{Envelope, Event, Role, Setting};
use kit_testkit::{Engine, TestApp, TestReply, TestWorld};
use serde_json::{Value, json};

/// The setting of that name.
pub fn setting(name: &str) -> Setting {
    *comments::SETTINGS.iter().find(|setting| setting.name == name).unwrap()
}

/// The service with its world.
pub struct Stage {
    pub app: TestApp,
    pub world: TestWorld,
}

impl Stage {
    pub fn new(engine: Engine) -> Self {
        Self::of(TestWorld::new(engine))
    }

    pub fn with(engine: Engine, name: &str, value: &str) -> Self {
        Self::of(TestWorld::new(engine).with(&setting(name), value))
    }

    pub fn of(world: TestWorld) -> Self {
        let service = comments::build(&world.context).unwrap();
        Self { app: world.start(vec![service]), world }
    }

    /// Stopped, and built and started anew on the same data.
    pub fn restarted(self) -> Self {
        let Self { app, world } = self;
        drop(app);
        Self::of(world)
    }

    /// A request byte for byte, as curl sends it; the answer as status, media type and body.
    pub async fn raw(&self, method: &str, path: &str, body: &str) -> (u16, String, String) {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", "localhost:8084")
            .header("user-agent", "curl/8.5.0")
            .header("accept", "*/*");
        let request = match body {
            "" => request.body(Body::empty()),
            body => request.header("content-type", "application/json").body(Body::from(body.to_owned())),
        };
        let reply = TestReply::read(self.app.answer(request.unwrap()).await).await;
        (reply.status, reply.header("content-type").to_owned(), reply.text)
    }

    /// Somebody who is not logged in writes about `content_id`.
    pub async fn says(&self, content_id: &str, words: &str) -> Value {
        let body = json!({ "content_id": content_id, "comment": words, "name": "Grace", "email": "grace@example.org" });
        let reply = self.app.anonymous().post("/api/v1/comments", body).await;
        assert_eq!(reply.status, 201, "{}", reply.text);
        reply.json
    }

    /// Somebody of that role writes about `content_id`.
    pub async fn writes(&self, role: Role, content_id: &str, words: &str) -> Value {
        let body = json!({ "content_id": content_id, "comment": words });
        let reply = self.app.role(role).post("/api/v1/comments/", body).await;
        assert_eq!(reply.status, 201, "{}", reply.text);
        reply.json
    }

    /// What everybody reads about `content_id`.
    pub async fn read(&self, content_id: &str) -> Vec<String> {
        let path = format!("/api/v1/comments/?content_id={content_id}&page_size=100");
        words(&self.app.anonymous().get(&path).await.json)
    }

    /// A moderator judges.
    pub async fn judges(&self, comment: &Value, state: &str) -> TestReply {
        let path = format!("/api/v1/comments/{}/state", comment["id"].as_str().unwrap());
        self.app.role(Role::Responder).post(&path, json!({ "state": state })).await
    }

    /// The user is deleted, and the service has heard of it.
    pub async fn user_is_deleted(&self, id: &str) {
        let event = UserDeleted { id: id.to_owned() };
        let envelope = Envelope {
            id: self.world.context.ids.uuid(),
            name: UserDeleted::NAME.to_owned(),
            subject: id.to_owned(),
            at: self.world.clock.now(),
            body: serde_json::to_string(&event).unwrap(),
        };
        self.world.context.bus.publish(envelope).await.unwrap();
    }

    pub fn later(&self, minutes: u64) {
        self.world.clock.advance(Duration::from_secs(60 * minutes));
    }
}

/// The words of the comments on a page.
pub fn words(page: &Value) -> Vec<String> {
    let results = page["results"].as_array().cloned().unwrap_or_default();
    results.iter().map(|comment| comment["comment"].as_str().unwrap().to_owned()).collect()
}

/// The address of a comment.
pub fn path(comment: &Value) -> String {
    format!("/api/v1/comments/{}", comment["id"].as_str().unwrap())
}
