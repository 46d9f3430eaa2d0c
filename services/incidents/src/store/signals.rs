//! Signals as they are kept: the last word of each watcher about each thing it watches.

use contracts::Level;
use contracts::signals::{Signal, SignalState};
use kit_base::{Page, Timestamp};
use kit_store::{Result, Row, Tx, json, params};
use kit_web::Paging;

use crate::error::Error;
use crate::model::cause;

/// A signal with what only this service needs to know of it.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    pub signal: Signal,
    /// Since when it stands at each level or worse, in the order of [`Level::ALL`].
    pub at: [Option<Timestamp>; 3],
    /// When it was raised and cleared lately, the latest last.
    pub turns: Vec<Timestamp>,
    /// The watcher has cleared it, and it is held until then.
    pub clears_at: Option<Timestamp>,
    /// People have decided that it is no incident.
    pub dismissed: bool,
}

impl Kept {
    /// What its watcher said last; a signal that is held was cleared.
    pub(crate) fn said(&self) -> SignalState {
        if self.clears_at.is_some() { SignalState::Cleared } else { self.signal.state }
    }

    /// Since when it stands at this level or worse.
    pub(crate) fn since_at(&self, level: Level) -> Option<Timestamp> {
        Level::ALL.iter().zip(self.at).find(|(one, _)| **one == level).and_then(|(_, at)| at)
    }
}

/// Writes the signal as it is now.
pub(crate) fn save(tx: &mut Tx<'_>, kept: &Kept) -> Result<()> {
    let Kept { signal, at: [degraded_at, partial_at, major_at], turns, clears_at, dismissed } = kept;
    let turns = json(turns)?;
    tx.execute(
        "INSERT INTO signals (source, key, component, cause, level, title, state, evidence_url, since, expires_at,
                              incident, degraded_at, partial_at, major_at, turns, clears_at, dismissed)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
         ON CONFLICT (source, key) DO UPDATE SET component = $3, cause = $4, level = $5, title = $6, state = $7,
             evidence_url = $8, since = $9, expires_at = $10, incident = $11, degraded_at = $12, partial_at = $13,
             major_at = $14, turns = $15, clears_at = $16, dismissed = $17",
        params![
            signal.source,
            signal.key,
            signal.component,
            cause(&signal.component),
            signal.level.as_str(),
            signal.title,
            signal.state.as_str(),
            signal.evidence_url,
            signal.since,
            signal.expires_at,
            signal.incident,
            *degraded_at,
            *partial_at,
            *major_at,
            turns,
            *clears_at,
            *dismissed
        ],
    )
    .map(drop)
}

/// The signal of this source and key.
pub(crate) fn find(tx: &mut Tx<'_>, source: &str, key: &str) -> Result<Option<Kept>> {
    tx.query_opt(
        "SELECT source, key, component, level, title, state, evidence_url, since, expires_at, incident, degraded_at,
                partial_at, major_at, turns, clears_at, dismissed
         FROM signals WHERE source = $1 AND key = $2",
        params![source, key],
        kept,
    )
}

/// The signals that stand about a component of ours, or about a provider's component that it needs.
pub(crate) fn concerning(tx: &mut Tx<'_>, component: &str) -> Result<Vec<Kept>> {
    tx.query(
        "SELECT source, key, component, level, title, state, evidence_url, since, expires_at, incident, degraded_at,
                partial_at, major_at, turns, clears_at, dismissed
         FROM signals
         WHERE state = 'raised'
           AND (component = $1
                OR component IN (SELECT needs FROM dependencies WHERE component = $1 AND scope IS NOT NULL))
         ORDER BY since, source, key",
        params![component],
        kept,
    )
}

/// The signals about exactly this component, ours or a provider's, that stand and lead to anything, oldest first.
pub(crate) fn standing(tx: &mut Tx<'_>, component: &str) -> Result<Vec<Signal>> {
    tx.query(
        "SELECT source, key, component, level, title, state, evidence_url, since, expires_at, incident, clears_at
         FROM signals s
         WHERE component = $1 AND state = 'raised'
           AND EXISTS (SELECT 1 FROM verdicts v WHERE v.source = s.source AND v.key = s.key AND v.act <> '')
         ORDER BY since, source, key",
        params![component],
        signal,
    )
}

/// What stands about the component counts as if it were raised now: before, it was of no account.
pub(crate) fn count_from_now(tx: &mut Tx<'_>, component: &str) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "UPDATE signals SET degraded_at = CASE WHEN degraded_at IS NULL THEN NULL ELSE CAST($2 AS BIGINT) END,
             partial_at = CASE WHEN partial_at IS NULL THEN NULL ELSE CAST($2 AS BIGINT) END,
             major_at = CASE WHEN major_at IS NULL THEN NULL ELSE CAST($2 AS BIGINT) END
         WHERE component = $1 AND state = 'raised'",
        params![component, now],
    )
    .map(drop)
}

