//! The reports of visitors about a component over the last 24 hours, drawn: 96 quarter-hours as an area before the band of
//! what is usual, with the moments at which the level changed; and the same in words and as a table.

use std::time::Duration;

use contracts::reports::{ReportHistory, ReportQuarter};
use contracts::{Level, Status};

use super::scene::Scene;
use crate::when::Moment;
use crate::words;

/// The drawing's own height; its width is one for each quarter. The page stretches both.
const HEIGHT: f64 = 100.0;
/// The least that the height stands for, so that one report does not look like a storm.
const LEAST: u64 = 5;
/// What each of them counts.
const QUARTER: Duration = Duration::from_secs(15 * 60);
/// Between the shapes of two changes at least, in percent of the width, for phones too.
const APART: f64 = 4.5;
/// Changes of the level at most; a level that flaps writes hundreds.
const CHANGES: usize = 12;

/// The chart and what it says.
#[derive(Clone, Debug)]
pub struct Chart {
    /// The level as a state.
    pub status: Status,
    /// What the level is, in words.
    pub said: &'static str,
    /// Since when, where it is raised.
    pub since: Option<Moment>,
    /// Reports in the last 15 minutes.
    pub recent: u64,
    /// Reports in all 24 hours.
    pub total: u64,
    /// The quarter with the most: how many, and when it began.
    pub peak: Option<(u64, Moment)>,
    /// How many are usual in a quarter of an hour: "0 to 5".
    pub usual: Option<String>,
    /// What the height stands for.
    pub top: u64,
    /// Quarters of an hour; the width of the drawing.
    pub width: usize,
    /// The path of the area.
    pub area: String,
    /// The path of its upper edge.
    pub edge: String,
    /// The path of the band of what is usual, or empty.
    pub band: String,
    /// The changes of the level.
    pub marks: Vec<Mark>,
    /// The quarters with reports, newest first.
    pub rows: Vec<Quarter>,
}

/// A change of the level.
#[derive(Clone, Debug)]
pub struct Mark {
    /// The place on the axis of time, in percent of the width from the left.
    pub place: String,
    /// When.
    pub at: Moment,
    /// The level from then on, as a state.
    pub status: Status,
    /// The word for it.
    pub said: &'static str,
    /// The next one is so near that their shapes would lie over each other.
    pub is_crowded: bool,
}

/// A quarter of an hour.
#[derive(Clone, Debug)]
pub struct Quarter {
    /// When it began.
    pub began: Moment,
    /// How many reported.
    pub count: u64,
    /// How many are usual: "0 to 5", or nothing.
    pub usual: String,
}

/// The chart of these reports.
pub(super) fn chart(scene: &Scene, reports: &ReportHistory) -> Chart {
    let quarters = reports.quarters.as_slice();
    let peak = quarters.iter().rev().filter(|quarter| quarter.count > 0).max_by_key(|quarter| quarter.count);
    let usual_most = quarters.iter().filter_map(|quarter| quarter.baseline).map(|usual| usual.high);
    let most = peak.map_or(0.0, |peak| peak.count as f64).max(usual_most.fold(0.0, f64::max));
    let top = round_up(most);
    let steps = steps(quarters.iter().map(|quarter| height(quarter.count as f64, top)));
    let raised = reports.level.map_or(Status::Operational, Level::status);
    Chart {
        status: raised,
        said: words::reported(raised),
        since: reports.since.filter(|_| reports.level.is_some()).map(|since| scene.moment(since)),
        recent: reports.recent,
        total: quarters.iter().map(|quarter| quarter.count).sum(),
        peak: peak.map(|peak| (peak.count, scene.moment(peak.start))),
        usual: quarters.last().map(usual).filter(|usual| !usual.is_empty()),
        top,
        width: quarters.len(),
        area: format!("M0 {HEIGHT}V{steps}V{HEIGHT}Z"),
        edge: format!("M0 {steps}"),
        band: band(quarters, top),
        marks: marks(scene, reports),
        rows: quarters.iter().rev().filter(|quarter| quarter.count > 0).map(|one| row(scene, one)).collect(),
    }
}

