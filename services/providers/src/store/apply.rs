//! What one look at a feed changes: the provider's status, its signals, its events, and when it is looked at
//! again.

use std::sync::Arc;
use std::time::Duration;

use contracts::Status;
use contracts::providers::{Reading, Refreshed};
use kit_base::Timestamp;
use kit_store::{Result, Tx, json, params};

use super::providers::{Watched, watched};
use super::{changes, events, tell};
use crate::look::Outcome;
use crate::schedule::{Feed, Sight};
use crate::{doubt, signals};

/// What a look gave that is to be written down.
pub(crate) struct Taken {
    pub feed: Arc<Feed>,
    pub sight: Sight,
    pub outcome: Outcome,
    /// When the feed is read again.
    pub next: Timestamp,
}

/// Writes down what a look at a feed gave; the past is kept for `keep`. Where the provider is gone or another feed of
/// it is to be read meanwhile, nothing is written.
pub(crate) fn apply(tx: &mut Tx<'_>, taken: &Taken, keep: Duration) -> Result<Option<Refreshed>> {
    let Some(before) = watched(tx, &taken.feed.slug)? else { return Ok(None) };
    if before.feed != *taken.feed {
        return Ok(Some(refreshed(&before, &before)));
    }
    let now = tx.now();
    let after = after(&before, taken, now);
    save(tx, &after, taken)?;
    if let Some(reading) = after.reading.as_ref().filter(|reading| before.reading.as_ref() != Some(reading)) {
        events::keep(tx, &after, reading)?;
        changes::keep(tx, &before, &after)?;
        changes::forget(tx, now.minus(keep))?;
        events::forget(tx, now.minus(keep))?;
    }
    tell::changes(tx, &before, &after)?;
    Ok(Some(refreshed(&before, &after)))
}

/// How the provider is, for one who asked and to whom nothing new could be told.
pub(crate) fn as_it_is(tx: &mut Tx<'_>, slug: &str) -> Result<Option<Refreshed>> {
    Ok(watched(tx, slug)?.map(|now| refreshed(&now, &now)))
}

/// The provider as it is after a look. Where that failed, the last good reading and its signals stay: what
/// fails is our sight, and nothing else.
fn after(before: &Watched, taken: &Taken, now: Timestamp) -> Watched {
    let (reading, trouble) = match &taken.outcome {
        Outcome::Failed { reason } => (before.reading.clone(), Some(reason.clone())),
        Outcome::Same => (before.reading.clone(), None),
        Outcome::Read { reading, .. } => (Some(Reading::clone(reading)), None),
    };
    let is_changed = before.reading != reading;
    let mut after = Watched { reading, notice: taken.sight.notice.clone(), ..before.clone() };
    if is_changed {
        after.changed_at = Some(now);
    }
    if trouble.is_none()
        && let Some(reading) = &after.reading
    {
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

fn save(tx: &mut Tx<'_>, after: &Watched, taken: &Taken) -> Result<()> {
    let reading = after.reading.as_ref().map(json).transpose()?;
    let is_open_ended = after.reading.as_ref().is_some_and(|reading| reading.names_only_trouble);
    // Documents that are read together must be there together, so what would make one of them stay away is not kept.
    let validators = match taken.sight.documents.as_slice() {
        [one] => one.validators.clone(),
        _ => Default::default(),
    };
    tx.execute(
        "UPDATE providers SET status = $2, since = $3, reading = $4, open_ended = $5, signals = $6,
             etag = $7, last_modified = $8, read_at = $9, stale_since = $10, trouble = $11, failures = $12,
             next_poll = $13, changed_at = $14, notice = $15 WHERE slug = $1",
        params![
            after.feed.slug,
            after.status.as_str(),
            after.since,
            reading,
            is_open_ended,
            json(&after.standing)?,
            validators.etag,
            validators.last_modified,
            taken.sight.read_at,
            after.stale_since,
            after.trouble,
            taken.sight.failures,
            taken.next,
            after.changed_at,
            after.notice
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
        provider: after.feed.slug.clone(),
        outcome: outcome.to_owned(),
        status: after.status,
        trouble: after.trouble.clone(),
    }
}
