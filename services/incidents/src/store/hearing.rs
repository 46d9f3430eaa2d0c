//! What follows from a watcher's word: the signal is kept and judged, its incident hears of it, and statuses are worked
//! out anew.

use std::time::Duration;

use contracts::Level;
use contracts::communications::AnnouncementPublished;
use contracts::incidents::{EntryType, Evidence, EvidenceKind};
use contracts::signals::{NewSignal, Signal, SignalState, WatchChanged};
use kit_base::Timestamp;
use kit_store::{Result, StoreError, Tx};

use super::signals::Kept;
use super::timeline::{self, Line};
use super::{graph, incidents, life, signals, status, verdicts, watches};
use crate::error::Error;
use crate::model::{Policy, Reference, flaps};

/// Turns that are remembered; no more are asked for by any policy.
const MOST_TURNS: usize = 50;

/// How far a watcher's clock may go ahead of ours.
const SKEW: Duration = Duration::from_secs(60);

/// Refuses what a caller from outside cannot mean: a component that is not there, and times that cannot be.
pub(crate) fn check(tx: &mut Tx<'_>, new: &NewSignal) -> Result<(), Error> {
    let now = tx.now();
    if let Some(Reference::Own(slug)) = Reference::parse(&new.component)
        && !graph::exists(tx, slug)?
    {
        return Err(Error::Field("component", format!("There is no component with the slug {slug}.")));
    }
    if new.since.is_some_and(|since| since > now.plus(SKEW)) {
        return Err(Error::Field("since", "It lies in the future.".to_owned()));
    }
    if new.state != Some(SignalState::Cleared) && new.expires_at.is_some_and(|at| at <= now) {
        return Err(Error::Field(
            "expires_at",
            "It is over already; choose a moment that is to come.".to_owned(),
        ));
    }
    Ok(())
}

/// Takes in what a watcher says; returns the signal as it is now, and whether it was new.
pub(crate) fn hear(tx: &mut Tx<'_>, policy: &Policy, new: &NewSignal) -> Result<(Signal, bool)> {
    let known = signals::find(tx, &new.source, &new.key)?;
    let kept = weigh(tx, policy, new, known.as_ref())?;
    signals::save(tx, &kept)?;
    if known.as_ref().is_none_or(|known| says_more(&kept.signal, &known.signal)) {
        follow(tx, policy, &kept.signal, known.as_ref().map(|known| &known.signal))?;
    }
    let kept = signals::find(tx, &new.source, &new.key)?.ok_or(StoreError::NoRow)?;
    Ok((kept.signal, known.is_none()))
}

/// The signal as it is to be kept. One that comes and goes too often is not cleared by its watcher's word alone.
fn weigh(tx: &mut Tx<'_>, policy: &Policy, new: &NewSignal, known: Option<&Kept>) -> Result<Kept> {
    let now = tx.now();
    let said = new.state.unwrap_or(SignalState::Raised);
    let mut turns = known.map(|known| known.turns.clone()).unwrap_or_default();
    if known.map_or(SignalState::Cleared, Kept::said) != said {
        turns.push(now);
        turns.drain(..turns.len().saturating_sub(MOST_TURNS));
    }
    let stood = known.filter(|known| known.signal.state == SignalState::Raised);
    let damping = verdicts::damping(tx, policy, &new.component)?;
    let held = stood.filter(|_| said == SignalState::Cleared && flaps(&damping, &turns, now));
    let calm = Duration::from_secs(u64::try_from(damping.calm_seconds).unwrap_or_default());
    let stands = held.is_some() || said == SignalState::Raised;
    let turned = stood.is_some() != stands;
    let same = known.filter(|_| !turned);
    let signal = Signal {
        source: new.source.clone(),
        key: new.key.clone(),
        component: new.component.clone(),
        level: new.level,
        title: new.title.clone(),
        state: if stands { SignalState::Raised } else { SignalState::Cleared },
        evidence_url: new.evidence_url.clone(),
        since: new
            .since
            .map(|since| since.min(now))
            .filter(|_| held.is_none())
            .or(same.map(|known| known.signal.since))
            .unwrap_or(now),
        expires_at: new.expires_at.filter(|_| held.is_none()),
        incident: known.filter(|_| !(turned && stands)).and_then(|known| known.signal.incident.clone()),
        flapping: held.is_some(),
    };
    Ok(Kept {
        at: Level::ALL.map(|level| since_at(level, &signal, stood, now)),
        turns,
        clears_at: held.map(|held| held.clears_at.unwrap_or(now.plus(calm))),
        dismissed: same.is_some_and(|known| known.dismissed),
        signal,
    })
}

