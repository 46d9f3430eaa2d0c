//! A look at the description of the API: everything that a reader of it would miss, in words.

use std::collections::{BTreeMap, BTreeSet};

use kit_web::describe;
use serde_json::Value;
use utoipa::openapi::OpenApi;

/// What is missing in `openapi`: each fault is a line that says where. Empty when nothing is.
///
/// Looked for in each operation: summary, tag, an id of its own, parameters with description and example, a body with
/// schema and example, an answer when all goes well, a schema for each answer in JSON, and every refusal that its method,
/// path and rights make possible. Looked for in the schemas: that each is known, used, and has all of it described.
pub fn check_openapi(openapi: &OpenApi) -> Vec<String> {
    let mut openapi = openapi.clone();
    describe::complete(&mut openapi);
    let document = &serde_json::to_value(&openapi).unwrap_or_default();
    let components = &document["components"];
    let mut look = Look {
        schemas: members(&components["schemas"]).collect(),
        responses: members(&components["responses"]).collect(),
        ..Look::default()
    };
    let mut ids = BTreeMap::new();
    for (path, item) in members(&document["paths"]) {
        for (method, operation) in members(item).filter(|(method, _)| METHODS.contains(&method.as_str())) {
            look.place = format!("{} {path}", method.to_uppercase());
            look.operation(method, path, operation);
            let id = word(operation, "operationId").to_owned();
            if let Some(other) = ids.insert(id.clone(), look.place.clone()) {
                look.fault(format!("its operationId {id:?} is also that of {other}"));
            }
        }
    }
    look.all_schemas();
    look.faults
}

const METHODS: [&str; 4] = ["get", "post", "put", "delete"];
/// Schemas that every description has, used or not.
const SHARED: [&str; 3] = ["Error", "FieldErrors", "Problem"];

#[derive(Default)]
struct Look<'a> {
    schemas: BTreeMap<&'a String, &'a Value>,
    responses: BTreeMap<&'a String, &'a Value>,
    used: BTreeSet<&'a str>,
    place: String,
    faults: Vec<String>,
}

impl<'a> Look<'a> {
    fn fault(&mut self, text: impl AsRef<str>) {
        self.faults.push(format!("{}: {}", self.place, text.as_ref()));
    }

    fn must(&mut self, holds: bool, text: impl AsRef<str>) {
        if !holds {
            self.fault(text);
        }
    }

    fn operation(&mut self, method: &str, path: &str, operation: &'a Value) {
        self.must(!word(operation, "summary").is_empty(), "has no summary; give its handler a doc comment");
        self.must(items(&operation["tags"]).next().is_some(), "has no tag");
        for parameter in items(&operation["parameters"]) {
            self.parameter(parameter);
        }
        if let Some(body) = operation.get("requestBody") {
            self.body(body);
        }
        for (status, response) in members(&operation["responses"]) {
            let shared = reference(response).map(|name| self.responses.get(&name.to_owned()).copied());
            match shared {
                Some(None) => self.fault(format!("the answer {status} is not described where it refers to")),
                shared => self.response(status, shared.flatten().unwrap_or(response)),
            }
        }
        let responses = &operation["responses"];
        let good = members(responses)
            .any(|(status, _)| status.starts_with('2') || status.starts_with('3') && status != "304");
        self.must(good, "has no answer for when all goes well");
        for status in possible(method, path, operation) {
            self.must(
                responses.get(status).is_some(),
                format!("does not describe {status}, which it can answer"),
            );
        }
    }

    fn parameter(&mut self, parameter: &'a Value) {
        let name = word(parameter, "name");
        self.must(
            !word(parameter, "description").is_empty(),
            format!("the parameter {name:?} has no description"),
        );
        let example = has_example(parameter) || has_example(&parameter["schema"]);
        self.must(example, format!("the parameter {name:?} has no example"));
        self.uses(&parameter["schema"]);
    }

