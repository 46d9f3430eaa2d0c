//! The settings of this service.

use kit_base::Setting;
use kit_base::settings::Kind;

pub(crate) const DATABASE_URL: Setting =
    Setting::new("communications.database_url", Kind::Secret, "", "PostgreSQL for communications alone")
        .also(&["COMMUNICATIONS_DATABASE_URL"]);
pub(crate) const MAIL_RETRIES: Setting = Setting::new(
    "communications.mail_retries",
    Kind::Durations,
    "1m,5m,15m,30m,1h,2h,4h,8h,8h",
    "the waits between tries of a mail that the server does not take yet, give or take a tenth; then it is given up",
);
/// Svix's schedule.
pub(crate) const WEBHOOK_RETRIES: Setting = Setting::new(
    "communications.webhook_retries",
    Kind::Durations,
    "5s,5m,30m,2h,5h,10h,10h",
    "the waits between tries of a webhook that fails, give or take a tenth; then it is given up",
);
pub(crate) const WEBHOOK_TIMEOUT: Setting = Setting::new(
    "communications.webhook_timeout",
    Kind::Duration,
    "15s",
    "how long a webhook may take to answer",
);
pub(crate) const DISABLE_AFTER: Setting = Setting::new(
    "communications.disable_after",
    Kind::Duration,
    "5d",
    "a webhook that has failed for so long is disabled",
);
pub(crate) const LEASE: Setting = Setting::new(
    "communications.lease",
    Kind::Duration,
    "2m",
    "after so long another takes up a delivery whose worker is gone; sending one may take nine tenths of it",
);
pub(crate) const MAILS_AT_ONCE: Setting =
    Setting::new("communications.mails_at_once", Kind::Count(1, 100), "8", "mails that are sent at the same time");
pub(crate) const WEBHOOKS_AT_ONCE: Setting = Setting::new(
    "communications.webhooks_at_once",
    Kind::Count(1, 1000),
    "64",
    "webhooks that are called at the same time, one message at a time each",
);
pub(crate) const KEEP_DELIVERIES: Setting = Setting::new(
    "communications.keep_deliveries",
    Kind::Duration,
    "30d",
    "how long it is kept what became of a delivery",
);

/// Every setting of this service.
pub const SETTINGS: &[Setting] = &[
    DATABASE_URL,
    MAIL_RETRIES,
    WEBHOOK_RETRIES,
    WEBHOOK_TIMEOUT,
    DISABLE_AFTER,
    LEASE,
    MAILS_AT_ONCE,
    WEBHOOKS_AT_ONCE,
    KEEP_DELIVERIES,
];
