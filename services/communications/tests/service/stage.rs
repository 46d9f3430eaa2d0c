//! The service in a world of its own. The incidents service is played by the test: it says what there is, tells of
//! changes, and may be silent.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use contracts::incidents::{ComponentChanged, IncidentChanged, IncidentStatus};
use contracts::maintenances::MaintenanceNews;
use http::StatusCode;
use kit_base::{Envelope, Event, Role, Setting, Timestamp};
use kit_runtime::Service;
use kit_testkit::{Engine, TestApp, TestReply, TestWorld};
use kit_web::Built;
use serde_json::{Value, json};

/// The setting of that name.
pub fn setting(name: &str) -> Setting {
    let all = communications::SETTINGS.iter().chain(kit_web::SETTINGS).chain(kit_mail::SETTINGS);
    *all.into_iter().find(|setting| setting.name == name).unwrap()
}

/// What the incidents service would show to everybody.
#[derive(Clone, Default)]
pub struct Incidents(Arc<Mutex<Shown>>);

#[derive(Default)]
struct Shown {
    silent: bool,
    components: BTreeMap<String, Value>,
    incidents: BTreeMap<String, Value>,
    maintenances: BTreeMap<String, Value>,
}

impl Incidents {
    fn service(&self) -> Service {
        let router = Router::new()
            .route("/api/v1/components", get(components))
            .route("/api/v1/components/{slug}", get(component))
            .route("/api/v1/incidents", get(incidents))
            .route("/api/v1/incidents/{id}", get(incident))
            .route("/api/v1/maintenances", get(maintenances))
            .route("/api/v1/maintenances/{id}", get(maintenance))
            .with_state(self.clone());
        let routes = [
            ("GET", "/api/v1/components"),
            ("GET", "/api/v1/components/{slug}"),
            ("GET", "/api/v1/incidents"),
            ("GET", "/api/v1/incidents/{id}"),
            ("GET", "/api/v1/maintenances"),
            ("GET", "/api/v1/maintenances/{id}"),
        ];
        let web = Built::plain(router, &routes);
        Service { name: "incidents", web, db: None, consumers: Vec::new(), tasks: Vec::new() }
    }

    fn look(&self, say: impl FnOnce(&Shown) -> Option<Value>) -> Response {
        let shown = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match say(&shown) {
            _ if shown.silent => StatusCode::SERVICE_UNAVAILABLE.into_response(),
            Some(value) => ([("content-type", "application/json")], value.to_string()).into_response(),
            None => StatusCode::NOT_FOUND.into_response(),
        }
    }

