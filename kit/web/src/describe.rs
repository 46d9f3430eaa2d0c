//! What every operation of its kind reads and answers, so that handlers describe only what is their own: the forms of
//! bodies, the refusals of the edge, and who may log in how.

use kit_base::Role;
use serde_json::{Value, json};
use utoipa::openapi::path::{Operation, ParameterIn};
use utoipa::openapi::schema::{AdditionalProperties, ArrayBuilder, ObjectBuilder, Schema, Type};
use utoipa::openapi::security::{
    AuthorizationCode, Flow, HttpAuthScheme, HttpBuilder, OAuth2, Password, Scopes, SecurityRequirement,
    SecurityScheme,
};
use utoipa::openapi::{Content, ContentBuilder, OpenApi, Ref, RefOr, Response, ResponseBuilder};

use crate::Rule;
use crate::metadata::PARSES;

const JSON: &str = "application/json";
const XML: &str = "application/xml";
const PROBLEM: &str = "application/problem+json";

/// Adds to an operation what its method, its rule and its path make possible.
pub(crate) fn operation(operation: &mut Operation, method: &str, rule: Rule, path: &str) {
    let reads = method == "GET";
    // What is no answer of the API (pages, files, streams) has neither validators of ours nor other forms.
    let is_data = has_json(operation) || !reads;
    bodies(operation);
    if path.contains('{') {
        add(operation, "404", "There is no such thing.", "Not found.");
    }
    if has_parameter(operation, |name| name == "page") {
        add(operation, "404", "There is no such page.", "Invalid page.");
    }
    // Numbers of pages are answered by 404, their sizes never refused.
    if has_parameter(operation, |name| !["page", "page_size", "format"].contains(&name)) {
        add_fields(operation, "A parameter cannot be understood.");
    }
    if operation.request_body.is_some() {
        add_fields(operation, "The body cannot be read (`detail`), or fields are at fault; each is named.");
        add(operation, "413", "The body is too large.", "The body is larger than this server accepts.");
        add(
            operation,
            "415",
            "The body is of a media type that is not read here.",
            "Unsupported media type \"text/plain\" in request.",
        );
    }
    if let Rule::AtLeast(role) = rule {
        guard(operation, role, reads);
    }
    if is_data {
        add(
            operation,
            "405",
            "The address does not have this method; `Allow` names those that it has.",
            "Method \"PUT\" not allowed.",
        );
        add(
            operation,
            "406",
            "The answer cannot have any of the media types asked for.",
            "Could not satisfy the request Accept header.",
        );
        add(
            operation,
            "429",
            "Too many requests; `Retry-After` says how many seconds to wait.",
            "Request was throttled. Expected available in 60 seconds.",
        );
    }
    if is_data && (reads || method == "PUT") {
        plain(
            operation,
            "412",
            "What is there is not what `If-Match` names, or is what `If-None-Match` names.",
        );
    }
    if reads {
        plain(operation, "304", "It is still what `If-None-Match` names.");
    }
    add(
        operation,
        "503",
        "It cannot be answered at the moment; nothing was changed.",
        "The service cannot answer at the moment.",
    );
    refusals(operation);
    forms(operation);
}

/// What a whole description needs beside its operations: the shapes of errors, and how to log in.
pub fn complete(openapi: &mut OpenApi) {
    let components = openapi.components.get_or_insert_default();
    for (name, schema) in [("Error", error()), ("FieldErrors", field_errors()), ("Problem", problem())] {
        components.schemas.insert(name.to_owned(), RefOr::T(schema));
    }
    let bearer =
        HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("An access token.")).build();
    let scopes =
        || Scopes::from_iter([("read", "See what you may see."), ("write", "Change what you may change.")]);
    let oauth2 = OAuth2::with_description(
        [
            Flow::Password(Password::new("/oauth2/token/", scopes())),
            Flow::AuthorizationCode(AuthorizationCode::new("/oauth2/authorize/", "/oauth2/token/", scopes())),
        ],
        "Log in as a user: with code and PKCE, or, for applications that have it, by password.",
    );
    components.security_schemes.insert("bearer".to_owned(), RefOr::T(SecurityScheme::Http(bearer)));
    components.security_schemes.insert("oauth2".to_owned(), RefOr::T(SecurityScheme::OAuth2(oauth2)));
}

fn guard(operation: &mut Operation, role: Role, reads: bool) {
    add(
        operation,
        "401",
        "Credentials are missing, unknown or expired.",
        "Authentication credentials were not provided.",
    );
    let lower = format!("The caller's role is lower than {}.", role.as_str());
    add(operation, "403", &lower, "You do not have permission to perform this action.");
    let scope = if reads { "read" } else { "write" };
    operation.security = Some(vec![
        SecurityRequirement::new("bearer", Vec::<String>::new()),
        SecurityRequirement::new("oauth2", [scope]),
    ]);
}

fn has_json(operation: &Operation) -> bool {
    let described = operation.responses.responses.values();
    described
        .into_iter()
        .any(|response| matches!(response, RefOr::T(response) if response.content.contains_key(JSON)))
}

