//! The flags service in a world of its own, and an incidents service that says what the test wants.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use contracts::incidents::{Incident, IncidentChanged, IncidentOpened, IncidentStatus};
use kit_base::{Envelope, Event, Role, Transport, TransportError};
use kit_testkit::{Engine, TestApp, TestReply, TestWorld};
use serde_json::{Value, json};
use tokio::sync::broadcast;

/// What the incidents service would say, if it could be asked.
#[derive(Clone, Default)]
pub struct Peers(Arc<Mutex<Said>>);

#[derive(Default)]
struct Said {
    down: bool,
    incidents: Vec<Incident>,
    asked: usize,
}

#[async_trait]
impl Transport for Peers {
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, TransportError> {
        let mut said = self.0.lock().unwrap();
        said.asked += 1;
        if said.down {
            return Err(TransportError::TimedOut("incidents".to_owned()));
        }
        let (path, query) = (request.uri().path().to_owned(), request.uri().query().unwrap_or_default());
        let body = if path == "/api/v1/incidents" {
            let wanted = |one: &&Incident| query.contains(&format!("status={}", one.status.as_str()));
            let found: Vec<&Incident> = said.incidents.iter().filter(wanted).collect();
            json!({ "count": found.len(), "next": null, "previous": null, "results": found })
        } else {
            match said.incidents.iter().find(|one| path == format!("/api/v1/incidents/{}", one.id)) {
                Some(found) => json!(found),
                None => {
                    let answer = http::Response::builder().status(404).body(Bytes::from("{}")).unwrap();
                    return Ok(answer);
                }
            }
        };
        Ok(http::Response::new(body.to_string().into()))
    }
}

impl Peers {
    /// From now on the incident is as this.
    pub fn say(&self, id: &str, sev: i64, services: &[&str], status: IncidentStatus) {
        let mut said = self.0.lock().unwrap();
        said.incidents.retain(|one| one.id != id);
        said.incidents.push(Incident {
            id: id.to_owned(),
            title: format!("{id} burns"),
            sev,
            services: services.iter().map(|slug| (*slug).to_owned()).collect(),
            status,
            source: "manual".to_owned(),
            ..Incident::default()
        });
    }

    /// Whether it can be asked.
    pub fn down(&self, down: bool) {
        self.0.lock().unwrap().down = down;
    }

    /// How often it was asked.
    pub fn asked(&self) -> usize {
        self.0.lock().unwrap().asked
    }
}

/// The service with its world.
pub struct Stage {
    pub world: TestWorld,
    pub app: TestApp,
    pub peers: Peers,
    news: Mutex<broadcast::Receiver<Envelope>>,
}

impl Stage {
    pub async fn new(engine: Engine) -> Self {
        Self::with(engine, &[], true).await
    }

    /// With these settings, and with what the service does by itself or without.
    pub async fn with(engine: Engine, settings: &[(&str, &str)], living: bool) -> Self {
        let mut world = TestWorld::new(engine);
        for (name, value) in settings {
            let setting = flags::SETTINGS.iter().find(|setting| setting.name == *name).unwrap();
            world = world.with(setting, value);
        }
        let peers = Peers::default();
        world.context.peers = Arc::new(peers.clone());
        let news = Mutex::new(world.context.bus.listen());
        let service = flags::build(&world.context).await.unwrap();
        let app = if living { world.start_living(vec![service]) } else { world.start(vec![service]) };
        Self { world, app, peers, news }
    }

    /// A flag in the default set that is on for all.
    pub async fn flag(&self, key: &str) {
        let flag = json!({ "key": key, "state": "ENABLED", "variants": { "on": true, "off": false }, "defaultVariant": "on" });
        let reply = self.manager("POST", "/api/v1/flags", flag).await;
        assert_eq!(reply.status, 201, "{}", reply.text);
    }

    pub async fn manager(&self, method: &str, path: &str, body: Value) -> TestReply {
        self.app.role(Role::Manager).send(method, path, Some(&body)).await
    }

    pub async fn see(&self, path: &str) -> Value {
        let reply = self.app.role(Role::Viewer).get(path).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        reply.json
    }

    /// Evaluates one flag for this context.
    pub async fn evaluate(&self, key: &str, context: Value) -> TestReply {
        let body = json!({ "context": context });
        self.app.role(Role::Manager).post(&format!("/ofrep/v1/evaluate/flags/{key}"), body).await
    }

    /// Imports a document into a set, leniently.
    pub async fn import(&self, set: &str, document: &Value) -> TestReply {
        self.manager("PUT", &format!("/api/v1/flags/sets/{set}?lenient=true"), document.clone()).await
    }

    pub async fn opened(&self, id: &str, sev: i64, services: &[&str]) {
        self.peers.say(id, sev, services, IncidentStatus::Open);
        self.tell(&IncidentOpened {
            id: id.to_owned(),
            title: format!("{id} burns"),
            sev,
            services: services.iter().map(|slug| (*slug).to_owned()).collect(),
            source: "manual".to_owned(),
        })
        .await;
    }

    /// News that the incident changed, as it comes with each entry of its timeline.
    pub async fn changed(&self, id: &str, status: IncidentStatus) {
        self.tell(&IncidentChanged { id: id.to_owned(), status }).await;
    }

    /// It is over, and the incidents service says so too.
    pub async fn resolved(&self, id: &str) {
        self.peers.say(id, 4, &[], IncidentStatus::Resolved);
        self.changed(id, IncidentStatus::Resolved).await;
    }

    pub async fn tell<E: Event>(&self, event: &E) {
        let envelope = Envelope {
            id: self.world.context.ids.uuid(),
            name: E::NAME.to_owned(),
            subject: event.subject().to_owned(),
            at: self.world.clock.now(),
            body: serde_json::to_string(event).unwrap(),
        };
        self.world.context.bus.publish(envelope).await.unwrap();
    }

    /// Waits until the flag answers with this reason.
    pub async fn becomes(&self, key: &str, reason: &str) -> Value {
        let waiting = async {
            loop {
                let answer = self.evaluate(key, json!({})).await.json;
                if answer["reason"] == reason {
                    return answer;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        match tokio::time::timeout(Duration::from_secs(20), waiting).await {
            Ok(answer) => answer,
            Err(_) => panic!("{key} did not become {reason}: {}", self.evaluate(key, json!({})).await.text),
        }
    }

    /// Waits until the incidents service has been asked about everything that there was news of. It takes two rounds,
    /// because the first may have begun before the news.
    pub async fn settled(&self) {
        for _ in 0..2 {
            let before = self.peers.asked();
            self.world.clock.advance(Duration::from_secs(61));
            let waiting = async {
                while self.peers.asked() < before + 2 {
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
            };
            tokio::time::timeout(Duration::from_secs(20), waiting)
                .await
                .expect("incidents are asked for every minute");
        }
    }

    /// What was told of flags since the last call, as `name key action`; waits for at least so many.
    pub async fn told(&self, least: usize) -> Vec<String> {
        let mut told = Vec::new();
        let waiting = async {
            loop {
                while let Ok(event) = self.news.lock().unwrap().try_recv() {
                    let body: Value = serde_json::from_str(&event.body).unwrap();
                    let word = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
                    match event.name.as_str() {
                        "flag.changed" => told.push(format!("changed {} {}", word("key"), word("change"))),
                        "flag.switched" => {
                            told.push(format!(
                                "switched {} {} {}",
                                word("key"),
                                word("action"),
                                word("incident_id")
                            ));
                        }
                        _ => {}
                    }
                }
                if told.len() >= least {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), waiting).await.ok();
        told
    }
}
