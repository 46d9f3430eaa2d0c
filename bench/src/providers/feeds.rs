//! A server with a page for each provider: half of them know when nothing has changed, the others send the same bytes
//! again, and some of these with another time in them.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use http::{Request, Response, StatusCode, header};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use serde_json::json;
use tokio::net::TcpListener;

use crate::http::server::{in_words, until_the_end};

/// Serves until the standard input ends.
pub fn serve(_: &[String]) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(in_words)?;
    runtime.block_on(until_the_end(pages()))
}

async fn pages() -> Result<(), String> {
    let listener = TcpListener::bind("127.0.0.1:0").await.map_err(in_words)?;
    println!("{} ", listener.local_addr().map_err(in_words)?);
    let protocols = Arc::new(auto::Builder::new(TokioExecutor::new()));
    loop {
        let (stream, _) = listener.accept().await.map_err(in_words)?;
        let protocols = protocols.clone();
        tokio::spawn(async move {
            let answer = service_fn(|request| async move { Ok::<_, Infallible>(answer(&request)) });
            let _ = protocols.serve_connection(TokioIo::new(stream), answer).await;
        });
    }
}

static ASKED: AtomicUsize = AtomicUsize::new(0);

fn answer(request: &Request<Incoming>) -> Response<Full<Bytes>> {
    let n: usize = request.uri().path().split('/').nth(1).and_then(|n| n.parse().ok()).unwrap_or_default();
    let mut response = Response::new(Full::default());
    if n.is_multiple_of(2) {
        let etag = header::HeaderValue::from_static("\"1\"");
        if request.headers().get(header::IF_NONE_MATCH) == Some(&etag) {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            return response;
        }
        response.headers_mut().insert(header::ETAG, etag);
    }
    let tick = if n % 10 == 1 { ASKED.fetch_add(1, Ordering::Relaxed) } else { 0 };
    // From a few components to hundreds, as real pages have.
    *response.body_mut() = Full::new(page(4 + n * n % 97 * 2, tick).into());
    response
}

/// A page of the Statuspage family.
pub fn page(components: usize, tick: usize) -> Vec<u8> {
    let component = |n: usize| {
        json!({
            "id": format!("c{n:08}"), "name": format!("Component of the number {n}"), "status": "operational",
            "created_at": "2020-01-01T00:00:00.000Z", "updated_at": "2026-01-01T00:00:00.000Z", "position": n,
            "description": "What this component does, in one sentence that somebody wrote.", "showcase": false,
            "start_date": null, "group_id": null, "page_id": "kctbh9vrtdwd", "group": false,
            "only_show_if_degraded": false,
        })
    };
    let document = json!({
        "page": { "id": "kctbh9vrtdwd", "name": "Provider", "updated_at": tick },
        "status": { "indicator": "none", "description": "All Systems Operational" },
        "components": (0..components).map(component).collect::<Vec<_>>(),
        "incidents": [], "scheduled_maintenances": [],
    });
    document.to_string().into_bytes()
}
