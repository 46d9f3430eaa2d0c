//! How every service meets HTTP: one server, one edge layer, routes that state who may use them, one shape for
//! answers, errors, bodies and pages.

mod access;
mod answer;
mod asset;
pub mod browse;
mod connection;
mod cors;
pub mod csrf;
pub mod describe;
mod edge;
mod email;
mod fields;
mod form;
mod format;
mod forwarded;
mod heads;
mod host;
pub mod html;
mod json;
mod lane;
mod language;
mod lines;
mod local;
mod metadata;
pub mod naming;
pub mod outbound;
mod paging;
mod peers;
mod place;
mod preferences;
pub mod query;
mod routes;
mod schema;
mod server;
mod sliding;
mod source;
pub mod swagger;
pub mod throttle;
mod tls;
mod watch;
mod xml;

pub use access::{BearerToken, Member, Rule, Visitor};
pub use answer::{Answer, Failure, Reply};
pub use edge::{Edge, EdgeConfig, ErrorPage};
pub use email::is_email;
pub use fields::{Bulk, Fields, is_web_address};
pub use language::{Language, Table, Words};
pub use lines::HeaderLines;
pub use local::LocalTransport;
pub use paging::{Paging, Window};
pub use peers::Switchboard;
pub use place::is_local_path;
pub use routes::{Built, RouteRule, Routes};
pub use server::{Server, ServerConfig};
pub use source::{Peer, Source, Trust};
pub use throttle::Class;
pub use tls::{Tls, TlsFiles};

use kit_base::Setting;

/// The settings of the server, to be declared by the binary.
pub const SETTINGS: &[Setting] = &[
    server::LISTEN,
    server::CONNECTIONS,
    server::HEAD,
    peers::TIMEOUT,
    server::DEADLINE,
    server::MAX_BODY,
    server::DRAIN,
    tls::CERTIFICATE,
    tls::KEY,
    edge::CACHE,
    source::PROXIES,
    source::HOSTS,
    throttle::ANONYMOUS,
    throttle::USER,
    throttle::PUBLIC,
    throttle::FAILURES,
    naming::PUBLIC_URL,
    naming::SITE_NAME,
    outbound::ALLOW,
    outbound::ALLOW_HOSTS,
    outbound::PROXY,
];
