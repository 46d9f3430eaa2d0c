//! From the plain form to flagd's: every mistake with the path to it, and no more of them than anybody reads.

use std::collections::HashSet;

use contracts::flags::{Definition, FlagState};
use kit_base::FieldErrors;
use serde_json::{Map, Value, json};

use super::OPERATIONS;
use crate::model::definition::{MOST_VARIANTS, shortened};

/// Places at which mistakes are told, at most.
const MOST_TOLD: usize = 100;
/// Names that are offered where one is wrong, at most.
const MOST_OFFERED: usize = 10;

const TRUE: [&str; 4] = ["true", "on", "yes", "enabled"];
const FALSE: [&str; 4] = ["false", "off", "no", "disabled"];
/// Reads the plain form, given by its members. Faults are told by the path to them.
pub(crate) fn from_view<'v>(
    member: impl Fn(&str) -> Option<&'v Value>,
    on: bool,
    errors: &mut FieldErrors,
) -> Definition {
    let mut reader = Reader { errors, variations: Vec::new() };
    let boolean = match member("kind").and_then(Value::as_str) {
        None | Some("boolean") => true,
        Some("multivar") => false,
        Some(_) => {
            reader.reject("kind", "Choose boolean or multivar.");
            true
        }
    };
    reader.variations = reader.names(member("variations"), boolean);
    let variants = reader.variants(boolean);
    let default_variant = match member("fallthrough") {
        None | Some(Value::Null) => reader.last_resort(&variants),
        // As a flag without a default is shown: the value in the program's code is taken.
        Some(fallthrough) if fallthrough.get("variation") == Some(&Value::Null) => None,
        Some(fallthrough) => reader.variation(fallthrough.get("variation"), "fallthrough.variation"),
    };
    let mut branches = reader.targets(member("targets"));
    reader.rules(member("rules"), &mut branches);
    let targeting = (!branches.is_empty()).then(|| {
        branches.push(Value::Null);
        json!({ "if": branches })
    });
    let state = if on { FlagState::Enabled } else { FlagState::Disabled };
    Definition { state, variants, default_variant, targeting, metadata: Map::new() }
}

struct Reader<'e> {
    errors: &'e mut FieldErrors,
    variations: Vec<String>,
}

