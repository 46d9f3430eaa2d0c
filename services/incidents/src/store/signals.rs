//! Signals as they are kept: the last word of each watcher about each thing it watches.

use contracts::Level;
use contracts::signals::{Signal, SignalState};
use kit_base::{Page, Timestamp};
use kit_store::{Result, Row, Tx, params};
use kit_web::Paging;

use crate::error::Error;
use crate::model::cause;

/// Writes the signal as it is now.
pub(crate) fn save(tx: &mut Tx<'_>, signal: &Signal, opens_at: Option<Timestamp>) -> Result<()> {
    tx.execute(
        "INSERT INTO signals (source, key, component, cause, level, title, state, evidence_url, since, expires_at,
                              opens_at, incident)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         ON CONFLICT (source, key) DO UPDATE SET component = $3, cause = $4, level = $5, title = $6, state = $7,
             evidence_url = $8, since = $9, expires_at = $10, opens_at = $11, incident = $12",
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
            opens_at,
            signal.incident
        ],
    )
    .map(drop)
}

/// Raised signals whose time has come to open an incident, and that reach something of ours that is not worked on.
pub(crate) fn due(tx: &mut Tx<'_>, now: Timestamp) -> Result<Vec<Signal>> {
    tx.query(
        "SELECT source, key, component, level, title, state, evidence_url, since, expires_at, incident FROM signals s
         WHERE opens_at <= $1 AND state = 'raised' AND incident IS NULL
           AND (EXISTS (SELECT 1 FROM dependencies d WHERE d.needs = s.component)
                OR EXISTS (SELECT 1 FROM components c WHERE c.slug = s.component))
           AND NOT EXISTS (SELECT 1 FROM maintenance_spans p WHERE p.component = s.component AND p.ended_at IS NULL)
         ORDER BY opens_at, source, key",
        params![now],
        signal,
    )
}

/// Raised signals of one cause that are evidence of no incident yet.
pub(crate) fn unclaimed(tx: &mut Tx<'_>, cause: &str) -> Result<Vec<Signal>> {
    tx.query(
        "SELECT source, key, component, level, title, state, evidence_url, since, expires_at, incident FROM signals
         WHERE cause = $1 AND state = 'raised' AND incident IS NULL ORDER BY since, source, key",
        params![cause],
        signal,
    )
}

/// Raised signals about the component itself.
pub(crate) fn standing_about(tx: &mut Tx<'_>, component: &str) -> Result<Vec<Signal>> {
    tx.query(
        "SELECT source, key, component, level, title, state, evidence_url, since, expires_at, incident FROM signals
         WHERE component = $1 AND state = 'raised' ORDER BY since, source, key",
        params![component],
        signal,
    )
}

/// When the signal will open an incident, if it stands and will.
pub(crate) fn opens_at(tx: &mut Tx<'_>, source: &str, key: &str) -> Result<Option<Timestamp>> {
    let found = tx.query_opt(
        "SELECT opens_at FROM signals WHERE source = $1 AND key = $2 AND state = 'raised'",
        params![source, key],
        |row| row.get("opens_at"),
    )?;
    Ok(found.flatten())
}

/// Signals that stand and were not told again in time.
pub(crate) fn expired(tx: &mut Tx<'_>, now: Timestamp) -> Result<Vec<Signal>> {
    tx.query(
        "SELECT source, key, component, level, title, state, evidence_url, since, expires_at, incident FROM signals
         WHERE expires_at <= $1 AND state = 'raised'",
        params![now],
        signal,
    )
}

/// From now on the signal is evidence of the incident.
pub(crate) fn claim(tx: &mut Tx<'_>, signal: &Signal, incident: &str) -> Result<()> {
    tx.execute(
        "UPDATE signals SET incident = $3, opens_at = NULL WHERE source = $1 AND key = $2",
        params![signal.source, signal.key, incident],
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
        "SELECT source, key, component, level, title, state, evidence_url, since, expires_at, incident FROM signals
         WHERE (CAST($1 AS TEXT) IS NULL OR state = $1) AND (CAST($2 AS TEXT) IS NULL OR component = $2)
         ORDER BY since DESC, source, key LIMIT $3 OFFSET $4",
        params![state, component, window.limit, window.offset],
        signal,
    )?;
    Ok(paging.page(count, results))
}

/// The signal of this source and key.
pub(crate) fn find(tx: &mut Tx<'_>, source: &str, key: &str) -> Result<Option<Signal>> {
    tx.query_opt(
        "SELECT source, key, component, level, title, state, evidence_url, since, expires_at, incident FROM signals
         WHERE source = $1 AND key = $2",
        params![source, key],
        signal,
    )
}

fn signal(row: &Row<'_>) -> Result<Signal> {
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
    })
}
