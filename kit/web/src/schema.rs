//! What an operation reads and answers, as a list of fields: the schemas of its description, with references followed.
//! The browsable view makes its forms from it, OPTIONS its metadata.

use serde::Serialize;
use serde_json::Value;
use utoipa::openapi::Components;
use utoipa::openapi::path::{Operation, PathItem};

/// How deep references and objects in objects are followed; what is deeper is shown as any value.
const DEPTH: usize = 8;

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    Integer,
    Float,
    String,
    /// Text that is not to be seen by others.
    Secret,
    Email,
    Url,
    Boolean,
    DateTime,
    /// One of a few words.
    Choice,
    List,
    /// An object of its own.
    Object,
}

/// One field of a body.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub name: String,
    pub kind: Kind,
    pub required: bool,
    pub read_only: bool,
    /// What it means, or empty.
    pub description: String,
    pub example: Option<Value>,
    /// The words to choose from, of the field or of each entry of the list.
    pub choices: Vec<String>,
    pub minimum: Option<Value>,
    pub maximum: Option<Value>,
    /// The most letters, where that is told.
    pub max_length: Option<u64>,
    /// What the entries of a list are.
    pub entries: Option<Kind>,
    /// The fields of an object.
    pub fields: Vec<Field>,
}

impl Field {
    /// The name for people: `depends_on` is "Depends on".
    pub(crate) fn label(&self) -> String {
        capital(&self.name.replace(['_', '-'], " "))
    }
}

/// `text` with a capital in front.
pub(crate) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// The operations of a path with their methods, in the order of `Allow`.
pub(crate) fn operations(item: &PathItem) -> impl Iterator<Item = (&'static str, &Operation)> {
    let all = [("GET", &item.get), ("POST", &item.post), ("PUT", &item.put), ("DELETE", &item.delete)];
    all.into_iter().filter_map(|(method, operation)| Some((method, operation.as_ref()?)))
}

/// The named schemas of a description.
pub(crate) struct Schemas(Value);

impl Schemas {
    /// Those of `components`.
    pub(crate) fn of(components: Option<&Components>) -> Self {
        Self(components.map(|components| value(&components.schemas)).unwrap_or_default())
    }

    /// The fields of the body that `operation` reads, in the order in which they are described.
    pub(crate) fn request(&self, operation: &Operation) -> Vec<Field> {
        self.fields(&body(&value(&operation.request_body)), 0)
    }

    /// The fields of what `operation` answers when all goes well.
    pub(crate) fn answer(&self, operation: &Operation) -> Vec<Field> {
        let responses = value(&operation.responses);
        let good = ["201", "200"].into_iter().find_map(|status| responses.get(status));
        self.fields(&good.map(body).unwrap_or_default(), 0)
    }

    /// An example of the body that `operation` reads: the one that is given, or one made of its fields.
    pub(crate) fn example(&self, operation: &Operation) -> Value {
        let request = value(&operation.request_body);
        let given = content(&request).and_then(|content| content.get("example")).cloned();
        given.unwrap_or_else(|| example_of(&self.request(operation)))
    }

    fn fields(&self, schema: &Value, depth: usize) -> Vec<Field> {
        let (schema, _) = self.resolve(schema);
        let required = schema.get("required").and_then(Value::as_array);
        let is_required = |name: &str| required.is_some_and(|names| names.iter().any(|one| one == name));
        let own = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
        let mut fields: Vec<Field> =
            own.map(|(name, property)| self.field(name, property, is_required(name), depth)).collect();
        if depth < DEPTH {
            let parts = schema.get("allOf").and_then(Value::as_array).into_iter().flatten();
            fields.extend(parts.flat_map(|part| self.fields(part, depth + 1)));
        }
        fields
    }

