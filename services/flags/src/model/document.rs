//! A whole flag set in flagd's form (flagd-schemas, flagd.json): flags as an object or a list, evaluators, metadata.

use std::collections::HashSet;

use contracts::flags::Definition;
use serde_json::{Map, Value};

use super::definition::{metadata, shortened};
use super::{Faults, check_key, definition};
use crate::logic;

/// Flags of a set, at most.
const MOST_FLAGS: usize = 10_000;
const MOST_EVALUATORS: usize = 500;
/// Parts of all rules together, at most: a document that says little can refer to much, again and again.
const MOST_PARTS: usize = 500_000;

/// A flag set as it is written.
#[derive(Debug, Default)]
pub(crate) struct Document {
    pub flags: Vec<(String, Definition)>,
    pub evaluators: Map<String, Value>,
    pub metadata: Map<String, Value>,
}

/// Reads a document, given by its members. What it returns is to be used only where no fault was found.
pub(crate) fn document<'v>(member: impl Fn(&str) -> Option<&'v Value>, faults: &mut Faults) -> Document {
    let evaluators = evaluators(member("$evaluators"), faults);
    let metadata = metadata(member("metadata"), "metadata", faults);
    if metadata.get("flagSetId").is_some_and(|id| !id.is_string()) {
        faults.impossible("metadata.flagSetId", "It is a string.");
    }
    if metadata.get("version").is_some_and(|version| !version.is_string()) {
        faults.doubt("metadata.version", "It is a string.");
    }
    let (mut flags, mut keys) = (Vec::new(), HashSet::new());
    for (key, value, path) in entries(member("flags"), faults) {
        check_key(&key, &path, faults);
        if !keys.insert(key.clone()) {
            faults.impossible(&path, "Another flag has this key.");
        }
        if let Some(definition) = definition(value, &evaluators, &path, faults) {
            flags.push((key, definition));
        }
        if faults.parts() > MOST_PARTS {
            faults.impossible(
                "flags",
                format!("Their rules have more than {MOST_PARTS} parts, references included."),
            );
            break;
        }
    }
    if flags.len() > MOST_FLAGS {
        faults.impossible("flags", format!("A flag set has at most {MOST_FLAGS} flags."));
    }
    Document { flags, evaluators, metadata }
}

/// The flags with their keys and paths.
fn entries<'v>(value: Option<&'v Value>, faults: &mut Faults) -> Vec<(String, &'v Value, String)> {
    match value {
        Some(Value::Object(members)) => members
            .iter()
            .map(|(key, value)| (key.clone(), value, format!("flags.{}", shortened(key))))
            .collect(),
        Some(Value::Array(items)) => {
            let mut entries = Vec::new();
            for (index, value) in items.iter().enumerate() {
                let path = format!("flags[{index}]");
                match value.get("key").and_then(Value::as_str) {
                    Some(key) => entries.push((key.to_owned(), value, path)),
                    None => faults.impossible(&format!("{path}.key"), "This field is required."),
                }
            }
            entries
        }
        Some(_) => {
            faults.impossible("flags", "The flags are an object, or a list.");
            Vec::new()
        }
        None => {
            faults.impossible("flags", "This field is required.");
            Vec::new()
        }
    }
}

/// Rules that flags refer to. Each is looked at, whether or not a flag refers to it.
fn evaluators(value: Option<&Value>, faults: &mut Faults) -> Map<String, Value> {
    let members = match value {
        None | Some(Value::Null) => return Map::new(),
        Some(Value::Object(members)) => members,
        Some(_) => {
            faults.impossible("$evaluators", "The evaluators are an object: their names, and their rules.");
            return Map::new();
        }
    };
    if members.len() > MOST_EVALUATORS {
        faults.impossible("$evaluators", format!("There are at most {MOST_EVALUATORS} of them."));
        return Map::new();
    }
    for (name, rule) in members {
        let path = format!("$evaluators.{name}");
        check_key(name, &format!("$evaluators.{}", shortened(name)), faults);
        match rule.is_object() {
            true => drop(logic::compile(rule, members, &path, faults)),
            false => faults.impossible(&path, "An evaluator is an operation: an object with one name."),
        }
    }
    members.clone()
}
