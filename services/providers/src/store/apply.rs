//! What one look at a feed changes: the provider's status, its signals, its events, and when it is looked at
//! again.

use std::time::Duration;

use contracts::Status;
use contracts::providers::{Reading, Refreshed};
use kit_base::Timestamp;
use kit_store::{Result, Tx, json, params};

use super::providers::{Watched, watched};
use super::{events, tell};
use crate::fetch::Validators;
use crate::{doubt, signals};

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

/// Writes down what a look at the feed of `asked` gave; the next look is `next` from now. Where the provider
/// is gone meanwhile, nothing is.
pub(crate) fn apply(
    tx: &mut Tx<'_>,
    asked: &Watched,
    outcome: &Outcome,
    next: Duration,
) -> Result<Option<Refreshed>> {
    let Some(before) = watched(tx, &asked.slug)? else { return Ok(None) };
    if is_overtaken(asked, &before, outcome) {
        return Ok(Some(refreshed(&before, &before)));
    }
    let now = tx.now();
    let after = after(&before, outcome, now);
    save(tx, &after, now.plus(next))?;
    if let Some(reading) = after.reading.as_ref().filter(|reading| before.reading.as_ref() != Some(reading)) {
        events::keep(tx, &after, reading)?;
    }
    tell::changes(tx, &before, &after)?;
    Ok(Some(refreshed(&before, &after)))
}

/// Whether the look took so long that what it gave is not about `now` any more: another feed is to be read,
/// another document is the one that has not changed, or the feed has been read while this look failed.
fn is_overtaken(asked: &Watched, now: &Watched, outcome: &Outcome) -> bool {
    let is_other_feed = asked.feed_url != now.feed_url || asked.feed_type != now.feed_type;
    is_other_feed
        || match outcome {
            Outcome::Same => asked.validators != now.validators,
            Outcome::Failed { .. } => asked.read_at != now.read_at,
            Outcome::Read { .. } => false,
        }
}

/// The provider as it is after a look. Where that failed, the last good reading and its signals stay: what
/// fails is our sight, and nothing else.
fn after(before: &Watched, outcome: &Outcome, now: Timestamp) -> Watched {
    let (reading, validators, trouble) = match outcome {
        Outcome::Failed { reason } => (before.reading.clone(), &before.validators, Some(reason.clone())),
        Outcome::Same => (before.reading.clone(), &before.validators, None),
        Outcome::Read { reading, validators } => (Some(Reading::clone(reading)), validators, None),
    };
    let mut after = Watched { reading, validators: validators.clone(), failures: 0, ..before.clone() };
    if trouble.is_some() {
        after.failures = before.failures + 1;
    } else if let Some(reading) = &after.reading {
        after.read_at = Some(now);
        after.standing = signals::standing(&before.subject(), reading, &before.standing);
    }
    after.trouble = trouble.or_else(|| after.reading.as_ref().and_then(doubt::about));
    after.stale_since = after.trouble.as_ref().map(|_| before.stale_since.unwrap_or(now));
    after.status = match (&after.reading, after.stale_since) {
        (Some(reading), None) => reading.overall,
        _ => Status::Unknown,
    };
    after.since = if after.status == before.status { before.since } else { now };
    after
}

fn save(tx: &mut Tx<'_>, after: &Watched, next_poll: Timestamp) -> Result<()> {
    let reading = after.reading.as_ref().map(json).transpose()?;
    let is_open_ended = after.reading.as_ref().is_some_and(|reading| reading.names_only_trouble);
    tx.execute(
        "UPDATE providers SET status = $2, since = $3, reading = $4, open_ended = $5, signals = $6,
             etag = $7, last_modified = $8, read_at = $9, stale_since = $10, trouble = $11, failures = $12,
             next_poll = $13 WHERE slug = $1",
        params![
            after.slug,
            after.status.as_str(),
            after.since,
            reading,
            is_open_ended,
            json(&after.standing)?,
            after.validators.etag,
            after.validators.last_modified,
            after.read_at,
            after.stale_since,
            after.trouble,
            after.failures,
            next_poll
        ],
    )
    .map(drop)
}

fn refreshed(before: &Watched, after: &Watched) -> Refreshed {
    let outcome = match &after.trouble {
        Some(_) => "failed",
        None if before.reading == after.reading => "unchanged",
        None => "changed",
    };
    Refreshed {
        provider: after.slug.clone(),
        outcome: outcome.to_owned(),
        status: after.status,
        trouble: after.trouble.clone(),
    }
}
