//! Definitions: written whole or not at all, shown as they were written, refused with the path to each fault.

use kit_base::Role;
use kit_testkit::{both, check_openapi, prepare_all};
use serde_json::{Value, json};

use crate::stage::Stage;

const SETS: &str = "/api/v1/flags/sets/default";

fn document() -> Value {
    json!({
        "$schema": "https://flagd.dev/schema/v0/flags.json",
        "flags": {
            "a": { "state": "ENABLED", "variants": { "on": true, "off": false }, "defaultVariant": "off",
                "targeting": { "if": [{ "$ref": "ours" }, "on", null] }, "metadata": { "owner": "x", "n": 1.5 } },
            "count": { "state": "DISABLED", "variants": { "ten": 10, "half": 0.5, "zero": 0.0 }, "defaultVariant": null },
            "text": { "state": "ENABLED", "variants": { "é": "", "b": "B" }, "defaultVariant": "é" },
            "whole": { "state": "ENABLED", "variants": { "x": { "list": [1, 1.0, null] } }, "defaultVariant": "x" },
        },
        "$evaluators": { "ours": { "ends_with": [{ "var": "email" }, "@example.org"] } },
        "metadata": { "flagSetId": "default", "version": "17" },
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_imported_is_exported_as_it_was() {
    for engine in both() {
        let stage = Stage::new(engine).await;
        let reply = stage.manager("PUT", SETS, document()).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        assert_eq!((&reply.json["created"], &reply.json["warnings"]), (&json!(4), &json!([])));
        let exported = stage.app.role(Role::Viewer).get(SETS).await;
        assert_eq!(exported.text, document().to_string(), "{engine:?}: to the letter, numbers too");

        let again = stage.manager("PUT", SETS, exported.json).await.json;
        assert_eq!(
            (&again["created"], &again["changed"], &again["deleted"]),
            (&json!(0), &json!(0), &json!(0))
        );
        let mut next = document();
        next["flags"].as_object_mut().unwrap().shift_remove("text");
        next["flags"]["count"]["state"] = json!("ENABLED");
        next["flags"]["new"] = next["flags"]["a"].clone();
        let reply = stage.manager("PUT", SETS, next).await.json;
        assert_eq!(
            (&reply["created"], &reply["changed"], &reply["deleted"]),
            (&json!(1), &json!(1), &json!(1))
        );
        let told = stage.told(7).await;
        let last: Vec<&str> = told.iter().skip(4).map(String::as_str).collect();
        assert_eq!(
            last,
            ["changed count changed", "changed new created", "changed text deleted"],
            "{told:?}"
        );
        assert_eq!(stage.evaluate("text", json!({})).await.status, 404, "what is gone is not evaluated");
        assert_eq!(stage.evaluate("new", json!({ "email": "a@example.org" })).await.json["value"], true);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_with_faults_changes_nothing_and_names_each() {
    for engine in both() {
        let stage = Stage::new(engine).await;
        stage.flag("kept").await;
        let nested = |inner: Value| (0..15).fold(inner, |rule, _| json!({ "!": [rule] }));
        let faulty = json!({
            "flags": {
                "none": {},
                "mixed": { "state": "ENABLED", "variants": { "a": true, "b": "x", "c": [1] }, "defaultVariant": "d" },
                "word": { "state": "on", "variants": {} },
                "rule": { "state": "ENABLED", "variants": { "a": 1 }, "targeting": { "if": [{ "unheard": [] }, "a", { "$ref": "no" }] } },
                "circle": { "state": "ENABLED", "variants": { "a": 1 }, "targeting": { "if": [{ "$ref": "x" }, "a"] } },
                "deep": { "state": "ENABLED", "variants": { "a": 1 }, "targeting": nested(json!({ "$ref": "d1" })) },
                "slip": { "state": "ENABLED", "variants": { "a": 1 }, "targeting": { "if": [true, "A", { "fractional": [["a", -1], ["b", 0.5], ["a", 3e9]] }] } },
                "meta": { "state": "ENABLED", "variants": { "a": 1 }, "targeting": [], "metadata": { "x": {}, "y": "ok" } },
                "k".repeat(201): { "state": "ENABLED", "variants": { "a": 1 } },
            },
            "$evaluators": { "x": { "$ref": "y" }, "y": { "!": [{ "$ref": "x" }] }, "z": 4,
                "d1": nested(json!({ "$ref": "d2" })), "d2": nested(json!({ "$ref": "d3" })), "d3": nested(json!(1)) },
            "metadata": { "flagSetId": 7 },
        });
        let reply = stage.manager("PUT", SETS, faulty.clone()).await;
        assert_eq!(reply.status, 400, "{}", reply.text);
        for path in [
            "flags.none.state",
            "flags.none.variants",
            "flags.mixed.variants.b",
            "flags.mixed.variants.c",
            "flags.mixed.defaultVariant",
            "flags.word.state",
            "flags.word.variants",
            "flags.rule.targeting.if[0]",
            "flags.rule.targeting.if[2].$ref",
            "$evaluators.x.$ref",
            "$evaluators.z",
            "flags.slip.targeting.if[1]",
            "flags.slip.targeting.if[2].fractional[0][1]",
            "flags.slip.targeting.if[2].fractional[1][1]",
            "flags.slip.targeting.if[2].fractional[1][0]",
            "flags.slip.targeting.if[2].fractional",
            "flags.meta.targeting",
            "flags.meta.metadata.x",
            "metadata.flagSetId",
        ] {
            assert!(reply.json[path][0].is_string(), "{path} is not among {:#}", reply.json);
        }
        let faults = reply.json.as_object().unwrap();
        let deep =
            |fault: &Value| fault[0].as_str().unwrap().starts_with("Rules are nested more than 50 deep");
        assert!(faults.iter().any(|(path, fault)| path.starts_with("$evaluators.d3.![0]") && deep(fault)));
        assert!(faults.keys().any(|path| path.starts_with("flags.kkk")));
        let good = stage.see("/api/v1/flags").await;
        assert_eq!((&good["count"], &good["results"][0]["key"]), (&json!(1), &json!("kept")));

        for (bad, path) in [
            (json!({}), "flags"),
            (json!({ "flags": 1 }), "flags"),
            (json!({ "flags": [{ "state": "ENABLED" }] }), "flags[0].key"),
            (json!({ "flags": {}, "$evaluators": [] }), "$evaluators"),
            (json!({ "flags": {}, "metadata": "x" }), "metadata"),
        ] {
            assert!(stage.manager("PUT", SETS, bad).await.json[path].is_array(), "{path}");
        }
        let reply = stage.manager("PUT", &format!("{SETS}?bucketing=v9"), document()).await;
        assert!(reply.json["bucketing"].is_array());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_doubtful_passes_only_where_that_is_wanted() {
    let stage = Stage::new(both()[0]).await;
    let doubtful = json!({ "flags": { "f": { "state": "ENABLED", "variants": { "a": 1 },
        "targeting": { "fractional": [["a", -1], ["a", 1]] } } } });
    let refused = stage.manager("PUT", SETS, doubtful.clone()).await;
    assert!(refused.json["flags.f.targeting.fractional[0][1]"].is_array(), "{}", refused.text);
    let passed = stage.import("default", &doubtful).await;
    assert_eq!(passed.status, 200, "{}", passed.text);
    assert_eq!(
        passed.json["warnings"][0],
        "flags.f.targeting.fractional[0][1]: A weight is a whole number from 0, or an operation."
    );
    let listed = json!({ "flags": [{ "key": "l", "state": "ENABLED", "variants": { "a": 1 } }] });
    assert_eq!(stage.manager("PUT", "/api/v1/flags/sets/web?bucketing=v3", listed).await.status, 201);
    let sets = stage.see("/api/v1/flags/sets").await;
    let shown: Vec<_> = sets["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|set| (&set["name"], &set["bucketing"], &set["flags"]))
        .collect();
    assert_eq!(
        shown,
        [(&json!("default"), &json!("v2"), &json!(1)), (&json!("web"), &json!("v3"), &json!(1))]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn flags_are_written_one_by_one() {
    for engine in both() {
        let stage = Stage::new(engine).await;
        let new = json!({ "key": "f/ö", "state": "ENABLED", "variants": { "a": 1.0, "b": 2 }, "defaultVariant": "a", "metadata": { "x": true } });
        let made = stage.manager("POST", "/api/v1/flags", new.clone()).await;
        assert_eq!(made.status, 201, "{}", made.text);
        assert!(made.text.contains("\"a\":1.0,\"b\":2}"), "{}", made.text);
        assert_eq!(
            stage.manager("POST", "/api/v1/flags", new.clone()).await.json["key"][0],
            "A flag with the key f/ö already exists."
        );
        let path = "/api/v1/flags/f%2F%C3%B6";
        assert_eq!(stage.see(path).await["defaultVariant"], "a");
        let mut other = new.clone();
        other["defaultVariant"] = json!("b");
        assert_eq!(stage.manager("PUT", path, other).await.json["defaultVariant"], "b");
        assert_eq!(stage.evaluate("f%2F%C3%B6", json!({})).await.json["value"], 2);
        let bad = stage
            .manager(
                "PUT",
                path,
                json!({ "state": "ENABLED", "variants": { "a": 1 }, "targeting": { "var": "$flagd.x" } }),
            )
            .await;
        assert!(bad.json["targeting.var"].is_array(), "{}", bad.text);
        assert_eq!(stage.manager("PUT", "/api/v1/flags/none", json!({})).await.status, 404, "404 before 400");
        assert_eq!(
            stage
                .manager(
                    "POST",
                    "/api/v1/flags",
                    json!({ "key": "x", "set": "no", "state": "ENABLED", "variants": { "a": 1 } })
                )
                .await
                .json["set"][0],
            "There is no flag set \"no\"."
        );
        for bad in ["", "sets", "links", &"x".repeat(201)] {
            let reply = stage
                .manager(
                    "POST",
                    "/api/v1/flags",
                    json!({ "key": bad, "state": "ENABLED", "variants": { "a": 1 } }),
                )
                .await;
            assert!(reply.json["key"].is_array(), "{bad:.10}: {}", reply.text);
        }
        let found = stage.see("/api/v1/flags?q=F/&state=ENABLED&set=default").await;
        assert_eq!(found["count"], 1);
        assert_eq!(stage.see("/api/v1/flags?q=%25").await["count"], 0, "what a pattern would be is a letter");
        assert_eq!(stage.app.role(Role::Viewer).get("/api/v1/flags?state=x").await.status, 400);
        assert_eq!(stage.app.role(Role::Manager).delete(path).await.status, 204);
        assert_eq!(stage.evaluate("f%2F%C3%B6", json!({})).await.status, 404);
        assert_eq!(stage.app.role(Role::Manager).delete(path).await.status, 404);
        assert_eq!(
            stage.told(3).await,
            ["changed f/ö created", "changed f/ö changed", "changed f/ö deleted"]
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sets_come_and_go_and_the_default_one_stays() {
    for engine in both() {
        let stage = Stage::new(engine).await;
        assert_eq!(stage.import("web", &document()).await.status, 201);
        assert_eq!(stage.app.role(Role::Manager).delete("/api/v1/flags/sets/web").await.status, 204);
        assert_eq!(stage.app.role(Role::Viewer).get("/api/v1/flags/sets/web").await.status, 404);
        assert_eq!(stage.see("/api/v1/flags").await["count"], 0);
        assert_eq!(stage.app.role(Role::Manager).delete(SETS).await.status, 409);
    }
}

#[test]
fn every_statement_is_understood_by_both_databases() {
    prepare_all(env!("CARGO_MANIFEST_DIR"), flags::MIGRATIONS);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_has_its_rule_and_its_description() {
    let stage = Stage::new(both()[0]).await;
    assert_eq!(stage.app.check_rules().await, 19);
    let faults = check_openapi(&stage.app.openapi);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_set_of_thousands_goes_out_and_comes_in_again_and_one_that_refers_to_too_much_does_not() {
    let stage = Stage::new(both()[0]).await;
    let flag = json!({ "state": "ENABLED", "variants": { "on": true, "off": false }, "defaultVariant": "off",
        "targeting": { "if": [{ "ends_with": [{ "var": "email" }, "@example.org"] }, "on", null] } });
    let flags: serde_json::Map<_, _> = (0..1_500).map(|n| (format!("flag-{n}"), flag.clone())).collect();
    let imported = stage.import("many", &json!({ "flags": flags })).await;
    assert_eq!((imported.status, &imported.json["created"]), (201, &json!(1_500)), "{:.200}", imported.text);
    let exported = stage.app.role(Role::Viewer).get("/api/v1/flags/sets/many").await;
    let again = stage.import("many", &exported.json).await;
    assert_eq!((again.status, &again.json["changed"]), (200, &json!(0)), "{:.200}", again.text);

    let big = json!({ "==": [{ "var": "a" }, { "merge": vec![1; 4_900] }] });
    let flag = json!({ "state": "ENABLED", "variants": { "on": true }, "defaultVariant": "on",
        "targeting": { "if": [{ "$ref": "big" }, "on", null] } });
    let flags: serde_json::Map<_, _> = (0..200).map(|n| (format!("flag-{n}"), flag.clone())).collect();
    let refused = stage.import("bomb", &json!({ "flags": flags, "$evaluators": { "big": big } })).await;
    assert_eq!(refused.status, 400);
    assert!(refused.json["flags"][0].as_str().unwrap().contains("500000 parts"), "{:.200}", refused.text);
}
