//! The rules of this service: pure functions, without a store or a clock.

mod alarm;
mod baseline;
mod quarter;
#[cfg(test)]
mod simulation;
mod visitor;

pub(crate) use alarm::{Rules, Standing, judge};
pub(crate) use baseline::{BESIDE, Past, Usual, WEEKS};
pub(crate) use quarter::{DAY, Quarter, recent};
pub(crate) use visitor::{Visitor, WINDOW};
