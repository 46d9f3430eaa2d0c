//! Pages of a list, with links that lead where the caller came from.

use axum::Router;
use axum::routing::get as on_get;
use kit_base::Problem;
use kit_web::{Answer, Paging, Reply};

use crate::common::{ask_http2, serve};

async fn list(paging: Paging) -> Reply<kit_base::Page<i64>> {
    let window = paging.window(25).ok_or_else(|| Problem::new(404, "Invalid page."))?;
    let results = (window.offset..25.min(window.offset + window.limit)).collect();
    Ok(Answer::ok(paging.page(25, results)))
}

fn routes() -> Router {
    Router::new().route("/api/things", on_get(list))
}

#[tokio::test]
async fn links_name_the_host_and_the_path_that_were_asked() {
    let server = serve(routes()).await;
    let reply = server.get("/api/things/?page=2&q=a%20b").await;
    assert_eq!(reply.json["count"], 25);
    assert_eq!(reply.json["next"], "http://test/api/things/?page=3&q=a+b");
    assert_eq!(reply.json["previous"], "http://test/api/things/?q=a+b");
    assert_eq!(reply.json["results"], serde_json::json!([10, 11, 12, 13, 14, 15, 16, 17, 18, 19]));
    let reply = server.get("/api/things?page=last").await;
    assert_eq!(reply.json["next"], serde_json::Value::Null);
    assert_eq!(reply.json["previous"], "http://test/api/things?page=2");
}

#[tokio::test]
async fn links_name_the_host_over_http2_too() {
    let server = serve(routes()).await;
    let mut http2 = server.connect_http2().await;
    for path in ["/api/things", "/api/things/"] {
        let reply = ask_http2(&mut http2, path).await;
        assert_eq!(reply.json["next"], format!("http://test{path}?page=2"));
    }
}

#[tokio::test]
async fn a_page_that_is_not_there_is_not_found() {
    let server = serve(routes()).await;
    for page in ["0", "4", "-1", "x", "18446744073709551616"] {
        let reply = server.get(&format!("/api/things?page={page}")).await;
        assert_eq!((reply.status, &reply.json["detail"]), (404, &"Invalid page.".into()), "{page}");
    }
}
