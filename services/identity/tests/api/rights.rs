//! Who may do what, as one table over every route of this service: one's own things and others', asked as nobody and as
//! each role. A route that is missing here fails, and so does a row that says otherwise than the rule of its route.

use std::collections::BTreeSet;

use kit_base::Role;
use kit_store::{StoreError, Tx, params};
use kit_testkit::both;
use kit_web::Rule;
use serde_json::json;

use crate::house::{House, Person};

/// Method; path; whose thing stands for `{id}` or `{pk}`; the statuses for nobody, member, viewer, responder, manager,
/// admin. Whoever posts or puts sends an empty object, so that 400 says: may, but has to say what.
type Row = (&'static str, &'static str, &'static str, [u16; 6]);

const ALL: [u16; 6] = [200; 6];
const SAY_WHAT: [u16; 6] = [400; 6];

const TABLE: &[Row] = &[
    // Logging in and registering.
    ("POST", "/api/v1/auth/login", "", SAY_WHAT),
    ("POST", "/api/v1/auth/logout", "", [401, 204, 204, 204, 204, 204]),
    ("POST", "/api/v1/auth/verify-token", "", SAY_WHAT),
    ("POST", "/api/v1/auth/register", "", SAY_WHAT),
    ("POST", "/api/v1/auth/confirm", "", SAY_WHAT),
    ("POST", "/api/v1/auth/forgot-password", "", SAY_WHAT),
    ("POST", "/api/v1/auth/reset-password", "", SAY_WHAT),
    ("GET", "/account/confirm", "", ALL),
    ("GET", "/account/password", "", ALL),
    // Users.
    ("GET", "/api/v1/users", "", [401, 403, 200, 200, 200, 200]),
    ("POST", "/api/v1/users", "", [401, 403, 403, 403, 403, 400]),
    ("GET", "/api/v1/users/{id}", "own", [401, 200, 200, 200, 200, 200]),
    ("GET", "/api/v1/users/{id}", "other", [401, 404, 200, 200, 200, 200]),
    ("GET", "/api/v1/users/{id}", "unknown", [401, 404, 404, 404, 404, 404]),
    ("PUT", "/api/v1/users/{id}", "own", [401, 200, 200, 200, 200, 200]),
    ("PUT", "/api/v1/users/{id}", "other", [401, 404, 403, 403, 403, 200]),
    ("PUT", "/api/v1/users/{id}", "unknown", [401, 404, 404, 404, 404, 404]),
    ("DELETE", "/api/v1/users/{id}", "own", [401, 204, 204, 204, 204, 204]),
    ("DELETE", "/api/v1/users/{id}", "other", [401, 404, 403, 403, 403, 204]),
    ("DELETE", "/api/v1/users/{id}", "unknown", [401, 404, 404, 404, 404, 404]),
    ("GET", "/api/v1/users/{id}/export", "own", [401, 200, 200, 200, 200, 200]),
    ("GET", "/api/v1/users/{id}/export", "other", [401, 404, 403, 403, 403, 200]),
    ("GET", "/api/v1/users/{id}/export", "unknown", [401, 404, 404, 404, 404, 404]),
    // Members.
    ("GET", "/api/membres", "", ALL),
    ("POST", "/api/membres", "", SAY_WHAT),
    ("GET", "/api/membres/exists", "", [404; 6]),
    ("GET", "/api/membres/mon-profil", "", [401, 200, 200, 200, 200, 200]),
    ("GET", "/api/membres/{pk}", "other", ALL),
    ("GET", "/api/membres/{pk}", "unknown", [404; 6]),
    ("PUT", "/api/membres/{pk}", "own", [401, 200, 200, 200, 200, 200]),
    ("PUT", "/api/membres/{pk}", "other", [401, 403, 403, 403, 403, 403]),
    ("PUT", "/api/membres/{pk}", "unknown", [401, 404, 404, 404, 404, 404]),
    // Sanctions: not on oneself, and not on whoever has a higher role.
    ("POST", "/api/membres/{pk}/lecture-seule", "own", [401, 403, 403, 403, 403, 403]),
    ("POST", "/api/membres/{pk}/lecture-seule", "other", [401, 403, 403, 403, 200, 200]),
    ("POST", "/api/membres/{pk}/lecture-seule", "higher", [401, 403, 403, 403, 403, 200]),
    ("POST", "/api/membres/{pk}/lecture-seule", "unknown", [401, 403, 403, 403, 404, 404]),
    ("DELETE", "/api/membres/{pk}/lecture-seule", "own", [401, 403, 403, 403, 403, 403]),
    ("DELETE", "/api/membres/{pk}/lecture-seule", "other", [401, 403, 403, 403, 200, 200]),
    ("DELETE", "/api/membres/{pk}/lecture-seule", "higher", [401, 403, 403, 403, 403, 200]),
    ("DELETE", "/api/membres/{pk}/lecture-seule", "unknown", [401, 403, 403, 403, 404, 404]),
    ("POST", "/api/membres/{pk}/ban", "own", [401, 403, 403, 403, 403, 403]),
    ("POST", "/api/membres/{pk}/ban", "other", [401, 403, 403, 403, 200, 200]),
    ("POST", "/api/membres/{pk}/ban", "higher", [401, 403, 403, 403, 403, 200]),
    ("POST", "/api/membres/{pk}/ban", "unknown", [401, 403, 403, 403, 404, 404]),
    ("DELETE", "/api/membres/{pk}/ban", "own", [401, 403, 403, 403, 403, 403]),
    ("DELETE", "/api/membres/{pk}/ban", "other", [401, 403, 403, 403, 200, 200]),
    ("DELETE", "/api/membres/{pk}/ban", "higher", [401, 403, 403, 403, 403, 200]),
    ("DELETE", "/api/membres/{pk}/ban", "unknown", [401, 403, 403, 403, 404, 404]),
    // Sessions.
    ("GET", "/login", "", ALL),
    ("POST", "/login", "", SAY_WHAT),
    ("POST", "/logout", "", [303; 6]),
    ("GET", "/api/v1/auth/sessions", "", [401, 200, 200, 200, 200, 200]),
    ("DELETE", "/api/v1/auth/sessions", "", [401, 204, 204, 204, 204, 204]),
    ("PUT", "/api/v1/auth/sessions", "", [401, 405, 405, 405, 405, 405]),
    ("DELETE", "/api/v1/auth/sessions/{id}", "own", [401, 204, 204, 204, 204, 204]),
    ("DELETE", "/api/v1/auth/sessions/{id}", "other", [401, 404, 404, 404, 404, 404]),
    ("DELETE", "/api/v1/auth/sessions/{id}", "unknown", [401, 404, 404, 404, 404, 404]),
    // The audit log. Nobody changes it.
    ("GET", "/api/v1/audit", "", [401, 403, 403, 403, 403, 200]),
    ("POST", "/api/v1/audit", "", [401, 403, 403, 403, 403, 405]),
    ("DELETE", "/api/v1/audit", "", [401, 403, 403, 403, 403, 405]),
    ("GET", "/api/v1/audit/export", "", [401, 403, 403, 403, 403, 200]),
    // Keys.
    ("GET", "/api/v1/keys", "", [401, 200, 200, 200, 200, 200]),
    ("GET", "/api/v1/keys?user={user}", "other", [401, 403, 403, 403, 403, 200]),
    ("POST", "/api/v1/keys", "", [401, 400, 400, 400, 400, 400]),
    ("DELETE", "/api/v1/keys/{id}", "own", [401, 204, 204, 204, 204, 204]),
    ("DELETE", "/api/v1/keys/{id}", "other", [401, 404, 404, 404, 404, 204]),
    ("DELETE", "/api/v1/keys/{id}", "unknown", [401, 404, 404, 404, 404, 404]),
    // Applications, also one's own.
    ("GET", "/api/v1/applications", "", [401, 403, 403, 403, 403, 200]),
    ("POST", "/api/v1/applications", "", [401, 403, 403, 403, 403, 400]),
    ("GET", "/api/v1/applications/{id}", "own", [401, 403, 403, 403, 403, 200]),
    ("GET", "/api/v1/applications/{id}", "other", [401, 403, 403, 403, 403, 200]),
    ("PUT", "/api/v1/applications/{id}", "own", [401, 403, 403, 403, 403, 200]),
    ("PUT", "/api/v1/applications/{id}", "other", [401, 403, 403, 403, 403, 200]),
    ("PUT", "/api/v1/applications/{id}", "unknown", [401, 403, 403, 403, 403, 404]),
    ("DELETE", "/api/v1/applications/{id}", "own", [401, 403, 403, 403, 403, 204]),
    ("DELETE", "/api/v1/applications/{id}", "other", [401, 403, 403, 403, 403, 204]),
    ("POST", "/api/v1/applications/{id}/secret", "own", [401, 403, 403, 403, 403, 200]),
    ("POST", "/api/v1/applications/{id}/secret", "other", [401, 403, 403, 403, 403, 200]),
    // OAuth 2. Who may is found out by what a client sends.
    ("POST", "/oauth2/token", "", SAY_WHAT),
    ("POST", "/oauth2/revoke_token", "", SAY_WHAT),
    ("POST", "/oauth2/introspect", "", SAY_WHAT),
    ("GET", "/oauth2/authorize", "", SAY_WHAT),
    ("POST", "/oauth2/authorize", "", SAY_WHAT),
    ("POST", "/oauth2/device_authorization", "", SAY_WHAT),
    ("GET", "/oauth2/device", "", [303, 200, 200, 200, 200, 200]),
    ("POST", "/oauth2/device", "", SAY_WHAT),
    ("GET", "/oauth2/userinfo", "", [401, 200, 200, 200, 200, 200]),
    ("GET", "/.well-known/oauth-authorization-server", "", ALL),
    ("GET", "/.well-known/openid-configuration", "", ALL),
    ("GET", "/oauth2/.well-known/openid-configuration", "", ALL),
    ("GET", "/oauth2/.well-known/jwks.json", "", ALL),
];

/// Gives the person a session, a key and an application, each with an id that names its owner.
async fn furnish(house: &House, person: &Person) {
    let (id, now) = (person.id.clone(), house.world.clock.now());
    let furnish = move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
        let thing = format!("of-{id}");
        tx.execute(
            "INSERT INTO sessions (hash, id, user_id, created_at, expires_at, agent, origin)
             VALUES ($1, $2, $3, $4, $5, '', '')",
            params![thing.as_bytes(), thing, id, now, i64::MAX],
        )?;
        tx.execute("INSERT INTO session_visits (session_id, seen_at) VALUES ($1, $2)", params![thing, now])?;
        tx.execute(
            "INSERT INTO api_keys (id, hash, user_id, name, scope, created_at) VALUES ($1, $2, $3, 'x', 'read', $4)",
            params![thing, thing.as_bytes(), id, now],
        )?;
        tx.execute(
            "INSERT INTO applications (id, name, client_id, secret_hash, kind, grants, redirect_uris, scopes, role,
               owner_id, created_at) VALUES ($1, 'x', $1, $2, 'confidential', '[]', '[]', '[]', 'member', $3, $4)",
            params![thing, thing.as_bytes(), id, now],
        )
        .map(drop)
    };
    house.db.write(furnish).await.unwrap();
}