/// Standing signals that lead to this for some component and are evidence of no incident yet.
pub(crate) fn leading_to(tx: &mut Tx<'_>, act: &str) -> Result<Vec<Signal>> {
    tx.query(
        "SELECT source, key, component, level, title, state, evidence_url, since, expires_at, incident, clears_at
         FROM signals s
         WHERE state = 'raised' AND incident IS NULL AND NOT dismissed
           AND EXISTS (SELECT 1 FROM verdicts v WHERE v.source = s.source AND v.key = s.key AND v.act = $1)
         ORDER BY since, source, key",
        params![act],
        signal,
    )
}

/// Standing signals of one cause that concern something of ours and are evidence of no incident yet.
pub(crate) fn unclaimed(tx: &mut Tx<'_>, cause: &str) -> Result<Vec<Signal>> {
    tx.query(
        "SELECT source, key, component, level, title, state, evidence_url, since, expires_at, incident, clears_at
         FROM signals s
         WHERE cause = $1 AND state = 'raised' AND incident IS NULL
           AND EXISTS (SELECT 1 FROM verdicts v WHERE v.source = s.source AND v.key = s.key AND v.act <> '')
         ORDER BY since, source, key",
        params![cause],
        signal,
    )
}

/// Signals that stand and whose time is over: they were not told again, or have been clear long enough.
pub(crate) fn over(tx: &mut Tx<'_>, now: Timestamp) -> Result<Vec<Kept>> {
    tx.query(
        "SELECT source, key, component, level, title, state, evidence_url, since, expires_at, incident, degraded_at,
                partial_at, major_at, turns, clears_at, dismissed
         FROM signals WHERE (expires_at <= $1 OR clears_at <= $1) AND state = 'raised'",
        params![now],
        kept,
    )
}

/// From now on the signal is evidence of the incident.
pub(crate) fn claim(tx: &mut Tx<'_>, signal: &Signal, incident: &str) -> Result<()> {
    tx.execute(
        "UPDATE signals SET incident = $3 WHERE source = $1 AND key = $2",
        params![signal.source, signal.key, incident],
    )
    .map(drop)
}

/// What was evidence of one incident is evidence of another.
pub(crate) fn hand_over(tx: &mut Tx<'_>, from: &str, to: &str) -> Result<()> {
    tx.execute("UPDATE signals SET incident = $2 WHERE incident = $1", params![from, to]).map(drop)
}

/// People have decided that the signal is no incident.
pub(crate) fn dismiss(tx: &mut Tx<'_>, signal: &Signal) -> Result<()> {
    tx.execute(
        "UPDATE signals SET dismissed = TRUE WHERE source = $1 AND key = $2",
        params![signal.source, signal.key],
    )
    .map(drop)
}

/// Whether any signal of the incident stands.
pub(crate) fn any_raised(tx: &mut Tx<'_>, incident: &str) -> Result<bool> {
    let standing: i64 = tx.query_one(
        "SELECT COUNT(*) AS n FROM signals WHERE incident = $1 AND state = 'raised'",
        params![incident],
        |row| row.get("n"),
    )?;
    Ok(standing > 0)
}

/// A page of signals, newest first.
pub(crate) fn list(
    tx: &mut Tx<'_>,
    active: Option<bool>,
    component: Option<&str>,
    paging: &Paging,
) -> Result<Page<Signal>, Error> {
    let state = active.map(|active| if active { SignalState::Raised } else { SignalState::Cleared }.as_str());
    let count = tx.query_one(
        "SELECT COUNT(*) AS n FROM signals
         WHERE (CAST($1 AS TEXT) IS NULL OR state = $1) AND (CAST($2 AS TEXT) IS NULL OR component = $2)",
        params![state, component],
        |row| row.get("n"),
    )?;
    let window = paging.window(count).ok_or(Error::NoSuchPage)?;
    let results = tx.query(
        "SELECT source, key, component, level, title, state, evidence_url, since, expires_at, incident, clears_at
         FROM signals
         WHERE (CAST($1 AS TEXT) IS NULL OR state = $1) AND (CAST($2 AS TEXT) IS NULL OR component = $2)
         ORDER BY since DESC, source, key LIMIT $3 OFFSET $4",
        params![state, component, window.limit, window.offset],
        signal,
    )?;
    Ok(paging.page(count, results))
}

fn kept(row: &Row<'_>) -> Result<Kept> {
    Ok(Kept {
        signal: signal(row)?,
        at: [row.get("degraded_at")?, row.get("partial_at")?, row.get("major_at")?],
        turns: row.json("turns")?,
        clears_at: row.get("clears_at")?,
        dismissed: row.get("dismissed")?,
    })
}

fn signal(row: &Row<'_>) -> Result<Signal> {
    let held_until: Option<Timestamp> = row.get("clears_at")?;
    Ok(Signal {
        source: row.get("source")?,
        key: row.get("key")?,
        component: row.get("component")?,
        level: row.word("level", Level::parse)?,
        title: row.get("title")?,
        state: row.word("state", SignalState::parse)?,
        evidence_url: row.get("evidence_url")?,
        since: row.get("since")?,
        expires_at: row.get("expires_at")?,
        incident: row.get("incident")?,
        flapping: held_until.is_some(),
    })
}
