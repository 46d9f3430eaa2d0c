//! `polystatus fixtures load`: data from files, all or nothing, and as often as one likes.

use kit_testkit::{Engine, both};
use serde_json::{Value, json};

use crate::common::Place;

const EXAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/fixtures.example.yaml");

/// Nodes that share a database must share it.
const SECRET: &str = "SECRET_KEY=a secret of more than thirty-two letters\n";

fn lines(out: &str) -> Vec<&str> {
    out.lines().collect()
}

/// The example of the documentation holds every key; it is loaded twice, and then with a difference.
#[tokio::test]
async fn the_example_is_loaded_and_again_changes_only_what_differs() {
    for engine in both() {
        let place = Place::on(engine);
        place.write(".env", SECRET);
        let first = place.launch(&["fixtures", "load", EXAMPLE]).run().await;
        assert_eq!(first.code, Some(0), "{first:?}");
        assert_eq!(
            lines(&first.out),
            [
                "users: 2 created, 0 updated, 0 unchanged",
                "applications: 1 created, 0 updated, 0 unchanged",
                "providers: 1 created, 0 updated, 0 unchanged",
                "components: 2 created, 0 updated, 0 unchanged"
            ],
            "{engine:?}"
        );
        let changed = json!({
            "users": [{ "username": "ADA", "name": "Countess" }],
            "components": [{ "slug": "checkout", "name": "Check-out", "description": "Where people pay",
                             "group": "Shop", "position": 1, "depends_on": ["database", "github:*"] }]
        });
        let file = place.write("changed.json", changed.to_string());
        let words = ["fixtures", "load", EXAMPLE, file.to_str().unwrap()];
        let both_files = place.launch(&words).run().await;
        assert_eq!(both_files.code, Some(1), "one thing cannot be two: {both_files:?}");
        let again = place.launch(&["fixtures", "load", EXAMPLE]).run().await;
        assert_eq!(
            lines(&again.out),
            [
                "users: 0 created, 0 updated, 2 unchanged",
                "applications: 0 created, 0 updated, 1 unchanged",
                "providers: 0 created, 0 updated, 1 unchanged",
                "components: 0 created, 0 updated, 2 unchanged"
            ],
            "{engine:?}"
        );
        let third = place.launch(&["fixtures", "load", file.to_str().unwrap()]).run().await;
        assert_eq!(
            lines(&third.out),
            ["users: 0 created, 1 updated, 0 unchanged", "components: 0 created, 1 updated, 0 unchanged"],
            "{third:?}"
        );
        let program = place.launch(&["serve", "--listen", "127.0.0.1:0"]).start().await;
        let session = program.api().log_in("ada@example.org", "correct horse battery staple").await;
        assert_eq!(session.status, 200, "{}", session.text);
        let api = program.api().with_token(session.json["token"].as_str().unwrap());
        let users = api.see("/api/v1/users").await;
        let told = |n: usize| {
            json!([
                users["results"][n]["name"],
                users["results"][n]["role"],
                users["results"][n]["created_at"]
            ])
        };
        assert_eq!(told(0), json!(["Countess", "admin", "2015-01-01T12:00:00Z"]), "{engine:?}");
        assert_eq!(told(1), json!(["bob", "member", "2015-01-01T13:00:00Z"]));
        assert_eq!(api.see("/api/v1/components/checkout").await["name"], "Check-out");
        // What was done on the administrator's behalf is in the log, and the way it was done is closed.
        let log = api.see("/api/v1/audit?operation=auth_login").await;
        assert_eq!(log["count"], 1, "{log}");
        program.stop().await;
    }
}

