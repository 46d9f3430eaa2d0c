//! Types and rules of this service: pure functions, without a store or a clock.

mod alerts;
mod derive;
pub(crate) mod maintenance;
mod policy;
pub(crate) mod recurrence;
mod reference;

pub(crate) use alerts::Reading;
pub(crate) use derive::{Evidence, derive};
pub(crate) use policy::{
    MITIGATE_AFTER, OPEN_AT_MAJOR_AFTER, OPEN_AT_PARTIAL_AFTER, Policy, RESOLVE_AFTER, severity, weight,
};
pub(crate) use reference::{Reference, cause, is_slug};
