//! The one layer between the network and the routes. Everything that goes in or out passes here once, requests within
//! the process too, and is looked at in the order of the contract: where it comes from, what form is wanted, who asks,
//! whether they may, how often, how, what they have already; and only then the handler.

mod arrival;
mod conditional;
mod config;
mod finish;
mod identify;
mod keep;
mod peer;
mod quick;
mod read;
mod series;
mod site;
mod squeeze;
mod tokens;
pub(crate) mod wire;
mod wording;
mod write;

use std::panic::AssertUnwindSafe;

use axum::Router;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use http::request::Parts;
use http::{HeaderMap, Method, StatusCode, header};
use kit_base::Problem;
use tokio::sync::Mutex;
use tower::ServiceExt;

pub(crate) use arrival::FromWithin;
pub(crate) use config::CACHE;
pub use config::{EdgeConfig, ErrorPage};
pub(crate) use quick::{Asked, Plan};

use crate::access::{Granted, Known};
use crate::cors;
use crate::language::Words;
use crate::lines::HeaderLines;
use crate::paging::AskedPath;
use crate::source::Trust;
use crate::throttle::Throttle;
use crate::{Built, Failure, metadata, peers};
use arrival::Arrival;
use keep::Keep;
use series::Series;
use site::{Site, View};
use tokens::Tokens;

/// Changes of one thing wait for each other here, so that what a condition was checked against is what is changed.
const LANES: usize = 64;

/// The routes of the process behind their edge.
pub struct Edge {
    router: Router,
    site: Site,
    config: EdgeConfig,
    trust: Trust,
    throttle: Throttle,
    tokens: Tokens,
    keep: Keep,
    words: Words,
    lanes: Vec<Mutex<()>>,
    series: Series,
}

impl Edge {
    /// Puts the edge in front of what was built. The error is a line for the terminal.
    pub fn new(built: Built, config: EdgeConfig) -> Result<Self, String> {
        Ok(Self {
            site: Site::of(&built),
            trust: Trust::from_settings(&config.settings, config.debug)?,
            throttle: Throttle::new(&config.settings, config.clock.clone()),
            tokens: Tokens::new(config.authenticator.clone(), config.clock.clone()),
            keep: Keep::new(config.settings.size(&config::CACHE)),
            words: built.words.iter().fold(Words::default(), |words, table| words.and(table)),
            lanes: (0..LANES).map(|_| Mutex::default()).collect(),
            router: built.router,
            series: Series::new(&config.ids),
            config,
        })
    }

    /// Answers one request.
    pub async fn answer(&self, request: http::Request<Body>) -> Response {
        if request.headers().contains_key(peers::HEADER) {
            return Box::pin(self.answer_peer(request)).await;
        }
        self.answer_asked(request).await
    }

    async fn answer_asked(&self, request: http::Request<Body>) -> Response {
        // On the heap, because all that may happen there would make every connection's future large.
        Box::pin(self.at_length(request)).await
    }

    async fn at_length(&self, request: http::Request<Body>) -> Response {
        let (parts, body) = request.into_parts();
        let mut arrival = Arrival::new(&parts, self.series.next(), self.config.clock.now());
        let response = self.handle(&mut arrival, &parts, body).await.unwrap_or_else(Failure::into_response);
        let response = self.finish(&arrival, &parts, response);
        arrival.log(response.status(), self.config.clock.now());
        response
    }