fn has_parameter(operation: &Operation, which: impl Fn(&str) -> bool) -> bool {
    operation.parameters.iter().flatten().any(|parameter| match parameter {
        RefOr::T(one) => one.parameter_in == ParameterIn::Query && which(&one.name),
        RefOr::Ref(_) => false,
    })
}

/// A refusal of the handler's own has the body of all others.
fn refusals(operation: &mut Operation) {
    let responses = operation.responses.responses.iter();
    let own: Vec<(String, String)> = responses
        .filter(|(status, _)| status.as_str() >= "400" && *status != "412")
        .filter_map(|(status, response)| match response {
            RefOr::T(response) => Some((status.clone(), response.description.clone())),
            RefOr::Ref(_) => None,
        })
        .collect();
    for (status, text) in own {
        add(operation, &status, &text, &text);
    }
}

/// A body that is read as JSON is read in the other forms too.
fn bodies(operation: &mut Operation) {
    let Some(RefOr::T(body)) = &mut operation.request_body else { return };
    let Some(json) = body.content.get(JSON).cloned() else { return };
    for kind in PARSES {
        body.content.entry(kind.to_owned()).or_insert_with(|| json.clone());
    }
}

/// An answer in JSON can be had in XML too.
fn forms(operation: &mut Operation) {
    for response in operation.responses.responses.values_mut() {
        let RefOr::T(response) = response else { continue };
        let Some(RefOr::T(json)) = response.content.get(JSON) else { continue };
        let xml = Content::new(json.schema.clone());
        response.content.entry(XML.to_owned()).or_insert(RefOr::T(xml));
    }
}

/// A refusal in words, where the handler has not described its own.
fn add(operation: &mut Operation, status: &str, text: &str, detail: &str) {
    let code: u16 = status.parse().unwrap_or_default();
    let title =
        http::StatusCode::from_u16(code).ok().and_then(|code| code.canonical_reason()).unwrap_or("Error");
    let told = content("Error", json!({ "detail": detail }));
    let problem = json!({ "type": "about:blank", "title": title, "status": code, "detail": detail });
    refuse(operation, status, text, told, problem);
}

fn add_fields(operation: &mut Operation, text: &str) {
    let errors = json!({ "title": ["This field is required."] });
    let detail = "Some fields cannot be accepted.";
    let problem = json!({ "type": "about:blank", "title": "Bad Request", "status": 400, "detail": detail, "errors": errors });
    refuse(operation, "400", text, content("FieldErrors", errors), problem);
}

/// Gives a refusal its bodies, and a description where there is none.
fn refuse(operation: &mut Operation, status: &str, text: &str, told: Content, problem: Value) {
    let entry = operation.responses.responses.entry(status.to_owned());
    let RefOr::T(response) = entry.or_insert_with(|| RefOr::T(Response::new(text))) else { return };
    response.content.entry(JSON.to_owned()).or_insert(RefOr::T(told));
    response.content.entry(PROBLEM.to_owned()).or_insert(RefOr::T(content("Problem", problem)));
}

fn plain(operation: &mut Operation, status: &str, text: &str) {
    let response = ResponseBuilder::new().description(text).build();
    operation.responses.responses.entry(status.to_owned()).or_insert(RefOr::T(response));
}

fn content(schema: &str, example: Value) -> Content {
    ContentBuilder::new().schema(Some(Ref::from_schema_name(schema))).example(Some(example)).build()
}

fn text(description: &str, example: &str) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String).description(Some(description)).examples([example])
}

fn error() -> Schema {
    ObjectBuilder::new()
        .description(Some("What went wrong, in a sentence."))
        .property("detail", text("What happened, and what to do.", "Not found."))
        .required("detail")
        .into()
}

fn field_errors() -> Schema {
    let messages = ArrayBuilder::new().items(ObjectBuilder::new().schema_type(Type::String));
    ObjectBuilder::new()
        .description(Some("What is wrong with which field: its name, and messages. `non_field_errors` is the body as a whole."))
        .additional_properties(Some(AdditionalProperties::RefOr(RefOr::T(messages.build().into()))))
        .examples([json!({ "title": ["This field is required."] })])
        .into()
}

fn problem() -> Schema {
    let status =
        ObjectBuilder::new().schema_type(Type::Integer).description(Some("The HTTP status.")).examples([404]);
    let errors = RefOr::Ref(
        Ref::builder()
            .ref_location_from_schema_name("FieldErrors")
            .description(Some("What is wrong with which field."))
            .build(),
    );
    ObjectBuilder::new()
        .description(Some(
            "What went wrong, as RFC 9457 has it; for whoever asks for `application/problem+json`.",
        ))
        .property("type", text("Always `about:blank`.", "about:blank"))
        .property("title", text("The name of the status.", "Not Found"))
        .property("status", status)
        .property("detail", text("What happened, and what to do.", "Not found."))
        .property("errors", errors)
        .required("type")
        .required("title")
        .required("status")
        .required("detail")
        .into()
}
