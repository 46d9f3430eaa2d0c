//! All SQL of this service, each statement next to the function that runs it.

pub(crate) mod changes;
pub(crate) mod flags;
pub(crate) mod holds;
pub(crate) mod incidents;
pub(crate) mod links;
pub(crate) mod sets;
