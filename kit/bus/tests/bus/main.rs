//! Events from an outbox to the handlers.

#[cfg(test)]
mod delivery;