/// Whether somebody has everything still.
async fn is_whole(house: &House, person: &Person) -> bool {
    let (id, thing) = (person.id.clone(), format!("of-{}", person.id));
    let count = move |tx: &mut Tx<'_>| -> Result<i64, StoreError> {
        tx.query_one(
            "SELECT (SELECT COUNT(*) FROM users WHERE id = $1 AND can_read AND can_write)
                  + (SELECT COUNT(*) FROM sessions WHERE id = $2) + (SELECT COUNT(*) FROM api_keys WHERE id = $2)
                  + (SELECT COUNT(*) FROM applications WHERE id = $2) AS n",
            params![id, thing],
            |row| row.get("n"),
        )
    };
    house.db.read(count).await.unwrap() == 4
}

fn place(path: &str, whose: Option<&Person>) -> String {
    let unknown = ("nobody".to_owned(), 999_999_999);
    let (id, pk) = whose.map_or(unknown, |person| (person.id.clone(), person.pk));
    let thing = match path.starts_with("/api/v1/users/") {
        true => id.clone(),
        false => format!("of-{id}"),
    };
    path.replace("{id}", &thing).replace("{pk}", &pk.to_string()).replace("{user}", &id)
}

#[tokio::test]
async fn each_role_may_what_the_table_says() {
    for engine in both() {
        let house = House::new(engine).await;
        let roles = [None].into_iter().chain(Role::ALL.map(Some));
        let mut wrong = Vec::new();
        for (n, role) in roles.enumerate() {
            for (row, (method, path, whose, statuses)) in TABLE.iter().enumerate() {
                let own = house.person(&format!("own{n}x{row}"), role.unwrap_or(Role::Member)).await;
                let other = if *whose == "higher" { Role::Admin } else { Role::Member };
                let other = house.person(&format!("other{n}x{row}"), other).await;
                furnish(&house, &own).await;
                furnish(&house, &other).await;
                let person = match *whose {
                    "own" => Some(&own),
                    "other" | "higher" => Some(&other),
                    _ => None,
                };
                let caller = role.map_or_else(|| house.app.anonymous(), |_| house.of(&own));
                let body = ["POST", "PUT"].contains(method).then(|| json!({}));
                let reply = caller.send(method, &place(path, person), body.as_ref()).await;
                if reply.status != statuses[n] {
                    wrong.push(format!(
                        "{method} {path} {whose} as {role:?}: {} {}",
                        reply.status, reply.text
                    ));
                }
                if (400..500).contains(&reply.status) && !is_whole(&house, &other).await {
                    wrong.push(format!(
                        "{method} {path} {whose} as {role:?} was refused and done all the same"
                    ));
                }
            }
        }
        assert!(wrong.is_empty(), "{engine:?}\n{}", wrong.join("\n"));
    }
}

