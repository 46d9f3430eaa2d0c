//! What a document tells, before it is a reading: several documents of one provider become one here, components get
//! their keys, and the verdict on the whole is found. One rule for all families.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use contracts::Status;
use contracts::providers::{Part, ProviderComponent, ProviderIncident, ProviderMaintenance, Reading};

use super::keys::{self, Named};

/// The most updates that are kept of an incident.
const UPDATES: usize = 20;

/// What one or several documents of a provider tell. `None` is what they do not tell; an empty list is that there is
/// none. Incidents and maintenances name components by their **ids**; [`Told::reading`] turns these into keys.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Told {
    /// The page's word on the whole: [`Status::Unknown`] where it says one that nobody knows.
    pub verdict: Option<Status>,
    /// The components without their groups, in the page's order, each with the provider's id and without a key.
    pub components: Option<Vec<ProviderComponent>>,
    /// The incidents that are not over.
    pub incidents: Option<Vec<ProviderIncident>>,
    /// The maintenances that are not over.
    pub maintenances: Option<Vec<ProviderMaintenance>>,
    /// Components that a document lists without saying how they are.
    pub known: Vec<ProviderComponent>,
    /// Names of components that are named by id and listed nowhere.
    pub names: HashMap<String, String>,
    /// Only components in trouble are named, so that one which is not named is well.
    pub names_only_trouble: bool,
    /// The components are checks that only know up and down, so that one which is down is not all of it: while
    /// another is up, the whole is out in part.
    pub up_or_down: bool,
}

impl Told {
    /// What several documents of one provider tell together; the first that tells a thing has the last word on it.
    pub fn join(parts: impl IntoIterator<Item = Told>) -> Told {
        let mut parts = parts.into_iter();
        let first = parts.next().unwrap_or_default();
        parts.fold(first, |mut whole, part| {
            whole.verdict = whole.verdict.or(part.verdict);
            whole.components = both(whole.components, part.components, join_components);
            whole.incidents = both(whole.incidents, part.incidents, |a, b| join_by(a, b, |i| i.id.as_str()));
            whole.maintenances =
                both(whole.maintenances, part.maintenances, |a, b| join_by(a, b, |m| m.id.as_str()));
            whole.known.extend(part.known);
            whole.names.extend(part.names);
            whole.names_only_trouble |= part.names_only_trouble;
            whole.up_or_down |= part.up_or_down;
            whole
        })
    }

    /// The part of it that is about `regions`, or about no region. The page's verdict is on all of them, so it tells
    /// nothing about some.
    #[must_use]
    pub fn within(mut self, regions: &[String]) -> Told {
        if regions.is_empty() {
            return self;
        }
        let is_meant = |c: &ProviderComponent| {
            c.region
                .as_ref()
                .is_none_or(|region| regions.iter().any(|meant| meant.eq_ignore_ascii_case(region)))
        };
        let (meant, other): (Vec<_>, Vec<_>) =
            self.components.take().unwrap_or_default().into_iter().partition(is_meant);
        let is_elsewhere =
            |named: &[String]| !named.is_empty() && named.iter().all(|id| other.iter().any(|c| c.id == *id));
        self.incidents.iter_mut().for_each(|listed| listed.retain(|i| !is_elsewhere(&i.components)));
        self.maintenances.iter_mut().for_each(|listed| listed.retain(|m| !is_elsewhere(&m.components)));
        let elsewhere: HashSet<String> = other.into_iter().map(|c| c.id).collect();
        for incident in self.incidents.iter_mut().flatten() {
            incident.components.retain(|id| !elsewhere.contains(id));
        }
        self.verdict = self.verdict.filter(|_| elsewhere.is_empty());
        self.components = Some(meant);
        self.known.retain(is_meant);
        self
    }

    /// The reading that this makes.
    pub fn reading(self) -> Reading {
        let not_told = self.not_told();
        // Where only those in trouble are named, silence about one that is known to be there is good news.
        let unsaid = if self.names_only_trouble { Status::Operational } else { Status::Unknown };
        let names_only_trouble = self.names_only_trouble && self.known.is_empty();
        let known = self.known.into_iter().map(|known| ProviderComponent { status: unsaid, ..known });
        let mut components = join_components(self.components.unwrap_or_default(), known.collect());
        assign_keys(&mut components);
        let directory = Directory::of(&components, &self.names);
        let mut incidents = self.incidents.unwrap_or_default();
        for incident in &mut incidents {
            incident.components = directory.keys(&incident.components);
            incident.updates.truncate(UPDATES);
        }
        incidents.sort_by_key(|incident| Reverse(incident.started_at));
        let mut maintenances = self.maintenances.unwrap_or_default();
        for maintenance in &mut maintenances {
            maintenance.components = directory.keys(&maintenance.components);
        }
        maintenances.sort_by_key(|maintenance| (maintenance.starts_at.is_none(), maintenance.starts_at));
        let seen = Seen { components: &components, incidents: &incidents, maintenances: &maintenances };
        let overall = seen.overall(self.verdict, self.names_only_trouble);
        Reading {
            overall: if self.up_or_down && seen.is_partly_up() { at_most_partial(overall) } else { overall },
            non_operational_components: components.iter().filter(|c| is_known_ill(c.status)).count(),
            open_incidents: incidents.len(),
            scheduled_or_active_maintenances: maintenances.len(),
            components,
            incidents,
            maintenances,
            not_told,
            names_only_trouble,
        }
    }

