//! The poller: each provider is read when its time has come, by itself, so that one that hangs holds up no
//! other. What says what it said before is not read again, and nothing is written.

use std::sync::Arc;
use std::time::Duration;

use contracts::providers::Refreshed;
use kit_base::settings::Settings;
use kit_base::{Clock, Ids, Timestamp};
use kit_store::{Db, StoreError};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::fetch::{Fetcher, LONGEST_RETRY};
use crate::look::{self, Outcome, Seen};
use crate::schedule::{Look, Schedule, Sight};
use crate::settings::{AT_ONCE, INTERVAL, INTERVAL_IN_TROUBLE, KEEP_HISTORY, MAX_BACKOFF, PER_HOST};
use crate::store::{self, Taken};

/// How often the poller looks whose time has come.
const TICK: Duration = Duration::from_millis(200);

/// Reads feeds and writes down what they say; cheap to clone.
#[derive(Clone)]
pub(crate) struct Poller {
    pub db: Db,
    pub clock: Clock,
    pub fetcher: Fetcher,
    pub schedule: Schedule,
    ids: Ids,
    interval: Duration,
    in_trouble: Duration,
    max_backoff: Duration,
    keep_history: Duration,
    at_once: usize,
    per_host: usize,
    room: Arc<Semaphore>,
}

impl Poller {
    pub(crate) fn new(db: Db, settings: &Settings, clock: Clock, ids: Ids) -> Result<Self, String> {
        let (interval, at_once) = (settings.duration(&INTERVAL), settings.count(&AT_ONCE));
        Ok(Self {
            db,
            clock,
            fetcher: Fetcher::new(settings)?,
            schedule: Schedule::default(),
            ids,
            interval,
            in_trouble: settings.duration(&INTERVAL_IN_TROUBLE).min(interval),
            max_backoff: settings.duration(&MAX_BACKOFF),
            keep_history: settings.duration(&KEEP_HISTORY),
            at_once,
            per_host: settings.count(&PER_HOST),
            room: Arc::new(Semaphore::new(at_once)),
        })
    }

    /// Takes up what is watched: one provider, or all. What is scheduled already stays as it is.
    async fn take_up(&self, slug: Option<String>) -> Result<(), StoreError> {
        let stored = self.db.read(move |tx| store::feeds(tx, slug.as_deref())).await?;
        for (feed, sight, next) in stored {
            self.schedule.add(feed, sight, next);
        }
        Ok(())
    }

    /// Reads whose time has come, again and again, until `stop`.
    pub(crate) async fn run(self, stop: CancellationToken) {
        let mut is_begun = false;
        loop {
            match is_begun {
                true => self.tick(),
                false => match self.take_up(None).await {
                    Ok(()) => is_begun = true,
                    Err(error) => tracing::warn!(%error, "feeds wait to be read"),
                },
            }
            tokio::select! {
                () = tokio::time::sleep(TICK) => {}
                () = stop.cancelled() => break,
            }
        }
        let pulses = self.schedule.pulses();
        if let Err(error) = self.db.write(move |tx| store::keep_pulses(tx, &pulses)).await {
            tracing::warn!(%error, "when feeds were last read is not written down");
        }
    }

    fn tick(&self) {
        let most = self.room.available_permits().min(self.at_once);
        let longest = 2 * self.longest().max(LONGEST_RETRY);
        for turn in self.schedule.due(self.clock.now(), longest, most, self.per_host) {
            let Ok(permit) = self.room.clone().try_acquire_owned() else { return };
            let poller = self.clone();
            tokio::spawn(async move {
                if let Err(error) = poller.look(&turn.slug).await {
                    tracing::warn!(%error, "what a feed says could not be written down");
                    // It is still due, and its server must not be asked more often because our store ails.
                    poller.schedule.postpone(&turn.slug, poller.clock.now().plus(poller.interval));
                }
                drop((permit, turn));
            });
        }
    }

    /// Reads a provider now, whatever its time is; `None` if it is not watched, or no longer.
    pub(crate) async fn read(&self, slug: &str) -> Result<Option<Refreshed>, StoreError> {
        match self.look(slug).await? {
            Came::ToNothing => Ok(None),
            Came::To(refreshed) => Ok(Some(refreshed)),
            Came::AsBefore => self.as_it_is(slug).await,
        }
    }

