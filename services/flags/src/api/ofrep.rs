//! `/ofrep/v1`: evaluation as the OpenFeature Remote Evaluation Protocol 0.3.0 has it, from memory.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use kit_base::hex;
use kit_web::{Failure, Fields};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use crate::Flags;
use crate::logic::Budget;
use crate::model::{Answer, failure};
use crate::snapshot::{Set, Snapshot};
use crate::store::sets::DEFAULT;

/// Steps that the rule of one flag may take.
const STEPS: u32 = 100_000;
/// Steps that all rules of a set may take together.
const STEPS_IN_BULK: u32 = 1_000_000;

/// Who is asking, for whom flags are evaluated.
#[derive(Serialize, Deserialize, ToSchema)]
#[schema(example = json!({ "context": { "targetingKey": "user-42", "email": "ada@example.org" } }))]
pub(super) struct EvaluationRequest {
    /// What is known of the caller: `targetingKey` tells callers apart, all else is for rules.
    #[schema(value_type = Object)]
    context: Option<Value>,
}

/// The value of a flag for this caller; without `value` the caller takes the one in its code.
#[derive(Serialize, Deserialize, ToSchema)]
pub(super) struct Evaluation {
    /// The flag.
    #[schema(example = "checkout-v2")]
    key: String,
    /// `STATIC`, `TARGETING_MATCH`, `DEFAULT` or `DISABLED`.
    #[schema(example = "TARGETING_MATCH")]
    reason: String,
    /// The value: a boolean, a text, a number or an object.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = json!(true))]
    value: Option<Value>,
    /// The name of the variant.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "on")]
    variant: Option<String>,
    /// What the flag and its set tell beside; `polystatus.incident` where an incident holds the flag.
    #[schema(value_type = Object)]
    metadata: Map<String, Value>,
}

/// The flags of a set for this caller.
#[derive(Serialize, Deserialize, ToSchema)]
pub(super) struct BulkEvaluation {
    /// An entry for each flag: its value, or `errorCode` and `errorDetails`.
    flags: Vec<Evaluation>,
    /// What the set tells beside.
    #[schema(value_type = Object)]
    metadata: Map<String, Value>,
}

/// Why a flag could not be evaluated.
#[derive(Serialize, Deserialize, ToSchema)]
pub(super) struct EvaluationFailure {
    /// The flag, where one was asked for.
    #[schema(example = "checkout-v2")]
    key: Option<String>,
    /// `PARSE_ERROR`, `INVALID_CONTEXT`, `GENERAL` or `FLAG_NOT_FOUND`.
    #[serde(rename = "errorCode")]
    #[schema(example = "FLAG_NOT_FOUND")]
    error_code: String,
    /// What went wrong.
    #[serde(rename = "errorDetails")]
    #[schema(example = "There is no flag \"checkout-v3\" in the flag set \"default\".")]
    error_details: String,
}

/// Evaluates one flag.
///
/// The flag set is `default`, unless the header `Flagd-Selector` names another.
#[utoipa::path(post, path = "/ofrep/v1/evaluate/flags/{key}", tag = "evaluation",
    request_body(content((EvaluationRequest = "application/json"), (EvaluationRequest = "application/xml"))),
    params(("key" = String, Path, description = "the flag", example = "checkout-v2")),
    responses((status = 200, description = "Its value for this caller.", body = Evaluation),
              (status = 400, description = "The context cannot be read, or the flag not evaluated for it.", body = EvaluationFailure),
              (status = 404, description = "There is no such flag.", body = EvaluationFailure)))]
