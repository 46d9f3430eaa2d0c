//! The listener: connections are capped, silent clients are cut off, and stopping lets what has begun come to its end.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper_util::server::graceful::GracefulShutdown;
use kit_base::Setting;
use kit_base::settings::{Kind, Settings};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::Edge;
use crate::connection::House;
use crate::tls::{self, Tls, TlsFiles};
use crate::watch::Watch;

pub(crate) const LISTEN: Setting = Setting::new(
    "web.listen",
    Kind::Address,
    "127.0.0.1:8000",
    "the address to listen on; a bare port is one on every interface",
)
.also(&["PORT"]);
pub(crate) const CONNECTIONS: Setting = Setting::new(
    "web.max_connections",
    Kind::Count(1, 1_000_000),
    "8192",
    "connections served at once; more wait",
);
pub(crate) const HEAD: Setting = Setting::new(
    "web.header_timeout",
    Kind::Duration,
    "10s",
    "how long a client may take to send a request's head",
);
pub(crate) const DEADLINE: Setting =
    Setting::new("web.deadline", Kind::Duration, "30s", "how long a request may take before it is given up");
pub(crate) const MAX_BODY: Setting =
    Setting::new("web.max_body", Kind::Size, "1MiB", "the longest request body that is read");
pub(crate) const DRAIN: Setting = Setting::new(
    "web.drain",
    Kind::Duration,
    "10s",
    "how long requests, and then tasks, may take to end when the server stops",
);

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
    /// Where the certificate and its key are, if connections are TLS.
    pub tls: TlsFiles,
}

impl ServerConfig {
    /// The same settings with another port of this machine itself to listen on, where nobody has said any.
    pub fn with_default_port(settings: Settings, port: u16) -> Settings {
        settings.with_default(LISTEN.name, &format!("127.0.0.1:{port}"))
    }

    /// From the settings.
    pub fn from_settings(settings: &Settings) -> Self {
        Self {
            listen: settings.address(&LISTEN).unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 8000))),
            max_connections: settings.count(&CONNECTIONS),
            header_timeout: settings.duration(&HEAD),
            deadline: settings.duration(&DEADLINE),
            max_body: settings.size(&MAX_BODY),
            drain: settings.duration(&DRAIN),
            tls: TlsFiles::from_settings(settings),
        }
    }
}

/// A socket that listens, before and while it serves.
pub struct Server {
    listener: TcpListener,
    config: ServerConfig,
    tls: Option<Arc<Tls>>,
    lane: bool,
}

impl Server {
    /// Reads the certificate, if there is to be one, and takes the address. The error is a line for the terminal.
    pub async fn bind(config: ServerConfig) -> Result<Self, String> {
        let tls = Tls::load(&config.tls)?.map(Arc::new);
        let listener = TcpListener::bind(config.listen).await.map_err(|error| {
            format!("cannot listen on {}: {error}; choose another address with --listen", config.listen)
        })?;
        Ok(Self { listener, config, tls, lane: true })
    }

    /// Leaves every request to hyper: what the lane is compared with.
    #[must_use]
    pub fn without_lane(self) -> Self {
        Self { lane: false, ..self }
    }

    /// Where it really listens, which differs from what was asked for when that was port 0.
    pub fn address(&self) -> SocketAddr {
        self.listener.local_addr().unwrap_or(self.config.listen)
    }

    /// How long what has begun may take to end once it is told to.
    pub fn drain(&self) -> Duration {
        self.config.drain
    }

    /// The certificate that connections are made with; `None` where they are not TLS.
    pub fn tls(&self) -> Option<&Arc<Tls>> {
        self.tls.as_ref()
    }

    /// Serves until `stop`, then lets requests that have begun end, and cuts those that do not.
    pub async fn serve(self, edge: Arc<Edge>, stop: CancellationToken) {
        let room = Arc::new(Semaphore::new(self.config.max_connections));
        let (open, polite) = (TaskTracker::new(), GracefulShutdown::new());
        let watch = Arc::new(Watch::new(self.config.header_timeout));
        open.spawn(watch.clone().keep(stop.clone()));
        if let Some(tls) = &self.tls {
            open.spawn(tls.clone().watch(tls::LOOK, stop.clone()));
        }
        let house = Arc::new(House::new(edge, self.tls, self.config.header_timeout, self.lane));
        loop {
            let accepted = tokio::select! {
                accepted = next(&self.listener, &room) => accepted,
                () = stop.cancelled() => break,
            };
            let Some((stream, address, permit)) = accepted else { continue };
            let pulse = watch.pulse();
            let served = house.clone().serve(stream, address, polite.watcher(), pulse.clone());
            let task = open.spawn(async move {
                served.await;
                drop(permit);
            });
            watch.hold(pulse, task.abort_handle());
        }
        drop(self.listener);
        watch.stop();
        if tokio::time::timeout(self.config.drain, polite.shutdown()).await.is_err() {
            tracing::warn!("some requests were cut off because they did not end in time");
        }
        watch.cut();
        open.close();
        open.wait().await;
    }
}

/// The next connection, once there is room for it.
async fn next(
    listener: &TcpListener,
    room: &Arc<Semaphore>,
) -> Option<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let permit = room.clone().acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, address)) => {
            // Without it small answers wait for the client's acknowledgement.
            let _ = stream.set_nodelay(true);
            Some((stream, address, permit))
        }
        Err(error) => {
            tracing::warn!(%error, "a connection was not accepted");
            tokio::time::sleep(Duration::from_millis(50)).await;
            None
        }
    }
}
