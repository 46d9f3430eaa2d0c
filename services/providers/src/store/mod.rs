//! All SQL of this service, each statement next to the function that runs it.

mod apply;
pub(crate) mod changes;
pub(crate) mod events;
pub(crate) mod graph;
mod providers;
mod tell;

pub(crate) use apply::{Taken, apply, as_it_is};
pub(crate) use providers::{Definition, create, delete, feeds, find, keep_pulses, list, slugs, update};