/// The next of 5, 10, 20, 50, 100, …: what the height stands for.
fn round_up(most: f64) -> u64 {
    let mut top = LEAST;
    // From 5 to 10, to 20, to 50: the factors come round.
    for factor in [(2, 1), (2, 1), (5, 2)].into_iter().cycle().take(48) {
        if top as f64 >= most {
            break;
        }
        top = top.saturating_mul(factor.0) / factor.1;
    }
    top
}

/// Where so many reports stand in the drawing, counted from its top.
fn height(count: f64, top: u64) -> f64 {
    HEIGHT - (count / top.max(1) as f64).clamp(0.0, 1.0) * HEIGHT
}

/// Steps, because a quarter is a whole and not a moment: `90H1V80H96`, from the height of the first to the right edge.
fn steps(heights: impl Iterator<Item = f64>) -> String {
    let mut path = String::new();
    let (mut before, mut width) = (None, 0);
    for (nth, height) in heights.enumerate() {
        match before {
            None => path.push_str(&figure(height)),
            Some(before) if before != height => path.push_str(&format!("H{nth}V{}", figure(height))),
            Some(_) => {}
        }
        (before, width) = (Some(height), nth + 1);
    }
    path.push_str(&format!("H{width}"));
    path
}

/// A box for each run of quarters with the same usual numbers.
fn band(quarters: &[ReportQuarter], top: u64) -> String {
    let mut path = String::new();
    let mut from = 0;
    for run in quarters.chunk_by(|one, next| one.baseline == next.baseline) {
        let to = from + run.len();
        if let Some(usual) = run.first().and_then(|quarter| quarter.baseline) {
            let (high, low) = (figure(height(usual.high, top)), figure(height(usual.low, top)));
            path.push_str(&format!("M{from} {high}H{to}V{low}H{from}Z"));
        }
        from = to;
    }
    path
}

/// With one decimal where it needs one.
fn figure(number: f64) -> String {
    let text = format!("{number:.1}");
    text.strip_suffix(".0").map_or_else(|| text.clone(), str::to_owned)
}

fn marks(scene: &Scene, reports: &ReportHistory) -> Vec<Mark> {
    let Some(first) = reports.quarters.first() else { return Vec::new() };
    let whole = QUARTER.as_secs_f64() * reports.quarters.len() as f64;
    let newest = reports.changes.iter().rev().filter(|change| change.at >= first.start).take(CHANGES);
    let mut shape_at = f64::INFINITY;
    let mut marks: Vec<Mark> = newest
        .map(|change| {
            let status = change.level.map_or(Status::Operational, Level::status);
            let place = (change.at.since(first.start).as_secs_f64() / whole * 100.0).clamp(0.0, 100.0);
            let is_crowded = shape_at - place < APART;
            if !is_crowded {
                shape_at = place;
            }
            let (at, said) = (scene.moment(change.at), words::reported_from(status));
            Mark { place: figure(place), at, status, said, is_crowded }
        })
        .collect();
    marks.reverse();
    marks
}

fn row(scene: &Scene, quarter: &ReportQuarter) -> Quarter {
    Quarter { began: scene.moment(quarter.start), count: quarter.count, usual: usual(quarter) }
}

/// "0 to 5", in whole reports; nothing where it is not known.
fn usual(quarter: &ReportQuarter) -> String {
    quarter.baseline.map_or_else(String::new, |usual| words::from_to(usual.low.ceil(), usual.high.floor()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_height_is_a_round_number() {
        for (most, top) in [(0.0, 5), (5.0, 5), (5.1, 10), (11.0, 20), (21.0, 50), (199.0, 200), (201.0, 500)]
        {
            assert_eq!(round_up(most), top, "{most}");
        }
    }

    #[test]
    fn steps_are_short() {
        assert_eq!(steps([100.0, 100.0, 80.0, 33.33, 33.33].into_iter()), "100H2V80H3V33.3H5");
        assert_eq!(steps([].into_iter()), "H0");
        assert_eq!((height(0.0, 5), height(5.0, 5), height(9.0, 5)), (100.0, 0.0, 0.0));
    }
}
