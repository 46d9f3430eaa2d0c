//! The two operations of the founding document, byte for byte.

use kit_base::Role;
use kit_testkit::both;
use serde_json::json;

use crate::stage::Stage;

const JSON: &str = "application/json";

#[tokio::test(flavor = "multi_thread")]
async fn the_six_commands_of_the_founding_example_are_answered_as_documented() {
    for engine in both() {
        let stage = Stage::with(engine, "comments.legacy_emails", "true");
        let said = [
            (r#"{"email":"alice@example.com","comment":"first post!","content_id":1}"#, 1),
            (r#"{"email":"bob@example.com","comment":"me too","content_id":1}"#, 1),
            (r#"{"email":"carol@example.com","comment":"elsewhere, with \"quotes\" & é","content_id":2}"#, 2),
        ];
        for (body, content_id) in said {
            let message = format!("comment created and associated with content_id {content_id}");
            let expected = format!(r#"{{"status":"SUCCESS","message":"{message}"}}"#);
            assert_eq!(stage.raw("POST", "/api/comment/new", body).await, (200, JSON.into(), expected));
        }
        let lists = [
            (
                "/api/comment/list/1",
                200,
                r#"[{"email":"alice@example.com","comment":"first post!"},{"email":"bob@example.com","comment":"me too"}]"#,
            ),
            (
                "/api/comment/list/2",
                200,
                r#"[{"email":"carol@example.com","comment":"elsewhere, with \"quotes\" & é"}]"#,
            ),
            ("/api/comment/list/9", 404, r#"{"status":"NOT-FOUND","message":"content_id 9 not found"}"#),
        ];
        for (path, status, body) in lists {
            let expected = (status, JSON.to_owned(), body.to_owned());
            assert_eq!(stage.raw("GET", path, "").await, expected, "{engine:?}");
            assert_eq!(
                stage.raw("GET", &format!("{path}/"), "").await,
                expected,
                "a final slash is optional"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_and_the_text_of_it_are_the_same_thread() {
    for engine in both() {
        let stage = Stage::new(engine);
        for (content_id, shown) in
            [("1", "1"), ("\"1\"", "1"), ("\"post a/b\"", "post a/b"), ("\" 1 \"", "1")]
        {
            let body = format!(r#"{{"email":"a@example.com","comment":" x ","content_id":{content_id}}}"#);
            let (status, _, text) = stage.raw("POST", "/api/comment/new", &body).await;
            let expected = format!(
                r#"{{"status":"SUCCESS","message":"comment created and associated with content_id {shown}"}}"#
            );
            assert_eq!((status, text), (200, expected), "{engine:?}");
        }
        let line = r#"{"email":"a***@e***.com","comment":" x "}"#;
        let list = stage.raw("GET", "/api/comment/list/1", "").await.2;
        assert_eq!(list, format!("[{line},{line},{line}]"));
        assert_eq!(stage.raw("GET", "/api/comment/list/post%20a%2Fb", "").await.2, format!("[{line}]"));
        let unknown = stage.raw("GET", "/api/comment/list/caf%C3%A9", "").await;
        assert_eq!((unknown.0, unknown.2.contains(r#""content_id café not found""#)), (404, true));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_are_masked_for_the_public_and_whole_for_the_team() {
    for engine in both() {
        let stage = Stage::new(engine);
        let body = json!({ "email": "alice@example.com", "comment": "x", "content_id": 1 });
        assert_eq!(stage.app.anonymous().post("/api/comment/new/", body).await.status, 200);
        let path = "/api/comment/list/1";
        for (role, email) in [
            (None, "a***@e***.com"),
            (Some(Role::Member), "a***@e***.com"),
            (Some(Role::Viewer), "alice@example.com"),
            (None, "a***@e***.com"),
        ] {
            let caller = role.map_or_else(|| stage.app.anonymous(), |role| stage.app.role(role));
            let list = caller.get(path).await.json;
            assert_eq!(list, json!([{ "email": email, "comment": "x" }]), "{engine:?} {role:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_and_missing_fields_are_named() {
    for engine in both() {
        let stage = Stage::new(engine);
        let long = "x".repeat(10_001);
        let good = json!({ "email": "a@example.com", "comment": "x", "content_id": 1 });
        let bad = [
            ("email", json!(null)),
            ("email", json!("nobody")),
            ("email", json!(7)),
            ("email", json!("a@example.com\nBcc: b@example.com")),
            ("comment", json!("")),
            ("comment", json!(" \n ")),
            ("comment", json!("a\0b")),
            ("comment", json!(long)),
            ("comment", json!(["x"])),
            ("content_id", json!("")),
            ("content_id", json!(true)),
            ("content_id", json!({})),
            ("content_id", json!(1e300)),
            ("content_id", json!("x".repeat(201))),
        ];
        for (field, value) in bad {
            let mut body = good.clone();
            body[field] = value.clone();
            let reply = stage.app.anonymous().post("/api/comment/new", body).await;
            let named: Vec<&String> = reply.json.as_object().unwrap().keys().collect();
            assert_eq!((reply.status, named), (400, vec![&field.to_owned()]), "{engine:?} {field} {value}");
        }
        let (status, _, text) = stage.raw("POST", "/api/comment/new", "{}").await;
        let required = r#"["This field is required."]"#;
        let expected = format!(r#"{{"email":{required},"comment":{required},"content_id":{required}}}"#);
        assert_eq!((status, text), (400, expected));
        for broken in ["{", "[]", "7", "\"x\"", "\u{feff}{}", "{\"email\":\"a\",\"email\":\"b\"}"] {
            assert_eq!(stage.raw("POST", "/api/comment/new", broken).await.0, 400, "{broken}");
        }
        assert_eq!(stage.raw("GET", "/api/comment/list/1", "").await.0, 404, "nothing was kept");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_very_many_the_newest_are_listed_and_what_is_hidden_is_not() {
    let stage = Stage::new(kit_testkit::Engine::Sqlite);
    let mut all = Vec::new();
    for n in 0..1002 {
        all.push(stage.says("1", &n.to_string()).await);
    }
    assert_eq!(stage.judges(&all[1001], "spam").await.status, 200);
    let list = stage.app.anonymous().get("/api/comment/list/1").await.json;
    let words: Vec<&str> =
        list.as_array().unwrap().iter().map(|line| line["comment"].as_str().unwrap()).collect();
    assert_eq!((words.len(), words[0], words[999]), (1000, "1", "1000"));
}
