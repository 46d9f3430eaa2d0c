//! A flag as it is evaluated: every answer that it can give is ready as bytes, and a rule only chooses among them.

use std::collections::HashMap;

use bytes::Bytes;
use contracts::flags::{Definition, FlagState, SwitchAction};
use serde_json::{Map, Value, json};

use super::Faults;
use crate::logic::{self, Bucketing, Budget, Compiled, Exhausted, Run, Val};

/// What a kill switch does to the flag now.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Overlay {
    pub action: SwitchAction,
    pub variant: Option<String>,
    /// The incident that pulled it.
    pub incident: String,
}

/// A flag, ready to be evaluated.
#[derive(Debug)]
pub(crate) struct Prepared {
    key: String,
    plan: Plan,
    /// Whether it gives no value at present.
    pub off: bool,
}

#[derive(Debug)]
enum Plan {
    /// Everybody gets the same.
    Fixed(Ready),
    /// A rule says who gets what.
    Ruled { rule: Compiled, matched: HashMap<String, Ready>, default: Ready },
}

/// An answer, ready.
#[derive(Clone, Debug)]
pub(crate) struct Ready {
    /// An entry as OFREP has it.
    pub bytes: Bytes,
    /// The variant that it gives.
    pub variant: Option<String>,
}

/// What an evaluation gives.
pub(crate) enum Answer<'p> {
    /// An answer with 200.
    Ready(&'p Ready),
    /// 400 `GENERAL`, with this reason.
    Failed(String),
}

impl Prepared {
    /// Makes every answer of the flag. A rule that cannot be compiled (which writing refuses) chooses nothing.
    pub(crate) fn new(
        key: &str,
        definition: &Definition,
        evaluators: &Map<String, Value>,
        set_metadata: &Map<String, Value>,
        overlay: Option<&Overlay>,
    ) -> Self {
        let mut metadata = set_metadata.clone();
        metadata.extend(definition.metadata.iter().map(|(name, value)| (name.clone(), value.clone())));
        if let Some(overlay) = overlay {
            metadata.insert("polystatus.incident".to_owned(), Value::from(overlay.incident.as_str()));
        }
        let ready = |reason: &str, variant: Option<&str>| {
            let value = variant.and_then(|name| Some((name, definition.variants.get(name)?)));
            let mut entry =
                Map::from_iter([("key".to_owned(), json!(key)), ("reason".to_owned(), json!(reason))]);
            if let Some((name, value)) = value {
                entry.insert("value".to_owned(), value.clone());
                entry.insert("variant".to_owned(), json!(name));
            }
            entry.insert("metadata".to_owned(), Value::Object(metadata.clone()));
            Ready {
                bytes: Value::Object(entry).to_string().into(),
                variant: value.map(|(name, _)| name.to_owned()),
            }
        };
        let default = definition.default_variant.as_deref();
        let off = definition.state == FlagState::Disabled
            || overlay.is_some_and(|overlay| overlay.action == SwitchAction::Disable);
        let forced = overlay.and_then(|overlay| overlay.variant.as_deref());
        let plan = match &definition.targeting {
            _ if off => Plan::Fixed(ready("DISABLED", None)),
            _ if forced.is_some() => Plan::Fixed(ready("STATIC", forced)),
            None if default.is_none() => Plan::Fixed(ready("DEFAULT", None)),
            None => Plan::Fixed(ready("STATIC", default)),
            Some(rule) => Plan::Ruled {
                rule: logic::compile(rule, evaluators, "", &mut Faults::default()),
                matched: definition
                    .variants
                    .keys()
                    .map(|name| (name.clone(), ready("TARGETING_MATCH", Some(name))))
                    .collect(),
                default: ready("DEFAULT", default),
            },
        };
        Self { key: key.to_owned(), plan, off }
    }

    /// Whether the same caller may get another answer later, though nothing was changed.
    pub(crate) fn is_timed(&self) -> bool {
        matches!(&self.plan, Plan::Ruled { rule, .. } if rule.timed)
    }

    /// The answer for this context.
    pub(crate) fn evaluate(
        &self,
        context: &Value,
        now: i64,
        bucketing: Bucketing,
        budget: &mut Budget,
    ) -> Answer<'_> {
        let (rule, matched, default) = match &self.plan {
            Plan::Fixed(ready) => return Answer::Ready(ready),
            Plan::Ruled { rule, matched, default } => (rule, matched, default),
        };
        let (value, left) = chosen(&self.key, rule, context, now, bucketing, *budget);
        *budget = left;
        let name = match &value {
            Err(Exhausted) => {
                return Answer::Failed(
                    "The flag's targeting took too many steps for this context.".to_owned(),
                );
            }
            Ok(Chosen::Nothing) => return Answer::Ready(default),
            Ok(Chosen::Other) => {
                return Answer::Failed("The flag's targeting gave neither a variant nor null.".to_owned());
            }
            Ok(Chosen::Name(name)) => name,
        };
        match matched.get(name.as_str()) {
            Some(ready) => Answer::Ready(ready),
            None => {
                let name: String = name.chars().take(60).collect();
                Answer::Failed(format!(
                    "The flag's targeting gave \"{name}\", which is none of its variants."
                ))
            }
        }
    }
}

/// What a rule says of the variant.
enum Chosen {
    Nothing,
    Name(String),
    Other,
}

fn chosen(
    key: &str,
    rule: &Compiled,
    context: &Value,
    now: i64,
    bucketing: Bucketing,
    budget: Budget,
) -> (Result<Chosen, Exhausted>, Budget) {
    let mut run = Run { key, context, now, bucketing, budget };
    let value = run.run(&rule.rule);
    let chosen = value.map(|value| match value {
        Val::Null => Chosen::Nothing,
        // What is no number is null in JSON.
        Val::Number(number) if !number.is_finite() => Chosen::Nothing,
        Val::Bool(value) => Chosen::Name(value.to_string()),
        Val::Text(_) | Val::Made(_) => Chosen::Name(value.text().unwrap_or_default().to_owned()),
        Val::Number(_) | Val::List(_) | Val::Data(_) => Chosen::Other,
    });
    (chosen, run.budget)
}

/// An entry that tells of a failure, as OFREP has it.
pub(crate) fn failure(key: Option<&str>, code: &str, details: &str) -> Value {
    let mut entry = Map::new();
    if let Some(key) = key {
        entry.insert("key".to_owned(), json!(key));
    }
    entry.insert("errorCode".to_owned(), json!(code));
    entry.insert("errorDetails".to_owned(), json!(details));
    Value::Object(entry)
}
