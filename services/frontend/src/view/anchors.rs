//! Ids of elements: made from names, unique on the page, and the same from one rendering to the next,
//! so that links to them hold and `live.js` can tell what changed.

use std::collections::HashSet;

use kit_base::slug;

use crate::text;

/// The ids that are taken.
#[derive(Debug, Default)]
pub struct Anchors(HashSet<String>);

impl Anchors {
    /// An id for a thing of this kind and name.
    pub fn make(&mut self, kind: &str, name: &str) -> String {
        let base = format!("{kind}-{}", slug(&text::line(name, 60)));
        let mut id = base.clone();
        let mut nth = 2;
        while !self.0.insert(id.clone()) {
            id = format!("{base}-{nth}");
            nth += 1;
        }
        id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_never_meet() {
        let mut anchors = Anchors::default();
        assert_eq!(anchors.make("group", "The Shop"), "group-the-shop");
        assert_eq!(anchors.make("group", "the shop!"), "group-the-shop-2");
        assert_eq!(anchors.make("group", "The shop 2"), "group-the-shop-2-2");
        assert_eq!(anchors.make("group", "\"><script>"), "group-script");
        assert_eq!(anchors.make("group", "!!"), "group-");
    }
}
