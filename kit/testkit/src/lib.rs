//! What tests are made of: stores on both databases, a clock that stands still, ids that can be foreseen, and a
//! search that finds every SQL statement of a crate.

mod statements;
mod store;
mod world;

pub use statements::{Statement, prepare_all, statements_in};
pub use store::{Engine, TestStore, both};
pub use world::{TestClock, test_ids};