#[tokio::test]
async fn every_mistake_is_told_and_nothing_is_written() {
    let place = Place::new();
    let bad = place.write(
        "bad.yaml",
        "users:\n- username: good\n- username: 5\n  rol: x\n  role: king\n- pk: 0\n- username: GOOD\n  email: nowhere\n\
         - 7\n- {username: a, password: x, password_hash: none}\n- {username: t, date_joined: yesterday, is_active: maybe}\n\
         things: []\ncomponents:\n- slug: a\n- {slug: b, name: b, x: 1}\n- {slug: b, name: b}\n",
    );
    let list = place.write("list.json", "[1]");
    let broken = place.write("broken.json", "{\"users\": [,]}");
    let scalar = place.write("scalar.yaml", "users: none\n");
    let files = [&bad, &list, &broken, &scalar].map(|path| path.to_str().unwrap().to_owned());
    let words = ["fixtures", "load", &files[0], &files[1], &files[2], &files[3], "missing.yaml"];
    let ended = place.launch(&words).run().await;
    assert_eq!((ended.code, ended.out.as_str()), (Some(1), ""), "{ended:?}");
    let at = |file: usize, rest: &str| format!("{}: {rest}", files[file]);
    for expected in [
        at(0, "users[1].username: expected text; put it into quotes"),
        at(0, "users[1].rol: it is not known here; expected one of username, pk, "),
        at(0, "users[1].role: expected one of member, viewer, responder, manager, admin, not \"king\""),
        at(0, "users[2].username: it is missing"),
        at(0, "users[2].pk: expected a whole number from 1 to 2147483647, not 0"),
        at(0, "users[3].email: expected a mail address such as ada@example.org"),
        at(0, "users[4]: expected keys with values, not 7"),
        at(0, "users[5].password_hash: expected an argon2 hash as a PHC string"),
        at(0, "users[5].password_hash: expected either this or password, not both"),
        at(0, "users[6].date_joined: expected a moment such as 2026-11-21T20:15:00Z, not \"yesterday\""),
        at(0, "users[6].is_active: expected true or false, not \"maybe\""),
        at(0, "things: it is not known here; expected one of users, applications, providers, components"),
        at(0, "components[0]: missing field `name`"),
        at(0, "components[1].x: it is not known here; expected one of slug, name, "),
        format!("{0}: components[2]: it is the same as {0}: components[1]", files[0]),
        at(1, "expected lists under the names of their kinds, such as users"),
        at(2, "expected value at line 1 column 12"),
        at(3, "users: expected a list"),
        "missing.yaml: it cannot be read: ".to_owned(),
    ] {
        assert!(ended.err.contains(&format!("\n  {expected}")), "{expected:?} is not in\n{}", ended.err);
    }
    assert!(!place.data().exists(), "not even a store was made");
    let twice = place.write("twice.yaml", "users: [{username: Ada, pk: 1}, {username: ada, pk: 1}]");
    let ended = place.launch(&["fixtures", "load", twice.to_str().unwrap()]).run().await;
    let name = twice.to_str().unwrap();
    assert!(
        ended.err.contains(&format!("{name}: users[1].username: it is the username of {name}: users[0] too"))
    );
    assert!(ended.err.contains(&format!("{name}: users[1].pk: it is the pk of {name}: users[0] too")));
}

/// What only the store can tell undoes everything of people.
#[tokio::test]
async fn what_contradicts_the_store_is_told_and_undone() {
    for engine in both() {
        let place = Place::on(engine);
        place.write(".env", SECRET);
        let file = place.write("a.yaml", "users: [{username: ada, email: ada@example.org}]");
        assert_eq!(place.launch(&["fixtures", "load", file.to_str().unwrap()]).run().await.code, Some(0));
        let file = place.write("b.yaml", "users: [{username: bob}, {username: eve, email: ADA@example.org}]");
        let ended = place.launch(&["fixtures", "load", file.to_str().unwrap()]).run().await;
        let said = format!("polystatus: {}: users[1].email: another user has this address\n", file.display());
        assert_eq!((ended.code, ended.err), (Some(1), said), "{engine:?}");
        let file = place.write("c.yaml", "users: [{username: bob}]");
        let ended = place.launch(&["fixtures", "load", file.to_str().unwrap()]).run().await;
        assert_eq!(ended.out, "users: 1 created, 0 updated, 0 unchanged\n", "{engine:?}");
        let nobody = place.write("d.yaml", "users: [{username: eve}]\ncomponents: [{slug: a, name: A}]");
        let ended = place.launch(&["fixtures", "load", nobody.to_str().unwrap()]).run().await;
        assert!(ended.err.contains(
            "nothing was loaded: components and providers are loaded on behalf of an administrator"
        ));
        assert_eq!(ended.out, "");
    }
}