impl Reader<'_> {
    fn reject(&mut self, path: &str, message: impl Into<String>) {
        if self.errors.len() < MOST_TOLD || self.errors.contains_key(path) {
            self.errors.entry(path.to_owned()).or_default().push(message.into());
        }
    }

    fn names(&mut self, value: Option<&Value>, boolean: bool) -> Vec<String> {
        let Some(items) = value.filter(|value| !value.is_null()) else {
            if !boolean {
                self.reject("variations", "This field is required.");
            }
            return ["on", "off"].map(str::to_owned).to_vec();
        };
        let names: Option<Vec<String>> =
            items.as_array().map(Vec::as_slice).unwrap_or_default().iter().map(text_of).collect();
        let mut names = names.unwrap_or_default();
        if names.len() > MOST_VARIANTS {
            self.reject("variations", format!("There are at most {MOST_VARIANTS} of them."));
            names.truncate(MOST_VARIANTS);
        }
        let mut seen = HashSet::new();
        let unique = names.iter().all(|name| seen.insert(name));
        if names.is_empty() || !unique || names.iter().any(String::is_empty) {
            self.reject("variations", "It is a list of texts, at least one, each once.");
        } else if boolean && names.len() != 2 {
            self.reject("variations", "A boolean flag has two variations.");
        }
        names
    }

    /// The values: of a boolean flag true and false, of others the names themselves.
    fn variants(&self, boolean: bool) -> Map<String, Value> {
        let says = |words: &[&str]| {
            self.variations.iter().position(|name| words.contains(&name.to_ascii_lowercase().as_str()))
        };
        let truth = says(&TRUE).or(says(&FALSE).map(|place| 1 - place.min(1))).unwrap_or(0);
        let names = self.variations.iter().enumerate();
        names
            .map(|(place, name)| {
                let value = if boolean { json!(place == truth) } else { json!(name) };
                (name.clone(), value)
            })
            .collect()
    }

    /// Where nothing is said: what is false, or else the first.
    fn last_resort(&self, variants: &Map<String, Value>) -> Option<String> {
        let off = variants.iter().find(|(_, value)| **value == Value::Bool(false)).map(|(name, _)| name);
        off.or(self.variations.first()).cloned()
    }

    /// A variation by its name, or by its place in the list.
    fn variation(&mut self, value: Option<&Value>, path: &str) -> Option<String> {
        let by_place =
            value.and_then(Value::as_u64).and_then(|place| self.variations.get(usize::try_from(place).ok()?));
        let by_name = value.and_then(text_of);
        let found = self.variations.iter().find(|name| Some(*name) == by_name.as_ref()).or(by_place).cloned();
        if found.is_none() {
            let known: Vec<String> =
                self.variations.iter().take(MOST_OFFERED).map(|name| shortened(name)).collect();
            let more = if self.variations.len() > MOST_OFFERED { ", …" } else { "" };
            self.reject(path, format!("It is one of the variations: {}{more}.", known.join(", ")));
        }
        found
    }

    /// Users by name, those with one variation together.
    fn targets(&mut self, value: Option<&Value>) -> Vec<Value> {
        let users = match value {
            None | Some(Value::Null) => return Vec::new(),
            Some(targets) => match targets.get("users") {
                None if targets.is_object() => return Vec::new(),
                users => users.and_then(Value::as_object),
            },
        };
        let Some(users) = users else {
            self.reject("targets.users", "It is an object: names of users, and their variations.");
            return Vec::new();
        };
        let mut groups: Vec<(String, Vec<&String>)> = Vec::new();
        for (user, variation) in users {
            let Some(variation) =
                self.variation(Some(variation), &format!("targets.users.{}", shortened(user)))
            else {
                continue;
            };
            match groups.iter_mut().find(|(known, _)| *known == variation) {
                Some((_, names)) => names.push(user),
                None => groups.push((variation, vec![user])),
            }
        }
        let branches = groups.into_iter().flat_map(|(variation, names)| {
            [json!({ "in": [{ "var": "targetingKey" }, names] }), json!(variation)]
        });
        branches.collect()
    }

    fn rules(&mut self, value: Option<&Value>, branches: &mut Vec<Value>) {
        let rules = match value {
            None | Some(Value::Null) => return,
            Some(Value::Array(rules)) => rules,
            Some(_) => {
                return self.reject(
                    "rules",
                    "It is a list of {\"if\": {\"attr\", \"op\", \"value\"}, \"variation\"}.",
                );
            }
        };
        for (index, rule) in rules.iter().enumerate() {
            let path = format!("rules[{index}]");
            let condition = self.condition(rule.get("if"), &format!("{path}.if"));
            let variation = self.variation(rule.get("variation"), &format!("{path}.variation"));
            branches.extend(
                condition
                    .zip(variation)
                    .into_iter()
                    .flat_map(|(condition, variation)| [condition, json!(variation)]),
            );
        }
    }

    fn condition(&mut self, value: Option<&Value>, path: &str) -> Option<Value> {
        let part = |name: &str| value.and_then(|condition| condition.get(name));
        let attribute = part("attr").and_then(Value::as_str).filter(|attribute| !attribute.is_empty());
        if attribute.is_none() {
            self.reject(&format!("{path}.attr"), "It is the name of an attribute, such as role.");
        }
        let operation = part("op").and_then(Value::as_str);
        let operation =
            OPERATIONS.iter().find(|(names, _)| operation.is_some_and(|name| names.contains(&name)));
        if operation.is_none() {
            let known: Vec<&str> =
                OPERATIONS.iter().filter_map(|(names, _)| names.first().copied()).collect();
            self.reject(&format!("{path}.op"), format!("Choose one of {}.", known.join(", ")));
        }
        let Some(value) = part("value").filter(|value| !value.is_object()) else {
            self.reject(
                &format!("{path}.value"),
                "It is a text, a number, a boolean, null or a list of such.",
            );
            return None;
        };
        let (_, operation) = operation?;
        if matches!(*operation, "in" | "not_in") && !value.is_array() {
            self.reject(&format!("{path}.value"), "It is a list.");
        }
        if value.as_array().is_some_and(|items| items.iter().any(|item| item.is_object() || item.is_array()))
        {
            self.reject(&format!("{path}.value"), "The items are texts, numbers, booleans or null.");
        }
        let attribute = json!({ "var": attribute_name(attribute?) });
        Some(match *operation {
            "not_in" => json!({ "!": [{ "in": [attribute, value] }] }),
            "contains" => json!({ "in": [value, attribute] }),
            operation => json!({ operation: [attribute, value] }),
        })
    }
}

/// The user is what callers are told apart by.
fn attribute_name(attribute: &str) -> &str {
    if attribute == "user" { "targetingKey" } else { attribute }
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(value) => Some(value.to_string()),
        _ => None,
    }
}
