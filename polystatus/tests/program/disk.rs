//! Promise F2: while the data folder takes nothing more, writes are refused in clear words, reads go on, nothing that
//! was acknowledged is lost, and writes work again as soon as they can, without a restart.

use std::fs::File;
use std::io::Write as _;
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use http::Method;
use kit_testkit::TestReply;
use providers::samples::NIMBUS;
use serde_json::{Value, json};

use crate::common::{Api, Feeds, Place, Program, until};
use crate::kill::assert_sound;

/// Room for the empty databases and some hundred incidents.
const SIZE: &str = "3m";
/// A feed that is due again and again while nothing of it can be written down.
const EAGER: [(&str, &str); 2] =
    [("POLYSTATUS_PROVIDERS__INTERVAL", "1s"), ("POLYSTATUS_PROVIDERS__MAX_BACKOFF", "1s")];

#[tokio::test]
async fn a_full_disk_refuses_writes_and_nothing_else() {
    let place = Place::new();
    let data = place.data();
    std::fs::create_dir(&data).unwrap();
    let script = format!("mount -t tmpfs -o size={SIZE} tmpfs '{}' && exec \"$0\" \"$@\"", data.display());
    let program = place.serve().within(&namespace(), &script).set_all(&EAGER).start().await;
    // The folder is mounted for the program alone, and this is the way in.
    let inside = PathBuf::from(format!("/proc/{}/root{}", program.id(), data.display()));
    let filler = inside.join("filler");
    let full = || fill(&filler);
    let room = || std::fs::remove_file(&filler).unwrap();
    refuses_and_recovers(&program, &inside, full, room).await;
    // The folder stays for whoever holds it when the program is gone, and with it the mount.
    let folder = File::open(&inside).unwrap();
    program.stop().await;
    assert_sound(&PathBuf::from(format!("/proc/self/fd/{}", folder.as_raw_fd())));
}

#[tokio::test]
async fn a_folder_that_takes_no_write_at_all_refuses_writes_and_nothing_else() {
    let place = Place::new();
    let data = place.data();
    // A file system cannot be turned read-only under files that are open; a limit has the same effect on each write.
    let script = "trap '' XFSZ && exec \"$0\" \"$@\"";
    let program = place.serve().within(&[], script).set_all(&EAGER).start().await;
    let limit = |size: &str| {
        let limit = format!("--fsize={size}:unlimited");
        let done = Command::new("prlimit").args(["--pid", &program.id().to_string(), &limit]).status();
        assert!(done.expect("prlimit of util-linux is needed").success());
    };
    refuses_and_recovers(&program, &data, || limit("0"), || limit("unlimited")).await;
    program.stop().await;
    assert_sound(&data);
}

async fn refuses_and_recovers(program: &Program, data: &Path, full: impl Fn(), room: impl Fn()) {
    let feeds = Feeds::start().await;
    feeds.show("nimbus", NIMBUS[0]);
    let api = program.api().administrator().await;
    let provider = json!({ "name": "Nimbus", "type": "statuspage", "feed_url": feeds.address("nimbus") });
    api.create("/api/v1/csp/providers", provider).await;
    api.create("/api/v1/components", json!({ "slug": "shop", "name": "Shop" })).await;
    api.provider_becomes("nimbus", "operational").await;
    let mut written = vec![open_incident(&api).await.expect("there is room")];

    full();
    let refused = until("a write is refused", async || match open_incident(&api).await {
        Ok(id) => {
            written.push(id);
            None
        }
        Err(reply) => Some(reply),
    })
    .await;
    assert_refusal(&refused);
    writes_are_refused(&api).await;
    reads_go_on(&api, &written).await;
    // Nothing can be written, so the files are as they are.
    assert_sound(data);
    is_not_asked_more_often(&feeds).await;

    room();
    written.push(until("writes work again", async || open_incident(&api).await.ok()).await);
    written.push(open_incident(&api).await.expect("there is room"));
    reads_go_on(&api, &written).await;
}

