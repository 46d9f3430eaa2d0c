//! What may be claimed at all: the public part of a snapshot, with everything that is too old turned to unknown.

use std::cmp::Reverse;
use std::collections::HashMap;

use contracts::Status;
use contracts::incidents::{Component, Incident, IncidentStatus, Visibility};
use kit_base::Timestamp;

use super::worst;
use crate::snapshot::{Service, Snapshot};
use crate::when::Moment;
use crate::{text, words};

/// A public component and what may be claimed of it.
#[derive(Debug)]
pub struct Shown<'a> {
    /// What the service said.
    pub component: &'a Component,
    /// Its name, cleaned.
    pub name: String,
    /// Its state as it may be shown.
    pub status: Status,
    /// Since when.
    pub since: Timestamp,
    /// Its state at the last look, where that is too old to be claimed.
    pub was: Option<Status>,
}

/// What the page may speak of.
#[derive(Debug)]
pub struct Scene<'a> {
    /// What was fetched.
    pub snapshot: &'a Snapshot,
    /// The present moment.
    pub now: Timestamp,
    /// The public components, in the order of the API.
    pub components: Vec<Shown<'a>>,
    /// The incidents that are not over and concern the public, worst first.
    pub incidents: Vec<&'a Incident>,
    by_slug: HashMap<&'a str, &'a Component>,
}

/// The source of incidents that people opened: only people say when those are over.
const MANUAL: &str = "manual";
/// The severity that says nothing of components, so that nothing follows from their being well.
const NO_WEIGHT: i64 = 4;

impl<'a> Scene<'a> {
    /// What may be said of this snapshot at `now`.
    pub fn new(snapshot: &'a Snapshot, now: Timestamp) -> Self {
        let old = snapshot.old_since(Service::Incidents, now);
        let public = snapshot.components.iter().filter(|c| c.visibility == Visibility::Public);
        let components = public.map(|component| Shown::new(component, old)).collect();
        let by_slug = snapshot.components.iter().map(|c| (c.slug.as_str(), c)).collect();
        let mut scene = Self { snapshot, now, components, incidents: Vec::new(), by_slug };
        let mut incidents: Vec<&Incident> =
            snapshot.incidents.iter().filter(|i| scene.concerns_public(i)).collect();
        incidents.retain(|incident| incident.status != IncidentStatus::Resolved);
        incidents.sort_by_key(|i| (i.status != IncidentStatus::Open, i.sev, Reverse(i.started_at)));
        scene.incidents = incidents;
        scene
    }

    /// This moment as it is read now.
    pub fn moment(&self, at: Timestamp) -> Moment {
        Moment::new(at, self.now)
    }

    /// The public component of that name.
    pub fn component(&self, slug: &str) -> Option<&Shown<'a>> {
        self.components.iter().find(|shown| shown.component.slug == slug)
    }

    /// The components of the team's own stay unnamed.
    pub fn is_internal(&self, slug: &str) -> bool {
        self.by_slug.get(slug).is_some_and(|component| component.visibility == Visibility::Internal)
    }

    /// An incident that names nothing but components of the team's own is the team's own.
    pub fn concerns_public(&self, incident: &Incident) -> bool {
        let internal = incident.services.iter().any(|slug| self.is_internal(slug));
        !internal || self.affected(incident).next().is_some()
    }

    /// The public components that an incident names.
    pub fn affected<'s>(&'s self, incident: &'s Incident) -> impl Iterator<Item = &'s Shown<'a>> {
        self.components.iter().filter(|shown| incident.services.contains(&shown.component.slug))
    }

    /// Their names in one line.
    pub fn affected_names(&self, incident: &Incident) -> String {
        let names: Vec<&str> = self.affected(incident).map(|shown| shown.name.as_str()).collect();
        words::list(&names, 8)
    }

    /// What is wrong, in one line that is never empty.
    pub fn title(&self, incident: &Incident) -> String {
        text::title_or(&incident.title, words::UNTITLED)
    }

    /// It does harm now. One that watchers opened is not over when its components are well again, but it is watched
    /// then like one that is mitigated, and must not be what the page cries out.
    pub fn goes_on(&self, incident: &Incident) -> bool {
        incident.status == IncidentStatus::Open && !self.recovers(incident)
    }

    /// What watchers saw has passed, and nobody has said yet that it is over.
    pub fn recovers(&self, incident: &Incident) -> bool {
        let mut affected = self.affected(incident).peekable();
        incident.status == IncidentStatus::Open
            && incident.source != MANUAL
            && affected.peek().is_some()
            && incident.sev < NO_WEIGHT
            && affected.all(|shown| !shown.status.is_trouble())
    }

    /// How much an incident harms: as its components show, or, where they show nothing, as its severity says.
    pub fn impact(&self, incident: &Incident) -> Status {
        let shown =
            worst(self.affected(incident).map(|shown| shown.status).filter(|status| status.is_trouble()));
        match (shown, incident.sev) {
            (Status::Operational, ..=1) => Status::MajorOutage,
            (Status::Operational, 2) => Status::PartialOutage,
            (Status::Operational, _) => Status::DegradedPerformance,
            (shown, _) => shown,
        }
    }
}

/// The address of an incident's page.
pub(super) fn incident_href(id: &str) -> String {
    format!("/incidents/{}", address_part(id))
}

/// As a part of a path. What the services give as names are such parts already; anything else is written by its bytes.
pub(crate) fn address_part(name: &str) -> String {
    let mut part = String::with_capacity(name.len());
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                part.push(char::from(byte))
            }
            other => part.push_str(&format!("%{other:02X}")),
        }
    }
    part
}

impl<'a> Shown<'a> {
    /// Bad news stays when it is old; good news does not.
    fn new(component: &'a Component, old: Option<Timestamp>) -> Self {
        let name = text::title_or(&component.name, &component.slug);
        let (status, since, was) = match old {
            Some(old) if !component.status.is_trouble() => (Status::Unknown, old, Some(component.status)),
            _ => (component.status, component.since, None),
        };
        let was = was.filter(|was| *was != Status::Unknown);
        Self { component, name, status, since, was }
    }

    /// The address of its page.
    pub fn href(&self) -> String {
        format!("/components/{}", address_part(&self.component.slug))
    }
}
