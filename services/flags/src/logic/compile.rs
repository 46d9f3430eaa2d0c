//! From JSON to a compiled rule. References are resolved here, so each rule is whole; what cannot be evaluated is told
//! with the path to it.

use serde_json::{Map, Value};

use super::fractional::{Entry, Fractional};
use super::path::Place;
use super::sem_ver::{Relation, SemVer, Version};
use super::shape::shape;
use super::{Each, Operator, Rule, Val};
use crate::model::Faults;

/// How deep rules may be in each other, references included.
const DEEPEST: usize = 50;
/// How many parts a flag's rule may have in all, references included.
const MOST_PARTS: usize = 5_000;
/// A list of so many texts is looked through by hash.
const MANY: usize = 8;

/// A rule that was compiled, and what it depends on.
#[derive(Debug)]
pub(crate) struct Compiled {
    pub rule: Rule,
    /// Whether it looks at the time, so that the same caller may get another answer later.
    pub timed: bool,
}

/// Compiles the rule that stands at `path`. Where faults are told that are not mere doubts, it is not to be used.
pub(crate) fn compile(
    value: &Value,
    evaluators: &Map<String, Value>,
    path: &str,
    faults: &mut Faults,
) -> Compiled {
    let mut compiler = Compiler {
        evaluators,
        faults,
        path: path.to_owned(),
        open: Vec::new(),
        left: MOST_PARTS,
        timed: false,
    };
    let rule = compiler.rule(value, 0);
    let (timed, parts) = (compiler.timed, MOST_PARTS - compiler.left);
    faults.count(parts);
    Compiled { rule, timed }
}

struct Compiler<'d> {
    evaluators: &'d Map<String, Value>,
    faults: &'d mut Faults,
    path: String,
    /// The references that lead here.
    open: Vec<&'d str>,
    left: usize,
    timed: bool,
}

const NOTHING: Rule = Rule::Constant(Value::Null);

impl<'d> Compiler<'d> {
    fn impossible(&mut self, message: impl Into<String>) -> Rule {
        self.faults.impossible(&self.path, message);
        NOTHING
    }

    fn doubt(&mut self, message: impl Into<String>) {
        self.faults.doubt(&self.path, message);
    }

    /// Does `work` with the path one part longer.
    fn within<T>(&mut self, part: &str, work: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.path.len();
        self.path.push_str(part);
        let done = work(self);
        self.path.truncate(before);
        done
    }

    fn rule(&mut self, value: &'d Value, depth: usize) -> Rule {
        if depth > DEEPEST {
            return self.impossible(format!("Rules are nested more than {DEEPEST} deep here."));
        }
        match self.left.checked_sub(1) {
            Some(left) => self.left = left,
            None => return self.impossible(format!("The rule has more than {MOST_PARTS} parts.")),
        }
        match value {
            Value::Array(items) => self.list(items, depth),
            Value::Object(members) => match members.iter().next() {
                Some((name, operands)) if members.len() == 1 => self.operation(name, operands, depth),
                None => Rule::Constant(value.clone()),
                Some(_) => {
                    self.doubt("An operation is an object with one name; this one has more.");
                    Rule::Constant(value.clone())
                }
            },
            plain => Rule::Constant(plain.clone()),
        }
    }

    fn list(&mut self, items: &'d [Value], depth: usize) -> Rule {
        let rules = self.all(items, depth);
        let constants: Option<Vec<Value>> = rules
            .iter()
            .map(|rule| if let Rule::Constant(value) = rule { Some(value.clone()) } else { None })
            .collect();
        constants.map_or(Rule::List(rules), |constants| Rule::Constant(Value::Array(constants)))
    }

    fn all(&mut self, items: &'d [Value], depth: usize) -> Vec<Rule> {
        let items = items.iter().enumerate();
        items
            .map(|(index, item)| self.within(&format!("[{index}]"), |this| this.rule(item, depth + 1)))
            .collect()
    }

