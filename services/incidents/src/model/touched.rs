//! Which part of the past a changed incident touches: no more than what differs, so that no more is counted anew.

use std::collections::BTreeSet;

use contracts::Status;

/// How an incident weighs on the history: this status, from one moment to another in microseconds, on these components.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Weight {
    pub level: Status,
    pub from: i64,
    pub to: i64,
    pub components: BTreeSet<String>,
}

/// A component and a time of it.
pub(crate) type Touched = (String, i64, i64);

/// What differs between how the incident weighed and how it weighs; nothing weighs where it does not count.
pub(crate) fn touched(before: Option<&Weight>, after: Option<&Weight>) -> Vec<Touched> {
    let none = BTreeSet::new();
    let old = before.map_or(&none, |weight| &weight.components);
    let new = after.map_or(&none, |weight| &weight.components);
    let mut touched = Vec::new();
    for component in old.union(new) {
        let on =
            |weight: Option<&Weight>| weight.filter(|weight| weight.components.contains(component)).cloned();
        let spans = differing(on(before), on(after));
        touched.extend(
            spans.into_iter().filter(|(from, to)| from < to).map(|(from, to)| (component.clone(), from, to)),
        );
    }
    touched
}

fn differing(before: Option<Weight>, after: Option<Weight>) -> Vec<(i64, i64)> {
    match (before, after) {
        (None, None) => Vec::new(),
        (Some(one), None) | (None, Some(one)) => vec![(one.from, one.to)],
        (Some(before), Some(after)) => {
            let apart = before.to <= after.from || after.to <= before.from;
            if before.level != after.level || apart {
                return vec![(before.from, before.to), (after.from, after.to)];
            }
            let starts = (before.from.min(after.from), before.from.max(after.from));
            let ends = (before.to.min(after.to), before.to.max(after.to));
            vec![starts, ends]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weight(level: Status, from: i64, to: i64, components: &[&str]) -> Weight {
        Weight { level, from, to, components: components.iter().map(|slug| (*slug).to_owned()).collect() }
    }

    fn told(touched: Vec<Touched>) -> Vec<String> {
        touched.iter().map(|(component, from, to)| format!("{component} {from}..{to}")).collect()
    }

    #[test]
    fn only_what_differs_is_touched() {
        let major = Status::MajorOutage;
        let old = weight(major, 10, 50, &["a", "b"]);
        assert_eq!(told(touched(Some(&old), Some(&old))), Vec::<String>::new());
        assert_eq!(told(touched(None, Some(&old))), ["a 10..50", "b 10..50"]);
        assert_eq!(told(touched(Some(&old), None)), ["a 10..50", "b 10..50"]);
        let moved = weight(major, 5, 60, &["b", "c"]);
        assert_eq!(told(touched(Some(&old), Some(&moved))), ["a 10..50", "b 5..10", "b 50..60", "c 5..60"]);
        let milder = weight(Status::PartialOutage, 10, 50, &["a", "b"]);
        assert_eq!(
            told(touched(Some(&old), Some(&milder))),
            ["a 10..50", "a 10..50", "b 10..50", "b 10..50"]
        );
        let elsewhere = weight(major, 70, 80, &["a"]);
        assert_eq!(told(touched(Some(&old), Some(&elsewhere))), ["a 10..50", "a 70..80", "b 10..50"]);
    }
}
