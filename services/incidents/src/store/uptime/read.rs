//! The past as it is told: kept days as they are kept, the rest counted at the moment of asking.

use contracts::Status;
use contracts::incidents::{ComponentHistory, Histories, History, HistoryDay, HistoryMonth, Seconds};
use kit_base::Timestamp;
use kit_store::{Result, Tx, params};

use super::kept::{days_of, days_of_all, mark};
use super::seen::begins_at;
use super::stories::{stories, story_of};
use crate::error::Error;
use crate::model::{Story, Sums, Weights, by_day, date, day_of, month, month_start, start_of};

/// How much of the past is asked for; the present day or month is one of them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Span {
    Days(i64),
    Months(i64),
}

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window {
    /// Up to when.
    pub at: Timestamp,
    pub span: Span,
    pub weights: Weights,
}

impl Window {
    fn today(&self) -> i64 {
        day_of(self.at)
    }

    fn first(&self) -> i64 {
        match self.span {
            Span::Days(days) => self.today() - (days - 1),
            Span::Months(months) => month_start(self.today(), months - 1),
        }
    }

    /// The first day that is not read from what is kept. The present day never is.
    fn open_from(&self, tx: &mut Tx<'_>) -> Result<i64> {
        Ok(mark(tx)?.map_or(self.first(), |mark| mark.closed_to.clamp(self.first(), self.today())))
    }
}

/// The past of a component; the public knows of public ones only.
pub(crate) fn of_component(
    tx: &mut Tx<'_>,
    slug: &str,
    public_only: bool,
    window: &Window,
) -> Result<History, Error> {
    let begins = tx.query_opt(
        "SELECT created_at FROM components WHERE slug = $1 AND (visibility = 'public' OR NOT $2)",
        params![slug, public_only],
        begins_at,
    )?;
    let begins = begins.ok_or(Error::NotFound)?;
    let days = every_day(tx, slug, begins, window)?;
    Ok(history(&days, begins, window))
}

/// The past of the components of a group, taken together: as if their times stood one after the other.
pub(crate) fn of_group(
    tx: &mut Tx<'_>,
    group: &str,
    public_only: bool,
    window: &Window,
) -> Result<History, Error> {
    let members = tx.query(
        "SELECT slug, created_at FROM components WHERE group_name = $1 AND (visibility = 'public' OR NOT $2)",
        params![group, public_only],
        |row| Ok((row.get::<String>("slug")?, begins_at(row)?)),
    )?;
    let begins = members.iter().map(|(_, begins)| *begins).min().ok_or(Error::NotFound)?;
    let mut all: Vec<(i64, Sums)> = Vec::new();
    for (slug, begins) in &members {
        let days = every_day(tx, slug, *begins, window)?;
        match all.is_empty() {
            true => all = days,
            false => all.iter_mut().zip(&days).for_each(|((_, sum), (_, sums))| sum.join(sums)),
        }
    }
    Ok(history(&all, begins, window))
}

/// The past of all components, each with those days only that have something to tell.
pub(crate) fn of_all(tx: &mut Tx<'_>, public_only: bool, window: &Window) -> Result<Histories> {
    let (first, open_from) = (window.first(), window.open_from(tx)?);
    let components = tx.query(
        "SELECT slug, created_at FROM components WHERE visibility = 'public' OR NOT $1
         ORDER BY group_name, position, name, slug",
        params![public_only],
        |row| Ok((row.get::<String>("slug")?, begins_at(row)?)),
    )?;
    let mut kept = days_of_all(tx, first, open_from)?;
    let mut open = stories(tx, start_of(open_from), window.at)?;
    let component = |(slug, begins): (String, Timestamp)| {
        let told = kept.remove(&slug).unwrap_or_default();
        let story = open.remove(&slug).unwrap_or_default();
        one_of_all(slug, begins, told, &story, open_from, window)
    };
    let components = components.into_iter().map(component).collect();
    Ok(Histories { first: date(first), last: date(window.today()), until: window.at, components })
}

