//! Promise F1: what was acknowledged survives `kill -9`. `KILL_ROUNDS` says how often it is tried; ten times when it
//! is not set.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use http::Method;
use kit_base::{Clock, Ids};
use kit_testkit::Engine;
use rusqlite::{Connection, OpenFlags};
use serde_json::{Value, json};

use crate::common::{Api, Place, variable};

const WRITERS: usize = 8;
/// The program is killed at a moment up to this long after the first write, so that it is in the midst of some.
const LONGEST_LIFE: Duration = Duration::from_millis(300);
/// The same for a start, which takes longer than this.
const LONGEST_START: Duration = Duration::from_millis(120);

#[tokio::test]
async fn acknowledged_writes_survive_on_sqlite() {
    acknowledged_writes_survive(Engine::Sqlite).await;
}

#[tokio::test]
async fn acknowledged_writes_survive_on_postgres() {
    acknowledged_writes_survive(Engine::Postgres).await;
}

async fn acknowledged_writes_survive(engine: Engine) {
    let rounds =
        variable("KILL_ROUNDS").map_or(10, |rounds| rounds.parse().expect("KILL_ROUNDS is a number"));
    let place = Place::on(engine);
    let ids = Ids::system(Clock::system());
    let mut program = place.serve().start().await;
    let mut api = program.api().administrator().await;
    api.create("/api/v1/components", json!({ "slug": "shop", "name": "Shop" })).await;
    let token = api.token().to_owned();
    let mut kept = Told::default();
    for round in 0..rounds {
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| tokio::spawn(write(api.clone(), format!("{round}.{writer}"))))
            .collect();
        tokio::time::sleep(LONGEST_LIFE.mul_f64(ids.fraction())).await;
        program.kill().await;
        for writer in writers {
            kept.incidents.extend(writer.await.unwrap().incidents);
        }
        if engine == Engine::Sqlite {
            assert_sound(&place.data());
        }
        program = place.serve().start().await;
        api = program.api().with_token(&token);
        kept.is_kept_by(&api).await;
    }
    assert!(kept.incidents.len() >= rounds, "hardly anything was written: {}", kept.incidents.len());
    println!("{} incidents written in {rounds} rounds were kept", kept.incidents.len());
    program.stop().await;
}

/// The tables are made at the first start: killed in the midst of it, the program takes it up where it was.
#[tokio::test]
async fn a_first_start_that_was_killed_is_taken_up_again() {
    let ids = Ids::system(Clock::system());
    for engine in kit_testkit::both() {
        let place = Place::on(engine);
        for _ in 0..8 {
            let program = place.serve().begin();
            tokio::time::sleep(LONGEST_START.mul_f64(ids.fraction())).await;
            program.kill().await;
        }
        let program = place.serve().start().await;
        let api = program.api().administrator().await;
        api.create("/api/v1/components", json!({ "slug": "shop", "name": "Shop" })).await;
        program.stop().await;
    }
}

/// What a writer was told is written: the messages of each incident's timeline.
#[derive(Default)]
struct Told {
    incidents: BTreeMap<String, Vec<String>>,
}

/// Opens incidents and writes into their timelines until the program is gone.
async fn write(api: Api, name: String) -> Told {
    let mut told = Told::default();
    for number in 0.. {
        let title = format!("{name}.{number}");
        let Some(incident) = acknowledged(&api, "/api/v1/incidents", incident(&title)).await else { break };
        let id = incident["id"].as_str().unwrap().to_owned();
        let entries = told.incidents.entry(id.clone()).or_default();
        let path = format!("/api/v1/incidents/{id}/timeline");
        let entry = json!({ "type": "update", "message": format!("told of {title}") });
        if acknowledged(&api, &path, entry).await.is_none() {
            break;
        }
        entries.push(format!("told of {title}"));
    }
    told
}

/// The answer to a write, or nothing when the program is gone. Refused, it may not be.
async fn acknowledged(api: &Api, path: &str, body: Value) -> Option<Value> {
    let reply = api.send(Method::POST, path, Some(body)).await.ok()?;
    assert!([200, 201].contains(&reply.status), "{path}: {} {}", reply.status, reply.text);
    Some(reply.json)
}

/// An incident whose every part can be known by its title.
fn incident(title: &str) -> Value {
    let summary = format!("summary of {title} ").repeat(40);
    json!({ "title": title, "sev": 4, "services": ["shop"], "summary": summary.trim() })
}

impl Told {
    /// Everything that was acknowledged is there; and whatever is there is there whole, acknowledged or not.
    async fn is_kept_by(&self, api: &Api) {
        let found = all_incidents(api).await;
        for (id, entries) in &self.incidents {
            let incident = found.get(id).unwrap_or_else(|| panic!("{id} was acknowledged and is gone"));
            for entry in entries {
                let lines = incident["timeline"].as_array().unwrap().iter();
                let times = lines.filter(|line| line["message"] == *entry).count();
                assert_eq!(times, 1, "{entry:?} was acknowledged: {incident}");
            }
        }
        found.values().for_each(assert_whole);
    }
}

async fn all_incidents(api: &Api) -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    for page in 1.. {
        let answer = api.see(&format!("/api/v1/incidents?page={page}&page_size=100")).await;
        let results = answer["results"].as_array().unwrap();
        found.extend(
            results.iter().map(|incident| (incident["id"].as_str().unwrap().to_owned(), incident.clone())),
        );
        if answer["next"].is_null() {
            break;
        }
    }
    found
}

fn assert_whole(incident: &Value) {
    let sent = self::incident(incident["title"].as_str().unwrap());
    for part in ["title", "sev", "services", "summary"] {
        assert_eq!(incident[part], sent[part], "{part} of {incident}");
    }
    let timeline = incident["timeline"].as_array().unwrap();
    assert_eq!(timeline[0]["message"], "Incident opened.", "{incident}");
    assert!(timeline.iter().all(|line| line["author"].is_string()), "{incident}");
    assert_eq!(incident["followers"].as_array().map(Vec::len), Some(1), "{incident}");
}

/// Every database in the folder is sound. A copy is looked at, because a look mends what it can.
pub fn assert_sound(data: &Path) {
    let copy = tempfile::tempdir().unwrap();
    for file in std::fs::read_dir(data).unwrap().map(|entry| entry.unwrap().path()) {
        std::fs::copy(&file, copy.path().join(file.file_name().unwrap())).unwrap();
    }
    for service in ["identity", "incidents", "providers"] {
        let path = copy.path().join(format!("{service}.db"));
        let connection = Connection::open_with_flags(&path, OpenFlags::SQLITE_OPEN_READ_WRITE).unwrap();
        let verdict: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(verdict, "ok", "{service}");
        let mut orphans = connection.prepare("PRAGMA foreign_key_check").unwrap();
        assert!(!orphans.exists([]).unwrap(), "{service} refers to what is not there");
    }
}
