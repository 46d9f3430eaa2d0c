//! Maintenance that runs or comes: on the status page, on the pages of its components, and by itself.

use std::time::Duration;

use contracts::Status;
use contracts::maintenances::{Maintenance, MaintenanceState, Occurrence};
use kit_base::Timestamp;

use super::anchors::Anchors;
use super::frame::Frame;
use super::neighbours::Neighbour;
use super::scene::{Scene, Shown, address_part};
use super::verdict::{Warning, size, verdict, warning};
use crate::snapshot::{Service, Snapshot};
use crate::when::{Moment, span};
use crate::{text, words};

/// Maintenance is shown so long beforehand.
pub(crate) const COMING: Duration = Duration::from_secs(14 * 86_400);

/// One maintenance in a list.
#[derive(Clone, Debug)]
pub struct Work {
    /// The id of its element.
    pub id: String,
    /// The address of its page.
    pub href: String,
    /// What is done.
    pub title: String,
    /// Where it is.
    pub word: &'static str,
    /// The state whose colour it takes; none while it is to come.
    pub status: Option<Status>,
    /// When it begins, or began.
    pub from: Moment,
    /// When it ends.
    pub until: Moment,
    /// The names of its components.
    pub affects: String,
    /// What it means, or empty.
    pub description: String,
    /// When it comes again, where it does.
    pub again: Option<Moment>,
}

/// One time that a maintenance comes or came, in a list of them.
#[derive(Clone, Debug)]
pub struct Time {
    /// When it begins, or began.
    pub from: Moment,
    /// When it ends, or ended.
    pub until: Moment,
    /// How long it lasts, or lasted.
    pub lasts: String,
}

/// The page of a maintenance.
#[derive(Clone, Debug)]
pub struct WorkView {
    /// What stands around it.
    pub frame: Frame,
    /// Its id.
    pub id: String,
    /// The class of the title's size.
    pub size: &'static str,
    /// The maintenance itself.
    pub work: Work,
    /// It is over, and does not come again.
    pub is_over: bool,
    /// Its public components.
    pub affected: Vec<Neighbour>,
    /// When it comes again.
    pub upcoming: Vec<Time>,
    /// When it came.
    pub past: Vec<Time>,
    /// When the page last knew.
    pub checked: Moment,
    /// What did not answer.
    pub missing: Vec<Warning>,
}

/// Maintenance that runs or comes, of this component or of all, the soonest first.
pub(super) fn works(scene: &Scene, component: Option<&str>, anchors: &mut Anchors) -> Vec<Work> {
    let about = |one: &&Maintenance| {
        component.is_none_or(|slug| one.components.iter().any(|named| named == slug))
            && one.state != MaintenanceState::Completed
            && one.occurrence.starts_at <= scene.now.plus(COMING)
            && affected(scene, one).next().is_some()
    };
    let mut found: Vec<&Maintenance> = scene.snapshot.maintenances.iter().filter(about).collect();
    found.sort_by_key(|one| (!one.state.runs(), one.occurrence.starts_at));
    found.into_iter().map(|one| work(scene, one, anchors)).collect()
}

/// The page of this maintenance at `now`; none where it concerns the team alone.
pub fn work_view(
    snapshot: &Snapshot,
    maintenance: &Maintenance,
    now: Timestamp,
    site: &str,
) -> Option<WorkView> {
    let scene = Scene::new(snapshot, now);
    let affected: Vec<Neighbour> = affected(&scene, maintenance).map(Neighbour::of_component).collect();
    if affected.is_empty() {
        return None;
    }
    let work = work(&scene, maintenance, &mut Anchors::default());
    let overall = verdict(&scene).status;
    let times = |list: &[Occurrence]| list.iter().map(|one| time(&scene, one)).collect();
    Some(WorkView {
        frame: Frame::new(
            site,
            None,
            work.status.unwrap_or(overall),
            overall,
            &format!("{}: {}", work.word, work.title),
        ),
        id: text::line(&maintenance.id, 40),
        size: size(&work.title),
        is_over: maintenance.state == MaintenanceState::Completed,
        affected,
        upcoming: times(&maintenance.upcoming),
        past: times(&maintenance.past),
        checked: scene.moment(snapshot.taken_at),
        missing: warning(&scene, Service::Incidents).into_iter().collect(),
        work,
    })
}

fn affected<'a>(scene: &'a Scene, maintenance: &'a Maintenance) -> impl Iterator<Item = &'a Shown<'a>> {
    let names = |shown: &&Shown| maintenance.components.contains(&shown.component.slug);
    scene.components.iter().filter(names)
}

fn work(scene: &Scene, maintenance: &Maintenance, anchors: &mut Anchors) -> Work {
    let names: Vec<&str> = affected(scene, maintenance).map(|shown| shown.name.as_str()).collect();
    let Time { from, until, .. } = time(scene, &maintenance.occurrence);
    Work {
        id: anchors.make("maintenance", &maintenance.id),
        href: format!("/maintenances/{}", address_part(&maintenance.id)),
        title: text::title_or(&maintenance.title, words::UNTITLED_WORK),
        word: words::work(maintenance.state),
        status: maintenance.state.runs().then_some(Status::UnderMaintenance),
        from,
        until,
        affects: words::list(&names, 8),
        description: text::prose(&maintenance.description, text::PROSE),
        again: maintenance.upcoming.first().map(|next| scene.moment(next.starts_at)),
    }
}

/// As it really was, as far as it is known, and else as it is planned.
fn time(scene: &Scene, occurrence: &Occurrence) -> Time {
    let from = occurrence.began_at.unwrap_or(occurrence.starts_at);
    let until = occurrence.ended_at.unwrap_or(occurrence.ends_at);
    Time { from: scene.moment(from), until: scene.moment(until), lasts: span(until.since(from)) }
}
