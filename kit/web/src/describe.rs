//! What every operation of its kind reads and answers, so that handlers describe only what is their own: the forms of
//! bodies, the refusals of the edge, and who may log in how.

use kit_base::Role;
use serde_json::{Value, json};
use utoipa::openapi::path::{Operation, ParameterIn};
use utoipa::openapi::schema::{
    AdditionalProperties, ArrayBuilder, ObjectBuilder, OneOfBuilder, Schema, Type,
};
use utoipa::openapi::security::{
    AuthorizationCode, Flow, HttpAuthScheme, HttpBuilder, OAuth2, Password, Scopes, SecurityRequirement,
    SecurityScheme,
};
use utoipa::openapi::{Content, ContentBuilder, OpenApi, Ref, RefOr, Response, ResponseBuilder};

use crate::metadata::PARSES;
use crate::{Class, Rule};

const JSON: &str = "application/json";
const XML: &str = "application/xml";
const PROBLEM: &str = "application/problem+json";

/// The refusals that many operations share: status, name among the components, when it comes, and what is then said.
const SHARED: [(&str, &str, &str, &str); 8] = [
    (
        "401",
        "Unauthenticated",
        "Credentials are missing, unknown or expired.",
        "Authentication credentials were not provided.",
    ),
    ("404", "NotFound", "There is no such thing, or none that the caller may see.", "Not found."),
    (
        "405",
        "MethodNotAllowed",
        "The address does not have this method; `Allow` names those that it has.",
        "Method \"PUT\" not allowed.",
    ),
    (
        "406",
        "NotAcceptable",
        "The answer cannot have any of the media types asked for.",
        "Could not satisfy the request Accept header.",
    ),
    ("413", "TooLarge", "The body is too large.", "The body is larger than this server accepts."),
    (
        "415",
        "UnsupportedMediaType",
        "The body is of a media type that is not read here.",
        "Unsupported media type \"text/plain\" in request.",
    ),
    (
        "429",
        "Throttled",
        "Too many requests; `Retry-After` says how many seconds to wait.",
        "Request was throttled. Expected available in 60 seconds.",
    ),
    (
        "503",
        "Unavailable",
        "It cannot be answered at the moment; nothing was changed.",
        "The service cannot answer at the moment.",
    ),
];
/// The answers to conditions, which have no body (RFC 9110 13.1).
const CONDITIONS: [(&str, &str, &str); 2] = [
    ("304", "NotModified", "It is still what `If-None-Match` names."),
    (
        "412",
        "PreconditionFailed",
        "What is there is not what `If-Match` names, or is what `If-None-Match` names.",
    ),
];
const BAD_BODY: (&str, &str) =
    ("BadBody", "The body cannot be read (then `detail` says why), or fields are at fault; each is named.");
const BAD_PARAMETER: (&str, &str) = ("BadParameter", "A parameter cannot be understood.");

/// Adds to an operation what its method, its rule and its path make possible.
pub(crate) fn operation(operation: &mut Operation, method: &str, path: &str, access: &Access) {
    let (reads, rule) = (method == "GET", access.rule);
    // What is no answer of the API (pages, files, streams) has neither validators of ours nor other forms.
    let is_data = has_json(operation) || !reads;
    let has_body = operation.request_body.is_some();
    // Numbers of pages are answered by 404, their sizes never refused; but any may hold a null character.
    let has_parameter = has_parameter(operation, |name| name != "format");
    let is_list = self::has_parameter(operation, |name| name == "page");
    bodies(operation);
    own_refusals(operation);
    let is_guarded = matches!(rule, Rule::AtLeast(_));
    let cases: [(bool, &str, &str); 12] = [
        (reads, "304", "NotModified"),
        (has_body, "400", BAD_BODY.0),
        (has_parameter, "400", BAD_PARAMETER.0),
        (is_guarded, "401", "Unauthenticated"),
        (path.contains('{') || is_list, "404", "NotFound"),
        (is_data, "405", "MethodNotAllowed"),
        (is_data, "406", "NotAcceptable"),
        (is_data && (reads || method == "PUT"), "412", "PreconditionFailed"),
        (has_body, "413", "TooLarge"),
        (has_body, "415", "UnsupportedMediaType"),
        (is_data, "429", "Throttled"),
        (true, "503", "Unavailable"),
    ];
    let responses = &mut operation.responses.responses;
    for (_, status, name) in cases.into_iter().filter(|(holds, ..)| *holds) {
        responses.entry(status.to_owned()).or_insert_with(|| RefOr::Ref(Ref::from_response_name(name)));
    }
    if let Rule::AtLeast(role) = rule {
        guard(operation, role, reads);
    }
    forms(operation);
    operation.extensions.get_or_insert_default().insert("x-access".to_owned(), access.said());
}

