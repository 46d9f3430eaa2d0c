//! Types and rules of this service: pure functions, without a store or a clock.

mod alerts;
mod derive;
mod draft;
pub(crate) mod maintenance;
mod policy;
pub(crate) mod recurrence;
mod reference;
pub(crate) mod template;
mod times;

pub(crate) use alerts::Reading;
pub(crate) use derive::{Evidence, derive};
pub(crate) use draft::draft;
pub(crate) use policy::{
    FLAPPING_CALM, FLAPPING_TURNS, FLAPPING_WITHIN, MITIGATE_AFTER, OPEN_AT_MAJOR_AFTER,
    OPEN_AT_PARTIAL_AFTER, Policy, RESOLVE_AFTER, Standing, flaps, judge, severity, weight,
};
pub(crate) use reference::{Reference, cause, is_slug};
pub(crate) use times::Times;
