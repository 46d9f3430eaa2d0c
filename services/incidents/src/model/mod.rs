//! Types and rules of this service: pure functions, without a store or a clock.

mod alerts;
mod days;
mod derive;
mod figures;
mod policy;
mod reference;
mod sums;
mod touched;
mod uptime;

pub(crate) use alerts::Reading;
pub(crate) use days::{date, day_from, day_of, month, month_start, start_of, whole_minute};
pub(crate) use derive::{Evidence, derive, seen};
pub(crate) use figures::{Case, csv, figures};
pub(crate) use policy::{
    MITIGATE_AFTER, OPEN_AT_MAJOR_AFTER, OPEN_AT_PARTIAL_AFTER, Policy, RESOLVE_AFTER, severity, weight,
};
pub(crate) use reference::{Reference, cause, is_slug};
pub(crate) use sums::{Sums, WEIGHT_OF_DEGRADED, WEIGHT_OF_MAJOR, WEIGHT_OF_PARTIAL, Weights};
pub(crate) use touched::{Weight, touched};
pub(crate) use uptime::{Piece, Story, by_day};
#[cfg(test)]
pub(crate) use {days::DAY, uptime::tests::slowly};
