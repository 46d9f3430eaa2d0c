//! The rules held against the published cases of JsonLogic, against vectors of the bucketing, and against anything.

use std::path::{Path, PathBuf};

use proptest::prelude::*;
use serde_json::{Map, Number, Value, json};

use super::*;
use crate::model::Faults;

/// A file of the recordings, where there are any on this machine.
fn vectors(name: &str) -> Option<Value> {
    let folder = match std::env::var_os("POLYSTATUS_FIXTURES") {
        Some(folder) => PathBuf::from(folder),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/fixtures"),
    };
    let file = folder.join("flags").join(name);
    let Ok(text) = std::fs::read_to_string(&file) else {
        println!("{name}: 0 of 0, because there is no such file on this machine");
        return None;
    };
    Some(serde_json::from_str(&text).unwrap())
}

fn compiled(rule: &Value) -> Compiled {
    compile(rule, &Map::new(), "", &mut Faults::default())
}

fn run_as(rule: &Value, data: &Value, bucketing: Bucketing, steps: u32) -> Result<Value, Exhausted> {
    let compiled = compiled(rule);
    let mut run = Run { key: "flag-A", context: data, now: 1_700_000_000, bucketing, budget: Budget(steps) };
    run.run(&compiled.rule).map(|value| to_json(&value))
}

fn run(rule: Value, data: Value) -> Value {
    run_as(&rule, &data, Bucketing::V2, 100_000).unwrap()
}

fn to_json(value: &Val<'_>) -> Value {
    match value {
        Val::Null => Value::Null,
        Val::Bool(value) => json!(value),
        Val::Number(number) if number.fract() == 0.0 && number.abs() < 1e15 => json!(*number as i64),
        Val::Number(number) => Number::from_f64(*number).map_or(Value::Null, Value::Number),
        Val::Text(_) | Val::Made(_) => json!(value.text()),
        Val::List(items) => items.iter().map(to_json).collect(),
        Val::Data(value) => (*value).clone(),
    }
}