/// The table and the rules of the routes say the same, and each says all.
#[tokio::test]
async fn the_table_has_every_route_with_its_rule() {
    let house = House::new(kit_testkit::Engine::Sqlite).await;
    let told: BTreeSet<(&str, &str)> =
        TABLE.iter().map(|(method, path, ..)| (*method, path.split('?').next().unwrap())).collect();
    for route in &house.app.rules {
        let (method, path) = (route.method.as_str(), route.path.as_str());
        assert!(told.contains(&(method, path)), "{method} {path} is missing in the table");
        let rows = TABLE.iter().filter(|row| row.0 == method && row.1.split('?').next() == Some(path));
        for (.., whose, statuses) in rows {
            let Rule::AtLeast(least) = route.rule else {
                assert!(!statuses.contains(&401), "{method} {path} {whose} is for anyone");
                continue;
            };
            assert_eq!(statuses[0], 401, "{method} {path} {whose}");
            for (role, status) in Role::ALL.iter().zip(&statuses[1..]) {
                assert_ne!(*status, 401, "{method} {path} {whose}");
                assert!(*role >= least || *status == 403, "{method} {path} {whose} as {role:?}");
            }
        }
    }
    let absent = told.iter().filter(|(method, path)| {
        !house.app.rules.iter().any(|route| (route.method.as_str(), route.path.as_str()) == (*method, *path))
    });
    let absent: Vec<_> = absent.collect();
    let expected = [("DELETE", "/api/v1/audit"), ("POST", "/api/v1/audit"), ("PUT", "/api/v1/auth/sessions")];
    assert_eq!(absent, expected.iter().collect::<Vec<_>>(), "these are asked for and not there");
}
