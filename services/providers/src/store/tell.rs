//! What the others are told when a provider, or our sight of it, has changed.

use contracts::Status;
use contracts::providers::ProviderChanged;
use contracts::signals::{NewSignal, SignalCleared, SignalRaised, SignalState, WatchChanged};
use kit_store::{Result, Tx};

use super::providers::Watched;
use crate::doubt;
use crate::signals::{self, SOURCE};

/// Tells what is not as it was before.
pub(super) fn changes(tx: &mut Tx<'_>, before: &Watched, after: &Watched) -> Result<()> {
    signals(tx, &before.standing, &after.standing)?;
    let (watched, watches) = (watch(before), watch(after));
    // Another reason for the same blindness is no news.
    let is_same = |old: &WatchChanged, new: &WatchChanged| {
        *new == WatchChanged { reason: new.reason.clone(), ..old.clone() }
    };
    if let Some(new) = watches.filter(|new| !watched.is_some_and(|old| is_same(&old, new))) {
        tx.emit(&new)?;
    }
    let is_changed = before.name != after.name
        || before.status != after.status
        || before.stale_since != after.stale_since
        || before.reading != after.reading;
    if is_changed {
        tx.emit(&ProviderChanged { slug: after.feed.slug.clone(), status: after.status })?;
    }
    Ok(())
}

/// Tells that `gone` is watched no longer; its signals are cleared, because nobody would ever clear them
/// again.
pub(super) fn end(tx: &mut Tx<'_>, gone: &Watched) -> Result<()> {
    signals(tx, &gone.standing, &[])?;
    tx.emit(&WatchChanged { ended: true, ..a_watch(gone, None) })?;
    tx.emit(&ProviderChanged { slug: gone.feed.slug.clone(), status: Status::Unknown })
}

fn signals(tx: &mut Tx<'_>, before: &[NewSignal], now: &[NewSignal]) -> Result<()> {
    for signal in signals::news(before, now) {
        match signal.state {
            Some(SignalState::Cleared) => tx.emit(&SignalCleared(signal))?,
            _ => tx.emit(&SignalRaised(signal))?,
        }
    }
    Ok(())
}

/// What can be seen of a provider; nothing before it was read for the first time.
fn watch(of: &Watched) -> Option<WatchChanged> {
    let covers = doubt::covered(of.reading.as_ref()?);
    Some(WatchChanged { lost_since: of.stale_since, reason: of.trouble.clone(), ..a_watch(of, covers) })
}

fn a_watch(of: &Watched, covers: Option<Vec<String>>) -> WatchChanged {
    WatchChanged {
        source: SOURCE.to_owned(),
        scope: of.feed.slug.clone(),
        name: of.name.clone(),
        covers,
        lost_since: None,
        reason: None,
        ended: false,
    }
}
