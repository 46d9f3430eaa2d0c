//! Components of another tool, each with a slug of its own that is the same at every reading.

use std::collections::{BTreeMap, BTreeSet};

use contracts::incidents::PastComponent;
use kit_base::slug;

use super::loose::cut;

/// Components by their ids there.
#[derive(Default)]
pub(super) struct Components {
    slugs: BTreeMap<String, String>,
    taken: BTreeSet<String>,
    pub(super) all: Vec<PastComponent>,
}

impl Components {
    /// Adds a component; one that is known by its id already is not added again. Two of the same name are told apart by
    /// their groups, and then by their ids.
    pub(super) fn add(&mut self, id: &str, component: PastComponent) {
        if self.slugs.contains_key(id) || component.name.is_empty() {
            return;
        }
        let own = slug(&component.name);
        let wanted = [
            own.clone(),
            slug(&format!("{} {}", component.group, component.name)),
            format!("{own}-{}", slug(id)),
        ];
        let free = wanted.into_iter().find(|slug| !slug.is_empty() && !self.taken.contains(slug));
        let free: String = free.unwrap_or_else(|| slug(id)).chars().take(100).collect();
        self.taken.insert(free.clone());
        self.slugs.insert(id.to_owned(), free.clone());
        self.all.push(PastComponent {
            slug: free,
            name: cut(&component.name, 200),
            description: cut(&component.description, 2000),
            group: cut(&component.group, 200),
            ..component
        });
    }

    /// The slug of the component with that id there.
    pub(super) fn slug(&self, id: &str) -> Option<String> {
        self.slugs.get(id).cloned()
    }
}
