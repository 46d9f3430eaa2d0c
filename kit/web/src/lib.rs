//! How every service meets HTTP: one server, one edge layer, routes that state who may use them, one shape for
//! answers, errors, bodies and pages.

mod access;
mod answer;
mod connection;
pub mod cors;
mod edge;
mod fields;
mod forwarded;
mod heads;
mod host;
pub mod html;
mod local;
pub mod outbound;
mod paging;
pub mod query;
mod routes;
mod server;
mod sliding;
mod source;
pub mod throttle;
mod tls;

pub use access::{BearerToken, Member, Rule, Visitor};
pub use answer::{Answer, Failure, Reply};
pub use edge::{Edge, EdgeConfig, ErrorPage};
pub use fields::Fields;
pub use local::LocalTransport;
pub use paging::{Paging, Window};
pub use routes::{Built, RouteRule, Routes};
pub use server::{Server, ServerConfig};
pub use source::{Peer, Source, Trust};
pub use throttle::Throttle;
pub use tls::{Tls, TlsFiles};

use kit_base::Setting;

/// The settings of the server, to be declared by the binary.
pub const SETTINGS: &[Setting] = &[
    server::LISTEN,
    server::CONNECTIONS,
    server::HEAD,
    server::DEADLINE,
    server::MAX_BODY,
    server::DRAIN,
    tls::CERTIFICATE,
    tls::KEY,
    source::PROXIES,
    source::HOSTS,
    throttle::ANONYMOUS,
    throttle::USER,
    throttle::PUBLIC,
    throttle::FAILURES,
];