    fn not_told(&self) -> Vec<Part> {
        let told = [
            (Part::Overall, self.verdict.is_some()),
            (Part::Components, self.components.is_some()),
            (Part::Incidents, self.incidents.is_some()),
            (Part::Maintenances, self.maintenances.is_some()),
        ];
        told.into_iter().filter(|(_, is_told)| !is_told).map(|(part, _)| part).collect()
    }
}

fn at_most_partial(overall: Status) -> Status {
    if overall == Status::MajorOutage { Status::PartialOutage } else { overall }
}

fn is_known_ill(status: Status) -> bool {
    !matches!(status, Status::Operational | Status::Unknown)
}

fn both<T>(a: Option<T>, b: Option<T>, join: impl FnOnce(T, T) -> T) -> Option<T> {
    match (a, b) {
        (Some(a), Some(b)) => Some(join(a, b)),
        (a, b) => a.or(b),
    }
}

/// One document may have the names, the groups and the regions, and another the states. How a component is, the
/// first says: words of it that nobody knows are not made good by another's.
fn join_components(a: Vec<ProviderComponent>, b: Vec<ProviderComponent>) -> Vec<ProviderComponent> {
    let mut joined = a;
    let places: HashMap<String, usize> =
        joined.iter().enumerate().filter(|(_, c)| !c.id.is_empty()).map(|(n, c)| (c.id.clone(), n)).collect();
    for other in b {
        let Some(known) = places.get(&other.id).and_then(|place| joined.get_mut(*place)) else {
            joined.push(other);
            continue;
        };
        if known.name == known.id {
            known.name = other.name;
        }
        known.group = known.group.take().or(other.group);
        known.region = known.region.take().or(other.region);
    }
    joined
}

fn join_by<T>(a: Vec<T>, b: Vec<T>, id: fn(&T) -> &str) -> Vec<T> {
    let known: HashSet<String> = a.iter().map(|entry| id(entry).to_owned()).collect();
    let new: Vec<T> = b.into_iter().filter(|entry| !known.contains(id(entry))).collect();
    a.into_iter().chain(new).collect()
}

fn assign_keys(components: &mut [ProviderComponent]) {
    let named = components.iter().map(|c| Named {
        id: &c.id,
        name: &c.name,
        group: c.group.as_deref().or(c.region.as_deref()),
    });
    let keys = keys::assign(&named.collect::<Vec<_>>());
    for (component, key) in components.iter_mut().zip(keys) {
        component.key = key;
    }
}

/// Which key an id means.
struct Directory<'a> {
    keys: HashMap<&'a str, Vec<&'a str>>,
    names: &'a HashMap<String, String>,
}

impl<'a> Directory<'a> {
    fn of(components: &'a [ProviderComponent], names: &'a HashMap<String, String>) -> Self {
        let mut keys: HashMap<&str, Vec<&str>> = HashMap::new();
        for component in components {
            keys.entry(&component.id).or_default().push(&component.key);
        }
        Self { keys, names }
    }

    /// The keys of components that are named by id. What is listed nowhere is named as it would be there if its name
    /// stood once.
    fn keys(&self, ids: &[String]) -> Vec<String> {
        let mut keys: Vec<String> = Vec::new();
        for id in ids {
            match self.keys.get(id.as_str()) {
                Some(found) => keys.extend(found.iter().map(|key| (*key).to_owned())),
                None => {
                    let name = self.names.get(id).map_or("", String::as_str);
                    let spelt = [keys::spell(name), keys::spell(id)];
                    keys.extend(spelt.into_iter().find(|key| !key.is_empty()));
                }
            }
        }
        let mut seen = HashSet::new();
        keys.retain(|key| seen.insert(key.clone()));
        keys
    }
}

/// What is listed, to tell from it how the whole is.
struct Seen<'a> {
    components: &'a [ProviderComponent],
    incidents: &'a [ProviderIncident],
    maintenances: &'a [ProviderMaintenance],
}

impl Seen<'_> {
    /// The page's own verdict first. Two things it says "operational" in spite of: an open incident of real impact,
    /// where it is computed from components that nobody set, and words that it understands and we do not.
    fn overall(&self, verdict: Option<Status>, names_only_trouble: bool) -> Status {
        match verdict {
            Some(Status::Operational) => {
                let impacts = self.incidents.iter().map(|incident| incident.impact);
                if impacts.clone().any(Status::is_trouble) {
                    return Status::DegradedPerformance;
                }
                let mut states = impacts.chain(self.components.iter().map(|c| c.status));
                if states.any(|s| s == Status::Unknown) { Status::Unknown } else { Status::Operational }
            }
            Some(Status::Unknown) => self.worst(Status::Unknown),
            None if names_only_trouble || !self.components.is_empty() => self.worst(Status::Operational),
            None => self.worst(Status::Unknown),
            Some(known) => known,
        }
    }

    /// Where the page does not say: the worst of what it lists, `best` at the best.
    fn worst(&self, best: Status) -> Status {
        let works =
            self.maintenances.iter().filter(|m| m.state != SCHEDULED).map(|_| Status::UnderMaintenance);
        let seen = self.components.iter().map(|c| c.status).chain(self.incidents.iter().map(|i| i.impact));
        seen.chain(works).fold(best, Status::worst)
    }

    /// Something is known to be there that is not down.
    fn is_partly_up(&self) -> bool {
        self.components.iter().any(|c| !matches!(c.status, Status::MajorOutage | Status::Unknown))
    }
}

