//! Events from an outbox to the handlers.

#[cfg(test)]
mod apart;
#[cfg(test)]
mod delivery;
