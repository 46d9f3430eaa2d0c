//! Asking within the process goes through the same edge as asking from outside.

use axum::Router;
use axum::body::Body;
use axum::routing::post;
use bytes::Bytes;
use http::{Request, Response};
use kit_base::{Transport, TransportError};
use kit_testkit::TestReply;
use kit_web::{Answer, Fields, LocalTransport, Reply, ServerConfig};

use crate::common::{edge, patient};

async fn create(mut fields: Fields) -> Reply<String> {
    let title = fields.must_text("title", 50);
    assert_ne!(title, "bad", "a bug that shows");
    Ok(Answer::created(fields.finish(title)?))
}

fn routes() -> Router {
    Router::new().route("/things", post(create))
}

async fn send(local: &LocalTransport, path: &str, body: String) -> Result<TestReply, TransportError> {
    let request = Request::post(path).body(Bytes::from(body)).unwrap();
    let response: Response<Bytes> = local.send(request).await?;
    Ok(TestReply::read(response.map(Body::from)).await)
}

#[tokio::test]
async fn the_edge_is_the_same() {
    let local = LocalTransport::default();
    let edge = edge(routes(), &ServerConfig { max_body: 100, ..patient() });
    local.connect(edge.clone());
    for (path, title, status) in [
        ("/things/", "a".to_owned(), 201),
        ("/things", " ".to_owned(), 400),
        ("/things", "a".repeat(100), 413),
        ("/things", "bad".to_owned(), 500),
        ("/nowhere", "a".to_owned(), 404),
        ("/things?%00", "a".to_owned(), 400),
    ] {
        let reply = send(&local, path, format!(r#"{{"title":"{title}"}}"#)).await.unwrap();
        assert_eq!(reply.status, status, "{path} {title}: {}", reply.text);
        assert!(reply.header("x-request-id").len() > 17, "{path}");
        assert_eq!(reply.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(reply.header("content-type"), "application/json", "{path}");
    }
}

#[tokio::test]
async fn without_an_edge_nobody_is_reached() {
    let local = LocalTransport::default();
    let told = |reply: Result<TestReply, TransportError>| reply.unwrap_err().to_string();
    let early = told(send(&local, "/things", "{}".to_owned()).await);
    assert_eq!(early, "this process cannot be reached: it is still starting");
    let edge = edge(routes(), &patient());
    local.connect(edge.clone());
    assert_eq!(send(&local, "/things", r#"{"title":"a"}"#.to_owned()).await.unwrap().status, 201);
    drop(edge);
    let late = told(send(&local, "/things", "{}".to_owned()).await);
    assert_eq!(late, "this process cannot be reached: it has stopped");
}