#[test]
fn the_published_cases_of_jsonlogic() {
    let Some(cases) = vectors("jsonlogic/cases.json") else { return };
    let cases = cases.as_array().unwrap();
    let failed: Vec<String> = cases
        .iter()
        .filter_map(|case| {
            let given = run(case["rule"].clone(), case["data"].clone());
            (given != case["result"])
                .then(|| format!("{} on {}: {given}, not {}", case["rule"], case["data"], case["result"]))
        })
        .collect();
    println!("jsonlogic: {} of {}", cases.len() - failed.len(), cases.len());
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn callers_are_divided_as_the_vectors_say() {
    let Some(vectors) = vectors("fractional-own/cases.json") else { return };
    let cases = vectors["cases"].as_array().unwrap();
    let mut good = 0;
    for case in cases {
        let weights = &vectors["distributions"][case["distribution"].as_str().unwrap()];
        let mut operands = vec![json!({ "var": "by" })];
        operands.extend(weights.as_array().unwrap().iter().cloned());
        let rule = json!({ "fractional": operands });
        let data = json!({ "by": case["bucketing"] });
        let by = Val::of(&data["by"]);
        for (bucketing, hash, variant) in
            [(Bucketing::V2, "hash", "variant"), (Bucketing::V3, "hash_v3", "variant_v3")]
        {
            assert_eq!(bucketing.hash(&by).map(u64::from), case[hash].as_u64(), "{case}");
            assert_eq!(
                run_as(&rule, &data, bucketing, 1_000).unwrap(),
                case[variant],
                "{bucketing:?} {case}"
            );
        }
        good += 1;
    }
    println!("fractional-own: {good} of {}", cases.len());
}

#[test]
fn values_turn_into_each_other_as_in_javascript() {
    for (rule, expected) in [
        (json!({ "==": [null, 0] }), json!(false)),
        (json!({ "==": ["", 0] }), json!(true)),
        (json!({ "==": [" 1e1 ", 10] }), json!(true)),
        (json!({ "==": ["inf", "Infinity"] }), json!(false)),
        (json!({ "==": [[1], 1] }), json!(true)),
        (json!({ "==": [[1, 2], "1,2"] }), json!(true)),
        (json!({ "==": [true, "1"] }), json!(true)),
        (json!({ "===": [1, 1.0] }), json!(true)),
        (json!({ "<": ["b", "a"] }), json!(false)),
        (json!({ "<": ["10", "9"] }), json!(true)),
        (json!({ "<": ["10", 9] }), json!(false)),
        (json!({ "<": ["a", 1] }), json!(false)),
        (json!({ ">=": ["a", 1] }), json!(false)),
        (json!({ "<": [null, 1] }), json!(true)),
        (json!({ "+": ["3.5kg", 1] }), json!(4.5)),
        (json!({ "+": ["kg", 1] }), json!(null)),
        (json!({ "+": ["1e3x", "-.5"] }), json!(999.5)),
        (json!({ "/": [1, 0] }), json!(null)),
        (json!({ "%": [-7, 3] }), json!(-1)),
        (json!({ "-": [{ "var": "x" }] }), json!(0)),
        (json!({ "max": [] }), json!(null)),
        (json!({ "max": [1, "x"] }), json!(null)),
        (
            json!({ "cat": [1.0, null, true, 0.000_000_1, 1e21, [1, null, [2]], { "var": "o" }] }),
            json!("1true1e-71e+211,,2[object Object]"),
        ),
        (json!({ "in": [1, "a1"] }), json!(true)),
        (json!({ "in": ["1", [1]] }), json!(false)),
        (json!({ "in": ["a", null] }), json!(false)),
        (json!({ "in": ["h", ["a", "b", "c", "d", "e", "f", "g", "h"]] }), json!(true)),
        (json!({ "in": [8, ["a", "b", "c", "d", "e", "f", "g", "8"]] }), json!(false)),
        (json!({ "substr": ["žluťoučký", -3, 2] }), json!("čk")),
        (json!({ "substr": [null, 0, 2] }), json!("nu")),
        (json!({ "!!": [{ "var": "o" }] }), json!(true)),
        (json!({ "!!": [[]] }), json!(false)),
        (json!({ "and": [] }), json!(null)),
        (json!({ "var": "list.1" }), json!(5)),
        (json!({ "var": "o.none" }), json!(null)),
        (json!({ "var": [{ "cat": ["li", "st.0"] }, 7] }), json!(4)),
        (json!({ "var": [{ "cat": ["no", "thing"] }, 7] }), json!(7)),
        (json!({ "var": "$flagd.flagKey" }), json!("flag-A")),
        (json!({ "var": "$flagd.timestamp" }), json!(1_700_000_000)),
        (json!({ "var": { "cat": ["$flagd.", "flagKey"] } }), json!("flag-A")),
        (json!({ "var": "$flagd.mine" }), json!(null)),
        (json!({ "reduce": [{ "var": "list" }, { "var": "" }, 0] }), json!(null)),
        (json!({ "missing_some": [1, []] }), json!([])),
        (json!({ "starts_with": ["abc", "ab"] }), json!(true)),
        (json!({ "starts_with": ["abc", 1] }), json!(null)),
        (json!({ "ends_with": ["abc", "bc", "c"] }), json!(null)),
        (json!({ "sem_ver": ["1.2.3", "^", "1.9"] }), json!(true)),
        (json!({ "sem_ver": ["1.2.3", "~", "1.9"] }), json!(false)),
        (json!({ "sem_ver": ["1.2.3", ">=", "1.2"] }), json!(true)),
        (json!({ "sem_ver": ["1.2.3", "<=", { "var": "o" }] }), json!(null)),
        (json!({ "sem_ver": ["1.0-rc", "!=", "1"] }), json!(true)),
    ] {
        let data = json!({ "list": [4, 5], "o": {"a": 1}, "$flagd": { "flagKey": "forged", "mine": 1 } });
        assert_eq!(run(rule.clone(), data), expected, "{rule}");
    }
}

#[test]
fn nothing_comes_of_a_distribution_that_is_none() {
    let data = json!({ "targetingKey": "ann", "n": 5, "half": 0.5 });
    for (rule, v2, v3) in [
        (json!([["a", 1]]), json!("a"), json!("a")),
        (json!([["a", 0], ["b", 0]]), json!(null), json!(null)),
        (json!([["a", -5], ["b", 1]]), json!("b"), json!("b")),
        (json!([["a", 0.5], ["b", 1]]), json!(null), json!(null)),
        (json!([["a", "1"], ["b", 1]]), json!(null), json!(null)),
        (json!([["a", { "var": "half" }], ["b", 1]]), json!(null), json!(null)),
        (json!([["a", { "-": [0, 3] }], ["b", 1]]), json!("b"), json!("b")),
        (json!([["a", 2_147_483_647], ["b", 1]]), json!(null), json!(null)),
        (json!([["a", 2_147_483_646], ["b", 1]]), json!("a"), json!("a")),
        (json!([["a", 1e300]]), json!(null), json!(null)),
        (json!([["a", 1, 1]]), json!(null), json!(null)),
        (json!([["a"], "b"]), json!(null), json!(null)),
        (json!([[[1], 1]]), json!(null), json!(null)),
        (json!([[{ "cat": ["x", "y"] }, 1]]), json!("xy"), json!("xy")),
        (json!([{ "var": "none" }, ["a", 1]]), json!(null), json!(null)),
        (json!([{ "var": "n" }, ["a", 1]]), json!(null), json!("a")),
        (json!([{ "var": "" }, ["a", 1]]), json!(null), json!("a")),
        (json!([]), json!(null), json!(null)),
    ] {
        let rule = json!({ "fractional": rule });
        for (bucketing, expected) in [(Bucketing::V1, &v2), (Bucketing::V2, &v2), (Bucketing::V3, &v3)] {
            assert_eq!(run_as(&rule, &data, bucketing, 1_000).as_ref(), Ok(expected), "{bucketing:?} {rule}");
        }
    }
    let shorthand = json!({ "fractional": [["a", 1]] });
    for nobody in [json!({}), json!({ "targetingKey": "" }), json!({ "targetingKey": 4 })] {
        assert_eq!(run(shorthand.clone(), nobody), json!(null));
    }
}

#[test]
fn whoever_has_no_time_for_it_is_told_so() {
    let list: Vec<u32> = (0..2_000).collect();
    let doubling = json!({ "reduce": [{ "var": "list" }, { "cat": [{ "var": "accumulator" }, { "var": "accumulator" }] }, "xx"] });
    let merging = json!({ "reduce": [{ "var": "list" }, { "merge": [{ "var": "accumulator" }, { "var": "accumulator" }] }, [1, 1]] });
    let walking = json!({ "map": [{ "var": "list" }, { "map": [{ "var": "" }, 1] }] });
    let squared = json!({ "all": [{ "var": "list" }, { "in": [-1, { "filter": [[1, 2, 3], true] }] }] });
    let equal = json!({ "filter": [{ "var": "list" }, { "==": [{ "var": "" }, { "cat": ["x", "x"] }] }] });
    for rule in [doubling, merging] {
        assert_eq!(run_as(&rule, &json!({ "list": list }), Bucketing::V2, 100_000), Err(Exhausted), "{rule}");
    }
    for rule in [walking, squared, equal] {
        assert!(run_as(&rule, &json!({ "list": list }), Bucketing::V2, 100_000).is_ok(), "{rule}");
        assert_eq!(run_as(&rule, &json!({ "list": list }), Bucketing::V2, 3), Err(Exhausted), "{rule}");
    }
}

/// Any JSON, not too large.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(|number| Number::from_f64(number).map_or(Value::Null, Value::Number)),
        "[a-c1.$-]{0,6}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            proptest::collection::vec(("[a-c]", inner), 0..4)
                .prop_map(|members| members.into_iter().collect()),
        ]
    })
}

