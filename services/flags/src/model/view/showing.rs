//! From flagd's form to the plain one. A rule is shown plainly only where whoever writes it back as it is shown would
//! change nothing.

use contracts::flags::Definition;
use serde_json::{Map, Value, json};

use super::{LegacyDefinition, OPERATIONS};

/// The flag in the plain form; `targeting` where its rule says more.
pub(crate) fn to_view(key: &str, definition: &Definition, on: bool) -> LegacyDefinition {
    let boolean = definition.variants.values().all(Value::is_boolean);
    let mut view = LegacyDefinition {
        id: key.to_owned(),
        on,
        kind: if boolean { "boolean" } else { "multivar" }.to_owned(),
        variations: definition.variants.keys().cloned().collect(),
        fallthrough: json!({ "variation": definition.default_variant }),
        rules: Vec::new(),
        targets: json!({ "users": {} }),
        targeting: None,
    };
    if let Some(targeting) = &definition.targeting {
        match plain(targeting, &definition.variants) {
            Some((users, rules)) => {
                view.rules = rules;
                view.targets = json!({ "users": users });
            }
            None => view.targeting = Some(targeting.clone()),
        }
    }
    view
}

/// Users and rules, if the rule has the form that [`from_view`] gives it.
fn plain(targeting: &Value, variants: &Map<String, Value>) -> Option<(Map<String, Value>, Vec<Value>)> {
    let branches = targeting.as_object().filter(|members| members.len() == 1)?.get("if")?.as_array()?;
    let (last, branches) = branches.split_last()?;
    if !last.is_null() || branches.len() % 2 != 0 {
        return None;
    }
    let (mut users, mut rules) = (Map::new(), Vec::new());
    for pair in branches.chunks_exact(2) {
        let [condition, variation] = pair else { return None };
        let variation = variation.as_str().filter(|name| variants.contains_key(*name))?;
        match named_users(condition).filter(|_| rules.is_empty()) {
            // Who is named twice gets what is said first.
            Some(names) => {
                for name in names {
                    users.entry(name).or_insert_with(|| json!(variation));
                }
            }
            None => rules.push(json!({ "if": plain_condition(condition)?, "variation": variation })),
        }
    }
    Some((users, rules))
}

fn named_users(condition: &Value) -> Option<Vec<String>> {
    let operands = condition.get("in")?.as_array()?;
    let by_user = operands.first()? == &json!({ "var": "targetingKey" });
    let names = operands.get(1)?.as_array()?.iter().map(|name| name.as_str().map(str::to_owned));
    names.collect::<Option<Vec<String>>>().filter(|_| by_user)
}

fn plain_condition(condition: &Value) -> Option<Value> {
    let members = condition.as_object().filter(|members| members.len() == 1)?;
    let (name, operands) = members.iter().next()?;
    if name == "!" {
        let inner = plain_condition(operands.get(0)?)?;
        let is_in = inner.get("op")? == "in";
        return is_in
            .then(|| json!({ "attr": inner.get("attr"), "op": "not_in", "value": inner.get("value") }));
    }
    let [first, second] = operands.as_array()?.as_slice() else { return None };
    let (operation, attribute, value) = match (name.as_str(), attribute(first), attribute(second)) {
        ("in", Some(attribute), None) if second.is_array() => ("in", attribute, second),
        ("in", Some(_), None) => return None,
        ("in", None, Some(attribute)) => ("contains", attribute, first),
        (name, Some(attribute), None) => {
            let (names, _) = OPERATIONS.iter().find(|(_, operation)| *operation == name)?;
            (names.first().copied()?, attribute, second)
        }
        _ => return None,
    };
    let simple = |value: &Value| !value.is_object() && !value.is_array();
    let good = simple(value) || value.as_array().is_some_and(|items| items.iter().all(simple));
    good.then(|| json!({ "attr": attribute, "op": operation, "value": value }))
}

/// The name by which the plain form calls what a rule looks at. An attribute that is called "user" would be taken for the
/// targeting key, and the whole context has no name.
fn attribute(value: &Value) -> Option<&str> {
    let name = value.as_object().filter(|members| members.len() == 1)?.get("var")?.as_str()?;
    (!matches!(name, "user" | "")).then_some(if name == "targetingKey" { "user" } else { name })
}
