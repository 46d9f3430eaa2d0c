//! One component by itself: how it is and why, what it needs and what needs it, which incidents name it.

use contracts::Status;
use contracts::incidents::{Component, Incident};
use contracts::reports::ReportHistory;
use kit_base::Timestamp;

use super::anchors::Anchors;
use super::chart::{Chart, chart};
use super::components::{Line, explain, heading};
use super::frame::Frame;
use super::incidents::{OpenIncident, tell};
use super::neighbours::{self, Neighbour};
use super::past::{PastIncident, ended, one};
use super::report::{ReportForm, form_for};
use super::scene::{Scene, address_part};
use super::uptime::{Pasts, Uptime, uptime};
use super::verdict::{Warning, size, verdict, warning};
use super::works::{Work, works};
use crate::snapshot::{Service, Snapshot};
use crate::when::Moment;
use crate::{text, words};

/// Incidents that are over, at most.
const PAST: usize = 5;

/// The page of a component.
#[derive(Clone, Debug)]
pub struct ComponentView {
    /// What stands around it.
    pub frame: Frame,
    /// Its name in addresses, written as a part of one.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// The class of the name's size.
    pub size: &'static str,
    /// The heading it stands under, or empty.
    pub group: String,
    /// What it does, or empty.
    pub description: String,
    /// Its state.
    pub status: Status,
    /// The word for it.
    pub word: &'static str,
    /// Since when.
    pub since: Moment,
    /// When the page last knew.
    pub checked: Moment,
    /// Its state at the last look, where that is too old to be claimed.
    pub was: Option<&'static str>,
    /// Why it is so, worst first.
    pub reasons: Vec<Line>,
    /// What could not be read.
    pub remarks: Vec<Line>,
    /// How it was; none where that is not known.
    pub uptime: Option<Uptime>,
    /// What visitors report; none where that is not known.
    pub reports: Option<Chart>,
    /// The form to report with.
    pub form: ReportForm,
    /// What it needs.
    pub needs: Vec<Neighbour>,
    /// What needs it.
    pub needed_by: Vec<Neighbour>,
    /// Incidents that are not over and name it, worst first.
    pub incidents: Vec<OpenIncident>,
    /// Maintenance of it that runs or comes soon.
    pub works: Vec<Work>,
    /// The newest that named it and are over.
    pub past: Vec<PastIncident>,
    /// What did not answer.
    pub missing: Vec<Warning>,
}

/// The page of the public component of that name at `now`, if there is one; `reports` are those of the last 24 hours,
/// `pasts` how it was.
pub fn component_view(
    snapshot: &Snapshot,
    reports: Option<&ReportHistory>,
    pasts: Option<&Pasts>,
    now: Timestamp,
    site: &str,
    slug: &str,
) -> Option<ComponentView> {
    let scene = Scene::new(snapshot, now);
    let shown = scene.component(slug)?;
    let mut anchors = Anchors::default();
    let word = words::state(shown.status);
    let (reasons, remarks) = explain(&scene, &shown.component.because);
    let names = |incident: &&Incident| incident.services.iter().any(|service| service == slug);
    let mut open = Vec::new();
    for incident in scene.incidents.iter().copied().filter(names) {
        open.push(tell(&scene, incident, &mut anchors));
    }
    Some(ComponentView {
        frame: Frame::new(
            site,
            None,
            shown.status,
            verdict(&scene).status,
            &format!("{}: {word}", shown.name),
        ),
        slug: address_part(slug),
        size: size(&shown.name),
        name: shown.name.clone(),
        group: heading(shown.component),
        description: described(shown.component),
        status: shown.status,
        word,
        since: scene.moment(shown.since),
        checked: scene.moment(snapshot.taken_at),
        was: shown.was.map(words::state),
        reasons,
        remarks,
        uptime: pasts.and_then(uptime),
        reports: reports.map(|reports| chart(&scene, reports)),
        form: form_for(slug, &shown.name),
        needs: neighbours::needs(&scene, shown),
        needed_by: neighbours::needed_by(&scene, slug),
        incidents: open,
        works: works(&scene, Some(slug), &mut anchors),
        past: past(&scene, slug, &mut anchors),
        missing: warning(&scene, Service::Incidents).into_iter().collect(),
    })
}

fn described(component: &Component) -> String {
    text::prose(&component.description, 2000)
}

fn past(scene: &Scene, slug: &str, anchors: &mut Anchors) -> Vec<PastIncident> {
    let mut over: Vec<(Timestamp, &Incident)> = scene.snapshot.incidents.iter().filter_map(ended).collect();
    over.retain(|(_, incident)| incident.services.iter().any(|service| service == slug));
    over.sort_by_key(|(end, _)| std::cmp::Reverse(*end));
    over.into_iter()
        .take(PAST)
        .map(|(end, incident)| {
            let told = one(scene, incident, end, anchors);
            PastIncident { resolved: scene.moment(end), ..told }
        })
        .collect()
}
