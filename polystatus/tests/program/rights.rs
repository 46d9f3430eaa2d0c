//! Every operation of the whole program: described completely, by a name of its own, and closed to those whom its rule
//! keeps out.

use std::collections::{BTreeMap, BTreeSet};

use http::Method;
use serde_json::{Value, json};

use crate::common::{Api, PASSWORD, Place};

/// An operation as the description of the API has it.
struct Operation {
    method: String,
    path: String,
    said: Value,
}

impl Operation {
    fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// Whether it says that one must log in.
    fn is_closed(&self) -> bool {
        self.said["security"].as_array().is_some_and(|ways| !ways.is_empty())
    }

    /// Whether it says that a viewer may not do it.
    fn asks_for_more_than_a_viewer(&self) -> bool {
        let role = self.said["x-access"]["rule"].as_str().unwrap();
        !["anyone", "member", "viewer"].contains(&role)
    }

    fn parameters(&self) -> impl Iterator<Item = &Value> {
        self.said["parameters"].as_array().into_iter().flatten()
    }

    /// What is missing in its description.
    fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let mut ask = |good: bool, what: &str| {
            if !good {
                faults.push(format!("{}: {what}", self.name()))
            }
        };
        ask(is_text(&self.said["summary"]), "no summary");
        ask(is_text(&self.said["tags"][0]), "no tag");
        for parameter in self.parameters() {
            let good = is_text(&parameter["description"]) && is_schema(&parameter["schema"]);
            ask(good, &format!("parameter {} has no description or no schema", parameter["name"]));
        }
        for part in self.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')) {
            let named = |parameter: &Value| parameter["name"] == part && parameter["in"] == "path";
            ask(self.parameters().any(named), &format!("{part} of the path is not described"));
        }
        if let Some(body) = self.said.get("requestBody") {
            ask(has_schemas(body), "the request body has no schema");
        }
        let answers = self.said["responses"].as_object().unwrap();
        ask(
            answers.keys().any(|status| status.starts_with(['2', '3'])),
            "no answer says how it is when all goes well",
        );
        for (status, answer) in answers {
            ask(is_text(&answer["description"]), &format!("answer {status} is not described"));
            // What RFC 7009 2.2 answers is empty, and yet 200.
            let is_empty = status == "204" || self.path == "/oauth2/revoke_token";
            let good = !status.starts_with('2') || is_empty || has_schemas(answer);
            ask(good, &format!("answer {status} has no schema"));
        }
        faults
    }
}

fn is_text(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.trim().is_empty())
}

/// It says something of what is sent.
fn is_schema(value: &Value) -> bool {
    value.as_object().is_some_and(|schema| !schema.is_empty())
}

fn has_schemas(value: &Value) -> bool {
    let content = value["content"].as_object().filter(|content| !content.is_empty());
    content.is_some_and(|content| content.values().all(|media| is_schema(&media["schema"])))
}

/// The whole description.
async fn document(place: &Place) -> Value {
    let ended = place.launch(&["openapi"]).run().await;
    assert_eq!(ended.code, Some(0), "{ended:?}");
    serde_json::from_str(&ended.out).unwrap()
}

fn operations(document: &Value) -> Vec<Operation> {
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, said) in item.as_object().unwrap() {
            let mut said = said.clone();
            for answer in said["responses"].as_object_mut().unwrap().values_mut() {
                follow(document, answer);
            }
            operations.push(Operation { method: method.to_uppercase(), path: path.clone(), said });
        }
    }
    operations
}

/// Puts what is shared in the place where it is referred to.
fn follow(document: &Value, answer: &mut Value) {
    let reference = answer["$ref"].as_str().map(|reference| reference.trim_start_matches('#').to_owned());
    if let Some(shared) = reference.and_then(|pointer| document.pointer(&pointer)) {
        *answer = shared.clone();
    }
}

#[tokio::test]
async fn every_operation_is_described() {
    let document = document(&Place::new()).await;
    let operations = operations(&document);
    let mut faults: Vec<String> = operations.iter().flat_map(Operation::faults).collect();

    let mut names = BTreeMap::<&str, Vec<String>>::new();
    for operation in &operations {
        names.entry(operation.said["operationId"].as_str().unwrap_or("")).or_default().push(operation.name());
    }
    let shared = names.iter().filter(|(id, of)| id.is_empty() || of.len() > 1);
    faults.extend(shared.map(|(id, of)| format!("operationId {id:?} belongs to {}", of.join(", "))));

    let mut references = BTreeSet::new();
    collect_references(&document, &mut references);
    let dangling =
        references.iter().filter(|reference| document.pointer(reference.trim_start_matches('#')).is_none());
    faults.extend(dangling.map(|reference| format!("{reference} leads nowhere")));
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));

    let paths: BTreeSet<&str> = operations.iter().map(|operation| operation.path.as_str()).collect();
    for path in ["/", "/healthz", "/readyz", "/api/openapi.json", "/api/v1/users", "/api/v1/incidents/{id}"] {
        assert!(paths.contains(path), "{path} is not described");
    }
}

fn collect_references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            found.extend(members.get("$ref").and_then(Value::as_str).map(str::to_owned));
            members.values().for_each(|member| collect_references(member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| collect_references(item, found)),
        _ => {}
    }
}

/// As its description says, and over real HTTP: what is closed answers neither nobody nor whose role is too low.
#[tokio::test]
async fn every_operation_keeps_out_whom_it_says() {
    let place = Place::new();
    let create =
        place.launch(&["users", "create", "--email", "viewer@example.org"]).input(PASSWORD).run().await;
    assert_eq!(create.code, Some(0), "{create:?}");
    let program = place.serve().start().await;
    let nobody = program.api();
    let forged = nobody.with_token("ps_0000000000000000000000000000000000000000000");
    let session = nobody.log_in("viewer@example.org", PASSWORD).await;
    let viewer = nobody.with_token(session.json["token"].as_str().unwrap());
    let operations = operations(&nobody.see("/api/openapi.json").await);
    // Last, because after it the viewer is nobody.
    let (logout, operations): (Vec<_>, Vec<_>) =
        operations.into_iter().partition(|operation| operation.path.ends_with("/logout"));
    for operation in operations.iter().chain(&logout) {
        for stranger in [&nobody, &forged] {
            let refused = ask(stranger, operation).await == 401;
            assert_eq!(refused, operation.is_closed(), "{} is refused to nobody", operation.name());
        }
        let refused = ask(&viewer, operation).await == 403;
        assert_eq!(
            refused,
            operation.asks_for_more_than_a_viewer(),
            "{} is refused to a viewer",
            operation.name()
        );
    }
    let closed = operations.iter().filter(|operation| operation.asks_for_more_than_a_viewer()).count();
    assert!(closed >= 16 && logout.len() == 2, "{closed} of {} are closed to viewers", operations.len());
    assert_eq!(viewer.get("/api/v1/users").await.status, 401, "logged out");
    program.stop().await;
}

/// The status that is answered; that of a stream, before it ends.
async fn ask(api: &Api, operation: &Operation) -> u16 {
    let parts = operation.path.split('/').map(|part| if part.contains('{') { "x" } else { part });
    let path = parts.collect::<Vec<_>>().join("/");
    let method: Method = operation.method.parse().unwrap();
    let body = (method != Method::GET).then(|| json!({}));
    let status = api.begin(method, &path, body).await.unwrap().status().as_u16();
    assert!(status < 500, "{} answers {status}", operation.name());
    status
}
