//! What these tests run against.

use std::sync::Arc;
use std::time::Duration;

use contracts::Client;
use identity::{ADMIN_EMAIL, ADMIN_PASSWORD};
use kit_base::{Role, hex};
use kit_store::{Db, StoreError, Tx, params};
use kit_testkit::{Engine, TestApp, TestCaller, TestReply, TestWorld};
use serde_json::json;
use sha2::{Digest, Sha256};

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
        Self::built(world(engine)).await
    }

    pub async fn built(world: TestWorld) -> Self {
        let service = identity::build(&world.context).await.unwrap();
        let db = service.db.clone().unwrap();
        Self { app: world.start(vec![service]), db, world }
    }

    /// A house in which nobody lives.
    pub async fn empty(engine: Engine) -> Self {
        Self::built(nobody(engine)).await
    }

    pub async fn log_in(&self, email: &str, password: &str) -> TestReply {
        let login = json!({"email": email, "password": password});
        self.app.anonymous().post("/api/v1/auth/login", login).await
    }

    /// Somebody of this role who has joined now and is logged in; the clock moves on a second.
    pub async fn person(&self, username: &str, role: Role) -> Person {
        self.world.clock.advance(Duration::from_secs(1));
        let now = self.world.clock.now();
        let token = format!("ps_{:0>43}", hex(&Sha256::digest(username)[..16]));
        let (id, name, key) = (format!("id-{username}"), username.to_owned(), username.to_lowercase());
        let hash = Sha256::digest(&token).to_vec();
        let pk = self.db.write({
            let id = id.clone();
            move |tx| -> Result<i64, StoreError> {
                tx.execute("UPDATE numbers SET used = used + 1", params![])?;
                let pk: i64 = tx.query_one("SELECT used FROM numbers", params![], |row| row.get("used"))?;
                let email = format!("{pk}@example.org");
                tx.execute(
                    "INSERT INTO users (id, name, email, email_key, role, password_hash, created_at, pk, username,
                       username_key, skeleton, sort_key) VALUES ($1, $2, $3, $3, $4, '', $5, $6, $2, $7, $7, $8)",
                    params![id, name, email, role.as_str(), now, pk, key, name.as_bytes()],
                )?;
                tx.execute(
                    "INSERT INTO tokens (hash, user_id, created_at, expires_at) VALUES ($1, $2, $3, $4)",
                    params![hash.as_slice(), id, now, now.plus(Duration::from_secs(1_000_000_000))],
                )?;
                Ok(pk)
            }
        });
        Person { pk: pk.await.unwrap(), id, token }
    }

    pub fn of(&self, person: &Person) -> TestCaller<'_> {
        self.app.token(&person.token)
    }

    /// Subject and text of the mails that wait for this address.
    pub async fn mails(&self, to: &str) -> Vec<(String, String)> {
        let to = to.to_owned();
        let read = move |tx: &mut Tx<'_>| -> Result<_, StoreError> {
            tx.query(
                "SELECT subject, body FROM mails WHERE recipient = $1 ORDER BY created_at, id",
                params![to],
                |row| Ok((row.get("subject")?, row.get("body")?)),
            )
        };
        self.db.read(read).await.unwrap()
    }

    /// The token in the last mail to this address.
    pub async fn mailed_token(&self, to: &str) -> String {
        let (_, text) = self.mails(to).await.pop().unwrap();
        let (_, rest) = text.split_once("token=").unwrap();
        rest.split_whitespace().next().unwrap().to_owned()
    }

    pub async fn token(&self) -> String {
        self.log_in(EMAIL, PASSWORD).await.json["token"].as_str().unwrap().to_owned()
    }
}

/// Somebody who is logged in.
pub struct Person {
    pub pk: i64,
    pub id: String,
    pub token: String,
}

impl Person {
    /// The address of the profile, and of what is below it.
    pub fn at(&self, below: &str) -> String {
        format!("/api/membres/{}/{below}", self.pk)
    }
}

pub fn world(engine: Engine) -> TestWorld {
    nobody(engine).with(&ADMIN_EMAIL, EMAIL).with(&ADMIN_PASSWORD, PASSWORD)
}

pub fn nobody(engine: Engine) -> TestWorld {
    let mut world = TestWorld::new(engine);
    world.context.authenticator = Arc::new(Client::new(world.context.peers.clone()));
    world
}
