//! Types and rules of this service: pure functions, without a store or a clock.

mod alerts;
mod days;
mod derive;
mod draft;
mod figures;
pub(crate) mod maintenance;
mod policy;
pub(crate) mod recurrence;
mod reference;
mod sums;
pub(crate) mod template;
mod times;
mod touched;
mod uptime;

pub(crate) use alerts::Reading;
pub(crate) use days::{date, day_from, day_of, month, month_start, start_of, whole_minute};
pub(crate) use derive::{Evidence, derive, seen};
pub(crate) use draft::draft;
pub(crate) use figures::{Case, csv, figures};
pub(crate) use policy::{
    FLAPPING_CALM, FLAPPING_TURNS, FLAPPING_WITHIN, MITIGATE_AFTER, OPEN_AT_MAJOR_AFTER,
    OPEN_AT_PARTIAL_AFTER, Policy, RESOLVE_AFTER, Standing, flaps, judge, severity, weight,
};
pub(crate) use reference::{Reference, cause, is_slug};
pub(crate) use sums::{Sums, WEIGHT_OF_DEGRADED, WEIGHT_OF_MAJOR, WEIGHT_OF_PARTIAL, Weights};
pub(crate) use times::Times;
pub(crate) use touched::{Weight, touched};
pub(crate) use uptime::{Piece, Story, by_day};
#[cfg(test)]
pub(crate) use {days::DAY, uptime::tests::slowly};
