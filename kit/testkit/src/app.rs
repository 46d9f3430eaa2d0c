//! Services in a test's own process: a world to build them from, the real edge in front of them, and their events
//! delivered.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use http::{Request, Response};
use kit_base::{Role, SecretKey, Setting, Settings};
use kit_bus::{MemoryBus, relay};
use kit_runtime::{Context, DATABASE_URL, Service};
use kit_web::{Built, Edge, EdgeConfig, LocalTransport, RouteRule, Rule};
use serde_json::json;
use tempfile::TempDir;
use tokio_util::sync::{CancellationToken, DropGuard};
use utoipa::openapi::OpenApi;

use crate::store::{drop_schemas, own_name, server};
use crate::{Engine, RoleTokens, TestCaller, TestClock, test_ids};

/// What a test's services are built from: an empty place for their data, a clock that the test moves, ids that can be
/// foreseen, default settings, a bus in memory, and callers by role. The data vanishes with it.
pub struct TestWorld {
    /// The clock of everything inside.
    pub clock: TestClock,
    /// What to build services from; a test may exchange parts of it first.
    pub context: Context,
    peers: LocalTransport,
    server: Option<String>,
    _folder: TempDir,
}

impl TestWorld {
    /// An empty world on that engine.
    #[expect(clippy::expect_used, reason = "a test that cannot have its store must fail")]
    pub fn new(engine: Engine) -> Self {
        let clock = TestClock::default();
        let folder = tempfile::tempdir().expect("a temporary folder");
        let server = (engine == Engine::Postgres).then(server);
        let settings = Settings::default().with(&DATABASE_URL, server.clone().unwrap_or_default());
        // Tests ask more often than people do; those of the limits set them.
        let limits = kit_web::SETTINGS.iter().filter(|setting| setting.name.starts_with("web.throttle."));
        let settings = limits.fold(settings, |settings, limit| settings.with(limit, "off"));
        let peers = LocalTransport::default();
        let context = Context {
            clock: clock.clock(),
            ids: test_ids(clock.clock()),
            secret: SecretKey::new("the secret key of tests"),
            settings: Arc::new(settings),
            bus: Arc::new(MemoryBus::default()),
            authenticator: Arc::new(RoleTokens),
            peers: Arc::new(peers.clone()),
            stop: CancellationToken::new(),
            data_dir: folder.path().to_owned(),
            schema_prefix: format!("{}_", own_name()),
        };
        Self { clock, context, peers, server, _folder: folder }
    }

    /// The same world with this setting.
    #[must_use]
    pub fn with(mut self, setting: &Setting, value: &str) -> Self {
        let settings = Settings::clone(&self.context.settings).with(setting, value);
        self.context.settings = Arc::new(settings);
        self
    }

    /// Puts the services behind one edge, which is also where `context.peers` leads from now on, and delivers their
    /// events. What services do by themselves is left out: see [`TestWorld::start_living`]. Once for each world.
    pub fn start(&self, services: Vec<Service>) -> TestApp {
        self.begin(services, false)
    }

    /// The same, with everything that the services do by themselves: timers look at the test's clock, so what is due
    /// happens soon after the test has moved it.
    pub fn start_living(&self, services: Vec<Service>) -> TestApp {
        self.begin(services, true)
    }

    #[expect(clippy::expect_used, reason = "a test whose settings are bad must fail")]
    fn begin(&self, services: Vec<Service>, living: bool) -> TestApp {
        let stop = CancellationToken::new();
        let mut web = Built::default();
        for service in services {
            web = web.and(service.web);
            for consumer in service.consumers {
                tokio::spawn(consumer.run(stop.clone()));
            }
            for task in service.tasks.into_iter().filter(|_| living) {
                tokio::spawn(task.run(stop.clone()));
            }
            if let Some(db) = service.db {
                let (bus, stop) = (self.context.bus.clone(), stop.clone());
                tokio::spawn(async move { relay(db, bus.as_ref(), None, stop).await });
            }
        }
        let config = EdgeConfig {
            clock: self.context.clock.clone(),
            ids: self.context.ids.clone(),
            secret: self.context.secret.clone(),
            authenticator: self.context.authenticator.clone(),
            settings: self.context.settings.clone(),
            debug: false,
            deadline: Duration::from_secs(30),
            max_body: 1 << 20,
            error_page: |_, status, detail| format!("<h1>{status}</h1><p>{detail}</p>"),
        };
        let (rules, openapi) = (web.rules.clone(), web.openapi.clone());
        let edge = Arc::new(Edge::new(web, config).expect("settings that can be used"));
        self.peers.connect(edge.clone());
        TestApp { rules, openapi, edge, _stop: stop.drop_guard() }
    }
}

impl Drop for TestWorld {
    fn drop(&mut self) {
        if let Some(server) = &self.server {
            drop_schemas(server, &self.context.schema_prefix);
        }
    }
}

/// Services that run in the test's own process, until this is dropped.
pub struct TestApp {
    /// Every route with its rule.
    pub rules: Vec<RouteRule>,
    /// What the routes say of themselves.
    pub openapi: OpenApi,
    edge: Arc<Edge>,
    _stop: DropGuard,
}

impl TestApp {
    /// Nobody.
    pub fn anonymous(&self) -> TestCaller<'_> {
        TestCaller::new(self, None)
    }

    /// Somebody of that role, where [`RoleTokens`] tells callers apart.
    pub fn role(&self, role: Role) -> TestCaller<'_> {
        self.token(format!("role:{}", role.as_str()))
    }

    /// Whoever this bearer token belongs to.
    pub fn token(&self, token: impl Into<String>) -> TestCaller<'_> {
        TestCaller::new(self, Some(token.into()))
    }

    /// Answers a request just as it is.
    pub async fn answer(&self, request: Request<Body>) -> Response<Body> {
        self.edge.answer(request).await
    }

    /// Asks every route as nobody and as each role, and panics unless exactly those are refused whom its rule keeps
    /// out; returns how many routes there are. Needs [`RoleTokens`].
    pub async fn check_rules(&self) -> usize {
        for RouteRule { method, path, rule, .. } in &self.rules {
            for role in [None].into_iter().chain(Role::ALL.map(Some)) {
                let expected = match (*rule, role) {
                    (Rule::Peer, _) => Some(403),
                    (Rule::AtLeast(_), None) => Some(401),
                    (Rule::AtLeast(least), Some(role)) if role < least => Some(403),
                    _ => None,
                };
                let caller = role.map_or_else(|| self.anonymous(), |role| self.role(role));
                let request = caller.request(method, &example(path), Some(&json!({})));
                let status = self.answer(request).await.status().as_u16();
                let refused = [401, 403].contains(&status).then_some(status);
                assert_eq!(refused, expected, "{method} {path} asked by {role:?}");
            }
        }
        self.rules.len()
    }
}

/// The path with an `x` for each of its variable parts.
fn example(path: &str) -> String {
    let parts = path.split('/').map(|part| if part.contains('{') { "x" } else { part });
    parts.collect::<Vec<_>>().join("/")
}
