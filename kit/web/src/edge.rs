//! The one layer between the network and the routes: request id, deadline, body limit, the form of errors, headers,
//! the log line. Everything that goes in or out passes here once; requests within the process too.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use futures_util::FutureExt;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::{Method, StatusCode, Uri};
use http_body_util::Limited;
use kit_base::{Clock, Ids, Problem};
use serde_json::{Map, Value, json};
use tower::ServiceExt;

use crate::paging::AskedPath;

/// Makes an HTML page of an error for people: status and detail in, HTML out.
pub type ErrorPage = fn(u16, &str) -> String;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// For everything that is no page of ours: it may load nothing and be framed by nobody.
const NOTHING_MAY_LOAD: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");

/// What the edge needs to know.
#[derive(Clone)]
pub struct EdgeConfig {
    /// The time, for the log.
    pub clock: Clock,
    /// Where request ids come from.
    pub ids: Ids,
    /// How long a handler may take to begin its answer.
    pub deadline: Duration,
    /// The longest body that is read, in bytes.
    pub max_body: usize,
    /// How an error looks in a browser.
    pub error_page: ErrorPage,
}

/// The routes of the process behind their edge.
pub struct Edge {
    router: Router,
    config: EdgeConfig,
}

impl Edge {
    /// Puts the edge in front of `router`.
    pub fn new(router: Router, config: EdgeConfig) -> Self {
        Self { router, config }
    }

    /// Answers one request.
    pub async fn answer(&self, request: http::Request<Body>) -> Response {
        let begun = self.config.clock.now();
        let id = self.config.ids.uuid();
        let (method, uri) = (request.method().clone(), request.uri().clone());
        let wanted = Wanted::by(request.headers(), uri.path());
        let from_within = request.extensions().get::<FromWithin>().is_some();
        let mut response = self.run(request).await;

        let problem = response.extensions_mut().remove::<Problem>().or_else(|| unworded(&response, &method));
        if let Some(problem) = problem {
            response = self.word(response, &problem, wanted);
        }
        let status = response.status();
        finish(response.headers_mut(), &id);
        if method == Method::HEAD {
            *response.body_mut() = Body::empty();
        }
        let millis = u64::try_from(self.config.clock.now().since(begun).as_millis()).unwrap_or(u64::MAX);
        log(&method, &uri, status, millis, &id, from_within);
        response
    }

    /// The handler's answer, or a problem in its place: a panic, a deadline that passed, an address that cannot be.
    async fn run(&self, request: http::Request<Body>) -> Response {
        let Some(request) = prepare(request, self.config.max_body) else {
            return refusal(Problem::bad_request("The address contains a null character."));
        };
        let handled = AssertUnwindSafe(self.router.clone().oneshot(request)).catch_unwind();
        match tokio::time::timeout(self.config.deadline, handled).await {
            Ok(Ok(Ok(response))) => response,
            Ok(Ok(Err(never))) => match never {},
            Ok(Err(_)) => {
                tracing::error!("a handler panicked");
                refusal(Problem::internal())
            }
            Err(_) => refusal(Problem::unavailable("This took too long and was given up. Please try again.")),
        }
    }

    fn word(&self, response: Response, problem: &Problem, wanted: Wanted) -> Response {
        let (kind, body) = match wanted {
            Wanted::Html => {
                ("text/html; charset=utf-8", (self.config.error_page)(problem.status, &problem.detail))
            }
            Wanted::ProblemJson => ("application/problem+json", problem_json(problem).to_string()),
            Wanted::Json => ("application/json", plain_json(problem).to_string()),
        };
        let (mut parts, _) = response.into_parts();
        parts.status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        parts.headers.remove(header::CONTENT_LENGTH);
        parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        if problem.status == 401 {
            let challenge = HeaderValue::from_static("Bearer realm=\"api\"");
            parts.headers.entry(header::WWW_AUTHENTICATE).or_insert(challenge);
        }
        if let Some(seconds) = problem.retry_after {
            parts.headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        Response::from_parts(parts, Body::from(body))
    }
}

/// The form in which an error is told.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Wanted {
    Json,
    ProblemJson,
    Html,
}

