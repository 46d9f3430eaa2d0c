//! All SQL of this service, each statement next to the function that runs it.

pub(crate) mod causes;
pub(crate) mod changing;
pub(crate) mod components;
pub(crate) mod due;
pub(crate) mod figures;
pub(crate) mod graph;
pub(crate) mod groups;
pub(crate) mod hearing;
pub(crate) mod imports;
pub(crate) mod incidents;
pub(crate) mod life;
pub(crate) mod maintenances;
pub(crate) mod merging;
pub(crate) mod proposals;
pub(crate) mod search;
pub(crate) mod signals;
pub(crate) mod status;
pub(crate) mod templates;
pub(crate) mod timeline;
pub(crate) mod uptime;
pub(crate) mod verdicts;
pub(crate) mod watches;
pub(crate) mod witnessed;
pub(crate) mod work;
