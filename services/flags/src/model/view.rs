//! The plain form of a flag that the founding description has (`on`, `kind`, `variations`, `fallthrough`, `rules`,
//! `targets`), to flagd's form and back. What it cannot say stands in `targeting`, as flagd has it.

use contracts::flags::{Definition, FlagState};
use kit_base::FieldErrors;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

/// A flag in the plain form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({"id": "checkout-v2", "on": true, "kind": "boolean", "variations": ["on", "off"], "fallthrough": {"variation": "off"}, "rules": [{"if": {"attr": "role", "op": "eq", "value": "admin"}, "variation": "on"}], "targets": {"users": {"alice": "on"}}}))]
pub(crate) struct LegacyDefinition {
    /// Its name.
    #[schema(example = "checkout-v2", max_length = 200)]
    pub id: String,
    /// Whether it is on.
    pub on: bool,
    /// `boolean` or `multivar`.
    #[schema(example = "boolean")]
    pub kind: String,
    /// The names of its variations; those of a boolean flag say which is true (`on`, `true`, `yes`), or the first is.
    #[schema(example = json!(["on", "off"]))]
    pub variations: Vec<String>,
    /// What those get whom no rule names: `{"variation": "off"}`.
    #[schema(value_type = Object)]
    pub fallthrough: Value,
    /// Rules in their order: `{"if": {"attr", "op", "value"}, "variation"}`. Operations: `eq`, `neq`, `in`, `not_in`,
    /// `contains`, `starts_with`, `ends_with`, `gt`, `gte`, `lt`, `lte`.
    #[schema(value_type = Vec<Object>, example = json!([{"if": {"attr": "role", "op": "eq", "value": "admin"}, "variation": "on"}]))]
    pub rules: Vec<Value>,
    /// Users by name: `{"users": {"alice": "on"}}`.
    #[schema(value_type = Object)]
    pub targets: Value,
    /// The rule as flagd has it, where it says more than `rules` and `targets` can; else absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub targeting: Option<Value>,
}

