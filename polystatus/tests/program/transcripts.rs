//! What a reference application was asked and answered, asked of this program. Where there are no recordings, that is
//! said.

use std::collections::BTreeMap;

use http::Method;
use kit_base::Timestamp;
use kit_testkit::Engine;
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;

use crate::common::{Place, recordings};

/// Compared of the headers: the rest are those of one run, or of its server.
const HEADERS: [&str; 4] = ["content-type", "allow", "vary", "www-authenticate"];

#[derive(Deserialize)]
struct Transcript {
    name: String,
    request: Asked,
    response: Answered,
}

#[derive(Deserialize)]
struct Asked {
    method: String,
    path: String,
    headers: BTreeMap<String, String>,
    body: Option<String>,
}

#[derive(Deserialize)]
struct Answered {
    status: u16,
    headers: BTreeMap<String, String>,
    body: String,
}

/// The members that the reference application had.
fn members() -> Value {
    let start = Timestamp::parse("2015-01-01T12:00:00Z").unwrap();
    let member = |pk: u64| {
        let username = match pk {
            1 => "admin".to_owned(),
            2 => "user".to_owned(),
            _ => format!("member{pk:04}"),
        };
        let role = if pk == 1 { "admin" } else { "member" };
        let joined = start.plus(Duration::from_secs(3600 * (pk - 1)));
        json!({
            "pk": pk, "username": username, "email": format!("{username}@example.org"), "role": role,
            "is_active": true, "date_joined": joined,
        })
    };
    json!({ "users": (1..=1000).map(member).collect::<Vec<_>>() })
}

#[tokio::test]
async fn the_recorded_requests_are_answered_as_they_were() {
    let Some(folder) = recordings("api") else {
        println!("transcripts: none, because there is no folder of them on this machine");
        return;
    };
    let recorded = std::fs::read_to_string(folder.join("transcripts.jsonl")).unwrap();
    let transcripts: Vec<Transcript> =
        recorded.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let place = Place::on(Engine::Sqlite);
    let file = place.write("members.json", members().to_string());
    let loaded = place.launch(&["fixtures", "load", file.to_str().unwrap()]).run().await;
    assert_eq!(loaded.code, Some(0), "{loaded:?}");
    // Without the administrator of other tests, who would be a member too many.
    let server = place.launch(&["serve", "--listen", "127.0.0.1:0"]);
    let program = server.set("POLYSTATUS_WEB__TRUSTED_PROXIES", "127.0.0.1").start().await;

    let _ = rustls::crypto::ring::default_provider().install_default();
    // It says of itself which codings it reads, which the recorded client did not.
    let client = reqwest::Client::builder().no_proxy().no_gzip().no_brotli().no_zstd().no_deflate();
    let client = client.build().unwrap();
    let mut faults = Vec::new();
    for transcript in &transcripts {
        let asked = &transcript.request;
        let method = Method::from_bytes(asked.method.as_bytes()).unwrap();
        let mut request = client.request(method, format!("{}{}", program.url, asked.path));
        for (name, value) in &asked.headers {
            request = request.header(name, value);
        }
        let answer = request.body(asked.body.clone().unwrap_or_default()).send().await.unwrap();
        faults.extend(differences(transcript, answer).await);
    }
    let failed: std::collections::BTreeSet<&str> =
        faults.iter().map(|fault| fault.split(':').next().unwrap_or_default()).collect();
    println!("transcripts: {} of {} as recorded", transcripts.len() - failed.len(), transcripts.len());
    assert!(faults.is_empty(), "{}\n{}", faults.join("\n"), program.said());
    program.stop().await;
}

async fn differences(transcript: &Transcript, answer: reqwest::Response) -> Vec<String> {
    let Transcript { name, response: expected, .. } = transcript;
    let mut faults = Vec::new();
    let mut compare = |what: &str, expected: &str, found: &str| {
        if expected != found {
            faults.push(format!("{name}: {what}\n  expected {expected}\n  found    {found}"));
        }
    };
    compare("status", &expected.status.to_string(), &answer.status().as_u16().to_string());
    let recorded: BTreeMap<String, &str> =
        expected.headers.iter().map(|(name, value)| (name.to_ascii_lowercase(), value.as_str())).collect();
    for header in HEADERS {
        let found = answer.headers().get(header).and_then(|value| value.to_str().ok());
        compare(header, recorded.get(header).copied().unwrap_or_default(), found.unwrap_or_default());
    }
    let tagged = |has| if has { "with ETag" } else { "without ETag" };
    let has_tag = answer.headers().contains_key("etag");
    compare("tag", tagged(recorded.contains_key("etag")), tagged(has_tag));
    let body = answer.text().await.unwrap();
    compare("body", &normal(&expected.body), &normal(&body));
    faults
}

/// What is deliberately not compared: the words for an unknown object, which the contract decides otherwise; how a
/// parser words a syntax error; what only the description of an operation can say. All else is compared to the letter.
fn normal(body: &str) -> String {
    let body = body.replace("No Profile matches the given query.", "Not found.");
    match serde_json::from_str::<Value>(&body) {
        Ok(Value::Object(mut members)) if members.contains_key("actions") => {
            members.retain(|name, _| ["renders", "parses"].contains(&name.as_str()));
            let names = fields(&body);
            format!("{} {names:?}", Value::Object(members))
        }
        Ok(Value::Object(members)) if body.contains("JSON parse error - ") => {
            members["detail"].as_str().unwrap_or_default().chars().take(19).collect()
        }
        _ => body,
    }
}

/// The fields that a member is registered with: name, type, and whether it is required and read only.
fn fields(options: &str) -> Vec<(String, String, bool, bool)> {
    let options: Value = serde_json::from_str(options).unwrap();
    let fields = options["actions"]["POST"].as_object().cloned().unwrap_or_default();
    let flag = |field: &Value, name: &str| field[name].as_bool().unwrap_or_default();
    let of = |(name, field): (String, Value)| {
        let kind = field["type"].as_str().unwrap_or_default().to_owned();
        (name, kind, flag(&field, "required"), flag(&field, "read_only"))
    };
    fields.into_iter().map(of).collect()
}
