//! A small server of feed documents, such as providers run: each address gives its present document, with an `ETag`.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderMap, StatusCode, header};
use kit_base::Clock;
use kit_web::{Built, Edge, EdgeConfig, Server, ServerConfig, TlsFiles};
use tokio_util::sync::CancellationToken;

use super::library::Library;

type Documents = Arc<Mutex<BTreeMap<String, Vec<u8>>>>;

/// The running feed server.
pub struct Feeds {
    /// Where it is.
    pub url: String,
    documents: Documents,
}

impl Feeds {
    /// From now on the provider's feed gives this document.
    pub fn show(&self, provider: &str, document: &[u8]) {
        let mut documents = self.documents.lock().unwrap_or_else(PoisonError::into_inner);
        documents.insert(provider.to_owned(), document.to_vec());
    }
}

/// Serves the first scene of every provider on a free port of this machine.
pub async fn start(library: &Library, stop: CancellationToken) -> Result<Feeds, String> {
    let documents = Documents::default();
    let server = Server::bind(ServerConfig {
        listen: ([127, 0, 0, 1], 0).into(),
        max_connections: 256,
        header_timeout: Duration::from_secs(10),
        deadline: Duration::from_secs(10),
        max_body: 1024,
        drain: Duration::from_secs(1),
        tls: TlsFiles::default(),
    })
    .await?;
    let feeds = Feeds { url: format!("http://{}", server.address()), documents: documents.clone() };
    for provider in &library.providers {
        if let Some(scene) = provider.scenes.first() {
            feeds.show(&provider.slug, scene);
        }
    }
    let router = Router::new().route("/", get(index)).route("/{provider}", get(feed)).with_state(documents);
    let built = Built::plain(router, &[("GET", "/"), ("GET", "/{provider}")]);
    let edge = Edge::new(built, EdgeConfig::plain(Clock::system()))?;
    tokio::spawn(server.serve(Arc::new(edge), stop));
    Ok(feeds)
}

async fn index(State(documents): State<Documents>) -> String {
    let documents = documents.lock().unwrap_or_else(PoisonError::into_inner);
    documents.keys().map(|name| format!("/{name}\n")).collect()
}

async fn feed(
    State(documents): State<Documents>,
    Path(provider): Path<String>,
    headers: HeaderMap,
) -> Response {
    let document = documents.lock().unwrap_or_else(PoisonError::into_inner).get(&provider).cloned();
    let Some(document) = document else { return StatusCode::NOT_FOUND.into_response() };
    let mut hasher = DefaultHasher::new();
    document.hash(&mut hasher);
    let tag = format!("\"{:016x}\"", hasher.finish());
    if headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes()) {
        return (StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response();
    }
    let kind = if document.starts_with(b"<") { "text/html" } else { "application/json" };
    ([(header::ETAG, tag.as_str()), (header::CONTENT_TYPE, kind)], document).into_response()
}