/// Who may use an operation, and how often: it stands in the description, so that no change of it goes unseen.
pub(crate) struct Access {
    pub rule: Rule,
    pub class: Class,
    pub scope: Option<&'static str>,
}

impl Access {
    /// One value, for the order of several extensions is left to chance.
    fn said(&self) -> Value {
        let rule = match self.rule {
            Rule::Anyone => "anyone",
            Rule::AtLeast(role) => role.as_str(),
            Rule::Peer => "peer",
        };
        match self.scope {
            Some(scope) => json!({ "rule": rule, "class": self.class.as_str(), "scope": scope }),
            None => json!({ "rule": rule, "class": self.class.as_str() }),
        }
    }
}

/// What a whole description needs beside its operations: the answers that they share, the shapes of errors, and how to
/// log in.
pub fn complete(openapi: &mut OpenApi) {
    let components = openapi.components.get_or_insert_default();
    for (name, schema) in [("Error", error()), ("FieldErrors", field_errors()), ("Problem", problem())] {
        components.schemas.insert(name.to_owned(), RefOr::T(schema));
    }
    let refusals = SHARED.map(|(status, name, text, detail)| (name, refusal(status, text, detail)));
    let fields = [BAD_BODY, BAD_PARAMETER].map(|(name, text)| (name, bad_fields(text)));
    let conditions = CONDITIONS.map(|(_, name, text)| (name, Response::new(text)));
    for (name, response) in refusals.into_iter().chain(fields).chain(conditions) {
        components.responses.insert(name.to_owned(), RefOr::T(response));
    }
    let bearer =
        HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("An access token.")).build();
    components.security_schemes.insert("bearer".to_owned(), RefOr::T(SecurityScheme::Http(bearer)));
    components.security_schemes.insert("oauth2".to_owned(), RefOr::T(SecurityScheme::OAuth2(oauth2())));
}

fn oauth2() -> OAuth2 {
    let scopes =
        || Scopes::from_iter([("read", "See what you may see."), ("write", "Change what you may change.")]);
    OAuth2::with_description(
        [
            Flow::Password(Password::new("/oauth2/token/", scopes())),
            Flow::AuthorizationCode(AuthorizationCode::new("/oauth2/authorize/", "/oauth2/token/", scopes())),
        ],
        "Log in as a user: with code and PKCE, or, for applications that have it, by password.",
    )
}

