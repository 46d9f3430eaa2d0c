//! Types and rules of this service: pure functions, without a store or a clock.

mod definition;
mod document;
mod faults;
mod kill_switch;
mod prepared;
mod view;

pub(crate) use definition::{LONGEST_KEY, check_key, definition};
pub(crate) use document::{Document, document};
pub(crate) use faults::Faults;
pub(crate) use kill_switch::{Incident, matches, reason};
pub(crate) use prepared::{Answer, Overlay, Prepared, failure};
pub(crate) use view::{LegacyDefinition, from_view, to_view};
