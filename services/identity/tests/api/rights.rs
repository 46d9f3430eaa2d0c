//! Who may do what with sessions and the audit log, as a table: one's own and others', asked as nobody and as each role.

use identity::NewUser;
use kit_base::Role;
use kit_testkit::{TestCaller, both};
use serde_json::json;

use crate::house::House;
use crate::sessions::session;

const PASSWORD: &str = "a good long password";

/// Method, path, whose session stands for `{id}`, and the statuses for nobody, member, viewer, responder, manager, admin.
const TABLE: [(&str, &str, &str, [u16; 6]); 13] = [
    ("GET", "/login", "", [200, 200, 200, 200, 200, 200]),
    ("POST", "/login", "", [400, 400, 400, 400, 400, 400]),
    ("GET", "/api/v1/auth/sessions", "", [401, 200, 200, 200, 200, 200]),
    ("DELETE", "/api/v1/auth/sessions/{id}", "other", [401, 404, 404, 404, 404, 404]),
    ("DELETE", "/api/v1/auth/sessions/{id}", "unknown", [401, 404, 404, 404, 404, 404]),
    ("DELETE", "/api/v1/auth/sessions/{id}", "own", [401, 204, 204, 204, 204, 204]),
    ("DELETE", "/api/v1/auth/sessions", "", [401, 204, 204, 204, 204, 204]),
    ("PUT", "/api/v1/auth/sessions", "", [401, 405, 405, 405, 405, 405]),
    ("GET", "/api/v1/audit", "", [401, 403, 403, 403, 403, 200]),
    ("GET", "/api/v1/audit/export", "", [401, 403, 403, 403, 403, 200]),
    ("DELETE", "/api/v1/audit", "", [401, 403, 403, 403, 403, 405]),
    ("POST", "/api/v1/audit", "", [401, 403, 403, 403, 403, 405]),
    ("POST", "/logout", "", [303, 303, 303, 303, 303, 303]),
];

fn email(role: Role) -> String {
    format!("{}@example.org", role.as_str())
}

async fn create(house: &House, name: &str, email: String, role: Role) {
    let new = NewUser { name: name.to_owned(), email, role, password: PASSWORD.to_owned() };
    identity::create_user(&house.world.context, new).await.unwrap();
}

/// The id of the latest session of this caller.
async fn latest(caller: &TestCaller<'_>) -> String {
    let list = caller.get("/api/v1/auth/sessions").await.json;
    list["results"][0]["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn each_role_may_what_the_table_says() {
    for engine in both() {
        let house = House::new(engine).await;
        create(&house, "Other", "other@example.org".to_owned(), Role::Admin).await;
        for role in Role::ALL {
            create(&house, role.as_str(), email(role), role).await;
        }
        let other = session(&house, "other@example.org", PASSWORD).await;
        let other = house.app.token(&other);
        let mut callers = vec![house.app.anonymous()];
        for role in Role::ALL {
            let login = house.log_in(&email(role), PASSWORD).await.json;
            callers.push(house.app.token(login["token"].as_str().unwrap()));
        }
        for (method, path, whose, statuses) in TABLE {
            for (n, (caller, status)) in callers.iter().zip(statuses).enumerate() {
                let own = Role::ALL[n.saturating_sub(1)];
                let id = match whose {
                    "own" => {
                        session(&house, &email(own), PASSWORD).await;
                        latest(&callers[n.max(1)]).await
                    }
                    "other" => latest(&other).await,
                    _ => "019aa0c4-5c00-7000-8000-000000000000".to_owned(),
                };
                let body = (method == "POST" || method == "PUT").then(|| json!({}));
                let reply = caller.send(method, &path.replace("{id}", &id), body.as_ref()).await;
                assert_eq!(reply.status, status, "{method} {path} {whose} as number {n} on {engine:?}");
                let others = other.get("/api/v1/auth/sessions").await.status;
                assert_eq!(others, 200, "nobody ends what is another's: {method} {path}");
            }
        }
    }
}
