//! One connection: perhaps TLS, then HTTP/1 or HTTP/2, and every request that is understood by everybody in one way
//! handed to the edge.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::body::Body;
use http::{HeaderValue, Request, Response, StatusCode, Version, header};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::Watcher;
use serde_json::json;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

use crate::Edge;
use crate::heads::{Heads, Watched};
use crate::source::Peer;
use crate::tls::Tls;

/// The longest head of a request, in bytes.
const LONGEST_HEAD: u32 = 64 << 10;

/// What all connections share.
pub(crate) struct House {
    edge: Arc<Edge>,
    tls: Option<Arc<Tls>>,
    protocols: auto::Builder<TokioExecutor>,
    patience: Duration,
    stop: CancellationToken,
}

impl House {
    pub(crate) fn new(
        edge: Arc<Edge>,
        tls: Option<Arc<Tls>>,
        patience: Duration,
        stop: CancellationToken,
    ) -> Self {
        Self { edge, tls, protocols: protocols(patience), patience, stop }
    }

    /// Serves one connection until its end, or until nothing is asked for too long.
    pub(crate) async fn serve(self: Arc<Self>, stream: TcpStream, address: SocketAddr, polite: Watcher) {
        let heard = Arc::new(AtomicBool::new(false));
        tokio::select! {
            () = self.greet(stream, address, polite, heard.clone()) => {}
            () = silence(heard, self.patience) => {
                tracing::debug!("a connection was cut off because nothing was asked");
            }
        }
    }

    async fn greet(&self, stream: TcpStream, address: SocketAddr, polite: Watcher, heard: Arc<AtomicBool>) {
        let local = stream.local_addr().ok();
        let Some(tls) = &self.tls else {
            return self.speak(stream, Peer { address, tls: false }, local, polite, heard).await;
        };
        match self.stop.run_until_cancelled(tls.accept(stream)).await {
            Some(Ok(stream)) => self.speak(stream, Peer { address, tls: true }, local, polite, heard).await,
            Some(Err(error)) => tracing::debug!(%error, "a connection did not become TLS"),
            None => {}
        }
    }

    async fn speak<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
        &self,
        stream: S,
        peer: Peer,
        local: Option<SocketAddr>,
        polite: Watcher,
        heard: Arc<AtomicBool>,
    ) {
        let heads = Heads::default();
        let stream = TokioIo::new(Watched::new(stream, heads.clone()));
        let edge = self.edge.clone();
        let answer = service_fn(move |request: Request<Incoming>| {
            heard.store(true, Ordering::Relaxed);
            let (edge, request) = (edge.clone(), understood(request, &heads, peer, local));
            async move {
                Ok::<_, Infallible>(match request {
                    Ok(request) => edge.answer(request).await,
                    Err(reason) => refusal(reason),
                })
            }
        });
        let connection = self.protocols.serve_connection(stream, answer).into_owned();
        if let Err(error) = polite.watch(connection).await {
            tracing::debug!(error, "a connection ended early");
        }
    }
}

/// HTTP/1 and HTTP/2 on one port; the first bytes tell which it is.
fn protocols(patience: Duration) -> auto::Builder<TokioExecutor> {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    // At most 100 headers, which is what hyper bears by itself; saying so would cost two allocations a request.
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(patience)
        .max_buf_size(LONGEST_HEAD as usize);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(128)
        .max_header_list_size(LONGEST_HEAD)
        // Who asks and takes it back at once costs much and pays little (CVE-2023-44487).
        .max_pending_accept_reset_streams(20)
        .max_local_error_reset_streams(128)
        // Whoever is gone without a word does not keep the room.
        .keep_alive_interval(Duration::from_secs(30))
        .keep_alive_timeout(Duration::from_secs(20));
    builder
}

/// The request with its peer; `Err` where a proxy before us might have understood it differently (RFC 9112, 11.2).
fn understood(
    request: Request<Incoming>,
    heads: &Heads,
    peer: Peer,
    local: Option<SocketAddr>,
) -> Result<Request<Body>, &'static str> {
    let mut request = request.map(Body::new);
    let headers = request.headers();
    let mut codings = headers.get_all(header::TRANSFER_ENCODING).iter();
    if let Some(coding) = codings.next() {
        if !coding.as_bytes().eq_ignore_ascii_case(b"chunked") || codings.next().is_some() {
            return Err("The only transfer coding that is known here is chunked.");
        }
        if heads.have_two_lengths() {
            return Err("The request has both Content-Length and Transfer-Encoding. Send one of them.");
        }
    }
    let hosts = headers.get_all(header::HOST).iter().count();
    match request.version() {
        Version::HTTP_11 if hosts != 1 => {
            return Err("A request names exactly one host. Send one Host header.");
        }
        // There was no such header then: what was meant is who was called.
        Version::HTTP_10 | Version::HTTP_09 if hosts == 0 => {
            let called = local.and_then(|local| HeaderValue::from_str(&local.to_string()).ok());
            request.headers_mut().extend(called.map(|called| (header::HOST, called)));
        }
        _ => {}
    }
    request.extensions_mut().insert(peer);
    Ok(request)
}

/// 400, and the connection ends: what comes next on it cannot be trusted to be a request.
fn refusal(reason: &str) -> Response<Body> {
    let mut response = Response::new(Body::from(json!({ "detail": reason }).to_string()));
    *response.status_mut() = StatusCode::BAD_REQUEST;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

/// Ends when nothing was asked in that time. The protocols have no such limit of their own before the first bytes, and
/// HTTP/2 has none before the first request; TLS has none at all.
async fn silence(heard: Arc<AtomicBool>, patience: Duration) {
    tokio::time::sleep(patience).await;
    if heard.load(Ordering::Relaxed) {
        std::future::pending().await
    }
}