pub(super) async fn evaluate(
    State(state): State<Flags>,
    Path(key): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Failure> {
    let context = match context(&headers, &body)? {
        Ok(context) => context,
        Err((code, details)) => return Ok(refused(StatusCode::BAD_REQUEST, Some(&key), code, &details)),
    };
    let snapshot = state.snapshots.present();
    let (name, set) = selected(&snapshot, &headers);
    let Some((set, flag)) = set.and_then(|set| Some((set, set.flags.get(&key)?))) else {
        let details = format!("There is no flag \"{}\" in the flag set \"{}\".", short(&key), short(&name));
        return Ok(refused(StatusCode::NOT_FOUND, Some(&key), "FLAG_NOT_FOUND", &details));
    };
    Ok(match flag.evaluate(&context, seconds(&state), set.bucketing, &mut Budget(STEPS)) {
        Answer::Ready(ready) => json(StatusCode::OK, ready.bytes.clone()),
        Answer::Failed(details) => refused(StatusCode::BAD_REQUEST, Some(&key), "GENERAL", &details),
    })
}

/// Evaluates every flag of a set.
///
/// The flag set is `default`, unless the header `Flagd-Selector` names another. The tag of the answer covers the flags and
/// the context: whoever sends it back in `If-None-Match` gets 304 as long as both are the same.
#[utoipa::path(post, path = "/ofrep/v1/evaluate/flags", tag = "evaluation",
    request_body(content((EvaluationRequest = "application/json"), (EvaluationRequest = "application/xml"))),
    responses((status = 200, description = "The flags, for this caller.", body = BulkEvaluation),
              (status = 304, description = "The caller has what it would get."),
              (status = 400, description = "The context cannot be read, or there is no such flag set.", body = EvaluationFailure)))]
pub(super) async fn evaluate_all(
    State(state): State<Flags>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Failure> {
    let context = match context(&headers, &body)? {
        Ok(context) => context,
        Err((code, details)) => return Ok(refused(StatusCode::BAD_REQUEST, None, code, &details)),
    };
    let snapshot = state.snapshots.present();
    let (name, set) = selected(&snapshot, &headers);
    let Some(set) = set else {
        let details = format!("There is no flag set \"{}\".", short(&name));
        return Ok(refused(StatusCode::BAD_REQUEST, None, "GENERAL", &details));
    };
    // A rule that looks at the time may say something else though nothing has changed: then only the answer itself tells.
    let early = (!set.timed).then(|| tag(&snapshot.version.epoch, set.version, &name, &canonical(&context)));
    if early.as_deref().is_some_and(|tag| is_known(&headers, tag)) {
        return Ok(tagged(StatusCode::NOT_MODIFIED.into_response(), early.as_deref()));
    }
    let answer = in_bulk(set, &context, seconds(&state));
    let etag = early.unwrap_or_else(|| tag(&snapshot.version.epoch, set.version, &name, &answer));
    if set.timed && is_known(&headers, &etag) {
        return Ok(tagged(StatusCode::NOT_MODIFIED.into_response(), Some(&etag)));
    }
    Ok(tagged(json(StatusCode::OK, answer.into()), Some(&etag)))
}

fn in_bulk(set: &Set, context: &Value, now: i64) -> Vec<u8> {
    let mut left = Budget(STEPS_IN_BULK);
    let mut answer = b"{\"flags\":[".to_vec();
    for (index, (key, flag)) in set.flags.iter().enumerate() {
        if index > 0 {
            answer.push(b',');
        }
        let before = left.0;
        let mut own = Budget(before.min(STEPS));
        match flag.evaluate(context, now, set.bucketing, &mut own) {
            Answer::Ready(ready) => answer.extend_from_slice(&ready.bytes),
            Answer::Failed(details) => {
                answer.extend(failure(Some(key), "GENERAL", &details).to_string().into_bytes());
            }
        }
        left.0 = before - (before.min(STEPS) - own.0);
    }
    answer.extend_from_slice(b"],\"metadata\":");
    answer.extend_from_slice(&set.metadata);
    answer.push(b'}');
    answer
}

/// The set that is asked for, as flagd selects: `Flagd-Selector: flagSetId=x`, or just `x`.
fn selected<'s>(snapshot: &'s Snapshot, headers: &HeaderMap) -> (String, Option<&'s Set>) {
    let selector =
        headers.get("flagd-selector").and_then(|value| value.to_str().ok()).unwrap_or_default().trim();
    let name = selector.strip_prefix("flagSetId=").unwrap_or(selector);
    let name = if name.is_empty() { DEFAULT } else { name };
    (name.to_owned(), snapshot.sets.get(name).map(AsRef::as_ref))
}

