//! The listener: connections are capped, slow heads are cut off, and stopping lets what has begun come to its end.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use kit_base::Setting;
use kit_base::settings::{Kind, Settings};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

use crate::Edge;

const LISTEN: Setting = Setting::new(
    "web.listen",
    Kind::Address,
    "127.0.0.1:8000",
    "the address to listen on; a bare port is one on every interface",
)
.also(&["PORT"]);
const CONNECTIONS: Setting = Setting::new(
    "web.max_connections",
    Kind::Count(1, 1_000_000),
    "8192",
    "connections served at once; more wait",
);
const HEAD: Setting = Setting::new(
    "web.header_timeout",
    Kind::Duration,
    "10s",
    "how long a client may take to send a request's head",
);
const DEADLINE: Setting =
    Setting::new("web.deadline", Kind::Duration, "30s", "how long a request may take before it is given up");
const MAX_BODY: Setting =
    Setting::new("web.max_body", Kind::Size, "1MiB", "the longest request body that is read");
const DRAIN: Setting = Setting::new(
    "web.drain",
    Kind::Duration,
    "10s",
    "how long requests may take to end when the server stops",
);

/// The settings of the server, to be declared by the binary.
pub const SETTINGS: &[Setting] = &[LISTEN, CONNECTIONS, HEAD, DEADLINE, MAX_BODY, DRAIN];

/// How the server listens and what it bears.
#[derive(Clone, Debug)]
pub struct ServerConfig {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Connections at once.
    pub max_connections: usize,
    /// How long a head may take to arrive.
    pub header_timeout: Duration,
    /// How long a handler may take to begin its answer.
    pub deadline: Duration,
    /// The longest body, in bytes.
    pub max_body: usize,
    /// How long to wait for what has begun when stopping.
    pub drain: Duration,
}

impl ServerConfig {
    /// From the settings.
    pub fn from_settings(settings: &Settings) -> Self {
        Self {
            listen: settings.address(&LISTEN).unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 8000))),
            max_connections: settings.count(&CONNECTIONS),
            header_timeout: settings.duration(&HEAD),
            deadline: settings.duration(&DEADLINE),
            max_body: settings.size(&MAX_BODY),
            drain: settings.duration(&DRAIN),
        }
    }
}

/// A socket that listens, before and while it serves.
pub struct Server {
    listener: TcpListener,
    config: ServerConfig,
}

impl Server {
    /// Takes the address. The error is a line for the terminal.
    pub async fn bind(config: ServerConfig) -> Result<Self, String> {
        let listener = TcpListener::bind(config.listen).await.map_err(|error| {
            format!("cannot listen on {}: {error}; choose another address with --listen", config.listen)
        })?;
        Ok(Self { listener, config })
    }

    /// Where it really listens, which differs from what was asked for when that was port 0.
    pub fn address(&self) -> SocketAddr {
        self.listener.local_addr().unwrap_or(self.config.listen)
    }

    /// Serves until `stop`, then lets requests that have begun end.
    pub async fn serve(self, edge: Arc<Edge>, stop: CancellationToken) {
        let room = Arc::new(Semaphore::new(self.config.max_connections));
        let connections = GracefulShutdown::new();
        let mut builder = auto::Builder::new(TokioExecutor::new());
        builder
            .http1()
            .timer(TokioTimer::new())
            .header_read_timeout(self.config.header_timeout)
            .max_buf_size(64 << 10);
        builder.http2().timer(TokioTimer::new()).max_concurrent_streams(128).max_header_list_size(64 << 10);
        loop {
            let accepted = tokio::select! {
                accepted = next(&self.listener, &room) => accepted,
                () = stop.cancelled() => break,
            };
            let Some((stream, permit)) = accepted else { continue };
            let edge = edge.clone();
            let answer = service_fn(move |request: hyper::Request<Incoming>| {
                let edge = edge.clone();
                async move { Ok::<_, Infallible>(edge.answer(request.map(Body::new)).await) }
            });
            let connection = builder.serve_connection(TokioIo::new(stream), answer).into_owned();
            let watched = connections.watch(connection);
            tokio::spawn(async move {
                if let Err(error) = watched.await {
                    tracing::debug!(error, "a connection ended early");
                }
                drop(permit);
            });
        }
        drop(self.listener);
        if tokio::time::timeout(self.config.drain, connections.shutdown()).await.is_err() {
            tracing::warn!("some requests were cut off because they did not end in time");
        }
    }
}

/// The next connection, once there is room for it.
async fn next(listener: &TcpListener, room: &Arc<Semaphore>) -> Option<(TcpStream, OwnedSemaphorePermit)> {
    let permit = room.clone().acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, _)) => {
            // Without it small answers wait for the client's acknowledgement.
            let _ = stream.set_nodelay(true);
            Some((stream, permit))
        }
        Err(error) => {
            tracing::warn!(%error, "a connection was not accepted");
            tokio::time::sleep(Duration::from_millis(50)).await;
            None
        }
    }
}
