//! All SQL of this service, each statement next to the function that runs it.

pub(crate) mod components;
pub(crate) mod levels;
pub(crate) mod lists;
pub(crate) mod news;
pub(crate) mod past;
pub(crate) mod receive;
pub(crate) mod tidy;