impl Wanted {
    /// Browsers get a page outside the API; inside it, JSON. Full negotiation belongs to the API's contract.
    fn by(headers: &HeaderMap, path: &str) -> Self {
        let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or("");
        if accept.contains("application/problem+json") {
            Wanted::ProblemJson
        } else if accept.contains("text/html") && !path.starts_with("/api/") {
            Wanted::Html
        } else {
            Wanted::Json
        }
    }
}

/// Takes off a final slash, bounds the body, and refuses (`None`) what no store could keep.
fn prepare(request: http::Request<Body>, max_body: usize) -> Option<Request> {
    let (mut parts, body) = request.into_parts();
    let asked = parts.uri.clone();
    if asked.path().contains("%00") || asked.query().is_some_and(|query| query.contains("%00")) {
        return None;
    }
    let path = asked.path().trim_end_matches('/');
    if path.len() != asked.path().len() && !path.is_empty() {
        let query = asked.query().map(|query| format!("?{query}")).unwrap_or_default();
        parts.uri = format!("{path}{query}").parse::<Uri>().ok()?;
    }
    parts.extensions.insert(AskedPath(asked));
    Some(Request::from_parts(parts, Body::new(Limited::new(body, max_body))))
}

fn refusal(problem: Problem) -> Response {
    let mut response = Response::new(Body::empty());
    response.extensions_mut().insert(problem);
    response
}

/// The router's own refusals have no words yet.
fn unworded(response: &Response, method: &Method) -> Option<Problem> {
    match response.status() {
        StatusCode::METHOD_NOT_ALLOWED => {
            Some(Problem::new(405, format!("Method \"{method}\" not allowed.")))
        }
        StatusCode::NOT_FOUND if !response.headers().contains_key(header::CONTENT_TYPE) => {
            Some(Problem::not_found())
        }
        // What the router could not take apart, it refuses in plain text.
        StatusCode::BAD_REQUEST if is_plain_text(response) => {
            Some(Problem::bad_request("The address or its parameters cannot be read."))
        }
        _ => None,
    }
}

fn is_plain_text(response: &Response) -> bool {
    response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"))
}

/// As Django REST framework words errors: messages by field, or one `detail`.
fn plain_json(problem: &Problem) -> Value {
    if problem.fields.is_empty() { json!({ "detail": problem.detail }) } else { json!(problem.fields) }
}

/// RFC 9457.
fn problem_json(problem: &Problem) -> Value {
    let title = StatusCode::from_u16(problem.status).ok().and_then(|status| status.canonical_reason());
    let mut members = Map::new();
    members.insert("type".to_owned(), json!("about:blank"));
    members.insert("title".to_owned(), json!(title.unwrap_or("Error")));
    members.insert("status".to_owned(), json!(problem.status));
    members.insert("detail".to_owned(), json!(problem.detail));
    if !problem.fields.is_empty() {
        members.insert("errors".to_owned(), json!(problem.fields));
    }
    Value::Object(members)
}

fn finish(headers: &mut HeaderMap, id: &str) {
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert(REQUEST_ID, id);
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.entry(header::REFERRER_POLICY).or_insert(HeaderValue::from_static("same-origin"));
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(NOTHING_MAY_LOAD);
}

/// Marks a request that one service of this process makes to another.
#[derive(Clone)]
pub(crate) struct FromWithin;

/// Reads that went well, and what services ask each other, are too many to be worth a line each. The query is left out: it may hold what is private.
fn log(method: &Method, uri: &Uri, status: StatusCode, millis: u64, id: &str, from_within: bool) {
    let (path, status) = (uri.path(), status.as_u16());
    if status >= 500 {
        tracing::error!(%method, path, status, millis, id, "request");
    } else if !from_within && (status >= 400 || !method.is_safe()) {
        tracing::info!(%method, path, status, millis, id, "request");
    } else {
        tracing::debug!(%method, path, status, millis, id, "request");
    }
}
