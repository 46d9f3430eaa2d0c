//! Evaluation: a walk over the compiled rule that counts its steps.

use std::rc::Rc;

use serde_json::Value;

use super::path::{Place, Scope};
use super::{Bucketing, Each, Exhausted, Rule, Val, operators};

/// So many bytes of text weigh as much as a step.
const BYTES_A_STEP: usize = 64;

/// Steps that may still be taken.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Budget(pub u32);

/// One evaluation of one rule.
pub(crate) struct Run<'a> {
    /// The flag that it is for.
    pub key: &'a str,
    /// What the caller says of itself.
    pub context: &'a Value,
    /// The time in seconds.
    pub now: i64,
    /// How `fractional` divides.
    pub bucketing: Bucketing,
    /// What may still be done.
    pub budget: Budget,
}

impl<'a> Run<'a> {
    /// What the rule gives for the context.
    pub(crate) fn run(&mut self, rule: &'a Rule) -> Result<Val<'a>, Exhausted> {
        self.value(rule, &Scope::Value(Val::of(self.context)))
    }

    /// Takes so many steps.
    pub(crate) fn spend(&mut self, steps: usize) -> Result<(), Exhausted> {
        let steps = u32::try_from(steps).map_err(|_| Exhausted)?;
        self.budget.0 = self.budget.0.checked_sub(steps).ok_or(Exhausted)?;
        Ok(())
    }

    /// Takes the steps that so many bytes of text are worth.
    pub(crate) fn spend_text(&mut self, bytes: usize) -> Result<(), Exhausted> {
        self.spend(bytes / BYTES_A_STEP)
    }

    /// What the rule gives within this scope. It goes as deep as the rule does, which is bounded where it is compiled.
    pub(crate) fn value(&mut self, rule: &'a Rule, scope: &Scope<'a>) -> Result<Val<'a>, Exhausted> {
        self.spend(1)?;
        match rule {
            Rule::Constant(value) => Ok(Val::of(value)),
            Rule::List(items) => Ok(Val::List(self.values(items, scope)?.into())),
            Rule::Var(place, default) => match self.at(place, scope) {
                Some(found) => Ok(found),
                None => default.as_ref().map_or(Ok(Val::Null), |default| self.value(default, scope)),
            },
            Rule::VarOf(place, default) => {
                let name = self.value(place, scope)?;
                match self.named(&name, scope)? {
                    Some(found) => Ok(found),
                    None => default.as_ref().map_or(Ok(Val::Null), |default| self.value(default, scope)),
                }
            }
            Rule::If(branches) => self.choose(branches, scope),
            Rule::And(rules) => self.until(rules, scope, false),
            Rule::Or(rules) => self.until(rules, scope, true),
            Rule::OneOf(rule, texts) => {
                let value = self.value(rule, scope)?;
                let text = value.text();
                self.spend_text(text.map_or(0, str::len))?;
                Ok(Val::Bool(text.is_some_and(|text| texts.contains(text))))
            }
            Rule::Apply(operator, rules) => {
                let values = self.values(rules, scope)?;
                operators::apply(self, *operator, &values)
            }
            Rule::Each(each, list, rule) => self.each(*each, list, rule, scope),
            Rule::Reduce(list, rule, beginning) => self.reduce(list, rule, beginning, scope),
            Rule::Missing(rules) => {
                let values = self.values(rules, scope)?;
                self.missing(values, scope)
            }
            Rule::MissingSome(need, names) => self.missing_some(need, names, scope),
            Rule::Fractional(fractional) => fractional.run(self, scope),
            Rule::SemVer(sem_ver) => sem_ver.run(self, scope),
        }
    }

    fn values(&mut self, rules: &'a [Rule], scope: &Scope<'a>) -> Result<Vec<Val<'a>>, Exhausted> {
        rules.iter().map(|rule| self.value(rule, scope)).collect()
    }

    /// What is at a place that was known beforehand.
    fn at(&self, place: &Place, scope: &Scope<'a>) -> Option<Val<'a>> {
        match place {
            Place::Whole => Some(scope.whole()),
            Place::Parts(parts) => scope.find(parts.iter().map(String::as_str)),
            Place::FlagKey => Some(Val::Text(self.key)),
            #[expect(clippy::cast_precision_loss, reason = "seconds stay below 2^53")]
            Place::Timestamp => Some(Val::Number(self.now as f64)),
            Place::Nowhere => None,
        }
    }

    /// What is at a place that a value names.
    pub(super) fn named(&mut self, name: &Val<'a>, scope: &Scope<'a>) -> Result<Option<Val<'a>>, Exhausted> {
        let name = match name {
            Val::Null => return Ok(Some(scope.whole())),
            Val::Number(number) => super::convert::number_text(*number),
            other => match other.text() {
                Some(text) => text.to_owned(),
                None => return Ok(None),
            },
        };
        self.spend_text(name.len())?;
        Ok(match Place::parse(&name) {
            Place::Parts(_) => scope.find(name.split('.')),
            place => self.at(&place, scope),
        })
    }

    /// The first branch whose condition is true; the last one without a condition is for all others.
    fn choose(&mut self, branches: &'a [Rule], scope: &Scope<'a>) -> Result<Val<'a>, Exhausted> {
        let mut pairs = branches.chunks_exact(2);
        for pair in &mut pairs {
            if let [condition, then] = pair
                && self.value(condition, scope)?.is_true()
            {
                return self.value(then, scope);
            }
        }
        pairs.remainder().first().map_or(Ok(Val::Null), |last| self.value(last, scope))
    }

    /// The first value that is true (or false), or else the last.
    fn until(&mut self, rules: &'a [Rule], scope: &Scope<'a>, wanted: bool) -> Result<Val<'a>, Exhausted> {
        let mut last = Val::Null;
        for rule in rules {
            last = self.value(rule, scope)?;
            if last.is_true() == wanted {
                break;
            }
        }
        Ok(last)
    }
}

/// The list with these items.
pub(super) fn list<'a>(items: Vec<Val<'a>>) -> Val<'a> {
    Val::List(Rc::from(items))
}

/// Whether an item decides the question, and how.
pub(super) fn decides(each: Each, holds: bool) -> Option<bool> {
    match (each, holds) {
        (Each::All, false) | (Each::None, true) => Some(false),
        (Each::Some, true) => Some(true),
        _ => None,
    }
}
