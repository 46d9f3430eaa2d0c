//! Asking the outside world: one way to make a client, so that TLS, timeouts, the name we give, and where we may go at
//! all are the same everywhere. People name addresses here, of feeds and of webhooks; none of them may lead into the
//! network that this server stands in (server-side request forgery, CWE-918).

mod guard;
mod public;

use std::sync::Arc;
use std::time::Duration;

use kit_base::Setting;
use kit_base::settings::{Kind, Settings};
use reqwest::redirect::Policy;
use reqwest::{Client, Proxy, RequestBuilder};

use guard::Guard;

const USER_AGENT: &str = concat!("PolyStatus/", env!("CARGO_PKG_VERSION"), " (status page)");
/// How long a connection to what is trusted may take: it is near, or known to be there.
const CONNECT: Duration = Duration::from_secs(2);
/// Redirects followed before an address is given up.
const REDIRECTS: usize = 5;

/// Where we may go beside the public internet.
pub const ALLOW: Setting = Setting::new(
    "outbound.allow",
    Kind::Networks,
    "",
    "private networks that feeds and webhooks may be in; without it only public addresses are asked",
);

/// Names that may be asked wherever they are.
pub const ALLOW_HOSTS: Setting = Setting::new(
    "outbound.allow_hosts",
    Kind::Hosts,
    "",
    "hosts that feeds and webhooks may be on although their addresses are private; a name with a dot before it is all below it",
);

/// The way out, where there is no other.
pub const PROXY: Setting = Setting::new(
    "outbound.proxy",
    Kind::Secret,
    "",
    "an HTTP proxy through which feeds and webhooks are asked; it looks names up itself, so it has to keep them out of \
     private networks",
);

/// Asks addresses that people name. A name is looked up by us and connected to at the very address that was looked at,
/// so it cannot mean another one a moment later; each redirect is looked at like the first address. Through a proxy, which
/// looks names up by itself, only addresses that are no names are looked at; none is taken from the environment.
#[derive(Clone)]
pub struct Outbound {
    client: Client,
    guard: Arc<Guard>,
}

/// Why an address is not asked.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Refused {
    /// It is, or its name resolves to, an address that is not public.
    #[error(
        "the address resolves to a private address, which is not asked; its operator can allow the network with outbound.allow"
    )]
    Private,
    /// It is no address that can be asked.
    #[error("the address cannot be asked: it is no http or https address")]
    Unusable,
}

impl Outbound {
    /// A client that gives up after `timeout`, follows a few redirects, and says who is asking. The error is a line for
    /// the log or the terminal.
    pub fn new(settings: &Settings, timeout: Duration) -> Result<Self, String> {
        Self::with(settings, timeout, true)
    }

    /// The same, for which a redirect is an answer like any other.
    pub fn without_redirects(settings: &Settings, timeout: Duration) -> Result<Self, String> {
        Self::with(settings, timeout, false)
    }

    fn with(settings: &Settings, timeout: Duration, redirects: bool) -> Result<Self, String> {
        // Only fails when it was done before, and then it is done.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let guard = Arc::new(Guard::new(settings.networks(&ALLOW), settings.hosts(&ALLOW_HOSTS)));
        let client = Client::builder()
            .timeout(timeout)
            .connect_timeout(timeout)
            .redirect(if redirects { follow(guard.clone()) } else { Policy::none() })
            .no_proxy()
            .user_agent(USER_AGENT);
        let client = match settings.text(&PROXY) {
            "" => client.dns_resolver(guard.clone()),
            // Without its address: it may hold a password.
            proxy => client
                .proxy(Proxy::all(proxy).map_err(|_| "outbound.proxy is no address of a proxy".to_owned())?),
        };
        let client = client.build().map_err(|error| format!("no connections can be made: {error}"))?;
        Ok(Self { client, guard })
    }

    /// `GET`.
    pub fn get(&self, url: &str) -> Result<RequestBuilder, Refused> {
        Ok(self.client.get(self.guard.look_at(url)?))
    }

    /// `POST`.
    pub fn post(&self, url: &str) -> Result<RequestBuilder, Refused> {
        Ok(self.client.post(self.guard.look_at(url)?))
    }
}

/// A client for addresses that whoever runs this names in the settings: they may be anywhere, and are believed to be what is
/// meant. It gives up after `timeout`, unless a request says otherwise. The error is a line for the terminal.
pub fn trusted(timeout: Duration) -> Result<Client, String> {
    // Only fails when it was done before, and then it is done.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder()
        .timeout(timeout)
        .connect_timeout(timeout.min(CONNECT))
        .redirect(Policy::none())
        .no_proxy()
        .user_agent(USER_AGENT)
        .build()
        .map_err(|error| format!("no connections can be made: {error}"))
}

fn follow(guard: Arc<Guard>) -> Policy {
    Policy::custom(move |attempt| {
        if attempt.previous().len() > REDIRECTS {
            return attempt.error(TooManyRedirects);
        }
        match guard.permits(attempt.url()) {
            Ok(()) => attempt.follow(),
            Err(refused) => attempt.error(refused),
        }
    })
}

#[derive(Debug, thiserror::Error)]
#[error("too many redirects")]
struct TooManyRedirects;

/// Why the request was refused, if it was for its address.
pub fn refusal(error: &reqwest::Error) -> Option<Refused> {
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        if let Some(refused) = cause.downcast_ref::<Refused>() {
            return Some(refused.clone());
        }
        source = cause.source();
    }
    None
}
