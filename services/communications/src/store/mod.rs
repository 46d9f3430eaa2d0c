//! All SQL of this service.

pub(crate) mod announcements;
pub(crate) mod banners;
pub(crate) mod copies;
pub(crate) mod deliveries;
pub(crate) mod documents;
pub(crate) mod maintenances;
pub(crate) mod notices;
pub(crate) mod subscribers;
pub(crate) mod subscriptions;
pub(crate) mod webhooks;
