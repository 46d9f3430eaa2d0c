//! Starting where it cannot be done: each time the program ends with code 1 and a line that says what and where. And
//! stopping, which is quick whoever listens.

use std::time::Duration;

use crate::common::{Ended, Place, SECRET_KEY, until};

fn assert_refused(ended: &Ended, words: &[&str]) {
    assert_eq!(ended.code, Some(1), "{ended:?}");
    for word in words {
        assert!(ended.err.contains(word), "{word:?} is not in: {}", ended.err);
    }
    assert!(!ended.err.contains("panicked"), "{}", ended.err);
    assert_eq!(ended.out, "");
}

#[tokio::test]
async fn a_folder_has_one_program_at_a_time() {
    let place = Place::new();
    let first = place.serve().start().await;
    let folder = place.data().display().to_string();
    let hint = ["polystatus: the data folder", &folder, "is in use by another polystatus", "--data-dir"];
    assert_refused(&place.serve().run().await, &hint);
    let create =
        place.launch(&["users", "create", "--email", "ada@example.org"]).input("long enough to be good");
    assert_refused(&create.run().await, &hint);
    assert_eq!(first.api().get("/").await.status, 200);
    first.stop().await;
    place.serve().start().await.stop().await;
}

#[tokio::test]
async fn an_address_has_one_program_at_a_time() {
    let (one, other) = (Place::new(), Place::new());
    let first = one.serve().start().await;
    let address = first.url.trim_start_matches("http://");
    let second = other.launch(&["serve", "--listen", address]).run().await;
    assert_refused(&second, &["polystatus: cannot listen on", address, "in use", "--listen"]);
    assert_eq!(first.api().get("/").await.status, 200);
    first.stop().await;
}

#[tokio::test]
async fn every_bad_setting_is_told_with_its_place() {
    let place = Place::new();
    place.write(
        "polystatus.toml",
        "[providers]\n# often\ninterval = \"fast\"\n\n[web]\nmax_bodies = \"1MiB\"\n",
    );
    place.write(".env", "POLYSTATUS_INCIDENTS__RESOLVE_AFTER=later\n");
    let wrong = [("POLYSTATUS_X", "1"), ("POLYSTATUS_WEB__DEADLINE", "5"), ("POLYSTATUS_LOG__LEVEL", "inof")];
    let ended = place.launch(&["serve", "--listen", "nowhere"]).set_all(&wrong).run().await;
    let span = "but a span of time such as 250ms, 90s, 5m, 1h or 7d was expected";
    let lines = [
        format!("polystatus.toml line 3: providers.interval is \"fast\", {span}\n"),
        "polystatus.toml line 6: web.max_bodies is not a setting; did you mean web.max_body?\n".to_owned(),
        format!(".env POLYSTATUS_INCIDENTS__RESOLVE_AFTER: incidents.resolve_after is \"later\", {span}\n"),
        "environment POLYSTATUS_X: x is not a setting; `polystatus settings` lists them\n".to_owned(),
        format!("environment POLYSTATUS_WEB__DEADLINE: web.deadline is \"5\", {span}\n"),
        "environment POLYSTATUS_LOG__LEVEL: log.level is \"inof\", but one of off, error, warn, info"
            .to_owned(),
        "command line: web.listen is \"nowhere\", but an address such as 127.0.0.1:8000".to_owned(),
    ];
    assert_refused(&ended, &lines.each_ref().map(String::as_str));
    assert_eq!(ended.err.lines().count(), 1 + lines.len(), "nothing else is wrong: {}", ended.err);
    assert!(!place.data().exists(), "nothing was begun");
}

#[tokio::test]
async fn a_file_that_is_no_settings_file_is_told_by_its_line() {
    let place = Place::new();
    place.write("polystatus.toml", "[web]\nlisten = = 1\n");
    assert_refused(&place.serve().run().await, &["the settings cannot be used", "polystatus.toml line 2: "]);
}

#[tokio::test]
async fn a_data_folder_that_cannot_be_written_is_named() {
    let place = Place::new();
    let file = place.write("file", "not a folder");
    let inside = file.join("data");
    let ended = place.serve().set("DATA_DIR", &inside).run().await;
    assert_refused(
        &ended,
        &["the data folder", &inside.display().to_string(), "cannot be created: Not a directory"],
    );
    // A folder in which nobody, not even root, can make a file.
    let ended = place.serve().set("DATA_DIR", "/proc/self").run().await;
    assert_refused(&ended, &["the data folder /proc/self cannot be written: "]);
}

#[tokio::test]
async fn a_database_that_cannot_be_read_is_named() {
    let place = Place::new();
    place.write(
        "data/incidents.db",
        "this was a database once, and now it is a text of some length\n".repeat(99),
    );
    let file = place.data().join("incidents.db").display().to_string();
    assert_refused(&place.serve().run().await, &["incidents cannot start", &file, "not a database"]);
}

#[tokio::test]
async fn a_database_server_that_cannot_be_reached_is_told_without_its_password() {
    let place = Place::new();
    // Nobody listens on port 1.
    let url = "postgres://polystatus:canary-of-the-server@127.0.0.1:1/polystatus";
    let ended = place.serve().set("DATABASE_URL", url).set("SECRET_KEY", SECRET_KEY).run().await;
    assert_refused(&ended, &["identity cannot start", "Connection refused"]);
    assert!(!ended.err.contains("canary"), "{}", ended.err);
}

#[tokio::test]
async fn half_an_administrator_and_a_weak_one_are_refused() {
    let place = Place::new();
    let half =
        place.launch(&["serve", "--listen", "127.0.0.1:0"]).set("POLYSTATUS_ADMIN_EMAIL", "ada@example.org");
    assert_refused(
        &half.run().await,
        &["the first administrator cannot be created", "POLYSTATUS_ADMIN_PASSWORD"],
    );
    let weak = place.serve().set("POLYSTATUS_ADMIN_PASSWORD", "canary").run().await;
    assert_refused(
        &weak,
        &["the first administrator cannot be created", "POLYSTATUS_ADMIN_PASSWORD", "10 characters"],
    );
    assert!(!weak.err.contains("canary"), "{}", weak.err);
}

#[tokio::test]
async fn a_program_without_users_says_how_to_get_one() {
    let place = Place::new();
    let program = place.launch(&["serve", "--listen", "127.0.0.1:0"]).start().await;
    until("the program says that nobody can log in", async || {
        program.out().contains("users create").then_some(())
    })
    .await;
    assert_eq!(program.api().get("/").await.status, 200);
    program.stop().await;
}

#[tokio::test]
async fn stopping_is_quick_while_somebody_listens() {
    let place = Place::new();
    let program = place.serve().start().await;
    let api = program.api();
    let mut streams = Vec::new();
    for _ in 0..20 {
        streams.push(api.open("/live").await);
    }
    // A connection on which nothing is asked any more must not hold it up either.
    let idle = tokio::net::TcpStream::connect(program.url.trim_start_matches("http://")).await.unwrap();
    let ended = program.stop_within(Duration::from_secs(5)).await;
    assert!(!ended.err.contains("cut off"), "{}", ended.err);
    for mut stream in streams {
        while let Some(chunk) = stream.chunk().await.expect("the stream is ended, not cut off") {
            drop(chunk);
        }
    }
    drop(idle);
}
