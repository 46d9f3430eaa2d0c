//! A process for one test: an edge, a server on a port of its own, and whatever services the test gives it.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use kit_base::Clock;
use kit_bus::{Bus, MemoryBus};
use kit_runtime::{Health, Service, Task};
use kit_store::Db;
use kit_testkit::TestReply;
use kit_web::{Built, Edge, EdgeConfig, Server, ServerConfig, TlsFiles};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// What must happen at all: it is waited for as long as a slow machine may need.
pub async fn soon<F: Future>(happening: F) -> F::Output {
    tokio::time::timeout(Duration::from_secs(60), happening).await.expect("this happens in the end")
}

/// A service that answers nothing, keeps nothing and does nothing, to begin with.
pub fn service(name: &'static str) -> Service {
    Service { name, web: Built::default(), db: None, consumers: Vec::new(), tasks: Vec::new() }
}

/// A service that only does this.
pub fn doing(task: Task) -> Service {
    Service { tasks: vec![task], ..service("doing") }
}

/// A process that runs.
pub struct Process {
    pub address: SocketAddr,
    pub edge: Arc<Edge>,
    pub stop: CancellationToken,
    pub running: JoinHandle<()>,
}

impl Process {
    /// Starts these services and `routes` on `bus`.
    pub async fn start(services: Vec<Service>, routes: Built, bus: Arc<dyn Bus>) -> Self {
        Self::begin(services, routes, bus, Duration::from_secs(60)).await
    }

    /// Starts these services, with so much patience when it stops.
    pub async fn start_with(services: Vec<Service>, drain: Duration) -> Self {
        Self::begin(services, Built::default(), Arc::new(MemoryBus::default()), drain).await
    }

    async fn begin(services: Vec<Service>, routes: Built, bus: Arc<dyn Bus>, drain: Duration) -> Self {
        let stores: Vec<(&'static str, Db)> =
            services.iter().filter_map(|service| Some((service.name, service.db.clone()?))).collect();
        let health = Health::new(stores);
        let edge = edge(routes.and(health.routes()));
        let config = ServerConfig {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            max_connections: 100,
            header_timeout: Duration::from_secs(60),
            deadline: Duration::from_secs(60),
            max_body: 1 << 20,
            drain,
            tls: TlsFiles::default(),
        };
        let server = Server::bind(config).await.unwrap();
        let (address, stop) = (server.address(), CancellationToken::new());
        let running =
            tokio::spawn(kit_runtime::run(services, server, edge.clone(), bus, health, None, stop.clone()));
        Self { address, edge, stop, running }
    }

    /// `GET` without a socket, as long as anybody holds the edge.
    pub async fn get(&self, path: &str) -> TestReply {
        get(&self.edge, path).await
    }

    /// Tells it to stop and waits until it has.
    pub async fn end(self) {
        self.stop.cancel();
        soon(self.running).await.unwrap();
    }
}

/// An edge in front of these routes.
pub fn edge(built: Built) -> Arc<Edge> {
    Arc::new(Edge::new(built, EdgeConfig::plain(Clock::system())).unwrap())
}

/// `GET` through this edge.
pub async fn get(edge: &Edge, path: &str) -> TestReply {
    let request = http::Request::get(path).body(Body::empty()).unwrap();
    TestReply::read(soon(edge.answer(request)).await).await
}
