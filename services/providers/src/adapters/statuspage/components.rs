//! The components of a page: groups taken apart from what they hold, order settled, found again by id.

use std::collections::{HashMap, HashSet};

use contracts::Status;
use contracts::providers::ProviderComponent;

use super::wire::Component;
use crate::adapters::text;

/// The components of a page without its groups, and which of them an id means.
pub(super) struct Directory {
    components: Vec<ProviderComponent>,
    /// By the id of a component itself, by the id of a group all that it holds: places in `components`.
    places: HashMap<String, Vec<usize>>,
}

impl Directory {
    /// Takes in the components of a document.
    pub fn of(listed: &[Component]) -> Self {
        let held: HashSet<&str> = listed.iter().filter_map(|c| c.group_id.as_deref()).collect();
        // An imitator may leave `group` out: what others name as their group is one all the same.
        let is_group = |c: &Component| c.group || c.id.as_deref().is_some_and(|id| held.contains(id));
        let groups: HashMap<&str, &Component> =
            listed.iter().filter(|c| is_group(c)).filter_map(|c| Some((c.id.as_deref()?, c))).collect();
        let group_of = |c: &Component| c.group_id.as_deref().and_then(|id| groups.get(id).copied());

        let mut leaves: Vec<&Component> = listed.iter().filter(|c| !is_group(c)).collect();
        // Positions count anew in each group, so the place of a component is that of its group first.
        leaves.sort_by_cached_key(|c| {
            let outer = group_of(c).unwrap_or(c).position.unwrap_or(i64::MAX);
            (outer, group_of(c).and_then(|g| g.id.as_deref()), c.position.unwrap_or(i64::MAX))
        });

        let components = leaves
            .iter()
            .map(|c| component(c, group_of(c).and_then(|group| group.name.as_deref())))
            .collect();
        Self { places: places(&leaves), components }
    }

    /// The ids of what an incident names, a group by all that it holds. What the page does not list stands for itself.
    pub fn ids(&self, named: &[Component]) -> Vec<String> {
        let mut ids: Vec<String> = Vec::new();
        for component in named {
            let id = component.id.as_deref().or(component.name.as_deref()).unwrap_or_default();
            let places = self.places.get(id).into_iter().flatten();
            let mut found: Vec<String> =
                places.filter_map(|place| self.components.get(*place)).map(|c| c.id.clone()).collect();
            if found.is_empty() && !component.group {
                found.push(id.to_owned());
            }
            ids.extend(found);
        }
        let mut seen = HashSet::new();
        ids.retain(|id| seen.insert(id.clone()));
        ids
    }

    /// The components, in the page's order.
    pub fn into_components(self) -> Vec<ProviderComponent> {
        self.components
    }
}

fn component(listed: &Component, group: Option<&str>) -> ProviderComponent {
    let id = listed.id.clone().unwrap_or_default();
    ProviderComponent {
        name: text::title(listed.name.as_deref().unwrap_or(&id)),
        group: group.map(text::title),
        status: listed.status.as_deref().and_then(Status::parse).unwrap_or(Status::Unknown),
        id,
        ..ProviderComponent::default()
    }
}

fn places(leaves: &[&Component]) -> HashMap<String, Vec<usize>> {
    let mut places: HashMap<String, Vec<usize>> = HashMap::new();
    for (place, leaf) in leaves.iter().enumerate() {
        for id in [&leaf.id, &leaf.group_id].into_iter().flatten() {
            places.entry(id.clone()).or_default().push(place);
        }
    }
    places
}
