//! The commands beside `serve` and `demo`: what they print, on which output, and with which exit code they end.

use serde_json::Value;

use crate::common::{Feeds, Launch, Place};

#[tokio::test]
async fn settings_are_printed_with_their_origin_and_without_secrets() {
    let place = Place::new();
    place.write("polystatus.toml", "[frontend]\nsite_name = \"Example\"\n");
    let ended = place
        .launch(&["settings", "--listen", "127.0.0.1:81"])
        .set("POLYSTATUS_ADMIN_PASSWORD", "canary-password")
        .set("DATABASE_URL", "postgres://polystatus:canary-server@db/polystatus")
        .run()
        .await;
    assert_eq!(ended.code, Some(0), "{ended:?}");
    for line in [
        "frontend.site_name = \"Example\"  # polystatus.toml line 2; ",
        "web.listen = \"127.0.0.1:81\"  # command line; ",
        "admin_password = \"(hidden)\"  # environment POLYSTATUS_ADMIN_PASSWORD; ",
        "database_url = \"(hidden)\"  # environment DATABASE_URL; ",
        "providers.interval = \"60s\"  # default; ",
    ] {
        assert!(ended.out.contains(line), "{line:?} is not in:\n{}", ended.out);
    }
    assert!(!format!("{ended:?}").contains("canary"));
    assert!(!place.data().exists(), "looking changes nothing");
}

#[tokio::test]
async fn a_user_who_was_created_can_log_in() {
    let place = Place::new();
    let words = ["users", "create", "--email", "ada@example.org", "--role", "manager"];
    let ended = place.launch(&words).input("a good long password\n").run().await;
    assert_eq!((ended.code, ended.out.starts_with("created user ")), (Some(0), true), "{ended:?}");
    assert!(!format!("{ended:?}").contains("a good long password"));

    let again = place.launch(&words).input("a good long password\n").run().await;
    assert_eq!(again.code, Some(1));
    assert!(again.err.ends_with("polystatus: a user with this email already exists\n"), "{}", again.err);

    let program = place.launch(&["serve", "--listen", "127.0.0.1:0"]).start().await;
    assert!(!program.out().contains("nobody can log in"));
    let session = program.api().log_in("ada@example.org", "a good long password").await;
    assert_eq!(session.status, 200, "{}", session.text);
    let user = program.api().with_token(session.json["token"].as_str().unwrap());
    let user = user.see(&format!("/api/v1/users/{}", session.json["user_id"].as_str().unwrap())).await;
    assert_eq!((&user["name"], &user["role"]), (&Value::from("ada"), &Value::from("manager")));
    assert_eq!(program.api().log_in("ada@example.org", "a good long passwort").await.status, 401);
    program.stop().await;
}

#[tokio::test]
async fn a_user_who_cannot_be_is_refused() {
    let place = Place::new();
    let create = |email: &'static str, role: &'static str, password: &'static str| {
        place.launch(&["users", "create", "--email", email, "--role", role]).input(password).run()
    };
    for (ended, word) in [
        (create("ada@example.org", "admin", "canary").await, "at least 10 characters"),
        (create("ada@example.org", "admin", "").await, "at least 10 characters"),
        (create("ada", "admin", "canary that is long").await, "email: "),
        (
            create("ada@example.org", "king", "canary that is long").await,
            "choose viewer, responder, manager or admin",
        ),
    ] {
        assert_eq!((ended.code, ended.out.as_str()), (Some(1), ""), "{ended:?}");
        assert!(ended.err.contains(word) && !ended.err.contains("canary"), "{}", ended.err);
    }
}

#[tokio::test]
async fn the_api_is_described_for_all_services_or_one() {
    let place = Place::new();
    let list = place.launch(&["openapi", "--list"]).run().await;
    assert_eq!(
        list.out,
        "identity\nincidents\nproviders\ncommunications\nflags\ncomments\nreports\nfrontend\n"
    );
    let one: Value = serde_json::from_str(&place.launch(&["openapi", "incidents"]).run().await.out).unwrap();
    let paths = one["paths"].as_object().unwrap();
    assert!(paths.contains_key("/api/v1/incidents") && !paths.contains_key("/api/v1/csp/providers"));
    let unknown = place.launch(&["openapi", "nope"]).run().await;
    assert_eq!((unknown.code, unknown.out.as_str()), (Some(1), ""));
    assert_eq!(
        unknown.err,
        "polystatus: there is no service \"nope\"; `polystatus openapi --list` names them\n"
    );
    let left: Vec<_> = std::fs::read_dir(place.path()).unwrap().collect();
    assert!(left.is_empty(), "describing leaves nothing behind: {left:?}");
}

/// As in `polystatus settings | head -1`.
#[tokio::test]
async fn whoever_stops_listening_is_no_error() {
    let place = Place::new();
    for command in [&["settings"][..], &["openapi"]] {
        // The reader is gone before the first word, and what counts is how the program ends.
        let script = "{ \"$0\" \"$@\"; echo $? >&2; } | exec true";
        let ended = place.launch(command).within(&[], script).run().await;
        assert_eq!(ended.err, "0\n", "{command:?}");
    }
}

