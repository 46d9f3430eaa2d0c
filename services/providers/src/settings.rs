//! The settings of this service.

use kit_base::Setting;
use kit_base::settings::Kind;

pub(crate) const DATABASE_URL: Setting =
    Setting::new("providers.database_url", Kind::Secret, "", "PostgreSQL for providers alone")
        .also(&["PROVIDERS_DATABASE_URL"]);
pub(crate) const INTERVAL: Setting = Setting::new(
    "providers.interval",
    Kind::Duration,
    "60s",
    "how often each feed is read, give or take a tenth",
);
pub(crate) const INTERVAL_IN_TROUBLE: Setting = Setting::new(
    "providers.interval_in_trouble",
    Kind::Duration,
    "30s",
    "how often the feed of a provider is read that has trouble",
);
pub(crate) const TIMEOUT: Setting =
    Setting::new("providers.timeout", Kind::Duration, "10s", "how long a feed may take to answer");
pub(crate) const MAX_DOCUMENT: Setting =
    Setting::new("providers.max_document", Kind::Size, "8MiB", "the longest feed that is read, unpacked");
pub(crate) const MAX_BACKOFF: Setting = Setting::new(
    "providers.max_backoff",
    Kind::Duration,
    "15m",
    "the longest wait between tries of a feed that fails",
);
pub(crate) const AT_ONCE: Setting =
    Setting::new("providers.at_once", Kind::Count(1, 1000), "16", "feeds that are read at the same time");
pub(crate) const PER_HOST: Setting = Setting::new(
    "providers.per_host",
    Kind::Count(1, 100),
    "2",
    "feeds of one host that are read at the same time",
);
pub(crate) const KEEP_HISTORY: Setting = Setting::new(
    "providers.keep_history",
    Kind::Duration,
    "400d",
    "how long it is kept how providers were, and what they announced",
);

/// Every setting of this service.
pub const SETTINGS: &[Setting] = &[
    DATABASE_URL,
    INTERVAL,
    INTERVAL_IN_TROUBLE,
    TIMEOUT,
    MAX_DOCUMENT,
    MAX_BACKOFF,
    AT_ONCE,
    PER_HOST,
    KEEP_HISTORY,
];
