//! All SQL of this service, each statement next to the function that runs it.

mod apply;
mod events;
mod providers;
mod tell;

pub(crate) use apply::{Outcome, apply};
pub(crate) use events::list as list_events;
pub(crate) use providers::{Watched, create, delete, due, find, list, update, watched};
