//! Where a request comes from and what it was addressed to, as far as that can be believed.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::FromRequestParts;
use http::request::Parts;
use http::{HeaderMap, Uri, header};
use kit_base::settings::{Kind, Network, Settings};
use kit_base::{Problem, Setting};

use crate::forwarded::{self, Told};
use crate::host::{self, Host};
use crate::lines::HeaderLines;

pub(crate) const PROXIES: Setting = Setting::new(
    "web.trusted_proxies",
    Kind::Networks,
    "",
    "the addresses and networks of proxies whose word on the client's address, scheme and host is taken",
);
pub(crate) const HOSTS: Setting = Setting::new(
    "web.allowed_hosts",
    Kind::Hosts,
    "",
    "the hosts this server answers for; .example.org is a domain with all below it; empty or * is any",
)
.also(&["ALLOWED_HOSTS"]);

/// Where a request comes from. The edge finds it out once; handlers take it as a parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    /// The client's address: never to be stored or logged as it is.
    pub address: IpAddr,
    /// Whether it came by https, as seen here or by a proxy that is trusted.
    pub https: bool,
    /// The host that was asked for, with its port if it is not the usual one.
    pub host: String,
}

impl Source {
    /// Where a request of another service comes from: from this machine, or from the visitor for whom the service says
    /// that it asks. Only for requests that cannot be anybody else's.
    pub(crate) fn within(headers: &HeaderMap) -> Self {
        let told = forwarded::read(headers, |_| false);
        Self {
            address: told.address.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST)),
            https: told.https.unwrap_or(false),
            host: told.host.unwrap_or_else(|| "localhost".to_owned()),
        }
    }

    /// What every absolute link begins with: `https://status.example.org`.
    pub fn base(&self) -> String {
        format!("{}://{}", if self.https { "https" } else { "http" }, self.host)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Source {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_else(|| {
            let host = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok());
            let host = host.unwrap_or("localhost").to_owned();
            Self { address: IpAddr::V4(Ipv4Addr::LOCALHOST), https: false, host }
        }))
    }
}

/// Who is at the other end of the connection. The server puts it into the extensions of every request; a request
/// without one was made within the process.
#[derive(Clone, Copy)]
pub struct Peer {
    /// The address of the other end, which may be a proxy.
    pub address: SocketAddr,
    /// Whether the connection is TLS that ends here.
    pub tls: bool,
}

impl Peer {
    fn ip(&self) -> IpAddr {
        self.address.ip().to_canonical()
    }
}

/// Whom to believe, and what to answer for.
pub struct Trust {
    proxies: Vec<Network>,
    hosts: Vec<String>,
    debug: bool,
}

impl Trust {
    /// From the settings; `debug` is the setting of that name. The error is a line for the terminal.
    pub fn from_settings(settings: &Settings, debug: bool) -> Result<Self, String> {
        // What the settings hold was checked when they were read.
        Ok(Self { proxies: settings.networks(&PROXIES), hosts: settings.hosts(&HOSTS), debug })
    }

    /// A host that this server answers for, where it does not answer for all.
    pub fn own_host(&self) -> Option<&str> {
        self.hosts.first().map(|host| host.trim_start_matches('.')).filter(|host| *host != "*")
    }

    /// Where this request comes from. 400 where it does not name one host that can be, and that this server answers for.
    pub fn source(&self, headers: &HeaderMap, uri: &Uri, peer: Option<&Peer>) -> Result<Source, Problem> {
        self.source_of(headers, uri.authority().map(|authority| authority.as_str()), peer)
    }

    /// The same of a head whose address names that authority.
    pub(crate) fn source_of(
        &self,
        headers: &impl HeaderLines,
        authority: Option<&str>,
        peer: Option<&Peer>,
    ) -> Result<Source, Problem> {
        let told = match peer {
            Some(peer) if self.is_proxy(peer.ip()) => {
                forwarded::read(headers, |address| self.is_proxy(address))
            }
            _ => Told::default(),
        };
        let own = peer.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), Peer::ip);
        let https = told.https.unwrap_or_else(|| peer.is_some_and(|peer| peer.tls));
        let named = host::named(headers, authority)?;
        let named = told.host.as_deref().or(named);
        let host = match named {
            Some(text) => self.answers_for(Host::parse(text)?)?.shown(https),
            None if peer.is_none() => "localhost".to_owned(),
            None => return Err(Problem::bad_request("The request names no host. Send one Host header.")),
        };
        Ok(Source { address: told.address.unwrap_or(own), https, host })
    }

    /// Whether passwords and tokens may come this way: nobody on the way can have read them.
    pub fn carries_safely(&self, source: &Source, peer: Option<&Peer>, headers: &impl HeaderLines) -> bool {
        let from_this_machine = |peer: &Peer| peer.ip().is_loopback() && !forwarded::is_forwarded(headers);
        source.https || self.debug || peer.is_none_or(from_this_machine)
    }

    fn is_proxy(&self, address: IpAddr) -> bool {
        self.proxies.iter().any(|network| network.contains(address))
    }

    fn answers_for<'a>(&self, host: Host<'a>) -> Result<Host<'a>, Problem> {
        if self.hosts.is_empty() || self.hosts.iter().any(|allowed| host.is(allowed)) {
            return Ok(host);
        }
        Err(Problem::bad_request(
            "This server does not answer for the host that was asked for. If it should, its operator adds the host \
             to the setting web.allowed_hosts (ALLOWED_HOSTS).",
        ))
    }
}
