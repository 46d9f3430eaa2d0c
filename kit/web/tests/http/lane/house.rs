//! A server whose answers are kept, with or without the lane.

use std::convert::Infallible;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream;
use http::header;
use kit_base::reads::{Seen, Stamp, note};
use kit_base::{Role, SecretKey, Settings};
use kit_testkit::{RoleTokens, TestClock};
use kit_web::{
    Answer, Built, Edge, EdgeConfig, Member, Routes, Rule, SETTINGS, Server, ServerConfig, Source, Visitor,
};
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use utoipa_axum::routes;

use crate::common::{Served, patient};

/// What the answers are made from, and what slow ones wait for.
#[derive(Clone)]
pub struct Data {
    pub changes: Stamp,
    /// How many slow answers have begun.
    pub begun: Arc<Semaphore>,
    pub go_on: Arc<Semaphore>,
    /// How many were given up.
    pub given_up: Arc<Semaphore>,
}

impl Default for Data {
    fn default() -> Self {
        let [begun, go_on, given_up] = std::array::from_fn(|_| Arc::new(Semaphore::new(0)));
        Self { changes: Stamp::default(), begun, go_on, given_up }
    }
}

impl Data {
    fn read(&self) -> u64 {
        let (mut seen, version) = (Seen::default(), self.changes.version());
        seen.stamp(&self.changes, version);
        note(&seen);
        version
    }
}

/// A page of a list, long enough to be compressed.
#[utoipa::path(get, path = "/things", responses((status = 200, body = Value, content_type = "application/json")))]
async fn things(State(data): State<Data>, source: Source) -> Answer<Value> {
    let things: Vec<Value> = (0..40).map(|n| json!({ "id": n, "name": format!("thing {n}") })).collect();
    let next = format!("{}/things?page=2", source.base());
    Answer::ok(
        json!({ "count": 80, "next": next, "previous": null, "results": things, "version": data.read() }),
    )
}

/// Who asks.
#[utoipa::path(get, path = "/me", responses((status = 200, body = Value, content_type = "application/json")))]
async fn me(State(data): State<Data>, Visitor(caller): Visitor) -> Answer<Value> {
    Answer::ok(json!({ "me": caller.map(|caller| caller.user_id), "version": data.read() }))
}

/// For managers.
#[utoipa::path(get, path = "/guarded", responses((status = 200, body = Value, content_type = "application/json")))]
async fn guarded(State(data): State<Data>, Member(caller): Member) -> Answer<Value> {
    Answer::ok(json!({ "manager": caller.user_id, "version": data.read() }))
}

/// Changes something.
#[utoipa::path(post, path = "/things", responses((status = 200, body = Value, content_type = "application/json")))]
async fn change() -> Answer<Value> {
    Answer::ok(json!({ "changed": true }))
}

/// What is never kept.
#[utoipa::path(get, path = "/now", responses((status = 200, body = Value, content_type = "application/json")))]
async fn now() -> Response {
    ([(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")], "{}").into_response()
}

/// What has no known length.
#[utoipa::path(get, path = "/stream", responses((status = 200, body = Value, content_type = "application/json")))]
async fn streamed() -> Response {
    let pieces = ["a,b\n", "1,2\n"].map(|piece| Ok::<_, Infallible>(Bytes::from_static(piece.as_bytes())));
    ([(header::CONTENT_TYPE, "text/csv")], Body::from_stream(stream::iter(pieces))).into_response()
}

/// What takes its time.
#[utoipa::path(get, path = "/slow", responses((status = 200, body = Value, content_type = "application/json")))]
async fn slow(State(data): State<Data>) -> Answer<Value> {
    struct Told(Arc<Semaphore>);
    impl Drop for Told {
        fn drop(&mut self) {
            self.0.add_permits(1);
        }
    }
    let told = Told(data.given_up.clone());
    data.begun.add_permits(1);
    data.go_on.acquire().await.unwrap().forget();
    std::mem::forget(told);
    Answer::ok(json!({ "slow": true }))
}

/// What does not exist, by its number.
#[utoipa::path(get, path = "/things/{number}", responses((status = 200, body = Value, content_type = "application/json")))]
async fn missing() -> Result<Answer<Value>, kit_web::Failure> {
    Err(kit_base::Problem::not_found().into())
}

fn built(data: Data) -> Built {
    Routes::new(data)
        .add(Rule::Anyone, routes!(things))
        .add(Rule::Anyone, routes!(missing))
        .add(Rule::Anyone, routes!(me))
        .add(Rule::Anyone, routes!(now))
        .add(Rule::Anyone, routes!(slow))
        .add(Rule::Anyone, routes!(streamed))
        .add(Rule::AtLeast(Role::Manager), routes!(guarded))
        .add(Rule::AtLeast(Role::Manager), routes!(change))
        .build()
}

/// Few requests are let through to nobody in particular, and fewer to a user.
pub async fn server(data: &Data, clock: &TestClock, proxied: bool, lane: bool) -> Served {
    let limits = ["12/hour", "6/hour", "3/hour"];
    server_with(data, clock, proxied, lane, limits, patient()).await
}

/// The limits are those of nobody in particular, of users, and of failures.
pub async fn server_with(
    data: &Data,
    clock: &TestClock,
    proxied: bool,
    lane: bool,
    [anonymous, user, failures]: [&str; 3],
    config: ServerConfig,
) -> Served {
    let mut settings = Settings::default();
    for (name, value) in [
        ("web.allowed_hosts", "test,.example.org,localhost"),
        ("web.trusted_proxies", if proxied { "127.0.0.1" } else { "" }),
        ("web.throttle.anonymous", anonymous),
        ("web.throttle.user", user),
        ("web.throttle.failures", failures),
    ] {
        let setting = SETTINGS.iter().find(|setting| setting.name == name).unwrap();
        settings = settings.with(setting, value);
    }
    let edge = EdgeConfig {
        authenticator: Arc::new(RoleTokens),
        secret: SecretKey::new("the same for both, so that their pages are the same"),
        settings: Arc::new(settings),
        ..EdgeConfig::plain(clock.clock())
    };
    let edge = Arc::new(Edge::new(built(data.clone()), edge).unwrap());
    let (stop, server) = (CancellationToken::new(), Server::bind(config).await.unwrap());
    let address = server.address();
    let server = if lane { server } else { server.without_lane() };
    let serving = tokio::spawn(server.serve(edge.clone(), stop.clone()));
    Served { address, edge, stop, serving }
}