    fn change(&self, change: impl FnOnce(&mut Shown)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

async fn components(State(all): State<Incidents>) -> Response {
    all.look(|shown| Some(page(shown.components.values().cloned().collect())))
}

async fn component(State(all): State<Incidents>, Path(slug): Path<String>) -> Response {
    all.look(|shown| shown.components.get(&slug).cloned())
}

async fn incidents(State(all): State<Incidents>, Query(asked): Query<BTreeMap<String, String>>) -> Response {
    let status = asked.get("status").cloned().unwrap_or_default();
    let like = |incident: &&Value| incident["status"] == status.as_str();
    all.look(|shown| Some(page(shown.incidents.values().filter(like).cloned().collect())))
}

async fn incident(State(all): State<Incidents>, Path(id): Path<String>) -> Response {
    all.look(|shown| shown.incidents.get(&id).cloned())
}

async fn maintenances(
    State(all): State<Incidents>,
    Query(asked): Query<BTreeMap<String, String>>,
) -> Response {
    let state = asked.get("state").cloned().unwrap_or_default();
    let like = |one: &&Value| state.is_empty() || one["state"] == state.as_str();
    all.look(|shown| Some(page(shown.maintenances.values().filter(like).cloned().collect())))
}

async fn maintenance(State(all): State<Incidents>, Path(id): Path<String>) -> Response {
    all.look(|shown| shown.maintenances.get(&id).cloned())
}

fn page(results: Vec<Value>) -> Value {
    json!({ "count": results.len(), "next": null, "previous": null, "results": results })
}

/// The service with its world.
pub struct Stage {
    pub world: TestWorld,
    pub app: TestApp,
    pub incidents: Incidents,
}

impl Stage {
    pub fn new(engine: Engine) -> Self {
        Self::of(TestWorld::new(engine))
    }

    pub fn of(world: TestWorld) -> Self {
        Self::with(world, Incidents::default())
    }

    pub fn with(world: TestWorld, incidents: Incidents) -> Self {
        let service = communications::build(&world.context).unwrap();
        let app = world.start_living(vec![service, incidents.service()]);
        Self { world, app, incidents }
    }

    /// A component that everybody may see.
    pub async fn component(&self, slug: &str, group: &str, status: &str) {
        let now = self.world.clock.now();
        let shown = json!({
            "slug": slug, "name": slug.to_uppercase(), "description": "", "group": group, "position": 0,
            "depends_on": [], "visibility": "public", "status": status, "since": now, "because": [],
        });
        self.incidents.change(|all| drop(all.components.insert(slug.to_owned(), shown)));
        self.say(&ComponentChanged { slug: slug.to_owned() }).await;
    }

    /// An incident that everybody may see.
    pub async fn incident(&self, id: &str, sev: i64, status: &str, services: &[&str]) {
        self.shown(id, sev, status, services);
        let status = IncidentStatus::parse(status).unwrap();
        self.say(&IncidentChanged { id: id.to_owned(), status }).await;
    }

    /// The same, and nobody tells of it.
    pub fn shown(&self, id: &str, sev: i64, status: &str, services: &[&str]) {
        let now = self.world.clock.now();
        let over = (status == "resolved").then_some(now);
        let shown = json!({
            "id": id, "title": format!("Trouble with {id}"), "sev": sev, "services": services, "summary": "",
            "status": status, "source": "manual", "started_at": now, "mitigated_at": null, "resolved_at": over,
            "commander": null, "timeline": [], "postmortem": null, "followers": [],
        });
        self.incidents.change(|all| drop(all.incidents.insert(id.to_owned(), shown)));
    }

    /// Work on the shop that everybody may see, from two until four o'clock, in this state; and these news of it.
    pub async fn works(&self, id: &str, state: &str, components: &[&str], news: &str) {
        let times = ("2026-11-21T14:00:00Z", "2026-11-21T16:00:00Z");
        self.show_works(id, state, components, times);
        self.tell_of_works(id, news).await;
    }

    /// Work on the shop in this hour, of which nobody needs to be told.
    pub async fn works_on(&self, id: &str, hour: &str) {
        let (from, to) = (format!("{hour}:00:00Z"), format!("{hour}:59:00Z"));
        self.show_works(id, "scheduled", &["shop"], (&from, &to));
        self.tell_of_works(id, "changed").await;
    }

    fn show_works(&self, id: &str, state: &str, components: &[&str], (from, to): (&str, &str)) {
        let now = self.world.clock.now();
        let began = ["in_progress", "completed"].contains(&state).then_some(from);
        let time = json!({
            "starts_at": from, "ends_at": to, "state": state, "began_at": began,
            "ended_at": (state == "completed").then_some(to),
        });
        let shown = json!({
            "id": id, "title": format!("Work {id}"), "description": "It is <slow>.", "components": components,
            "state": state, "starts_at": from, "ends_at": to, "time_zone": "UTC", "rrule": null, "exceptions": [],
            "notify_before": 60, "occurrence": time, "upcoming": [], "past": [],
            "created_at": "2026-11-20T10:00:00Z", "changed_at": now,
        });
        self.incidents.change(|all| drop(all.maintenances.insert(id.to_owned(), shown)));
    }

    /// It is cancelled, or no longer for everybody; and these news of it.
    pub async fn no_works(&self, id: &str, news: &str) {
        self.incidents.change(|all| drop(all.maintenances.remove(id)));
        self.tell_of_works(id, news).await;
    }

    async fn tell_of_works(&self, id: &str, news: &str) {
        let at = |text: &str| Timestamp::parse(text).unwrap();
        let (starts_at, ends_at) = (at("2026-11-21T14:00:00Z"), at("2026-11-21T16:00:00Z"));
        let news_of = MaintenanceNews { id: id.to_owned(), starts_at, ends_at };
        let envelope = Envelope {
            id: self.world.context.ids.uuid(),
            name: format!("maintenance.{news}"),
            subject: id.to_owned(),
            at: self.world.clock.now(),
            body: serde_json::to_string(&news_of).unwrap(),
        };
        self.world.context.bus.publish(envelope).await.unwrap();
    }

    /// The incident is no longer for everybody.
    pub async fn hide(&self, id: &str) {
        self.incidents.change(|all| drop(all.incidents.remove(id)));
        self.say(&IncidentChanged { id: id.to_owned(), status: IncidentStatus::Open }).await;
    }

    /// The incidents service answers nothing any more, or does again.
    pub fn silence(&self, silent: bool) {
        self.incidents.change(|all| all.silent = silent);
    }

    async fn say<E: Event>(&self, event: &E) {
        let envelope = Envelope {
            id: self.world.context.ids.uuid(),
            name: E::NAME.to_owned(),
            subject: event.subject().to_owned(),
            at: self.world.clock.now(),
            body: serde_json::to_string(event).unwrap(),
        };
        self.world.context.bus.publish(envelope).await.unwrap();
    }

    /// What everybody is answered.
    pub async fn see(&self, path: &str) -> Value {
        let reply = self.app.anonymous().get(path).await;
        assert_eq!(reply.status, 200, "{path}: {}", reply.text);
        reply.json
    }

    /// What everybody is answered, once it is so.
    pub async fn sees(&self, path: &str, is_good: impl Fn(&Value) -> bool) -> Value {
        until(async || self.see(path).await, is_good).await
    }

    /// A responder tells the public something.
    pub async fn announce(&self, incident: &str, state: &str, message: &str) -> Value {
        let body = json!({ "incident_id": incident, "state": state, "message": message });
        let reply = self.app.role(Role::Responder).post("/api/v1/public/announce", body).await;
        assert_eq!(reply.status, 201, "{}", reply.text);
        reply.json
    }

    /// Somebody asks for mails.
    pub async fn subscribe(&self, email: &str) -> TestReply {
        let body = json!({ "email": email });
        self.app.anonymous().post("/api/v1/subscriptions/email", body).await
    }
}

/// Asks again and again until the answer is good; panics with the last one when that takes too long.
pub async fn until<T: Debug>(ask: impl AsyncFn() -> T, is_good: impl Fn(&T) -> bool) -> T {
    let deadline = tokio::time::Instant::now() + Duration::from_secs(30);
    loop {
        let answer = ask().await;
        if is_good(&answer) {
            return answer;
        }
        assert!(tokio::time::Instant::now() < deadline, "in vain: {answer:#?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