    async fn handle<'s>(
        &'s self,
        arrival: &mut Arrival<'s>,
        parts: &Parts,
        body: Body,
    ) -> Result<Response, Failure> {
        arrival.come_from(&self.trust, parts)?;
        check_shape(parts, self.config.max_body)?;
        arrival.view = self.site.find(arrival.path());
        if cors::is_preflight(&parts.method, &parts.headers) {
            let allow = arrival.view.and_then(|view| view.allow.to_str().ok());
            return Ok(cors::preflight(allow.unwrap_or("GET, POST, PUT, DELETE, HEAD, OPTIONS")));
        }
        let view = arrival.view.ok_or_else(Problem::not_found)?;
        arrival.negotiate(parts)?;
        self.identify(arrival, view, parts).await?;
        self.admit(arrival, view)?;
        match parts.method {
            Method::OPTIONS if !view.has(&Method::OPTIONS) => Ok(self.options(arrival, view)),
            _ if !view.has(&parts.method) => Err(not_allowed(&parts.method)),
            Method::GET | Method::HEAD => self.read(arrival, view, parts).await,
            _ => self.write(arrival, view, parts, body).await,
        }
    }

    /// The request as handlers see it: its address without a final slash, and with what has been found out about it.
    fn within(&self, arrival: &Arrival<'_>, view: &View, parts: &Parts) -> Result<Parts, Problem> {
        let mut parts = parts.clone();
        // The answer is made, and perhaps kept, with its body, which is left out at the end.
        if parts.method == Method::HEAD {
            parts.method = Method::GET;
        }
        if arrival.path().len() != arrival.asked.path().len() {
            let query = arrival.asked.query().map(|query| format!("?{query}")).unwrap_or_default();
            let address = format!("{}{query}", arrival.path());
            parts.uri = address.parse().map_err(|_| Problem::bad_request("The address cannot be read."))?;
        }
        parts.extensions.insert(AskedPath(arrival.asked.clone()));
        parts.extensions.insert(arrival.source.clone());
        if let Some(rule) = view.rule(&parts.method) {
            parts.extensions.insert(Granted(rule));
        }
        if let (Some(caller), Some(token)) = (&arrival.caller, &arrival.token) {
            parts.extensions.insert(Known { caller: caller.clone(), token: token.clone() });
        }
        Ok(parts)
    }

    /// What can be done here, and how (the answer to `OPTIONS`).
    fn options(&self, arrival: &Arrival<'_>, view: &View) -> Response {
        if !view.negotiated {
            return StatusCode::NO_CONTENT.into_response();
        }
        let value = metadata::metadata(&view.item, &self.site.schemas, &arrival.may(view));
        self.say(arrival, StatusCode::OK, HeaderMap::new(), &value)
    }

    /// The handler's answer, or a failure in its place: a panic, a deadline that passed.
    async fn run(
        &self,
        arrival: &Arrival<'_>,
        view: &View,
        parts: &Parts,
        body: Body,
    ) -> Result<Response, Failure> {
        let request = http::Request::from_parts(self.within(arrival, view, parts)?, body);
        let handled = AssertUnwindSafe(self.router.clone().oneshot(request)).catch_unwind();
        match tokio::time::timeout(self.config.deadline, handled).await {
            Ok(Ok(Ok(mut response))) => match response.extensions_mut().remove::<Problem>() {
                Some(problem) => Err(Failure::with_headers(problem, response.into_parts().0.headers)),
                None => worded(&arrival.method, response),
            },
            Ok(Ok(Err(never))) => match never {},
            Ok(Err(_)) => {
                tracing::error!("a handler panicked");
                Err(Problem::internal().into())
            }
            Err(_) => {
                Err(Problem::unavailable("This took too long and was given up. Please try again.").into())
            }
        }
    }
}

/// Refuses what no handler can make anything of.
fn check_shape(parts: &Parts, max_body: usize) -> Result<(), Problem> {
    let target = parts.uri.path_and_query().map_or("", |target| target.as_str());
    if has_null(target) {
        return Err(Problem::bad_request("The address contains a null character."));
    }
    let declared = parts.headers.text(header::CONTENT_LENGTH).and_then(|length| length.parse().ok());
    if declared.is_some_and(|length: u64| length > max_body as u64) {
        return Err(Problem::new(413, "The body is larger than this server accepts."));
    }
    Ok(())
}

fn has_null(target: &str) -> bool {
    target.contains('%') && target.contains("%00")
}

fn not_allowed(method: &Method) -> Failure {
    Problem::new(405, format!("Method \"{method}\" not allowed.")).into()
}

/// The router's own refusals, which are plain text, in words.
fn worded(method: &Method, response: Response) -> Result<Response, Failure> {
    let kind = response.headers().get(header::CONTENT_TYPE).map(|kind| kind.as_bytes());
    match (response.status(), kind) {
        (StatusCode::NOT_FOUND, None) => Err(Problem::not_found().into()),
        (StatusCode::METHOD_NOT_ALLOWED, None) => Err(not_allowed(method)),
        (StatusCode::BAD_REQUEST, Some(kind)) if kind.starts_with(b"text/plain") => {
            Err(Problem::bad_request("The address or its parameters cannot be read.").into())
        }
        _ => Ok(response),
    }
}
