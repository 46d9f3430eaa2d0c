//! The other services, made up: they say what the preview's states say, unless they are silent.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use frontend::Snapshot;
use http::{Request, Response, StatusCode, header};
use kit_base::{Transport, TransportError};
use kit_testkit::{Engine, TestApp, TestReply, TestWorld};
use serde_json::{Value, json};

use crate::states;

/// A question that was asked.
#[derive(Clone, Debug)]
pub struct Asked {
    pub path: String,
    pub visitor: String,
    pub body: Value,
}

/// What stands behind the frontend.
#[derive(Default)]
pub struct Peers {
    snapshot: Snapshot,
    silent: Mutex<Vec<&'static str>>,
    asked: Mutex<Vec<Asked>>,
}

impl Peers {
    /// Whatever begins like this is not answered from now on.
    pub fn silence(&self, path: &'static str) {
        self.silent.lock().unwrap().push(path);
    }

    /// The questions about what begins like this.
    pub fn asked(&self, path: &str) -> Vec<Asked> {
        self.asked.lock().unwrap().iter().filter(|asked| asked.path.starts_with(path)).cloned().collect()
    }

    fn say(&self, path: &str) -> Option<Value> {
        let list = |all: Value| Some(json!({ "count": 2, "next": null, "previous": null, "results": all }));
        let narrowed = |status: &str| {
            let mut found = self.snapshot.incidents.clone();
            found.retain(|incident| incident.status.as_str() == status);
            json!(found)
        };
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        match path {
            "/api/v1/components" => list(json!(self.snapshot.components)),
            "/api/v1/csp/providers" => list(json!(self.snapshot.providers)),
            "/api/v1/csp/providers/github" => {
                let mut whole =
                    self.snapshot.providers.iter().find(|provider| provider.slug == "github")?.clone();
                let well = json!({ "key": "pages", "id": "8", "group": null, "name": "Pages", "status": "operational" });
                whole.last_good.as_mut()?.components.push(serde_json::from_value(well).ok()?);
                Some(json!(whole))
            }
            "/api/v1/csp/events" => list(json!([])),
            "/api/v1/incidents" => match query.split('&').find_map(|part| part.strip_prefix("status=")) {
                Some(status) if !status.is_empty() => list(narrowed(status)),
                _ if query.contains("&page=1&") => list(json!(self.snapshot.incidents)),
                _ => None,
            },
            "/api/v1/incidents/INC-OLDOLDOLD" => {
                Some(json!(states::incident("INC-OLDOLDOLD", "It was long ago", 3, &["search"])))
            }
            "/api/v1/maintenances" => list(json!(states::maintenance().maintenances)),
            "/api/v1/maintenances/MNT-OLDOLDOL" => {
                Some(json!(states::work("MNT-OLDOLDOL", "It was long ago", &["search"], -600, 60)))
            }
            "/api/v1/maintenances/MNT-SECRETAA" => {
                Some(json!(states::work("MNT-SECRETAA", "Keys", &["vault"], 60, 60)))
            }
            "/api/v1/components/history" => Some(json!(self.snapshot.histories)),
            "/api/v1/components/website/history" => {
                let past = states::pasts("website");
                Some(json!(match query {
                    "days=90" => past.days,
                    "days=30" => past.month,
                    _ => past.year,
                }))
            }
            "/api/v1/reports" => Some(json!({ "component": "website", "kind": "down", "at": states::now() })),
            "/api/v1/subscriptions/email" => Some(json!({ "detail": "A mail is on its way." })),
            "/api/v1/banners/current" => list(json!(self.snapshot.banners)),
            "/api/v1/public/announcements" => list(json!(self.snapshot.announcements)),
            "/api/v1/reports/website/history" => Some(json!(states::reports("website", "outage"))),
            _ => None,
        }
    }
}

#[async_trait]
impl Transport for Peers {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let path = request.uri().to_string();
        let visitor = request.headers().get(header::FORWARDED).map(|told| told.to_str().unwrap().to_owned());
        let body = serde_json::from_slice(request.body()).unwrap_or_default();
        let asked = Asked { path: path.clone(), visitor: visitor.unwrap_or_default(), body };
        self.asked.lock().unwrap().push(asked);
        // Whoever else wants something meanwhile comes to it.
        tokio::task::yield_now().await;
        if self.silent.lock().unwrap().iter().any(|silent| path.starts_with(silent)) {
            return Err(TransportError::Unreachable {
                service: "it".to_owned(),
                reason: "a test".to_owned(),
            });
        }
        let said = self.say(&path);
        let status = if said.is_some() { StatusCode::OK } else { StatusCode::NOT_FOUND };
        let body = said.unwrap_or_else(|| json!({ "detail": "Not found." })).to_string().into();
        Ok(Response::builder().status(status).body(body).unwrap())
    }
}

/// The frontend in front of these services, at the moment of the preview.
pub struct Stage {
    pub app: TestApp,
    pub peers: Arc<Peers>,
    world: TestWorld,
}

impl Stage {
    /// With everything that belongs to a bad day; `silent` has not answered from the beginning.
    pub async fn new(silent: &[&'static str]) -> Self {
        let mut world = TestWorld::new(Engine::Sqlite);
        world.clock.advance(states::now().since(world.clock.now()));
        let peers = Arc::new(Peers { snapshot: states::outage(), ..Peers::default() });
        silent.iter().for_each(|path| peers.silence(path));
        world.context.peers = peers.clone();
        let app = world.start_living(vec![frontend::build(&world.context)]);
        let stage = Self { app, peers, world };
        // The first look is taken when the page knows something, or says that it was refused it.
        let looked = || stage.peers.asked("/api/v1/csp/providers").len();
        let shown = async || stage.get("/providers").await.text.contains("/providers/github");
        let knows_nothing = silent.contains(&"/api/v1/csp/providers");
        let looking = async {
            while looked() == 0 || !(knows_nothing || shown().await) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let looking = tokio::time::timeout(Duration::from_secs(20), looking).await;
        assert!(looking.is_ok(), "the first look is not taken");
        stage
    }

    /// Time passes.
    pub fn wait(&self, span: Duration) {
        self.world.clock.advance(span);
    }

    /// What a visitor sees at this address.
    pub async fn get(&self, path: &str) -> TestReply {
        self.app.anonymous().get(path).await
    }

    /// A form as a browser sends it, with these headers besides.
    pub async fn send(&self, path: &str, form: &str, headers: &[(&str, &str)]) -> TestReply {
        let mut request = Request::post(path)
            .header(header::HOST, "test")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ACCEPT, "text/html");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        TestReply::read(self.app.answer(request.body(form.to_owned().into()).unwrap()).await).await
    }
}