    fn body(&mut self, body: &'a Value) {
        self.must(members(&body["content"]).next().is_some(), "its body has no media type");
        for (kind, content) in members(&body["content"]) {
            let schema = &content["schema"];
            self.must(schema.is_object(), format!("its body as {kind} has no schema"));
            let example = has_example(content) || self.exemplified(schema);
            self.must(
                example,
                format!("its body as {kind} has no example; give each required field of it one"),
            );
            self.uses(schema);
        }
    }

    fn response(&mut self, status: &str, response: &'a Value) {
        self.must(
            !word(response, "description").is_empty(),
            format!("the answer {status} has no description"),
        );
        let refused = status >= "400" && status != "412";
        let told = members(&response["content"]).next().is_some();
        self.must(!refused || told, format!("the answer {status} has no body"));
        for (kind, content) in members(&response["content"]) {
            self.must(content["schema"].is_object(), format!("the answer {status} as {kind} has no schema"));
            self.uses(&content["schema"]);
        }
    }

    /// Whether the schema has an example, or every field that must be there has.
    fn exemplified(&self, schema: &Value) -> bool {
        let schema = self.named(schema);
        let required = |name: &str| items(&schema["required"]).any(|one| one == name);
        let mut fields = members(&schema["properties"]).filter(|(name, _)| required(name)).peekable();
        has_example(schema)
            || fields.peek().is_some() && fields.all(|(_, field)| self.shown(field))
            || members(&schema["properties"]).any(|(_, field)| self.shown(field))
                && items(&schema["required"]).next().is_none()
    }

    /// Whether a reader sees what the field may hold: by an example, or by the words to choose from.
    fn shown(&self, field: &Value) -> bool {
        let schema = self.named(field);
        has_example(field)
            || has_example(schema)
            || schema.get("enum").is_some()
            || schema["type"] == "boolean"
    }

    fn named<'b>(&'b self, schema: &'b Value) -> &'b Value {
        reference(schema).and_then(|name| self.schemas.get(&name.to_owned())).copied().unwrap_or(schema)
    }

    /// Notes the schemas that this one names, and those that they name.
    fn uses(&mut self, schema: &'a Value) {
        if let Some(name) = reference(schema) {
            match self.schemas.get(&name.to_owned()).copied() {
                None => self.fault(format!("names the schema {name:?}, which is not described")),
                Some(named) if self.used.insert(name) => self.uses(named),
                Some(_) => {}
            }
        }
        match schema {
            Value::Object(parts) => parts.values().for_each(|part| self.uses(part)),
            Value::Array(parts) => parts.iter().for_each(|part| self.uses(part)),
            _ => {}
        }
    }

    fn all_schemas(&mut self) {
        for (name, schema) in self.schemas.clone() {
            self.place = format!("schema {name}");
            // A page of things has their description in it, not their name.
            let page = format!("Page_{name}");
            let used = [name.as_str(), &page].iter().any(|name| self.used.contains(name));
            let used = used || SHARED.contains(&name.as_str());
            self.must(used, "is used by no operation");
            for (field, property) in members(&schema["properties"]) {
                self.must(is_described(property), format!("its field {field:?} has no description"));
            }
        }
    }
}

/// The refusals that an operation can answer.
fn possible(method: &str, path: &str, operation: &Value) -> Vec<&'static str> {
    let has_data = members(&operation["responses"]).any(|(status, response)| {
        status.starts_with('2') && response["content"].get("application/json").is_some()
    });
    let is_data = has_data || method != "get";
    let cases: [(bool, &[&str]); 6] = [
        (operation.get("security").is_some(), &["401", "403"]),
        (path.contains('{'), &["404"]),
        (operation.get("requestBody").is_some(), &["400", "413", "415"]),
        (is_data, &["405", "406", "429"]),
        (has_data && method == "get", &["304", "412"]),
        (true, &["503"]),
    ];
    let cases =
        cases.into_iter().filter(|(holds, _)| *holds).flat_map(|(_, statuses)| statuses.iter().copied());
    cases.chain((method == "put").then_some("412")).collect()
}

fn has_example(part: &Value) -> bool {
    part.get("example").is_some() || part.get("examples").is_some()
}

fn is_described(property: &Value) -> bool {
    let inner = ["oneOf", "anyOf", "allOf"].iter().flat_map(|word| items(&property[*word]));
    !word(property, "description").is_empty() || inner.into_iter().any(is_described)
}

