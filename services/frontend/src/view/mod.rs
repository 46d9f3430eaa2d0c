//! From what is known to what is shown: pure functions from a snapshot to the structures of the page.
//! What is unknown or old is never shown as operational, and what is not public is not shown at all.

mod anchors;
mod components;
mod incidents;
mod past;
mod providers;
mod scene;
mod verdict;

use contracts::Status;
use kit_base::Timestamp;

pub use components::{Group, Line, Row};
pub use incidents::{Entry, OpenIncident};
pub use past::{Day, Past, PastIncident};
pub use providers::{OldReading, ProviderCell, Providers};
pub(crate) use verdict::size;
pub use verdict::{Verdict, Warning};

use crate::snapshot::Snapshot;
use crate::{text, words};
use anchors::Anchors;
use scene::Scene;

/// The whole page, ready for the template.
#[derive(Clone, Debug)]
pub struct StatusView {
    /// The site's name.
    pub site: String,
    /// The page's title: "▲ Partial outage · Acme status".
    pub title: String,
    /// The title of a page that can no longer be kept true.
    pub lost_title: String,
    /// How things are.
    pub verdict: Verdict,
    /// Incidents that are not over, worst first.
    pub incidents: Vec<OpenIncident>,
    /// Our components.
    pub groups: Vec<Group>,
    /// The providers.
    pub providers: Providers,
    /// What was resolved in the last two weeks.
    pub past: Past,
    /// There is nothing to show yet, so the page says how to begin.
    pub first_steps: bool,
}

/// Turns what is known into what is shown at `now`.
pub fn status_view(snapshot: &Snapshot, now: Timestamp, site: &str) -> StatusView {
    let scene = Scene::new(snapshot, now);
    let mut anchors = Anchors::default();
    let verdict = verdict::verdict(&scene);
    let site = text::line(site, text::TITLE);
    StatusView {
        title: format!("{} {} · {site}", words::shape(verdict.status), verdict.word),
        lost_title: format!("{} {} · {site}", words::shape(Status::Unknown), words::state(Status::Unknown)),
        incidents: incidents::open(&scene, &verdict.sentence, &mut anchors),
        groups: components::groups(&scene, &mut anchors),
        providers: providers::providers(&scene, &mut anchors),
        past: past::past(&scene, &mut anchors),
        first_steps: verdict.word == words::NOTHING_YET_WORD,
        verdict,
        site,
    }
}

/// The worst of several states; operational where there is none.
fn worst(states: impl Iterator<Item = Status>) -> Status {
    states.fold(Status::Operational, Status::worst)
}