/// Opens an incident; returns its id, or the refusal.
async fn open_incident(api: &Api) -> Result<String, TestReply> {
    let body = json!({ "title": "Written", "sev": 4, "services": ["shop"], "summary": "words ".repeat(500) });
    let reply = api.post("/api/v1/incidents", body).await;
    match reply.status {
        201 => Ok(reply.json["id"].as_str().unwrap().to_owned()),
        _ => Err(reply),
    }
}

fn assert_refusal(reply: &TestReply) {
    assert_eq!(reply.status, 503, "{}", reply.text);
    let seconds: u32 = reply.header("retry-after").parse().expect("Retry-After is a number of seconds");
    assert!((1..=60).contains(&seconds), "{seconds}");
    let detail = reply.json["detail"].as_str().unwrap();
    assert!(detail.contains("nothing was changed") && detail.contains("try again"), "{detail}");
}

/// Of every kind, and many at once.
async fn writes_are_refused(api: &Api) {
    let writes: [(&str, Value); 4] = [
        ("/api/v1/components", json!({ "slug": "new", "name": "New" })),
        ("/api/v1/components/shop/override", json!({ "status": "major_outage", "note": "down" })),
        (
            "/api/v1/signals",
            json!({ "source": "x", "key": "x", "component": "shop", "level": "major_outage", "title": "x" }),
        ),
        ("/api/v1/incidents", json!({ "title": "lost", "sev": 1, "services": ["shop"] })),
    ];
    let asked: Vec<_> = writes.iter().cycle().take(24).cloned().collect();
    let asked = asked.into_iter().map(|(path, body)| {
        let api = api.clone();
        tokio::spawn(async move { api.send(Method::POST, path, Some(body)).await.unwrap() })
    });
    for reply in asked.collect::<Vec<_>>() {
        assert_refusal(&reply.await.unwrap());
    }
    let component = api.see("/api/v1/components/shop").await;
    assert_eq!(
        (&component["status"], &component["because"]),
        (&json!("operational"), &json!([])),
        "nothing was changed"
    );
}

async fn reads_go_on(api: &Api, written: &[String]) {
    for path in ["/", "/healthz", "/readyz", "/api/v1/csp/providers", "/api/v1/components", "/api/v1/signals"]
    {
        assert_eq!(api.get(path).await.status, 200, "{path}");
    }
    for id in written {
        let incident = api.see(&format!("/api/v1/incidents/{id}")).await;
        assert_eq!(incident["timeline"].as_array().unwrap().len(), 1, "{incident}");
    }
    let there = api.see("/api/v1/incidents").await["count"].as_u64().unwrap();
    assert_eq!(there, written.len() as u64, "nothing is there that was refused");
}

/// The provider must not be asked the more often because we cannot write down what it says: three times more take two
/// intervals.
async fn is_not_asked_more_often(feeds: &Feeds) {
    let (begun, before) = (Instant::now(), feeds.asked("nimbus"));
    until("the feed is read", async || (feeds.asked("nimbus") >= before + 3).then_some(())).await;
    assert!(begun.elapsed() > Duration::from_millis(1700), "within {:?}", begun.elapsed());
}

/// Takes all the room there is.
fn fill(path: &Path) {
    let mut file = File::create(path).unwrap();
    let full = loop {
        if let Err(error) = file.write_all(&[0; 512]) {
            break error;
        }
    };
    assert_eq!(full.kind(), std::io::ErrorKind::StorageFull, "{full}");
}

/// What runs a command in a mount namespace of its own: with one's own rights over users, or as root.
fn namespace() -> Vec<&'static str> {
    let ways = [vec!["unshare", "-Urm"], vec!["unshare", "-m"]];
    let works = |way: &Vec<&str>| {
        let tried = Command::new(way[0]).args(&way[1..]).arg("true").output();
        tried.is_ok_and(|tried| tried.status.success())
    };
    ways.into_iter().find(works).expect(
        "a full disk is tried in a mount namespace of its own, which this machine does not allow: install util-linux, \
         and run the test as root, or with user namespaces allowed (sysctl kernel.unprivileged_userns_clone=1 and \
         kernel.apparmor_restrict_unprivileged_userns=0); in a container, with --privileged",
    )
}
