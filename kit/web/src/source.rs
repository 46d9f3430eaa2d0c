//! Where a request comes from and what it was addressed to, as far as that can be believed.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr};

use axum::extract::FromRequestParts;
use http::header;
use http::request::Parts;

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
/// stub
pub struct Peer {
    pub address: std::net::SocketAddr,
    pub tls: bool,
}
/// stub
pub struct Trust;
impl Trust {
    pub fn from_settings(_: &kit_base::Settings, _: bool) -> Result<Self, String> {
        Ok(Self)
    }
    pub fn source(
        &self,
        headers: &http::HeaderMap,
        uri: &http::Uri,
        _: Option<&Peer>,
    ) -> Result<Source, kit_base::Problem> {
        let host = headers
            .get(header::HOST)
            .and_then(|host| host.to_str().ok())
            .or_else(|| uri.authority().map(|a| a.as_str()))
            .unwrap_or("localhost")
            .to_owned();
        Ok(Source { address: IpAddr::V4(Ipv4Addr::LOCALHOST), https: false, host })
    }
    pub fn carries_safely(&self, _: &Source, _: Option<&Peer>, _: &http::HeaderMap) -> bool {
        true
    }
}