fn reference(schema: &Value) -> Option<&str> {
    schema.get("$ref")?.as_str()?.rsplit('/').next()
}

fn word<'a>(part: &'a Value, name: &str) -> &'a str {
    part[name].as_str().unwrap_or_default()
}

fn members(part: &Value) -> impl Iterator<Item = (&String, &Value)> {
    part.as_object().into_iter().flatten()
}

fn items(part: &Value) -> impl Iterator<Item = &Value> {
    part.as_array().into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn faults(change: impl FnOnce(&mut Value)) -> Vec<String> {
        let error = |text: &str| json!({ "description": text, "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Error" } } } });
        let mut responses = json!({ "201": { "description": "Made.", "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Thing" } } } } });
        for status in ["400", "401", "403", "404", "405", "406", "413", "415", "429", "503"] {
            responses[status] = error("Refused.");
        }
        let mut document = json!({
            "openapi": "3.1.0", "info": { "title": "t", "version": "1" },
            "paths": { "/things/{id}": { "post": {
                "tags": ["things"], "operationId": "things_create", "summary": "Makes a thing.", "security": [{ "bearer": [] }],
                "parameters": [{ "name": "id", "in": "path", "required": true, "description": "Which.", "example": "x", "schema": { "type": "string" } }],
                "requestBody": { "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Thing" } } } },
                "responses": responses,
            } } },
            "components": { "schemas": { "Thing": { "type": "object", "required": ["name"], "properties": {
                "name": { "type": "string", "description": "Its name.", "example": "x" } } } } },
        });
        change(&mut document);
        check_openapi(&serde_json::from_value(document).unwrap())
    }

    fn found(part: &str, change: impl FnOnce(&mut Value)) {
        let faults = faults(change);
        assert!(faults.iter().any(|fault| fault.contains(part)), "{part}: {faults:?}");
    }

    #[test]
    fn a_whole_description_has_no_faults() {
        assert_eq!(faults(|_| {}), Vec::<String>::new());
    }

    /// Without the part at that pointer.
    fn without(pointer: &str) -> impl FnOnce(&mut Value) {
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        let (parent, name) = (parent.to_owned(), name.replace("~1", "/"));
        move |document| {
            let parent = document.pointer_mut(&parent).unwrap();
            match parent {
                Value::Array(parts) => parts.remove(name.parse().unwrap()),
                parts => parts.as_object_mut().unwrap().shift_remove(&name).unwrap(),
            };
        }
    }

    #[test]
    fn each_gap_is_found() {
        const POST: &str = "/paths/~1things~1{id}/post";
        for (pointer, fault) in [
            ("/summary", "has no summary"),
            ("/tags/0", "has no tag"),
            ("/parameters/0/description", "\"id\" has no description"),
            ("/parameters/0/example", "\"id\" has no example"),
            ("/requestBody/content/application~1json", "body has no media type"),
            ("/requestBody/content/application~1json/schema", "body as application/json has no schema"),
            ("/responses/201", "no answer for when all goes well"),
            ("/responses/201/content/application~1json/schema", "201 as application/json has no schema"),
            ("/responses/503/content/application~1json", "503 has no body"),
        ] {
            found(fault, without(&format!("{POST}{pointer}")));
        }
        for status in ["400", "401", "403", "404", "405", "406", "413", "415", "429", "503"] {
            found(&format!("does not describe {status}"), without(&format!("{POST}/responses/{status}")));
        }
        const NAME: &str = "/components/schemas/Thing/properties/name";
        found("field \"name\" has no description", without(&format!("{NAME}/description")));
        found("as application/json has no example", without(&format!("{NAME}/example")));
        found("\"Thing\", which is not described", without("/components/schemas/Thing"));
        found("Other: is used by no operation", |document| {
            document["components"]["schemas"]["Other"] = json!({ "type": "string" });
        });
        found("is also that of POST /others/{id}", |document| {
            document["paths"]["/others/{id}"] = document["paths"]["/things/{id}"].clone();
        });
    }
}
