//! What one look at a feed changes: the provider's status, its signals, its events, and when it is looked at again.

use std::time::Duration;

use contracts::Status;
use contracts::providers::{ProviderChanged, Reading, Refreshed};
use contracts::signals::{SignalCleared, SignalRaised, SignalState, WatchChanged};
use kit_store::{Result, StoreError, Tx, params};

use super::events;
use super::providers::{Watched, watched};
use crate::fetch::Validators;
use crate::signals::{self, SOURCE};

/// What a look at a feed gave.
#[derive(Clone, Debug)]
pub(crate) enum Outcome {
    /// It says what it said before.
    Same,
    /// It says this.
    Read { reading: Box<Reading>, validators: Validators },
    /// It cannot be read; the reason is for people.
    Failed { reason: String },
}

/// Writes down what a look gave; the next look is `next` from now. Where the provider is gone meanwhile, nothing is.
pub(crate) fn apply(tx: &mut Tx<'_>, slug: &str, outcome: &Outcome, next: Duration) -> Result<Option<Refreshed>> {
    let Some(before) = watched(tx, slug)? else { return Ok(None) };
    let (status, trouble, word) = match outcome {
        Outcome::Failed { reason } => {
            fail(tx, &before, reason, next)?;
            (Status::Unknown, Some(reason.clone()), "failed")
        }
        Outcome::Same => match before.reading.clone() {
            Some(reading) => (succeed(tx, &before, &reading, &before.validators, next)?, None, "unchanged"),
            None => {
                let reason = "the feed says that nothing has changed, but it has never been read".to_owned();
                fail(tx, &before, &reason, next)?;
                (Status::Unknown, Some(reason), "failed")
            }
        },
        Outcome::Read { reading, validators } => {
            let word = if before.reading.as_ref() == Some(reading) { "unchanged" } else { "changed" };
            (succeed(tx, &before, reading, validators, next)?, None, word)
        }
    };
    Ok(Some(Refreshed { provider: slug.to_owned(), outcome: word.to_owned(), status, trouble }))
}

fn succeed(
    tx: &mut Tx<'_>,
    before: &Watched,
    reading: &Reading,
    validators: &Validators,
    next: Duration,
) -> Result<Status> {
    let (now, status) = (tx.now(), reading.overall);
    let since = if status == before.status { before.since } else { now };
    let open_ended = if before.reading.as_ref() == Some(reading) {
        before.open_ended || reading.names_only_trouble
    } else {
        reading.names_only_trouble
    };
    let text = serde_json::to_string(reading).map_err(|error| StoreError::Statement(error.to_string()))?;
    tx.execute(
        "UPDATE providers SET status = $2, since = $3, reading = $4, open_ended = $5, etag = $6, last_modified = $7,
             read_at = $8, stale_since = NULL, trouble = NULL, failures = 0, next_poll = $9 WHERE slug = $1",
        params![
            before.slug,
            status.as_str(),
            since,
            text,
            open_ended,
            validators.etag,
            validators.last_modified,
            now,
            now.plus(next)
        ],
    )?;
    if before.reading.as_ref() != Some(reading) {
        tell_signals(tx, before, reading)?;
        events::keep(tx, before, reading)?;
    }
    let covers = signals::covered(reading, open_ended);
    let covered_before = before.reading.as_ref().map(|old| signals::covered(old, before.open_ended));
    if before.stale_since.is_some() || covered_before.as_ref() != Some(&covers) {
        tx.emit(&watch(before, covers))?;
    }
    if before.reading.as_ref() != Some(reading) || before.status != status {
        tx.emit(&ProviderChanged { slug: before.slug.clone(), status })?;
    }
    Ok(status)
}

/// The last good reading stays, and so do its signals: what fails here is our sight, and nothing else.
fn fail(tx: &mut Tx<'_>, before: &Watched, reason: &str, next: Duration) -> Result<()> {
    let now = tx.now();
    let since = if before.status == Status::Unknown { before.since } else { now };
    let stale_since = before.stale_since.unwrap_or(now);
    tx.execute(
        "UPDATE providers SET status = 'unknown', since = $2, stale_since = $3, trouble = $4, failures = $5,
             next_poll = $6 WHERE slug = $1",
        params![before.slug, since, stale_since, reason, before.failures + 1, now.plus(next)],
    )?;
    if before.stale_since.is_some() {
        return Ok(());
    }
    if let Some(reading) = &before.reading {
        let covers = signals::covered(reading, before.open_ended);
        let lost = WatchChanged { lost_since: Some(now), reason: Some(reason.to_owned()), ..watch(before, covers) };
        tx.emit(&lost)?;
    }
    tx.emit(&ProviderChanged { slug: before.slug.clone(), status: Status::Unknown })
}

fn tell_signals(tx: &mut Tx<'_>, before: &Watched, reading: &Reading) -> Result<()> {
    let old = before.reading.as_ref().map(|old| signals::standing(&before.subject(), old));
    let new = signals::standing(&before.subject(), reading);
    for signal in signals::news(old.unwrap_or_default(), new) {
        match signal.state {
            Some(SignalState::Cleared) => tx.emit(&SignalCleared(signal))?,
            _ => tx.emit(&SignalRaised(signal))?,
        }
    }
    Ok(())
}

fn watch(of: &Watched, covers: Option<Vec<String>>) -> WatchChanged {
    WatchChanged {
        source: SOURCE.to_owned(),
        scope: of.slug.clone(),
        name: of.name.clone(),
        covers,
        lost_since: None,
        reason: None,
        ended: false,
    }
}