    fn field(&self, name: &str, property: &Value, required: bool, depth: usize) -> Field {
        let (schema, said) = self.resolve(property);
        let entry = schema.get("items").map(|items| self.resolve(items).0);
        let entries = entry.as_ref().map(|entry| kind(entry));
        let words = schema.get("enum").or_else(|| entry.and_then(|entry| entry.get("enum")));
        let nested = if depth < DEPTH { self.fields(schema, depth + 1) } else { Vec::new() };
        Field {
            name: name.to_owned(),
            kind: kind(schema),
            required,
            read_only: property.get("readOnly") == Some(&Value::Bool(true)),
            description: said.to_owned(),
            example: example(property).or_else(|| example(schema)),
            choices: words.and_then(Value::as_array).into_iter().flatten().map(word).collect(),
            minimum: schema.get("minimum").cloned(),
            maximum: schema.get("maximum").cloned(),
            max_length: schema.get("maxLength").and_then(Value::as_u64),
            entries,
            fields: nested,
        }
    }

    /// The schema itself, where it is only referred to or may also be null; and what is said of it nearest to the field.
    fn resolve<'a>(&'a self, schema: &'a Value) -> (&'a Value, &'a str) {
        let (mut schema, mut said) = (schema, "");
        for _ in 0..DEPTH {
            if said.is_empty() {
                said = schema.get("description").and_then(Value::as_str).unwrap_or_default();
            }
            let named = schema.get("$ref").and_then(Value::as_str);
            let named = named.and_then(|name| self.0.get(name.rsplit('/').next()?));
            let only = || ["oneOf", "anyOf", "allOf"].iter().find_map(|word| only(schema.get(*word)?));
            match named.or_else(only) {
                Some(inner) => schema = inner,
                None => break,
            }
        }
        (schema, said)
    }
}

/// The only one of several schemas that is not null.
fn only(schemas: &Value) -> Option<&Value> {
    let mut real = schemas.as_array()?.iter().filter(|schema| type_of(schema) != "null");
    let first = real.next()?;
    real.next().is_none().then_some(first)
}

fn kind(schema: &Value) -> Kind {
    let format = schema.get("format").and_then(Value::as_str).unwrap_or_default();
    match (type_of(schema), format) {
        ("integer", _) => Kind::Integer,
        ("number", _) => Kind::Float,
        ("boolean", _) => Kind::Boolean,
        ("array", _) => Kind::List,
        ("object", _) => Kind::Object,
        _ if schema.get("enum").is_some() => Kind::Choice,
        (_, "password") => Kind::Secret,
        (_, "email") => Kind::Email,
        (_, "uri" | "url" | "uri-reference") => Kind::Url,
        (_, "date-time") => Kind::DateTime,
        _ => Kind::String,
    }
}

/// The type of a schema, where it may also be null without that.
fn type_of(schema: &Value) -> &str {
    match schema.get("type") {
        Some(Value::Array(types)) => types.iter().filter_map(Value::as_str).find(|name| *name != "null"),
        other => other.and_then(Value::as_str),
    }
    .unwrap_or_else(|| if schema.get("properties").is_some() { "object" } else { "" })
}

fn example(schema: &Value) -> Option<Value> {
    let first = || schema.get("examples").and_then(Value::as_array).and_then(|all| all.first());
    schema.get("example").or_else(first).cloned()
}

fn example_of(fields: &[Field]) -> Value {
    let written = fields.iter().filter(|field| !field.read_only);
    Value::Object(written.map(|field| (field.name.clone(), one_example(field))).collect())
}

fn one_example(field: &Field) -> Value {
    let made = || match field.kind {
        Kind::Integer | Kind::Float => field.minimum.clone().unwrap_or_else(|| 0.into()),
        Kind::Boolean => false.into(),
        Kind::List => Vec::<Value>::new().into(),
        Kind::Object => example_of(&field.fields),
        Kind::Choice => field.choices.first().cloned().unwrap_or_default().into(),
        _ => "".into(),
    };
    field.example.clone().unwrap_or_else(made)
}

fn content(body: &Value) -> Option<&Value> {
    let all = body.get("content")?;
    all.get("application/json").or_else(|| all.as_object()?.values().next())
}

fn body(body: &Value) -> Value {
    content(body).and_then(|content| content.get("schema")).cloned().unwrap_or_default()
}

