//! One connection: perhaps TLS, then the lane as long as it is plain, then HTTP/1 or HTTP/2, and every request that is
//! understood by everybody in one way handed to the edge.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::Body;
use http::{HeaderValue, Request, Response, StatusCode, Version, header};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::Watcher;
use serde_json::json;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::Edge;
use crate::heads::{Heads, Watched};
use crate::lane::{End, Lane};
use crate::source::Peer;
use crate::tls::Tls;
use crate::watch::Pulse;

/// The longest head of a request, in bytes.
const LONGEST_HEAD: u32 = 64 << 10;

/// What all connections share.
pub(crate) struct House {
    edge: Arc<Edge>,
    tls: Option<Arc<Tls>>,
    protocols: auto::Builder<TokioExecutor>,
    /// Whether connections begin in the lane.
    lane: bool,
}

impl House {
    pub(crate) fn new(edge: Arc<Edge>, tls: Option<Arc<Tls>>, patience: Duration, lane: bool) -> Self {
        Self { edge, tls, protocols: protocols(patience), lane }
    }

    /// Serves one connection until its end.
    pub(crate) async fn serve(
        self: Arc<Self>,
        stream: TcpStream,
        address: SocketAddr,
        polite: Watcher,
        pulse: Arc<Pulse>,
    ) {
        let local = stream.local_addr().ok();
        let guest = |tls| Guest { peer: Peer { address, tls }, local, polite, pulse };
        let Some(tls) = &self.tls else { return self.speak(stream, guest(false)).await };
        match tls.accept(stream).await {
            Ok(stream) => Box::pin(self.speak(stream, guest(true))).await,
            Err(error) => tracing::debug!(%error, "a connection did not become TLS"),
        }
    }

    async fn speak<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(&self, mut stream: S, guest: Guest) {
        let begun = if self.lane {
            Lane::new(&self.edge, &mut stream, guest.peer, &guest.pulse).run().await
        } else {
            End::Elsewhere { bytes: Vec::new(), answer: None }
        };
        match begun {
            // The other end may be gone already.
            End::Over => drop(stream.shutdown().await),
            // On the heap: while a connection is in the lane it needs no room for this.
            End::Elsewhere { bytes, answer } => Box::pin(self.hyper(bytes, answer, stream, guest)).await,
        }
    }

    /// Serves the rest of a connection. `answer` is for the request it begins with, if there is one already.
    async fn hyper<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
        &self,
        bytes: Vec<u8>,
        answer: Option<Response<Body>>,
        stream: S,
        guest: Guest,
    ) {
        let Guest { peer, local, polite, pulse } = guest;
        let heads = Heads::default();
        let stream = TokioIo::new(Watched::new(bytes.into(), stream, heads.clone()));
        let (edge, ready) = (self.edge.clone(), Mutex::new(answer));
        let answer = service_fn(move |request: Request<Incoming>| {
            // From here on hyper has its own patience.
            pulse.begin();
            let ready = ready.lock().unwrap_or_else(PoisonError::into_inner).take();
            let (edge, request) = (edge.clone(), understood(request, &heads, peer, local));
            async move {
                Ok::<_, Infallible>(match (ready, request) {
                    (Some(ready), _) => ready,
                    (None, Ok(request)) => edge.answer(request).await,
                    (None, Err(reason)) => refusal(reason),
                })
            }
        });
        let connection = self.protocols.serve_connection(stream, answer).into_owned();
        if let Err(error) = polite.watch(connection).await {
            tracing::debug!(error, "a connection ended early");
        }
    }
}

/// Who is at the other end, and how it is served.
struct Guest {
    peer: Peer,
    /// Where it called.
    local: Option<SocketAddr>,
    polite: Watcher,
    pulse: Arc<Pulse>,
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
