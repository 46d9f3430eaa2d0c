//! `sem_ver`: versions compared as Semantic Versioning 2.0.0 has it, read as tolerantly as flagd reads them.

use std::cmp::Ordering;

use super::convert::number_text;
use super::{Exhausted, Rule, Run, Val};
use crate::logic::path::Scope;

/// A version; what is absent is 0, and what stands after `+` is not looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Version {
    numbers: [u64; 3],
    before: Vec<Part>,
}

/// A part of what stands after `-`. Numbers come before words.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Number(u64),
    Word(String),
}

impl Version {
    /// `1`, `1.2`, `1.2.3`, `v1.2.3-rc.1+build`; nothing else.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
        let (text, build) = text.split_once('+').map_or((text, None), |(text, build)| (text, Some(build)));
        if !build.is_none_or(|build| build.split('.').all(is_word)) {
            return None;
        }
        let (core, before) = text.split_once('-').map_or((text, None), |(core, before)| (core, Some(before)));
        let mut numbers = [0; 3];
        let mut parts = core.split('.');
        for (place, part) in numbers.iter_mut().zip(parts.by_ref().take(3)) {
            *place = plain_number(part)?;
        }
        if parts.next().is_some() {
            return None;
        }
        let before: Option<Vec<Part>> =
            before.map_or(Some(Vec::new()), |before| before.split('.').map(Part::parse).collect());
        Some(Self { numbers, before: before? })
    }

    fn of(value: &Val<'_>) -> Option<Self> {
        match value {
            Val::Number(number) => Self::parse(&number_text(*number)),
            other => Self::parse(other.text()?),
        }
    }

    fn of_rule(rule: &Rule) -> Option<Self> {
        if let Rule::Constant(value) = rule { Self::of(&Val::of(value)) } else { None }
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        let finished = |version: &Self| version.before.is_empty();
        self.numbers
            .cmp(&other.numbers)
            .then(finished(self).cmp(&finished(other)))
            .then_with(|| self.before.cmp(&other.before))
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Part {
    fn parse(text: &str) -> Option<Self> {
        if !is_word(text) {
            return None;
        }
        match text.bytes().all(|byte| byte.is_ascii_digit()) {
            true => plain_number(text).map(Part::Number),
            false => Some(Part::Word(text.to_owned())),
        }
    }
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// Digits without leading zeros.
fn plain_number(text: &str) -> Option<u64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && (text.len() == 1 || !text.starts_with('0'));
    text.parse().ok().filter(|_| plain)
}

/// How two versions are to stand to each other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Relation {
    Is,
    IsNot,
    Less,
    AtMost,
    Greater,
    AtLeast,
    /// The same major version.
    SameMajor,
    /// The same major and minor version.
    SameMinor,
}

impl Relation {
    /// The relation of that sign.
    pub(crate) fn parse(sign: &str) -> Option<Self> {
        Some(match sign {
            "=" => Relation::Is,
            "!=" => Relation::IsNot,
            "<" => Relation::Less,
            "<=" => Relation::AtMost,
            ">" => Relation::Greater,
            ">=" => Relation::AtLeast,
            "^" => Relation::SameMajor,
            "~" => Relation::SameMinor,
            _ => return None,
        })
    }

    fn holds(self, a: &Version, b: &Version) -> bool {
        let same = |length: usize| a.numbers.get(..length) == b.numbers.get(..length);
        match self {
            Relation::Is => a == b,
            Relation::IsNot => a != b,
            Relation::Less => a < b,
            Relation::AtMost => a <= b,
            Relation::Greater => a > b,
            Relation::AtLeast => a >= b,
            Relation::SameMajor => same(1),
            Relation::SameMinor => same(2),
        }
    }
}

/// The operation; what is said in the rule is read beforehand.
#[derive(Debug)]
pub(crate) struct SemVer {
    rules: [Rule; 3],
    left: Option<Version>,
    relation: Option<Relation>,
    right: Option<Version>,
}

impl SemVer {
    pub(crate) fn new(rules: [Rule; 3]) -> Self {
        let [left, relation, right] = &rules;
        let sign = if let Rule::Constant(sign) = relation { sign.as_str() } else { None };
        Self {
            left: Version::of_rule(left),
            relation: sign.and_then(Relation::parse),
            right: Version::of_rule(right),
            rules,
        }
    }

    /// Whether it holds; null where a version or the relation cannot be understood.
    pub(crate) fn run<'a>(&'a self, run: &mut Run<'a>, scope: &Scope<'a>) -> Result<Val<'a>, Exhausted> {
        let [left, relation, right] = &self.rules;
        let left = version(run, scope, left, &self.left)?;
        let relation = match self.relation {
            Some(relation) => Some(relation),
            None => run.value(relation, scope)?.text().and_then(Relation::parse),
        };
        let right = version(run, scope, right, &self.right)?;
        Ok(match (left, relation, right) {
            (Some(left), Some(relation), Some(right)) => Val::Bool(relation.holds(&left, &right)),
            _ => Val::Null,
        })
    }
}

fn version<'a>(
    run: &mut Run<'a>,
    scope: &Scope<'a>,
    rule: &'a Rule,
    known: &Option<Version>,
) -> Result<Option<Version>, Exhausted> {
    match known {
        Some(known) => Ok(Some(known.clone())),
        None => {
            let value = run.value(rule, scope)?;
            run.spend_text(value.text().map_or(0, str::len))?;
            Ok(Version::of(&value))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_as_flagd_reads_them() {
        for good in ["1", "1.0", "v1.2.3", "V1.2.3", "1.2.3-rc.1", "1.2.3+build.5", "1.0.0--x", "1-rc"] {
            assert!(Version::parse(good).is_some(), "{good}");
        }
        for bad in [
            "",
            "v",
            "1.2.3.4",
            "01.2.3",
            "1..2",
            "a.b.c",
            "1.2.3-",
            "1.2.3-01",
            "1.2.3+",
            "1.2.3-a..b",
            "-1",
            "1 ",
            "99999999999999999999",
        ] {
            assert!(Version::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn they_stand_in_the_order_of_the_specification() {
        let order = [
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-alpha.beta",
            "1.0.0-beta",
            "1.0.0-beta.2",
            "1.0.0-beta.11",
            "1.0.0-rc.1",
            "1.0.0",
            "1.0.1",
            "1.2",
            "2",
        ];
        for pair in order.windows(2) {
            let [a, b] = [pair[0], pair[1]].map(|text| Version::parse(text).unwrap());
            assert!(a < b, "{pair:?}");
        }
        assert_eq!(Version::parse("1.0.0+a"), Version::parse("v1"));
    }
}
