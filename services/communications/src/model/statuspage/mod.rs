//! Our status as Statuspage would tell it, so that whatever reads Statuspage reads us. Statuspage has no word for not
//! knowing, and its readers take what is not named for well: so what is unknown is told as `degraded_performance`, the
//! mildest of its words that nobody takes for health, and the verdict says in words that it is unknown.

mod incidents;
mod maintenances;
mod verdict;
pub(crate) mod wire;

use std::collections::BTreeMap;

use contracts::Status;
use contracts::maintenances::MaintenanceState;
use kit_base::Timestamp;
use sha2::{Digest, Sha256};

use crate::store::documents::{KnownComponent, Snapshot};
use wire::{Component, Incident, Page, ScheduledMaintenance};

/// Whose page it is, and where.
pub(crate) struct Site<'a> {
    pub name: &'a str,
    pub base: &'a str,
}

/// The parts that the documents are made of.
pub(crate) struct Documents {
    pub page: Page,
    pub components: Vec<Component>,
    pub incidents: Vec<Incident>,
    maintenances: Vec<(MaintenanceState, ScheduledMaintenance)>,
    pub status: wire::Status,
}

impl Documents {
    /// The maintenances that are in one of these states: as many as Statuspage shows, newest first. Where there are more,
    /// the newest of all are told; but of those that run and come it is the ones that come first.
    pub(crate) fn maintenances(&self, states: &[MaintenanceState]) -> Vec<ScheduledMaintenance> {
        let wanted = self.maintenances.iter().filter(|(state, _)| states.contains(state));
        let wanted: Vec<ScheduledMaintenance> = wanted.map(|(_, one)| one.clone()).collect();
        let too_many = wanted.len().saturating_sub(MOST_MAINTENANCES);
        let left_out = if states.contains(&MaintenanceState::Completed) { 0 } else { too_many };
        wanted.into_iter().skip(left_out).take(MOST_MAINTENANCES).collect()
    }
}

/// As many maintenances stand in one document.
const MOST_MAINTENANCES: usize = 50;

/// All parts, made from what is known.
pub(crate) fn documents(snapshot: &Snapshot, site: &Site<'_>) -> Documents {
    let page_id = id("page");
    let components = components(snapshot, &page_id);
    let incidents: Vec<Incident> = snapshot
        .incidents
        .iter()
        .map(|known| incidents::incident(known, &components, &page_id, site.base))
        .collect();
    let works = snapshot.maintenances.iter();
    let mut maintenances: Vec<_> =
        works.flat_map(|known| maintenances::times(known, &components, &page_id, site.base)).collect();
    maintenances.sort_by_key(|(occurrence, _)| std::cmp::Reverse(occurrence.starts_at));
    Documents {
        maintenances: maintenances.into_iter().map(|(occurrence, one)| (occurrence.state, one)).collect(),
        page: Page {
            id: page_id,
            name: site.name.to_owned(),
            url: site.base.to_owned(),
            time_zone: "Etc/UTC",
            updated_at: moment(updated_at(snapshot)),
        },
        status: verdict::verdict(snapshot),
        components,
        incidents,
    }
}

/// While nobody knows how things are, the page is as old as the last word.
fn updated_at(snapshot: &Snapshot) -> Timestamp {
    let components = snapshot.components.iter().map(|known| known.changed_at);
    let incidents = snapshot.incidents.iter().flat_map(incidents::moments);
    let works = snapshot.maintenances.iter().map(|known| known.changed_at);
    let changed = components.chain(incidents).chain(works).max();
    match (snapshot.stale, snapshot.seen_at) {
        (true, seen_at) => seen_at.unwrap_or_default(),
        (false, seen_at) => changed.or(seen_at).unwrap_or_default(),
    }
}

/// How a component is, as far as it is known.
fn known_status(known: &KnownComponent, stale: bool) -> Status {
    match known.component.status {
        Status::Operational if stale => Status::Unknown,
        status => status,
    }
}

/// Statuspage's word.
fn word(status: Status) -> &'static str {
    match status {
        Status::Unknown => Status::DegradedPerformance.as_str(),
        status => status.as_str(),
    }
}

/// Components without a group, and after them each group with its own.
fn components(snapshot: &Snapshot, page_id: &str) -> Vec<Component> {
    let mut groups: BTreeMap<&str, Vec<&KnownComponent>> = BTreeMap::new();
    for known in &snapshot.components {
        groups.entry(&known.component.group).or_default().push(known);
    }
    let mut all = Vec::new();
    let alone = groups.get("").map_or(0, Vec::len);
    for (place, (name, members)) in groups.iter().enumerate() {
        let group_id = (!name.is_empty()).then(|| id(&format!("group {name}")));
        if let Some(group_id) = &group_id {
            let position = alone + place + usize::from(alone == 0);
            all.push(group(name, group_id, members, position, snapshot.stale, page_id));
        }
        for (place, known) in members.iter().enumerate() {
            all.push(component(known, place + 1, group_id.clone(), snapshot.stale, page_id));
        }
    }
    all
}

fn component(
    known: &KnownComponent,
    position: usize,
    group_id: Option<String>,
    stale: bool,
    page_id: &str,
) -> Component {
    let KnownComponent { component, first_seen, changed_at } = known;
    Component {
        id: id(&format!("component {}", component.slug)),
        name: component.name.clone(),
        status: word(known_status(known, stale)),
        created_at: moment(*first_seen),
        updated_at: moment(*changed_at),
        position,
        description: Some(component.description.clone()).filter(|text| !text.is_empty()),
        showcase: true,
        start_date: Some(moment(*first_seen).chars().take(10).collect()),
        group_id,
        page_id: page_id.to_owned(),
        group: false,
        only_show_if_degraded: false,
        components: None,
    }
}

/// A group is as bad as the worst in it.
fn group(
    name: &str,
    group_id: &str,
    members: &[&KnownComponent],
    position: usize,
    stale: bool,
    page_id: &str,
) -> Component {
    let status =
        members.iter().fold(Status::Operational, |worst, known| worst.worst(known_status(known, stale)));
    let first_seen = members.iter().map(|known| known.first_seen).min().unwrap_or_default();
    let changed_at = members.iter().map(|known| known.changed_at).max().unwrap_or_default();
    let ids = members.iter().map(|known| id(&format!("component {}", known.component.slug)));
    Component {
        id: group_id.to_owned(),
        name: name.to_owned(),
        status: word(status),
        created_at: moment(first_seen),
        updated_at: moment(changed_at),
        position,
        description: None,
        showcase: true,
        start_date: None,
        group_id: None,
        page_id: page_id.to_owned(),
        group: true,
        only_show_if_degraded: false,
        components: Some(ids.collect()),
    }
}

/// Twelve small letters and digits that follow from what the thing is.
fn id(of: &str) -> String {
    const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
    let digest = Sha256::digest(of.as_bytes());
    digest
        .iter()
        .take(12)
        .filter_map(|byte| DIGITS.get(usize::from(*byte) % 36))
        .copied()
        .map(char::from)
        .collect()
}

/// With milliseconds, as Statuspage writes them.
fn moment(at: Timestamp) -> String {
    let millis = at.micros().rem_euclid(1_000_000) / 1000;
    format!("{}.{millis:03}Z", at.to_string().trim_end_matches('Z'))
}

#[cfg(test)]
mod tests;
