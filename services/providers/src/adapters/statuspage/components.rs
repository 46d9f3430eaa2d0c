//! The components of a page: groups taken apart from what they hold, order and keys settled, found again by
//! id.

use std::collections::{HashMap, HashSet};

use contracts::Status;
use contracts::providers::ProviderComponent;

use super::wire::Component;
use crate::adapters::keys::{self, Named};
use crate::adapters::text;

const NAME_LETTERS: usize = 300;

/// The components of a page without its groups, and which of them an id means.
pub(super) struct Directory {
    components: Vec<ProviderComponent>,
    /// By the id of a component itself, by the id of a group all that it holds: places in `components`.
    places: HashMap<String, Vec<usize>>,
}

impl Directory {
    /// Takes in the components of a document.
    pub fn of(listed: Vec<Component>) -> Self {
        let held: HashSet<&str> = listed.iter().filter_map(|c| c.group_id.as_deref()).collect();
        // An imitator may leave `group` out: what others name as their group is one all the same.
        let is_group = |c: &Component| c.group || c.id.as_deref().is_some_and(|id| held.contains(id));
        let groups: HashMap<&str, &Component> =
            listed.iter().filter(|c| is_group(c)).filter_map(|c| Some((c.id.as_deref()?, c))).collect();
        let group_of = |c: &Component| c.group_id.as_deref().and_then(|id| groups.get(id).copied());

        let mut leaves: Vec<&Component> = listed.iter().filter(|c| !is_group(c)).collect();
        // Positions count anew in each group, so the place of a component is that of its group first.
        leaves.sort_by_key(|c| {
            let outer = group_of(c).unwrap_or(c).position.unwrap_or(i64::MAX);
            (outer, group_of(c).and_then(|g| g.id.as_deref()), c.position.unwrap_or(i64::MAX))
        });

        let mut components: Vec<ProviderComponent> = leaves
            .iter()
            .map(|c| component(c, group_of(c).and_then(|group| group.name.as_deref())))
            .collect();
        name_them(&mut components);
        Self { places: places(&leaves), components }
    }

    /// The keys of what an incident names. What the page no longer lists, or a document without components
    /// cannot list, is named as it would be there if its name stood once.
    pub fn keys(&self, named: &[Component]) -> Vec<String> {
        let mut keys: Vec<String> = Vec::new();
        for component in named {
            let id = component.id.as_deref().unwrap_or_default();
            let listed =
                self.places.get(id).into_iter().flatten().filter_map(|place| self.components.get(*place));
            let mut found: Vec<String> = listed.map(|c| c.key.clone()).collect();
            if found.is_empty() && !component.group {
                let spelt = [keys::spell(component.name.as_deref().unwrap_or_default()), keys::spell(id)];
                found.extend(spelt.into_iter().find(|key| !key.is_empty()));
            }
            keys.extend(found);
        }
        let mut seen = HashSet::new();
        keys.retain(|key| seen.insert(key.clone()));
        keys
    }

    /// The components, in the page's order.
    pub fn into_components(self) -> Vec<ProviderComponent> {
        self.components
    }
}

fn component(listed: &Component, group: Option<&str>) -> ProviderComponent {
    let id = listed.id.clone().unwrap_or_default();
    ProviderComponent {
        key: String::new(),
        name: text::line(listed.name.as_deref().unwrap_or(&id), NAME_LETTERS),
        group: group.map(|name| text::line(name, NAME_LETTERS)),
        status: listed.status.as_deref().and_then(Status::parse).unwrap_or(Status::Unknown),
        id,
    }
}

fn name_them(components: &mut [ProviderComponent]) {
    let named = components.iter().map(|c| Named { id: &c.id, name: &c.name, group: c.group.as_deref() });
    let keys = keys::assign(&named.collect::<Vec<_>>());
    for (component, key) in components.iter_mut().zip(keys) {
        component.key = key;
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
