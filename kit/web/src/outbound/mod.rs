//! Asking the outside world: one way to make a client, so that TLS, timeouts and the name we give are the same everywhere.

use std::time::Duration;

use reqwest::redirect;

/// Redirects followed before an address is given up.
const REDIRECTS: usize = 5;

/// A client that gives up after `timeout`, and says who is asking. The error is a line for the log or the terminal.
pub fn client(timeout: Duration) -> Result<reqwest::Client, String> {
    // Only fails when it was done before, and then it is done.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .timeout(timeout)
        .connect_timeout(timeout)
        .redirect(redirect::Policy::limited(REDIRECTS))
        .user_agent(concat!("PolyStatus/", env!("CARGO_PKG_VERSION"), " (status page poller)"))
        .build()
        .map_err(|error| format!("no connections can be made: {error}"))
}
