//! The incidents service in a world of its own, and the words that watchers say to it.

use std::time::Duration;

use contracts::Level;
use contracts::signals::{NewSignal, SignalCleared, SignalRaised, SignalState, WatchChanged};
use kit_base::{Envelope, Event, Role};
use kit_testkit::{Engine, TestApp, TestReply, TestWorld};
use serde_json::{Value, json};

/// The service with its world.
pub struct Stage {
    pub world: TestWorld,
    pub app: TestApp,
}

impl Stage {
    pub fn new(engine: Engine) -> Self {
        let world = TestWorld::new(engine);
        let service = incidents::build(&world.context).unwrap();
        let app = world.start_living(vec![service]);
        Self { world, app }
    }

    /// A component is added.
    pub async fn component(&self, slug: &str, depends_on: &[&str]) {
        let body = json!({ "slug": slug, "name": slug.to_uppercase(), "depends_on": depends_on });
        let reply = self.app.role(Role::Manager).post("/api/v1/components", body).await;
        assert_eq!(reply.status, 201, "{}", reply.text);
    }

    /// The component as everybody sees it.
    pub async fn see(&self, slug: &str) -> Value {
        let reply = self.app.anonymous().get(&format!("/api/v1/components/{slug}")).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        reply.json
    }

    pub async fn status(&self, slug: &str) -> String {
        self.see(slug).await["status"].as_str().unwrap().to_owned()
    }

    /// The incidents as everybody sees them.
    pub async fn incidents(&self) -> Vec<Value> {
        let reply = self.app.anonymous().get("/api/v1/incidents?page_size=100").await;
        reply.json["results"].as_array().unwrap().clone()
    }

    /// Waits until exactly one incident has this status.
    pub async fn incident_becomes(&self, status: &str) -> Value {
        let waiting = async {
            loop {
                let all = self.incidents().await;
                if let [one] = all.as_slice()
                    && one["status"] == status
                {
                    return one.clone();
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        match tokio::time::timeout(Duration::from_secs(20), waiting).await {
            Ok(incident) => incident,
            Err(_) => panic!("no incident became {status}: {:?}", self.incidents().await),
        }
    }

    /// Waits until the component has this status.
    pub async fn until(&self, slug: &str, status: &str) {
        self.until_so(|| async { self.status(slug).await == status }, &format!("{slug} to be {status}"))
            .await;
    }

    /// Waits until the component has a reason of this source.
    pub async fn until_reason(&self, slug: &str, source: &str) {
        let is_so = || async {
            let seen = self.see(slug).await;
            seen["because"].as_array().unwrap().iter().any(|reason| reason["source"] == source)
        };
        self.until_so(is_so, &format!("{slug} to have a reason: {source}")).await;
    }

    /// Waits until the incident has this status.
    pub async fn until_status(&self, id: &str, status: &str) {
        let path = format!("/api/v1/incidents/{id}");
        let is_so = || async { self.app.anonymous().get(&path).await.json["status"] == status };
        self.until_so(is_so, &format!("{id} to be {status}")).await;
    }

    /// Waits until there are so many incidents.
    pub async fn until_incidents(&self, count: usize) {
        self.until_so(|| async { self.incidents().await.len() == count }, &format!("{count} incidents"))
            .await;
    }

    /// Waits until something is so.
    pub async fn until_so<F: Future<Output = bool>>(&self, is_so: impl Fn() -> F, what: &str) {
        let waiting = async {
            while !is_so().await {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        assert!(tokio::time::timeout(Duration::from_secs(20), waiting).await.is_ok(), "waited for {what}");
    }

    /// The providers service says that it reads `github`, or that it cannot.
    pub async fn watch(&self, covers: Option<&[&str]>, lost: bool) {
        let now = self.world.clock.now();
        self.say(&WatchChanged {
            source: "csp".to_owned(),
            scope: "github".to_owned(),
            name: "GitHub".to_owned(),
            covers: covers.map(|keys| keys.iter().map(|key| (*key).to_owned()).collect()),
            lost_since: lost.then_some(now),
            reason: lost.then(|| "the feed is HTML".to_owned()),
            ended: false,
        })
        .await;
    }

    /// A watcher raises a signal about the component, or clears it (`None`).
    pub async fn signal(&self, component: &str, level: Option<Level>) {
        let signal = NewSignal {
            source: "csp".to_owned(),
            key: component.to_owned(),
            component: component.to_owned(),
            level: level.unwrap_or(Level::MajorOutage),
            title: format!("{component} is in trouble"),
            state: Some(if level.is_some() { SignalState::Raised } else { SignalState::Cleared }),
            evidence_url: Some("https://status.example.org/1".to_owned()),
            since: None,
            expires_at: None,
        };
        match level {
            Some(_) => self.say(&SignalRaised(signal)).await,
            None => self.say(&SignalCleared(signal)).await,
        }
    }

    pub async fn say<E: Event>(&self, event: &E) {
        let envelope = Envelope {
            id: self.world.context.ids.uuid(),
            name: E::NAME.to_owned(),
            subject: event.subject().to_owned(),
            at: self.world.clock.now(),
            body: serde_json::to_string(event).unwrap(),
        };
        self.world.context.bus.publish(envelope).await.unwrap();
    }

    /// A responder opens an incident.
    pub async fn open(&self, body: Value) -> Value {
        let reply: TestReply = self.app.role(Role::Responder).post("/api/v1/incidents", body).await;
        assert_eq!(reply.status, 201, "{}", reply.text);
        reply.json
    }
}
