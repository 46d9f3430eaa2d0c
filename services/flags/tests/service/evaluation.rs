//! Evaluation over OFREP: statuses, reasons, tags, and what is made of contexts that are none.

use axum::body::Body;
use http::{Request, header};
use kit_base::Role;
use kit_testkit::{TestReply, both};
use serde_json::{Value, json};

use crate::stage::Stage;

const ONE: &str = "/ofrep/v1/evaluate/flags/";
const ALL: &str = "/ofrep/v1/evaluate/flags";

fn document() -> Value {
    let flag = |more: Value| {
        let mut flag =
            json!({ "state": "ENABLED", "variants": { "on": true, "off": false }, "defaultVariant": "off" });
        flag.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        flag
    };
    json!({ "flags": {
        "static": flag(json!({ "metadata": { "owner": "x", "set": "mine" } })),
        "ten": flag(json!({ "variants": { "ten": 10, "float": 10.0 }, "defaultVariant": "float" })),
        "nothing": flag(json!({ "defaultVariant": null })),
        "off": flag(json!({ "state": "DISABLED" })),
        "ruled": flag(json!({ "targeting": { "if": [{ "==": [{ "var": "user.tier" }, "gold"] }, true, null] }, "variants": { "true": "yes", "off": "no" } })),
        "open": flag(json!({ "targeting": { "if": [{ "var": "x" }, "on"] }, "defaultVariant": null })),
        "slip": flag(json!({ "targeting": { "var": "variant" } })),
        "list": flag(json!({ "targeting": { "merge": [[1]] } })),
        "loop": flag(json!({ "targeting": { "reduce": [{ "var": "many" }, { "cat": [{ "var": "accumulator" }, { "var": "accumulator" }] }, "on"] } })),
        "half": flag(json!({ "targeting": { "fractional": [["on", 1], ["off", 1]] } })),
    }, "metadata": { "flagSetId": "default", "set": "all" } })
}

async fn raw(stage: &Stage, path: &str, body: &str, headers: &[(&str, &str)]) -> TestReply {
    let mut request = Request::post(path).header(header::HOST, "test");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    TestReply::read(stage.app.answer(request.body(Body::from(body.to_owned())).unwrap()).await).await
}

const KEY: (&str, &str) = ("x-api-key", "role:manager");

