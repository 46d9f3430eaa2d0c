//! What the page is made from: one look at the other services, and which of them did not answer.

use std::time::Duration;

use contracts::Status;
use contracts::communications::{Announcement, Banner};
use contracts::incidents::{Component, Histories, Incident};
use contracts::maintenances::Maintenance;
use contracts::providers::Provider;
use kit_base::Timestamp;

/// An older look proves nothing any more: what was well then is shown as unknown.
pub const STALE_AFTER: Duration = Duration::from_secs(5 * 60);

/// One look at everything the page shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snapshot {
    /// Our components, in the order of the API.
    pub components: Vec<Component>,
    /// Incidents that are open or mitigated, and those that were resolved in the last two weeks.
    pub incidents: Vec<Incident>,
    /// Maintenance that runs or comes in the next two weeks.
    pub maintenances: Vec<Maintenance>,
    /// How our components were in the last 90 days; none where that was not told.
    pub histories: Option<Histories>,
    /// The providers that are watched.
    pub providers: Vec<Provider>,
    /// The banners that are shown now.
    pub banners: Vec<Banner>,
    /// What the public was told lately, the latest first.
    pub announcements: Vec<Announcement>,
    /// When the answers were last known to be true.
    pub taken_at: Timestamp,
    /// The services that did not answer; what the snapshot holds of them is what they said before.
    pub missing: Vec<Missing>,
}

/// A service that did not answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Missing {
    /// Which one.
    pub what: Service,
    /// Since when.
    pub since: Timestamp,
}

/// A service that the page asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// It knows the components and the incidents.
    Incidents,
    /// It knows the providers.
    Providers,
    /// It knows what the public was told.
    Communications,
}

impl Service {
    /// Every service that the page asks.
    pub const ALL: [Service; 3] = [Service::Incidents, Service::Providers, Service::Communications];
    /// Those without whom nobody can tell how things are.
    pub const DECIDING: [Service; 2] = [Service::Incidents, Service::Providers];
}

impl Snapshot {
    /// Whether a page of this differs from a page of the other in nothing but its times.
    pub fn shows_the_same_as(&self, other: &Snapshot) -> bool {
        let mut other = other.clone();
        other.taken_at = self.taken_at;
        if same_days(self.histories.as_ref(), other.histories.as_ref()) {
            other.histories.clone_from(&self.histories);
        }
        for (provider, read) in other.providers.iter_mut().zip(&self.providers) {
            provider.read_at = read.read_at;
        }
        *self == other
    }

    /// Since when nothing new is known from this service: it did not answer, or the whole look is too old.
    pub fn old_since(&self, what: Service, now: Timestamp) -> Option<Timestamp> {
        let silent =
            self.missing.iter().filter(|missing| missing.what == what).map(|missing| missing.since).min();
        silent.or_else(|| (now.since(self.taken_at) > STALE_AFTER).then_some(self.taken_at))
    }
}

/// Whether the days have the same states. Today grows with every minute, and that alone is no news.
fn same_days(one: Option<&Histories>, other: Option<&Histories>) -> bool {
    fn days(histories: &Histories) -> impl Iterator<Item = (&str, &str, Option<Status>)> {
        let days = histories
            .components
            .iter()
            .flat_map(|one| one.days.iter().map(move |day| (one.slug.as_str(), day)));
        days.map(|(slug, day)| (slug, day.date.as_str(), day.worst))
    }
    match (one, other) {
        (Some(one), Some(other)) => one.last == other.last && days(one).eq(days(other)),
        (one, other) => one.is_none() == other.is_none(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_and_age_both_make_old() {
        let start = Timestamp::parse("2026-11-21T14:00:00Z").unwrap();
        let silent = Missing { what: Service::Providers, since: start.minus(STALE_AFTER) };
        let snapshot = Snapshot { taken_at: start, missing: vec![silent], ..Snapshot::default() };
        assert_eq!(snapshot.old_since(Service::Incidents, start), None);
        assert_eq!(snapshot.old_since(Service::Providers, start), Some(silent.since));
        let later = start.plus(STALE_AFTER * 2);
        assert_eq!(snapshot.old_since(Service::Incidents, later), Some(start));
    }
}
