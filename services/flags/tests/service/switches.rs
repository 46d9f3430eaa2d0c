//! Kill switches: pulled by incidents that match, restored exactly, held by several, freed by people, whatever order the
//! news comes in.

use std::time::Duration;

use contracts::incidents::{IncidentOpened, IncidentStatus};
use kit_base::Role;
use kit_testkit::both;
use serde_json::{Value, json};

use crate::stage::Stage;

async fn link(stage: &Stage, body: Value) -> String {
    let reply = stage.manager("POST", "/api/v1/flags/links", body).await;
    assert_eq!(reply.status, 201, "{}", reply.text);
    reply.json["id"].as_str().unwrap().to_owned()
}

async fn linked(stage: &Stage, key: &str, component: &str) -> String {
    stage.flag(key).await;
    link(stage, json!({ "flag": key, "component": component })).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flag_is_off_while_a_matching_incident_goes_on_and_then_exactly_as_before() {
    for engine in both() {
        let stage = Stage::new(engine).await;
        linked(&stage, "shop", "checkout").await;
        let before = stage.see("/api/v1/flags/shop").await;
        let answer = stage.evaluate("shop", json!({})).await.text;
        stage.told(1).await;

        stage.opened("INC-1", 2, &["search"]).await;
        stage.opened("INC-2", 3, &["checkout", "search"]).await;
        let off = stage.becomes("shop", "DISABLED").await;
        assert_eq!(
            off,
            json!({ "key": "shop", "reason": "DISABLED", "metadata": { "polystatus.incident": "INC-2" } })
        );
        let shown = stage.see("/api/v1/flags/shop").await;
        assert_eq!(shown["switch"]["incidents"], json!(["INC-2"]), "{engine:?}");
        assert_eq!(shown["switch"]["reason"], "component checkout");
        assert_eq!((&shown["state"], &shown["updated_at"]), (&before["state"], &before["updated_at"]));
        assert_eq!(stage.see("/flags").await["shop"], json!({ "variation": null, "off": true }));
        assert_eq!(stage.see("/admin/flags").await["results"][0]["on"], false);
        assert_eq!(stage.told(1).await, ["switched shop disabled INC-2"]);

        stage.peers.say("INC-2", 3, &["checkout"], IncidentStatus::Mitigated);
        stage.changed("INC-2", IncidentStatus::Mitigated).await;
        stage.settled().await;
        assert_eq!(stage.evaluate("shop", json!({})).await.json["reason"], "DISABLED", "it is not over");
        stage.resolved("INC-2").await;
        stage.becomes("shop", "STATIC").await;
        assert_eq!(stage.evaluate("shop", json!({})).await.text, answer, "{engine:?}: exactly");
        assert_eq!(stage.see("/api/v1/flags/shop").await, before);
        assert_eq!(stage.told(1).await, ["switched shop restored INC-2"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn several_incidents_hold_one_flag_until_the_last_is_over() {
    for engine in both() {
        let stage = Stage::new(engine).await;
        linked(&stage, "shop", "checkout").await;
        link(&stage, json!({ "flag": "shop", "min_severity": 1, "action": "variant", "variant": "off" }))
            .await;
        stage.told(1).await;
        stage.opened("INC-1", 1, &["elsewhere"]).await;
        let forced = stage.becomes("shop", "STATIC").await;
        let wait = async {
            while stage.evaluate("shop", json!({})).await.json["value"] != json!(false) {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), wait).await.expect("a variant is forced");
        drop(forced);
        stage.world.clock.advance(Duration::from_secs(1));
        stage.opened("INC-2", 4, &["checkout"]).await;
        stage.becomes("shop", "DISABLED").await;
        let switch = stage.see("/api/v1/flags/shop").await["switch"].clone();
        assert_eq!(
            (&switch["action"], &switch["incidents"]),
            (&json!("disable"), &json!(["INC-1", "INC-2"])),
            "{engine:?}"
        );
        stage.resolved("INC-1").await;
        stage.settled().await;
        assert_eq!(stage.evaluate("shop", json!({})).await.json["reason"], "DISABLED");
        stage.resolved("INC-2").await;
        assert_eq!(stage.becomes("shop", "STATIC").await["value"], true);
        let told = stage.told(3).await;
        assert_eq!(
            told,
            ["switched shop disabled INC-1", "switched shop disabled INC-2", "switched shop restored INC-2"]
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn news_may_come_twice_late_and_in_any_order() {
    for engine in both() {
        let stage = Stage::new(engine).await;
        linked(&stage, "shop", "checkout").await;
        // What is over is told before it was opened: the incidents service knows better than the order.
        stage.peers.say("INC-1", 1, &["checkout"], IncidentStatus::Resolved);
        stage.changed("INC-1", IncidentStatus::Resolved).await;
        let late = IncidentOpened {
            id: "INC-1".to_owned(),
            title: "late".to_owned(),
            sev: 1,
            services: vec!["checkout".to_owned()],
            source: "manual".to_owned(),
        };
        stage.tell(&late).await;
        stage.settled().await;
        assert_eq!(stage.evaluate("shop", json!({})).await.json["reason"], "STATIC", "{engine:?}");

        stage.opened("INC-2", 1, &["checkout"]).await;
        stage.tell(&IncidentOpened { id: "INC-2".to_owned(), ..late.clone() }).await;
        stage.becomes("shop", "DISABLED").await;
        stage.resolved("INC-2").await;
        stage.tell(&IncidentOpened { id: "INC-2".to_owned(), ..late }).await;
        stage.changed("INC-2", IncidentStatus::Open).await;
        stage.becomes("shop", "STATIC").await;
        stage.settled().await;
        assert_eq!(
            stage.evaluate("shop", json!({})).await.json["reason"],
            "STATIC",
            "{engine:?}: what was late changes nothing"
        );

        // Opened again, and now naming what it did not name before.
        stage.peers.say("INC-2", 1, &["checkout"], IncidentStatus::Open);
        stage.changed("INC-2", IncidentStatus::Open).await;
        stage.becomes("shop", "DISABLED").await;
        stage.resolved("INC-2").await;
        stage.becomes("shop", "STATIC").await;

        stage.peers.say("INC-3", 4, &["other"], IncidentStatus::Open);
        stage.changed("INC-3", IncidentStatus::Open).await;
        stage.settled().await;
        assert_eq!(stage.evaluate("shop", json!({})).await.json["reason"], "STATIC");
        stage.peers.say("INC-3", 4, &["other", "checkout"], IncidentStatus::Open);
        stage.changed("INC-3", IncidentStatus::Open).await;
        stage.becomes("shop", "DISABLED").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_missed_is_asked_for() {
    for engine in both() {
        let stage = Stage::with(engine, &[], true).await;
        linked(&stage, "shop", "checkout").await;
        stage.peers.say("INC-1", 1, &["checkout"], IncidentStatus::Mitigated);
        stage.settled().await;
        stage.becomes("shop", "DISABLED").await;
        stage.peers.say("INC-1", 1, &["checkout"], IncidentStatus::Resolved);
        stage.settled().await;
        stage.becomes("shop", "STATIC").await;
        // Nobody can be asked: what the news says counts all the same.
        stage.peers.down(true);
        stage.opened("INC-2", 1, &["checkout"]).await;
        stage.becomes("shop", "DISABLED").await;
        stage.changed("INC-2", IncidentStatus::Resolved).await;
        stage.becomes("shop", "STATIC").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_persons_word_counts_more() {
    for engine in both() {
        let stage = Stage::new(engine).await;
        linked(&stage, "shop", "checkout").await;
        stage.told(1).await;
        let lift = "/api/v1/flags/shop/switch";
        assert_eq!(stage.app.role(Role::Manager).delete(lift).await.status, 409, "nothing holds it");
        stage.opened("INC-1", 1, &["checkout"]).await;
        stage.becomes("shop", "DISABLED").await;
        let freed = stage.app.role(Role::Manager).delete(lift).await;
        assert_eq!((freed.status, &freed.json["switch"]["lifted"]), (200, &json!(true)), "{}", freed.text);
        assert_eq!(stage.evaluate("shop", json!({})).await.json["reason"], "STATIC");
        stage.opened("INC-2", 1, &["checkout"]).await;
        stage.settled().await;
        assert_eq!(
            stage.evaluate("shop", json!({})).await.json["reason"],
            "STATIC",
            "{engine:?}: as long as it holds"
        );
        stage.resolved("INC-1").await;
        stage.resolved("INC-2").await;
        stage.settled().await;
        assert_eq!(stage.see("/api/v1/flags/shop").await["switch"], json!(null));
        stage.opened("INC-3", 1, &["checkout"]).await;
        stage.becomes("shop", "DISABLED").await;
        assert_eq!(stage.manager("POST", "/admin/toggle/shop", json!({ "on": true })).await.status, 200);
        assert_eq!(stage.evaluate("shop", json!({})).await.json["value"], true);
        // Turned off by hand, it stays so when the incident is over.
        assert_eq!(stage.manager("POST", "/admin/toggle/shop", json!({ "on": false })).await.status, 200);
        stage.resolved("INC-3").await;
        stage.settled().await;
        assert_eq!(
            stage.evaluate("shop", json!({})).await.json,
            json!({ "key": "shop", "reason": "DISABLED", "metadata": {} })
        );
        let told: Vec<String> =
            stage.told(5).await.into_iter().filter(|it| it.starts_with("switched")).collect();
        assert_eq!(
            told,
            [
                "switched shop disabled INC-1",
                "switched shop restored INC-1",
                "switched shop disabled INC-3",
                "switched shop restored INC-3",
            ],
            "{engine:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn links_count_at_once_and_no_longer_than_they_are_there() {
    for engine in both() {
        let stage = Stage::new(engine).await;
        stage.flag("shop").await;
        stage.opened("INC-1", 2, &["checkout"]).await;
        let id = link(&stage, json!({ "flag": "shop", "component": "checkout", "min_severity": 2 })).await;
        assert_eq!(stage.evaluate("shop", json!({})).await.json["reason"], "DISABLED", "{engine:?}");
        let links = stage.see("/api/v1/flags/links?flag=shop").await;
        assert_eq!((&links["count"], &links["results"][0]["min_severity"]), (&json!(1), &json!(2)));
        assert_eq!(
            stage.app.role(Role::Manager).delete(&format!("/api/v1/flags/links/{id}")).await.status,
            204
        );
        assert_eq!(stage.evaluate("shop", json!({})).await.json["reason"], "STATIC");
        assert_eq!(
            stage.app.role(Role::Manager).delete(&format!("/api/v1/flags/links/{id}")).await.status,
            404
        );

        link(
            &stage,
            json!({ "flag": "shop", "component": "checkout", "action": "variant", "variant": "off" }),
        )
        .await;
        assert_eq!(stage.evaluate("shop", json!({})).await.json["variant"], "off");
        let without = json!({ "state": "ENABLED", "variants": { "on": true } });
        assert_eq!(
            stage.manager("PUT", "/api/v1/flags/shop", without).await.status,
            409,
            "the link needs it"
        );
        assert_eq!(stage.app.role(Role::Manager).delete("/api/v1/flags/shop").await.status, 204);
        assert_eq!(stage.see("/api/v1/flags/links").await["count"], 0, "links go with their flag");
        stage.flag("shop").await;
        assert_eq!(stage.evaluate("shop", json!({})).await.json["reason"], "STATIC");
        for (bad, field) in [
            (json!({ "component": "x" }), "flag"),
            (json!({ "flag": "none", "component": "x" }), "flag"),
            (json!({ "flag": "shop" }), "component"),
            (json!({ "flag": "shop", "min_severity": 5 }), "min_severity"),
            (json!({ "flag": "shop", "component": "x", "set": "no" }), "set"),
            (json!({ "flag": "shop", "component": "x", "action": "explode" }), "action"),
            (json!({ "flag": "shop", "component": "x", "action": "variant" }), "variant"),
            (json!({ "flag": "shop", "component": "x", "variant": "on" }), "variant"),
            (json!({ "flag": "shop", "component": "x", "action": "variant", "variant": "no" }), "variant"),
        ] {
            let reply = stage.manager("POST", "/api/v1/flags/links", bad.clone()).await;
            assert!(reply.status == 400 && reply.json[field].is_array(), "{bad} {}", reply.text);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flag_that_incidents_pull_too_often_stays_off_for_a_while() {
    for engine in both() {
        let settings = [("flags.most_pulls", "2"), ("flags.restore_after", "10s")];
        let stage = Stage::with(engine, &settings, true).await;
        linked(&stage, "shop", "checkout").await;
        stage.opened("INC-1", 1, &["checkout"]).await;
        stage.becomes("shop", "DISABLED").await;
        stage.resolved("INC-1").await;
        stage.world.clock.advance(Duration::from_secs(9));
        assert_eq!(
            stage.evaluate("shop", json!({})).await.json["reason"],
            "DISABLED",
            "it is not calm for long enough"
        );
        stage.world.clock.advance(Duration::from_secs(1));
        stage.becomes("shop", "STATIC").await;
        stage.opened("INC-2", 1, &["checkout"]).await;
        stage.becomes("shop", "DISABLED").await;
        stage.resolved("INC-2").await;
        let until = async {
            while stage.see("/api/v1/flags/shop").await["switch"]["restores_at"].is_null() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), until).await.expect("it waits");
        stage.world.clock.advance(Duration::from_secs(1800));
        stage.settled().await;
        assert_eq!(stage.evaluate("shop", json!({})).await.json["reason"], "DISABLED", "{engine:?}");
        stage.world.clock.advance(Duration::from_secs(1800));
        stage.becomes("shop", "STATIC").await;
    }
}