#[tokio::test(flavor = "multi_thread")]
async fn every_outcome_has_its_status_and_reason() {
    for engine in both() {
        let stage = Stage::new(engine).await;
        assert_eq!(stage.import("default", &document()).await.status, 200);
        let metadata = json!({ "flagSetId": "default", "set": "all" });
        for (key, context, status, expected) in [
            (
                "static",
                json!({}),
                200,
                json!({ "key": "static", "reason": "STATIC", "value": false, "variant": "off",
                "metadata": { "flagSetId": "default", "set": "mine", "owner": "x" } }),
            ),
            (
                "nothing",
                json!({}),
                200,
                json!({ "key": "nothing", "reason": "DEFAULT", "metadata": metadata }),
            ),
            ("off", json!({}), 200, json!({ "key": "off", "reason": "DISABLED", "metadata": metadata })),
            (
                "ruled",
                json!({ "user": { "tier": "gold" } }),
                200,
                json!({ "key": "ruled", "reason": "TARGETING_MATCH", "value": "yes", "variant": "true", "metadata": metadata }),
            ),
            (
                "ruled",
                json!({}),
                200,
                json!({ "key": "ruled", "reason": "DEFAULT", "value": "no", "variant": "off", "metadata": metadata }),
            ),
            ("open", json!({}), 200, json!({ "key": "open", "reason": "DEFAULT", "metadata": metadata })),
            (
                "slip",
                json!({ "variant": "none" }),
                400,
                json!({ "key": "slip", "errorCode": "GENERAL", "errorDetails": "The flag's targeting gave \"none\", which is none of its variants." }),
            ),
            (
                "list",
                json!({}),
                400,
                json!({ "key": "list", "errorCode": "GENERAL", "errorDetails": "The flag's targeting gave neither a variant nor null." }),
            ),
            (
                "loop",
                json!({ "many": vec![0; 60] }),
                400,
                json!({ "key": "loop", "errorCode": "GENERAL", "errorDetails": "The flag's targeting took too many steps for this context." }),
            ),
            (
                "half",
                json!({}),
                200,
                json!({ "key": "half", "reason": "DEFAULT", "value": false, "variant": "off", "metadata": metadata }),
            ),
            (
                "none",
                json!({}),
                404,
                json!({ "key": "none", "errorCode": "FLAG_NOT_FOUND", "errorDetails": "There is no flag \"none\" in the flag set \"default\"." }),
            ),
        ] {
            let reply = stage.evaluate(key, context).await;
            assert_eq!((reply.status, &reply.json), (status, &expected), "{engine:?} {key}");
        }
        assert!(
            stage.evaluate("ten", json!({})).await.text.contains("\"value\":10.0,"),
            "its form in JSON is kept"
        );
        let all = raw(&stage, ALL, r#"{"context":{"many":[1]}}"#, &[KEY]).await;
        assert_eq!(all.json["flags"].as_array().unwrap().len(), 10);
        assert_eq!(all.json["metadata"], metadata);
        let item = |key: &str| {
            all.json["flags"].as_array().unwrap().iter().find(|flag| flag["key"] == key).unwrap().clone()
        };
        assert_eq!(item("list")["errorCode"], "GENERAL");
        assert_eq!(item("static"), stage.evaluate("static", json!({})).await.json);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_are_taken_as_flagd_takes_them() {
    let stage = Stage::new(both()[0]).await;
    stage.flag("f").await;
    let path = format!("{ONE}f");
    let deep = format!("{{\"context\":{}1{}}}", "[".repeat(70), "]".repeat(70));
    let many = format!("{{\"context\":{{\"x\":[{}0]}}}}", "0,".repeat(20_000));
    for (body, status, code) in [
        ("", 200, None),
        ("{}", 200, None),
        (r#"{"context":null}"#, 200, None),
        (r#"{"context":{}}"#, 200, None),
        (r#"{"context":{"targetingKey":null,"é":[{"x":1e300}]}}"#, 200, None),
        (r#"{"context":[]}"#, 400, Some("INVALID_CONTEXT")),
        (r#"{"context":"x"}"#, 400, Some("INVALID_CONTEXT")),
        (r#"{"context":{"targetingKey":7}}"#, 400, Some("INVALID_CONTEXT")),
        ("[]", 400, Some("PARSE_ERROR")),
        ("{", 400, Some("PARSE_ERROR")),
        (r#"{"context":{"n":NaN}}"#, 400, Some("PARSE_ERROR")),
        (r#"{"context":{"n":1e999}}"#, 400, Some("PARSE_ERROR")),
        (deep.as_str(), 400, Some("PARSE_ERROR")),
        (&many, 400, Some("PARSE_ERROR")),
    ] {
        for (path, key) in [(path.as_str(), Some("f")), (ALL, None)] {
            let reply =
                raw(&stage, path, body, &[KEY, ("content-type", "application/x-www-form-urlencoded")]).await;
            assert_eq!(
                (reply.status, reply.json["errorCode"].as_str()),
                (status, code),
                "{body:.40} {}",
                reply.text
            );
            if code.is_some() {
                assert!(!reply.json["errorDetails"].as_str().unwrap().is_empty());
                assert_eq!(reply.json["key"].as_str(), key, "{body:.40}");
            }
        }
    }
    let large = format!("{{\"context\":{{\"x\":\"{}\"}}}}", "x".repeat(2 << 20));
    assert_eq!(raw(&stage, &path, &large, &[KEY]).await.status, 413);
    let xml =
        raw(&stage, &path, "<r><context><a>1</a></context></r>", &[KEY, ("content-type", "application/xml")])
            .await;
    assert_eq!(xml.status, 200, "{}", xml.text);
    let long = raw(&stage, &format!("{ONE}{}", "x".repeat(2_000)), "", &[KEY]).await;
    assert_eq!(long.status, 404, "{}", long.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tag_covers_the_flags_and_the_context() {
    for engine in both() {
        let stage = Stage::with(engine, &[], false).await;
        stage.flag("f").await;
        let ask = async |body: &str, tag: &str| raw(&stage, ALL, body, &[KEY, ("if-none-match", tag)]).await;
        let first = ask(r#"{"context":{"targetingKey":"a","b":1}}"#, "").await;
        let tag = first.header("etag").to_owned();
        assert!(first.status == 200 && tag.starts_with('"'), "{}", first.text);
        let same = ask(r#"{"context":{"b":1,"targetingKey":"a"}}"#, &tag).await;
        assert_eq!(
            (same.status, same.text.as_str(), same.header("etag")),
            (304, "", tag.as_str()),
            "in any order"
        );
        assert_eq!(
            ask(r#"{"context":{"targetingKey":"a","b":1}}"#, &format!("\"x\", W/{tag}")).await.status,
            304
        );
        assert_eq!(
            ask(r#"{"context":{"targetingKey":"b","b":1}}"#, &tag).await.status,
            200,
            "another caller"
        );
        assert_eq!(ask("", &tag).await.status, 200);
        stage.flag("g").await;
        let changed = ask(r#"{"context":{"targetingKey":"a","b":1}}"#, &tag).await;
        assert_eq!(changed.status, 200, "{engine:?}: the flags changed");
        assert_ne!(changed.header("etag"), tag);

        let timed = json!({ "flags": { "t": { "state": "ENABLED", "variants": { "on": 1, "off": 0 },
            "targeting": { "if": [{ ">": [{ "var": "$flagd.timestamp" }, 1_795_262_400] }, "on", "off"] } } } });
        assert_eq!(stage.import("default", &timed).await.status, 200);
        let before = ask("", "").await;
        assert_eq!(ask("", before.header("etag")).await.status, 304);
        stage.world.clock.advance(std::time::Duration::from_secs(1));
        let after = ask("", before.header("etag")).await;
        assert_eq!(
            (after.status, &after.json["flags"][0]["variant"]),
            (200, &json!("on")),
            "time has changed it"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_selector_chooses_the_flag_set() {
    let stage = Stage::new(both()[0]).await;
    stage.flag("f").await;
    let other =
        json!({ "flags": { "f": { "state": "ENABLED", "variants": { "a": "A" }, "defaultVariant": "a" } } });
    assert_eq!(stage.import("web", &other).await.status, 201);
    let path = format!("{ONE}f");
    for (selector, value) in
        [("web", json!("A")), ("flagSetId=web", json!("A")), ("", json!(true)), ("default", json!(true))]
    {
        let reply = raw(&stage, &path, "", &[KEY, ("flagd-selector", selector)]).await;
        assert_eq!(reply.json["value"], value, "{selector}");
    }
    assert_eq!(raw(&stage, &path, "", &[KEY, ("flagd-selector", "none")]).await.status, 404);
    let reply = raw(&stage, ALL, "", &[KEY, ("flagd-selector", "none")]).await;
    assert_eq!((reply.status, reply.json["errorCode"].as_str()), (400, Some("GENERAL")));
}

#[tokio::test(flavor = "multi_thread")]
async fn it_takes_a_key_unless_everybody_may() {
    let stage = Stage::new(both()[0]).await;
    stage.flag("f").await;
    let path = format!("{ONE}f");
    assert_eq!(raw(&stage, &path, "", &[]).await.status, 401);
    assert_eq!(raw(&stage, &path, "", &[("x-api-key", "nobody")]).await.status, 401);
    assert_eq!(raw(&stage, &path, "", &[("x-api-key", "role:member")]).await.status, 403);
    assert_eq!(raw(&stage, &path, "", &[("authorization", "Bearer role:viewer")]).await.status, 200);
    assert_eq!(raw(&stage, &path, "", &[KEY]).await.status, 200);
    let open = Stage::with(both()[0], &[("flags.anonymous", "true")], true).await;
    open.flag("f").await;
    assert_eq!(raw(&open, &path, "", &[]).await.status, 200);
    assert_eq!(open.app.anonymous().get("/flags").await.status, 200);
    assert_eq!(open.app.check_rules().await, 19);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_node_sees_a_change_by_its_version() {
    for engine in both() {
        let stage = Stage::new(engine).await;
        let mut context = stage.world.context.clone();
        context.bus = std::sync::Arc::new(kit_bus::MemoryBus::default());
        let tasks = flags::build(&context).await.unwrap().tasks;
        let elsewhere = flags::build(&context).await.unwrap();
        drop(tasks);
        let stop = tokio_util::sync::CancellationToken::new();
        let (web, tasks) = (elsewhere.web, elsewhere.tasks);
        for task in tasks {
            tokio::spawn(task.run(stop.clone()));
        }
        let twin = kit_testkit::TestWorld::new(engine);
        let app = twin.start(vec![kit_runtime::Service {
            name: "flags",
            web,
            db: None,
            consumers: Vec::new(),
            tasks: Vec::new(),
        }]);
        stage.flag("f").await;
        let waiting = async {
            while app.role(Role::Manager).post(&format!("{ONE}f"), json!({})).await.status != 200 {
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(20), waiting)
            .await
            .expect("the other node looks");
        stop.cancel();
    }
}
