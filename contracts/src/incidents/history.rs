//! The past of components in figures: how much of each day was in which state.

use http::Method;
use kit_base::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::client::there;
use crate::client::segment;
use crate::{AskError, Client, Status};

/// Seconds in each state, exact to the microsecond; states without any time are left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Seconds {
    /// It worked.
    #[serde(skip_serializing_if = "is_zero")]
    pub operational: f64,
    /// Announced maintenance; no part of the percentage.
    #[serde(skip_serializing_if = "is_zero")]
    pub under_maintenance: f64,
    /// It was slow, or had errors.
    #[serde(skip_serializing_if = "is_zero")]
    pub degraded_performance: f64,
    /// It failed for some.
    #[serde(skip_serializing_if = "is_zero")]
    pub partial_outage: f64,
    /// It failed for all, or nearly.
    #[serde(skip_serializing_if = "is_zero")]
    pub major_outage: f64,
    /// Nobody could tell; no part of the percentage.
    #[serde(skip_serializing_if = "is_zero")]
    pub unknown: f64,
    /// Before the component began; no part of the percentage.
    #[serde(skip_serializing_if = "is_zero")]
    pub not_counted: f64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_zero(seconds: &f64) -> bool {
    *seconds == 0.0
}

/// One day in UTC.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct HistoryDay {
    /// The day.
    #[schema(example = "2026-11-21", format = Date)]
    pub date: String,
    /// The part of the known time that was up, from 0 to 1; null where nothing is known.
    #[schema(example = 0.9875)]
    pub uptime: Option<f64>,
    /// The worst state of the day; null where none of it is counted.
    pub worst: Option<Status>,
    /// How long it was in which state. A day that is not over has fewer seconds.
    pub seconds: Seconds,
}

/// One month in UTC.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct HistoryMonth {
    /// The month.
    #[schema(example = "2026-11")]
    pub month: String,
    /// The part of the known time that was up, from 0 to 1; null where nothing is known.
    #[schema(example = 0.9987)]
    pub uptime: Option<f64>,
    /// The worst state of the month; null where none of it is counted.
    pub worst: Option<Status>,
    /// How long it was in which state.
    pub seconds: Seconds,
}

/// The past of one component, or of the components of a group together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct History {
    /// The part of the known time that was up, from 0 to 1; null where nothing is known. Trouble counts by its weight,
    /// maintenance and unknown time do not count at all.
    #[schema(example = 0.9987)]
    pub uptime: Option<f64>,
    /// When the component began, or the first of the group. Time before that is not counted.
    pub begins_at: Timestamp,
    /// Up to which moment today is counted: the last whole minute.
    pub until: Timestamp,
    /// How long it was in which state, all days together.
    pub seconds: Seconds,
    /// Every day, oldest first, today last; empty where months were asked for.
    pub days: Vec<HistoryDay>,
    /// Every month, oldest first; empty unless months were asked for.
    pub months: Vec<HistoryMonth>,
}

/// The past of one component among all.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ComponentHistory {
    /// The component.
    #[schema(example = "checkout")]
    pub slug: String,
    /// The part of the known time that was up, from 0 to 1; null where nothing is known.
    #[schema(example = 0.9987)]
    pub uptime: Option<f64>,
    /// When it began. Days before that are not counted, and not named.
    pub begins_at: Timestamp,
    /// The days that were not wholly operational, oldest first. Every other day since it began was.
    pub days: Vec<HistoryDay>,
}

/// The past of all components.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Histories {
    /// The first day.
    #[schema(example = "2026-08-24", format = Date)]
    pub first: String,
    /// The last day, which is today.
    #[schema(example = "2026-11-21", format = Date)]
    pub last: String,
    /// Up to which moment today is counted: the last whole minute.
    pub until: Timestamp,
    /// Every component, in the order of the page.
    pub components: Vec<ComponentHistory>,
}

impl Client {
    /// The past of all components that the asker may see, over so many days.
    pub async fn histories(&self, days: u32) -> Result<Histories, AskError> {
        self.send(Method::GET, &format!("/api/v1/components/history?days={days}"), None::<&()>).await
    }

    /// The past of one component over so many days; `None` where there is none such.
    pub async fn history_by_day(&self, slug: &str, days: u32) -> Result<Option<History>, AskError> {
        let path = format!("/api/v1/components/{}/history?days={days}", segment(slug));
        there(self.send(Method::GET, &path, None::<&()>).await)
    }

    /// The past of one component over so many months; `None` where there is none such.
    pub async fn history_by_month(&self, slug: &str, months: u32) -> Result<Option<History>, AskError> {
        let path = format!("/api/v1/components/{}/history?months={months}", segment(slug));
        there(self.send(Method::GET, &path, None::<&()>).await)
    }
}
