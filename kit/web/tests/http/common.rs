//! A server for one test, and the clients that ask it: well-behaved ones of both protocols, and bare sockets.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use http::{Request, Response};
use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use kit_base::{Authenticator, Clock, SecretKey};
use kit_testkit::{RoleTokens, TestReply};
use kit_web::{Built, Edge, EdgeConfig, Server, ServerConfig, TlsFiles};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// What must happen at all: it is waited for as long as a slow machine may need.
pub async fn soon<F: Future>(happening: F) -> F::Output {
    tokio::time::timeout(Duration::from_secs(30), happening).await.expect("this happens in the end")
}

/// A server that runs until it is stopped or dropped.
pub struct Served {
    pub address: SocketAddr,
    pub edge: Arc<Edge>,
    pub stop: CancellationToken,
    pub serving: JoinHandle<()>,
}

/// Settings that no test runs into by accident.
pub fn patient() -> ServerConfig {
    ServerConfig {
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        max_connections: 100,
        header_timeout: Duration::from_secs(60),
        deadline: Duration::from_secs(60),
        max_body: 1 << 20,
        drain: Duration::from_secs(60),
        tls: TlsFiles::default(),
    }
}

/// An edge with these limits in front of `router`, which it lets everything through to.
pub fn edge(router: Router, config: &ServerConfig) -> Arc<Edge> {
    let everything: Vec<(&str, &str)> = ["/", "/{*rest}"]
        .into_iter()
        .flat_map(|path| ["GET", "POST", "PUT", "DELETE"].map(|method| (method, path)))
        .collect();
    edge_of(Built::plain(router, &everything), Arc::new(RoleTokens), config)
}

/// An edge with these limits in front of what was built.
fn edge_of(built: Built, authenticator: Arc<dyn Authenticator>, config: &ServerConfig) -> Arc<Edge> {
    Arc::new(Edge::new(built, edge_config(authenticator, config)).unwrap())
}

fn edge_config(authenticator: Arc<dyn Authenticator>, config: &ServerConfig) -> EdgeConfig {
    EdgeConfig {
        deadline: config.deadline,
        max_body: config.max_body,
        authenticator,
        error_page: |_, status, detail| format!("<h1>{status}</h1><p>{detail}</p>"),
        ..EdgeConfig::plain(Clock::system())
    }
}

/// Serves `router` with settings that no test runs into by accident.
pub async fn serve(router: Router) -> Served {
    serve_with(router, patient()).await
}

/// Serves `router` with these settings.
pub async fn serve_with(router: Router, config: ServerConfig) -> Served {
    run(edge(router, &config), config).await
}

/// Serves what was built to callers whom this authenticator tells apart.
pub async fn serve_to(built: Built, authenticator: Arc<dyn Authenticator>) -> Served {
    let config = patient();
    run(edge_of(built, authenticator, &config), config).await
}

/// The same, for an installation that has this key.
pub async fn serve_keyed(built: Built, authenticator: Arc<dyn Authenticator>, secret: SecretKey) -> Served {
    let config = patient();
    let edge = Edge::new(built, EdgeConfig { secret, ..edge_config(authenticator, &config) });
    run(Arc::new(edge.unwrap()), config).await
}

async fn run(edge: Arc<Edge>, config: ServerConfig) -> Served {
    let stop = CancellationToken::new();
    let server = Server::bind(config).await.unwrap();
    let address = server.address();
    let serving = tokio::spawn(server.serve(edge.clone(), stop.clone()));
    Served { address, edge, stop, serving }
}

impl Served {
    /// `GET` on a connection of its own.
    pub async fn get(&self, path: &str) -> TestReply {
        self.send(get(path)).await
    }

    /// Any request on a connection of its own.
    pub async fn send(&self, request: Request<Body>) -> TestReply {
        soon(TestReply::read(soon(self.connect().await.send_request(request)).await.unwrap().map(Body::new)))
            .await
    }

    /// A connection that stays open as long as it is held.
    pub async fn connect(&self) -> http1::SendRequest<Body> {
        let (sender, connection) = http1::handshake(TokioIo::new(self.raw().await)).await.unwrap();
        tokio::spawn(connection);
        sender
    }

    /// The same in HTTP/2, by prior knowledge.
    pub async fn connect_http2(&self) -> http2::SendRequest<Body> {
        let stream = TokioIo::new(self.raw().await);
        let (sender, connection) = http2::handshake(TokioExecutor::new(), stream).await.unwrap();
        tokio::spawn(connection);
        sender
    }

    /// A bare socket.
    pub async fn raw(&self) -> TcpStream {
        soon(TcpStream::connect(self.address)).await.unwrap()
    }

    /// What comes back for these bytes until the server ends the connection.
    pub async fn raw_reply(&self, sent: &[u8]) -> String {
        let mut stream = self.raw().await;
        // The server may have heard enough before all is sent.
        let _ = stream.write_all(sent).await;
        rest(&mut stream).await
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// What still comes, until the other side ends the connection.
pub async fn rest(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    // A connection that is cut rather than ended is at its end as well.
    let _ = soon(stream.read_to_end(&mut bytes)).await;
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A `GET` request as a client writes it.
pub fn get(path: &str) -> Request<Body> {
    request("GET", path, &[], "")
}

/// Any request with these headers.
pub fn request(method: &str, path: &str, headers: &[(&str, &str)], body: &'static str) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path).header("host", "test");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Body::from(body)).unwrap()
}

/// Asks over HTTP/2, where the host is part of the address.
pub async fn ask_http2(sender: &mut http2::SendRequest<Body>, path: &str) -> TestReply {
    let request = Request::builder().uri(format!("http://test{path}")).body(Body::empty()).unwrap();
    let response: Response<_> = soon(sender.send_request(request)).await.unwrap();
    soon(TestReply::read(response.map(Body::new))).await
}
