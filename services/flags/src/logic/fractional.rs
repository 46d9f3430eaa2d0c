//! `fractional`: callers divided among variants by weight, the same caller always into the same part.

use super::bucket::LARGEST;
use super::path::Scope;
use super::{Exhausted, Rule, Run, Val};

/// A distribution, compiled.
#[derive(Debug)]
pub(crate) struct Fractional {
    /// What callers are told apart by; flag and targeting key where nothing is said.
    by: Option<Box<Rule>>,
    entries: Vec<Entry>,
    /// The weights, where none has to be worked out.
    known: Option<Vec<u32>>,
    /// Whether an entry is no list, so that nothing can come of it.
    broken: bool,
}

/// A part of the callers.
#[derive(Debug)]
pub(crate) struct Entry {
    pub variant: Rule,
    /// 1 where nothing is said.
    pub weight: Option<Rule>,
}

impl Fractional {
    pub(crate) fn new(by: Option<Rule>, entries: Vec<Entry>, broken: bool) -> Self {
        let known = entries.iter().map(|entry| match &entry.weight {
            None => Some(1),
            Some(Rule::Constant(weight)) => weight_of(&Val::of(weight)),
            Some(_) => None,
        });
        let known = known.collect();
        Self { by: by.map(Box::new), entries, known, broken }
    }

    /// The variant for this caller; null where there is nothing to tell callers apart by, and where the weights are none.
    pub(crate) fn run<'a>(&'a self, run: &mut Run<'a>, scope: &Scope<'a>) -> Result<Val<'a>, Exhausted> {
        let hash = match &self.by {
            Some(by) => {
                let value = run.value(by, scope)?;
                run.spend_text(value.text().map_or(0, str::len))?;
                run.bucketing.hash(&value)
            }
            None => {
                let targeting_key = run.context.get("targetingKey").and_then(|key| key.as_str());
                run.spend_text(targeting_key.map_or(0, str::len))?;
                targeting_key
                    .filter(|key| !key.is_empty())
                    .and_then(|targeting_key| run.bucketing.hash_of_caller(run.key, targeting_key))
            }
        };
        let Some(hash) = hash.filter(|_| !self.broken) else { return Ok(Val::Null) };
        let chosen = match &self.known {
            Some(weights) => choose(run, hash, weights),
            None => match self.weights(run, scope)? {
                Some(weights) => choose(run, hash, &weights),
                None => None,
            },
        };
        match chosen.and_then(|index| self.entries.get(index)) {
            Some(entry) => {
                let value = run.value(&entry.variant, scope)?;
                Ok(if matches!(value, Val::List(_) | Val::Data(_)) { Val::Null } else { value })
            }
            None => Ok(Val::Null),
        }
    }

    fn weights<'a>(&'a self, run: &mut Run<'a>, scope: &Scope<'a>) -> Result<Option<Vec<u32>>, Exhausted> {
        let mut weights = Vec::with_capacity(self.entries.len());
        for entry in &self.entries {
            let weight = match &entry.weight {
                None => Some(1),
                Some(weight) => weight_of(&run.value(weight, scope)?),
            };
            match weight {
                Some(weight) => weights.push(weight),
                None => return Ok(None),
            }
        }
        Ok(Some(weights))
    }
}

fn choose(run: &Run<'_>, hash: u32, weights: &[u32]) -> Option<usize> {
    let total = weights.iter().try_fold(0_u32, |total, weight| total.checked_add(*weight))?;
    if total > LARGEST {
        return None;
    }
    run.bucketing.choose(hash, weights.iter().copied(), total)
}

/// A whole number; less than nothing is nothing.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "checked to be whole and within the range"
)]
fn weight_of(value: &Val<'_>) -> Option<u32> {
    match value {
        Val::Number(number) if number.fract() == 0.0 && *number <= f64::from(LARGEST) => {
            Some(number.max(0.0) as u32)
        }
        _ => None,
    }
}
