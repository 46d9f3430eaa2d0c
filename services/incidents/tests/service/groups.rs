//! Groups: nested once, ordered, renamed, and as bad as the worst of their components.

use crate::stage::Stage;
use contracts::Level;
use kit_base::Role;
use kit_testkit::both;
use serde_json::{Value, json};

fn names(page: &Value, field: &str) -> Vec<String> {
    page["results"].as_array().unwrap().iter().map(|one| one[field].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_are_nested_once_and_order_the_page() {
    for engine in both() {
        let stage = Stage::new(engine);
        let manager = stage.app.role(Role::Manager);
        for (slug, group) in [("api", "Paris"), ("web", "Europe"), ("old", "Asia"), ("secret", "Vault")] {
            let visibility = if slug == "secret" { "internal" } else { "public" };
            let body = json!({ "slug": slug, "name": slug, "group": group, "visibility": visibility });
            assert_eq!(manager.post("/api/v1/components", body).await.status, 201);
        }
        let put = async |name: &str, body: Value| {
            manager.put(&format!("/api/v1/components/groups/{name}"), body).await
        };
        assert_eq!(put("Europe", json!({ "position": -1, "description": "West" })).await.status, 200);
        let nested = put("Paris", json!({ "parent": "Europe" })).await;
        assert_eq!((nested.status, nested.json["parent"].as_str()), (200, Some("Europe")), "{engine:?}");
        for (name, parent) in [("Asia", "Paris"), ("Europe", "Asia"), ("Asia", "Asia"), ("Asia", "Nowhere")] {
            let refused = put(name, json!({ "parent": parent })).await;
            assert!(
                refused.status == 400 && refused.json["parent"][0].is_string(),
                "{name} in {parent}: {}",
                refused.text
            );
        }
        let page = stage.app.anonymous().get("/api/v1/components").await.json;
        assert_eq!(names(&page, "slug"), ["web", "api", "old"], "Europe first, what is within it after it");
        assert_eq!(page["results"][1]["parent_group"], "Europe");
        assert_eq!(
            names(&stage.app.anonymous().get("/api/v1/components/groups").await.json, "name"),
            ["Europe", "Paris", "Asia"]
        );

        stage.signal("api", Some(Level::PartialOutage)).await;
        let europe = stage.app.anonymous().get("/api/v1/components/groups/Europe").await.json;
        assert_eq!((&europe["status"], &europe["components"]), (&json!("partial_outage"), &json!(2)));
        assert_eq!(
            put("Europe", json!({ "name": "Asia" })).await.json["name"][0],
            "A group with the name Asia already exists."
        );
        assert_eq!(put("Europe", json!({ "name": "West" })).await.json["components"], 2);
        assert_eq!(stage.see("api").await["parent_group"], "West");
        assert_eq!(stage.see("web").await["group"], "West");
        assert_eq!(manager.delete("/api/v1/components/groups/West").await.status, 204);
        assert_eq!(stage.see("web").await["group"], "");
        assert_eq!(stage.app.anonymous().get("/api/v1/components/groups/Vault").await.status, 404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_component_says_of_the_team_is_for_the_team() {
    for engine in both() {
        let stage = Stage::new(engine);
        let manager = stage.app.role(Role::Manager);
        let body = json!({ "slug": "api", "name": "API", "owner": "core", "start_date": "2026-01-15",
                           "links": [{ "title": "Docs", "url": "https://docs.example.com" }] });
        assert_eq!(manager.post("/api/v1/components", body).await.status, 201);
        let responder = stage.app.role(Role::Responder);
        let set = json!({ "status": "partial_outage", "note": "Drill" });
        let set_by = responder.post("/api/v1/components/api/override", set.clone()).await.json;
        assert_eq!(
            (&set_by["override"]["author"], &set_by["owner"]),
            (&json!("test-responder"), &json!("core")),
            "{engine:?}"
        );
        let twice = responder.post("/api/v1/components/api/override", set).await;
        assert_eq!(twice.json["status"][0], "A status set by hand stands; lift it before another is set.");
        let public = stage.see("api").await;
        assert_eq!(
            (&public["override"]["author"], &public["owner"], &public["override"]["note"]),
            (&Value::Null, &json!(""), &json!("Drill"))
        );
        assert_eq!(
            (&public["links"][0]["title"], &public["start_date"]),
            (&json!("Docs"), &json!("2026-01-15"))
        );
        let over = json!({ "status": "major_outage", "note": "X", "until": "2000-01-01T00:00:00Z" });
        responder.delete("/api/v1/components/api/override").await;
        assert_eq!(responder.post("/api/v1/components/api/override", over).await.status, 400);
        let taken = manager.post("/api/v1/components", json!({ "slug": "groups", "name": "G" })).await;
        assert!(taken.json["slug"][0].is_string(), "{}", taken.text);
    }
}