const TRUE: [&str; 4] = ["true", "on", "yes", "enabled"];
const FALSE: [&str; 4] = ["false", "off", "no", "disabled"];
/// Operations with their other names and JsonLogic's.
const OPERATIONS: [(&[&str], &str); 11] = [
    (&["eq", "==", "=", "equals"], "=="),
    (&["neq", "!=", "ne", "not_equals"], "!="),
    (&["in"], "in"),
    (&["not_in", "nin", "notIn"], "not_in"),
    (&["contains"], "contains"),
    (&["starts_with", "startsWith"], "starts_with"),
    (&["ends_with", "endsWith"], "ends_with"),
    (&["gt", ">"], ">"),
    (&["gte", ">="], ">="),
    (&["lt", "<"], "<"),
    (&["lte", "<="], "<="),
];

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
        self.errors.entry(path.to_owned()).or_default().push(message.into());
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
        let names = names.unwrap_or_default();
        let mut seen: Vec<&String> = Vec::new();
        let unique = names.iter().all(|name| {
            !seen.contains(&name) && {
                seen.push(name);
                true
            }
        });
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
            let known = self.variations.join(", ");
            self.reject(path, format!("It is one of the variations: {known}."));
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
            let Some(variation) = self.variation(Some(variation), &format!("targets.users.{user}")) else {
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
        match plain(targeting) {
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
fn plain(targeting: &Value) -> Option<(Map<String, Value>, Vec<Value>)> {
    let branches = targeting.as_object().filter(|members| members.len() == 1)?.get("if")?.as_array()?;
    let (last, branches) = branches.split_last()?;
    if !last.is_null() || branches.len() % 2 != 0 {
        return None;
    }
    let (mut users, mut rules) = (Map::new(), Vec::new());
    for pair in branches.chunks_exact(2) {
        let [condition, variation] = pair else { return None };
        let variation = variation.as_str()?;
        match named_users(condition).filter(|_| rules.is_empty()) {
            Some(names) => users.extend(names.into_iter().map(|name| (name, json!(variation)))),
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
    let attribute = |value: &Value| {
        let name = value.as_object().filter(|members| members.len() == 1)?.get("var")?.as_str()?.to_owned();
        Some(if name == "targetingKey" { "user".to_owned() } else { name })
    };
    let (operation, attribute, value) = match (name.as_str(), attribute(first), attribute(second)) {
        ("in", Some(attribute), None) => ("in", attribute, second),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn read(view: &Value) -> Result<Definition, FieldErrors> {
        let mut errors = FieldErrors::new();
        let definition = from_view(|name| view.get(name), true, &mut errors);
        if errors.is_empty() { Ok(definition) } else { Err(errors) }
    }

    #[test]
    fn what_is_written_plainly_is_shown_as_it_was_written() {
        let rules: Vec<Value> = [
            ("eq", json!("admin")),
            ("neq", json!(3)),
            ("in", json!(["a", "b"])),
            ("not_in", json!(["c"])),
            ("contains", json!("x")),
            ("starts_with", json!("x")),
            ("ends_with", json!("y")),
            ("gt", json!(1)),
            ("gte", json!(1.5)),
            ("lt", json!(2)),
            ("lte", json!(3)),
            ("eq", json!(null)),
            ("eq", json!(true)),
        ]
        .into_iter()
        .map(|(op, value)| json!({ "if": { "attr": "role", "op": op, "value": value }, "variation": "b" }))
        .collect();
        let written = json!({ "id": "f", "on": true, "kind": "multivar", "variations": ["a", "b"],
            "fallthrough": { "variation": "a" }, "rules": rules, "targets": { "users": { "ann": "b", "bob": "b" } } });
        let definition = read(&written).unwrap();
        let mut faults = crate::model::Faults::default();
        let value = serde_json::to_value(&definition).unwrap();
        crate::model::definition(&value, &Map::new(), "", &mut faults);
        assert!(faults.refusal(false).is_none(), "{faults:?}");
        assert_eq!(serde_json::to_value(to_view("f", &definition, true)).unwrap(), written);
    }

    #[test]
    fn a_boolean_flag_knows_which_variation_is_true() {
        for (names, expected) in [
            (["on", "off"], [true, false]),
            (["off", "on"], [false, true]),
            (["No", "sure"], [false, true]),
            (["new", "old"], [true, false]),
        ] {
            let definition = read(&json!({ "variations": names })).unwrap();
            assert_eq!(names.map(|name| definition.variants[name] == json!(true)), expected, "{names:?}");
            assert_eq!(definition.variants[definition.default_variant.as_ref().unwrap()], json!(false));
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_its_path() {
        for (view, path) in [
            (json!({ "kind": "number" }), "kind"),
            (json!({ "kind": "multivar" }), "variations"),
            (json!({ "variations": ["a"] }), "variations"),
            (json!({ "variations": ["a", "a"] }), "variations"),
            (json!({ "variations": "ab" }), "variations"),
            (json!({ "fallthrough": { "variation": "x" } }), "fallthrough.variation"),
            (json!({ "fallthrough": { "variation": 2 } }), "fallthrough.variation"),
            (json!({ "targets": { "users": ["ann"] } }), "targets.users"),
            (json!({ "targets": { "users": { "ann": "x" } } }), "targets.users.ann"),
            (json!({ "rules": {} }), "rules"),
            (json!({ "rules": [1] }), "rules[0].if.attr"),
            (
                json!({ "rules": [{ "if": { "attr": "a", "op": "~", "value": 1 }, "variation": "on" }] }),
                "rules[0].if.op",
            ),
            (
                json!({ "rules": [{ "if": { "attr": "a", "op": "in", "value": 1 }, "variation": "on" }] }),
                "rules[0].if.value",
            ),
            (
                json!({ "rules": [{ "if": { "attr": "a", "op": "eq", "value": {} }, "variation": "on" }] }),
                "rules[0].if.value",
            ),
            (json!({ "rules": [{ "if": { "attr": "a", "op": "eq", "value": 1 } }] }), "rules[0].variation"),
        ] {
            assert!(read(&view).unwrap_err().contains_key(path), "{view} {path}");
        }
    }

    #[test]
    fn what_says_more_is_shown_as_flagd_has_it() {
        let mut definition = read(&json!({})).unwrap();
        definition.targeting = Some(json!({ "fractional": [["on", 1], ["off", 1]] }));
        let view = to_view("f", &definition, true);
        assert_eq!((view.rules.len(), view.targeting), (0, definition.targeting));
    }
}
