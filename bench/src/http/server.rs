//! The servers that are compared, each in a process of its own: ours as it is, and hyper with nothing but the bytes.

use std::convert::Infallible;
use std::future::Future;
use std::io::Read as _;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use contracts::Client;
use http::{HeaderValue, Response, StatusCode, header};
use http_body_util::Full;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use identity::fixtures::{self, Item, Objects};
use kit_base::{Clock, Ids, Settings};
use kit_bus::MemoryBus;
use kit_runtime::Context;
use kit_web::{Built, Edge, EdgeConfig, LocalTransport, Server, ServerConfig, html};
use serde_json::json;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// How many members there are.
pub const MEMBERS: usize = 1000;

/// Limits that are counted for every request, and that nobody reaches.
const LIMIT: &str = "1000000000/hour";

/// Serves until the standard input ends. It says where on the standard output, and a token if it has one.
/// `ours FOLDER`: our server, on a new database in that folder. `same FILE`: hyper, which gives what stands in the
/// file. `known`: hyper, which gives 304.
pub fn serve(words: &[String]) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(in_words)?;
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["ours", folder] => runtime.block_on(until_the_end(ours(Path::new(folder)))),
        ["same", file] => {
            let body = std::fs::read(file).map_err(in_words)?;
            runtime.block_on(until_the_end(bare(StatusCode::OK, body.into())))
        }
        ["known"] => runtime.block_on(until_the_end(bare(StatusCode::NOT_MODIFIED, Bytes::new()))),
        _ => Err(format!("there is no such server: {words:?}")),
    }
}

/// Whoever started this process holds the other end of its input.
pub(crate) async fn until_the_end(serving: impl Future<Output = Result<(), String>>) -> Result<(), String> {
    let ended = tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()));
    tokio::select! {
        served = serving => served,
        _ = ended => Ok(()),
    }
}

/// Identity with its members behind the edge and the server that the program has.
async fn ours(folder: &Path) -> Result<(), String> {
    let (context, transport) = context(folder)?;
    let service = identity::build(&context).await.map_err(in_words)?;
    let objects = Objects::read(people(), Vec::new()).map_err(|mistakes| mistakes.join("\n"))?;
    fixtures::load(&context, objects, &|_, _, _| {}).await.map_err(in_words)?;
    let token = fixtures::borrow_administrator(&context).await.map_err(in_words)?;
    put_up(service.web, context, &transport, &token.unwrap_or_default()).await
}

/// The server that the program has, in front of these routes, until it is told to stop.
pub(crate) async fn put_up(
    web: Built,
    context: Context,
    transport: &LocalTransport,
    token: &str,
) -> Result<(), String> {
    let config = ServerConfig::from_settings(&context.settings);
    let edge = EdgeConfig {
        clock: context.clock.clone(),
        ids: context.ids.clone(),
        secret: context.secret.clone(),
        authenticator: context.authenticator.clone(),
        settings: context.settings.clone(),
        debug: false,
        deadline: config.deadline,
        max_body: config.max_body,
        error_page: |_, status, detail| format!("<h1>{status}</h1><p>{}</p>", html::escape(detail)),
    };
    let edge = Arc::new(Edge::new(web, edge)?);
    transport.connect(edge.clone());
    let server = Server::bind(config).await?;
    announce(server.address(), token);
    server.serve(edge, context.stop).await;
    Ok(())
}

pub(crate) fn context(folder: &Path) -> Result<(Context, LocalTransport), String> {
    let throttles = kit_web::SETTINGS.iter().filter(|setting| setting.name.starts_with("web.throttle."));
    let settings = throttles.fold(Settings::default(), |settings, setting| settings.with(setting, LIMIT));
    let listen = kit_web::SETTINGS.iter().filter(|setting| setting.name == "web.listen");
    let settings = listen.fold(settings, |settings, setting| settings.with(setting, "127.0.0.1:0"));
    kit_runtime::telemetry::start(&settings)?;
    let clock = Clock::system();
    let ids = Ids::system(clock.clone());
    let transport = LocalTransport::default();
    let context = Context {
        secret: kit_runtime::secret_key(&settings, folder, &ids)?,
        ids,
        clock,
        settings: Arc::new(settings),
        bus: Arc::new(MemoryBus::default()),
        authenticator: Arc::new(Client::new(Arc::new(transport.clone()))),
        peers: Arc::new(transport.clone()),
        stop: CancellationToken::new(),
        data_dir: folder.to_owned(),
        schema_prefix: String::new(),
    };
    Ok((context, transport))
}

fn people() -> Vec<Item> {
    let person = |number| Item {
        place: format!("users[{number}]"),
        value: json!({
            "username": format!("member{number}"),
            "pk": number,
            "email": format!("member{number}@example.org"),
            "role": if number == 1 { "admin" } else { "member" },
            "date_joined": format!("2026-01-{:02}T{:02}:00:00Z", 1 + number / 24 % 28, number % 24),
        }),
    };
    (1..=MEMBERS).map(person).collect()
}

/// Hyper as the server uses it, without anything of ours: the same answer to whatever is asked.
async fn bare(status: StatusCode, body: Bytes) -> Result<(), String> {
    let listener = TcpListener::bind("127.0.0.1:0").await.map_err(in_words)?;
    announce(listener.local_addr().map_err(in_words)?, "");
    let protocols = Arc::new(auto::Builder::new(TokioExecutor::new()));
    loop {
        let (stream, _) = listener.accept().await.map_err(in_words)?;
        stream.set_nodelay(true).map_err(in_words)?;
        let (protocols, body) = (protocols.clone(), body.clone());
        tokio::spawn(async move {
            let answer = service_fn(|_| {
                let response = answer(status, body.clone());
                async move { Ok::<_, Infallible>(response) }
            });
            // A connection that breaks off is noticed by the other end.
            let _ = protocols.serve_connection(TokioIo::new(stream), answer).await;
        });
    }
}

fn answer(status: StatusCode, body: Bytes) -> Response<Full<Bytes>> {
    let has_body = !body.is_empty();
    let mut response = Response::new(Full::new(body));
    *response.status_mut() = status;
    if has_body {
        let json = HeaderValue::from_static("application/json");
        response.headers_mut().insert(header::CONTENT_TYPE, json);
    }
    response
}

pub(crate) fn announce(address: SocketAddr, token: &str) {
    println!("{address} {token}");
}

pub(crate) fn in_words(error: impl std::fmt::Display) -> String {
    error.to_string()
}
