//! All SQL of this service: a file for each noun.

mod tokens;
mod users;

pub(crate) use tokens::*;
pub(crate) use users::*;
