//! What OPTIONS tells of an address, in the shape of Django REST framework: its name, what it reads and writes, and the
//! fields of what the caller may send.

use serde_json::{Map, Value, json};
use utoipa::openapi::path::PathItem;
use utoipa::openapi::{Components, path::Operation};

use crate::schema::{Field, Kind, Schemas, capital, operations};

/// The media types that answers come in.
pub const RENDERS: [&str; 3] = ["application/json", "application/xml", "text/html"];
/// The media types that bodies may have.
pub const PARSES: [&str; 4] =
    ["application/json", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data"];

/// The answer to OPTIONS. `may` are the methods that the caller may use; only of those are the fields told.
pub fn metadata(item: &PathItem, schemas: &Components, may: &[&str]) -> Value {
    let schemas = Schemas::of(Some(schemas));
    let mut told = Map::new();
    told.insert("name".to_owned(), name(item).into());
    told.insert("description".to_owned(), description(item).into());
    told.insert("renders".to_owned(), json!(RENDERS));
    told.insert("parses".to_owned(), json!(PARSES));
    let actions: Map<String, Value> = operations(item)
        .filter(|(method, _)| ["POST", "PUT"].contains(method) && may.contains(method))
        .map(|(method, operation)| (method.to_owned(), action(&schemas, operation)))
        .filter(|(_, fields)| fields != &json!({}))
        .collect();
    if !actions.is_empty() {
        told.insert("actions".to_owned(), actions.into());
    }
    Value::Object(told)
}

/// The name of what is at the path, as the framework names its views: `members_list` is "Member List", and
/// `members_show` is "Member Detail".
pub(crate) fn name(item: &PathItem) -> String {
    let id = operations(item).find_map(|(_, operation)| operation.operation_id.as_deref());
    let words = id.unwrap_or("API").split(['_', '-', ' ']).filter(|word| !word.is_empty());
    let mut words: Vec<String> = words.map(capital).collect();
    if let [.., noun, kind] = words.as_mut_slice()
        && ["List", "Show"].contains(&kind.as_str())
    {
        *noun = singular(noun);
        *kind = kind.replace("Show", "Detail");
    }
    words.join(" ")
}

/// Of the nouns in addresses: `members`, `entries`, `status`.
fn singular(noun: &str) -> String {
    match noun.strip_suffix("ies") {
        Some(stem) => format!("{stem}y"),
        None if noun.ends_with("us") || noun.ends_with("ss") => noun.to_owned(),
        None => noun.strip_suffix('s').unwrap_or(noun).to_owned(),
    }
}

fn description(item: &PathItem) -> &str {
    let own = item.summary.as_deref();
    own.or_else(|| operations(item).find_map(|(_, operation)| operation.summary.as_deref())).unwrap_or("")
}

/// The fields of what is sent, after those that only come back.
fn action(schemas: &Schemas, operation: &Operation) -> Value {
    let sent = schemas.request(operation);
    if sent.is_empty() {
        return json!({});
    }
    let mut fields = schemas.answer(operation);
    fields.retain(|field| sent.iter().all(|one| one.name != field.name));
    for field in &mut fields {
        (field.read_only, field.required) = (true, false);
    }
    Value::Object(fields.iter().chain(&sent).map(|field| (field.name.clone(), describe(field))).collect())
}

fn describe(field: &Field) -> Value {
    let mut told = Map::new();
    told.insert("type".to_owned(), word(field.kind).into());
    told.insert("required".to_owned(), field.required.into());
    told.insert("read_only".to_owned(), field.read_only.into());
    told.insert("label".to_owned(), field.label().into());
    if !field.description.is_empty() {
        told.insert("help_text".to_owned(), field.description.clone().into());
    }
    for (name, bound) in [("min_value", &field.minimum), ("max_value", &field.maximum)] {
        if let Some(bound) = bound {
            told.insert(name.to_owned(), bound.clone());
        }
    }
    if let Some(longest) = field.max_length {
        told.insert("max_length".to_owned(), longest.into());
    }
    if field.kind == Kind::Choice {
        let choice =
            |word: &String| json!({ "value": word, "display_name": capital(&word.replace('_', " ")) });
        told.insert("choices".to_owned(), field.choices.iter().map(choice).collect());
    }
    if let Some(entries) = field.entries {
        told.insert(
            "child".to_owned(),
            json!({ "type": word(entries), "required": true, "read_only": false }),
        );
    }
    if field.kind == Kind::Object && !field.fields.is_empty() {
        let children = field.fields.iter().map(|field| (field.name.clone(), describe(field)));
        told.insert("children".to_owned(), Value::Object(children.collect()));
    }
    Value::Object(told)
}

/// Django REST framework's word for it.
fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Integer => "integer",
        Kind::Float => "float",
        Kind::String | Kind::Secret => "string",
        Kind::Email => "email",
        Kind::Url => "url",
        Kind::Boolean => "boolean",
        Kind::DateTime => "datetime",
        Kind::Choice => "choice",
        Kind::List => "list",
        Kind::Object => "nested object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::tests::members;

    #[test]
    fn names_are_those_of_single_things() {
        let named = |id: &str| {
            let (mut item, _) = members();
            let ids = [&mut item.get, &mut item.post].into_iter().flatten();
            ids.for_each(|operation| operation.operation_id = Some(id.to_owned()));
            name(&item)
        };
        assert_eq!(
            ["members_list", "entries_show", "status_list"].map(named),
            ["Member List", "Entry Detail", "Status List"]
        );
        assert_eq!(["members_exists", "list"].map(named), ["Members Exists", "List"]);
    }

    #[test]
    fn the_shape_is_that_of_the_framework() {
        let (item, components) = members();
        let told = metadata(&item, &components, &["GET", "POST", "HEAD", "OPTIONS"]);
        assert_eq!(told["name"], "Member List");
        assert_eq!(told["description"], "List the members.");
        assert_eq!(told["renders"], json!(["application/json", "application/xml", "text/html"]));
        assert_eq!(told["parses"][2], "application/x-www-form-urlencoded");
        let post = told["actions"]["POST"].as_object().unwrap();
        assert_eq!(post.keys().next().unwrap(), "pk", "what only comes back stands first");
        assert_eq!(
            post["pk"],
            json!({ "type": "integer", "required": false, "read_only": true, "label": "Pk" })
        );
        assert_eq!(post["email"]["type"], "email");
        assert_eq!(post["email"]["required"], true);
        assert_eq!(post["password"]["type"], "string");
        assert_eq!(post["kind"]["choices"][1], json!({ "value": "bot", "display_name": "Bot" }));
        assert_eq!(post["tags"]["child"]["type"], "string");
        assert_eq!(post["home"]["children"]["town"]["type"], "string");
        assert_eq!(post["age"]["max_value"], 150);
        let order: Vec<&str> = post.keys().map(String::as_str).collect();
        assert_eq!(&order[1..4], ["username", "email", "password"], "the order of the description");
    }

    #[test]
    fn what_the_caller_may_not_send_is_not_told() {
        let (mut item, components) = members();
        let told = metadata(&item, &components, &["GET", "HEAD", "OPTIONS"]);
        assert!(told.get("actions").is_none());
        item.summary = Some("The members.".to_owned());
        assert_eq!(metadata(&item, &components, &[])["description"], "The members.");
    }
}
