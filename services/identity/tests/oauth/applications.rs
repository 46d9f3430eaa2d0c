//! Applications as administrators manage them.

use kit_base::Role;
use kit_testkit::{Engine, both};
use serde_json::json;

use crate::house::{EMAIL, House, text};

const PATH: &str = "/api/v1/applications";

#[tokio::test]
async fn an_application_is_registered_used_changed_and_removed() {
    for engine in both() {
        let house = House::new(engine).await;
        let login = house.log_in(EMAIL).await;
        let admin = house.app.token(&login);
        let new =
            json!({"name": "Board", "grants": ["client_credentials"], "scopes": ["read"], "role": "viewer"});
        let made = admin.post(PATH, new).await;
        assert_eq!(made.status, 201, "{engine:?} {}", made.text);
        let (id, secret) = (text(&made.json, "client_id"), text(&made.json, "client_secret"));
        let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        assert!((id.len(), secret.len()) == (40, 128) && plain(&id) && plain(&secret));
        let own = format!("{PATH}/{}", text(&made.json, "id"));
        let shown = admin.get(&own).await;
        assert_eq!((shown.status, shown.json.get("client_secret")), (200, None), "told once");
        assert_eq!((&shown.json["role"], &shown.json["kind"]), (&json!("viewer"), &json!("confidential")));
        assert!(!admin.get(PATH).await.text.contains(&secret));

        let ask = async |secret: &str| {
            let pairs = [("grant_type", "client_credentials"), ("client_id", &id), ("client_secret", secret)];
            house.send("POST", "/oauth2/token/", "", &pairs).await
        };
        let token = text(&ask(&secret).await.json, "access_token");
        assert_eq!(house.app.token(&token).get("/api/v1/users").await.status, 200);
        let renamed = admin.put(&own, json!({"name": "Wall", "role": "member"})).await;
        assert_eq!((renamed.status, &renamed.json["scopes"]), (200, &json!(["read"])), "{}", renamed.text);
        assert_eq!(house.app.token(&token).get("/api/v1/users").await.status, 403, "its role counts at once");
        assert!(house.is_good(&token).await);
        admin.put(&own, json!({"scopes": ["read", "write"]})).await;
        assert!(!house.is_good(&token).await, "{engine:?}: other scopes, other tokens");

        let token = text(&ask(&secret).await.json, "access_token");
        let renewed = text(&admin.post(&format!("{own}/secret"), json!({})).await.json, "client_secret");
        assert!(!house.is_good(&token).await, "{engine:?}");
        assert_eq!((ask(&secret).await.status, ask(&renewed).await.status), (401, 200));
        let token = text(&ask(&renewed).await.json, "access_token");
        assert_eq!(admin.delete(&own).await.status, 204);
        assert!(!house.is_good(&token).await, "{engine:?}");
        assert_eq!((admin.get(&own).await.status, ask(&renewed).await.status), (404, 401));
    }
}

#[tokio::test]
async fn what_cannot_be_is_refused_by_field() {
    let house = House::new(Engine::Sqlite).await;
    let login = house.log_in(EMAIL).await;
    let admin = house.app.token(&login);
    for (field, body) in [
        ("name", json!({})),
        ("kind", json!({"name": "x", "kind": "secret"})),
        ("grants", json!({"name": "x", "grants": ["implicit"]})),
        ("grants", json!({"name": "x", "kind": "public", "grants": ["client_credentials"]})),
        ("redirect_uris", json!({"name": "x", "redirect_uris": ["javascript:alert(1)"]})),
        ("redirect_uris", json!({"name": "x", "redirect_uris": ["http://example.org/cb"]})),
        ("scopes", json!({"name": "x", "scopes": ["everything"]})),
        ("role", json!({"name": "x", "role": "owner"})),
    ] {
        let reply = admin.post(PATH, body).await;
        assert_eq!(reply.status, 400, "{field}");
        assert!(reply.json[field].is_array(), "{}", reply.text);
    }
    let public = admin.post(PATH, json!({"name": "Phone", "kind": "public"})).await.json;
    assert_eq!(public.get("client_secret"), None);
    let own = format!("{PATH}/{}/secret", text(&public, "id"));
    assert_eq!(admin.post(&own, json!({})).await.status, 409);
    house.user("bob@example.org", Role::Manager).await;
    let bob = house.log_in("bob@example.org").await;
    assert_eq!(house.app.token(bob).get(PATH).await.status, 403);
}
