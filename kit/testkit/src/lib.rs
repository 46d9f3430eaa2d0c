//! What tests are made of: stores on both databases, a clock that stands still, ids that can be foreseen, services
//! with callers of every role, and a search that finds every SQL statement of a crate.

mod app;
mod caller;
mod mail_server;
mod openapi;
mod statements;
mod store;
mod world;

pub use app::{TestApp, TestWorld};
pub use caller::{RoleTokens, TestCaller, TestReply};
pub use mail_server::MailServer;
pub use openapi::check_openapi;
pub use statements::{Statement, prepare_all, statements_in};
pub use store::{Engine, TestStore, both};
pub use world::{TestClock, test_ids};
