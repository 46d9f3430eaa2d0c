//! The line at the top of the page, for whatever is no incident.

use kit_base::{Event, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How loud a banner is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum BannerLevel {
    /// Good to know.
    #[default]
    Info,
    /// Something to be careful about.
    Warning,
    /// Something is badly wrong.
    Critical,
}

impl BannerLevel {
    /// Every level, least first.
    pub const ALL: [BannerLevel; 3] = [BannerLevel::Info, BannerLevel::Warning, BannerLevel::Critical];

    /// The word for it in the API and in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            BannerLevel::Info => "info",
            BannerLevel::Warning => "warning",
            BannerLevel::Critical => "critical",
        }
    }

    /// The level of that name.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.as_str() == word)
    }
}

/// A banner as it is written: a line at the top of the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NewBanner {
    /// What it says.
    #[schema(example = "On Sunday night we move to new machines.", max_length = 500)]
    pub text: String,
    /// How loud it is; `info` when absent.
    pub level: Option<BannerLevel>,
    /// When it begins to be shown; at once when absent.
    pub starts_at: Option<Timestamp>,
    /// When it is shown no longer; when it is removed, if absent.
    pub ends_at: Option<Timestamp>,
    /// Where more is to be read.
    #[schema(example = "https://example.org/moving")]
    pub link: Option<String>,
}

/// A banner.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Banner {
    /// Its id.
    pub id: String,
    /// What it says.
    pub text: String,
    /// How loud it is.
    pub level: BannerLevel,
    /// When it begins to be shown.
    pub starts_at: Timestamp,
    /// When it is shown no longer.
    pub ends_at: Option<Timestamp>,
    /// Where more is to be read.
    pub link: Option<String>,
}

/// `banner.changed`: a banner was written or removed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BannerChanged {
    /// The banner.
    pub id: String,
}

impl Event for BannerChanged {
    const NAME: &'static str = "banner.changed";

    fn subject(&self) -> &str {
        &self.id
    }
}
