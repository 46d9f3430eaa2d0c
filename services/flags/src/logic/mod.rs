//! JsonLogic (jsonlogic.com) with flagd's operations, compiled when a flag is written. Evaluation is total and bounded:
//! whatever the rule and the data, it ends after so many steps with a value or with the word that they were used up.

mod bucket;
mod cbor;
mod compile;
mod convert;
mod evaluate;
mod fractional;
mod lists;
mod operators;
mod path;
mod sem_ver;
mod shape;
#[cfg(test)]
mod tests;
mod value;

use std::collections::HashSet;

use serde_json::Value;

pub(crate) use bucket::Bucketing;
pub(crate) use compile::{Compiled, compile};
pub(crate) use evaluate::{Budget, Run};
use fractional::Fractional;
use operators::Operator;
use path::Place;
use sem_ver::SemVer;
pub(crate) use value::Val;

/// A rule, compiled.
#[derive(Debug)]
pub(crate) enum Rule {
    /// It is what it says.
    Constant(Value),
    /// A list, some of whose items are rules.
    List(Vec<Rule>),
    /// A place in the data that is known beforehand, and what holds where there is nothing.
    Var(Place, Option<Box<Rule>>),
    /// A place that a rule tells.
    VarOf(Box<Rule>, Option<Box<Rule>>),
    /// Condition, then, condition, then, …, else.
    If(Vec<Rule>),
    And(Vec<Rule>),
    Or(Vec<Rule>),
    /// Whether a value is one of these texts.
    OneOf(Box<Rule>, HashSet<String>),
    /// An operation on values.
    Apply(Operator, Vec<Rule>),
    /// A rule for each item of a list.
    Each(Each, Box<Rule>, Box<Rule>),
    /// List, rule for each item, beginning.
    Reduce(Box<Rule>, Box<Rule>, Box<Rule>),
    /// Which of these places there is nothing at.
    Missing(Vec<Rule>),
    /// The same, unless so many are there.
    MissingSome(Box<Rule>, Box<Rule>),
    Fractional(Fractional),
    SemVer(Box<SemVer>),
}

/// What is done with each item of a list.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Each {
    Map,
    Filter,
    All,
    None,
    Some,
}

/// Nothing came of it: the rule took more steps than are allowed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Exhausted;
