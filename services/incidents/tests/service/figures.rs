//! Incidents in figures: what is counted, who may ask, and the same as a table.

use std::time::Duration;

use crate::stage::Stage;
use kit_base::Role;
use kit_testkit::{Engine, both};
use serde_json::{Value, json};

const MINUTE: Duration = Duration::from_secs(60);

/// Two incidents in November, one of a watcher in December that somebody answers.
async fn staged(engine: Engine) -> Stage {
    let stage = Stage::new(engine);
    stage.component("shop", &[]).await;
    stage.component("mail", &[]).await;
    let responder = stage.app.role(Role::Responder);
    for (title, services, minutes) in [("One", vec!["shop", "mail"], 10), ("Two", vec!["shop"], 30)] {
        let opened = stage.open(json!({ "title": title, "sev": 2, "services": services })).await;
        let path = format!("/api/v1/incidents/{}/status", opened["id"].as_str().unwrap());
        stage.world.clock.advance(minutes * MINUTE);
        responder.post(&path, json!({ "status": "mitigated" })).await;
        stage.world.clock.advance(5 * MINUTE);
        responder.post(&path, json!({ "status": "resolved" })).await;
    }
    stage.world.clock.advance(12 * 1440 * MINUTE);
    let signal = json!({ "source": "probe", "key": "mail", "component": "mail", "level": "major_outage", "title": "Down",
                         "since": stage.world.clock.now().minus(4 * MINUTE).to_string() });
    responder.post("/api/v1/signals", signal).await;
    let found = stage.app.anonymous().get("/api/v1/incidents?status=open").await.json;
    let id = found["results"][0]["id"].as_str().unwrap();
    stage.world.clock.advance(3 * MINUTE);
    let note = json!({ "type": "note", "message": "I look." });
    assert_eq!(responder.post(&format!("/api/v1/incidents/{id}/timeline"), note).await.status, 200);
    stage.world.clock.advance(MINUTE);
    stage
}

async fn figures(stage: &Stage, query: &str) -> Value {
    let reply = stage.app.role(Role::Viewer).get(&format!("/api/v1/incidents/figures?{query}")).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    reply.json
}

#[tokio::test(flavor = "multi_thread")]
async fn incidents_are_counted_and_timed() {
    for engine in both() {
        let stage = staged(engine).await;
        let all = figures(&stage, "").await;
        let whole = &all["whole"];
        assert_eq!(
            (&whole["incidents"], &whole["unresolved"], &whole["key"]),
            (&json!(3), &json!(1), &Value::Null)
        );
        assert_eq!(whole["detect"], json!({ "count": 3, "median": 0.0, "p90": 240.0 }), "{engine:?}");
        assert_eq!(whole["acknowledge"], json!({ "count": 3, "median": 0.0, "p90": 180.0 }), "{engine:?}");
        assert_eq!(whole["mitigate"], json!({ "count": 2, "median": 1200.0, "p90": 1800.0 }), "{engine:?}");
        assert_eq!(whole["resolve"], json!({ "count": 2, "median": 1500.0, "p90": 2100.0 }), "{engine:?}");
        let keys = |figures: &Value| -> Vec<(String, u64)> {
            let groups = figures["groups"].as_array().unwrap().iter();
            groups
                .map(|one| (one["key"].as_str().unwrap().to_owned(), one["incidents"].as_u64().unwrap()))
                .collect()
        };
        let pairs =
            |pairs: &[(&str, u64)]| pairs.iter().map(|(key, n)| ((*key).to_owned(), *n)).collect::<Vec<_>>();
        assert_eq!(keys(&all), pairs(&[("2026-11", 2), ("2026-12", 1)]), "{engine:?}");
        assert_eq!(keys(&figures(&stage, "by=sev").await), pairs(&[("1", 1), ("2", 2)]));
        assert_eq!(keys(&figures(&stage, "by=component").await), pairs(&[("mail", 2), ("shop", 2)]));
        let sources = json!([{ "source": "manual", "incidents": 2 }, { "source": "probe", "incidents": 1 }]);
        assert_eq!(all["sources"], sources);
        let november = figures(&stage, "from=2026-11-01&to=2026-12-01").await;
        assert_eq!(
            (&november["whole"]["incidents"], &november["from"]),
            (&json!(2), &json!("2026-11-01T00:00:00Z"))
        );
        let none = figures(&stage, "to=2026-01-01").await;
        assert_eq!(
            (&none["whole"]["incidents"], &none["whole"]["detect"]["median"]),
            (&json!(0), &Value::Null)
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_is_a_table_and_the_team_alone_sees_it() {
    let stage = staged(Engine::Sqlite).await;
    let table = stage.app.role(Role::Viewer).get("/api/v1/incidents/figures.csv?by=component").await;
    assert_eq!((table.status, table.header("content-type")), (200, "text/csv; charset=utf-8"));
    let lines: Vec<&str> = table.text.lines().collect();
    assert_eq!(
        lines,
        [
            "component,incidents,unresolved,detect_count,detect_median,detect_p90,acknowledge_count,acknowledge_median,\
             acknowledge_p90,mitigate_count,mitigate_median,mitigate_p90,resolve_count,resolve_median,resolve_p90",
            ",3,1,3,0,240,3,0,180,2,1200,1800,2,1500,2100",
            "mail,2,1,2,120,240,2,90,180,1,600,600,1,900,900",
            "shop,2,0,2,0,0,2,0,0,2,1200,1800,2,1500,2100",
        ]
    );
    for path in ["/api/v1/incidents/figures", "/api/v1/incidents/figures.csv"] {
        assert_eq!(stage.app.anonymous().get(path).await.status, 401);
        assert_eq!(stage.app.role(Role::Member).get(path).await.status, 403);
        let bad = stage.app.role(Role::Viewer).get(&format!("{path}?from=soon&by=moon")).await;
        assert_eq!((bad.status, bad.json["from"].is_array(), bad.json["by"].is_array()), (400, true, true));
        let turned = stage.app.role(Role::Viewer).get(&format!("{path}?from=2026-12-01&to=2026-11-01")).await;
        assert_eq!(turned.json["from"][0], "It must lie before `to`.");
    }
}
