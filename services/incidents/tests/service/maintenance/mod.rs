//! Maintenances: announced, begun and ended, and what they do to their components.

mod bad;
mod calendar;
mod effect;
mod life;

use std::time::Duration;

use contracts::maintenances::MaintenanceNews;
use kit_base::{Envelope, Role, Timestamp};
use kit_store::{Db, params};
use kit_testkit::{Engine, TestReply, TestWorld};
use serde_json::{Value, json};
use tokio::sync::broadcast::Receiver;

use crate::stage::Stage;

pub const MINUTE: Duration = Duration::from_secs(60);
pub const HOUR: Duration = Duration::from_secs(3600);

/// The service with its world, its store, and an ear for what is told.
pub struct Works {
    pub stage: Stage,
    pub db: Db,
    news: Receiver<Envelope>,
}

impl Works {
    /// With a shop and a database, which everybody may see.
    pub async fn new(engine: Engine) -> Self {
        let works = Self::begin(TestWorld::new(engine));
        works.stage.component("database", &[]).await;
        works.stage.component("shop", &["database"]).await;
        works
    }

    fn begin(world: TestWorld) -> Self {
        let service = incidents::build(&world.context).unwrap();
        let (db, news) = (service.db.clone().unwrap(), world.context.bus.listen());
        let app = world.start_living(vec![service]);
        Self { stage: Stage { world, app }, db, news }
    }

    /// Stopped, and built and started anew on the same data, after some time.
    pub fn restarted_after(self, span: Duration) -> Self {
        let Self { stage: Stage { world, app }, db, news } = self;
        drop((app, db, news));
        world.clock.advance(span);
        Self::begin(world)
    }

    pub fn now(&self) -> Timestamp {
        self.stage.world.clock.now()
    }

    pub fn advance(&self, span: Duration) {
        self.stage.world.clock.advance(span);
    }

    /// A responder announces work on the database.
    pub async fn announce(&self, more: Value) -> TestReply {
        let body = Self::body(more);
        self.stage.app.role(Role::Responder).post("/api/v1/maintenances", body).await
    }

    /// The same, and it must be taken; gives its id.
    pub async fn announced(&self, more: Value) -> String {
        let reply = self.announce(more).await;
        assert_eq!(reply.status, 201, "{}", reply.text);
        reply.json["id"].as_str().unwrap().to_owned()
    }

    pub fn body(more: Value) -> Value {
        let mut body = json!({
            "title": "New disks", "components": ["database"],
            "starts_at": "2026-11-21T14:00:00Z", "ends_at": "2026-11-21T16:00:00Z",
        });
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        body
    }

    pub async fn post(&self, id: &str, act: &str, body: Value) -> TestReply {
        self.stage.app.role(Role::Responder).post(&format!("/api/v1/maintenances/{id}/{act}"), body).await
    }

    pub async fn put(&self, id: &str, more: Value) -> TestReply {
        let body = Self::body(more);
        self.stage.app.role(Role::Responder).put(&format!("/api/v1/maintenances/{id}"), body).await
    }

    /// The maintenance as everybody sees it.
    pub async fn see(&self, id: &str) -> Value {
        let reply = self.stage.app.anonymous().get(&format!("/api/v1/maintenances/{id}")).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        reply.json
    }

    /// The maintenance once it is in that state.
    pub async fn becomes(&self, id: &str, state: &str) -> Value {
        self.until(async || self.see(id).await, |seen| seen["state"] == state).await
    }

    /// The component once it has that status.
    pub async fn component_is(&self, slug: &str, status: &str) -> Value {
        self.until(async || self.stage.see(slug).await, |seen| seen["status"] == status).await
    }

    /// Asks again and again until the answer is good; panics with the last one when that takes too long.
    pub async fn until(&self, ask: impl AsyncFn() -> Value, is_good: impl Fn(&Value) -> bool) -> Value {
        let deadline = tokio::time::Instant::now() + Duration::from_secs(20);
        loop {
            let answer = ask().await;
            if is_good(&answer) {
                return answer;
            }
            assert!(tokio::time::Instant::now() < deadline, "in vain: {answer:#}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// The next news about maintenances, without those that nobody needs to be told: name, begin and end.
    pub async fn news(&mut self) -> (String, MaintenanceNews) {
        let waiting = async {
            loop {
                let event = self.news.recv().await.unwrap();
                if event.name.starts_with("maintenance.") && event.name != "maintenance.changed" {
                    return (event.name, serde_json::from_str(&event.body).unwrap());
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(20), waiting).await.expect("there is news")
    }

    /// The names of the next so many news.
    pub async fn told(&mut self, count: usize) -> Vec<String> {
        let mut names = Vec::new();
        for _ in 0..count {
            names.push(self.news().await.0.replace("maintenance.", ""));
        }
        names
    }

    /// When the component was worked on, as the history of uptime will read it.
    pub async fn spans(&self, component: &'static str) -> Vec<(String, Option<String>)> {
        let read = move |tx: &mut kit_store::Tx<'_>| {
            tx.query(
                "SELECT began_at, ended_at FROM maintenance_spans WHERE component = $1 ORDER BY began_at",
                params![component],
                |row| Ok((row.get::<Timestamp>("began_at")?, row.get::<Option<Timestamp>>("ended_at")?)),
            )
        };
        let spans: Vec<(Timestamp, Option<Timestamp>)> = self.db.read(read).await.unwrap();
        spans.into_iter().map(|(from, to)| (from.to_string(), to.map(|to| to.to_string()))).collect()
    }

    /// Whether nothing at all is stored of maintenances.
    pub async fn is_empty(&self) -> bool {
        let read = |tx: &mut kit_store::Tx<'_>| {
            tx.query_one(
                "SELECT (SELECT COUNT(*) FROM maintenances) + (SELECT COUNT(*) FROM maintenance_components)
                      + (SELECT COUNT(*) FROM maintenance_occurrences) AS n",
                params![],
                |row| row.get::<i64>("n"),
            )
        };
        let stored: i64 = self.db.read(read).await.unwrap();
        stored == 0
    }
}