fn word(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Descriptions are read as the JSON that they become: one shape, whatever the types behind it.
fn value(part: &impl Serialize) -> Value {
    serde_json::to_value(part).unwrap_or_default()
}

#[cfg(test)]
pub(crate) mod tests {
    use serde_json::json;

    use super::*;

    /// A path with a POST of members, and the schemas of it.
    pub(crate) fn members() -> (PathItem, Components) {
        let item = json!({
            "get": { "tags": ["member"], "operationId": "member_list", "summary": "List the members.",
                "responses": { "200": { "description": "ok" } } },
            "post": { "tags": ["member"], "operationId": "member_create", "summary": "Register.",
                "requestBody": { "content": { "application/json": { "schema": { "$ref": "#/components/schemas/New" } } } },
                "responses": { "201": { "description": "ok",
                    "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Member" } } } } } }
        });
        let components = json!({ "schemas": {
            "New": { "type": "object", "required": ["username", "email", "password"], "properties": {
                "username": { "type": "string", "description": "The name.", "example": "ada", "maxLength": 30 },
                "email": { "type": "string", "format": "email" },
                "password": { "type": "string", "format": "password" },
                "age": { "type": ["integer", "null"], "minimum": 3, "maximum": 150 },
                "show_email": { "type": ["boolean", "null"] },
                "kind": { "oneOf": [{ "type": "null" }, { "$ref": "#/components/schemas/Kind", "description": "What." }] },
                "born_at": { "type": "string", "format": "date-time" },
                "site": { "type": "string", "format": "uri" },
                "tags": { "type": ["array", "null"], "items": { "type": "string" } },
                "home": { "$ref": "#/components/schemas/Home" },
                "biography": { "type": "string", "maxLength": 20000 }
            } },
            "Kind": { "type": "string", "enum": ["human", "bot"], "description": "A kind." },
            "Home": { "type": "object", "properties": { "town": { "type": "string" },
                "again": { "$ref": "#/components/schemas/Home" } } },
            "Member": { "type": "object", "required": ["pk"], "properties": {
                "pk": { "type": "integer" }, "username": { "type": "string" } } }
        } });
        (serde_json::from_value(item).unwrap(), serde_json::from_value(components).unwrap())
    }

    #[test]
    fn fields_are_what_the_schema_says() {
        let (item, components) = members();
        let fields = Schemas::of(Some(&components)).request(item.post.as_ref().unwrap());
        let kinds: Vec<(&str, Kind, bool)> =
            fields.iter().map(|field| (field.name.as_str(), field.kind, field.required)).collect();
        assert!(kinds.contains(&("username", Kind::String, true)));
        assert!(kinds.contains(&("email", Kind::Email, true)));
        assert!(kinds.contains(&("password", Kind::Secret, true)));
        assert!(kinds.contains(&("age", Kind::Integer, false)));
        assert!(kinds.contains(&("show_email", Kind::Boolean, false)));
        assert!(kinds.contains(&("kind", Kind::Choice, false)));
        assert!(kinds.contains(&("born_at", Kind::DateTime, false)));
        assert!(kinds.contains(&("site", Kind::Url, false)));
        assert!(kinds.contains(&("tags", Kind::List, false)));
        assert!(kinds.contains(&("home", Kind::Object, false)));
        let named = |name: &str| fields.iter().find(|field| field.name == name).unwrap();
        assert_eq!(named("kind").choices, ["human", "bot"]);
        assert_eq!(named("kind").description, "What.");
        assert_eq!(named("tags").entries, Some(Kind::String));
        assert_eq!(named("username").max_length, Some(30));
        assert_eq!(named("show_email").label(), "Show email");
    }

    #[test]
    fn an_example_is_made_where_none_is_given_and_ends() {
        let (item, components) = members();
        let example = Schemas::of(Some(&components)).example(item.post.as_ref().unwrap());
        assert_eq!(example["username"], "ada");
        assert_eq!(example["age"], 3);
        assert_eq!(example["kind"], "human");
        assert_eq!(example["home"]["town"], "");
    }
}