const NAMES: [&str; 37] = [
    "var",
    "missing",
    "missing_some",
    "if",
    "?:",
    "==",
    "===",
    "!=",
    "!==",
    ">",
    ">=",
    "<",
    "<=",
    "!",
    "!!",
    "or",
    "and",
    "+",
    "-",
    "*",
    "/",
    "%",
    "max",
    "min",
    "merge",
    "in",
    "cat",
    "substr",
    "map",
    "filter",
    "reduce",
    "all",
    "none",
    "some",
    "fractional",
    "sem_ver",
    "starts_with",
];

/// Any rule, right or wrong.
fn any_rule() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        3 => any_json(),
        1 => prop::sample::select(vec!["a", "", "$flagd.timestamp", "current", "accumulator", "a.b", "1.2.3"]).prop_map(|name| json!({ "var": name })),
    ];
    leaf.prop_recursive(6, 60, 4, |inner| {
        (prop::sample::select(NAMES.to_vec()), proptest::collection::vec(inner, 0..5), any::<bool>())
            .prop_map(|(name, mut operands, bare)| match bare && operands.len() == 1 {
                true => json!({ name: operands.remove(0) }),
                false => json!({ name: operands }),
            })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn every_rule_ends_whatever_it_is(rule in any_rule(), data in any_json(), steps in 0..3_000_u32) {
        for bucketing in Bucketing::ALL {
            let once = run_as(&rule, &data, bucketing, steps);
            prop_assert_eq!(&once, &run_as(&rule, &data, bucketing, steps), "the same again");
            // More time never gives another value.
            if once.is_ok() {
                prop_assert_eq!(once, run_as(&rule, &data, bucketing, steps + 1_000));
            }
        }
    }

    #[test]
    fn nobody_is_divided_unevenly(weights in proptest::collection::vec(0_u32..1_000, 1..6), hash in any::<u32>()) {
        let total: u32 = weights.iter().sum();
        for bucketing in Bucketing::ALL {
            let chosen = bucketing.choose(hash, weights.iter().copied(), total);
            match chosen {
                Some(index) => prop_assert!(weights[index] > 0, "a weight of nothing gets nobody"),
                None => prop_assert!(total == 0 || bucketing == Bucketing::V1),
            }
        }
    }
}
