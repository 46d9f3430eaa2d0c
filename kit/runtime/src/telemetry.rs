//! The log: lines for people or JSON for machines, on standard error; its errors also go to Sentry, where it is set.

use std::io::IsTerminal;

use kit_base::Setting;
use kit_base::settings::{Kind, Settings};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

use crate::sentry;

pub(crate) const FORMAT: Setting = Setting::new(
    "log.format",
    Kind::Choice(&["text", "json"]),
    "text",
    "lines for people, or JSON for machines",
);
pub(crate) const LEVEL: Setting = Setting::new(
    "log.level",
    Kind::LogLevel,
    "info",
    "error, warn, info, debug or trace; or by module, as in info,kit_web=debug",
);

/// Starts the log, and reports to Sentry where it is set. Called once; a second call changes nothing. The error is a
/// line for the terminal.
pub fn start(settings: &Settings) -> Result<(), String> {
    let level = settings.text(&LEVEL);
    let filter = EnvFilter::try_new(level);
    let filter =
        filter.map_err(|_| format!("log.level is {level:?}, but a level such as info was expected"))?;
    // Without reports the filter is the whole log's, so that what it leaves out costs nothing.
    let _ = match sentry::start(settings)? {
        None => tracing_subscriber::registry().with(filter).with(lines(settings)).try_init(),
        Some(reporter) => {
            let wants = reporter.wants();
            tracing_subscriber::registry()
                .with(lines(settings).with_filter(filter))
                .with(reporter.with_filter(wants))
                .try_init()
        }
    };
    Ok(())
}

/// Delivers what is still to be reported. Called last, and may take two seconds where the other side does not answer.
pub fn stop() {
    sentry::stop();
}

/// What writes the lines.
fn lines<S>(settings: &Settings) -> Box<dyn Layer<S> + Send + Sync>
where
    S: tracing::Subscriber + for<'s> LookupSpan<'s>,
{
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    match settings.text(&FORMAT) {
        "json" => lines.json().boxed(),
        _ => lines.with_ansi(std::io::stderr().is_terminal()).with_target(false).compact().boxed(),
    }
}
