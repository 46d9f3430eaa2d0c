//! Reports in pages, for the team; and the last day in numbers, for everybody.

use contracts::reports::{LevelChange, Report, ReportHistory, ReportKind, ReportQuarter};
use kit_base::{Page, Timestamp};
use kit_store::{Result, Row, Tx, params};
use kit_web::Paging;

use super::{past, receive};
use crate::error::Error;
use crate::model::{DAY, Quarter, Rules, Usual, recent};

/// A page of what was reported about anything, newest first.
pub(crate) fn all(tx: &mut Tx<'_>, paging: &Paging) -> Result<Page<Report>, Error> {
    let count = tx.query_one("SELECT COUNT(*) AS n FROM reports", params![], |row| row.get("n"))?;
    let window = paging.window(count).ok_or(Error::NoSuchPage)?;
    let results = tx.query(
        "SELECT n, component, kind, message, at, counted FROM reports ORDER BY n DESC LIMIT $1 OFFSET $2",
        params![window.limit, window.offset],
        report,
    )?;
    Ok(paging.page(count, results))
}

/// A page of what was reported about one component, newest first.
pub(crate) fn about(tx: &mut Tx<'_>, component: &str, paging: &Paging) -> Result<Page<Report>, Error> {
    let count =
        tx.query_one("SELECT COUNT(*) AS n FROM reports WHERE component = $1", params![component], |row| {
            row.get("n")
        })?;
    let window = paging.window(count).ok_or(Error::NoSuchPage)?;
    let results = tx.query(
        "SELECT n, component, kind, message, at, counted FROM reports WHERE component = $1
         ORDER BY n DESC LIMIT $2 OFFSET $3",
        params![component, window.limit, window.offset],
        report,
    )?;
    Ok(paging.page(count, results))
}

fn report(row: &Row<'_>) -> Result<Report> {
    Ok(Report {
        id: row.get("n")?,
        component: row.get("component")?,
        kind: row.word("kind", ReportKind::parse)?,
        message: row.get("message")?,
        at: row.get("at")?,
        counted: row.get("counted")?,
    })
}

/// The last day of a component that everybody may see: two rows for each quarter of an hour, at most.
pub(crate) fn history(tx: &mut Tx<'_>, component: &str, rules: &Rules) -> Result<ReportHistory, Error> {
    let now = tx.now();
    let last = Quarter::of(now);
    let scene = receive::scene(tx, component, last)?.filter(receive::Scene::is_public);
    let scene = scene.ok_or(Error::NotFound)?;
    let first = last.plus(1 - DAY);
    let counts: Vec<(Timestamp, u64)> = tx.query(
        "SELECT start, count FROM counts WHERE component = $1 AND grain = 900 AND start >= $2 ORDER BY start",
        params![component, first.start()],
        |row| Ok((row.get("start")?, row.get("count")?)),
    )?;
    let usual: Vec<(Timestamp, Usual)> = tx.query(
        "SELECT start, usual, spread FROM baselines WHERE component = $1 AND start >= $2 ORDER BY start",
        params![component, first.start()],
        |row| Ok((row.get("start")?, Usual { median: row.get("usual")?, spread: row.get("spread")? })),
    )?;
    let changes = past::changes(tx, component, first.start())?;
    let quarters = (0..DAY).map(|n| {
        let start = first.plus(n).start();
        ReportQuarter {
            start,
            count: at(&counts, start).unwrap_or_default(),
            baseline: at(&usual, start).map(|usual| rules.baseline(usual)),
        }
    });
    Ok(ReportHistory {
        component: component.to_owned(),
        level: scene.standing.level,
        since: scene.standing.since,
        recent: rounded(recent(scene.current, scene.before, now)),
        quarters: quarters.collect(),
        changes: changes.into_iter().map(|(at, level)| LevelChange { at, level }).collect(),
    })
}

/// What stands in a sorted list under this moment.
fn at<T: Copy>(sorted: &[(Timestamp, T)], start: Timestamp) -> Option<T> {
    let place = sorted.binary_search_by_key(&start, |(start, _)| *start).ok()?;
    sorted.get(place).map(|(_, found)| *found)
}

/// A count that is not whole as one that is.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts are small and not negative"
)]
fn rounded(count: f64) -> u64 {
    count.round() as u64
}
