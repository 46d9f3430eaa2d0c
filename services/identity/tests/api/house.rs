//! What these tests run against.

use std::sync::Arc;

use contracts::Client;
use identity::{ADMIN_EMAIL, ADMIN_PASSWORD};
use kit_store::Db;
use kit_testkit::{Engine, TestApp, TestReply, TestWorld};
use serde_json::json;

/// The address of its administrator.
pub const EMAIL: &str = "Ada@example.org";
/// And the password, whose spaces count.
pub const PASSWORD: &str = " correct horse ";

/// A running identity service with one administrator. Callers are told apart as in earnest: by its own tokens.
pub struct House {
    pub app: TestApp,
    pub db: Db,
    pub world: TestWorld,
}

impl House {
    pub async fn new(engine: Engine) -> Self {
        Self::of(world(engine)).await
    }

    pub async fn of(world: TestWorld) -> Self {
        let service = identity::build(&world.context).await.unwrap();
        let db = service.db.clone().unwrap();
        Self { app: world.start(vec![service]), db, world }
    }

    pub async fn log_in(&self, email: &str, password: &str) -> TestReply {
        let login = json!({"email": email, "password": password});
        self.app.anonymous().post("/api/v1/auth/login", login).await
    }

    pub async fn token(&self) -> String {
        self.log_in(EMAIL, PASSWORD).await.json["token"].as_str().unwrap().to_owned()
    }
}

pub fn world(engine: Engine) -> TestWorld {
    let mut world = TestWorld::new(engine).with(&ADMIN_EMAIL, EMAIL).with(&ADMIN_PASSWORD, PASSWORD);
    world.context.authenticator = Arc::new(Client::new(world.context.peers.clone()));
    world
}
