//! All SQL of this service, each statement next to the function that runs it.

pub(crate) mod authors;
pub(crate) mod comments;
pub(crate) mod legacy;
pub(crate) mod lists;
