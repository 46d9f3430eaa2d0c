//! The demonstration: it says where to click and how to log in, and its story goes round.

use providers::samples::NIMBUS;
use serde_json::Value;

use crate::common::{Api, Launch, Place, Program, UNLIMITED, until};

/// As much quicker as this machine can follow.
const QUICKER: [(&str, &str); 5] = [
    ("POLYSTATUS_DEMO__SCENE", "1500ms"),
    ("POLYSTATUS_PROVIDERS__INTERVAL", "200ms"),
    ("POLYSTATUS_INCIDENTS__OPEN_AT_PARTIAL_AFTER", "200ms"),
    ("POLYSTATUS_INCIDENTS__MITIGATE_AFTER", "500ms"),
    ("POLYSTATUS_INCIDENTS__RESOLVE_AFTER", "500ms"),
];

/// Without a data folder, as one tries it first.
fn demo(place: &Place) -> Launch {
    Launch::new(place.path())
        .arguments(&["demo", "--listen", "127.0.0.1:0"])
        .set_all(&QUICKER)
        .set_all(&UNLIMITED)
}

#[tokio::test]
async fn the_story_goes_round() {
    let place = Place::new();
    let program = demo(&place).start().await;
    says_where_to_click(&program).await;
    let api = program.api();
    fails_and_recovers(&api, "Nimbus Cloud: Object Storage is unavailable", "Product pictures").await;
    people_and_machines_have_reacted(&api, "Nimbus Cloud: Object Storage is unavailable").await;
    fails_and_recovers(&api, "Stratus: ", "Order processing").await;

    let quill = api.provider_becomes("quill", "unknown").await;
    assert!(quill["stale_since"].is_string() && quill["trouble"].is_string(), "{quill}");
    until("the handbook is remarked on", async || {
        let handbook = api.see("/api/v1/components/handbook").await;
        assert_eq!(handbook["status"], "operational");
        (handbook["because"][0]["level"] == "unknown").then_some(())
    })
    .await;
    let page =
        api.page_says(&["Quill", "Old reading", "Past incidents", "Object Storage is unavailable"]).await;
    assert!(page.contains("Handbook"));
    api.provider_becomes("quill", "operational").await;
    program.stop().await;
    let left: Vec<_> = std::fs::read_dir(place.path()).unwrap().collect();
    assert!(left.is_empty(), "the demonstration leaves nothing behind: {left:?}");
}

/// What is printed is true: the page is there, and the login works.
async fn says_where_to_click(program: &Program) {
    let (out, url) = until("everything is printed", async || {
        Some((program.out(), program.url.replace("127.0.0.1", "localhost")))
            .filter(|(out, _)| out.contains("Ctrl-C"))
    })
    .await;
    assert!(out.contains(&format!("Status page   {url}/\n")), "{out}");
    let login = out.lines().find_map(|line| line.trim().strip_prefix("Log in        ")).unwrap();
    let (email, password) = login.split_once(" with password ").unwrap();
    let session = program.api().log_in(email, password).await;
    assert_eq!(session.status, 200, "{}", session.text);
    let user = program.api().with_token(session.json["token"].as_str().unwrap());
    let user = user.see(&format!("/api/v1/users/{}", session.json["user_id"].as_str().unwrap())).await;
    assert_eq!(user["role"], "admin");
    assert!(out.contains("9 documents of 3 providers; 3 of them change"), "{out}");
}

/// Visitors have reported, the public was told, and the feature was off as long as the incident was open.
async fn people_and_machines_have_reacted(api: &Api, title: &str) {
    let feed = until("the public is told of the end", async || {
        let feed = api.get("/feed.atom").await.text;
        feed.contains("All pictures load again.").then_some(feed)
    });
    assert!(feed.await.contains("Some product pictures do not load"));
    let incidents = api.see("/api/v1/incidents?service=pictures").await;
    let mut all = incidents["results"].as_array().unwrap().iter();
    let incident = all.find(|incident| incident["title"].as_str().unwrap().starts_with(title)).unwrap();
    let path = format!("/api/v1/incidents/{}", incident["id"].as_str().unwrap());
    until("the feature is off and on again", async || {
        let timeline = api.see(&path).await["timeline"].to_string();
        (timeline.matches("picture-zoom").count() == 2).then_some(())
    })
    .await;
    let history = api.see("/api/v1/reports/pictures/history").await;
    let reports = history["quarters"].as_array().unwrap().iter();
    assert!(reports.map(|quarter| quarter["count"].as_i64().unwrap()).sum::<i64>() >= 3, "{history}");
}

/// An incident comes with its reason, for the component that is hit, and it is over some time later.
async fn fails_and_recovers(api: &Api, title: &str, component: &str) {
    let one = |incidents: Value| {
        let mut all = incidents["results"].as_array().unwrap().clone();
        all.retain(|incident| incident["title"].as_str().unwrap().starts_with(title));
        all.pop()
    };
    let incident =
        until(&format!("the incident {title:?}"), async || one(api.see("/api/v1/incidents").await)).await;
    assert_eq!((&incident["source"], &incident["status"]), (&Value::from("csp"), &Value::from("open")));
    let told = incident["title"].as_str().unwrap();
    api.page_says(&[told, component]).await;
    let path = format!("/api/v1/incidents/{}", incident["id"].as_str().unwrap());
    until("the incident is resolved", async || (api.see(&path).await["status"] == "resolved").then_some(()))
        .await;
}

#[tokio::test]
async fn recordings_of_ones_own_are_told() {
    let place = Place::new();
    place.write("feeds/statuspage/calm.json", NIMBUS[0]);
    place.write("feeds/statuspage/outage.json", NIMBUS[2]);
    place.write("feeds/of-nobody/knows.json", "{}");
    let program = demo(&place).arguments(&["--feeds", "feeds"]).start().await;
    let api = program.api();
    let out =
        until("everything is printed", async || Some(program.out()).filter(|out| out.contains("Ctrl-C")))
            .await;
    assert!(out.contains("2 documents of 1 providers; 1 of them change"), "{out}");
    assert!(out.contains("Note          no adapter yet for of-nobody\n"), "{out}");
    let component = api.component_becomes("nimbus-cloud-connection", "major_outage").await;
    assert_eq!(component["because"][0]["title"], "Nimbus Cloud: Object Storage is unavailable");
    api.component_becomes("nimbus-cloud-connection", "operational").await;
    program.stop().await;
}

#[tokio::test]
async fn a_folder_without_recordings_is_refused() {
    let place = Place::new();
    place.write("empty/statuspage/README.md", "nothing here");
    for (folder, words) in [
        ("empty", "empty holds no recorded feeds; expected folders named after adapters"),
        ("missing", "missing cannot be read: "),
    ] {
        let ended = demo(&place).arguments(&["--feeds", folder]).run().await;
        assert_eq!((ended.code, ended.out.as_str()), (Some(1), ""), "{ended:?}");
        assert!(ended.err.contains(words), "{}", ended.err);
    }
}