/// The state of a maintenance that has not begun, in the words of the model.
pub(super) const SCHEDULED: &str = "scheduled";

#[cfg(test)]
mod tests {
    use super::*;

    fn component(id: &str, name: &str, region: Option<&str>, status: Status) -> ProviderComponent {
        let (id, name, region) = (id.to_owned(), name.to_owned(), region.map(str::to_owned));
        ProviderComponent { id, name, region, status, ..ProviderComponent::default() }
    }

    fn incident(id: &str, about: &[&str], impact: Status) -> ProviderIncident {
        let components = about.iter().map(|id| (*id).to_owned()).collect();
        ProviderIncident { id: id.to_owned(), components, impact, ..ProviderIncident::default() }
    }

    #[test]
    fn what_is_not_told_is_said() {
        let reading = Told { verdict: Some(Status::Operational), ..Told::default() }.reading();
        assert_eq!(reading.overall, Status::Operational);
        assert_eq!(reading.not_told, [Part::Components, Part::Incidents, Part::Maintenances]);
        assert_eq!(Told::default().reading().overall, Status::Unknown);
    }

    #[test]
    fn names_of_one_document_and_states_of_another_become_one() {
        let names = Told {
            known: vec![
                component("7", "API", None, Status::Unknown),
                component("8", "Mail", None, Status::Unknown),
            ],
            ..Told::default()
        };
        let states = Told {
            components: Some(vec![component("7", "7", None, Status::MajorOutage)]),
            incidents: Some(vec![incident("i", &["7"], Status::MajorOutage)]),
            ..Told::default()
        };
        for parts in [[names.clone(), states.clone()], [states.clone(), names.clone()]] {
            let reading = Told::join(parts).reading();
            let found: Vec<_> = reading.components.iter().map(|c| (c.key.as_str(), c.status)).collect();
            assert_eq!(found, [("api", Status::MajorOutage), ("mail", Status::Unknown)]);
            assert_eq!(reading.incidents[0].components, ["api"]);
        }
        let only_trouble = Told { names_only_trouble: true, ..states };
        assert_eq!(Told::join([only_trouble, names]).reading().components[1].status, Status::Operational);
    }

    #[test]
    fn other_regions_are_left_out_and_the_verdict_on_all_with_them() {
        let told = Told {
            verdict: Some(Status::MajorOutage),
            components: Some(vec![
                component("a", "EC2", Some("eu-west-1"), Status::Operational),
                component("b", "EC2", Some("me-south-1"), Status::MajorOutage),
            ]),
            incidents: Some(vec![
                incident("i", &["b"], Status::MajorOutage),
                incident("j", &["a", "b"], Status::Operational),
                incident("k", &[], Status::Operational),
            ]),
            ..Told::default()
        };
        assert_eq!(told.clone().within(&[]).reading().components[1].key, "me-south-1-ec2");
        let here = told.within(&["EU-west-1".to_owned()]).reading();
        assert_eq!((here.overall, here.components.len()), (Status::Operational, 1));
        let named: Vec<_> = here.incidents.iter().map(|i| (i.id.as_str(), i.components.len())).collect();
        assert_eq!(named, [("j", 1), ("k", 0)]);
        assert!(here.not_told.contains(&Part::Overall));
    }

    #[test]
    fn one_check_that_is_down_is_not_all_of_it() {
        let checks = |second: Status| {
            let components =
                vec![component("a", "API", None, Status::MajorOutage), component("b", "Mail", None, second)];
            Told { components: Some(components), up_or_down: true, ..Told::default() }.reading().overall
        };
        assert_eq!(checks(Status::Operational), Status::PartialOutage);
        assert_eq!(checks(Status::UnderMaintenance), Status::PartialOutage);
        assert_eq!(checks(Status::MajorOutage), Status::MajorOutage);
        assert_eq!(checks(Status::Unknown), Status::MajorOutage);
    }

    #[test]
    fn works_that_go_on_count_where_nobody_gives_a_verdict() {
        let works = |state: &str| {
            let state = state.to_owned();
            let maintenances = vec![ProviderMaintenance { state, ..ProviderMaintenance::default() }];
            let components = vec![component("a", "API", None, Status::Operational)];
            Told { components: Some(components), maintenances: Some(maintenances), ..Told::default() }
        };
        assert_eq!(works("scheduled").reading().overall, Status::Operational);
        assert_eq!(works("in_progress").reading().overall, Status::UnderMaintenance);
    }
}
