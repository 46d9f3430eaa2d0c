//! The clouds of others: trouble first, then what we cannot tell, then the rest; those we depend on before those we only watch.

use contracts::Status;
use contracts::providers::{Provider, ProviderIncident, Reading};
use kit_base::Timestamp;

use super::anchors::Anchors;
use super::components::Line;
use super::neighbours::provider_href;
use super::scene::Scene;
use super::worst;
use crate::snapshot::Service;
use crate::when::Moment;
use crate::{text, words};

/// Titles shown of one provider at most.
const NEWS: usize = 3;
/// So many providers that we only watch are shown even where we depend on none.
const SMALL: usize = 12;

/// The providers, in the order of the page.
#[derive(Clone, Debug, Default)]
pub struct Providers {
    /// Those that are not operational: trouble, then unknown, then maintenance.
    pub attention: Vec<ProviderCell>,
    /// The operational ones that we depend on.
    pub calm: Vec<ProviderCell>,
    /// The operational ones that are only watched, folded.
    pub others: Vec<ProviderCell>,
}

/// One provider.
#[derive(Clone, Debug)]
pub struct ProviderCell {
    /// The id of its element.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The address of its page here.
    pub href: String,
    /// Its state; unknown while it cannot be read, whatever was read before.
    pub status: Status,
    /// The word for its state.
    pub word: &'static str,
    /// Since when; none where it is operational or was never read.
    pub since: Option<Moment>,
    /// What was last read of it, where that no longer counts.
    pub old: Option<OldReading>,
    /// Those of our components that need it, in one line.
    pub needed_by: String,
    /// What it says is wrong.
    pub news: Vec<Line>,
    /// How much more it says.
    pub more: usize,
    /// Which of its components are not well, where it tells no incident.
    pub parts: String,
}

/// A reading that is too old to count.
#[derive(Clone, Debug)]
pub struct OldReading {
    /// The state it told.
    pub word: &'static str,
    /// When it was read.
    pub at: Moment,
}

impl Providers {
    /// There are none at all.
    pub fn is_empty(&self) -> bool {
        self.attention.is_empty() && self.calm.is_empty() && self.others.is_empty()
    }
}

/// The providers in their order.
pub(super) fn providers(scene: &Scene, anchors: &mut Anchors) -> Providers {
    let cells = sorted(scene, anchors);
    let (calm, attention): (Vec<_>, Vec<_>) =
        cells.into_iter().partition(|c| c.status == Status::Operational);
    let (ours, watched): (Vec<_>, Vec<_>) = calm.into_iter().partition(|cell| !cell.needed_by.is_empty());
    match (ours.len(), watched.len()) {
        (0, ..=SMALL) => Providers { attention, calm: watched, others: Vec::new() },
        _ => Providers { attention, calm: ours, others: watched },
    }
}

/// Trouble, then what we cannot tell, then maintenance, then the rest; those we need before the others.
pub(super) fn sorted(scene: &Scene, anchors: &mut Anchors) -> Vec<ProviderCell> {
    let silent = scene.snapshot.old_since(Service::Providers, scene.now);
    let mut cells: Vec<ProviderCell> =
        scene.snapshot.providers.iter().map(|provider| cell(scene, provider, silent, anchors)).collect();
    cells.sort_by_cached_key(|cell| {
        let place = match cell.status {
            status if status.is_trouble() => 0,
            Status::Unknown => 1,
            Status::UnderMaintenance => 2,
            _ => 3,
        };
        (place, cell.needed_by.is_empty(), u8::MAX - cell.status.rank(), cell.name.to_lowercase())
    });
    cells
}

pub(super) fn cell(
    scene: &Scene,
    provider: &Provider,
    silent: Option<Timestamp>,
    anchors: &mut Anchors,
) -> ProviderCell {
    let stale = provider.stale_since.or(silent);
    let status = if stale.is_some() { Status::Unknown } else { provider.status };
    let known = !matches!(status, Status::Operational | Status::Unknown);
    let reading = provider.last_good.as_ref();
    let incidents: &[ProviderIncident] = reading.filter(|_| known).map_or(&[], |reading| &reading.incidents);
    let mut news: Vec<Line> = incidents.iter().map(|incident| headline(scene, incident)).collect();
    if status == Status::UnderMaintenance {
        news.extend(reading.into_iter().flat_map(|reading| maintenances(scene, reading)));
    }
    let parts = reading.filter(|_| known && news.is_empty()).map(parts).unwrap_or_default();
    let since = stale.unwrap_or(provider.since);
    let never_read = status == Status::Unknown && provider.read_at.is_none();
    ProviderCell {
        id: anchors.make("provider", &provider.slug),
        name: text::title_or(&provider.name, &provider.slug),
        href: provider_href(&provider.slug),
        status,
        word: words::state(status),
        since: (status != Status::Operational && !never_read).then(|| scene.moment(since)),
        old: reading
            .filter(|_| status == Status::Unknown)
            .and_then(|r| old_reading(scene, r, provider.read_at)),
        needed_by: needed_by(scene, &provider.slug),
        more: news.len().saturating_sub(NEWS),
        news: news.into_iter().take(NEWS).collect(),
        parts,
    }
}

fn headline(scene: &Scene, incident: &ProviderIncident) -> Line {
    Line {
        text: text::title_or(&incident.title, words::UNTITLED),
        status: incident.impact,
        since: incident.started_at.map(|at| scene.moment(at)),
        link: incident.url.as_deref().and_then(text::link),
    }
}

fn maintenances<'a>(scene: &'a Scene, reading: &'a Reading) -> impl Iterator<Item = Line> + 'a {
    let running = reading.maintenances.iter().filter(|maintenance| maintenance.state != "scheduled");
    running.map(|maintenance| Line {
        text: text::title_or(&maintenance.title, words::state(Status::UnderMaintenance)),
        status: Status::UnderMaintenance,
        since: maintenance.starts_at.map(|at| scene.moment(at)),
        link: maintenance.url.as_deref().and_then(text::link),
    })
}

fn parts(reading: &Reading) -> String {
    let unwell = reading
        .components
        .iter()
        .filter(|part| !matches!(part.status, Status::Operational | Status::Unknown));
    let names: Vec<String> = unwell.map(|part| text::line(&part.name, 60)).collect();
    words::list(&names.iter().map(String::as_str).collect::<Vec<_>>(), 4)
}

/// A document without a verdict of its own says through its components how things were.
fn old_reading(scene: &Scene, reading: &Reading, read_at: Option<Timestamp>) -> Option<OldReading> {
    let status = match reading.overall {
        Status::Unknown if !reading.components.is_empty() => {
            worst(reading.components.iter().map(|part| part.status))
        }
        overall => overall,
    };
    let at = scene.moment(read_at?);
    (status != Status::Unknown).then(|| OldReading { word: words::state(status), at })
}

fn needed_by(scene: &Scene, slug: &str) -> String {
    let on = |need: &String| need.split_once(':').is_some_and(|(provider, _)| provider == slug);
    let needing = scene.components.iter().filter(|shown| shown.component.depends_on.iter().any(on));
    let names: Vec<&str> = needing.map(|shown| shown.name.as_str()).collect();
    words::list(&names, 3)
}