/// A thousand people are laid down in a moment, with their numbers and days; passwords are set where they are said.
#[tokio::test]
async fn a_thousand_members_are_loaded() {
    let place = Place::new();
    let mut people: Vec<Value> = (3..=1000)
        .map(|pk| {
            let (day, hour) = ((pk - 1 + 12) / 24, (pk - 1 + 12) % 24);
            let (month, day) = if day < 31 { (1, day + 1) } else { (2, day - 30) };
            let joined = format!("2015-{month:02}-{day:02}T{hour:02}:00:00Z");
            json!({ "username": format!("member{pk:04}"), "pk": pk, "date_joined": joined })
        })
        .collect();
    people.push(
        json!({ "username": "user", "pk": 2, "password": "user", "date_joined": "2015-01-01T13:00:00Z" }),
    );
    people.push(json!({ "username": "admin", "pk": 1, "role": "admin", "password": "admin password",
                        "email": "admin@example.org", "date_joined": "2015-01-01T12:00:00Z" }));
    let file = place.write("members.json", json!({ "users": people }).to_string());
    let words = ["fixtures", "load", file.to_str().unwrap()];
    let first = place.launch(&words).run().await;
    assert_eq!(first.out, "users: 1000 created, 0 updated, 0 unchanged\n", "{first:?}");
    assert_eq!(place.launch(&words).run().await.out, "users: 0 created, 0 updated, 1000 unchanged\n");
    let program = place.launch(&["serve", "--listen", "127.0.0.1:0"]).start().await;
    let session = program.api().log_in("admin@example.org", "admin password").await;
    let api = program.api().with_token(session.json["token"].as_str().unwrap());
    let users = api.see("/api/v1/users?page_size=100&page=last").await;
    assert_eq!((&users["count"], &users["results"][99]["name"]), (&json!(1000), &json!("member1000")));
    assert_eq!(users["results"][99]["created_at"], "2015-02-12T03:00:00Z");
    assert_eq!(program.api().log_in("member0003@users.invalid", "").await.status, 400);
    assert_eq!(program.api().log_in("member0003@users.invalid", "member0003").await.status, 401);
    program.stop().await;
}

/// A new password or role ends what was begun with the old one.
#[tokio::test]
async fn a_new_password_is_taken_over() {
    let place = Place::on(Engine::Sqlite);
    let load = async |text: &str| {
        let file = place.write("ada.yaml", text);
        place.launch(&["fixtures", "load", file.to_str().unwrap()]).run().await.out
    };
    load("users: [{username: ada, email: ada@example.org, password: first}]").await;
    let again = load("users: [{username: ada, password: first}]").await;
    assert_eq!(again, "users: 0 created, 0 updated, 1 unchanged\n", "the same password, another salt or not");
    let changed = load("users: [{username: ada, password: second, role: viewer}]").await;
    assert_eq!(changed, "users: 0 created, 1 updated, 0 unchanged\n");
    let program = place.launch(&["serve", "--listen", "127.0.0.1:0"]).start().await;
    assert_eq!(program.api().log_in("ada@example.org", "first").await.status, 401);
    assert_eq!(program.api().log_in("ada@example.org", "second").await.status, 200);
    program.stop().await;
}

