//! The times of a maintenance, as rows: those that were, the one that runs, and the next few.

use contracts::maintenances::{MaintenanceNews, MaintenanceState, Occurrence};
use kit_base::Timestamp;
use kit_store::{Result, StoreError, Tx, params};

use crate::model::maintenance;
use crate::model::recurrence::{Plan, Rule, Window};

/// How many of the times to come are kept as rows.
const AHEAD: usize = 5;

/// One time of a maintenance.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Row {
    pub window: Window,
    pub state: MaintenanceState,
    pub began_at: Option<Timestamp>,
    pub ended_at: Option<Timestamp>,
}

impl Row {
    pub(super) fn news(&self, id: &str) -> MaintenanceNews {
        let ends_at = self.ended_at.unwrap_or(self.window.ends_at);
        MaintenanceNews { id: id.to_owned(), starts_at: self.window.starts_at, ends_at }
    }

    pub(super) fn shown(&self) -> Occurrence {
        Occurrence {
            starts_at: self.window.starts_at,
            ends_at: self.window.ends_at,
            state: self.state,
            began_at: self.began_at,
            ended_at: self.ended_at,
        }
    }
}

/// What has to be known of a maintenance to work out its times.
pub(super) struct Known {
    pub plan: Plan,
    pub notify_before: i64,
}

/// The maintenance's plan; `None` where there is no such maintenance.
pub(super) fn known(tx: &mut Tx<'_>, id: &str) -> Result<Option<Known>> {
    tx.query_opt(
        "SELECT starts_at, ends_at, time_zone, rrule, exceptions, notify_before FROM maintenances WHERE id = $1",
        params![id],
        |row| {
            let (time_zone, rrule): (String, Option<String>) = (row.get("time_zone")?, row.get("rrule")?);
            let exceptions: Vec<String> = row.json("exceptions")?;
            let first = Window { starts_at: row.get("starts_at")?, ends_at: row.get("ends_at")? };
            let rule = rrule.as_deref().map(Rule::parse).transpose().map_err(StoreError::Statement)?;
            Ok(Known {
                plan: maintenance::stored(first, &time_zone, rule, &exceptions),
                notify_before: row.get("notify_before")?,
            })
        },
    )
}

/// The times to come, soonest first.
pub(super) fn scheduled(tx: &mut Tx<'_>, id: &str) -> Result<Vec<Row>> {
    tx.query(
        "SELECT starts_at, ends_at, state, began_at, ended_at FROM maintenance_occurrences
         WHERE maintenance = $1 AND state = 'scheduled' ORDER BY starts_at",
        params![id],
        read,
    )
}

/// The time that runs.
pub(super) fn running(tx: &mut Tx<'_>, id: &str) -> Result<Option<Row>> {
    tx.query_opt(
        "SELECT starts_at, ends_at, state, began_at, ended_at FROM maintenance_occurrences
         WHERE maintenance = $1 AND state IN ('in_progress', 'verifying') ORDER BY starts_at",
        params![id],
        read,
    )
}

/// Those that are over, the latest first.
pub(super) fn completed(tx: &mut Tx<'_>, id: &str, most: i64) -> Result<Vec<Row>> {
    tx.query(
        "SELECT starts_at, ends_at, state, began_at, ended_at FROM maintenance_occurrences
         WHERE maintenance = $1 AND state = 'completed' ORDER BY starts_at DESC LIMIT $2",
        params![id, most],
        read,
    )
}

/// The one that was to begin at that moment.
pub(super) fn at(tx: &mut Tx<'_>, id: &str, starts_at: Timestamp) -> Result<Row> {
    tx.query_one(
        "SELECT starts_at, ends_at, state, began_at, ended_at FROM maintenance_occurrences
         WHERE maintenance = $1 AND starts_at = $2",
        params![id, starts_at],
        read,
    )
}

/// The time that runs; else the next one; else the last one.
pub(super) fn head(tx: &mut Tx<'_>, id: &str) -> Result<Row> {
    if let Some(running) = running(tx, id)? {
        return Ok(running);
    }
    if let Some(next) = scheduled(tx, id)?.into_iter().next() {
        return Ok(next);
    }
    completed(tx, id, 1)?.into_iter().next().ok_or(StoreError::NoRow)
}

/// Writes down where the maintenance is, for lists.
pub(super) fn look_at_head(tx: &mut Tx<'_>, id: &str) -> Result<()> {
    let (head, now) = (head(tx, id)?, tx.now());
    tx.execute(
        "UPDATE maintenances SET state = $2, head_at = $3, changed_at = $4 WHERE id = $1",
        params![id, head.state.as_str(), head.window.starts_at, now],
    )
    .map(drop)
}

/// The times to come, worked out anew. That it comes is told now, so a notice whose time has passed is not told again.
pub(super) fn plan_anew(tx: &mut Tx<'_>, id: &str, plan: &Plan) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "DELETE FROM maintenance_occurrences WHERE maintenance = $1 AND state = 'scheduled'",
        params![id],
    )?;
    fill(tx, id, plan, Some(now))?;
    tx.execute(
        "UPDATE maintenance_occurrences SET notice_at = NULL WHERE maintenance = $1 AND notice_at <= $2",
        params![id, now],
    )
    .map(drop)
}

/// After a time was over: the next ones are rows again.
pub(super) fn refill(tx: &mut Tx<'_>, id: &str) -> Result<()> {
    match known(tx, id)? {
        Some(known) if known.plan.rule.is_some() => fill(tx, id, &known.plan, None),
        _ => Ok(()),
    }
}

/// Adds what is missing of the next times: those after all that there are, and, where it is said, not over by `floor`.
fn fill(tx: &mut Tx<'_>, id: &str, plan: &Plan, floor: Option<Timestamp>) -> Result<()> {
    let notify_before = known(tx, id)?.map_or(0, |known| known.notify_before);
    let missing = AHEAD.saturating_sub(scheduled(tx, id)?.len());
    let (last_start, busy_until): (Option<Timestamp>, Option<Timestamp>) = tx.query_one(
        "SELECT MAX(starts_at) AS last_start,
                MAX(CASE WHEN state = 'completed' THEN starts_at ELSE ends_at END) AS busy_until
         FROM maintenance_occurrences WHERE maintenance = $1",
        params![id],
        |row| Ok((row.get("last_start")?, row.get("busy_until")?)),
    )?;
    let is_next = |window: &Window| {
        last_start.is_none_or(|last| window.starts_at > last)
            && busy_until.is_none_or(|until| window.starts_at >= until)
            && floor.is_none_or(|floor| window.ends_at > floor)
    };
    for window in plan.windows().filter(is_next).take(missing) {
        let notice_at = (notify_before > 0)
            .then(|| Timestamp::from_micros(window.starts_at.micros() - notify_before * 60_000_000));
        tx.execute(
            "INSERT INTO maintenance_occurrences (maintenance, starts_at, ends_at, state, notice_at)
             VALUES ($1, $2, $3, 'scheduled', $4)",
            params![id, window.starts_at, window.ends_at, notice_at],
        )?;
    }
    Ok(())
}

fn read(row: &kit_store::Row<'_>) -> Result<Row> {
    Ok(Row {
        window: Window { starts_at: row.get("starts_at")?, ends_at: row.get("ends_at")? },
        state: row.word("state", MaintenanceState::parse)?,
        began_at: row.get("began_at")?,
        ended_at: row.get("ended_at")?,
    })
}
