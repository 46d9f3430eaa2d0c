//! What this installation is called and where people reach it: two settings that several services need.

use kit_base::settings::{Kind, Settings};
use kit_base::Setting;

use crate::Source;

/// Where people reach this installation.
pub const PUBLIC_URL: Setting = Setting::new(
    "web.public_url",
    Kind::Text,
    "",
    "what links in mails begin with, such as https://status.example.org; without it, the host that was asked for",
);

/// Whose status this is.
pub const SITE_NAME: Setting = Setting::new(
    "frontend.site_name",
    Kind::Text,
    "PolyStatus",
    "whose status the page shows; it stands on every page",
);

/// What links to this installation begin with, where it is said: without a final slash.
pub fn public_url(settings: &Settings) -> Option<String> {
    settings.optional(&PUBLIC_URL).map(|url| url.trim_end_matches('/').to_owned())
}

/// What links begin with: what was said, or else the host that was asked for.
pub fn base(public_url: Option<&str>, source: &Source) -> String {
    public_url.map_or_else(|| source.base(), str::to_owned)
}
