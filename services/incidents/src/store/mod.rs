//! All SQL of this service, each statement next to the function that runs it.

pub(crate) mod components;
pub(crate) mod due;
pub(crate) mod figures;
pub(crate) mod graph;
pub(crate) mod hearing;
pub(crate) mod incidents;
pub(crate) mod life;
pub(crate) mod signals;
pub(crate) mod status;
pub(crate) mod timeline;
pub(crate) mod uptime;
pub(crate) mod watches;
