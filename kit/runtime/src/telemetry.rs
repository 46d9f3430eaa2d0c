//! The log: lines for people or JSON for machines, on standard error.

use std::io::IsTerminal;

use kit_base::Setting;
use kit_base::settings::{Kind, Settings};
use tracing_subscriber::EnvFilter;

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

/// Starts the log. Called once; a second call changes nothing. The error is a line for the terminal.
pub fn start(settings: &Settings) -> Result<(), String> {
    let level = settings.text(&LEVEL);
    let filter = EnvFilter::try_new(level);
    let filter =
        filter.map_err(|_| format!("log.level is {level:?}, but a level such as info was expected"))?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let _ = match settings.text(&FORMAT) {
        "json" => log.json().try_init(),
        _ => log.with_ansi(std::io::stderr().is_terminal()).with_target(false).compact().try_init(),
    };
    Ok(())
}