type Refusal = (&'static str, String);

/// The context of a body: an object, which may be absent or null, as may the whole body. What cannot be read is told
/// in the protocol's words; what is no matter of the protocol (a body too large) in ours.
fn context(headers: &HeaderMap, body: &Bytes) -> Result<Result<Value, Refusal>, Failure> {
    // Programs leave the kind of a body out or to their defaults; that it is JSON is what the protocol says.
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .filter(|kind| kind.contains("xml"));
    let fields = Fields::from_body(kind, body);
    if let Some(problem) = fields.problem() {
        if problem.status != 400 {
            return Err(problem.clone().into());
        }
        let details = problem.fields.values().flatten().next().unwrap_or(&problem.detail);
        return Ok(Err(("PARSE_ERROR", details.clone())));
    }
    let context = match fields.peek("context") {
        None | Some(Value::Null) => return Ok(Ok(Value::Object(Map::new()))),
        Some(Value::Object(context)) => context,
        Some(_) => return Ok(Err(("INVALID_CONTEXT", "context: it is an object.".to_owned()))),
    };
    match context.get("targetingKey") {
        None | Some(Value::String(_) | Value::Null) => Ok(Ok(Value::Object(context.clone()))),
        Some(_) => Ok(Err(("INVALID_CONTEXT", "context.targetingKey: it is a string.".to_owned()))),
    }
}

fn seconds(state: &Flags) -> i64 {
    state.clock.now().micros().div_euclid(1_000_000)
}

/// The context in one form, whatever order its members came in.
fn canonical(context: &Value) -> Vec<u8> {
    let mut out = Vec::with_capacity(128);
    write_canonical(context, &mut out);
    out
}

fn write_canonical(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Object(members) => {
            let mut sorted: Vec<(&String, &Value)> = members.iter().collect();
            sorted.sort_unstable_by_key(|(name, _)| *name);
            out.push(b'{');
            for (name, value) in sorted {
                out.extend(Value::from(name.as_str()).to_string().into_bytes());
                out.push(b':');
                write_canonical(value, out);
                out.push(b',');
            }
            out.push(b'}');
        }
        Value::Array(items) => {
            out.push(b'[');
            for item in items {
                write_canonical(item, out);
                out.push(b',');
            }
            out.push(b']');
        }
        plain => out.extend(plain.to_string().into_bytes()),
    }
}

/// One for each state of the flags and each context (or, where that is not enough, each answer).
fn tag(epoch: &str, version: i64, set: &str, rest: &[u8]) -> String {
    let mut hasher = Sha256::new();
    hasher.update(set.as_bytes());
    hasher.update([0]);
    hasher.update(rest);
    let hash = hasher.finalize();
    format!("\"{epoch}-{version}-{}\"", hex(hash.get(..16).unwrap_or_default()))
}

/// Whether the caller has what this tag is of (RFC 9110 13.1.2, compared weakly).
fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let bare = tag.trim_matches('"');
    let lines = headers.get_all(header::IF_NONE_MATCH).into_iter().filter_map(|value| value.to_str().ok());
    lines.flat_map(|line| line.split(',')).map(str::trim).any(|one| {
        let one = one.strip_prefix("W/").unwrap_or(one);
        one == "*" || one.trim_matches('"') == bare
    })
}

fn tagged(mut response: Response, tag: Option<&str>) -> Response {
    if let Some(tag) = tag.and_then(|tag| HeaderValue::from_str(tag).ok()) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

fn refused(status: StatusCode, key: Option<&str>, code: &str, details: &str) -> Response {
    json(status, failure(key, code, details).to_string().into())
}

fn json(status: StatusCode, body: Bytes) -> Response {
    (status, [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], body).into_response()
}

fn short(text: &str) -> String {
    text.chars().take(100).collect()
}
