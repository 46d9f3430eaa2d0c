//! The published vectors, read where they are found: flagd's evaluator and schema, the bodies of another OFREP server, and
//! what can be said in JsonLogic of Unleash's specification.

use std::path::{Path, PathBuf};

use kit_testkit::both;
use serde_json::{Map, Value, json};

use crate::stage::Stage;

const SETS: &str = "/api/v1/flags/sets/default";

fn folder(name: &str) -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/fixtures");
    let folder =
        std::env::var_os("POLYSTATUS_FIXTURES").map_or(beside, PathBuf::from).join("flags").join(name);
    if folder.is_dir() {
        return Some(folder);
    }
    println!("{name}: 0 of 0, because there is no such folder on this machine");
    None
}

fn read(file: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
}

/// The JSON files of a folder, by name.
fn files(folder: &Path) -> Vec<(String, PathBuf)> {
    let mut found: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|kind| kind == "json"))
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), path))
        .collect();
    found.sort();
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn flagds_evaluator() {
    let Some(folder) = folder("flagd-evaluator") else { return };
    let stage = Stage::new(both()[0]).await;
    let mut document = read(&folder.join("testkit-flags.json"));
    // flagd answers PARSE_ERROR each time such a flag is evaluated; here the document is refused, and says where.
    let refused = stage.import("default", &document).await;
    assert_eq!(refused.status, 400);
    let faults: Vec<&String> = refused.json.as_object().unwrap().keys().collect();
    assert_eq!(faults, ["flags.ref-to-nonexistent-evaluator-flag.targeting.if[0].$ref"], "{}", refused.text);
    document["flags"].as_object_mut().unwrap().shift_remove("ref-to-nonexistent-evaluator-flag");
    let imported = stage.import("default", &document).await;
    assert_eq!(imported.status, 200, "{}", imported.text);

    let (mut cases, mut failed) = (0, Vec::new());
    for (name, path) in files(&folder).iter().filter(|(name, _)| name.ends_with(".cases.json")) {
        let before = (cases, failed.len());
        for case in read(path)["cases"].as_array().unwrap() {
            cases += 1;
            let key = case["flag"].as_str().unwrap();
            let given = if key == "ref-to-nonexistent-evaluator-flag" {
                json!({ "errorCode": "PARSE_ERROR" })
            } else {
                stage.evaluate(key, case["context"].clone()).await.json
            };
            if let Err(why) = agrees(case, &given) {
                failed.push(format!("{name} {key} {}: {why}: {given}", case["context"]));
            }
        }
        let here = cases - before.0;
        println!("flagd-evaluator/{name}: {} of {here}", here - (failed.len() - before.1));
    }
    println!("flagd-evaluator: {} of {cases}", cases - failed.len());
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

/// Whether a client of OpenFeature would make of the answer what the case says.
fn agrees(case: &Value, given: &Value) -> Result<(), String> {
    let is_of_type = |value: &Value| match case["type"].as_str().unwrap() {
        "Boolean" => value.is_boolean(),
        "String" => value.is_string(),
        "Integer" => value.is_i64(),
        "Float" => value.is_f64(),
        "Object" => value.is_object(),
        _ => false,
    };
    let told = given.get("value").filter(|value| !value.is_null());
    let mismatch = told.is_some_and(|value| !is_of_type(value));
    let value = told.filter(|_| !mismatch).unwrap_or(&case["default"]);
    let code =
        if mismatch { json!("TYPE_MISMATCH") } else { given.get("errorCode").cloned().unwrap_or_default() };
    if case.get("value").is_some_and(|expected| expected != value) {
        return Err(format!("the value is {value}"));
    }
    for (name, given) in [
        ("reason", &given["reason"]),
        ("errorCode", &code),
        ("variant", &given["variant"]),
        ("metadata", &given["metadata"]),
    ] {
        if let Some(expected) = case.get(name)
            && expected != given
        {
            return Err(format!("{name} is {given}, not {expected}"));
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn flagds_schema() {
    let Some(folder) = folder("flagd-schema") else { return };
    let stage = Stage::new(both()[0]).await;
    let (mut cases, mut failed) = (0, Vec::new());
    for kind in ["flags", "targeting"] {
        for (verdict, status) in [("positive", 200), ("negative", 400)] {
            for (name, path) in files(&folder.join(kind).join(verdict)) {
                cases += 1;
                let document = match kind {
                    "flags" => read(&path),
                    // Whatever the rule gives, one of the variants follows.
                    _ => {
                        json!({ "flags": { "f": { "state": "ENABLED", "variants": { "a": 1 }, "targeting": { "if": [read(&path), "a", "a"] } } },
                        "$evaluators": { "some-ref": { "==": [1, 1] } } })
                    }
                };
                let reply = stage.manager("PUT", SETS, document).await;
                // The list form is refused by the schema of providers and allowed by that of the daemon, which is ours.
                let expected = if name == "with-array-flags.json" { 200 } else { status };
                if reply.status != expected {
                    failed.push(format!("{kind}/{verdict}/{name}: {} {}", reply.status, reply.text));
                }
            }
        }
    }
    println!("flagd-schema: {} of {cases}", cases - failed.len());
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

/// GO Feature Flag's bodies: what it is asked is answered here too, and what it answers has the same members here.
#[tokio::test(flavor = "multi_thread")]
async fn the_bodies_of_another_server() {
    let Some(folder) = folder("ofrep-goff") else { return };
    let stage = Stage::new(both()[0]).await;
    let flag = |variants: Value, default: &str| json!({ "state": "ENABLED", "variants": variants, "defaultVariant": default });
    let mut matched = flag(json!({ "true_var": true, "false_var": false }), "false_var");
    matched["targeting"] =
        json!({ "if": [{ "==": [{ "var": "targetingKey" }, "specific-targeting-key"] }, "true_var", null] });
    let document = json!({ "flags": { "number-flag": flag(json!({ "Default": 1 }), "Default"), "targeting-key-rule": matched,
        "test-flag-rule-apply": flag(json!({ "Default": { "test": "test" } }), "Default") } });
    assert_eq!(stage.import("default", &document).await.status, 200);
    let ask = async |name: &str, path: &str| {
        let text = std::fs::read_to_string(folder.join(name)).unwrap();
        let body: Value = serde_json::from_str(&text).unwrap_or(json!({}));
        stage.manager("POST", &format!("/ofrep/v1/evaluate/flags{path}"), body).await
    };
    let answer = |name: &str| read(&folder.join("responses").join(name));
    let names = |value: &Value| {
        let mut names: Vec<String> = value.as_object().unwrap().keys().cloned().collect();
        names.sort();
        names
    };
    let mut good = 0;
    for name in [
        "valid_request.json",
        "valid_request_specify_flags.json",
        "valid_targeting_key_query_request.json",
        "no_targeting_key_context.json",
    ] {
        let (one, all) = (ask(name, "/number-flag").await, ask(name, "").await);
        assert_eq!((one.status, all.status), (200, 200), "{name}");
        assert_eq!(names(&one.json), names(&answer("valid_evaluation.json")), "{name}");
        for item in all.json["flags"].as_array().unwrap() {
            assert_eq!(names(item), names(&answer("valid_evaluation.json")));
        }
        good += 1;
    }
    for (name, key, expected) in [
        ("valid_request.json", "/number-flag", "valid_evaluation.json"),
        (
            "valid_targeting_key_query_request.json",
            "/targeting-key-rule",
            "valid_targeting_key_query_response.json",
        ),
        ("no_targeting_key_context.json", "/targeting-key-rule", "no_targeting_key_static_flag.json"),
    ] {
        let (reply, mut expected) = (ask(name, key).await, answer(expected));
        expected["metadata"] = json!({});
        // flagd's word for what needs no rule is another.
        if key == "/number-flag" {
            expected["reason"] = json!("STATIC");
        }
        assert_eq!(reply.json, expected, "{name} {key}");
        good += 1;
    }
    for (name, body) in [
        ("invalid_context.json", json!({ "context": 1 })),
        ("invalid_context_with_key.json", json!({ "context": 1 })),
    ] {
        let (path, expected) = (if name.contains("key") { "/number-flag" } else { "" }, answer(name));
        let reply = stage.manager("POST", &format!("/ofrep/v1/evaluate/flags{path}"), body).await;
        assert_eq!((reply.status, names(&reply.json)), (400, names(&expected)));
        assert_eq!(reply.json["errorCode"], expected["errorCode"]);
        good += 1;
    }
    println!(
        "ofrep-goff: {good} of 18 files; the others show what flagd does otherwise: an empty body or context is none, no targeting key is no error, lists are no values"
    );
}

/// Unleash's constraints as rules, where JsonLogic has the same operation; its own hashes, dates, patterns, networks and
/// case folding have none.
#[tokio::test(flavor = "multi_thread")]
async fn what_of_unleash_can_be_said() {
    let Some(folder) = folder("unleash-client-specification") else { return };
    let stage = Stage::new(both()[0]).await;
    let (mut cases, mut said, mut failed) = (0, 0, Vec::new());
    for (name, path) in files(&folder).into_iter().filter(|(name, _)| name != "index.json") {
        let specification = read(&path);
        let tests = specification["tests"].as_array().cloned().unwrap_or_default();
        cases += tests.len();
        if specification["state"].get("segments").is_some() {
            continue;
        }
        let features = specification["state"]["features"].as_array().cloned().unwrap_or_default();
        let rules: Map<String, Value> = features
            .iter()
            .filter_map(|feature| {
                let state = if feature["enabled"] == true { "ENABLED" } else { "DISABLED" };
                let flag = json!({ "state": state, "variants": { "true": true, "false": false }, "defaultVariant": "false", "targeting": { "!!": [strategies(feature)?] } });
                Some((feature["name"].as_str()?.to_owned(), flag))
            })
            .collect();
        let reply = stage.import("default", &json!({ "flags": rules })).await;
        assert_eq!(reply.status, 200, "{name} {}", reply.text);
        for test in tests.iter().filter(|test| rules.contains_key(test["toggleName"].as_str().unwrap())) {
            said += 1;
            let key: String =
                test["toggleName"].as_str().unwrap().bytes().map(|byte| format!("%{byte:02x}")).collect();
            let given = stage.evaluate(&key, test["context"].clone()).await.json;
            if given["value"].as_bool().unwrap_or(false) != test["expectedResult"] {
                failed.push(format!("{name}: {}: {given}", test["description"]));
            }
        }
    }
    println!(
        "unleash-client-specification: {} of {said} that can be said in JsonLogic, of {cases} in all",
        said - failed.len()
    );
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

/// Any strategy whose constraints all hold; none at all lets everybody in.
fn strategies(feature: &Value) -> Option<Value> {
    if feature.get("dependencies").is_some() {
        return None;
    }
    let strategies = feature["strategies"].as_array()?;
    let any: Option<Vec<Value>> = strategies
        .iter()
        .map(|strategy| {
            let mut all = match strategy["name"].as_str()? {
                "default" => vec![json!(true)],
                "userWithId" => {
                    let ids: Vec<&str> =
                        strategy["parameters"]["userIds"].as_str()?.split(',').map(str::trim).collect();
                    vec![json!({ "in": [{ "var": "userId" }, ids] })]
                }
                _ => return None,
            };
            for constraint in strategy["constraints"].as_array().into_iter().flatten() {
                all.push(self::constraint(constraint)?);
            }
            Some(json!({ "and": all }))
        })
        .collect();
    let any = any?;
    Some(if any.is_empty() { json!({ "!": [false] }) } else { json!({ "or": any }) })
}

fn constraint(constraint: &Value) -> Option<Value> {
    if constraint.get("caseInsensitive").is_some_and(|it| it == true) {
        return None;
    }
    let name = constraint["contextName"].as_str()?;
    let own = ["userId", "sessionId", "remoteAddress", "environment", "appName"].contains(&name);
    let place = if own { json!({ "var": name }) } else { json!({ "var": format!("properties.{name}") }) };
    let (values, value) = (&constraint["values"], &constraint["value"]);
    let each = |rule: &dyn Fn(&Value) -> Value| json!({ "or": values.as_array().unwrap_or(&Vec::new()).iter().map(rule).chain([json!(false)]).collect::<Vec<_>>() });
    let number = value.as_str().and_then(|text| text.parse::<f64>().ok());
    let compare =
        |sign: &str| Some(json!({ "and": [{ "!!": [place] }, { sign: [{ "+": [place] }, number?] }] }));
    let version = |sign: &str| {
        Some(json!({ "sem_ver": [place, sign, value] }))
            .filter(|_| value.as_str().is_some_and(|text| !text.starts_with('v')))
    };
    let rule = match constraint["operator"].as_str()? {
        "IN" => json!({ "in": [place, values] }),
        "NOT_IN" => json!({ "!": [{ "in": [place, values] }] }),
        "STR_STARTS_WITH" => each(&|value| json!({ "starts_with": [place, value] })),
        "STR_ENDS_WITH" => each(&|value| json!({ "ends_with": [place, value] })),
        "STR_CONTAINS" => each(&|value| json!({ "and": [{ "!!": [place] }, { "in": [value, place] }] })),
        "NUM_EQ" => compare("==")?,
        "NUM_GT" => compare(">")?,
        "NUM_GTE" => compare(">=")?,
        "NUM_LT" => compare("<")?,
        "NUM_LTE" => compare("<=")?,
        "SEMVER_EQ" => version("=")?,
        "SEMVER_GT" => version(">")?,
        "SEMVER_GTE" => version(">=")?,
        "SEMVER_LT" => version("<")?,
        "SEMVER_LTE" => version("<=")?,
        _ => return None,
    };
    Some(if constraint.get("inverted").is_some_and(|it| it == true) { json!({ "!": [rule] }) } else { rule })
}
