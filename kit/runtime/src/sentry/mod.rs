//! Errors, panics and traces to Sentry, or to whatever speaks its protocol. Off unless `SENTRY_DSN` says where to.
//!
//! What goes out is made here and scrubbed on its way: see [`scrub`]. The crate's own integrations are not used,
//! because they add what nobody here asked for (the machine's name, breadcrumbs that mix the requests of many users).

mod layer;
mod panics;
mod scrub;

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use ::sentry::transports::ReqwestHttpTransportOptions;
use ::sentry::{Client, ClientOptions, Transport, TransportFactory, TransportOptions, types::Dsn};
use kit_base::Setting;
use kit_base::settings::{Kind, Settings};

pub(crate) use layer::Reporter;

pub(crate) const DSN: Setting = Setting::new(
    "sentry.dsn",
    Kind::Secret,
    "",
    "where errors, panics and traces are reported to, in Sentry's protocol; nothing is reported when empty",
)
.also(&["SENTRY_DSN"]);
pub(crate) const ENVIRONMENT: Setting = Setting::new(
    "sentry.environment",
    Kind::Text,
    "production",
    "what reports call this installation, to tell production from staging",
)
.also(&["SENTRY_ENVIRONMENT"]);
pub(crate) const TRACES: Setting = Setting::new(
    "sentry.traces_sample_rate",
    Kind::Fraction,
    "0",
    "which part of all requests is reported as a trace, from 0 to 1",
)
.also(&["SENTRY_TRACES_SAMPLE_RATE"]);

/// How long one report may take to be delivered.
const TIMEOUT: Duration = Duration::from_secs(10);
/// How long the end of the process waits for what is still to be delivered.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// The client of this process; its panics belong to it as well.
static CLIENT: OnceLock<Arc<Client>> = OnceLock::new();

/// Begins to report where a DSN is set, and gives what listens to the log. The error is a line for the terminal.
pub(crate) fn start(settings: &Settings) -> Result<Option<Reporter>, String> {
    let Some(dsn) = settings.optional(&DSN) else { return Ok(None) };
    // It is not shown: what is wrong with it may be a secret in the wrong place.
    let dsn: Dsn = dsn
        .parse()
        .map_err(|_| "sentry.dsn is not a DSN such as https://KEY@sentry.example.org/1".to_owned())?;
    let traces = settings.fraction(&TRACES);
    let mut options = ClientOptions::new()
        .release(format!("polystatus@{}", kit_base::VERSION))
        .environment(settings.text(&ENVIRONMENT).to_owned())
        .send_default_pii(false)
        .default_integrations(false)
        .max_breadcrumbs(0)
        .traces_sample_rate(traces)
        .shutdown_timeout(LAST_WORDS)
        .before_send(|event| Some(scrub::event(event)))
        .transport(OurClient(kit_web::outbound::trusted(TIMEOUT)?));
    options.dsn = Some(dsn);
    let client = CLIENT.get_or_init(|| {
        let client = Arc::new(Client::from(options));
        panics::report_to(client.clone());
        client
    });
    Ok(Some(Reporter::new(client.clone(), traces)))
}

/// Delivers what is still to be delivered, for a short while; after that nothing is reported any more.
pub(crate) fn stop() {
    if let Some(client) = CLIENT.get() {
        client.close(Some(LAST_WORDS));
    }
}

/// Sentry's transport with our way to the outside world, so that TLS is the same as everywhere.
struct OurClient(reqwest::Client);

impl TransportFactory for OurClient {
    fn create_transport_with_options(&self, options: TransportOptions) -> Arc<dyn Transport> {
        Arc::new(ReqwestHttpTransportOptions::from(options).with_client(self.0.clone()).build())
    }
}

/// Release and environment, for what does not pass through the client's own preparation.
fn release_and_environment(client: &Client) -> (Option<Cow<'static, str>>, Option<Cow<'static, str>>) {
    (client.options().release.clone(), client.options().environment.clone())
}