    fn operation(&mut self, name: &'d str, operands: &'d Value, depth: usize) -> Rule {
        if name == "$ref" {
            return self.reference(operands, depth);
        }
        let list = operands.as_array();
        let one = std::slice::from_ref(operands);
        let items: &'d [Value] = list.map_or(one, Vec::as_slice);
        match shape(name) {
            Some(shape) => {
                if let Some(fault) = shape.fault(name, items.len(), list.is_some()) {
                    self.doubt(fault);
                }
            }
            None if name == "?:" => self.doubt("flagd does not know \"?:\"; \"if\" is the same."),
            None => {
                let name: String = name.chars().take(60).collect();
                return self.impossible(format!("There is no operation \"{name}\"."));
            }
        }
        self.within(&format!(".{name}"), |this| match name {
            "fractional" => this.fractional(items, depth),
            _ => {
                let rules = if list.is_some() {
                    this.all(items, depth)
                } else {
                    items.iter().map(|item| this.rule(item, depth + 1)).collect()
                };
                this.build(name, rules)
            }
        })
    }

    fn build(&mut self, name: &str, mut rules: Vec<Rule>) -> Rule {
        let take = |rules: &mut Vec<Rule>| if rules.is_empty() { NOTHING } else { rules.remove(0) };
        let each = match name {
            "map" => Some(Each::Map),
            "filter" => Some(Each::Filter),
            "all" => Some(Each::All),
            "none" => Some(Each::None),
            "some" => Some(Each::Some),
            _ => None,
        };
        if let Some(each) = each {
            return Rule::Each(each, Box::new(take(&mut rules)), Box::new(take(&mut rules)));
        }
        match name {
            "var" => self.var(rules),
            "if" | "?:" => Rule::If(rules),
            "and" => Rule::And(rules),
            "or" => Rule::Or(rules),
            "missing" => Rule::Missing(rules),
            "missing_some" => Rule::MissingSome(Box::new(take(&mut rules)), Box::new(take(&mut rules))),
            "reduce" => {
                let (list, rule) = (take(&mut rules), take(&mut rules));
                Rule::Reduce(Box::new(list), Box::new(rule), Box::new(take(&mut rules)))
            }
            "sem_ver" => self.sem_ver(rules),
            "in" => membership(rules),
            _ => match Operator::parse(name) {
                Some(operator) => {
                    self.check_texts(operator, &rules);
                    Rule::Apply(operator, rules)
                }
                None => self.impossible(format!("There is no operation \"{name}\".")),
            },
        }
    }

    fn check_texts(&mut self, operator: Operator, rules: &[Rule]) {
        let is_affix = matches!(operator, Operator::StartsWith | Operator::EndsWith);
        if is_affix && rules.iter().any(|rule| matches!(rule, Rule::Constant(value) if !value.is_string())) {
            self.doubt("Both operands are texts; with anything else it gives null.");
        }
    }

    fn var(&mut self, mut rules: Vec<Rule>) -> Rule {
        let default = (rules.len() > 1).then(|| Box::new(rules.remove(1)));
        let place = match rules.into_iter().next() {
            None | Some(Rule::Constant(Value::Null)) => Place::Whole,
            Some(Rule::Constant(Value::String(name))) => Place::parse(&name),
            Some(Rule::Constant(Value::Number(number))) => {
                Place::parse(&super::convert::number_text(number.as_f64().unwrap_or_default()))
            }
            Some(rule) => {
                // What it will name is not known, so it may be the time.
                self.timed = true;
                return Rule::VarOf(Box::new(rule), default);
            }
        };
        self.timed |= place == Place::Timestamp;
        if place == Place::Nowhere {
            self.doubt("Of $flagd there are only $flagd.flagKey and $flagd.timestamp.");
        }
        Rule::Var(place, default)
    }

    fn sem_ver(&mut self, rules: Vec<Rule>) -> Rule {
        let Ok(rules) = <[Rule; 3]>::try_from(rules) else { return NOTHING };
        let constant =
            |rule: &Rule| if let Rule::Constant(value) = rule { Some(value.clone()) } else { None };
        let [left, relation, right] = [0, 1, 2].map(|index| rules.get(index).and_then(constant));
        for version in [left, right].into_iter().flatten() {
            let text = match Val::of(&version) {
                Val::Number(number) => super::convert::number_text(number),
                value => value.text().unwrap_or_default().to_owned(),
            };
            if Version::parse(&text).is_none() {
                self.doubt(format!("{version} is no version, so this gives null."));
            }
        }
        if relation.is_some_and(|sign| sign.as_str().and_then(Relation::parse).is_none()) {
            self.doubt("Choose one of =, !=, <, <=, >, >=, ^, ~; with another sign this gives null.");
        }
        Rule::SemVer(Box::new(SemVer::new(rules)))
    }

