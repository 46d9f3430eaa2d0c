//! Who counts, what is kept of them, and what is refused.

use std::net::IpAddr;

use kit_base::Role;
use kit_testkit::{Engine, both};
use serde_json::{Value, json};

use crate::stage::{Stage, address};

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_counts_once_for_each_component_in_a_quarter_of_an_hour() {
    for engine in both() {
        let stage = Stage::still(engine);
        let first = stage.report("shop", 1).await;
        let expected = json!({ "component": "shop", "kind": "down", "at": "2026-11-21T12:00:00Z" });
        assert_eq!((first.status, &first.json), (201, &expected), "{engine:?}");
        let again = stage.report("shop", 1).await;
        assert_eq!((again.status, &again.json), (201, &expected), "the answer is the same");
        stage.report("login", 1).await;
        stage.report("shop", 2).await;
        assert_eq!((stage.count("shop").await, stage.count("login").await), (2, 1), "{engine:?}");
        stage.later(14);
        stage.report("shop", 1).await;
        assert_eq!(stage.count("shop").await, 2, "{engine:?}");
        stage.later(1);
        stage.report("shop", 1).await;
        assert_eq!(stage.count("shop").await, 1, "{engine:?}: in another quarter, counted anew");
        let quarters = stage.history("shop").await["quarters"].clone();
        let seen = &quarters.as_array().unwrap()[93..];
        let lines: Vec<_> = seen.iter().map(|quarter| (&quarter["start"], &quarter["count"])).collect();
        assert_eq!(lines[0], (&json!("2026-11-21T11:45:00Z"), &json!(0)));
        assert_eq!(lines[1], (&json!("2026-11-21T12:00:00Z"), &json!(2)));
        assert_eq!(lines[2], (&json!("2026-11-21T12:15:00Z"), &json!(1)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn midnight_changes_the_key_and_nobody_counts_twice_for_it() {
    for engine in both() {
        let stage = Stage::still(engine);
        stage.later(11 * 60 + 55);
        stage.report("shop", 1).await;
        stage.later(7);
        assert_eq!(stage.history("shop").await["quarters"][95]["start"], "2026-11-22T00:00:00Z");
        stage.report("shop", 1).await;
        stage.report("shop", 1).await;
        assert_eq!(stage.count("shop").await, 0, "{engine:?}");
        stage.report("shop", 2).await;
        assert_eq!(stage.count("shop").await, 1, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_is_kept_tells_an_address() {
    let stage = Stage::still(Engine::Sqlite);
    let six: IpAddr = "2001:db8:cafe:1::beef".parse().unwrap();
    let body = json!({ "component": "shop", "message": "slow" }).to_string();
    assert_eq!(stage.send(six, "application/json", body).await.status, 201);
    stage.storm("shop", 1..4).await;
    assert_eq!(stage.kept("shop").await.len(), 4);
    let mut looked = 0;
    for entry in std::fs::read_dir(&stage.world.context.data_dir).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        looked += bytes.len();
        let mut texts = (1..4).map(|visitor| address(visitor).to_string().into_bytes()).collect::<Vec<_>>();
        texts.extend([b"2001:db8".to_vec(), b"cafe:1".to_vec()]);
        texts.extend([octets(address(1)), octets(six)[..8].to_vec()]);
        for text in texts {
            assert!(!bytes.windows(text.len()).any(|piece| piece == text), "{text:?}");
        }
    }
    assert!(looked > 10_000, "{looked} bytes were looked at");
}

fn octets(address: IpAddr) -> Vec<u8> {
    match address {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets().to_vec(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn words_that_come_later_are_kept_and_do_not_count() {
    for engine in both() {
        let stage = Stage::still(engine);
        stage.report("shop", 1).await;
        for n in 0..10 {
            let body =
                json!({ "component": "shop", "kind": "slow", "message": format!("more {n}") }).to_string();
            assert_eq!(stage.send(address(1), "application/json", body).await.status, 201);
        }
        let kept = stage.kept("shop").await;
        let lines: Vec<_> =
            kept.iter().map(|report| (report["message"].clone(), report["counted"] == true)).collect();
        let expected = [("more 3", false), ("more 2", false), ("more 1", false), ("more 0", false)];
        let expected = expected.map(|(text, counted)| (json!(text), counted));
        assert_eq!((&lines[..4], &lines[4]), (&expected[..], &(Value::Null, true)), "{engine:?}");
        assert_eq!((lines.len(), stage.count("shop").await), (5, 1), "{engine:?}");
        let all = stage.app.role(Role::Viewer).get("/api/v1/reports").await.json;
        assert_eq!((&all["count"], &all["results"][0]), (&json!(5), &kept[0]));
        assert_eq!(stage.kept("login").await, Vec::<Value>::new());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plain_form_will_do_and_leads_on() {
    for engine in both() {
        let stage = Stage::still(engine);
        let kind = "application/x-www-form-urlencoded";
        let body = "component=shop&kind=login&message=&next=%2Fcomponents%2Fshop%3Fthanks".to_owned();
        let reply = stage.send(address(1), kind, body).await;
        assert_eq!((reply.status, reply.header("location")), (303, "/components/shop?thanks"), "{engine:?}");
        let kept = stage.kept("shop").await;
        assert_eq!((&kept[0]["kind"], &kept[0]["message"]), (&json!("login"), &json!(null)));
        for next in ["//evil.example", "https://evil.example", "/%5Cevil.example", "x"] {
            let reply = stage.send(address(2), kind, format!("component=shop&next={next}")).await;
            assert_eq!((reply.status, reply.json["next"].is_array()), (400, true), "{next}");
        }
        assert_eq!(stage.count("shop").await, 1, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_input_is_told_field_by_field() {
    let stage = Stage::still(Engine::Sqlite);
    let bad = json!({ "kind": "sad", "message": "x".repeat(1001), "next": 7 });
    let reply = stage.app.anonymous().post("/api/v1/reports", bad).await;
    let named: Vec<&String> = reply.json.as_object().unwrap().keys().collect();
    assert_eq!(
        (reply.status, named),
        (400, ["component", "kind", "message", "next"].map(String::from).iter().collect())
    );
    for component in ["unknown", "No Such", "shop/../login", "shop?x=1", "é", ".."] {
        let reply = stage.report(component, 1).await;
        let said = &reply.json["component"][0];
        assert_eq!(
            (reply.status, said),
            (400, &json!("There is no component with this slug.")),
            "{component}"
        );
    }
    for path in ["unknown", "x%2Fy", "%00"] {
        let status = stage.app.anonymous().get(&format!("/api/v1/reports/{path}/history")).await.status;
        assert!([400, 404].contains(&status), "{path} {status}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_reported_is_kept_within_bounds_and_all_is_counted() {
    let stage = Stage::still(Engine::Sqlite);
    stage.storm("shop", 0..1005).await;
    let kept = stage.app.role(Role::Viewer).get("/api/v1/reports?component=shop").await.json;
    assert_eq!((&kept["count"], stage.count("shop").await), (&json!(1000), 1005));
}