fn guard(operation: &mut Operation, role: Role, reads: bool) {
    let lower = format!("The caller's role is lower than {}.", role.as_str());
    let forbidden = refusal("403", &lower, "You do not have permission to perform this action.");
    operation.responses.responses.entry("403".to_owned()).or_insert(RefOr::T(forbidden));
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

/// A refusal that the handler describes itself has the bodies of all others.
fn own_refusals(operation: &mut Operation) {
    for (status, response) in &mut operation.responses.responses {
        let RefOr::T(response) = response else { continue };
        let like = match status.as_str() {
            "400" => bad_fields(&response.description),
            status if status > "400" && status != "412" => {
                let shared = SHARED.iter().find(|shared| shared.0 == status);
                let detail = shared.map_or(response.description.as_str(), |shared| shared.3);
                refusal(status, &response.description, detail)
            }
            _ => continue,
        };
        for (kind, content) in like.content {
            response.content.entry(kind).or_insert(content);
        }
    }
}

/// A body that is read as JSON is read in the other forms too, unless the operation names its forms itself.
fn bodies(operation: &mut Operation) {
    let Some(RefOr::T(body)) = &mut operation.request_body else { return };
    if body.content.len() > 1 {
        return;
    }
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

/// A refusal in words.
fn refusal(status: &str, text: &str, detail: &str) -> Response {
    let code: u16 = status.parse().unwrap_or_default();
    let title = http::StatusCode::from_u16(code).ok().and_then(|code| code.canonical_reason());
    let title = title.unwrap_or("Error");
    let problem = json!({ "type": "about:blank", "title": title, "status": code, "detail": detail });
    told(text, content("Error", json!({ "detail": detail })), problem)
}

/// The refusal of fields, or of a body that cannot be read at all.
fn bad_fields(text: &str) -> Response {
    let errors = json!({ "title": ["This field is required."] });
    let detail = "Some fields cannot be accepted.";
    let problem = json!({ "type": "about:blank", "title": "Bad Request", "status": 400, "detail": detail, "errors": errors });
    let either =
        OneOfBuilder::new().item(Ref::from_schema_name("FieldErrors")).item(Ref::from_schema_name("Error"));
    let json = ContentBuilder::new().schema(Some(Schema::from(either))).example(Some(errors));
    told(text, json.build(), problem)
}

/// A refusal in its three forms.
fn told(text: &str, json: Content, problem: Value) -> Response {
    let xml = Content::new(json.schema.clone());
    let response = ResponseBuilder::new().description(text).content(JSON, json).content(XML, xml);
    response.content(PROBLEM, content("Problem", problem)).build()
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

#[cfg(test)]
mod tests {
    use serde_json::from_value;

    use super::*;

    fn described(given: Value, method: &str, rule: Rule, path: &str) -> Value {
        let mut operation: Operation = from_value(given).unwrap();
        let access = Access { rule, class: Class::Public, scope: Some("openid") };
        super::operation(&mut operation, method, path, &access);
        serde_json::to_value(operation).unwrap()
    }

    fn statuses(operation: &Value) -> Vec<&str> {
        operation["responses"].as_object().unwrap().keys().map(String::as_str).collect()
    }

    #[test]
    fn an_operation_answers_what_its_kind_makes_possible() {
        let json = json!({ "content": { "application/json": { "schema": { "type": "object" } } } });
        let answer = json!({ "200": { "description": "ok", "content": json["content"] } });
        let read = described(json!({ "responses": answer }), "GET", Rule::Anyone, "/things");
        assert_eq!(statuses(&read), ["200", "304", "405", "406", "412", "429", "503"]);
        assert!(read["responses"]["200"]["content"]["application/xml"].is_object());
        assert!(read.get("security").is_none());

        let given = json!({ "requestBody": json, "responses": answer });
        let write = described(given, "PUT", Rule::AtLeast(Role::Manager), "/things/{id}");
        let all = ["200", "400", "401", "403", "404", "405", "406", "412", "413", "415", "429", "503"];
        assert_eq!(statuses(&write), all);
        assert_eq!(write["requestBody"]["content"].as_object().unwrap().len(), PARSES.len());
        assert_eq!(write["security"][1], json!({ "oauth2": ["write"] }));
        let access = json!({ "rule": "manager", "class": "public", "scope": "openid" });
        assert_eq!((&write["x-access"], &read["x-access"]["rule"]), (&access, &json!("anyone")));
        assert_eq!(write["responses"]["403"]["description"], "The caller's role is lower than manager.");

        let page = json!({ "200": { "description": "ok", "content": { "text/html": {} } } });
        let page = described(json!({ "responses": page }), "GET", Rule::Anyone, "/");
        assert_eq!(statuses(&page), ["200", "304", "503"], "a page is not negotiated");
    }

    #[test]
    fn what_the_handler_says_itself_stays_and_gets_its_body() {
        let given = json!({ "responses": { "204": { "description": "ok" }, "409": { "description": "Another needs it." } } });
        let operation = described(given, "DELETE", Rule::Anyone, "/things/{id}");
        let conflict = &operation["responses"]["409"];
        assert_eq!(conflict["description"], "Another needs it.");
        assert_eq!(
            conflict["content"]["application/json"]["example"],
            json!({ "detail": "Another needs it." })
        );
        assert_eq!(conflict["content"]["application/problem+json"]["example"]["status"], 409);
    }

    #[test]
    fn every_shared_answer_is_there() {
        let mut openapi = OpenApi::default();
        complete(&mut openapi);
        let components = serde_json::to_value(&openapi).unwrap()["components"].clone();
        let given = json!({ "requestBody": { "content": {} }, "responses": {} });
        let operation = described(given, "PUT", Rule::AtLeast(Role::Viewer), "/{x}");
        for (status, response) in operation["responses"].as_object().unwrap() {
            if let Some(name) = response["$ref"].as_str() {
                let found = &components["responses"][name.rsplit('/').next().unwrap()];
                assert!(found["description"].is_string(), "{status} {name}");
            }
        }
        assert!(components["securitySchemes"]["oauth2"]["flows"]["authorizationCode"].is_object());
    }
}
