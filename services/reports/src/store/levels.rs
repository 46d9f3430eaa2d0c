//! The level of a component: followed with each report and as time passes, and told to whoever decides.

use contracts::Level;
use contracts::reports::ReportsChanged;
use contracts::signals::{NewSignal, SignalCleared, SignalRaised, SignalState};
use kit_store::{Result, Row, Tx, params};

use super::past;
use super::receive::{self, Scene};
use crate::model::{Quarter, Rules, Standing, Usual, judge, recent};

/// The source of every signal of this service.
const SOURCE: &str = "reports";

/// How a component stands, from a row with the columns of its level.
pub(super) fn standing(row: &Row<'_>) -> Result<Standing> {
    let word: Option<String> = row.get("level")?;
    Ok(Standing {
        level: word.as_deref().and_then(Level::parse),
        since: row.get("level_since")?,
        below_since: row.get("below_since")?,
    })
}

/// Judges anew; writes and tells what has changed.
pub(super) fn follow(
    tx: &mut Tx<'_>,
    component: &str,
    scene: &Scene,
    usual: Usual,
    rules: &Rules,
) -> Result<()> {
    let now = tx.now();
    let recent = recent(scene.current, scene.before, now);
    let after = judge(scene.standing, recent, usual, rules, now);
    if after != scene.standing {
        save(tx, component, &after)?;
    }
    if after.level != scene.standing.level {
        tell(tx, component, scene.standing.level, after.level, &title(recent, usual))?;
    }
    Ok(())
}

/// Components whose level stands.
pub(crate) fn raised(tx: &mut Tx<'_>) -> Result<Vec<String>> {
    tx.query("SELECT slug FROM components WHERE level IS NOT NULL ORDER BY slug", params![], |row| {
        row.get("slug")
    })
}

/// Whether time has changed how any component stands: a look, so that there is a write only where there must be one.
pub(crate) fn anything_due(tx: &mut Tx<'_>, rules: &Rules) -> Result<bool> {
    let now = tx.now();
    let quarter = Quarter::of(now);
    for component in raised(tx)? {
        let Some(scene) = receive::scene(tx, &component, quarter)? else { continue };
        let Some(usual) = scene.usual else { return Ok(true) };
        let recent = recent(scene.current, scene.before, now);
        if judge(scene.standing, recent, usual, rules, now) != scene.standing {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Judges every component whose level stands anew: fewer reports come in without anybody saying so.
pub(crate) fn tick(tx: &mut Tx<'_>, rules: &Rules) -> Result<()> {
    let quarter = Quarter::of(tx.now());
    for component in raised(tx)? {
        let Some(scene) = receive::scene(tx, &component, quarter)? else { continue };
        let usual = match scene.usual {
            Some(usual) => usual,
            None => past::settle(tx, &component, quarter)?,
        };
        follow(tx, &component, &scene, usual, rules)?;
    }
    Ok(())
}

/// The component is no longer there for everybody: nobody would ever lower its level.
pub(super) fn withdraw(tx: &mut Tx<'_>, component: &str) -> Result<()> {
    let level = tx.query_opt(
        "SELECT level, level_since, below_since FROM components WHERE slug = $1",
        params![component],
        standing,
    )?;
    let Some(Standing { level: Some(level), .. }) = level else { return Ok(()) };
    save(tx, component, &Standing { since: Some(tx.now()), ..Standing::default() })?;
    tell(tx, component, Some(level), None, "Problem reports are no longer taken")
}

fn save(tx: &mut Tx<'_>, component: &str, standing: &Standing) -> Result<()> {
    let level = standing.level.map(Level::as_str);
    tx.execute(
        "UPDATE components SET level = $2, level_since = $3, below_since = $4 WHERE slug = $1",
        params![component, level, standing.since, standing.below_since],
    )
    .map(drop)
}

/// Notes the change and tells of it: as a signal, and as news for pages.
fn tell(
    tx: &mut Tx<'_>,
    component: &str,
    before: Option<Level>,
    after: Option<Level>,
    title: &str,
) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "INSERT INTO levels (component, at, level) VALUES ($1, $2, $3)",
        params![component, now, after.map(Level::as_str)],
    )?;
    // A signal that goes on keeps the moment at which it was raised.
    let turned = before.is_none() || after.is_none();
    if let Some(level) = after.or(before) {
        let state = if after.is_some() { SignalState::Raised } else { SignalState::Cleared };
        let signal = NewSignal {
            source: SOURCE.to_owned(),
            key: component.to_owned(),
            component: component.to_owned(),
            level,
            title: title.to_owned(),
            state: Some(state),
            evidence_url: None,
            since: turned.then_some(now),
            expires_at: None,
        };
        match state {
            SignalState::Raised => tx.emit(&SignalRaised(signal))?,
            SignalState::Cleared => tx.emit(&SignalCleared(signal))?,
        }
    }
    tx.emit(&ReportsChanged { component: component.to_owned() })
}

/// What the numbers say, in one line.
fn title(recent: f64, usual: Usual) -> String {
    let few = if usual.median < 1.0 { "hardly any".to_owned() } else { format!("{:.0}", usual.median) };
    format!("{recent:.0} problem reports in 15 minutes, where {few} are usual")
}
