//! How every service meets HTTP: one server, one edge layer, routes that state who may use them, one shape for
//! answers, errors, bodies and pages.

mod access;
mod answer;
pub mod csrf;
mod edge;
mod fields;
pub mod html;
mod local;
pub mod outbound;
mod paging;
pub mod query;
mod routes;
mod server;
mod source;

pub use access::{BearerToken, Member, Rule, Visitor};
pub use answer::{Answer, Failure, Reply};
pub use edge::{Edge, EdgeConfig, ErrorPage};
pub use fields::Fields;
pub use local::LocalTransport;
pub use paging::{Paging, Window};
pub use routes::{Built, RouteRule, Routes};
pub use server::{SETTINGS, Server, ServerConfig};
pub use source::Source;
