//! How a component was: the bars of the last 90 days, its percentages, its bad days in words, its year by month.

use contracts::Status;
use contracts::incidents::{History, HistoryMonth};
use kit_base::Timestamp;

use super::bars::{Bars, Given, bars, percent};
use super::scene::Scene;
use crate::snapshot::Service;
use crate::when::Date;

/// What the past of a component is told from.
#[derive(Clone, Debug)]
pub struct Pasts {
    /// The last 90 days.
    pub days: History,
    /// The last 30 days.
    pub month: History,
    /// The last 12 months.
    pub year: History,
}

/// How a component was.
#[derive(Clone, Debug)]
pub struct Uptime {
    /// The last 90 days.
    pub bars: Bars,
    /// "99.98 %" of the last 30 days, where anything is known of them.
    pub month: Option<String>,
    /// The months since it began, the latest first.
    pub months: Vec<MonthLine>,
}

/// One month.
#[derive(Clone, Debug)]
pub struct MonthLine {
    /// For the markup: `2026-11`.
    pub iso: String,
    /// "November 2026".
    pub name: String,
    /// "99.98 %", where anything is known.
    pub uptime: Option<String>,
    /// The worst state in it.
    pub worst: Status,
}

/// The bars of a component on the status page. What is too old to be claimed is not drawn.
pub(super) fn of_row(scene: &Scene, slug: &str) -> Option<Bars> {
    if scene.snapshot.old_since(Service::Incidents, scene.now).is_some() {
        return None;
    }
    let histories = scene.snapshot.histories.as_ref()?;
    let one = histories.components.iter().find(|one| one.slug == slug)?;
    bars(&Given {
        first: &histories.first,
        last: &histories.last,
        begins_at: one.begins_at,
        until: histories.until,
        uptime: one.uptime,
        days: &one.days,
    })
}

/// How a component was; none where the days make no sense.
pub(super) fn uptime(pasts: &Pasts) -> Option<Uptime> {
    let days = &pasts.days.days;
    let given = Given {
        first: &days.first()?.date,
        last: &days.last()?.date,
        begins_at: pasts.days.begins_at,
        until: pasts.days.until,
        uptime: pasts.days.uptime,
        days,
    };
    let months = pasts.year.months.iter().rev().filter_map(month).collect();
    Some(Uptime { bars: bars(&given)?, month: pasts.month.uptime.map(percent), months })
}

/// Nothing for a month before the beginning.
fn month(month: &HistoryMonth) -> Option<MonthLine> {
    let start = Timestamp::parse(&format!("{}-01T00:00:00Z", month.month))?;
    Some(MonthLine {
        iso: month.month.clone(),
        name: Date::of(start).month_and_year(),
        uptime: month.uptime.map(percent),
        worst: month.worst?,
    })
}
