//! Every incident that ever was, newest first, by month and day of its beginning.

use contracts::Status;
use contracts::incidents::{Incident, IncidentStatus};
use kit_base::{Page, Timestamp};

use super::frame::{Frame, Tab};
use super::past::day_name;
use super::scene::{Scene, address_part, incident_href};
use super::verdict::{Warning, warning};
use crate::snapshot::{Service, Snapshot};
use crate::when::{Date, Moment, span};
use crate::words;

/// The history, or a page of it.
#[derive(Clone, Debug)]
pub struct HistoryView {
    /// What stands around it.
    pub frame: Frame,
    /// The name of the component that it is narrowed to, and the address of its page.
    pub component: Option<(String, String)>,
    /// The months in which incidents began, newest first.
    pub months: Vec<Month>,
    /// How many incidents there are on all pages.
    pub count: u64,
    /// The address of the page with newer ones.
    pub newer: Option<String>,
    /// The address of the page with older ones.
    pub older: Option<String>,
    /// The history itself cannot be had: what is shown is what the status page knows.
    pub is_partial: bool,
    /// What did not answer.
    pub missing: Vec<Warning>,
}

/// One month.
#[derive(Clone, Debug)]
pub struct Month {
    /// The id of its heading.
    pub id: String,
    /// "November 2026".
    pub name: String,
    /// The days on which incidents began, newest first.
    pub days: Vec<Day>,
}

/// One day.
#[derive(Clone, Debug)]
pub struct Day {
    /// `2026-11-20`.
    pub iso: String,
    /// "Today", "Yesterday", "19 November".
    pub name: String,
    /// What began on it, newest first.
    pub incidents: Vec<Past>,
}

/// One incident.
#[derive(Clone, Debug)]
pub struct Past {
    /// What was wrong.
    pub title: String,
    /// The address of its page.
    pub href: String,
    /// How much it harms, while it does.
    pub status: Option<Status>,
    /// Where it is in its life.
    pub word: &'static str,
    /// When it began.
    pub began: Moment,
    /// How long it took, once it is over.
    pub lasted: Option<String>,
    /// The public components it named, in one line.
    pub affected: String,
    /// What was learned is told on its page.
    pub is_learned: bool,
}

/// Which part of the history is looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// The page, from 1.
    pub page: u32,
    /// The component that it is narrowed to.
    pub component: Option<String>,
}

impl Place {
    /// Its address.
    pub fn href(&self) -> String {
        match &self.component {
            None => format!("/history?page={}", self.page),
            Some(slug) => format!("/history?component={}&page={}", address_part(slug), self.page),
        }
    }
}

/// The history at `place`; `None` for the page where the service that knows it did not answer.
pub fn history_view(
    snapshot: &Snapshot,
    found: Option<&Page<Incident>>,
    place: &Place,
    now: Timestamp,
    site: &str,
) -> HistoryView {
    let scene = Scene::new(snapshot, now);
    let names =
        |incident: &&Incident| place.component.as_ref().is_none_or(|slug| incident.services.contains(slug));
    let mut shown: Vec<&Incident> = match found {
        Some(found) => found.results.iter().collect(),
        None => snapshot.incidents.iter().filter(names).collect(),
    };
    shown.retain(|incident| scene.concerns_public(incident));
    shown.sort_by_key(|incident| std::cmp::Reverse(incident.started_at));
    let turn = |page: Option<u32>| page.map(|page| Place { page, ..place.clone() }.href());
    let component = place.component.as_deref().and_then(|slug| scene.component(slug));
    HistoryView {
        frame: Frame::at(&scene, site, Tab::History),
        component: component.map(|shown| (shown.name.clone(), shown.href())),
        months: months(&scene, &shown),
        count: found.map_or(shown.len() as u64, |found| found.count),
        newer: turn(found.and_then(|found| found.previous.as_ref()).map(|_| place.page.saturating_sub(1))),
        older: turn(found.and_then(|found| found.next.as_ref()).map(|_| place.page.saturating_add(1))),
        is_partial: found.is_none(),
        missing: warning(&scene, Service::Incidents).into_iter().collect(),
    }
}

fn months(scene: &Scene, incidents: &[&Incident]) -> Vec<Month> {
    let mut months: Vec<Month> = Vec::new();
    for incident in incidents {
        let date = Date::of(incident.started_at);
        let (iso, id) = (date.iso(), format!("month-{}", date.month_iso()));
        if months.last().is_none_or(|month| month.id != id) {
            months.push(Month { id, name: date.month_and_year(), days: Vec::new() });
        }
        let Some(month) = months.last_mut() else { continue };
        if month.days.last().is_none_or(|day| day.iso != iso) {
            let name = day_name(incident.started_at, scene.now);
            month.days.push(Day { iso, name, incidents: Vec::new() });
        }
        month.days.last_mut().into_iter().for_each(|day| day.incidents.push(one(scene, incident)));
    }
    months
}

fn one(scene: &Scene, incident: &Incident) -> Past {
    let end = incident.resolved_at.filter(|_| incident.status == IncidentStatus::Resolved);
    Past {
        title: scene.title(incident),
        href: incident_href(&incident.id),
        status: scene.goes_on(incident).then(|| scene.impact(incident)),
        word: if scene.recovers(incident) { words::RECOVERING } else { words::life(incident.status) },
        began: Moment::on_its_day(incident.started_at, scene.now),
        lasted: end.map(|end| span(end.since(incident.started_at))),
        affected: scene.affected_names(incident),
        is_learned: incident.postmortem.is_some(),
    }
}
