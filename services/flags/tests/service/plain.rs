//! The plain form of the founding description, as a view of the same flags.

use kit_base::Role;
use kit_testkit::both;
use serde_json::json;

use crate::stage::Stage;

#[tokio::test(flavor = "multi_thread")]
async fn flags_are_written_shown_and_evaluated_in_the_plain_form() {
    for engine in both() {
        let stage = Stage::new(engine).await;
        let new = json!({ "id": "checkout", "on": true, "kind": "boolean", "variations": ["on", "off"],
            "fallthrough": { "variation": "off" },
            "rules": [{ "if": { "attr": "role", "op": "eq", "value": "admin" }, "variation": "on" }],
            "targets": { "users": { "alice": "on" } } });
        let made = stage.manager("POST", "/admin/flags", new.clone()).await;
        assert_eq!((made.status, &made.json), (201, &new), "{engine:?}");
        let colours = json!({ "id": "colour", "on": false, "kind": "multivar", "variations": ["red", "blue"], "fallthrough": { "variation": 1 } });
        assert_eq!(stage.manager("POST", "/admin/flags", colours).await.status, 201);
        assert_eq!(stage.manager("POST", "/admin/flags", new.clone()).await.status, 200, "it was there");

        for (query, variation) in
            [("user=alice", "on"), ("user=bob&role=admin", "on"), ("user=bob&role=sre", "off"), ("", "off")]
        {
            let flags = stage.see(&format!("/flags?{query}")).await;
            assert_eq!(
                flags,
                json!({ "checkout": { "variation": variation, "off": false }, "colour": { "variation": null, "off": true } }),
                "{query}"
            );
        }
        let listed = stage.see("/admin/flags").await;
        assert_eq!((&listed["count"], &listed["results"][0]), (&json!(2), &new));
        assert_eq!(listed["results"][1]["fallthrough"], json!({ "variation": "blue" }));
        assert_eq!(
            stage.evaluate("checkout", json!({ "targetingKey": "alice" })).await.json["reason"],
            "TARGETING_MATCH"
        );

        let toggled = stage.manager("POST", "/admin/toggle/checkout", json!({ "on": false })).await;
        assert_eq!((toggled.status, &toggled.json["on"]), (200, &json!(false)));
        assert_eq!(
            stage.see("/flags?user=alice").await["checkout"],
            json!({ "variation": null, "off": true })
        );
        assert_eq!(stage.see("/api/v1/flags/checkout").await["state"], "DISABLED");
        assert_eq!(stage.manager("POST", "/admin/toggle/checkout", json!({ "on": true })).await.status, 200);
        assert_eq!(stage.see("/flags?user=alice").await["checkout"]["variation"], "on");

        assert_eq!(stage.manager("POST", "/admin/toggle/none", json!({ "on": true })).await.status, 404);
        assert_eq!(
            stage.manager("POST", "/admin/toggle/none", json!({})).await.status,
            404,
            "404 before 400"
        );
        assert!(
            stage.manager("POST", "/admin/toggle/checkout", json!({ "on": "perhaps" })).await.json["on"]
                .is_array()
        );
        let bad = stage.manager("POST", "/admin/flags", json!({ "kind": "boolean", "rules": [{}] })).await;
        assert!(
            ["id", "on", "rules[0].if.attr", "rules[0].variation"]
                .iter()
                .all(|path| bad.json[*path].is_array()),
            "{}",
            bad.text
        );
        assert_eq!(stage.app.role(Role::Viewer).post("/admin/flags", new).await.status, 403);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_plain_form_cannot_say_stays_as_flagd_has_it() {
    let stage = Stage::new(both()[0]).await;
    let rule = json!({ "fractional": [["on", 1], ["off", 1]] });
    let flag = json!({ "key": "f", "state": "ENABLED", "variants": { "on": true, "off": false }, "targeting": rule, "metadata": { "owner": "x" } });
    assert_eq!(stage.manager("POST", "/api/v1/flags", flag).await.status, 201);
    let shown = stage.see("/admin/flags").await["results"][0].clone();
    assert_eq!((&shown["targeting"], &shown["rules"]), (&rule, &json!([])));
    assert_eq!(shown["fallthrough"], json!({ "variation": null }));
    let mut back = shown.clone();
    back["fallthrough"] = json!({ "variation": "off" });
    let saved = stage.manager("POST", "/admin/flags", back).await;
    assert_eq!(saved.status, 200, "{}", saved.text);
    let flag = stage.see("/api/v1/flags/f").await;
    assert_eq!(
        (&flag["targeting"], &flag["metadata"], &flag["defaultVariant"]),
        (&rule, &json!({ "owner": "x" }), &json!("off"))
    );
}
