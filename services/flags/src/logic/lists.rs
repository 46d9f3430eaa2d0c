//! Operations on lists: a rule for each item, and what is missing.

use super::evaluate::{decides, list};
use super::path::Scope;
use super::{Each, Exhausted, Rule, Run, Val};

impl<'a> Run<'a> {
    pub(super) fn each(
        &mut self,
        each: Each,
        of: &'a Rule,
        rule: &'a Rule,
        scope: &Scope<'a>,
    ) -> Result<Val<'a>, Exhausted> {
        let items = self.value(of, scope)?.items();
        let length = items.as_ref().map_or(0, |items| items.len());
        let mut kept = Vec::new();
        for item in items.iter().flat_map(|items| items.iter()) {
            let value = self.value(rule, &Scope::Value(item.clone()))?;
            match each {
                Each::Map => kept.push(value),
                Each::Filter if value.is_true() => kept.push(item),
                Each::Filter => {}
                Each::All | Each::None | Each::Some => {
                    if let Some(answer) = decides(each, value.is_true()) {
                        return Ok(Val::Bool(answer));
                    }
                }
            }
        }
        Ok(match each {
            Each::Map | Each::Filter => list(kept),
            // Of an empty list nothing is said to hold for all.
            Each::All => Val::Bool(length > 0),
            Each::None => Val::Bool(true),
            Each::Some => Val::Bool(false),
        })
    }

    pub(super) fn reduce(
        &mut self,
        of: &'a Rule,
        rule: &'a Rule,
        beginning: &'a Rule,
        scope: &Scope<'a>,
    ) -> Result<Val<'a>, Exhausted> {
        let items = self.value(of, scope)?.items();
        let mut accumulator = self.value(beginning, scope)?;
        for current in items.iter().flat_map(|items| items.iter()) {
            accumulator = self.value(rule, &Scope::Fold { current, accumulator })?;
        }
        Ok(accumulator)
    }

    /// The names at which there is nothing, not even a text with letters.
    pub(super) fn missing(&mut self, names: Vec<Val<'a>>, scope: &Scope<'a>) -> Result<Val<'a>, Exhausted> {
        let names = match names.first().and_then(Val::items) {
            Some(first) => first.iter().collect(),
            None => names,
        };
        self.spend(names.len())?;
        let mut missing = Vec::new();
        for name in names {
            let found = self.named(&name, scope)?;
            if found.is_none_or(|found| matches!(found, Val::Null) || found.text() == Some("")) {
                missing.push(name);
            }
        }
        Ok(list(missing))
    }

    pub(super) fn missing_some(
        &mut self,
        need: &'a Rule,
        names: &'a Rule,
        scope: &Scope<'a>,
    ) -> Result<Val<'a>, Exhausted> {
        let need = super::convert::number(&self.value(need, scope)?);
        let names: Vec<Val<'a>> =
            self.value(names, scope)?.items().map(|items| items.iter().collect()).unwrap_or_default();
        let asked = names.len();
        let missing = if names.is_empty() { list(names) } else { self.missing(vec![list(names)], scope)? };
        let absent = missing.items().map_or(0, |items| items.len());
        #[expect(clippy::cast_precision_loss, reason = "lists are far shorter than 2^53")]
        let enough = (asked - absent) as f64 >= need;
        Ok(if enough { list(Vec::new()) } else { missing })
    }
}
