//! What the reports service says: problems that visitors report, how many are usual, and when there are too many.

use http::Method;
use kit_base::{Event, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::incidents::Component;
use crate::{AskError, Client, Level};

/// What a visitor finds wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ReportKind {
    /// It cannot be reached at all.
    Down,
    /// It answers with errors.
    Errors,
    /// It works, but slowly.
    Slow,
    /// One cannot log in.
    Login,
    /// Anything else.
    #[default]
    Other,
}

impl ReportKind {
    /// Every kind, in the order in which a form offers them.
    pub const ALL: [ReportKind; 5] =
        [ReportKind::Down, ReportKind::Errors, ReportKind::Slow, ReportKind::Login, ReportKind::Other];

    /// The word for it in the API and in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            ReportKind::Down => "down",
            ReportKind::Errors => "errors",
            ReportKind::Slow => "slow",
            ReportKind::Login => "login",
            ReportKind::Other => "other",
        }
    }

    /// The kind of that name.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// A problem as a visitor reports it. An HTML form with these fields may be sent straight to the API.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NewReport {
    /// The slug of the component that does not work.
    #[schema(example = "checkout")]
    pub component: String,
    /// What is wrong; `other` when absent.
    pub kind: Option<ReportKind>,
    /// In the visitor's own words, for the team only.
    #[schema(example = "The payment page shows an error.", max_length = 1000)]
    pub message: Option<String>,
    /// A page of this site to go on to (303), for forms: a path such as `/components/checkout`.
    #[schema(example = json!(null))]
    pub next: Option<String>,
}

/// A report that was taken. The answer to one that counts and to one that repeats another is the same.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ReportTaken {
    /// The component that it is about.
    #[schema(example = "checkout")]
    pub component: String,
    /// What is wrong with it.
    pub kind: ReportKind,
    /// When it came.
    pub at: Timestamp,
}

/// A report as the team sees it. Nothing tells who it is from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Report {
    /// Its number; later ones have greater numbers.
    #[schema(example = 4711)]
    pub id: i64,
    /// The component that it is about.
    #[schema(example = "checkout")]
    pub component: String,
    /// What is wrong with it.
    pub kind: ReportKind,
    /// In the visitor's own words.
    pub message: Option<String>,
    /// When it came.
    pub at: Timestamp,
    /// Whether it counts: a visitor's first one about a component in 15 minutes does.
    pub counted: bool,
}

/// What is usual for a quarter of an hour of one component, in reports.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Baseline {
    /// How many are usual: the median.
    #[schema(example = 2.0)]
    pub usual: f64,
    /// The lower edge of the band within which nothing is remarkable.
    #[schema(example = 0.0)]
    pub low: f64,
    /// The upper edge of that band.
    #[schema(example = 4.8)]
    pub high: f64,
    /// From here on a level is raised.
    #[schema(example = 10.5)]
    pub alarm: f64,
}

/// A quarter of an hour: from minute 0, 15, 30 or 45 (UTC) to the next.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ReportQuarter {
    /// When it begins.
    pub start: Timestamp,
    /// How many visitors reported a problem.
    #[schema(example = 3)]
    pub count: u64,
    /// What is usual then; null before the component was watched.
    pub baseline: Option<Baseline>,
}

/// A moment at which the level changed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LevelChange {
    /// When.
    pub at: Timestamp,
    /// The level from then on; null when all was well again.
    pub level: Option<Level>,
}

/// The reports about a component over the last 24 hours, for its chart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ReportHistory {
    /// The component.
    #[schema(example = "checkout")]
    pub component: String,
    /// How bad it is by the reports alone; null when they are no more than usual.
    pub level: Option<Level>,
    /// Since when it has that level, or none.
    pub since: Option<Timestamp>,
    /// Reports in the last 15 minutes, estimated from this quarter and the one before.
    #[schema(example = 3)]
    pub recent: u64,
    /// 96 quarters of an hour, oldest first; the last one is still running.
    pub quarters: Vec<ReportQuarter>,
    /// The changes of the level within this time, oldest first.
    pub changes: Vec<LevelChange>,
}

/// `reports.changed`: people would see other counts or another level. Told at most every few seconds for a component.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReportsChanged {
    /// The slug of the component.
    pub component: String,
}

impl Event for ReportsChanged {
    const NAME: &'static str = "reports.changed";

    fn subject(&self) -> &str {
        &self.component
    }
}

impl Client {
    /// Reports a problem. Ask [for the visitor](Client::for_visitor), whose reports are then told from those of others.
    pub async fn report(&self, report: &NewReport) -> Result<ReportTaken, AskError> {
        self.send(Method::POST, "/api/v1/reports", Some(report)).await
    }

    /// The last 24 hours of reports about a component that the public may see.
    pub async fn report_history(&self, component: &str) -> Result<ReportHistory, AskError> {
        self.send(Method::GET, &format!("/api/v1/reports/{}/history", segment(component)), None::<&()>).await
    }

    /// The component of that slug, as far as whoever asks may see it.
    pub async fn find_component(&self, slug: &str) -> Result<Option<Component>, AskError> {
        match self.send(Method::GET, &format!("/api/v1/components/{}", segment(slug)), None::<&()>).await {
            Err(AskError::Refused { status: http::StatusCode::NOT_FOUND, .. }) => Ok(None),
            answer => answer.map(Some),
        }
    }
}

/// Text as one part of a path: all but letters, digits and a few signs is escaped (RFC 3986 2.3).
pub(crate) fn segment(text: &str) -> String {
    let kept = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~".contains(byte);
    text.bytes()
        .map(|byte| if kept(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_path_stays_one() {
        assert_eq!(segment("api-requests_2.0"), "api-requests_2.0");
        assert_eq!(segment("a/../b?c#d%e é"), "a%2F..%2Fb%3Fc%23d%25e%20%C3%A9");
    }
}