#[tokio::test]
async fn a_health_check_asks_the_server_itself() {
    let (place, elsewhere) = (Place::new(), Place::new());
    let program = place.serve().start().await;
    let address = program.url.trim_start_matches("http://").to_owned();
    let check = || elsewhere.launch(&["healthcheck", "--listen", &address]);
    let well = check().run().await;
    assert_eq!((well.code, well.out.as_str(), well.err.as_str()), (Some(0), "", ""), "{well:?}");
    // A proxy for the outside world has no part in it.
    let proxied =
        check().set("HTTP_PROXY", "http://127.0.0.1:1").set("http_proxy", "http://127.0.0.1:1").run().await;
    assert_eq!(proxied.code, Some(0), "{proxied:?}");
    program.stop().await;
    let gone = check().run().await;
    assert_eq!(gone.code, Some(1));
    assert_eq!(gone.err, format!("polystatus: http://{address}/readyz does not answer\n"));
}

/// By its address, though it answers for a name only and its certificate is for that.
#[tokio::test]
async fn a_health_check_asks_a_server_that_has_a_name_and_a_certificate() {
    let place = Place::new();
    let made = rcgen::generate_simple_self_signed(["status.example.org".to_owned()]).unwrap();
    let settings = [
        ("ALLOWED_HOSTS", ".example.org".into()),
        ("POLYSTATUS_WEB__TLS_CERTIFICATE", place.write("certificate.pem", made.cert.pem())),
        ("POLYSTATUS_WEB__TLS_KEY", place.write("key.pem", made.signing_key.serialize_pem())),
    ];
    let with = |launch: Launch| settings.iter().fold(launch, |launch, (name, value)| launch.set(name, value));
    let program = with(place.serve()).start().await;
    let address = program.url.strip_prefix("https://").expect("it says how it can be reached").to_owned();
    let check = place.launch(&["healthcheck", "--listen", &address]);
    let well = with(check).run().await;
    assert_eq!((well.code, well.out.as_str(), well.err.as_str()), (Some(0), "", ""), "{well:?}");
    program.stop().await;
}

#[tokio::test]
async fn feeds_are_read_a_line_for_each() {
    let place = Place::new();
    let samples = concat!(env!("CARGO_MANIFEST_DIR"), "/../services/providers/samples");
    let file = |name: &str| format!("{samples}/{name}");
    let (outage, html) = (file("demo/nimbus/3-outage.json"), file("demo/quill/2-not-a-feed.html"));
    let ended = place.launch(&["providers", "read", "--adapter", "statuspage", &outage, &html]).run().await;
    assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""), "{ended:?}");
    let lines: Vec<Value> = ended.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let [good, bad] = lines.as_slice() else { panic!("{lines:?}") };
    assert_eq!(
        (&good["file"], &good["overall"]),
        (&Value::from(outage.as_str()), &Value::from("partial_outage"))
    );
    assert_eq!(
        (&good["non_operational_components"], &good["open_incidents"]),
        (&Value::from(3), &Value::from(1))
    );
    for list in ["components", "incidents", "maintenances"] {
        assert!(good[list].is_array() && bad[list].is_array(), "{list}");
    }
    assert_eq!((&bad["file"], &bad["overall"]), (&Value::from(html), &Value::from("unknown")));
    assert!(bad["error"].is_string() && good.get("error").is_none());

    let ended =
        place.launch(&["providers", "read", "--adapter", "gcp", &file("gcp/two-open.json")]).run().await;
    assert_eq!(serde_json::from_str::<Value>(&ended.out).unwrap()["open_incidents"], 2);
}

#[tokio::test]
async fn a_feed_that_is_not_there_is_named() {
    let place = Place::new();
    let read = |adapter: &'static str, what: &[&str]| {
        place.launch(&["providers", "read", "--adapter", adapter]).arguments(what).run()
    };
    let missing = read("statuspage", &["missing.json"]).await;
    assert!(missing.err.starts_with("polystatus: missing.json cannot be read: "), "{missing:?}");
    let family = read("statuspages", &["missing.json"]).await;
    assert!(family.err.contains("there is no adapter \"statuspages\"; choose one of "), "{family:?}");
    let feeds = Feeds::start().await;
    let gone = read("statuspage", &["--url", &feeds.address("gone")]).await;
    assert!(gone.err.contains("/gone: the feed answered 404"), "{gone:?}");
    assert_eq!([missing.code, family.code, gone.code], [Some(1); 3]);

    feeds.show("here", providers::samples::NIMBUS[0]);
    let here = read("statuspage", &["--url", &feeds.address("here")]).await;
    assert_eq!(serde_json::from_str::<Value>(&here.out).unwrap()["overall"], "operational");
}