    fn fractional(&mut self, items: &'d [Value], depth: usize) -> Rule {
        let (by, entries) = match items.split_first() {
            Some((first, rest)) if !first.is_array() => (Some(first), rest),
            _ => (None, items),
        };
        if by.is_some_and(|by| !by.is_object()) {
            self.doubt("What callers are told apart by is an operation, such as {\"var\": \"email\"}.");
        }
        if entries.is_empty() {
            self.doubt("It needs at least one [variant, weight].");
        }
        let first = items.len() - entries.len();
        let by = by.map(|by| self.within("[0]", |this| this.rule(by, depth + 1)));
        let (mut compiled, mut broken, mut total) = (Vec::new(), false, 0.0);
        for (index, entry) in entries.iter().enumerate() {
            let part = format!("[{}]", first + index);
            match self.within(&part, |this| this.entry(entry, depth, &mut total)) {
                Some(entry) => compiled.push(entry),
                None => broken = true,
            }
        }
        if total > f64::from(super::bucket::LARGEST) {
            self.doubt(format!("The weights sum up to more than {}.", super::bucket::LARGEST));
        }
        Rule::Fractional(Fractional::new(by, compiled, broken))
    }

    fn entry(&mut self, entry: &'d Value, depth: usize, total: &mut f64) -> Option<Entry> {
        let Some(parts @ ([_] | [_, _])) = entry.as_array().map(Vec::as_slice) else {
            self.doubt("Each part of the distribution is [variant] or [variant, weight].");
            return None;
        };
        let mut rules = self.all(parts, depth).into_iter();
        let entry = Entry { variant: rules.next()?, weight: rules.next() };
        if let Some(Rule::Constant(weight)) = &entry.weight {
            let number = weight.as_f64().filter(|number| number.fract() == 0.0 && *number >= 0.0);
            *total += number.unwrap_or_default();
            if number.is_none() {
                self.within("[1]", |this| this.doubt("A weight is a whole number from 0, or an operation."));
            }
        } else if entry.weight.is_none() {
            *total += 1.0;
        }
        Some(entry)
    }

    fn reference(&mut self, name: &'d Value, depth: usize) -> Rule {
        let Some(name) = name.as_str() else {
            return self.impossible("A $ref is the name of one of the $evaluators.");
        };
        let shown: String = name.chars().take(60).collect();
        let Some((name, evaluator)) = self.evaluators.get_key_value(name) else {
            return self.within(".$ref", |this| {
                this.impossible(format!("There is no \"{shown}\" among the $evaluators."))
            });
        };
        if self.open.contains(&name.as_str()) {
            let circle: Vec<&str> = self.open.iter().copied().chain([name.as_str()]).collect();
            let circle = circle.join(" -> ");
            return self.within(".$ref", |this| {
                this.impossible(format!("The $evaluators go in a circle: {circle}."))
            });
        }
        self.open.push(name);
        // What is wrong in there is told where it stands, once.
        let before = std::mem::replace(&mut self.path, format!("$evaluators.{name}"));
        let rule = self.rule(evaluator, depth + 1);
        self.path = before;
        self.open.pop();
        rule
    }
}

/// `in` with many texts that are known beforehand is a look into a set.
fn membership(mut rules: Vec<Rule>) -> Rule {
    let texts = match rules.as_slice() {
        [_, Rule::Constant(Value::Array(items))] if items.len() >= MANY => {
            items.iter().map(|item| item.as_str().map(str::to_owned)).collect()
        }
        _ => None,
    };
    match texts {
        Some(texts) => Rule::OneOf(Box::new(rules.swap_remove(0)), texts),
        None => Rule::Apply(Operator::In, rules),
    }
}
