//! All SQL of this service: a file for each noun.

pub(crate) mod mails;
pub(crate) mod members;
pub(crate) mod one_time;
pub(crate) mod people;
pub(crate) mod privacy;
pub(crate) mod sanctions;
mod tokens;
mod users;

pub(crate) use people::*;
pub(crate) use tokens::*;
pub(crate) use users::*;
