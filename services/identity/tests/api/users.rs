//! Users: who may see them, one by one and in pages.

use identity::NewUser;
use kit_base::Role;
use kit_testkit::{Engine, TestApp, TestWorld, both};
use serde_json::json;

async fn app(world: &TestWorld, users: usize) -> TestApp {
    let service = identity::build(&world.context).await.unwrap();
    for n in 0..users {
        world.clock.advance(std::time::Duration::from_secs(1));
        let new = NewUser {
            name: format!("User {n}"),
            email: format!("user{n}@example.org"),
            role: Role::Responder,
            password: "correct horse".to_owned(),
        };
        identity::create_user(&world.context, new).await.unwrap();
    }
    world.start(vec![service])
}

#[tokio::test]
async fn a_viewer_sees_users() {
    for engine in both() {
        let world = TestWorld::new(engine);
        let app = app(&world, 3).await;
        let viewer = app.role(Role::Viewer);
        let list = viewer.get("/api/v1/users?page_size=2").await;
        assert_eq!(list.status, 200, "{}", list.text);
        assert_eq!(list.json["count"], 3);
        assert_eq!(list.json["next"], "http://test/api/v1/users?page=2&page_size=2");
        let first = &list.json["results"][0];
        let expected = json!({
            "id": first["id"], "name": "User 0", "email": "user0@example.org", "role": "responder", "team": null,
            "created_at": "2026-11-21T12:00:01Z"
        });
        assert_eq!(first, &expected, "{engine:?}");
        let shown = viewer.get(&format!("/api/v1/users/{}", first["id"].as_str().unwrap())).await;
        assert_eq!((shown.status, shown.json), (200, expected), "{engine:?}");
        let last = viewer.get("/api/v1/users/?page=last&page_size=2").await;
        assert_eq!(last.json["results"][0]["name"], "User 2");
        assert_eq!(last.json["next"], json!(null));
    }
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let world = TestWorld::new(Engine::Sqlite);
    let app = app(&world, 0).await;
    let viewer = app.role(Role::Viewer);
    for (path, detail) in [("/api/v1/users/x", "Not found."), ("/api/v1/users?page=2", "Invalid page.")] {
        let reply = viewer.get(path).await;
        assert_eq!((reply.status, reply.json), (404, json!({ "detail": detail })), "{path}");
    }
    let empty = viewer.get("/api/v1/users").await;
    assert_eq!(empty.json, json!({"count": 0, "next": null, "previous": null, "results": []}));
}

#[tokio::test]
async fn each_route_keeps_its_rule() {
    let world = TestWorld::new(Engine::Sqlite);
    assert_eq!(app(&world, 0).await.check_rules().await, 55);
}

#[tokio::test]
async fn a_user_with_bad_fields_is_refused_in_words() {
    let world = TestWorld::new(Engine::Sqlite);
    let (email, password) = ("nobody".to_owned(), "short".to_owned());
    let new = NewUser { name: String::new(), email, role: Role::Viewer, password };
    let error = identity::create_user(&world.context, new).await.unwrap_err().to_string();
    assert_eq!(
        error,
        "name: This field may not be blank. email: Enter a valid email address. \
         password: Ensure this field has at least 10 characters."
    );
    assert!(!identity::has_users(&world.context).await.unwrap());
}

/// What the description promises of each operation: a summary, and an example wherever there is a body.
#[tokio::test]
async fn the_routes_describe_themselves() {
    let world = TestWorld::new(Engine::Sqlite);
    let app = app(&world, 0).await;
    assert_eq!(kit_testkit::check_openapi(&app.openapi), Vec::<String>::new());
    let openapi = serde_json::to_value(&app.openapi).unwrap();
    let login = &openapi["paths"]["/api/v1/auth/login"]["post"];
    assert_eq!(login["summary"], "Logs in: a mail address, or a username, and its password for a token.");
    let refused = &login["responses"]["401"]["content"]["application/json"];
    assert_eq!(refused["example"]["detail"], "Invalid email or password.");
    assert!(login["responses"]["429"]["headers"]["Retry-After"].is_object(), "{login:#}");
    for status in ["200", "400", "415", "503"] {
        assert!(login["responses"][status].is_object(), "{status}");
    }
    assert_eq!(openapi["components"]["schemas"]["User"]["properties"]["name"]["example"], "Ada Lovelace");
    let logout = &openapi["paths"]["/api/v1/auth/logout"]["post"];
    assert_eq!(logout["security"], json!([{ "bearer": [] }, { "oauth2": ["write"] }]));
}
