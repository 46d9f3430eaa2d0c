//! Signals: the last word of each watcher about each thing it watches, and what follows from a new one.

use contracts::Level;
use contracts::signals::{NewSignal, Signal, SignalState};
use kit_base::{Page, Timestamp};
use kit_store::{Result, Row, StoreError, Tx, params};
use kit_web::Paging;

use super::{graph, life, status};
use crate::error::Error;
use crate::model::{Policy, Reference, cause};

/// Takes in what a watcher says; returns the signal as it is now, and whether it was new.
pub(crate) fn hear(tx: &mut Tx<'_>, policy: &Policy, new: &NewSignal) -> Result<(Signal, bool)> {
    let now = tx.now();
    let known = find(tx, &new.source, &new.key)?;
    let state = new.state.unwrap_or(SignalState::Raised);
    let before = known.as_ref().map(|known| known.state);
    let turned = before.unwrap_or(SignalState::Cleared) != state;
    let raised = state == SignalState::Raised;
    let signal = Signal {
        source: new.source.clone(),
        key: new.key.clone(),
        component: new.component.clone(),
        level: new.level,
        title: new.title.clone(),
        state,
        evidence_url: new.evidence_url.clone(),
        since: new.since.or(known.as_ref().filter(|_| !turned).map(|known| known.since)).unwrap_or(now),
        expires_at: new.expires_at,
        incident: known.as_ref().filter(|_| !(turned && raised)).and_then(|known| known.incident.clone()),
    };
    let opens_at = opens_at(tx, policy, &signal, known.as_ref(), now)?;
    save(tx, &signal, opens_at)?;

    if known.as_ref().is_none_or(|known| says_more(&signal, known)) {
        follow(tx, &signal, known.as_ref(), turned)?;
    }
    let signal = find(tx, &new.source, &new.key)?.ok_or(StoreError::NoRow)?;
    Ok((signal, known.is_none()))
}

/// Whether the signal says anything that was not known. That it still stands, and until when, is nothing new.
fn says_more(signal: &Signal, known: &Signal) -> bool {
    (signal.state, signal.level) != (known.state, known.level)
        || (&signal.title, &signal.component) != (&known.title, &known.component)
        || signal.evidence_url != known.evidence_url
}

/// What a signal that is not just what we knew changes: its incident, and the statuses that rest on it.
fn follow(tx: &mut Tx<'_>, signal: &Signal, known: Option<&Signal>, turned: bool) -> Result<()> {
    match (signal.state, turned) {
        (SignalState::Raised, _) => life::raised(tx, signal)?,
        (SignalState::Cleared, true) => life::cleared(tx, signal)?,
        (SignalState::Cleared, false) => {}
    }
    let mut touched = touched_by(tx, &signal.component)?;
    if let Some(known) = known.filter(|known| known.component != signal.component) {
        touched.extend(touched_by(tx, &known.component)?);
    }
    status::refresh(tx, touched)?;
    life::open_due(tx)
}

fn touched_by(tx: &mut Tx<'_>, component: &str) -> Result<Vec<String>> {
    match Reference::parse(component) {
        Some(Reference::Own(slug)) => Ok(vec![slug.to_owned()]),
        _ => graph::dependents(tx, component),
    }
}

/// When the signal opens an incident. The time runs from the moment it was raised to that level; a signal that gets
/// worse never waits longer than it would have.
fn opens_at(
    tx: &mut Tx<'_>,
    policy: &Policy,
    signal: &Signal,
    known: Option<&Signal>,
    now: Timestamp,
) -> Result<Option<Timestamp>> {
    if signal.state == SignalState::Cleared || signal.incident.is_some() {
        return Ok(None);
    }
    let waiting: Option<Timestamp> = tx
        .query_opt(
            "SELECT opens_at FROM signals WHERE source = $1 AND key = $2 AND state = 'raised'",
            params![signal.source, signal.key],
            |row| row.get("opens_at"),
        )?
        .flatten();
    let fresh = policy.opens_at(signal.level, now);
    Ok(match known {
        Some(known) if known.level == signal.level && known.state == signal.state => waiting,
        _ => [waiting, fresh].into_iter().flatten().min().filter(|_| fresh.is_some()),
    })
}

fn save(tx: &mut Tx<'_>, signal: &Signal, opens_at: Option<Timestamp>) -> Result<()> {
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

/// Clears what was not told again before it expired.
pub(crate) fn expire(tx: &mut Tx<'_>, policy: &Policy) -> Result<()> {
    let now = tx.now();
    let expired = tx.query(
        "SELECT source, key, component, level, title, state, evidence_url, since, expires_at, incident FROM signals
         WHERE expires_at <= $1 AND state = 'raised'",
        params![now],
        signal,
    )?;
    for signal in expired {
        let cleared = NewSignal {
            source: signal.source,
            key: signal.key,
            component: signal.component,
            level: signal.level,
            title: signal.title,
            state: Some(SignalState::Cleared),
            evidence_url: signal.evidence_url,
            since: Some(now),
            expires_at: None,
        };
        hear(tx, policy, &cleared)?;
    }
    Ok(())
}

/// Raised signals whose time has come to open an incident, and that reach something of ours.
pub(crate) fn due(tx: &mut Tx<'_>, now: Timestamp) -> Result<Vec<Signal>> {
    tx.query(
        "SELECT source, key, component, level, title, state, evidence_url, since, expires_at, incident FROM signals s
         WHERE opens_at <= $1 AND state = 'raised' AND incident IS NULL
           AND (EXISTS (SELECT 1 FROM dependencies d WHERE d.needs = s.component)
                OR EXISTS (SELECT 1 FROM components c WHERE c.slug = s.component))
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

fn find(tx: &mut Tx<'_>, source: &str, key: &str) -> Result<Option<Signal>> {
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