/// The application of the documentation, for the machine of a developer.
#[tokio::test]
async fn without_a_file_the_demonstration_application_is_loaded_for_developers() {
    let place = Place::new();
    let load = || place.launch(&["fixtures", "load"]).set("DEBUG", "true").run();
    let first = load().await;
    assert_eq!(first.code, Some(0), "{first:?}");
    assert!(first.err.contains("WARNING: the secret of this application is public."), "{first:?}");
    let said = lines(&first.out);
    assert_eq!(said[0], "users: 1 created, 0 updated, 0 unchanged");
    assert_eq!(said[1], "applications: 1 created, 0 updated, 0 unchanged");
    let password = said[2].strip_prefix("user admin, password ").unwrap().split(' ').next().unwrap();
    let secret = said[4].strip_prefix("client secret  ").unwrap();
    let again = load().await;
    let kept = ["applications: 0 created, 0 updated, 1 unchanged", said[3], said[4]];
    assert_eq!(lines(&again.out), kept, "the password is not changed and not shown again");

    let program = place.launch(&["serve", "--listen", "127.0.0.1:0"]).set("DEBUG", "true").start().await;
    let question = json!({
        "grant_type": "password", "username": "admin", "password": password,
        "client_id": "w14aIFqE7z90ti1rXE8hCRMRUOPBP4rXpfLZIKmT", "client_secret": secret
    });
    let answer = program.api().post("/oauth2/token", question).await;
    assert_eq!((answer.status, &answer.json["scope"]), (200, &json!("read write")), "{}", answer.text);
    assert!(answer.json["refresh_token"].is_string());
    let api = program.api().with_token(answer.json["access_token"].as_str().unwrap());
    assert_eq!(api.see("/api/v1/users").await["results"][0]["role"], "admin");
    program.stop().await;
}

#[tokio::test]
async fn applications_are_loaded_with_their_owners() {
    for engine in both() {
        let place = Place::on(engine);
        place.write(".env", SECRET);
        let load = async |text: &str| {
            let file = place.write("a.yaml", text);
            place.launch(&["fixtures", "load", file.to_str().unwrap()]).run().await
        };
        let secret = "s".repeat(40);
        let whole = |grants: &str| {
            format!(
                "users: [{{username: ada}}]\napplications:\n- name: Board\n  client_id: board\n  client_secret: {secret}\n  \
                 grants: {grants}\n  callbacks: https://board.example.org/back\n  scopes: [read]\n  user: ADA\n\
                 - {{name: Phone, client_id: phone, client_type: public}}\n"
            )
        };
        let count =
            |ended: &str| ended.lines().find(|line| line.starts_with("applications")).map(str::to_owned);
        for (grants, expected) in [
            ("password", "applications: 2 created, 0 updated, 0 unchanged"),
            ("[password]", "applications: 0 created, 0 updated, 2 unchanged"),
            ("[password, refresh_token]", "applications: 0 created, 1 updated, 1 unchanged"),
        ] {
            let ended = load(&whole(grants)).await;
            assert_eq!(count(&ended.out).as_deref(), Some(expected), "{ended:?} on {engine:?}");
        }
        let nobody = load("applications: [{name: A, client_id: a, client_type: public, user: eve}]").await;
        assert!(
            nobody.err.ends_with("a.yaml: applications[0].user: nobody is called \"eve\"\n"),
            "{nobody:?}"
        );
        let bad = load(
            "applications: [{name: A, client_id: a b, grants: magic, scopes: all, client_secret: short, callbacks: x},\
             {name: B, client_id: b}, {name: C, client_id: c, client_type: public, client_secret: x}]",
        )
        .await;
        for expected in [
            "applications[0].client_id: expected letters, digits and signs of ASCII",
            "applications[0].client_secret: expected at least 32 letters of ASCII",
            "applications[0].grants: expected some of password, authorization_code, client_credentials, refresh_token, device_code, not \"magic\"",
            "applications[0].scopes: expected some of read, write",
            "applications[0].redirect_uris: \"x\" is no address that users can be sent back to",
            "applications[1].client_secret: it is missing; a confidential application has one",
            "applications[2].client_secret: a public application has none",
        ] {
            assert!(bad.err.contains(expected), "{expected:?} is not in\n{}", bad.err);
        }
        assert!(!bad.err.contains("short"), "secrets are not shown");
    }
}

#[tokio::test]
async fn without_a_file_and_without_debug_it_says_what_it_needs() {
    let place = Place::new();
    let ended = place.launch(&["fixtures", "load"]).run().await;
    assert_eq!((ended.code, ended.out.as_str()), (Some(1), ""));
    assert!(ended.err.contains("this needs DEBUG=true"), "{ended:?}");
}
