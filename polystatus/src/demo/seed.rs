//! Setting the stage through the public API, as any user would: the providers to watch and what of ours needs them.

use bytes::Bytes;
use contracts::identity::Session;
use http::{Method, Request, StatusCode, header};
use kit_base::Transport;
use kit_web::LocalTransport;
use providers::samples::RUNS_ON;
use serde_json::{Value, json};

use super::library::Library;

/// The component that the story is about for visitors.
pub const PICTURES: &str = "pictures";
/// The feature that needs it.
const FLAG: &str = "picture-zoom";

/// Logs in; returns the token.
pub async fn log_in(api: &LocalTransport, email: &str, password: &str) -> Result<String, String> {
    let body = json!({ "email": email, "password": password });
    let (status, answer) = send(api, Method::POST, "/api/v1/auth/login", None, &body).await?;
    let session: Result<Session, _> = serde_json::from_slice(&answer);
    session.map(|session| session.token).map_err(|_| format!("the demonstration cannot log in: {status}"))
}

/// Adds every provider and component; what is there from an earlier run is brought up to date.
pub async fn plant(api: &LocalTransport, token: &str, library: &Library, feeds: &str) -> Result<(), String> {
    for provider in &library.providers {
        let body = json!({
            "name": provider.name,
            "feed_url": format!("{feeds}/{}", provider.slug),
            "type": provider.adapter,
        });
        put(api, token, "/api/v1/csp/providers", &provider.slug, &body).await?;
    }
    let is_planted = |slug: &str| library.providers.iter().any(|provider| provider.slug == slug);
    for (provider, runs_on) in RUNS_ON.iter().filter(|(a, b)| is_planted(a) && is_planted(b)) {
        let body = json!({ "provider": provider, "runs_on": runs_on });
        must(send(api, Method::POST, "/api/v1/csp/relations", Some(token), &body).await?, provider)?;
    }
    for component in &library.components {
        let body = serde_json::to_value(component).map_err(|error| error.to_string())?;
        put(api, token, "/api/v1/components", &component.slug, &body).await?;
    }
    Ok(())
}

/// A feature that hangs on the component `PICTURES`: an incident switches it off, and its end switches it on.
pub async fn link_flag(api: &LocalTransport, token: &str) -> Result<(), String> {
    let flag = json!({
        "key": FLAG,
        "state": "ENABLED",
        "variants": { "on": true, "off": false },
        "defaultVariant": "on",
        "metadata": { "owner": "shop" },
    });
    put(api, token, "/api/v1/flags", FLAG, &flag).await?;
    let links = format!("/api/v1/flags/links?flag={FLAG}");
    let (_, linked) = send(api, Method::GET, &links, Some(token), &Value::Null).await?;
    let linked: Value = serde_json::from_slice(&linked).unwrap_or_default();
    if linked.get("count").is_some_and(|count| *count == 0) {
        let link = json!({ "flag": FLAG, "component": PICTURES });
        must(send(api, Method::POST, "/api/v1/flags/links", Some(token), &link).await?, FLAG)?;
    }
    Ok(())
}

/// Creates the thing, or changes it if it is there.
async fn put(api: &LocalTransport, token: &str, path: &str, slug: &str, body: &Value) -> Result<(), String> {
    let mut answer = send(api, Method::POST, path, Some(token), body).await?;
    if answer.0 == StatusCode::BAD_REQUEST {
        answer = send(api, Method::PUT, &format!("{path}/{slug}"), Some(token), body).await?;
    }
    must(answer, slug)
}

fn must((status, answer): (StatusCode, Bytes), what: &str) -> Result<(), String> {
    if status.is_success() {
        return Ok(());
    }
    Err(format!("the demonstration cannot set up {what}: {status} {}", String::from_utf8_lossy(&answer)))
}

/// Asks as anybody could; `body` is left out where it is null.
async fn send(
    api: &LocalTransport,
    method: Method,
    path: &str,
    token: Option<&str>,
    body: &Value,
) -> Result<(StatusCode, Bytes), String> {
    let mut request =
        Request::builder().method(method).uri(path).header(header::CONTENT_TYPE, "application/json");
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    let body = if body.is_null() { Bytes::new() } else { Bytes::from(body.to_string()) };
    let request = request.body(body).map_err(|error| error.to_string())?;
    let answer = api.send(request).await.map_err(|error| error.to_string())?;
    Ok((answer.status(), answer.into_body()))
}
