//! The listener: connections are capped, silent clients are cut off, and stopping lets what has begun come to its end.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
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
use tokio_util::task::TaskTracker;

use crate::Edge;
use crate::edge::CACHE;
use crate::throttle;

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
    "how long requests, and then tasks, may take to end when the server stops",
);

/// The settings of the server, to be declared by the binary.
pub const SETTINGS: &[Setting] = &[
    LISTEN,
    CONNECTIONS,
    HEAD,
    DEADLINE,
    MAX_BODY,
    DRAIN,
    CACHE,
    throttle::ANONYMOUS,
    throttle::USER,
    throttle::PUBLIC,
    throttle::FAILURES,
];

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
    /// How long to wait for requests that have begun when stopping.
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

    /// How long what has begun may take to end once it is told to.
    pub fn drain(&self) -> Duration {
        self.config.drain
    }

    /// Serves until `stop`, then lets requests that have begun end, and cuts those that do not.
    pub async fn serve(self, edge: Arc<Edge>, stop: CancellationToken) {
        let room = Arc::new(Semaphore::new(self.config.max_connections));
        let (open, polite, cut) = (TaskTracker::new(), GracefulShutdown::new(), CancellationToken::new());
        let protocols = self.protocols();
        loop {
            let accepted = tokio::select! {
                accepted = next(&self.listener, &room) => accepted,
                () = stop.cancelled() => break,
            };
            let Some((stream, permit)) = accepted else { continue };
            let (edge, heard) = (edge.clone(), Arc::new(AtomicBool::new(false)));
            let silent = silence(heard.clone(), self.config.header_timeout);
            let answer = service_fn(move |request: hyper::Request<Incoming>| {
                heard.store(true, Ordering::Relaxed);
                let edge = edge.clone();
                async move { Ok::<_, Infallible>(edge.answer(request.map(Body::new)).await) }
            });
            let connection = protocols.serve_connection(TokioIo::new(stream), answer).into_owned();
            let (connection, cut) = (polite.watch(connection), cut.clone());
            open.spawn(async move {
                tokio::select! {
                    ended = connection => if let Err(error) = ended {
                        tracing::debug!(error, "a connection ended early");
                    },
                    () = silent => tracing::debug!("a connection was cut off because nothing was asked"),
                    () = cut.cancelled() => {}
                }
                drop(permit);
            });
        }
        drop(self.listener);
        if tokio::time::timeout(self.config.drain, polite.shutdown()).await.is_err() {
            tracing::warn!("some requests were cut off because they did not end in time");
        }
        cut.cancel();
        open.close();
        open.wait().await;
    }

    /// HTTP/1 and HTTP/2 on one port; the first bytes tell which it is.
    fn protocols(&self) -> auto::Builder<TokioExecutor> {
        let mut builder = auto::Builder::new(TokioExecutor::new());
        builder
            .http1()
            .timer(TokioTimer::new())
            .header_read_timeout(self.config.header_timeout)
            .max_buf_size(64 << 10);
        builder.http2().timer(TokioTimer::new()).max_concurrent_streams(128).max_header_list_size(64 << 10);
        builder
    }
}

/// Ends when nothing was asked in that time. The protocols have no such limit of their own before the first bytes, and
/// HTTP/2 has none before the first request.
async fn silence(heard: Arc<AtomicBool>, patience: Duration) {
    tokio::time::sleep(patience).await;
    if heard.load(Ordering::Relaxed) {
        std::future::pending().await
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
