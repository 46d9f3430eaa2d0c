//! A flag as it is written, in flagd's form (flagd-schemas, flags.json).

use contracts::flags::{Definition, FlagState};
use serde_json::{Map, Value};

use super::Faults;
use crate::logic;

/// Letters of a key, of a variant's name and of a text in metadata, at most.
pub(crate) const LONGEST_KEY: usize = 200;
const LONGEST_TEXT: usize = 2_000;
pub(super) const MOST_VARIANTS: usize = 500;
const MOST_METADATA: usize = 50;
/// Bytes of a definition, at most.
const LARGEST: usize = 256 * 1024;

/// Reads the flag that stands at `path`; `None` where it cannot be one.
pub(crate) fn definition(
    value: &Value,
    evaluators: &Map<String, Value>,
    path: &str,
    faults: &mut Faults,
) -> Option<Definition> {
    let Some(members) = value.as_object() else {
        faults.impossible(path, "A flag is an object.");
        return None;
    };
    let at = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    let state = match members.get("state") {
        None => {
            faults.impossible(&at("state"), "This field is required.");
            None
        }
        Some(word) => {
            let state = word.as_str().and_then(FlagState::parse);
            if state.is_none() {
                faults.impossible(&at("state"), "Choose ENABLED or DISABLED.");
            }
            state
        }
    };
    let variants = variants(members.get("variants"), &at("variants"), faults);
    let default_variant =
        default_variant(members.get("defaultVariant"), &variants, &at("defaultVariant"), faults);
    let targeting = targeting(members.get("targeting"), &at("targeting"), faults);
    if let Some(rule) = &targeting {
        let path = at("targeting");
        logic::compile(rule, evaluators, &path, faults);
        unknown_variants(rule, &variants, &path, faults);
    }
    let metadata = metadata(members.get("metadata"), &at("metadata"), faults);
    let definition = Definition { state: state?, variants, default_variant, targeting, metadata };
    if serde_json::to_vec(&definition).is_ok_and(|bytes| bytes.len() > LARGEST) {
        faults.impossible(path, format!("A flag has at most {} KiB.", LARGEST / 1024));
    }
    Some(definition)
}

/// The values: at least one, all of one type.
fn variants(value: Option<&Value>, path: &str, faults: &mut Faults) -> Map<String, Value> {
    let Some(value) = value else {
        faults.impossible(path, "This field is required.");
        return Map::new();
    };
    let Some(members) = value.as_object() else {
        faults.impossible(path, "The variants are an object: their names, and their values.");
        return Map::new();
    };
    if members.is_empty() {
        faults.impossible(path, "A flag has at least one variant.");
    }
    if members.len() > MOST_VARIANTS {
        faults.impossible(path, format!("A flag has at most {MOST_VARIANTS} variants."));
    }
    let mut first: Option<&str> = None;
    for (name, value) in members {
        let path = format!("{path}.{}", shortened(name));
        check_key(name, &path, faults);
        let kind = match value {
            Value::Bool(_) => "boolean",
            Value::Number(_) => "number",
            Value::String(_) => "string",
            Value::Object(_) => "object",
            Value::Null | Value::Array(_) => {
                faults.impossible(&path, "A value is a boolean, a string, a number or an object.");
                continue;
            }
        };
        match first {
            Some(first) if first != kind => {
                faults.impossible(
                    &path,
                    format!("All variants have one type; this is a {kind}, the first is a {first}."),
                );
            }
            _ => first = Some(kind),
        }
    }
    members.clone()
}

fn default_variant(
    value: Option<&Value>,
    variants: &Map<String, Value>,
    path: &str,
    faults: &mut Faults,
) -> Option<String> {
    match value {
        None | Some(Value::Null) => None,
        Some(Value::String(name)) => {
            if !variants.contains_key(name) {
                faults.impossible(path, format!("\"{}\" is none of the variants.", shortened(name)));
            }
            Some(name.clone())
        }
        Some(_) => {
            faults.impossible(path, "It is the name of a variant, or null.");
            None
        }
    }
}

/// An object; one without members is none.
fn targeting(value: Option<&Value>, path: &str, faults: &mut Faults) -> Option<Value> {
    match value {
        None | Some(Value::Null) => None,
        Some(Value::Object(members)) if members.is_empty() => None,
        Some(rule @ Value::Object(_)) => Some(rule.clone()),
        Some(_) => {
            faults.impossible(path, "Targeting is an operation: an object with one name.");
            None
        }
    }
}

/// Texts, numbers and booleans by name.
pub(super) fn metadata(value: Option<&Value>, path: &str, faults: &mut Faults) -> Map<String, Value> {
    let members = match value {
        None | Some(Value::Null) => return Map::new(),
        Some(Value::Object(members)) => members,
        Some(_) => {
            faults.impossible(path, "Metadata is an object.");
            return Map::new();
        }
    };
    if members.len() > MOST_METADATA {
        faults.impossible(path, format!("There are at most {MOST_METADATA} entries."));
    }
    for (name, value) in members {
        let path = format!("{path}.{}", shortened(name));
        check_key(name, &path, faults);
        match value {
            Value::Bool(_) | Value::Number(_) => {}
            Value::String(text) if text.chars().count() <= LONGEST_TEXT => {}
            Value::String(_) => {
                faults.impossible(&path, format!("It has at most {LONGEST_TEXT} characters."))
            }
            _ => faults.impossible(&path, "An entry is a string, a number or a boolean."),
        }
    }
    members.clone()
}

/// What names something: not empty, not too long, without control characters.
pub(crate) fn check_key(key: &str, path: &str, faults: &mut Faults) {
    if key.is_empty() {
        faults.impossible(path, "A name may not be empty.");
    } else if key.chars().count() > LONGEST_KEY {
        faults.impossible(path, format!("A name has at most {LONGEST_KEY} characters."));
    } else if key.chars().any(char::is_control) {
        faults.impossible(path, "A name has no control characters.");
    }
}

pub(super) fn shortened(text: &str) -> String {
    text.chars().take(60).collect()
}

/// Texts that the rule can give, and that are no variant: a slip that nobody sees until a caller meets it.
fn unknown_variants(rule: &Value, variants: &Map<String, Value>, path: &str, faults: &mut Faults) {
    let operation =
        rule.as_object().filter(|members| members.len() == 1).and_then(|members| members.iter().next());
    match (rule, operation) {
        (Value::String(name), _) if !variants.contains_key(name) => {
            faults.doubt(path, format!("\"{}\" is none of the variants.", shortened(name)));
        }
        (_, Some((name, Value::Array(operands)))) if name == "if" => {
            let last = operands.len().saturating_sub(1);
            // A single operand is a condition that is its own result, which may be true or false.
            let results = operands
                .iter()
                .enumerate()
                .filter(|(index, _)| last > 0 && (index % 2 == 1 || *index == last));
            for (index, result) in results {
                unknown_variants(result, variants, &format!("{path}.if[{index}]"), faults);
            }
        }
        (_, Some((name, Value::Array(operands)))) if name == "fractional" => {
            for (index, entry) in operands.iter().enumerate() {
                if let Some(variant) = entry.get(0) {
                    unknown_variants(variant, variants, &format!("{path}.fractional[{index}][0]"), faults);
                }
            }
        }
        _ => {}
    }
}
