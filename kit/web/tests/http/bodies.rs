//! Bodies: how long they may be, what they may be, and where they are wrong.

use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::routing::{post, put};
use futures_util::stream;
use http::Request;
use kit_base::Problem;
use kit_testkit::TestReply;
use kit_web::{Answer, Fields, Reply, ServerConfig};
use tokio::io::AsyncWriteExt;

use crate::common::{Served, patient, request, serve, serve_with};

async fn create(mut fields: Fields) -> Reply<String> {
    let title = fields.must_text("title", 5000);
    Ok(Answer::created(fields.finish(title)?))
}

fn routes() -> Router {
    Router::new().route("/things", post(create))
}

async fn post_json(server: &Served, body: &'static str) -> TestReply {
    server
        .send(request("POST", "/things", &[("content-type", "application/json; charset=utf-8")], body))
        .await
}

#[tokio::test]
async fn a_body_is_read_up_to_its_limit() {
    let server = serve_with(routes(), ServerConfig { max_body: 1000, ..patient() }).await;
    let json = |length: usize| format!(r#"{{"title":"{}"}}"#, "a".repeat(length - 12));
    for (length, status) in [(1000, 201), (1001, 413), (100_000, 413)] {
        let whole = Request::post("/things").header("host", "test").body(Body::from(json(length))).unwrap();
        assert_eq!(server.send(whole).await.status, status, "{length} bytes at once");
        let pieces: Vec<_> = json(length).into_bytes().chunks(300).map(|piece| Ok(piece.to_vec())).collect();
        let stream = Body::from_stream(stream::iter(pieces.into_iter().map(|p: Result<_, axum::Error>| p)));
        let pieces = Request::post("/things").header("host", "test").body(stream).unwrap();
        assert_eq!(server.send(pieces).await.status, status, "{length} bytes in pieces");
    }
}

/// The answer is not lost when the client goes on sending, as most do.
#[tokio::test]
async fn a_client_that_sends_far_too_much_still_learns_so() {
    let server = serve_with(routes(), ServerConfig { max_body: 1000, ..patient() }).await;
    for length in [200_000, 8_000_000] {
        let head = format!("POST /things HTTP/1.1\r\nhost: test\r\ncontent-length: {length}\r\n\r\n");
        let came = server.raw_reply(&[head.into_bytes(), vec![b' '; length]].concat()).await;
        assert!(came.starts_with("HTTP/1.1 413 "), "{length} bytes: {came:?}");
        assert!(came.contains("The body is larger than this server accepts."), "{came}");
    }
}

#[tokio::test]
async fn json_that_is_wrong_is_told_with_line_and_column() {
    let server = serve(routes()).await;
    let reply = post_json(&server, "{\n  \"title\": \"a\",\n  \"b\": }\n").await;
    assert_eq!(reply.status, 400);
    let detail = reply.json["detail"].as_str().unwrap();
    assert!(detail.starts_with("JSON parse error - ") && detail.contains("line 3 column 8"), "{detail}");
    let reply = post_json(&server, "").await;
    assert_eq!(reply.json, serde_json::json!({"title": ["This field is required."]}));
    let reply = post_json(&server, "[1]").await;
    assert_eq!(reply.json["non_field_errors"][0], "Invalid data. Expected a dictionary, but got list.");
    let reply = post_json(&server, r#"{"title": "  "}"#).await;
    assert_eq!(reply.json, serde_json::json!({"title": ["This field may not be blank."]}));
}

#[tokio::test]
async fn other_media_types_are_refused_by_name() {
    let server = serve(routes()).await;
    for media in ["text/plain", "text/xml", "application/jsonx"] {
        let reply = server.send(request("POST", "/things", &[("content-type", media)], "{}")).await;
        assert_eq!(reply.status, 415, "{media}");
        assert_eq!(reply.json["detail"], format!("Unsupported media type \"{media}\" in request."));
    }
    let reply =
        server.send(request("POST", "/things", &[("content-type", "Application/JSON")], r#"{"title":"a"}"#));
    assert_eq!(reply.await.status, 201);
}

/// The document's own two, and what forms send.
#[tokio::test]
async fn every_media_type_says_the_same() {
    let server = serve(routes()).await;
    for (media, body) in [
        ("", r#"{"title": "a & é"}"#),
        ("application/json", r#"{"title": "a & é"}"#),
        ("application/xml", "<thing><title>a &amp; é</title></thing>"),
        ("application/x-www-form-urlencoded", "title=a+%26+%C3%A9"),
        (
            "multipart/form-data; boundary=X",
            "--X\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\na & é\r\n--X--\r\n",
        ),
    ] {
        let reply = server.send(request("POST", "/things", &[("content-type", media)], body)).await;
        assert_eq!((reply.status, reply.json), (201, serde_json::json!("a & é")), "{media}");
    }
}

#[tokio::test]
async fn a_body_in_disguise_is_refused() {
    let server = serve(routes()).await;
    let json = ("content-type", "application/json");
    for (headers, detail) in [
        (
            &[json, ("content-encoding", "gzip")][..],
            "Unsupported content encoding \"gzip\" in request; send the body as it is.",
        ),
        (
            &[("content-type", "application/json; charset=utf-16")],
            "Unsupported charset \"utf-16\" in request; send UTF-8.",
        ),
        (
            &[json, ("content-type", "application/xml")],
            "Unsupported media type \"application/json, application/xml\" in request.",
        ),
    ] {
        let reply = server.send(request("POST", "/things", headers, r#"{"title": "a"}"#)).await;
        assert_eq!((reply.status, reply.json["detail"].as_str()), (415, Some(detail)));
    }
    let identity = [json, ("content-encoding", "identity")];
    let reply = server.send(request("POST", "/things", &identity, r#"{"title": "a"}"#)).await;
    assert_eq!(reply.status, 201);
}

/// What the object is, and whether it may be changed, comes before what is wrong with the body.
#[tokio::test]
async fn a_handler_may_look_at_its_object_before_the_body_is_judged() {
    async fn change(Path(id): Path<u32>, mut fields: Fields) -> Reply<String> {
        let title = fields.must_text("title", 10);
        if id != 1 {
            return Err(Problem::not_found().into());
        }
        Ok(Answer::ok(fields.finish(title)?))
    }
    let server = serve(Router::new().route("/things/{id}", put(change))).await;
    for (path, media, status) in [
        ("/things/2", "application/json", 404),
        ("/things/2", "text/plain", 404),
        ("/things/1", "application/json", 400),
        ("/things/1", "text/plain", 415),
    ] {
        let reply = server.send(request("PUT", path, &[("content-type", media)], "{\"title\": ")).await;
        assert_eq!(reply.status, status, "{path} {media}");
    }
}

#[tokio::test]
async fn a_body_that_breaks_off_harms_nobody() {
    let server = serve(routes()).await;
    let mut stream = server.raw().await;
    stream
        .write_all(b"POST /things HTTP/1.1\r\nhost: test\r\ncontent-length: 100\r\n\r\n{\"ti")
        .await
        .unwrap();
    drop(stream);
    assert_eq!(post_json(&server, r#"{"title": "a"}"#).await.status, 201);
}
