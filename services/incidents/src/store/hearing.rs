//! What follows from a watcher's word: the signal is kept, its incident hears of it, and statuses are worked out anew.

use contracts::communications::AnnouncementPublished;
use contracts::incidents::EntryType;
use contracts::signals::{NewSignal, Signal, SignalState, WatchChanged};
use kit_base::Timestamp;
use kit_store::{Result, StoreError, Tx};

use super::timeline::{self, Line};
use super::{graph, incidents, life, signals, status, watches};
use crate::model::{Policy, Reference};

/// Takes in what a watcher says; returns the signal as it is now, and whether it was new.
pub(crate) fn hear(tx: &mut Tx<'_>, policy: &Policy, new: &NewSignal) -> Result<(Signal, bool)> {
    let now = tx.now();
    let known = signals::find(tx, &new.source, &new.key)?;
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
    signals::save(tx, &signal, opens_at)?;

    if known.as_ref().is_none_or(|known| says_more(&signal, known)) {
        follow(tx, &signal, known.as_ref(), turned)?;
    }
    let signal = signals::find(tx, &new.source, &new.key)?.ok_or(StoreError::NoRow)?;
    Ok((signal, known.is_none()))
}

/// What was told to the public is an entry in the timeline. Of an incident that is not here there is none.
pub(crate) fn announcement(tx: &mut Tx<'_>, told: &AnnouncementPublished) -> Result<()> {
    let Some(status) = incidents::status_of(tx, &told.incident_id)? else { return Ok(()) };
    let line =
        Line { author: Some(&told.by), ..Line::machine(EntryType::Update, &told.message, None) };
    timeline::add(tx, &told.incident_id, status, &line)
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
    let waiting = signals::opens_at(tx, &signal.source, &signal.key)?;
    let fresh = policy.opens_at(signal.level, now);
    Ok(match known {
        Some(known) if known.level == signal.level && known.state == signal.state => waiting,
        _ => [waiting, fresh].into_iter().flatten().min().filter(|_| fresh.is_some()),
    })
}

/// Clears what was not told again before it expired.
pub(crate) fn expire(tx: &mut Tx<'_>, policy: &Policy) -> Result<()> {
    let now = tx.now();
    for signal in signals::expired(tx, now)? {
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

/// Takes in what a watcher can see now, and looks again at all that depends on it.
pub(crate) fn watch(tx: &mut Tx<'_>, watch: &WatchChanged) -> Result<()> {
    watches::save(tx, watch)?;
    let dependents = graph::dependents_on_scope(tx, &watch.scope)?;
    status::refresh(tx, dependents)
}
