//! Rules and forms of this service, without I/O.

pub(crate) mod atom;
pub(crate) mod notice;
pub(crate) mod standard_webhooks;
pub(crate) mod statuspage;
pub(crate) mod tokens;
