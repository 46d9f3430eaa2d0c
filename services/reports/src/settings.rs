//! The settings of this service.

use kit_base::Setting;
use kit_base::settings::Kind;

pub(crate) const DATABASE_URL: Setting =
    Setting::new("reports.database_url", Kind::Secret, "", "PostgreSQL for reports alone")
        .also(&["REPORTS_DATABASE_URL"]);
pub(crate) const MINIMUM: Setting = Setting::new(
    "reports.minimum",
    Kind::Count(2, 100_000),
    "6",
    "how many reports in 15 minutes beyond what is usual it takes at least to raise a level",
);
pub(crate) const CLEAR_AFTER: Setting = Setting::new(
    "reports.clear_after",
    Kind::Duration,
    "15m",
    "how long reports must stay low before a level is lowered or cleared",
);
pub(crate) const KEEP: Setting = Setting::new(
    "reports.keep",
    Kind::Duration,
    "7d",
    "how long single reports are kept with their words; after that only their numbers are",
);

/// Every setting of this service.
pub const SETTINGS: &[Setting] = &[DATABASE_URL, MINIMUM, CLEAR_AFTER, KEEP];
