//! What the log tells becomes reports: a line at ERROR is an event, the line that ends a request is a trace.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ::sentry::protocol::{Envelope, Event, SpanStatus, TraceContext, Transaction};
use ::sentry::{Client, Level};
use kit_base::{Clock, Timestamp};
use serde_json::Value;
use tracing::callsite::Identifier;
use tracing::field::{Field, Visit};
use tracing::{Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Context, Filter};

use super::{release_and_environment, scrub};

/// Where the lines that end requests come from, and what they say.
const REQUESTS: (&str, &str) = ("kit_web::edge", "request");
/// The crate's own thread: a fault in delivering a report is not to be reported.
const DELIVERY: &str = "sentry-transport";
/// What one place in the code may report in this time: a fault that repeats with every request says no more.
const MOST: u32 = 20;
const IN: Duration = Duration::from_secs(60);

/// Hears the log and reports.
pub(crate) struct Reporter {
    client: Arc<Client>,
    traces: f32,
    clock: Clock,
    told: Mutex<HashMap<Identifier, (Timestamp, u32)>>,
}

impl Reporter {
    pub(super) fn new(client: Arc<Client>, traces: f32) -> Self {
        Self { client, traces, clock: Clock::system(), told: Mutex::default() }
    }

    /// What it wants to hear.
    pub(crate) fn wants<S>(&self) -> impl Filter<S> + use<S> {
        let errors = Targets::new().with_default(tracing::Level::ERROR);
        if self.traces > 0.0 { errors.with_target(REQUESTS.0, tracing::Level::DEBUG) } else { errors }
    }

    /// How many of these were not reported lately, or `None` where this one is not to be reported either.
    fn admit(&self, what: &Metadata<'_>) -> Option<u32> {
        let now = self.clock.now();
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, times) = told.entry(what.callsite()).or_insert((now, 0));
        let mut unsaid = 0;
        if now.since(*since) >= IN {
            unsaid = times.saturating_sub(MOST);
            (*since, *times) = (now, 0);
        }
        *times = times.saturating_add(1);
        (*times <= MOST).then_some(unsaid)
    }

    fn report(&self, what: &Metadata<'_>, said: Said) {
        let Some(unsaid) = self.admit(what) else { return };
        let place = what.file().zip(what.line()).map(|(file, line)| format!("{file}:{line}"));
        let mut extra = said.fields;
        if unsaid > 0 {
            extra.insert("more_of_these_not_reported".to_owned(), unsaid.into());
        }
        let event = Event {
            level: Level::Error,
            message: Some(said.message),
            logger: Some(what.target().to_owned()),
            culprit: place,
            extra,
            ..Event::default()
        };
        self.client.capture_event(event, None);
    }

    /// A request that has ended, as a trace of one span.
    fn trace(&self, said: &Said) {
        if !self.client.sample_should_send(self.traces) {
            return;
        }
        let number = |name: &str| said.fields.get(name).and_then(Value::as_u64).unwrap_or_default();
        let word = |name: &str| said.fields.get(name).and_then(Value::as_str).unwrap_or_default();
        let status = u16::try_from(number("status")).unwrap_or_default();
        // Whoever looks for what is not there makes up the addresses.
        let path = if status == 404 { "*".to_owned() } else { scrub::path(word("path")) };
        let span = TraceContext {
            op: Some("http.server".to_owned()),
            status: Some(span_status(status)),
            data: BTreeMap::from([("http.response.status_code".to_owned(), status.into())]),
            ..TraceContext::default()
        };
        let (release, environment) = release_and_environment(&self.client);
        let mut trace = Transaction {
            name: Some(format!("{} {path}", word("method"))),
            release,
            environment,
            contexts: BTreeMap::from([("trace".to_owned(), span.into())]),
            ..Transaction::default()
        };
        let end = trace.start_timestamp;
        trace.timestamp = Some(end);
        trace.start_timestamp = end.checked_sub(Duration::from_millis(number("millis"))).unwrap_or(end);
        let mut envelope = Envelope::new();
        envelope.add_item(trace);
        self.client.send_envelope(envelope);
    }
}

impl<S: Subscriber> Layer<S> for Reporter {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        if std::thread::current().name() == Some(DELIVERY) {
            return;
        }
        let mut said = Said::default();
        event.record(&mut said);
        let what = event.metadata();
        if what.target().starts_with(REQUESTS.0) && said.message == REQUESTS.1 {
            // A request that failed is no event: why it did was told before.
            self.trace(&said);
        } else if *what.level() == tracing::Level::ERROR {
            self.report(what, said);
        }
    }
}

/// By OpenTelemetry's table of gRPC codes, which Sentry takes over.
fn span_status(status: u16) -> SpanStatus {
    match status {
        400 => SpanStatus::InvalidArgument,
        401 => SpanStatus::Unauthenticated,
        403 => SpanStatus::PermissionDenied,
        404 => SpanStatus::NotFound,
        409 => SpanStatus::AlreadyExists,
        429 => SpanStatus::ResourceExhausted,
        503 => SpanStatus::Unavailable,
        402..=499 => SpanStatus::FailedPrecondition,
        500.. => SpanStatus::InternalError,
        _ => SpanStatus::Ok,
    }
}

/// A line of the log: its words and its fields.
#[derive(Default)]
struct Said {
    message: String,
    fields: BTreeMap<String, Value>,
}

impl Said {
    fn take(&mut self, field: &Field, value: Value) {
        match (field.name(), value) {
            ("message", Value::String(words)) => self.message = words,
            (name, value) => drop(self.fields.insert(name.to_owned(), value)),
        }
    }
}

impl Visit for Said {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.take(field, format!("{value:?}").into());
    }
    fn record_str(&mut self, field: &Field, value: &str) {
        self.take(field, value.into());
    }
    fn record_u64(&mut self, field: &Field, value: u64) {
        self.take(field, value.into());
    }
    fn record_i64(&mut self, field: &Field, value: i64) {
        self.take(field, value.into());
    }
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.take(field, value.into());
    }
    fn record_bool(&mut self, field: &Field, value: bool) {
        self.take(field, value.into());
    }
}