fn one_of_all(
    slug: String,
    begins: Timestamp,
    mut told: Vec<(i64, Sums)>,
    story: &Story,
    open_from: i64,
    window: &Window,
) -> ComponentHistory {
    // Days without a row are counted, not walked through: most days of most components are of this kind.
    let first_counted = window.first().max(day_of(begins)).min(open_from);
    let plain =
        open_from - first_counted - told.iter().filter(|(day, _)| *day >= first_counted).count() as i64;
    let mut total = Sums::whole_days(Some(Status::Operational), plain);
    told.extend(by_day(story, start_of(open_from).micros(), window.at.micros()));
    told.iter().for_each(|(_, sums)| total.join(sums));
    let days = told.iter().filter(|(_, sums)| has_something_to_tell(sums));
    let days = days.map(|(day, sums)| history_day(*day, sums, &window.weights)).collect();
    ComponentHistory { slug, uptime: total.uptime(&window.weights), begins_at: begins, days }
}

/// It was not wholly operational, or began in its midst.
fn has_something_to_tell(sums: &Sums) -> bool {
    sums.worst().is_some_and(|worst| worst != Status::Operational || sums.uncounted > 0)
}

/// Every day of a component that is asked for.
fn every_day(tx: &mut Tx<'_>, slug: &str, begins: Timestamp, window: &Window) -> Result<Vec<(i64, Sums)>> {
    let (first, open_from) = (window.first(), window.open_from(tx)?);
    let mut kept = days_of(tx, slug, first, open_from)?.into_iter().peekable();
    let mut days: Vec<(i64, Sums)> = Vec::new();
    for day in first..open_from {
        let plain = (day >= day_of(begins)).then_some(Status::Operational);
        let known = kept.next_if(|(known, _)| *known == day);
        days.push(known.unwrap_or_else(|| (day, Sums::whole_days(plain, 1))));
    }
    let from = start_of(open_from);
    if let Some(story) = story_of(tx, slug, from, window.at)? {
        days.extend(by_day(&story, from.micros(), window.at.micros()));
    }
    // At midnight today has no time yet.
    if days.last().is_none_or(|(day, _)| *day < window.today()) {
        days.push((window.today(), Sums::default()));
    }
    Ok(days)
}

fn history(days: &[(i64, Sums)], begins: Timestamp, window: &Window) -> History {
    let total = joined(days);
    let mut history = History {
        uptime: total.uptime(&window.weights),
        begins_at: begins,
        until: window.at,
        seconds: seconds(&total),
        days: Vec::new(),
        months: Vec::new(),
    };
    match window.span {
        Span::Days(_) => {
            history.days = days.iter().map(|(day, sums)| history_day(*day, sums, &window.weights)).collect();
        }
        Span::Months(_) => {
            let months = days.chunk_by(|(one, _), (next, _)| month(*one) == month(*next));
            history.months = months.map(|days| history_month(days, &window.weights)).collect();
        }
    }
    history
}

fn joined(days: &[(i64, Sums)]) -> Sums {
    days.iter().fold(Sums::default(), |mut total, (_, sums)| {
        total.join(sums);
        total
    })
}

fn history_day(day: i64, sums: &Sums, weights: &Weights) -> HistoryDay {
    HistoryDay { date: date(day), uptime: sums.uptime(weights), worst: sums.worst(), seconds: seconds(sums) }
}

fn history_month(days: &[(i64, Sums)], weights: &Weights) -> HistoryMonth {
    let sums = joined(days);
    let month = days.first().map(|(day, _)| month(*day)).unwrap_or_default();
    HistoryMonth { month, uptime: sums.uptime(weights), worst: sums.worst(), seconds: seconds(&sums) }
}

fn seconds(sums: &Sums) -> Seconds {
    let seconds = |micros: i64| micros as f64 / 1e6;
    Seconds {
        operational: seconds(sums.operational),
        under_maintenance: seconds(sums.maintenance),
        degraded_performance: seconds(sums.degraded),
        partial_outage: seconds(sums.partial),
        major_outage: seconds(sums.major),
        unknown: seconds(sums.unknown),
        not_counted: seconds(sums.uncounted),
    }
}
