//! From what is known to what is shown: pure functions from a snapshot to the structures of the page.
//! What is unknown or old is never shown as operational, and what is not public is not shown at all.

mod anchors;
mod banners;
mod bars;
mod cause;
mod chart;
mod component;
mod components;
mod frame;
mod history;
mod incident;
mod incidents;
mod neighbours;
mod past;
mod provider;
mod providers;
mod report;
mod scene;
mod subscribe;
mod uptime;
mod verdict;
mod works;

use contracts::Status;
use kit_base::Timestamp;

pub use banners::BannerLine;
pub use bars::{Bar, Bars};
pub use cause::{Around, Together};
pub use chart::{Chart, Mark, Quarter};
pub use component::{ComponentView, component_view};
pub use components::{Group, Line, Row};
pub use frame::{Frame, Tab, TabLink};
pub use history::{HistoryView, Month, Place, history_view};
pub use incident::{IncidentView, Learned, incident_view};
pub use incidents::{Entry, OpenIncident};
pub use neighbours::Neighbour;
pub use past::{Day, Past, PastIncident};
pub use provider::{Asked, News, Part, ProviderView, ProvidersView, provider_view, providers_view};
pub use providers::{OldReading, ProviderCell, Providers};
pub use report::{Choice, Refused, ReportForm, ReportView, ThanksView, Typed, report_view, thanks_view};
pub(crate) use scene::address_part;
pub use subscribe::{Asking, SubscribeForm, SubscribeView, subscribe_view};
pub use uptime::{MonthLine, Pasts, Uptime};
pub(crate) use verdict::size;
pub use verdict::{Verdict, Warning};
pub(crate) use works::COMING;
pub use works::{Time, Work, WorkView, work_view};

use crate::snapshot::Snapshot;
use crate::words;
use anchors::Anchors;
use scene::Scene;

/// The whole page, ready for the template.
#[derive(Clone, Debug)]
pub struct StatusView {
    /// What stands around it.
    pub frame: Frame,
    /// How things are.
    pub verdict: Verdict,
    /// What the team tells everybody.
    pub banners: Vec<BannerLine>,
    /// Incidents that are not over, worst first.
    pub incidents: Vec<OpenIncident>,
    /// Our components.
    pub groups: Vec<Group>,
    /// Maintenance that runs or comes in the next two weeks.
    pub works: Vec<Work>,
    /// Bars are drawn, so they are explained.
    pub has_bars: bool,
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
    let incidents = incidents::open(&scene, &verdict.sentence, &mut anchors);
    let groups = components::groups(&scene, &mut anchors);
    StatusView {
        has_bars: groups.iter().any(|group| group.rows.iter().any(|row| row.bars.is_some())),
        frame: Frame::new(site, Some(Tab::Status), verdict.status, verdict.status, verdict.word),
        banners: banners::banners(&scene),
        incidents,
        groups,
        works: works::works(&scene, None, &mut anchors),
        providers: providers::providers(&scene, &mut anchors),
        past: past::past(&scene, &mut anchors),
        first_steps: verdict.word == words::NOTHING_YET_WORD,
        verdict,
    }
}

/// The worst of several states; operational where there is none.
fn worst(states: impl Iterator<Item = Status>) -> Status {
    states.fold(Status::Operational, Status::worst)
}