/// Since when the signal stands at this level or worse. What was so before goes on; what is new begins now.
fn since_at(level: Level, signal: &Signal, stood: Option<&Kept>, now: Timestamp) -> Option<Timestamp> {
    if signal.state == SignalState::Cleared || signal.level < level {
        return None;
    }
    let before = stood.and_then(|stood| stood.since_at(level));
    Some(before.unwrap_or(now))
}

/// What was told to the public is an entry in the timeline. Of an incident that is not here there is none.
pub(crate) fn announcement(tx: &mut Tx<'_>, told: &AnnouncementPublished) -> Result<()> {
    let Some(status) = incidents::status_of(tx, &told.incident_id)? else { return Ok(()) };
    let evidence = Evidence { kind: EvidenceKind::Announcement, id: told.id.clone() };
    let line =
        Line { author: Some(&told.by), ..Line::machine(EntryType::Update, &told.message) }.on(evidence);
    timeline::add(tx, &told.incident_id, status, &line)
}

/// Whether the signal says anything that was not known. That it still stands, and until when, is nothing new.
fn says_more(signal: &Signal, known: &Signal) -> bool {
    (signal.state, signal.level) != (known.state, known.level)
        || (&signal.title, &signal.component) != (&known.title, &known.component)
        || (signal.flapping, &signal.evidence_url) != (known.flapping, &known.evidence_url)
}

/// What a signal that is not just what we knew changes: verdicts, its incident, and the statuses that rest on it.
fn follow(tx: &mut Tx<'_>, policy: &Policy, signal: &Signal, known: Option<&Signal>) -> Result<()> {
    let mut touched = touched_by(tx, &signal.component)?;
    if let Some(known) = known.filter(|known| known.component != signal.component) {
        touched.extend(touched_by(tx, &known.component)?);
    }
    for component in &touched {
        verdicts::judge_for(tx, policy, component)?;
    }
    match (signal.state, known.map(|known| known.state)) {
        (SignalState::Raised, _) => life::raised(tx, signal)?,
        (SignalState::Cleared, Some(SignalState::Raised)) => life::cleared(tx, signal)?,
        (SignalState::Cleared, _) => {}
    }
    life::open_due(tx)?;
    status::refresh(tx, touched)
}

fn touched_by(tx: &mut Tx<'_>, component: &str) -> Result<Vec<String>> {
    match Reference::parse(component) {
        Some(Reference::Own(slug)) => Ok(vec![slug.to_owned()]),
        _ => graph::dependents(tx, component),
    }
}

/// Judges again what time alone may have changed.
pub(crate) fn judge_due(tx: &mut Tx<'_>, policy: &Policy) -> Result<()> {
    let now = tx.now();
    let due = verdicts::due(tx, now)?;
    judge_anew(tx, policy, due)
}

/// Judges again all that concerns these components; what leads to something now joins the incident of its cause.
pub(crate) fn judge_anew(tx: &mut Tx<'_>, policy: &Policy, components: Vec<String>) -> Result<()> {
    for component in &components {
        verdicts::judge_for(tx, policy, component)?;
        for kept in signals::concerning(tx, component)? {
            if kept.signal.incident.is_none() {
                life::raised(tx, &kept.signal)?;
            }
        }
    }
    life::open_due(tx)?;
    status::refresh(tx, components)
}

/// Clears what was not told again before it expired, and what was held and has been clear long enough.
pub(crate) fn expire(tx: &mut Tx<'_>, policy: &Policy) -> Result<()> {
    let now = tx.now();
    for kept in signals::over(tx, now)? {
        let known = kept.signal.clone();
        let cleared = Signal {
            state: SignalState::Cleared,
            since: now,
            expires_at: None,
            flapping: false,
            ..kept.signal
        };
        signals::save(
            tx,
            &Kept {
                signal: cleared.clone(),
                at: [None; 3],
                clears_at: None,
                dismissed: false,
                turns: kept.turns,
            },
        )?;
        follow(tx, policy, &cleared, Some(&known))?;
    }
    Ok(())
}

/// Takes in what a watcher can see now, and looks again at all that depends on it.
pub(crate) fn watch(tx: &mut Tx<'_>, watch: &WatchChanged) -> Result<()> {
    watches::save(tx, watch)?;
    let dependents = graph::dependents_on_scope(tx, &watch.scope)?;
    status::refresh(tx, dependents)
}
