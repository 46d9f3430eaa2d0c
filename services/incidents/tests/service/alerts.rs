//! Alertmanager and Grafana send what they always send, and components turn.

use kit_base::Role;
use kit_testkit::both;
use serde_json::{Value, json};

use crate::stage::Stage;

/// As Alertmanager 0.28 sends it (`version` 4): one alert fires, another only informs, a third is about nothing of ours.
fn alertmanager(status: &str) -> Value {
    let alert = |name: &str, severity: &str, component: &str, fingerprint: &str| {
        json!({
            "status": status,
            "labels": { "alertname": name, "severity": severity, "component": component, "instance": "web-1:9100" },
            "annotations": { "summary": format!("{name} on web-1"), "runbook_url": "https://wiki.example/run" },
            "startsAt": "2026-11-21T11:55:00.000000001Z",
            "endsAt": if status == "resolved" { "2026-11-21T11:59:00Z" } else { "0001-01-01T00:00:00Z" },
            "generatorURL": "https://prometheus.example/graph?g0.expr=up",
            "fingerprint": fingerprint,
        })
    };
    json!({
        "receiver": "polystatus",
        "status": status,
        "alerts": [
            alert("HighErrors", "critical", "checkout", "aa11"),
            alert("BackupDone", "info", "checkout", "bb22"),
            alert("DiskFull", "warning", "db", "cc33"),
        ],
        "groupLabels": { "alertname": "HighErrors" },
        "commonLabels": { "instance": "web-1:9100" },
        "commonAnnotations": {},
        "externalURL": "https://alertmanager.example",
        "version": "4",
        "groupKey": "{}:{alertname=\"HighErrors\"}",
        "truncatedAlerts": 0,
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn alertmanager_raises_and_clears() {
    for engine in both() {
        let stage = Stage::new(engine);
        stage.component("checkout", &[]).await;
        let responder = stage.app.role(Role::Responder);
        // It tells again and again what still fires.
        for _ in 0..3 {
            let reply = responder.post("/api/v1/signals/alertmanager", alertmanager("firing")).await;
            assert_eq!((reply.status, &reply.json["taken"]), (200, &json!(1)), "{engine:?}: {}", reply.text);
            assert_eq!(
                reply.json["left_out"][0],
                json!({ "alert": "BackupDone", "reason": "Its severity is for information only." })
            );
            assert_eq!(reply.json["left_out"][1]["reason"], "There is no component \"db\".");
        }
        assert_eq!(stage.status("checkout").await, "major_outage", "{engine:?}");
        let because = &stage.see("checkout").await["because"];
        assert_eq!(
            (because.as_array().unwrap().len(), &because[0]["title"]),
            (1, &json!("HighErrors on web-1"))
        );
        let incident = stage.incident_becomes("open").await;
        let reply = responder.post("/api/v1/signals/alertmanager", alertmanager("resolved")).await;
        assert_eq!((reply.status, &reply.json["taken"]), (200, &json!(1)), "{engine:?}");
        assert_eq!(stage.status("checkout").await, "operational", "{engine:?}");
        assert_eq!(stage.incidents().await.len(), 1, "{incident}");
    }
}

/// As Grafana 12 sends it; what it knows beside is of no matter.
#[tokio::test(flavor = "multi_thread")]
async fn grafana_may_leave_the_component_to_the_address() {
    for engine in both() {
        let stage = Stage::new(engine);
        stage.component("search", &[]).await;
        let body = json!({
            "receiver": "PolyStatus", "status": "firing", "orgId": 1, "title": "[FIRING:1] Slow", "state": "alerting",
            "message": "**Firing**", "version": "1", "groupKey": "{}:{}", "truncatedAlerts": 0,
            "alerts": [{
                "status": "firing",
                "labels": { "alertname": "Slow answers", "grafana_folder": "Search" },
                "annotations": {},
                "startsAt": "2026-11-21T11:55:00Z",
                "endsAt": "0001-01-01T00:00:00Z",
                "generatorURL": "javascript:alert(1)",
                "fingerprint": "57c6d9296de2ad39",
                "silenceURL": "https://grafana.example/alerting/silence/new",
                "dashboardURL": "", "panelURL": "", "values": { "A": 1.5 }, "valueString": "[ value=1.5 ]",
            }],
        });
        let reply =
            stage.app.role(Role::Responder).post("/api/v1/signals/grafana?component=search", body).await;
        assert_eq!((reply.status, &reply.json), (200, &json!({ "taken": 1, "left_out": [] })), "{engine:?}");
        let signals = stage.app.role(Role::Viewer).get("/api/v1/signals?active=true").await.json;
        let signal = &signals["results"][0];
        assert_eq!((&signal["source"], &signal["title"]), (&json!("grafana"), &json!("Slow answers")));
        assert_eq!(
            (&signal["level"], &signal["evidence_url"]),
            (&json!("degraded_performance"), &Value::Null)
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_group_of_alerts_is_refused_and_nothing_is_taken() {
    for engine in both() {
        let stage = Stage::new(engine);
        let responder = stage.app.role(Role::Responder);
        let many = json!({ "alerts": vec![json!({}); 2_001] });
        for (body, word) in [
            (json!({}), "A list of alerts is required."),
            (json!({ "alerts": "none" }), "A list of alerts is required."),
            (many, "no more than 2000"),
        ] {
            let reply = responder.post("/api/v1/signals/alertmanager", body).await;
            assert!(
                reply.status == 400 && reply.json["alerts"][0].as_str().unwrap().contains(word),
                "{}",
                reply.text
            );
        }
        let odd = json!({ "alerts": [null, 3, { "labels": [] }, { "status": {}, "labels": { "component": "\u{202e}" } }] });
        let reply = responder.post("/api/v1/signals/grafana", odd).await;
        assert_eq!((reply.status, &reply.json["taken"]), (200, &json!(0)), "{engine:?}");
        assert_eq!(reply.json["left_out"].as_array().unwrap().len(), 4, "{}", reply.text);
    }
}
