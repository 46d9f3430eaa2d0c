//! A report on its way in: four statements where it counts, two where it repeats another.

use contracts::reports::ReportKind;
use kit_store::{Result, Tx, params};

use super::{levels, past};
use crate::model::{Quarter, Rules, Standing, Usual, Visitor, WINDOW};

/// Of each quarter of an hour so many reports are kept with their words; all are counted.
const KEPT_IN_A_QUARTER: i64 = 1000;
/// So many reports of one visitor about one component are kept within the window, if they say something.
const KEPT_OF_A_VISITOR: i64 = 5;

/// A report as it came.
pub(crate) struct Incoming {
    pub component: String,
    pub kind: ReportKind,
    pub message: Option<String>,
    pub visitor: Visitor,
}

/// What is at hand about a component when a report comes.
pub(crate) struct Scene {
    is_public: bool,
    is_asked: bool,
    pub standing: Standing,
    pub usual: Option<Usual>,
    /// The counts of the running quarter and of the one before.
    pub current: u64,
    pub before: u64,
}

impl Scene {
    /// Whether everybody may see the component.
    pub(crate) fn is_public(&self) -> bool {
        self.is_public
    }
}

/// What became of a report.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Outcome {
    /// It is kept, or repeats one that is.
    Taken,
    /// The component is not for everybody.
    Refused,
    /// Nobody has heard of the component yet.
    Unheard,
}

/// Takes a report in.
pub(crate) fn receive(tx: &mut Tx<'_>, report: &Incoming, rules: &Rules) -> Result<Outcome> {
    let quarter = Quarter::of(tx.now());
    let Some(mut scene) = scene(tx, &report.component, quarter)? else { return Ok(Outcome::Unheard) };
    if !scene.is_public {
        return Ok(if scene.is_asked { Outcome::Refused } else { Outcome::Unheard });
    }
    let given = given(tx, report)?;
    if given == 1 {
        let count = count(tx, &report.component, quarter)?;
        if count <= KEPT_IN_A_QUARTER {
            keep(tx, report, true)?;
        }
        scene.current = count.try_into().unwrap_or_default();
        let usual = match scene.usual {
            Some(usual) => usual,
            None => past::settle(tx, &report.component, quarter)?,
        };
        levels::follow(tx, &report.component, &scene, usual, rules)?;
    } else if given <= KEPT_OF_A_VISITOR && report.message.is_some() {
        keep(tx, report, false)?;
    }
    Ok(Outcome::Taken)
}

/// What is known of the component in this quarter; nothing where it was never heard of.
pub(crate) fn scene(tx: &mut Tx<'_>, component: &str, quarter: Quarter) -> Result<Option<Scene>> {
    tx.query_opt(
        "SELECT c.is_public, c.asked, c.changed, c.level, c.level_since, c.below_since, b.usual, b.spread,
                COALESCE(n.count, 0) AS current_count, COALESCE(p.count, 0) AS count_before
         FROM components c
         LEFT JOIN baselines b ON b.component = c.slug AND b.start = $2
         LEFT JOIN counts n ON n.component = c.slug AND n.grain = 900 AND n.start = $2
         LEFT JOIN counts p ON p.component = c.slug AND p.grain = 900 AND p.start = $3
         WHERE c.slug = $1",
        params![component, quarter.start(), quarter.plus(-1).start()],
        |row| {
            let (median, spread): (Option<f64>, Option<f64>) = (row.get("usual")?, row.get("spread")?);
            Ok(Scene {
                is_public: row.get("is_public")?,
                is_asked: row.get::<i64>("asked")? >= row.get("changed")?,
                standing: levels::standing(row)?,
                usual: median.zip(spread).map(|(median, spread)| Usual { median, spread }),
                current: row.get("current_count")?,
                before: row.get("count_before")?,
            })
        },
    )
}

/// The how manieth report of this visitor about this component it is within the window: the first one counts.
fn given(tx: &mut Tx<'_>, report: &Incoming) -> Result<i64> {
    let now = tx.now();
    let window = now.minus(WINDOW);
    let known = match &report.visitor.yesterday {
        Some(pseudonym) => tx.query_opt(
            "SELECT given FROM reporters WHERE component = $1 AND visitor = $2 AND counted_at > $3",
            params![report.component, pseudonym, window],
            |row| row.get::<i64>("given"),
        )?,
        None => None,
    };
    // Under today's key the visitor goes on where yesterday's ends.
    let first = known.map_or(1, |given| given + 1);
    tx.query_one(
        "INSERT INTO reporters (component, visitor, counted_at, given) VALUES ($1, $2, $3, $5)
         ON CONFLICT (component, visitor) DO UPDATE SET
           given = CASE WHEN reporters.counted_at <= $4 THEN $5 ELSE reporters.given + 1 END,
           counted_at = CASE WHEN reporters.counted_at <= $4 THEN $3 ELSE reporters.counted_at END
         RETURNING given",
        params![report.component, report.visitor.pseudonym, now, window, first],
        |row| row.get("given"),
    )
}

/// Counts one more report of this quarter.
fn count(tx: &mut Tx<'_>, component: &str, quarter: Quarter) -> Result<i64> {
    tx.query_one(
        "INSERT INTO counts (component, grain, start, count, told) VALUES ($1, 900, $2, 1, 0)
         ON CONFLICT (component, grain, start) DO UPDATE SET count = counts.count + 1 RETURNING count",
        params![component, quarter.start()],
        |row| row.get("count"),
    )
}

fn keep(tx: &mut Tx<'_>, report: &Incoming, counted: bool) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "INSERT INTO reports (component, kind, message, at, counted) VALUES ($1, $2, $3, $4, $5)",
        params![report.component, report.kind.as_str(), report.message, now, counted],
    )
    .map(drop)
}
