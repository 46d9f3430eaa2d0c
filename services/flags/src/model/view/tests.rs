//! The plain form, there and back.

use contracts::flags::Definition;
use kit_base::FieldErrors;
use serde_json::{Map, json};

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

#[test]
fn a_rule_is_shown_plainly_only_where_writing_it_back_changes_nothing() {
    let shown = |condition: Value, variation: &str| {
        let mut definition = read(&json!({})).unwrap();
        definition.targeting = Some(json!({ "if": [condition, variation, null] }));
        to_view("f", &definition, true)
    };
    let of = |name: &str| json!({ "var": name });
    for (condition, variation) in [
        (json!({ "in": [of("role"), "admins"] }), "on"),
        (json!({ "==": [of("user"), "ann"] }), "on"),
        (json!({ "==": [of(""), "ann"] }), "on"),
        (json!({ "==": [of("role"), "admin"] }), "blue"),
    ] {
        let view = shown(condition, variation);
        assert!(view.rules.is_empty() && view.targeting.is_some(), "{view:?}");
    }
    let view = shown(json!({ "==": [of("targetingKey"), "ann"] }), "on");
    assert_eq!((&view.rules[0]["if"]["attr"], view.targeting), (&json!("user"), None));

    let named = |names: &[&str]| json!({ "in": [of("targetingKey"), names] });
    let mut definition = read(&json!({})).unwrap();
    definition.targeting =
        Some(json!({ "if": [named(&["ann"]), "on", named(&["ann", "bob"]), "off", null] }));
    let view = to_view("f", &definition, true);
    assert_eq!(view.targets, json!({ "users": { "ann": "on", "bob": "off" } }), "who comes first counts");
}

#[test]
fn of_very_many_mistakes_only_the_first_are_told() {
    let names: Vec<String> = (0..9_000).map(|n| format!("v{n}")).collect();
    let rules = vec![json!(1); 9_000];
    let errors = read(&json!({ "kind": "multivar", "variations": names, "rules": rules })).unwrap_err();
    let told: usize = errors.values().flatten().map(String::len).sum();
    assert!(errors.len() <= 100 && told < 20_000, "{} {told}", errors.len());
    assert!(errors["variations"][0].contains("at most 500"));
}