    /// Looks at the feed of a provider, and writes down what is new.
    async fn look(&self, slug: &str) -> Result<Came, StoreError> {
        if self.schedule.look(slug).is_none() {
            self.take_up(Some(slug.to_owned())).await?;
        }
        let Some(before) = self.schedule.look(slug) else { return Ok(Came::ToNothing) };
        let now = self.clock.now();
        let seen = look::at(&self.fetcher, &before, now).await;
        let is_overtaken = !self.schedule.is_same_feed(&before)
            || !matches!(seen.outcome, Outcome::Read { .. }) && !self.schedule.is_current(&before);
        if is_overtaken {
            return Ok(Came::AsBefore);
        }
        let is_news = is_news(&before.sight, &seen);
        let (sight, outcome, retry_after) = after(&before.sight, seen, now);
        let next = self.next(&sight, &outcome, retry_after);
        if !is_news {
            self.schedule.done(&before, sight, next);
            return Ok(Came::AsBefore);
        }
        self.write(&before, Arc::new(Taken { feed: before.feed.clone(), sight, outcome, next })).await
    }

    async fn write(&self, before: &Look, taken: Arc<Taken>) -> Result<Came, StoreError> {
        let (keep, news) = (self.keep_history, taken.clone());
        let written = self.db.write(move |tx| store::apply(tx, &news, keep)).await?;
        let Some(written) = written else { return Ok(Came::ToNothing) };
        let sight = Sight { trouble: written.trouble.clone(), ..taken.sight.clone() };
        self.schedule.done(before, sight, taken.next);
        Ok(Came::To(written))
    }

    async fn as_it_is(&self, slug: &str) -> Result<Option<Refreshed>, StoreError> {
        let slug = slug.to_owned();
        self.db.read(move |tx| store::as_it_is(tx, &slug)).await
    }

    /// When the feed is read again: soon while its provider has trouble, ever later while it cannot be read, and never
    /// sooner than its server wants.
    fn next(&self, sight: &Sight, outcome: &Outcome, retry_after: Option<Duration>) -> Timestamp {
        let wait = match outcome {
            Outcome::Failed { .. } => retry_after.unwrap_or_default().max(self.backoff(sight.failures - 1)),
            _ if sight.in_trouble => self.jittered(self.in_trouble),
            _ => self.jittered(self.interval),
        };
        self.clock.now().plus(wait)
    }

    /// Twice as long after each failure, up to a limit.
    fn backoff(&self, failures: i64) -> Duration {
        let doublings = u32::try_from(failures).unwrap_or(u32::MAX).min(16);
        self.jittered(self.interval.saturating_mul(1 << doublings).min(self.longest()))
    }

    fn longest(&self) -> Duration {
        self.max_backoff.max(self.interval)
    }

    /// Give or take a tenth, so that feeds added together are not read together for ever.
    fn jittered(&self, span: Duration) -> Duration {
        span.mul_f64(0.9 + 0.2 * self.ids.fraction())
    }
}

/// What a look came to.
enum Came {
    /// There is no such provider.
    ToNothing,
    /// Everything stands as it was written down before.
    AsBefore,
    /// This was written down.
    To(Refreshed),
}

/// Whether anything was seen that is not written down yet.
fn is_news(before: &Sight, seen: &Seen) -> bool {
    let was_failing = before.failures > 0;
    let is_other = match &seen.outcome {
        Outcome::Same => was_failing,
        Outcome::Read { digest, .. } => was_failing || before.reading != Some(*digest),
        Outcome::Failed { reason } => !was_failing || before.trouble.as_ref() != Some(reason),
    };
    is_other || seen.notice != before.notice
}

/// How the looks have gone after this one.
fn after(before: &Sight, seen: Seen, now: Timestamp) -> (Sight, Outcome, Option<Duration>) {
    let Seen { documents, outcome, retry_after, notice, searched_at } = seen;
    let mut sight = Sight { notice, searched_at, ..before.clone() };
    match &outcome {
        Outcome::Failed { .. } => sight.failures += 1,
        _ => (sight.documents, sight.failures, sight.read_at) = (documents, 0, Some(now)),
    }
    if let Outcome::Read { digest, reading } = &outcome {
        (sight.reading, sight.in_trouble) = (Some(*digest), reading.overall.is_trouble());
    }
    (sight, outcome, retry_after)
}
